"""What the floors above do with a document. Called inside the transaction of the action."""

from __future__ import annotations

from opora.core.actor import Actor
from opora.core.points import Point
from opora.decrees.model import Decree
from opora.documents.models import Document
from opora.ui.points import Tab

# A document was approved: (document, its corrected reading, who). Called anew where it was withdrawn, returned to
# review and approved again.
approved: Point[[Document, Decree, Actor], None] = Point()

# What approval would make, in sentences: «Будет создана дорожная карта: 37 мероприятий».
preview: Point[[Document, Decree], list[str]] = Point()

# An approved document is taken back; a function may refuse (`Refused`) where its work is under way already.
withdrawn: Point[[Document, Actor], None] = Point()

# More tabs of a document's page.
document_tabs: Point[[Actor, Document], list[Tab]] = Point()


def tabs_of(actor: Actor, document: Document) -> list[Tab]:
    """All tabs of the floors above in order."""
    return sorted((tab for tabs in document_tabs.call(actor, document) for tab in tabs), key=lambda tab: tab.order)
