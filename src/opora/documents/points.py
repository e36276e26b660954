"""What the floors above do with a document. Called inside the transaction of the action."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from opora.core.actor import Actor
from opora.core.points import Point
from opora.decrees.model import Decree
from opora.documents.models import Document
from opora.registry.models import Organisation
from opora.ui.points import Tab

# A document was approved: (document, its corrected reading, who). Called anew where it was withdrawn, returned to
# review and approved again.
approved: Point[[Document, Decree, Actor], None] = Point()

# What approval would make, in sentences: «Будет создана дорожная карта: 37 мероприятий».
preview: Point[[Document, Decree], list[str]] = Point()

# An approved document is taken back; a function may refuse (`Refused`) where its work is under way already.
withdrawn: Point[[Document, Actor], None] = Point()

# What taking an approved document back would undo, in sentences for the page that asks.
withdrawal: Point[[Document], list[str]] = Point()

# More tabs of a document's page.
document_tabs: Point[[Actor, Document], list[Tab]] = Point()


def tabs_of(actor: Actor, document: Document) -> list[Tab]:
    """All tabs of the floors above in order."""
    return sorted((tab for tabs in document_tabs.call(actor, document) for tab in tabs), key=lambda tab: tab.order)


# -- what letters tell of the floors above -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Due:
    """The work of one organisation that is late or soon due, for one reminder. What tells of a list stands apart."""

    addressee: Organisation
    confidential: bool
    rows: list[dict[str, str]]  # as the field `rows` of a reminder
    overdue: int
    soon: int


# (who asks, in whose name, up to which day, of one organisation alone or of all): what is reminded of.
due_work: Point[[Actor, Organisation, dt.date, Organisation | None], list[Due]] = Point()

# (who asks, of which organisation, from, to, with what lists tell): `rows` and `total` of a summary.
summaries: Point[[Actor, Organisation, dt.date, dt.date, bool], dict[str, Any]] = Point()

# (who asks, public id of a road map, for whom, with what lists tell): content of an extract and whether it is
# confidential; None where there is nothing to extract.
extracts: Point[[Actor, str, Organisation, bool], tuple[dict[str, Any], bool] | None] = Point()

# (who asks): (public id, title) of the road maps of which extracts can be made.
extract_choices: Point[[Actor], list[tuple[str, str]]] = Point()

# Whether a name stands for a group of organisations («МОУО»), so that no single one is looked for.
names_a_group: Point[[str], bool] = Point()
