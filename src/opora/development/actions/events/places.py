"""Places of an event: first come, first served; a place that is freed goes to whoever has waited longest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q

from opora.access.models import User
from opora.core.actor import Actor, Denied, require
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Refused
from opora.development.actions.events.common import locked, may_keep_secret, note, tell, when
from opora.development.models import (
    ASKED,
    REGISTRATION_WORKFLOW,
    Event,
    EventState,
    Registration,
    RegistrationState,
)
from opora.registry.models import Organisation, Person

TO_REGISTER = "записывать людей этой организации"
MOST = 200  # people of one organisation at once


@dataclass(frozen=True, slots=True)
class Comer:
    """A person of the registry, or one named in words; `user` where he has an account."""

    name: str
    post: str = ""
    person: Person | None = None
    user: User | None = None


def admits(event: Event, organisation: Organisation) -> bool:
    """Whether people of the organisation may come."""
    if event.audience in ASKED:
        return event.invitations.filter(organisation=organisation).exists()
    return organisation.path.startswith(event.reach)


@transaction.atomic
def register(event: Event, people: Sequence[Comer], *, by: Actor, organisation: Organisation) -> list[Registration]:
    """In the organisation's name. Who is registered already stays where he is; those who find no place wait."""
    if not by.may(Permission.DEVELOPMENT_EDIT, event.territory.path):
        require(by, Permission.ASSIGNMENTS_SUBMIT, organisation.path, to=TO_REGISTER)
    return _register(event, people, by, organisation)


@transaction.atomic
def register_oneself(event: Event, *, by: User, organisation: Organisation) -> Registration:
    """From an organisation in which one works."""
    if organisation.path not in {one.organisation.path for one in by.active_memberships}:
        raise Denied("Записаться можно от организации, в которой вы работаете.")
    posts = by.person.posts.filter(organisation=organisation) if by.person else None
    post = posts.first() if posts is not None else None
    name = by.get_full_name() or by.username
    made = _register(event, [Comer(name, post.title if post else "", by.person, by)], by, organisation)
    if not made:
        raise Refused("Вы уже записаны.")
    return made[0]


def _register(event: Event, people: Sequence[Comer], by: Actor, organisation: Organisation) -> list[Registration]:
    event = locked(event)
    told = not event.confidential or knowledge(by).of(organisation.path)
    if not told or not Event.objects.visible(by).filter(pk=event.pk).exists() or not admits(event, organisation):
        raise Denied("Это событие не для этой организации.")
    if not event.takes:
        raise Refused("Запись закрыта: событие уже началось, прошёл последний день записи или оно отменено.")
    if len(people) > MOST:
        raise Refused(f"За один раз записывают до {MOST} человек.")
    standing = event.registrations.standing()
    known = set(standing.filter(person__isnull=False).values_list("person", flat=True))
    named = set(standing.filter(person=None, organisation=organisation).values_list("name", flat=True))
    made = []
    for one in people:
        if (one.person and one.person.pk in known) or (not one.person and one.name[:300] in named):
            continue
        user = one.user or (User.objects.filter(person=one.person).first() if one.person else None)
        row = Registration.objects.create(
            event=event,
            organisation=organisation,
            person=one.person,
            user=user,
            name=one.name[:300],
            post=one.post[:300],
            state=RegistrationState.GOING if _take(event) else RegistrationState.WAITING,
            made_by=by.label,
        )
        if one.person:
            known.add(one.person.pk)
        else:
            named.add(row.name)
        made.append(row)
    if made:
        path = organisation.path
        note("registered", f"записал(а) на событие «{event}» ({organisation}): {len(made)}", event, by, path=path)
    for state, text in (
        (RegistrationState.GOING, f"Вас записали: «{event}», {when(event)}."),
        (RegistrationState.WAITING, f"Вы в листе ожидания: «{event}», {when(event)}. Освободится место — сообщим."),
    ):
        for row in made:
            if row.state == state:
                tell(event, [row], text, f"registered:{row.public_id}", by=by)
    return made


def check_withdraws(registration: Registration, by: Actor) -> None:
    """Oneself, one's organisation, or whoever keeps the event; else `Denied`."""
    event = registration.event
    if by.may(Permission.DEVELOPMENT_EDIT, event.territory.path):
        may_keep_secret(by, event.territory, event.confidential)
    elif not Registration.objects.of(by).filter(pk=registration.pk).exists():
        require(by, Permission.ASSIGNMENTS_SUBMIT, registration.organisation.path, to=TO_REGISTER)


@transaction.atomic
def withdraw(registration: Registration, *, by: Actor) -> None:
    """The place goes to the first who waits."""
    check_withdraws(registration, by)
    event, organisation = locked(registration.event), registration.organisation
    if event.state != EventState.ANNOUNCED or event.has_begun:
        raise Refused("Событие уже началось, прошло или отменено: запись не снять.")
    registration.refresh_from_db(fields=["state"])  # whoever waited may have got a place meanwhile
    had_place = registration.state == RegistrationState.GOING
    REGISTRATION_WORKFLOW.move(registration, "withdraw")
    text = f"снял(а) запись на событие «{event}»: {registration}"
    note("withdrew", text, event, by, path=organisation.path)
    row = Registration.objects.select_related("organisation", "user", "person__user").get(pk=registration.pk)
    tell(event, [row], f"Ваша запись снята: «{event}», {when(event)}.", f"withdrawn:{row.public_id}", by=by)
    if had_place:
        Event.objects.filter(pk=event.pk, taken__gt=0).update(taken=F("taken") - 1)
        fill(event)


def fill(event: Event) -> None:
    """Free places go to those who wait, in the order in which they came. The event is locked."""
    waiting = event.registrations.filter(state=RegistrationState.WAITING).order_by("pk")
    for row in waiting.select_related("organisation", "user", "person__user"):
        if not _take(event):
            return
        REGISTRATION_WORKFLOW.move(row, "promote")
        tell(event, [row], f"Освободилось место, вы записаны: «{event}», {when(event)}.", f"place:{row.public_id}")


def _take(event: Event) -> bool:
    """Whether a place was free and is taken now: compared and swapped in the database."""
    free = Q(places__isnull=True) | Q(taken__lt=F("places"))
    return Event.objects.filter(free, pk=event.pk, state=EventState.ANNOUNCED).update(taken=F("taken") + 1) == 1
