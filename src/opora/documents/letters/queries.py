"""Reads of letters: what a person may see, which template is in force, and what a letter is filled with from here."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Length

from opora.access.models import User
from opora.core.actor import Actor
from opora.documents.letters.shipped import shipped
from opora.documents.models import Letter, LetterSettings, LetterTemplate
from opora.documents.models.letters import FORMAT, LetterQuerySet
from opora.registry.models import Organisation, Post


def visible(user: Actor) -> LetterQuerySet:
    return Letter.objects.visible(user).select_related("organisation", "addressee")


def search_letters(found: QuerySet[Letter], text: str) -> QuerySet[Letter]:
    return found.filter(pk__in=Letter.objects.all().matching(text).values("pk"))


def current_template(organisation: Organisation, kind: str) -> LetterTemplate | None:
    """The template in force: the organisation's own, else that of the nearest above; None: the shipped one."""
    paths = [organisation.path, *organisation.ancestor_paths]
    rows = LetterTemplate.objects.filter(kind=kind, current=True, organisation__path__in=paths)
    return rows.order_by(Length("organisation__path").desc()).first()


def template_bytes(template: LetterTemplate | None, kind: str) -> bytes:
    if template is None:
        return shipped(kind)
    with template.file.open("rb") as file:
        content: bytes = file.read()
    return content


def number_format(organisation: Organisation) -> str:
    found = LetterSettings.objects.filter(organisation=organisation).first()
    return found.number_format if found else FORMAT


def head_of(organisation: Organisation) -> tuple[str, str]:
    """Position and short name of the head; empty where the registry knows none."""
    post = Post.objects.filter(organisation=organisation, is_head=True).select_related("person").first()
    return (post.title, post.person.short_name) if post else ("", "")


def sender_content(organisation: Organisation, by: Actor) -> dict[str, Any]:
    """The fields that say from whom a letter is."""
    phone = by.person.phone if isinstance(by, User) and by.person else ""
    return {
        "organisation": {
            "name": organisation.name,
            "address": organisation.address,
            "phone": organisation.phone,
            "email": organisation.email,
        },
        "executor": {"name": str(by) if isinstance(by, User) else by.label, "phone": phone},
    }
