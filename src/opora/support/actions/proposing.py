"""Pairs by proposal: counted in the background, fixed and forbidden by hand, counted again, then all made at once."""

from __future__ import annotations

import logging
from collections import Counter

from django.db import transaction

from opora.access.models import User
from opora.core.actor import Actor, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.tasks import Progress, enqueue, task
from opora.core.workflow import Refused
from opora.identification.columns import SUBJECTS
from opora.journal.actions import record
from opora.registry.models import Organisation
from opora.support import matching
from opora.support.actions.pairing import TO_PAIR, tell_pairs
from opora.support.models.mentoring import (
    PROPOSAL_WORKFLOW,
    Mentor,
    Pair,
    PairKind,
    PairOrigin,
    Proposal,
    ProposalState,
    Proposed,
    year_of,
)
from opora.support.planning.pairs import Impossible, Plan, plan

logger = logging.getLogger(__name__)
BROKEN = "Подбор прервался из-за ошибки. Подберите заново; если не получится, сообщите администратору."
_CHUNK = 500


@transaction.atomic
def start(
    territory: Organisation, *, by: Actor, kind: str = PairKind.MENTOR, school_year: int | None = None
) -> Proposal:
    """A proposal for the listed schools of a year that have no mentor."""
    require(by, Permission.LISTS_EDIT, territory.path, to=TO_PAIR)
    year = year_of(today()) if school_year is None else school_year
    schools = matching.to_pair(territory, year)
    if not schools:
        raise Refused("Подбирать некому: у каждой школы с открытым делом этого года наставник уже есть, или дел нет.")
    if not Mentor.objects.active().filter(territory.scope.q("organisation__path")).exists():
        raise Refused("В реестре нет ни одного наставника. Сначала внесите наставников.")
    made = Proposal.objects.create(territory=territory, school_year=year, kind=kind, made_by=by.label)
    rows = [Proposed(proposal=made, school_id=school) for school in schools]
    Proposed.objects.bulk_create(rows, batch_size=_CHUNK)
    _record("proposal_started", f"начал(а) подбор пар, школ: {len(rows)}", made, by)
    _count(made, by)
    return made


def _count(proposal: Proposal, by: Actor) -> None:
    job = enqueue(
        work_out,
        by=by,
        name=str(proposal),
        key=f"support.proposal:{proposal.public_id}:{proposal.run}",
        url=proposal.get_absolute_url(),
        proposal=proposal.public_id,
        run=proposal.run,
    )
    Proposal.objects.filter(pk=proposal.pk).update(job_id=job.public_id)
    proposal.job_id = job.public_id


@transaction.atomic
def recount(proposal: Proposal, *, by: Actor) -> None:
    """Anew with what was fixed and forbidden, and with the schools that wait for a mentor now."""
    proposal = _locked(proposal, by)
    schools = set(matching.to_pair(proposal.territory, proposal.school_year))
    proposal.rows.exclude(school__in=schools).delete()
    new = schools - set(proposal.rows.values_list("school", flat=True))
    Proposed.objects.bulk_create([Proposed(proposal=proposal, school_id=one) for one in sorted(new)], batch_size=_CHUNK)
    PROPOSAL_WORKFLOW.move(proposal, "count", run=proposal.run + 1, failure="")
    _record("proposal_counted", "подобрал(а) пары заново", proposal, by)
    _count(proposal, by)


@task(queue="bulk")
def work_out(job: Progress, proposal: str, run: int) -> None:
    """Nothing is locked while the planner thinks; a later run makes this one void."""
    found = Proposal.objects.select_related("territory").get(public_id=proposal)
    if found.state != ProposalState.COUNTING or found.run != run:
        return
    job.step(0, 2, "Сведения о школах и наставниках собираются…")
    try:
        asked, offered = matching.told(found)
        rows = list(found.rows.select_related("mentor"))
        fixed = {str(one.school_id): str(one.mentor_id) for one in rows if one.fixed}
        forbidden = {(str(one.school_id), str(mentor)) for one in rows for mentor in one.forbidden}
        forbidden |= matching.own(asked, found) - set(fixed.items())
        job.step(1, 2, f"Подбираются пары: школ {len(asked)}, наставников {len(offered)}…")
        made = plan(asked, offered, fixed=fixed, forbidden=forbidden, titles=SUBJECTS)
    except Impossible as reason:
        PROPOSAL_WORKFLOW.move(found, "fail", failure=f"{reason} Исправьте и подберите заново.")
        raise Refused(str(reason)) from reason
    except Exception:
        logger.exception("The proposal %s could not be worked out", proposal)
        PROPOSAL_WORKFLOW.move(found, "fail", failure=BROKEN)
        raise
    _write(found, made)
    job.step(2, 2, f"Подобрано пар: {len(made.pairs)}.")


@transaction.atomic
def _write(proposal: Proposal, made: Plan) -> None:
    PROPOSAL_WORKFLOW.move(proposal, "ready", value=made.value, bound=made.bound)
    chosen = {int(one.school): one for one in made.pairs}
    rows = list(proposal.rows.all())
    for row in rows:
        one = chosen.get(row.school_id)
        row.mentor_id = int(one.mentor) if one else None
        row.points = one.points if one else None
        row.reason = one.reason if one else made.without.get(str(row.school_id), "")
    Proposed.objects.bulk_update(rows, ["mentor", "points", "reason"], batch_size=_CHUNK)


def _locked(proposal: Proposal, by: Actor) -> Proposal:
    """As it now is, where it may be changed."""
    require(by, Permission.LISTS_EDIT, proposal.territory.path, to=TO_PAIR)
    found = Proposal.objects.select_for_update(of=("self",)).select_related("territory").get(pk=proposal.pk)
    if found.state not in (ProposalState.READY, ProposalState.FAILED):
        raise Refused(f"Менять подбор сейчас нельзя: {found.get_state_display()}.")
    return found


@transaction.atomic
def fix(row: Proposed, *, by: Actor, mentor: Mentor) -> None:
    """This pair stands, whatever the planner thinks; it is the proposed one or another."""
    proposal = _locked(row.proposal, by)
    if mentor.organisation_id == row.school_id:
        raise Refused("Школа не может быть наставником самой себе: выберите другого наставника.")
    same = row.mentor_id == mentor.pk
    row.forbidden = [one for one in row.forbidden if one != mentor.pk]
    row.mentor, row.fixed = mentor, True
    if not same:
        row.points, row.reason = None, "Закреплена вручную. Оценка появится, когда подберёте заново."
    row.save(update_fields=["mentor", "fixed", "forbidden", "points", "reason"])
    _record("proposal_fixed", f"закрепил(а) за школой «{row.school}» наставника: {mentor}", proposal, by)


@transaction.atomic
def forbid(row: Proposed, *, by: Actor) -> None:
    """This mentor never; who is to come instead, the next count says."""
    proposal = _locked(row.proposal, by)
    mentor = row.mentor
    if mentor is None:
        raise Refused("У школы нет предложенного наставника: запрещать некого.")
    row.forbidden = sorted({*row.forbidden, mentor.pk})
    row.mentor, row.fixed, row.points = None, False, None
    row.reason = f"Наставник «{mentor}» запрещён вручную. Подберите заново."
    row.save(update_fields=["mentor", "fixed", "forbidden", "points", "reason"])
    _record("proposal_forbidden", f"запретил(а) школе «{row.school}» наставника: {mentor}", proposal, by)


@transaction.atomic
def release(row: Proposed, *, by: Actor) -> None:
    """Nothing of the row is fixed or forbidden any more."""
    proposal = _locked(row.proposal, by)
    row.fixed, row.forbidden = False, []
    row.save(update_fields=["fixed", "forbidden"])
    _record("proposal_released", f"снял(а) закрепления и запреты школы «{row.school}»", proposal, by)


@transaction.atomic
def confirm(proposal: Proposal, *, by: User) -> list[Pair]:
    """All proposed pairs are made at once; refused where loads or pairs have changed since."""
    proposal = _locked(proposal, by)
    rows = list(proposal.rows.filter(mentor__isnull=False).select_related("school", "mentor__organisation"))
    if not rows:
        raise Refused("В подборе нет ни одной пары.")
    year = proposal.school_year
    offered = {one.pk: one.load - one.taken for one in matching.offering(proposal.territory, year)}  # type: ignore[attr-defined]  # annotated
    counts = Counter(row.mentor_id for row in rows)
    waiting = set(matching.to_pair(proposal.territory, year))
    if any(count > offered.get(mentor or 0, 0) for mentor, count in counts.items()) or any(
        row.school_id not in waiting for row in rows
    ):
        raise Refused("С тех пор изменились нагрузка наставников или сами пары. Подберите заново и проверьте.")
    PROPOSAL_WORKFLOW.move(proposal, "confirm")
    made = [
        Pair(
            school=row.school,
            mentor=row.mentor,
            kind=proposal.kind,
            school_year=year,
            origin=PairOrigin.PROPOSAL,
            reason=row.reason,
            points=row.points,
            made_by=by.label,
        )
        for row in rows
    ]
    Pair.objects.bulk_create(made, batch_size=_CHUNK)
    tell_pairs(made)
    _record("proposal_confirmed", f"назначил(а) пары по подбору: {len(made)}", proposal, by, pairs=len(made))
    return made


def _record(event: str, text: str, proposal: Proposal, by: Actor, **data: object) -> None:
    about = {"run": proposal.run, "school_year": proposal.school_year, **data}
    path = proposal.territory.path
    record(f"support.{event}", text[:500], by=by, on=proposal, path=path, confidential=True, data=about)
