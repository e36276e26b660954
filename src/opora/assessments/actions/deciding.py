"""The draft of a list: made from a run, corrected by hand, proposed by one person, approved by another."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from opora.assessments.models import (
    SELECTION_WORKFLOW,
    Choice,
    Decision,
    Run,
    RunState,
    Selection,
    SelectionState,
)
from opora.core.actor import Actor, Denied, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.lists import actions as lists
from opora.lists.models import SchoolList
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind, OrganisationState


@transaction.atomic
def compose(
    run: Run, *, by: Actor, school_year: int, title: str, category: str, outside: SchoolList | None = None
) -> Selection:
    """A draft in which every school stands as the rule says; beside it a list that came from outside, if there is one.

    A school of the outside list that the rule does not name is not included: a person decides, and says why.
    """
    require(by, Permission.LISTS_EDIT, run.territory.path, to=lists.RIGHT)
    if run.state != RunState.DONE:
        raise Refused("Расчёт ещё не готов: дождитесь его окончания.")
    if run.trial_id:
        raise Refused("Это год пробы лаборатории. Сделайте расчёт с теми же параметрами и составьте проект из него.")
    made = Selection.objects.create(
        territory=run.territory,
        category=category,
        school_year=school_year,
        title=title.strip(),
        run=run,
        outside=outside,
        made_by=by.label,
    )
    named = set(outside.entries.all().standing().values_list("organisation", flat=True)) if outside else set()
    verdicts = run.verdicts.filter(organisation__state=OrganisationState.ACTIVE)
    rows = [
        Choice(
            selection=made,
            organisation_id=verdict.organisation_id,
            by_rule=verdict.flagged,
            outside=verdict.organisation_id in named,
            why=verdict.reason,
            decision=Decision.INCLUDE if verdict.flagged else Decision.EXCLUDE,
        )
        for verdict in verdicts.iterator(chunk_size=2000)
        if verdict.flagged or verdict.organisation_id in named
    ]
    unjudged = named - {row.organisation_id for row in rows}
    rows += [
        Choice(selection=made, organisation_id=pk, by_rule=False, outside=True, decision=Decision.EXCLUDE)
        for pk in sorted(unjudged)
    ]
    Choice.objects.bulk_create(rows, batch_size=1000)
    data = {"run": run.public_id, "outside": outside.public_id if outside else "", "schools": run.flagged}
    _record("selection_composed", f"составил(а) проект списка «{made}» по расчёту «{run}»", made, by, data)
    return made


@transaction.atomic
def decide(selection: Selection, *, by: Actor, school: Organisation, decision: str, reason: str) -> Choice:
    """Include, leave out or postpone a school; why is obligatory wherever that is not what the rule says."""
    selection = _draft(selection, by)
    choice = selection.choices.filter(organisation=school).first() or _new_choice(selection, school)
    reason = reason.strip()
    follows = decision != Decision.POSTPONE and (decision == Decision.INCLUDE) == choice.by_rule
    if not follows and not reason:
        raise Refused("Напишите основание: решение отличается от того, что говорит правило.")
    before = [choice.decision, choice.reason]
    choice.decision, choice.reason = Decision(decision), reason
    choice.decided_by = "" if follows and not reason else by.label
    choice.save()
    text = f"решил(а) о школе «{school}» в проекте «{selection}»: {choice.get_decision_display()}"
    data = {"school": school.public_id, "before": before, "after": [choice.decision, reason]}
    _record("selection_decided", text, selection, by, data)
    return choice


def _new_choice(selection: Selection, school: Organisation) -> Choice:
    if school.kind != OrganisationKind.SCHOOL or school.path not in selection.territory.scope:
        raise Refused(f"«{school}» — не школа этой территории.")
    if school.state != OrganisationState.ACTIVE:
        raise Refused(f"Школа «{school}» закрыта.")
    verdict = selection.run.verdicts.filter(organisation=school).first() if selection.run else None
    flagged, why = (verdict.flagged, verdict.reason) if verdict else (False, "")
    return Choice(selection=selection, organisation=school, by_rule=flagged, why=why)


@transaction.atomic
def propose(selection: Selection, *, by: Actor) -> Selection:
    """Hand the draft to a second person; nothing changes in it until he has answered."""
    selection = _draft(selection, by)
    if not selection.choices.included().exists():
        raise Refused("В проекте нет ни одной школы: включите хотя бы одну.")
    SELECTION_WORKFLOW.move(
        selection, "propose", proposed_at=timezone.now(), proposed_by=by.label, proposer_id=by.actor_id, returned_for=""
    )
    _record("selection_proposed", f"передал(а) на утверждение проект «{selection}»", selection, by, {})
    return selection


@transaction.atomic
def give_back(selection: Selection, *, by: Actor, comment: str) -> Selection:
    """A draft again, with what has to change."""
    selection = _locked(selection, by)
    SELECTION_WORKFLOW.move(
        selection, "return", comment=comment, returned_for=comment.strip(), proposed_at=None, proposed_by=None
    )
    _record("selection_returned", f"вернул(а) проект «{selection}»: {comment.strip()}", selection, by, {})
    return selection


@transaction.atomic
def drop(selection: Selection, *, by: Actor) -> Selection:
    """Put away; it can be taken up again."""
    selection = _draft(selection, by)
    SELECTION_WORKFLOW.move(selection, "drop")
    _record("selection_dropped", f"отменил(а) проект «{selection}»", selection, by, {})
    return selection


@transaction.atomic
def restore(selection: Selection, *, by: Actor) -> Selection:
    selection = _locked(selection, by)
    SELECTION_WORKFLOW.move(selection, "restore")
    _record("selection_restored", f"вернул(а) в работу проект «{selection}»", selection, by, {})
    return selection


@transaction.atomic
def approve(
    selection: Selection, *, by: Actor, document_text: str, document_id: str = "", since: dt.date | None = None
) -> SchoolList:
    """A second person's word makes it the region's list (of which each concerned is told: `actions.telling`)."""
    selection = _locked(selection, by)
    SELECTION_WORKFLOW.check(selection, "approve")
    if by.actor_id == selection.proposer_id:
        raise Denied("Проект передали на утверждение вы сами: утвердить его должен другой человек.")
    if not document_text.strip():
        raise Refused("Укажите документ, которым утверждён список: вид, дата, номер.")
    made = lists.create_list(
        by=by,
        territory=selection.territory,
        school_year=selection.school_year,
        title=selection.title,
        category=selection.category,
        document_id=document_id,
        document_text=document_text,
        since=since,
    )
    rows = selection.choices.included().select_related("organisation").order_by("organisation__path")
    lists.replace_entries(made, by=by, entries=[(row.organisation, row.reason[:500]) for row in rows])
    made = lists.approve(made, by=by)
    SELECTION_WORKFLOW.move(selection, "approve", approved_at=timezone.now(), approved_by=by.label, school_list=made)
    data = {"list": made.public_id, "document": document_text.strip()}
    _record("selection_approved", f"утвердил(а) проект «{selection}»", selection, by, data)
    return made


def _locked(selection: Selection, by: Actor) -> Selection:
    require(by, Permission.LISTS_EDIT, selection.territory.path, to=lists.RIGHT)
    found = Selection.objects.select_for_update(of=("self",)).select_related("territory", "run")
    return found.get(pk=selection.pk)


def _draft(selection: Selection, by: Actor) -> Selection:
    selection = _locked(selection, by)
    if selection.state != SelectionState.DRAFT:
        label = selection.get_state_display()
        raise Refused(f"Сейчас проект изменить нельзя: состояние — «{label}». Верните его в работу.")
    return selection


def _record(event: str, text: str, selection: Selection, by: Actor, data: dict[str, Any]) -> None:
    """A draft is journalled with the region, so that no municipality reads of it before approval."""
    path = selection.territory.root_path
    record(f"results.{event}", text, by=by, on=selection, path=path, confidential=True, data=data)
