"""What the floors above do when the registry changes. Called inside the transaction of the change."""

from __future__ import annotations

from collections.abc import Iterable

from opora.core.actor import Actor
from opora.core.points import Point
from opora.registry.models import Organisation, Person

# An organisation was closed and another took over: (old, successor, who did it).
organisation_succeeded: Point[[Organisation, Organisation, Actor], None] = Point()

# A row of an import names a role: (person, where, the role in words, who imports). Called at every import of the row,
# so a function does nothing where the person has the role already.
person_imported: Point[[Person, Organisation, str, Actor], None] = Point()

# The words by which an import may name roles; while nothing is registered, every word is taken.
role_words: Point[[], Iterable[str]] = Point()
