"""What the floors above do when a list counts, and what they add to its page."""

from __future__ import annotations

from collections.abc import Sequence

from opora.core.actor import Actor
from opora.core.points import Point
from opora.lists.models import ListEntry, SchoolList
from opora.registry.models import Organisation
from opora.ui.points import Tab

# A list was approved: (the list, the schools that this put into it, whether for the first time; who approved it).
# In the transaction.
listed: Point[[SchoolList, Sequence[Organisation], bool, Actor], None] = Point()

# A school left an approved list: (its place, which says when and why; who wrote it). In the transaction.
left: Point[[ListEntry, Actor], None] = Point()

# Documents made of an approved list, as far as the person may have them.
papers: Point[[Actor, SchoolList], list[Tab]] = Point()


def papers_of(user: Actor, school_list: SchoolList) -> list[Tab]:
    """Those of all floors in order."""
    return sorted((tab for tabs in papers.call(user, school_list) for tab in tabs), key=lambda tab: tab.order)
