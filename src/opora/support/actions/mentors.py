"""The registry of mentors, kept by those who keep their organisations."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.registry.models import Organisation
from opora.support.models.mentoring import MENTOR_WORKFLOW, Mentor, MentorKind

TO_KEEP = "вести реестр наставников"


@transaction.atomic
def add_mentor(
    *,
    by: Actor,
    organisation: Organisation,
    kind: str,
    name: str = "",
    strengths: Mapping[str, int] | None = None,
    good_at: str = "",
    load: int = 3,
) -> Mentor:
    """A school as a whole has no name; a curator, tutor or methodist has his."""
    require(by, Permission.REGISTRY_EDIT, organisation.path, to=TO_KEEP)
    name = _name(kind, name)
    if Mentor.objects.filter(organisation=organisation, kind=kind, name=name).exists():
        raise Refused("Такой наставник уже есть в реестре: откройте его и измените.")
    made = Mentor.objects.create(
        organisation=organisation, kind=kind, name=name, strengths=dict(strengths or {}), good_at=good_at, load=load
    )
    _record("mentor_added", f"внёс(ла) в реестр наставника: {made}", made, by)
    return made


@transaction.atomic
def change_mentor(
    mentor: Mentor, *, by: Actor, kind: str, name: str, strengths: Mapping[str, int], good_at: str, load: int
) -> None:
    require(by, Permission.REGISTRY_EDIT, mentor.organisation.path, to=TO_KEEP)
    name = _name(kind, name)
    same = Mentor.objects.filter(organisation=mentor.organisation, kind=kind, name=name).exclude(pk=mentor.pk)
    if same.exists():
        raise Refused("Такой наставник уже есть в реестре.")
    mentor.kind, mentor.name, mentor.strengths = kind, name, dict(strengths)
    mentor.good_at, mentor.load = good_at, load
    mentor.save(update_fields=["kind", "name", "sort_name", "strengths", "good_at", "load"])
    _record("mentor_changed", f"изменил(а) наставника: {mentor}", mentor, by)


@transaction.atomic
def archive_mentor(mentor: Mentor, *, by: Actor) -> None:
    """He is proposed no more; his pairs stay until they are ended."""
    require(by, Permission.REGISTRY_EDIT, mentor.organisation.path, to=TO_KEEP)
    MENTOR_WORKFLOW.move(mentor, "archive")
    _record("mentor_archived", f"убрал(а) в архив наставника: {mentor}", mentor, by)


@transaction.atomic
def restore_mentor(mentor: Mentor, *, by: Actor) -> None:
    require(by, Permission.REGISTRY_EDIT, mentor.organisation.path, to=TO_KEEP)
    MENTOR_WORKFLOW.move(mentor, "restore")
    _record("mentor_restored", f"вернул(а) из архива наставника: {mentor}", mentor, by)


def _name(kind: str, name: str) -> str:
    name = " ".join(name.split())
    if kind == MentorKind.SCHOOL:
        return ""
    if not name:
        raise Refused("Назовите человека: фамилия, имя, отчество. Без имени бывает только школа.")
    return name


def _record(event: str, text: str, mentor: Mentor, by: Actor) -> None:
    data = {"load": mentor.load, "strengths": mentor.strengths}
    record(f"support.{event}", text, by=by, on=mentor, path=mentor.organisation.path, data=data)
