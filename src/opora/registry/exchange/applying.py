"""A plan applied: once, in one transaction, in bulk."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models import CharField, F, OuterRef, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, LPad

from opora.core.actor import LEVEL, Actor, require
from opora.core.permissions import Permission
from opora.core.text import fold, sort_key
from opora.core.workflow import Refused, Stale
from opora.journal.actions import record
from opora.registry import points
from opora.registry.actions.tree import rewrite
from opora.registry.exchange.organisations import TEXTS
from opora.registry.exchange.people import CONTACTS, NAMES, place_of
from opora.registry.exchange.plan import OrganisationItem, PersonItem, Plan
from opora.registry.exchange.reading import read
from opora.registry.models import Alias, Organisation, Person, Post

_BATCH = 500
_CHUNK = 500  # changes in one entry of the journal
_FIELDS = (*TEXTS, "code", "email", "kind", "pupils", "latitude", "longitude")


def apply(plan: Plan, *, by: Actor) -> Plan:
    """Carry the plan out as it was shown; refused where it has problems or the registry has changed since."""
    return apply_content(plan.content, plan.name, plan.digest, by=by)


@transaction.atomic
def apply_content(content: bytes, name: str, digest: str, *, by: Actor) -> Plan:
    """The same for a file whose preview had `digest`. Gives the plan that was applied."""
    require(by, Permission.REGISTRY_EDIT, to="загружать реестр организаций")
    plan = read(content, name, by=by)
    if plan.problems:
        raise Refused(f"В файле есть ошибки ({len(plan.problems)}): исправьте их и загрузите файл снова.")
    if digest != plan.digest:
        raise Stale("Реестр изменился после предпросмотра. Посмотрите, что изменит файл теперь, и подтвердите снова.")
    _organisations(plan)
    _people(plan)
    if not plan.is_empty:
        _record(plan, by)
    for item in plan.people:
        if item.role:
            points.person_imported.call(item.person, place_of(item), item.role, by)
    return plan


# -- organisations -----------------------------------------------------------------------------------------------


def _organisations(plan: Plan) -> None:
    _create(plan.new_organisations)
    known = [item for item in plan.organisations if item.existing and item.changes]
    renamed: list[tuple[Organisation, str]] = []
    for item in known:
        organisation = item.organisation
        for name in item.changes.keys() & {"name", "short_name"}:
            renamed.append((organisation, getattr(organisation, name)))
        for name in item.changes.keys() & set(_FIELDS):
            setattr(organisation, name, item.values[name])
        organisation.sort_name = sort_key(organisation.short_name)
    Organisation.objects.bulk_update([item.organisation for item in known], [*_FIELDS, "sort_name"], batch_size=_BATCH)
    _move([item for item in known if "parent" in item.changes])
    _aliases(plan, renamed)
    touched = [item.organisation.pk for item in plan.organisations if item.changes]
    for start in range(0, len(touched), _BATCH):
        Organisation.objects.filter(pk__in=touched[start : start + _BATCH]).reindex()


def _create(items: list[OrganisationItem]) -> None:
    """New organisations, level by level, with one INSERT and one UPDATE of the paths each."""
    left = items
    while left:
        level = [item for item in left if not isinstance(item.parent, OrganisationItem) or _made(item.parent)]
        left = [item for item in left if isinstance(item.parent, OrganisationItem) and not _made(item.parent)]
        for item in level:
            item.made = Organisation(**{name: item.values[name] for name in item.values}, parent=_parent(item))
            item.made.path = item.made.public_id  # unique until the key is known
        Organisation.objects.bulk_create([item.organisation for item in level], batch_size=_BATCH)
        above = Organisation.objects.filter(pk=OuterRef("parent")).values("path")
        Organisation.objects.filter(path=F("public_id")).update(
            path=Concat(Coalesce(Subquery(above), Value("")), LPad(Cast("pk", CharField()), LEVEL, Value("0")))
        )


def _made(item: OrganisationItem) -> bool:
    return (item.existing or item.made) is not None


def _parent(item: OrganisationItem) -> Organisation | None:
    return item.parent.organisation if isinstance(item.parent, OrganisationItem) else item.parent


def _move(items: list[OrganisationItem]) -> None:
    """Subtrees to their new places, in an order in which none is put below itself on the way."""
    waiting = list(items)
    while waiting:
        left = [item for item in waiting if not _moved(item, last=False)]
        if len(left) == len(waiting):
            _moved(left[0], last=True)
        waiting = left


def _moved(item: OrganisationItem, *, last: bool) -> bool:
    """Whether the row's organisation could be put to its place, while others may still stand in the way."""
    parent = _parent(item)
    try:
        if parent:
            rewrite(Organisation.objects.get(pk=item.organisation.pk), Organisation.objects.get(pk=parent.pk))
    except Refused:
        if last:
            raise
        return False
    return True


def _aliases(plan: Plan, renamed: list[tuple[Organisation, str]]) -> None:
    """New other names, and the names that organisations had before."""
    taken = set(Alias.objects.values_list("territory_id", "folded"))
    wanted = [(item.organisation, name) for item in plan.organisations for name in item.aliases]
    rows = []
    parents = dict(Organisation.objects.values_list("pk", "parent_id"))
    for organisation, name in [*wanted, *renamed]:
        territory = parents.get(organisation.pk) or organisation.pk
        own = (fold(organisation.name), fold(organisation.short_name))
        if fold(name) not in own and (territory, fold(name)) not in taken:
            taken.add((territory, fold(name)))
            rows.append(Alias(territory_id=territory, name=name, folded=fold(name), organisation=organisation))
    Alias.objects.bulk_create(rows, batch_size=_BATCH)


# -- people ------------------------------------------------------------------------------------------------------


def _people(plan: Plan) -> None:
    for item in plan.people:
        if item.existing is None and item.same_as is None:
            given = {name: item.values[name] for name in (*NAMES, *CONTACTS) if name in item.values}
            item.made = Person(**given)
    Person.objects.bulk_create([item.made for item in plan.people if item.made], batch_size=_BATCH)
    people = {item.existing.pk: item.existing for item in plan.people if item.existing}
    for item in plan.people:
        if item.existing:
            for name in item.changes.keys() & {*NAMES, *CONTACTS}:
                setattr(people[item.existing.pk], name, item.values[name])
    for person in people.values():
        person.sort_name = sort_key(person.full_name)
    changed = {item.existing.pk for item in plan.people if item.existing and item.changes.keys() & {*NAMES, *CONTACTS}}
    Person.objects.bulk_update([people[pk] for pk in changed], [*NAMES, *CONTACTS, "sort_name"], batch_size=_BATCH)
    _posts(plan.people)


def _posts(items: list[PersonItem]) -> None:
    new, changed = [], []
    for item in items:
        post = item.post or Post(person=item.person, organisation=place_of(item))
        for name in item.changes.keys() & {"title", "is_head"}:
            setattr(post, name, item.values[name])
        if item.post is None:
            new.append(post)
        elif item.changes.keys() & {"title", "is_head"}:
            changed.append(post)
    Post.objects.bulk_create(new, batch_size=_BATCH)
    Post.objects.bulk_update(changed, ["title", "is_head"], batch_size=_BATCH)


# -- journal -----------------------------------------------------------------------------------------------------


def _record(plan: Plan, by: Actor) -> None:
    """One entry with the counts, then the old and new values in chunks."""
    touched = [item for item in plan.rows if item.changes or item.existing is None]
    places = {i.organisation.pk if isinstance(i, OrganisationItem) else place_of(i).pk for i in touched}
    first = Organisation.objects.get(pk=min(places))
    root = Organisation.objects.get(path=first.root_path)
    record(
        "registry.imported",
        f"загрузил(а) реестр из файла «{plan.name}»: новых строк {plan.new}, изменённых {plan.changed}",
        by=by,
        on=root,
        path=root.path,
        data={"file": plan.name, "sha256": plan.sha256, "digest": plan.digest, "new": plan.new, "same": plan.same},
    )
    for start in range(0, len(touched), _CHUNK):
        chunk = touched[start : start + _CHUNK]
        rows: dict[str, list[Any]] = defaultdict(list)
        for item in chunk:
            kind = "organisations" if isinstance(item, OrganisationItem) else "people"
            on = item.organisation if isinstance(item, OrganisationItem) else item.person
            rows[kind].append([on.public_id, {key: list(pair) for key, pair in item.changes.items()}])
        record(
            "registry.imported_rows",
            f"изменил(а) загрузкой из файла «{plan.name}» записи {start + 1}–{start + len(chunk)} из {len(touched)}",
            by=by,
            on=root,
            path=root.path,
            data=dict(rows),
        )
