"""The management reserve: municipalities propose people, the region considers them and says where they are used."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from opora.access.models import User
from opora.access.queries import who
from opora.core.actor import Actor, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.text import sort_key
from opora.core.workflow import Refused, Stale
from opora.journal.actions import record
from opora.notices.actions.notifying import notify
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.support.models.reserve import CANDIDATE_WORKFLOW, Appointment, Candidate, CandidateState

TO_PROPOSE = "предлагать людей в резерв"
TO_CONSIDER = "решать, кто войдёт в резерв"


def may_consider(user: Actor, candidate: Candidate) -> bool:
    """The region, which writes the lists."""
    return user.may(Permission.LISTS_EDIT, candidate.organisation.path)


@transaction.atomic
def propose(
    *,
    by: Actor,
    organisation: Organisation,
    name: str,
    post: str,
    grounds: str,
    consent: str,
    for_mentoring: bool = False,
    for_headship: bool = False,
) -> Candidate:
    """A person who agreed in writing; the region is told."""
    require(by, Permission.REGISTRY_EDIT, organisation.path, to=TO_PROPOSE)
    values = _said(name, post, grounds, consent, for_mentoring, for_headship)
    _one_at_a_time(organisation)
    if Candidate.objects.filter(organisation=organisation, name=values["name"]).exists():
        raise Refused("Этого человека из этой организации уже предлагали: откройте его и предложите снова.")
    made = Candidate.objects.create(organisation=organisation, proposed_by=by.label, **values)
    _record("proposed", f"предложил(а) в управленческий резерв: {made}", made, by)
    _tell_region(made, by)
    return made


@transaction.atomic
def change_candidate(
    candidate: Candidate,
    *,
    by: Actor,
    name: str,
    post: str,
    grounds: str,
    consent: str,
    for_mentoring: bool = False,
    for_headship: bool = False,
) -> None:
    """What was proposed is put right until the region has decided."""
    require(by, Permission.REGISTRY_EDIT, candidate.organisation.path, to=TO_PROPOSE)
    values = _said(name, post, grounds, consent, for_mentoring, for_headship)
    _one_at_a_time(candidate.organisation)
    others = Candidate.objects.filter(organisation=candidate.organisation, name=values["name"])
    if others.exclude(pk=candidate.pk).exists():
        raise Refused("Человека с таким именем из этой организации уже предлагали.")
    waiting = Candidate.objects.filter(pk=candidate.pk, state=CandidateState.PROPOSED)
    if waiting.update(**values, sort_name=sort_key(values["name"])) != 1:
        raise Stale("По кандидату уже решено: изменить можно только то, что ещё на рассмотрении.")
    candidate.refresh_from_db()
    _record("changed", f"изменил(а) сведения о кандидате резерва: {candidate}", candidate, by)


@transaction.atomic
def include(candidate: Candidate, *, by: Actor, document_text: str = "") -> None:
    require(by, Permission.LISTS_EDIT, candidate.organisation.path, to=TO_CONSIDER)
    values = {"document_text": document_text.strip()[:500], "reason": "", **_now(by)}
    CANDIDATE_WORKFLOW.move(candidate, "include", **values)
    _record("included", f"включил(а) в управленческий резерв: {candidate}", candidate, by)
    _tell_municipality(candidate, by, f"{candidate}: включён(а) в управленческий резерв региона.")


@transaction.atomic
def decline(candidate: Candidate, *, by: Actor, reason: str) -> None:
    require(by, Permission.LISTS_EDIT, candidate.organisation.path, to=TO_CONSIDER)
    CANDIDATE_WORKFLOW.move(candidate, "decline", comment=reason, reason=reason.strip()[:1000], **_now(by))
    _record("declined", f"отклонил(а) кандидата резерва: {candidate}", candidate, by, {"reason": reason})
    _tell_municipality(candidate, by, f"{candidate}: кандидат в резерв отклонён. Причина — на его странице.")


@transaction.atomic
def withdraw(candidate: Candidate, *, by: Actor, reason: str) -> None:
    """By those who propose, or by the region: the person took the consent back, or left. Appointments go on."""
    require(by, Permission.REGISTRY_EDIT, candidate.organisation.path, to=TO_PROPOSE)
    CANDIDATE_WORKFLOW.move(candidate, "withdraw", comment=reason, reason=reason.strip()[:1000], **_now(by))
    _record("withdrawn", f"отозвал(а) кандидата резерва: {candidate}", candidate, by, {"reason": reason})
    if may_consider(by, candidate):
        _tell_municipality(candidate, by, f"{candidate}: регион убрал кандидата из резерва.")
    else:
        _tell_region(candidate, by)


@transaction.atomic
def propose_again(candidate: Candidate, *, by: Actor) -> None:
    require(by, Permission.REGISTRY_EDIT, candidate.organisation.path, to=TO_PROPOSE)
    CANDIDATE_WORKFLOW.move(candidate, "propose_again", decided_at=None, decided_by=None)
    _record("proposed_again", f"снова предложил(а) в управленческий резерв: {candidate}", candidate, by)
    _tell_region(candidate, by)


@transaction.atomic
def appoint(
    candidate: Candidate, *, by: Actor, kind: str, school: Organisation, since: dt.date, document_text: str = ""
) -> Appointment:
    """Where a person of the reserve is used. Nobody is told by it: the pair or the order of headship tells."""
    require(by, Permission.LISTS_EDIT, candidate.organisation.path, to=TO_CONSIDER)
    require(by, Permission.LISTS_EDIT, school.path, to=TO_CONSIDER)
    candidate = Candidate.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=candidate.pk)
    if candidate.state != CandidateState.INCLUDED:
        raise Refused("Назначить можно только того, кто в резерве: сначала включите его.")
    if school.kind != OrganisationKind.SCHOOL:
        raise Refused(f"«{school}» — не общеобразовательная организация.")
    if candidate.appointments.filter(kind=kind, school=school, until=None).exists():
        raise Refused("Такое назначение уже действует.")
    made = candidate.appointments.create(
        kind=kind, school=school, since=since, document_text=document_text.strip(), made_by=by.label
    )
    _of_school("appointed", f"назначил(а) из резерва: {candidate}, {made}", made, by)
    return made


@transaction.atomic
def end_appointment(appointment: Appointment, *, by: Actor, until: dt.date, reason: str) -> None:
    require(by, Permission.LISTS_EDIT, appointment.school.path, to=TO_CONSIDER)
    if not reason.strip():
        raise Refused("Напишите, почему назначение закончилось.")
    if until < appointment.since:
        raise Refused(f"Назначение началось {appointment.since:%d.%m.%Y}: закончиться раньше оно не может.")
    if until > today():
        raise Refused("Этот день ещё не наступил: отметьте конец назначения, когда оно закончится.")
    running = Appointment.objects.filter(pk=appointment.pk, until=None)
    if running.update(until=until, end_reason=reason.strip()[:500]) != 1:
        raise Stale("Назначение уже закончено. Обновите страницу и посмотрите.")
    appointment.refresh_from_db()
    words = f"закончил(а) назначение из резерва: {appointment.candidate}, {appointment}"
    _of_school("appointment_ended", words, appointment, by)


def _said(name: str, post: str, grounds: str, consent: str, for_mentoring: bool, for_headship: bool) -> dict[str, Any]:
    values = {"name": name, "post": post, "grounds": grounds, "consent": consent}
    values = {key: value.strip() for key, value in values.items()} | {"name": " ".join(name.split())}
    if not all(values.values()):
        raise Refused("Назовите человека, должность, основания и его письменное согласие.")
    if not (for_mentoring or for_headship):
        raise Refused("Отметьте, для чего человек предлагается: для наставничества, для руководства школой или обоих.")
    return {**values, "for_mentoring": for_mentoring, "for_headship": for_headship}


def _one_at_a_time(organisation: Organisation) -> None:
    """Of two who name the same person at once the second sees what the first did."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def _now(by: Actor) -> dict[str, Any]:
    return {"decided_at": timezone.now(), "decided_by": by.label}


def _record(event: str, text: str, candidate: Candidate, by: Actor, data: dict[str, Any] | None = None) -> None:
    path = candidate.organisation.path
    record(f"support.candidate_{event}", text[:500], by=by, on=candidate, path=path, data=data or {})


def _of_school(event: str, text: str, made: Appointment, by: Actor) -> None:
    path = made.school.path
    data = {"kind": made.kind, "school": made.school.code}
    record(f"support.{event}", text[:500], by=by, on=made.candidate, path=path, confidential=True, data=data)


def _tell_region(candidate: Candidate, by: Actor) -> None:
    region = Organisation.objects.get(path=candidate.organisation.root_path)
    words = f"Управленческий резерв: {candidate} — {candidate.get_state_display()}."
    _tell(candidate, by, who(Permission.LISTS_EDIT, region), words, (Permission.LISTS_EDIT, region.path))


def _tell_municipality(candidate: Candidate, by: Actor, text: str) -> None:
    """Those who may propose where the person works: its municipality, or the region's own organisation."""
    place = candidate.organisation
    if place.kind == OrganisationKind.SCHOOL and place.parent:
        place = place.parent
    _tell(candidate, by, who(Permission.REGISTRY_EDIT, place), text, (Permission.REGISTRY_EDIT, place.path))


def _tell(candidate: Candidate, by: Actor, people: list[User], text: str, needs: tuple[Permission, str]) -> None:
    notify(
        [one for one in people if one.actor_id != by.actor_id],
        kind=NoticeKind.RESERVE,
        text=text,
        url=candidate.get_absolute_url(),
        on=candidate,
        key=f"candidate:{candidate.public_id}:{timezone.now().isoformat()}",
        needs=needs,
    )
