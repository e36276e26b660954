"""What leaves on paper: the note of a run, its confidential annex, the letter to a municipality, a school's sheet."""

from opora.assessments.papers.letter import letter
from opora.assessments.papers.note import annex, note
from opora.assessments.papers.sheet import sheet

__all__ = ["annex", "letter", "note", "sheet"]
