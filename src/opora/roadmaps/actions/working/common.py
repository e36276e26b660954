"""What all acts on an assignment share: who may, and the journal."""

from __future__ import annotations

from opora.core.actor import Actor
from opora.journal.actions import record
from opora.journal.models import Entry
from opora.roadmaps.models import Assignment

REPORT = "отчитываться за эту организацию"
SUBMIT = "сдать отчёт от имени организации: это делает её руководитель"
DECIDE = "принимать отчёты по этому поручению"


def write_down(code: str, text: str, assignment: Assignment, by: Actor, **data: object) -> Entry:
    """The journal entry of an act on an assignment."""
    return record(
        f"assignments.{code}",
        f"{text}: {assignment.activity.label}, {assignment.executor}",
        by=by,
        on=assignment,
        path=assignment.executor.path,
        confidential=assignment.via_list or assignment.roadmap.confidential,
        data=data,
    )
