"""Organisations: made, described, renamed."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from opora.core.actor import LEVEL, Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.registry import coordinates
from opora.registry.actions.aliases import keep_name
from opora.registry.actions.changes import changes, in_words
from opora.registry.models import Organisation
from opora.registry.models.organisations import LONGEST_PATH, OrganisationState

DETAILS = ("kind", "code", "settlement", "address", "email", "phone", "pupils", "latitude", "longitude")
RIGHT = "изменять реестр организаций"


@transaction.atomic
def create(
    *,
    by: Actor,
    parent: Organisation | None,
    kind: str,
    name: str,
    short_name: str = "",
    **details: Any,
) -> Organisation:
    """A new organisation below `parent`; a region, which has none, is made by the system alone."""
    require(by, Permission.REGISTRY_EDIT, parent.path if parent else "", to=RIGHT)
    if parent and parent.state == OrganisationState.CLOSED:
        raise Refused(f"{parent} закрыта: подчинить ей организацию нельзя.")
    if parent and len(parent.path) + LEVEL > LONGEST_PATH:
        raise Refused("Слишком много уровней подчинения.")
    _known(details)
    _free_code(details.get("code", ""), None)
    organisation = Organisation(
        parent=parent, kind=kind, name=name.strip(), short_name=(short_name or name).strip(), **details
    )
    _on_the_map(organisation)
    organisation.save()
    data = {"name": organisation.name, "short_name": organisation.short_name, "kind": kind, **details}
    record(
        "registry.organisation_created",
        f"внёс(ла) в реестр организацию «{organisation}»",
        by=by,
        on=organisation,
        path=organisation.path,
        data={"new": {key: value for key, value in data.items() if value not in ("", None)}},
    )
    return organisation


@transaction.atomic
def edit(organisation: Organisation, *, by: Actor, **details: Any) -> Organisation:
    """Change any of `DETAILS`; names are changed by `rename`, the place by `tree.move`."""
    require(by, Permission.REGISTRY_EDIT, organisation.path, to=RIGHT)
    _known(details)
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    found = changes(organisation, details)
    if not found:
        return organisation
    _free_code(details.get("code", ""), organisation.pk)
    for name, value in details.items():
        setattr(organisation, name, value)
    _on_the_map(organisation)
    organisation.save()
    record(
        "registry.organisation_edited",
        f"изменил(а) сведения об организации «{organisation}»: {in_words(organisation, found)}",
        by=by,
        on=organisation,
        path=organisation.path,
        data=found,
    )
    return organisation


@transaction.atomic
def rename(organisation: Organisation, *, by: Actor, name: str, short_name: str = "") -> Organisation:
    """Give new names; documents that still use the old ones lead here, for they stay as other names."""
    require(by, Permission.REGISTRY_EDIT, organisation.path, to=RIGHT)
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    name = name.strip()
    wanted = {"name": name, "short_name": (short_name or name).strip()}
    found = changes(organisation, wanted)
    if not found:
        return organisation
    old = organisation.short_name
    before = [organisation.name, organisation.short_name]
    organisation.name, organisation.short_name = wanted["name"], wanted["short_name"]
    organisation.save()
    for former in before:
        keep_name(organisation, former)
    record(
        "registry.organisation_renamed",
        f"переименовал(а) организацию «{old}» в «{organisation}»",
        by=by,
        on=organisation,
        path=organisation.path,
        data=found,
    )
    return organisation


def _known(details: dict[str, Any]) -> None:
    unknown = set(details) - set(DETAILS)
    if unknown:
        raise TypeError(f"unknown fields {sorted(unknown)}")


def _on_the_map(organisation: Organisation) -> None:
    if wrong := coordinates.problem(organisation.latitude, organisation.longitude):
        raise Refused(wrong)


def _free_code(code: str, own: int | None) -> None:
    holder = Organisation.objects.filter(code=code).first() if code else None
    if holder and holder.pk != own:
        raise Refused(f"Код «{code}» уже у организации «{holder}».")
