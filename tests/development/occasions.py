"""Events as the tests need them: what is said of one, announced, held."""

from __future__ import annotations

import datetime as dt
from typing import Any

import time_machine
from django.utils import timezone

from opora.access.models import User
from opora.development.actions.events import keeping
from opora.development.actions.events.keeping import Said
from opora.development.actions.events.places import Comer
from opora.development.models import Event
from opora.registry.models import Organisation

SOON = dt.timedelta(days=3)


def said(**values: Any) -> Said:
    begins = values.pop("begins_at", timezone.now() + SOON)
    given: dict[str, Any] = {"kind": "seminar", "title": "Смысловое чтение", "begins_at": begins, "hours": 6}
    return Said(**{**given, "ends_at": begins + dt.timedelta(hours=2), **values})


def announced(territory: Organisation, by: User, **values: Any) -> Event:
    made = keeping.create(territory, said(**values), by=by)
    keeping.announce(made, by=by)
    return Event.objects.select_related("territory").get(pk=made.pk)


def named(*names: str) -> list[Comer]:
    return [Comer(name, "учитель") for name in names]


def states(event: Event) -> list[tuple[str, str]]:
    return list(event.registrations.order_by("pk").values_list("name", "state"))


def later(event: Event) -> Any:
    return time_machine.travel(event.ends_at + dt.timedelta(minutes=1), tick=False)


def titles(user: User) -> set[str]:
    return set(Event.objects.visible(user).values_list("title", flat=True))
