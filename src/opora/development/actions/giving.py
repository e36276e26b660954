"""A diagnosis is prepared, given to teachers, closed."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from opora.access.models import User
from opora.core.actor import Actor, System, require
from opora.core.clock import today
from opora.core.models import new_public_ids
from opora.core.permissions import Permission
from opora.core.workflow import Refused, Stale
from opora.development.actions.sitting import finish_started
from opora.development.models import (
    DIAGNOSIS_WORKFLOW,
    Diagnosis,
    DiagnosisState,
    InstrumentVersion,
    Sitting,
    SittingState,
)
from opora.development.queries.giving import called
from opora.journal.actions import record
from opora.notices.actions.notifying import notify
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation
from opora.ui import words

TO_GIVE = "проводить диагностику педагогов"


@transaction.atomic
def prepare(
    *,
    by: Actor,
    version: InstrumentVersion,
    place: Organisation,
    post: str,
    title: str,
    opens: dt.date,
    closes: dt.date,
    names_to_heads: bool = False,
) -> Diagnosis:
    """Of a published version, for the teachers of a place; results by names to heads are the region's to allow."""
    territory = version.instrument.territory
    require(by, Permission.DEVELOPMENT_EDIT, territory.path, to=TO_GIVE)
    require(by, Permission.DEVELOPMENT_EDIT, place.path, to=TO_GIVE)
    if names_to_heads:
        require(by, Permission.DEVELOPMENT_EDIT, place.root_path, to="открывать руководителям результаты по именам")
    if version.published_at is None:
        raise Refused("Диагностика проводится только по опубликованной версии инструмента.")
    made = Diagnosis.objects.create(
        version=version,
        territory=territory,
        place=place,
        post=post,
        title=title,
        opens=opens,
        closes=closes,
        names_to_heads=names_to_heads,
        made_by=by.label,
    )
    _note("prepared", f"подготовил(а) диагностику «{made}»", made, by)
    return made


@transaction.atomic
def give(one: Diagnosis, *, by: Actor) -> int:
    """A sitting for each teacher who is called now; those with accounts are told. How many."""
    require(by, Permission.DEVELOPMENT_EDIT, one.territory.path, to=TO_GIVE)
    people = called(one)
    if not people:
        raise Refused(f"Людей с должностью «{one.post}» здесь нет. Проверьте должность или внесите людей в реестр.")
    DIAGNOSIS_WORKFLOW.move(one, "open")
    rows = [
        Sitting(public_id=public_id, diagnosis=one, person_id=person, organisation_id=school)
        for public_id, (person, school) in zip(new_public_ids(len(people)), people.items(), strict=True)
    ]
    Sitting.objects.bulk_create(rows, batch_size=500)
    users = User.objects.filter(person__in=Sitting.objects.filter(diagnosis=one).values("person"), is_active=True)
    text = f"Вам назначена диагностика «{one}»: до {words.day(one.closes)}. Результат первым увидите вы."
    kind = NoticeKind.DEVELOPMENT
    notify(users, kind=kind, text=text, url="/development/", on=one, key=f"diagnosis:{one.public_id}")
    _note("given", f"назначил(а) диагностику «{one}», педагогов: {len(rows)}", one, by)
    return len(rows)


@transaction.atomic
def drop(one: Diagnosis, *, by: Actor) -> None:
    """One that was prepared and given to nobody yet."""
    require(by, Permission.DEVELOPMENT_EDIT, one.territory.path, to=TO_GIVE)
    found = Diagnosis.objects.select_for_update(of=("self",)).filter(pk=one.pk, state=DiagnosisState.PREPARED).first()
    if found is None:
        raise Stale("Диагностика уже назначена: удалить её нельзя, можно только завершить.")
    _note("dropped", f"удалил(а) диагностику «{one}», которую ещё никому не назначили", one, by)
    found.delete()


@transaction.atomic
def close(one: Diagnosis, *, by: Actor) -> None:
    """Whoever is sitting hands in what he has; whoever has not begun has missed it. Final."""
    if not isinstance(by, System):
        require(by, Permission.DEVELOPMENT_EDIT, one.territory.path, to=TO_GIVE)
    DIAGNOSIS_WORKFLOW.move(one, "close")
    finish_started(Sitting.objects.filter(diagnosis=one, state=SittingState.STARTED))
    Sitting.objects.filter(diagnosis=one, state=SittingState.ASSIGNED).update(state=SittingState.MISSED)
    _note("closed", f"завершил(а) диагностику «{one}»", one, by)


def end_what_is_over() -> None:
    """At every tick: sittings whose time is over are handed in; diagnoses whose days are over are closed."""
    with transaction.atomic():
        finish_started(Sitting.objects.expired(timezone.now()))
    over = Diagnosis.objects.filter(state=DiagnosisState.OPEN, closes__lt=today())
    for one in over.select_related("territory"):
        try:
            close(one, by=System())
        except Stale:
            continue  # another worker has


def _note(event: str, text: str, one: Diagnosis, by: Actor) -> None:
    record(f"development.diagnosis_{event}", text, by=by, on=one, path=one.territory.path)
