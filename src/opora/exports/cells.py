"""Values as spreadsheet cells that no spreadsheet program will take for a formula."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER_LIKE = frozenset("+-0123456789 .,()")


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet program may run the text: OWASP's list, telephone numbers such as «+7 (495)…» excepted."""
    return text.startswith(_DANGEROUS) and not (text[0] in "+-" and set(text) <= _NUMBER_LIKE)


def _needs_apostrophe(text: str) -> bool:
    return is_dangerous(text) or (text.startswith("'") and _needs_apostrophe(text[1:]))


def escaped(text: str) -> str:
    """The text with an apostrophe before it where it could be run; `plain` takes it away again."""
    return f"'{text}" if _needs_apostrophe(text) else text


def plain(text: str) -> str:
    """What `escaped` was given."""
    return text[1:] if text.startswith("'") and _needs_apostrophe(text[1:]) else text


def as_text(value: object) -> str:
    """A cell of a csv file: dates as «20.08.2026», numbers with a decimal comma, an absent value as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, dt.datetime):
        return f"{timezone.localtime(value) if value.tzinfo else value:%d.%m.%Y %H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    return escaped(str(value))
