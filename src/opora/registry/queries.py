"""Reads for pages and for the floors above."""

from __future__ import annotations

from django.db.models import OuterRef, Prefetch, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.core.subqueries import Joined
from opora.registry.models import Alias, Body, Organisation, Person, Post
from opora.registry.models.organisations import OrganisationQuerySet
from opora.registry.models.people import PersonQuerySet
from opora.ui.points import Hit, SearchGroup
from opora.ui.search import group_of


def directory(user: Actor) -> OrganisationQuerySet:
    """Organisations as the list shows them."""
    return Organisation.objects.visible(user).select_related("parent")


def people(user: Actor) -> PersonQuerySet:
    """People with those of their posts that the person may see, as `seen_posts`."""
    posts = _posts_seen(user).select_related("organisation").order_by("-is_head", "pk")
    return Person.objects.visible(user).prefetch_related(Prefetch("posts", queryset=posts, to_attr="seen_posts"))


def _posts_seen(user: Actor) -> QuerySet[Post]:
    return Post.objects.filter(user.scope(Permission.PEOPLE_VIEW).q("organisation__path"))


def posts_of(user: Actor, organisation: Organisation) -> QuerySet[Post]:
    """The people of one organisation, its head first; none for those who may not see them."""
    if not user.may(Permission.PEOPLE_VIEW, organisation.path):
        return Post.objects.none()
    return organisation.posts.select_related("person").order_by("-is_head", "person__sort_name", "pk")


def bodies_of(user: Actor, organisation: Organisation) -> QuerySet[Body]:
    return Body.objects.visible(user).filter(organisation=organisation)


def aliases_of(organisation: Organisation) -> QuerySet[Alias]:
    return organisation.aliases.select_related("territory").order_by("folded")


def top_in(user: Actor, permission: Permission) -> Organisation:
    """The widest organisation of the part in which the permission is held; there is one where it is held at all."""
    return Organisation.objects.get(path=min(user.scope(permission).paths, key=len))


def find_organisations(user: Actor, text: str, limit: int) -> SearchGroup | None:
    """The group «Организации» of the search over everything."""
    if not user.may(Permission.REGISTRY_VIEW):
        return None
    return group_of(
        "Организации",
        Organisation.objects.visible(user).bearing(text),
        Organisation.objects.all(),
        lambda row: Hit(row.short_name, reverse("registry:organisation", args=[row.public_id]), row.settlement),
        limit=limit,
        page="registry:organisations",
        text=text,
    )


def find_people(user: Actor, text: str, limit: int) -> SearchGroup | None:
    """The group «Люди» of the search over everything."""
    if not user.may(Permission.PEOPLE_VIEW):
        return None
    said = Concat("title", Value(", "), "organisation__short_name")  # as a post says itself
    posts = _posts_seen(user).filter(person=OuterRef("pk")).order_by("-is_head", "pk").values(said=said)
    return group_of(
        "Люди",
        Person.objects.visible(user).bearing(text),
        Person.objects.annotate(posts_said=Joined(posts)),
        lambda row: Hit(
            row.full_name, reverse("registry:person", args=[row.public_id]), getattr(row, "posts_said", "") or ""
        ),
        limit=limit,
        page="registry:people",
        text=text,
    )
