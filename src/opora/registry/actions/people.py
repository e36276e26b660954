"""People and the posts they hold."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from opora.core.actor import Actor, Denied, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.registry.actions.changes import changes, in_words
from opora.registry.models import Organisation, Person, Post

FIELDS = ("last_name", "first_name", "middle_name", "email", "phone")
RIGHT = "изменять сведения о людях организации"


@transaction.atomic
def add_person(
    *,
    by: Actor,
    organisation: Organisation,
    title: str,
    last_name: str,
    first_name: str = "",
    middle_name: str = "",
    email: str = "",
    phone: str = "",
    is_head: bool = False,
) -> Person:
    """A person with a first post."""
    require(by, Permission.REGISTRY_EDIT, organisation.path, to=RIGHT)
    person = Person.objects.create(
        last_name=last_name, first_name=first_name, middle_name=middle_name, email=email, phone=phone
    )
    Post.objects.create(person=person, organisation=organisation, title=title, is_head=is_head)
    record(
        "registry.person_added",
        f"внёс(ла) в реестр: {person}, {title}, {organisation}",
        by=by,
        on=person,
        path=organisation.path,
        data={"organisation": organisation.public_id, "title": title, "is_head": is_head},
    )
    return person


@transaction.atomic
def edit_person(person: Person, *, by: Actor, **fields: Any) -> Person:
    """Change name and contacts; the right in any organisation where the person works is enough."""
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise TypeError(f"unknown fields {sorted(unknown)}")
    path = _any_path(person, by)
    person = Person.objects.select_for_update().get(pk=person.pk)
    found = changes(person, fields)
    if not found:
        return person
    for name, value in fields.items():
        setattr(person, name, value)
    person.save()
    record(
        "registry.person_edited",
        f"изменил(а) сведения о человеке: {person} ({in_words(person, found)})",
        by=by,
        on=person,
        path=path,
        data=found,
    )
    return person


@transaction.atomic
def remove_person(person: Person, *, by: Actor) -> None:
    """Take a person with all posts out of the registry; needs the right in every organisation of the posts."""
    posts = list(person.posts.select_related("organisation"))
    for post in posts:
        require(by, Permission.REGISTRY_EDIT, post.organisation.path, to=RIGHT)
    path = _any_path(person, by)
    record(
        "registry.person_removed",
        f"убрал(а) из реестра: {person}",
        by=by,
        on=person,
        path=path,
        data={"posts": [[post.organisation.public_id, post.title] for post in posts]},
    )
    person.delete()


@transaction.atomic
def add_post(person: Person, *, by: Actor, organisation: Organisation, title: str, is_head: bool = False) -> Post:
    require(by, Permission.REGISTRY_EDIT, organisation.path, to=RIGHT)
    _free(person, organisation, title, None)
    post = Post.objects.create(person=person, organisation=organisation, title=title, is_head=is_head)
    _record_post("added", "добавил(а) должность", post, by, {"title": title, "is_head": is_head})
    return post


@transaction.atomic
def edit_post(post: Post, *, by: Actor, title: str, is_head: bool) -> Post:
    require(by, Permission.REGISTRY_EDIT, post.organisation.path, to=RIGHT)
    found = changes(post, {"title": title, "is_head": is_head})
    if found:
        _free(post.person, post.organisation, title, post.pk)
        post.title, post.is_head = title, is_head
        post.save()
        _record_post("edited", "изменил(а) должность", post, by, found)
    return post


@transaction.atomic
def remove_post(post: Post, *, by: Actor) -> None:
    """Take a post away; the last one goes with the person (`remove_person`), whom nobody could see without."""
    require(by, Permission.REGISTRY_EDIT, post.organisation.path, to=RIGHT)
    if not post.person.posts.exclude(pk=post.pk).exists():
        raise Refused("Это единственная должность человека. Чтобы убрать его из реестра, удалите самого человека.")
    _record_post("removed", "убрал(а) должность", post, by, {"title": post.title})
    post.delete()


def _record_post(event: str, done: str, post: Post, by: Actor, data: dict[str, Any]) -> None:
    record(
        f"registry.post_{event}",
        f"{done}: {post.person}, {post}",
        by=by,
        on=post.person,
        path=post.organisation.path,
        data={"organisation": post.organisation.public_id, **data},
    )


def _free(person: Person, organisation: Organisation, title: str, own: int | None) -> None:
    held = Post.objects.filter(person=person, organisation=organisation, title=title).first()
    if held and held.pk != own:
        raise Refused(f"{person} уже занимает должность «{title}» в этой организации.")


def _any_path(person: Person, by: Actor) -> str:
    """The path of an organisation where the person works and the actor may edit."""
    for post in person.posts.select_related("organisation"):
        if by.may(Permission.REGISTRY_EDIT, post.organisation.path):
            return post.organisation.path
    raise Denied(f"У вас нет права {RIGHT}. Если оно вам нужно, обратитесь к администратору.")
