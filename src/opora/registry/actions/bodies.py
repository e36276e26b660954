"""Working groups and commissions with their members."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from opora.core.actor import Actor, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.registry.actions.changes import changes
from opora.registry.models import Body, BodyMember, Organisation, Person
from opora.registry.models.bodies import BodyKind, BodyRole

RIGHT = "изменять рабочие группы"


@dataclass(frozen=True, slots=True)
class Member:
    """A member as a document names him."""

    name: str
    position: str = ""
    role: str = BodyRole.MEMBER
    person: Person | None = None
    organisation: Organisation | None = None


@transaction.atomic
def create_body(
    *,
    by: Actor,
    organisation: Organisation,
    name: str,
    kind: str = BodyKind.WORKING_GROUP,
    document_id: str = "",
    members: Sequence[Member] = (),
) -> Body:
    """A body set up at `organisation` (by the document of that public id)."""
    require(by, Permission.REGISTRY_EDIT, organisation.path, to=RIGHT)
    body = Body.objects.create(organisation=organisation, name=name, kind=kind, document_id=document_id)
    _write(body, members)
    record(
        "registry.body_created",
        f"создал(а): {body.get_kind_display()} «{body}», {organisation}",
        by=by,
        on=body,
        path=organisation.path,
        data={"document": document_id, "members": [member.name for member in members]},
    )
    return body


@transaction.atomic
def edit_body(
    body: Body, *, by: Actor, name: str | None = None, kind: str | None = None, members: Sequence[Member] | None = None
) -> Body:
    """Change what is given; `members` are the whole new composition in order."""
    require(by, Permission.REGISTRY_EDIT, body.organisation.path, to=RIGHT)
    wanted = {key: value for key, value in (("name", name), ("kind", kind)) if value is not None}
    found: dict[str, Any] = dict(changes(body, wanted))
    for key, value in wanted.items():
        setattr(body, key, value)
    body.save()
    if members is not None:
        before = [_said(member) for member in body.members.all()]
        after = [_said(member) for member in members]
        if before != after:
            found["members"] = [before, after]
            body.members.all().delete()
            _write(body, members)
    if found:
        record(
            "registry.body_edited",
            f"изменил(а): {body.get_kind_display()} «{body}»" + (", состав" if "members" in found else ""),
            by=by,
            on=body,
            path=body.organisation.path,
            data=found,
        )
    return body


@transaction.atomic
def dissolve_body(body: Body, *, by: Actor, on: dt.date | None = None) -> Body:
    require(by, Permission.REGISTRY_EDIT, body.organisation.path, to=RIGHT)
    if body.dissolved_on:
        raise Refused(f"«{body}» уже распущена.")
    body.dissolved_on = on or today()
    body.save()
    record(
        "registry.body_dissolved",
        f"распустил(а): {body.get_kind_display()} «{body}»",
        by=by,
        on=body,
        path=body.organisation.path,
        data={"on": body.dissolved_on.isoformat()},
    )
    return body


def _write(body: Body, members: Sequence[Member]) -> None:
    BodyMember.objects.bulk_create(
        [
            BodyMember(
                body=body,
                order=order,
                name=member.name,
                position=member.position,
                role=member.role,
                person=member.person,
                organisation=member.organisation,
            )
            for order, member in enumerate(members, start=1)
        ]
    )


def _said(member: Member | BodyMember) -> str:
    role = BodyRole(member.role).label
    return ", ".join(part for part in (member.name, member.position, role) if part)
