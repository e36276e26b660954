"""Reads: what a person may see, the corrected reading of a document, and documents that may be the same."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.core.text import fold
from opora.decrees.model import Decree
from opora.documents.assembling import decree_from
from opora.documents.models import Document, DocumentQuerySet, DocumentState, Draft, FactKind
from opora.ui.points import Hit, SearchGroup
from opora.ui.search import group_of


def visible(user: Actor) -> DocumentQuerySet:
    """The documents that the person may see."""
    return Document.objects.visible(user).select_related("organisation")


def decree_of(document: Document) -> Decree:
    """The reading of the document as it stands corrected (one query)."""
    return decree_from(document.facts.kept().order_by("order", "pk"))


def duplicates_of(document: Document) -> list[Document]:
    """Other documents of the same file, or of the same number, date and issuer; withdrawn ones do not count."""
    others = Document.objects.exclude(pk=document.pk).exclude(state=DocumentState.WITHDRAWN)
    same = Q(pk__in=[])
    if document.sha256:
        same |= Q(sha256=document.sha256)
    if document.number and document.date:
        same |= Q(date=document.date)
    found = others.filter(same).select_related("organisation").order_by("-created_at")
    return [other for other in found if _is_same(document, other)]


def told_duplicates(document: Document, user: Actor) -> tuple[list[Document], int]:
    """The duplicates that the person may see, and how many there are beside them."""
    found = duplicates_of(document)
    known = set(visible(user).filter(pk__in=[one.pk for one in found]).values_list("pk", flat=True))
    shown = [one for one in found if one.pk in known]
    return shown, len(found) - len(shown)


def _is_same(document: Document, other: Document) -> bool:
    if document.sha256 and other.sha256 == document.sha256:
        return True
    return document.date == other.date and _name(document) == _name(other)


def _name(document: Document) -> tuple[str, str]:
    return fold(document.number).replace(" ", ""), fold(document.issuer)


def open_findings(document: Document) -> int:
    """How many warnings and errors of the reading nobody has settled."""
    rows = document.facts.kept().filter(kind=FactKind.FINDING)
    return sum(1 for fact in rows if fact.data.get("severity") != "info")


def search_documents(found: QuerySet[Document], text: str) -> QuerySet[Document]:
    return found.filter(pk__in=Document.objects.matching(text).values("pk"))


def search_drafts(found: QuerySet[Draft], text: str) -> QuerySet[Draft]:
    return found.filter(pk__in=Draft.objects.all().matching(text).values("pk"))


def find_documents(user: Actor, text: str, limit: int) -> SearchGroup | None:
    """The group «Документы» of the search over everything."""
    if not user.may(Permission.DOCUMENTS_VIEW):
        return None
    return group_of(
        "Документы",
        visible(user).matching(text),
        Document.objects.order_by("-date", "-pk"),
        lambda one: Hit(str(one), one.get_absolute_url(), one.title[:200]),
        limit=limit,
        page="documents:documents",
        text=text,
    )
