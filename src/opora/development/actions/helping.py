"""The catalogue of what helps against a deficit: courses, events, mentors."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.development.models import Help
from opora.journal.actions import record
from opora.registry.models import Organisation

TO_KEEP = "вести каталог курсов и наставников"


@transaction.atomic
def add(*, by: Actor, territory: Organisation, **values: Any) -> Help:
    require(by, Permission.DEVELOPMENT_EDIT, territory.path, to=TO_KEEP)
    made = Help.objects.create(territory=territory, **values)
    _note("added", f"добавил(а) в каталог помощи «{made}»", made, by)
    return made


@transaction.atomic
def change(one: Help, *, by: Actor, **values: Any) -> None:
    require(by, Permission.DEVELOPMENT_EDIT, one.territory.path, to=TO_KEEP)
    for name, value in values.items():
        setattr(one, name, value)
    one.save(update_fields=[*values, "sort_title"])
    _note("changed", f"изменил(а) в каталоге помощи «{one}»", one, by)


@transaction.atomic
def withdraw(one: Help, *, by: Actor, back: bool = False) -> None:
    """Out of the catalogue, or back; plans that name it keep it."""
    require(by, Permission.DEVELOPMENT_EDIT, one.territory.path, to=TO_KEEP)
    one.withdrawn_at = None if back else timezone.now()
    one.save(update_fields=["withdrawn_at"])
    said = "вернул(а) в каталог помощи" if back else "убрал(а) из каталога помощи"
    _note("returned" if back else "withdrawn", f"{said} «{one}»", one, by)


def _note(event: str, text: str, one: Help, by: Actor) -> None:
    record(f"development.help_{event}", text, by=by, on=one, path=one.territory.path)
