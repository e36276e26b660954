"""How people name procedures, subjects and grades."""

from __future__ import annotations

from opora.identification.columns import GRADES, PROCEDURES, SUBJECTS


def subject_words(subject: str) -> str:
    """«математика»; a code that nobody has named yet stands for itself."""
    return SUBJECTS.get(subject, subject)


def procedure_words(procedure: str, subject: str, grade: int) -> str:
    """«ВПР, математика, 5 класс»"""
    return f"{PROCEDURES.get(procedure, procedure)}, {subject_words(subject)}, {grade_words(grade)}"


def grade_words(grade: int | str) -> str:
    return f"{grade} класс"


def grades() -> list[tuple[str, str]]:
    """(«5», «5 класс») of each grade, to choose from."""
    return [(str(one), grade_words(one)) for one in range(GRADES[0], GRADES[1] + 1)]


def fact_words(name: str, value: str) -> str:
    """What is known of a whole sheet, as people say it: («subject», «rus») is «русский язык»."""
    if name == "procedure":
        return PROCEDURES.get(value, value)
    if name == "grade":
        return grade_words(value)
    return subject_words(value) if name == "subject" else value
