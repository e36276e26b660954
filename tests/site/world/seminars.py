"""Events of a region: one that all may come to, one for listed schools, one that is over with its certificate."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.utils import timezone

from opora.access.models import User
from opora.development.actions.events import keeping, outcomes, places
from opora.development.actions.events.keeping import Said
from opora.development.actions.events.places import Comer
from opora.development.models import Certificate, Event
from opora.registry.models import Organisation

if TYPE_CHECKING:
    from tests.site.world.objects import World


def add_seminars(world: World) -> None:
    world.seminar = seminar(world, world.word("Лекция-а"), secret=False)
    world.secret_seminar = seminar(world, world.word("Лекция-б"), secret=True)
    world.past_seminar = seminar(world, "Прошедший семинар", secret=False)
    by = User.objects.get(pk=world.coordinator.pk)
    begins = timezone.now() - dt.timedelta(days=2)
    Event.objects.filter(pk=world.past_seminar.pk).update(begins_at=begins, ends_at=begins + dt.timedelta(hours=2))
    keeping.hold(world.past_seminar, by=by, present=[one.pk for one in world.past_seminar.registrations.all()])
    outcomes.issue(world.past_seminar, by=by)
    world.certificate = Certificate.objects.get(registration__event=world.past_seminar)


def ask_too(event: Event, by: User, schools: list[Organisation]) -> None:
    """These are invited beside those who are, and somebody comes from each."""
    names = ("kind", "title", "begins_at", "ends_at", "audience", "confidential", "hours")
    kept = {name: getattr(event, name) for name in names}
    programme = [(one.at, one.text, one.speaker) for one in event.programme.all()]
    asked = [one.organisation for one in event.invitations.select_related("organisation")]
    keeping.change(event, Said(**kept, programme=programme, invited=[*asked, *schools]), by=by)
    for one in schools:
        places.register(event, [Comer("Тоже идёт", "учитель")], by=by, organisation=one)


def seminar(world: World, word: str, *, secret: bool) -> Event:
    """Announced, with a file; somebody of the first school comes."""
    by, school = User.objects.get(pk=world.coordinator.pk), world.region.schools[0]
    begins = timezone.now() + dt.timedelta(days=20)
    said = Said(
        kind="seminar",
        title=f"О чтении, {word}",
        begins_at=begins,
        ends_at=begins + dt.timedelta(hours=2),
        audience="closed" if secret else "territory",
        confidential=secret,
        hours=6,
        programme=[("10:00", f"Говорит {word}", word)],
        invited=[school] if secret else [],
    )
    made = keeping.create(world.region.authority, said, by=by)
    keeping.announce(made, by=by)
    outcomes.attach(made, by=by, file=ContentFile(b"%PDF-1.7 slides", name=f"Файл {word}.pdf"))
    places.register(made, [Comer(f"Идёт {word}", "учитель")], by=by, organisation=school)
    return Event.objects.select_related("territory").get(pk=made.pk)
