"""An instrument is made, changed piece by piece, published; a published version stays as it is for ever."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused, Stale
from opora.development.content import Content, to_json, unready
from opora.development.models import Instrument, InstrumentVersion
from opora.journal.actions import record
from opora.registry.models import Organisation

TO_BUILD = "составлять инструменты диагностики"
_STALE = "Пока вы работали, инструмент изменил кто-то другой. Посмотрите, что стало, и повторите."


@transaction.atomic
def create(*, by: Actor, territory: Organisation, title: str, subject: str, kind: str) -> Instrument:
    """An instrument with a first version to be built."""
    require(by, Permission.DEVELOPMENT_EDIT, territory.path, to=TO_BUILD)
    made = Instrument.objects.create(territory=territory, title=title, subject=subject, kind=kind, made_by=by.label)
    made.versions.create(number=1, content=to_json(Content()))
    _note("created", f"составил(а) инструмент диагностики «{made}»", made, by)
    return made


@transaction.atomic
def change(version: InstrumentVersion, made: Callable[[Content], Content], *, by: Actor, revision: int) -> None:
    """Put what `made` makes of the content in its place, if nobody has changed it since `revision`."""
    require(by, Permission.DEVELOPMENT_EDIT, version.instrument.territory.path, to=TO_BUILD)
    if version.published_at:
        raise Refused("Эта версия опубликована, её уже не меняют. Начните новую версию.")
    if version.revision != revision:
        raise Stale(_STALE)
    content = to_json(made(version.said))
    same = InstrumentVersion.objects.filter(pk=version.pk, revision=revision, published_at=None)
    if same.update(content=content, revision=revision + 1) != 1:
        raise Stale(_STALE)
    version.content, version.revision = content, revision + 1
    version.__dict__.pop("said", None)


@transaction.atomic
def publish(version: InstrumentVersion, *, by: Actor, revision: int) -> None:
    """The version is frozen as the person saw it."""
    one = version.instrument
    require(by, Permission.DEVELOPMENT_EDIT, one.territory.path, to=TO_BUILD)
    if lacks := unready(version.said):
        raise Refused("Инструмент ещё не готов. " + " ".join(lacks))
    same = InstrumentVersion.objects.filter(pk=version.pk, revision=revision, published_at=None)
    now = timezone.now()
    if same.update(published_at=now, published_by=by.label) != 1:
        raise Stale(_STALE)
    version.published_at, version.published_by = now, by.label
    _note("published", f"опубликовал(а) инструмент диагностики «{version}»", one, by)


@transaction.atomic
def new_version(one: Instrument, *, by: Actor) -> InstrumentVersion:
    """A version to be built, begun as the newest one; the one that is being built already, where there is one."""
    require(by, Permission.DEVELOPMENT_EDIT, one.territory.path, to=TO_BUILD)
    Instrument.objects.select_for_update().get(pk=one.pk)
    newest = one.versions.order_by("-number")[0]
    if newest.published_at is None:
        return newest
    made = InstrumentVersion.objects.create(instrument=one, number=newest.number + 1, content=newest.content)
    _note("version", f"начал(а) новую версию инструмента «{one}»", one, by)
    return made


def _note(event: str, text: str, one: Instrument, by: Actor) -> None:
    record(f"development.instrument_{event}", text, by=by, on=one, path=one.territory.path)
