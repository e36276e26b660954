"""Other names by which documents call organisations, bodies and groups."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.text import fold
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.registry.models import Alias, Body, Organisation
from opora.registry.models.organisations import AliasTarget

RIGHT = "изменять реестр организаций"


@transaction.atomic
def add_alias(
    *,
    by: Actor,
    territory: Organisation,
    name: str,
    organisation: Organisation | None = None,
    body: Body | None = None,
    group: str = "",
) -> Alias:
    """In documents of `territory` and below, `name` means the one given of organisation, body and group."""
    require(by, Permission.REGISTRY_EDIT, territory.path, to=RIGHT)
    name = " ".join(name.split())
    if not fold(name):
        raise Refused("Напишите название.")
    if (organisation is not None) + (body is not None) + bool(group) != 1:
        raise TypeError("an alias has one target")
    taken = Alias.objects.filter(territory=territory, folded=fold(name)).first()
    if taken:
        raise Refused(f"Название «{taken}» уже занято: {taken.organisation or taken.body or 'группа организаций'}.")
    target = AliasTarget.ORGANISATION if organisation else AliasTarget.BODY if body else AliasTarget.GROUP
    alias = Alias.objects.create(
        territory=territory, name=name, target=target, organisation=organisation, body=body, group=group
    )
    meant = organisation or body or territory
    record(
        "registry.alias_added",
        f"записал(а) другое название «{name}»: {organisation or body or f'группа «{group}»'}",
        by=by,
        on=meant,
        path=territory.path,
        data={"name": name, "territory": territory.public_id, "target": target, "group": group},
    )
    return alias


@transaction.atomic
def remove_alias(alias: Alias, *, by: Actor) -> None:
    """Forget a name; a territory's own documents will no longer be read so."""
    require(by, Permission.REGISTRY_EDIT, alias.territory.path, to=RIGHT)
    organisation = alias.organisation
    record(
        "registry.alias_removed",
        f"убрал(а) другое название «{alias}»: {organisation or alias.body or f'группа «{alias.group}»'}",
        by=by,
        on=organisation or alias.body or alias.territory,
        path=alias.territory.path,
        data={"name": alias.name, "territory": alias.territory.public_id, "group": alias.group},
    )
    alias.delete()
    if organisation:
        Organisation.objects.filter(pk=organisation.pk).reindex()


def territory_of(organisation: Organisation) -> Organisation:
    """Where an organisation's other names count: among its neighbours."""
    return organisation.parent or organisation


def keep_name(organisation: Organisation, name: str) -> Alias | None:
    """Make `name` lead to the organisation, unless it is its name or another's already."""
    folded = fold(name)
    territory = territory_of(organisation)
    if not folded or folded in (fold(organisation.name), fold(organisation.short_name)):
        return None
    if Alias.objects.filter(territory=territory, folded=folded).exists():
        return None
    return Alias.objects.create(territory=territory, name=name, organisation=organisation)


def keep_names(names: Iterable[tuple[Organisation, str]]) -> int:
    """The same for many at once, in a few queries; how many names are new. The caller has asked and journals."""
    wanted = {
        (territory_of(organisation).pk, fold(name)): (organisation, " ".join(name.split()))
        for organisation, name in names
        if fold(name) not in ("", *map(fold, (organisation.name, organisation.short_name, organisation.code)))
    }
    territories = {territory for territory, _ in wanted}
    taken = set(Alias.objects.filter(territory__in=territories).values_list("territory", "folded"))
    made = [
        Alias(territory_id=territory, name=name[:500], folded=folded[:500], organisation=organisation)
        for (territory, folded), (organisation, name) in wanted.items()
        if (territory, folded) not in taken
    ]
    Alias.objects.bulk_create(made, batch_size=1000)
    Organisation.objects.filter(pk__in=[one.organisation_id for one in made]).reindex()
    return len(made)
