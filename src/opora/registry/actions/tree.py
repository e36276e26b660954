"""Organisations closed, merged and moved in the tree."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Substr

from opora.core.actor import LEVEL, Actor, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.registry import points
from opora.registry.actions.aliases import keep_name
from opora.registry.models import Alias, Body, BodyMember, Organisation, Post
from opora.registry.models.organisations import LONGEST_PATH, OrganisationState

RIGHT = "изменять реестр организаций"


@transaction.atomic
def close(
    organisation: Organisation, *, by: Actor, successor: Organisation | None = None, on: dt.date | None = None
) -> Organisation:
    """Close an organisation without working ones below it; its open work passes to `successor`."""
    organisation = _open(organisation, by)
    below = organisation.children.active().count()
    if below:
        raise Refused(f"У организации есть работающие подчинённые ({below}): сначала переподчините или закройте их.")
    return _close(organisation, by=by, successor=successor, on=on, code="registry.organisation_closed")


@transaction.atomic
def merge(organisation: Organisation, *, by: Actor, into: Organisation, on: dt.date | None = None) -> Organisation:
    """Join an organisation to another: people, groups, subordinates and names pass over, then it is closed."""
    organisation = _open(organisation, by)
    require(by, Permission.REGISTRY_EDIT, into.path, to=RIGHT)
    if into.path.startswith(organisation.path):
        raise Refused("Нельзя присоединить организацию к ней самой или к подчинённой ей.")
    for child in organisation.children.all():
        rewrite(child, into)
    held = set(Post.objects.filter(organisation=into).values_list("person_id", "title"))
    for post in organisation.posts.all():
        if (post.person_id, post.title) in held:
            post.delete()
        else:
            Post.objects.filter(pk=post.pk).update(organisation=into, is_head=False)
    own_names = set(Alias.objects.filter(territory=into).values_list("folded", flat=True))
    Alias.objects.filter(territory=organisation).exclude(folded__in=own_names).update(territory=into)
    Body.objects.filter(organisation=organisation).update(organisation=into)
    BodyMember.objects.filter(organisation=organisation).update(organisation=into)
    Alias.objects.filter(organisation=organisation).update(organisation=into)
    for name in (organisation.name, organisation.short_name):
        keep_name(into, name)
    Organisation.objects.filter(pk__in=(organisation.pk, into.pk)).reindex()
    return _close(organisation, by=by, successor=into, on=on, code="registry.organisation_merged")


@transaction.atomic
def move(organisation: Organisation, *, by: Actor, parent: Organisation) -> Organisation:
    """Put an organisation with everything below it under another."""
    organisation = _open(organisation, by)
    require(by, Permission.REGISTRY_EDIT, parent.path, to=RIGHT)
    if organisation.parent_id == parent.pk:
        return organisation
    old = organisation.parent
    rewrite(organisation, parent)
    record(
        "registry.organisation_moved",
        f"переподчинил(а) организацию «{organisation}»: {parent}",
        by=by,
        on=organisation,
        path=organisation.path,
        data={"parent": [old.public_id if old else "", parent.public_id]},
    )
    return organisation


def _open(organisation: Organisation, by: Actor) -> Organisation:
    """The organisation as it now is, locked; refused where it is closed."""
    require(by, Permission.REGISTRY_EDIT, organisation.path, to=RIGHT)
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if organisation.state == OrganisationState.CLOSED:
        raise Refused(f"Организация «{organisation}» уже закрыта.")
    return organisation


def _close(
    organisation: Organisation, *, by: Actor, successor: Organisation | None, on: dt.date | None, code: str
) -> Organisation:
    if successor:
        if successor.pk == organisation.pk:
            raise Refused("Организация не может быть преемником самой себя.")
        if successor.state == OrganisationState.CLOSED:
            raise Refused(f"Преемник «{successor}» сам закрыт: выберите работающую организацию.")
    organisation.state = OrganisationState.CLOSED
    organisation.closed_on = on or today()
    organisation.successor = successor
    organisation.save()
    done = "присоединил(а)" if code.endswith("merged") else "закрыл(а)"
    after = f"к «{successor}»" if code.endswith("merged") else f"преемник — «{successor}»" if successor else ""
    text = f"{done} организацию «{organisation}»"
    record(
        code,
        f"{text} {after}".strip() if code.endswith("merged") else ", ".join(filter(None, (text, after))),
        by=by,
        on=organisation,
        path=organisation.path,
        data={
            "closed_on": organisation.closed_on.isoformat(),
            "successor": successor.public_id if successor else "",
        },
    )
    if successor:
        points.organisation_succeeded.call(organisation, successor, by)
    return organisation


def rewrite(organisation: Organisation, parent: Organisation) -> None:
    """The new place of the subtree, in one UPDATE for its paths; names that counted among neighbours come along."""
    old, new = organisation.path, f"{parent.path}{organisation.path[-LEVEL:]}"
    if parent.path.startswith(old):
        raise Refused("Нельзя подчинить организацию ей самой или подчинённой ей.")
    if parent.state == OrganisationState.CLOSED:
        raise Refused(f"«{parent}» закрыта: подчинить ей организацию нельзя.")
    subtree = Organisation.objects.inside(organisation)
    deepest = max(len(path) for path in subtree.values_list("path", flat=True))
    if deepest - len(old) + len(new) > LONGEST_PATH:
        raise Refused("Слишком много уровней подчинения.")
    subtree.update(path=Concat(Value(new), Substr("path", len(old) + 1)))
    Organisation.objects.filter(pk=organisation.pk).update(parent=parent)
    for alias in Alias.objects.filter(organisation=organisation, territory=organisation.parent):
        if not Alias.objects.filter(territory=parent, folded=alias.folded).exists():
            Alias.objects.filter(pk=alias.pk).update(territory=parent)
    organisation.parent, organisation.path = parent, new
