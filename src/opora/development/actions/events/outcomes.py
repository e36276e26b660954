"""Files of an event, what was thought of it, certificates for those who were there, the reminder of the day before."""

from __future__ import annotations

import datetime as dt
from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.utils import timezone

from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.workflow import Refused, Stale
from opora.development.actions.events.common import comers, kept, note, tell, when
from opora.development.codes import new_code
from opora.development.models import (
    Certificate,
    Event,
    EventState,
    Feedback,
    Material,
    Registration,
    RegistrationState,
)
from opora.development.queries.events import uncertified
from opora.roadmaps.uploads import check_evidence

MOST_FILES = 30


@transaction.atomic
def attach(event: Event, *, by: Actor, file: Any) -> Material:
    event = kept(event, by)
    if event.materials.count() >= MOST_FILES:
        raise Refused(f"У события уже {MOST_FILES} файлов. Уберите лишние.")
    name = PurePath(file.name or "файл").name[:255]
    size = check_evidence(file, name)
    made = Material.objects.create(event=event, name=name, file=file, size=size)
    note("attached", f"приложил(а) к событию «{event}» файл «{name}»", event, by)
    return made


@transaction.atomic
def detach(material: Material, *, by: Actor) -> None:
    event, name, file = kept(material.event, by), material.name, material.file
    material.delete()
    transaction.on_commit(lambda: file.storage.delete(file.name))
    note("detached", f"убрал(а) у события «{event}» файл «{name}»", event, by)


@transaction.atomic
def give_feedback(event: Event, *, by: Actor, useful: int, clear: int, organised: int, text: str) -> None:
    """Once by each who was there. That he did is kept with him, what he said without; so the journal has nothing."""
    mine = Registration.objects.of(by).going().filter(event=event, present=True).first()
    if mine is None:
        raise Refused("Отзыв оставляют те, кто был на событии.")
    if Registration.objects.filter(pk=mine.pk, answered=False).update(answered=True) != 1:
        raise Stale("Ваш отзыв уже принят. Спасибо!")
    Feedback.objects.create(event=event, useful=useful, clear=clear, organised=organised, text=text.strip()[:4000])


@transaction.atomic
def issue(event: Event, *, by: Actor) -> int:
    """For all who were there and have none yet, one that was withdrawn counts too; how many."""
    event = kept(event, by)
    if event.state != EventState.HELD:
        raise Refused("Сначала отметьте, кто был на событии.")
    if not event.hours:
        raise Refused("У события не указаны часы: сертификаты по нему не выдают.")
    rows = list(uncertified(event).select_related("organisation", "user", "person__user").order_by("pk"))
    about = {"title": event.public_title, "day": event.last_day, "hours": event.hours, "issued_by": by.label}
    Certificate.objects.bulk_create(
        [Certificate(registration=one, code=new_code(), name=one.name, **about) for one in rows], batch_size=500
    )
    if rows:
        note("certified", f"выдал(а) сертификаты за событие «{event}»: {len(rows)}", event, by)
        tell(event, rows, f"Готов ваш сертификат: «{event}», {when(event)}.", "certificate", by=by)
    return len(rows)


@transaction.atomic
def withdraw_certificate(certificate: Certificate, *, by: Actor, reason: str) -> None:
    """Its page says so from now on."""
    event = kept(certificate.registration.event, by)
    reason = reason.strip()[:500]
    if not reason:
        raise Refused("Напишите, почему сертификат отозван.")
    values = {"withdrawn_at": timezone.now(), "withdrawn_by": by.label, "reason": reason}
    if Certificate.objects.valid().filter(pk=certificate.pk).update(**values) != 1:
        raise Stale("Сертификат уже отозван.")
    text = f"отозвал(а) сертификат за событие «{event}»: {certificate.name}. {reason}"
    note("uncertified", text, event, by, {"reason": reason}, path=certificate.registration.organisation.path)


@transaction.atomic
def restore_certificate(certificate: Certificate, *, by: Actor) -> None:
    """It is valid again: it was withdrawn by mistake."""
    event = kept(certificate.registration.event, by)
    values = {"withdrawn_at": None, "withdrawn_by": None, "reason": ""}
    if Certificate.objects.filter(pk=certificate.pk, withdrawn_at__isnull=False).update(**values) != 1:
        raise Stale("Сертификат действует.")
    text = f"вернул(а) сертификат за событие «{event}»: {certificate.name}"
    note("recertified", text, event, by, path=certificate.registration.organisation.path)


def remind() -> None:
    """At every tick: whoever comes tomorrow or later today is told once."""
    soon = timezone.make_aware(dt.datetime.combine(today() + dt.timedelta(days=2), dt.time()))
    rows = Event.objects.filter(state=EventState.ANNOUNCED, reminded_at=None, begins_at__lt=soon)
    for event in rows.filter(begins_at__gt=timezone.now()).select_related("territory"):
        with transaction.atomic():
            mine = Event.objects.filter(pk=event.pk, state=EventState.ANNOUNCED, reminded_at=None)
            if mine.update(reminded_at=timezone.now()):
                going = [one for one in comers(event) if one.state == RegistrationState.GOING]
                text = f"Скоро: «{event}», {when(event)}. {event.place or event.link}".strip()
                tell(event, going, text, f"soon:{event.revision}")
