"""What every action begins and ends with."""

from __future__ import annotations

from typing import Any

from opora.access.models import User
from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.documents.assembling import HEADING
from opora.documents.models import Document, DocumentKind, Fact, FactKind
from opora.journal.actions import record

TO_EDIT = "вести документы этой организации"
TO_APPROVE = "утверждать документы этой организации"
_LENGTHS = {"number": 100, "issuer": 500}


def locked(document: Document, by: Actor) -> Document:
    """The document as it now is, locked, for one who may edit it."""
    require(by, Permission.DOCUMENTS_EDIT, document.organisation.path, to=TO_EDIT)
    return Document.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=document.pk)


def open_document(document: Document, by: Actor) -> Document:
    """The same, where its reading can be corrected."""
    document = locked(document, by)
    if not document.is_open:
        label = document.get_state_display()
        raise Refused(f"Сейчас документ изменить нельзя: состояние — «{label}».")
    return document


def account(by: Actor) -> User | None:
    """The account of a person; None where the system acts."""
    return by if isinstance(by, User) else None


def note(event: str, text: str, document: Document, by: Actor, data: dict[str, Any] | None = None) -> None:
    """Journal it with the organisation of the document."""
    record(
        f"documents.{event}",
        text,
        by=by,
        on=document,
        path=document.organisation.path,
        confidential=document.confidential,
        data=data,
    )


def heading_of(document: Document) -> Fact:
    """The heading fact, made where there is none yet."""
    found = document.facts.filter(kind=FactKind.HEADING).first()
    if found is None:
        data: dict[str, Any] = dict.fromkeys(HEADING)
        data |= {"kind": document.kind, "title": document.title or None, "addressees": []}
        found = Fact.objects.create(document=document, kind=FactKind.HEADING, data=data)
    return found


def follow_heading(document: Document, heading: dict[str, Any]) -> None:
    """Take the columns of lists from the heading; the caller saves."""
    kind = str(heading.get("kind") or "")
    document.kind = kind if kind in DocumentKind.values else DocumentKind.OTHER
    document.number = _text(heading, "number")
    document.issuer = _text(heading, "issuer")
    document.title = _text(heading, "title")
    document.date = heading.get("date") or None
    if isinstance(document.date, str):
        document.date = Document._meta.get_field("date").to_python(document.date)


def _text(heading: dict[str, Any], name: str) -> str:
    return str(heading.get(name) or "")[: _LENGTHS.get(name, 10_000)]
