"""Cases follow the lists: an approved list opens them, a school that leaves or is taken out has its case closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from opora.core.actor import Actor, System
from opora.core.clock import today
from opora.journal.actions import record
from opora.lists.models import ListEntry, ListEntryQuerySet, ListState, SchoolList
from opora.lists.queries import lists_in_force
from opora.registry.models import Organisation
from opora.support.actions.sets import current_set
from opora.support.models import CASE_WORKFLOW, Case, CaseQuerySet, CaseState, Step, StepDone

_CORRECTED = "школа убрана из списка, когда его исправляли"
_OTHER_YEAR = "список относится к другому учебному году"
_CHUNK = 500


@transaction.atomic
def listed(school_list: SchoolList, schools: Sequence[Organisation], first: bool, by: Actor) -> None:
    """The point of an approved list: its schools have an open case of the year, no other has one because of it."""
    year = school_list.school_year
    entries = list(school_list.entries.all().standing().select_related("organisation").order_by("order", "pk"))
    here = Case.objects.filter(school_year=year, school__in=[one.organisation_id for one in entries])
    known = {case.school_id: case for case in here}
    opened = _open([one for one in entries if one.organisation_id not in known], year, school_list)
    again = [one for one in known.values() if one.state in (CaseState.LEFT, CaseState.STOPPED)]
    places = {one.organisation_id: one for one in entries}
    for case in again:
        reopen(case, places[case.school_id])
    stopped = _stop(_open_of(school_list).exclude(school_year=year), _OTHER_YEAR)
    stopped += _stop(_open_of(school_list).exclude(Exists(_standing())), _CORRECTED)
    if opened or again or stopped:
        counts = {"opened": len(opened), "again": len(again), "stopped": stopped}
        text = f"дела школ по списку «{school_list}»: открыто {len(opened)}, возобновлено {len(again)}"
        path = school_list.territory.path
        text = f"{text}, прекращено {stopped}"
        record("support.opened", text, by=by, on=school_list, path=path, confidential=True, data=counts)


def catch_up() -> int:
    """Lists in force that were approved before there were cases get theirs, at a tick of the clock; how many lists."""
    case = Case.objects.filter(school=OuterRef("organisation"), school_year=OuterRef("list__school_year"))
    without = ListEntry.objects.standing().filter(~Exists(case), list=OuterRef("pk"))
    found = list(lists_in_force(today()).filter(Exists(without)).values_list("pk", flat=True))
    for key in found:
        with transaction.atomic():  # of two processes at once the second waits, and finds the cases
            found_list = SchoolList.objects.select_for_update(of=("self",)).select_related("territory").get(pk=key)
            listed(found_list, [], True, System())
    return len(found)


def _open_of(school_list: SchoolList) -> CaseQuerySet:
    return Case.objects.open().filter(entry__list=school_list)


def _standing() -> ListEntryQuerySet:
    """The places in approved lists of a case's year in which its school stands."""
    return ListEntry.objects.standing().filter(
        organisation=OuterRef("school"), list__school_year=OuterRef("school_year"), list__state=ListState.APPROVED
    )


def _open(entries: Sequence[ListEntry], year: int, school_list: SchoolList) -> list[Case]:
    """New cases; the first step, that the school was identified, is done by the list itself."""
    if not entries:
        return []
    steps = list(current_set(school_list.territory).steps.order_by("order"))
    now, after = timezone.now(), steps[1] if len(steps) > 1 else None
    cases = [
        Case(
            school=one.organisation,
            school_year=year,
            entry=one,
            step_set=steps[0].step_set,
            step=after,
            due=due_of(after),
            state=CaseState.OPEN if after else CaseState.DONE,
            closed_at=None if after else now,
        )
        for one in entries
    ]
    Case.objects.bulk_create(cases, batch_size=_CHUNK)
    by, document = school_list.approved_by or "", school_list.document_text
    paper = f"list_document:{school_list.document_id}" if school_list.document_id else ""
    told = {"done_at": now, "done_by": by, "document_text": document, "paper": paper}
    StepDone.objects.bulk_create(
        [StepDone(case=case, step=steps[0], **told) for case in cases],
        batch_size=_CHUNK,
    )
    return cases


def due_of(step: Step | None, since: dt.date | None = None) -> dt.date | None:
    """The day up to which a step is to be done where the one before it was done today."""
    if step is None or step.days is None:
        return None
    return (since or today()) + dt.timedelta(days=step.days)


def reopen(case: Case, entry: ListEntry) -> None:
    """The school stands in the list again: its case goes on with the step at which it was stopped."""
    state = CaseState.OPEN if case.step_id else CaseState.DONE
    if state == CaseState.OPEN:
        CASE_WORKFLOW.move(case, "reopen", entry=entry, reason="", closed_at=None, due=due_of(case.step))
    else:
        Case.objects.filter(pk=case.pk).update(state=state, entry=entry, reason="")


def _stop(cases: CaseQuerySet, reason: str) -> int:
    return cases.update(state=CaseState.STOPPED, reason=reason, closed_at=timezone.now())


@transaction.atomic
def left(entry: ListEntry, by: Actor) -> None:
    """The point of a school that leaves a list: its case is closed, unless another list of the year has it."""
    year = entry.list.school_year
    cases = Case.objects.open().filter(school=entry.organisation, school_year=year).exclude(Exists(_standing()))
    for case in cases.select_related("school"):
        reason = entry.until_document[:500]
        CASE_WORKFLOW.move(case, "leave", reason=reason, closed_at=timezone.now())
        text = f"дело школы «{case.school}» закрыто: школа вышла из списка"
        path = case.school.path
        record("support.left", text, by=by, on=case, path=path, confidential=True, data={"reason": reason})


@transaction.atomic
def succeeded(old: Organisation, successor: Organisation, by: Actor) -> None:
    """The registry's point: the successor takes over what is open; where it has a case of its own, the old one ends."""
    there = Case.objects.filter(school=successor, school_year=OuterRef("school_year"))
    mine = Case.objects.open().filter(school=old)
    doubled = mine.filter(Exists(there))
    stopped = _stop(doubled, f"школа присоединена: {successor}"[:500])
    moved = mine.update(school=successor)
    if moved or stopped:
        record(
            "support.succeeded",
            f"дела школы «{old}» перешли к преемнику: {successor}",
            by=by,
            on=successor,
            path=successor.path,
            confidential=True,
            data={"old": old.public_id, "moved": moved, "stopped": stopped},
        )
