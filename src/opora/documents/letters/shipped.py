"""The templates that come with the system: what the house prints, with tags where the fields stand."""

from __future__ import annotations

from functools import cache

from opora.documents.letters.fields import placeholders
from opora.documents.letters.printed import printed
from opora.documents.printing import render


@cache
def shipped(kind: str) -> bytes:
    """The docx of the template."""
    return render(printed(kind, placeholders(kind)), "docx")
