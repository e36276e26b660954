"""What of the checks of a date a spreadsheet can say by itself: no earlier and no later than a day, or than today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from opora.collection.definition import Check, Field
from opora.collection.language.nodes import Chain, Comparison, Literal, Name, Node, Today
from opora.collection.language.parsing import Mistake, parse
from opora.exports.fillable import rule

_TODAY = "=TODAY()"
_TURNED = {"≤": "≥", "≥": "≤"}
Side = tuple[str, str]  # «≤» or «≥», and the day as a formula of spreadsheets


def date_rule(field: Field) -> dict[str, Any]:
    """The rule of its cell. All else that is checked is told when the file comes back."""
    said = [(check.message, _sides(check, field.key)) for check in field.checks]
    limits = {"≥": _day(dt.date(1900, 1, 1)), "≤": _day(dt.date(2100, 12, 31))}
    limits |= {sign: limit for _, sides in said for sign, limit in sides}
    message = " ".join(["Нужна дата, например 01.09.2026.", *(words for words, sides in said if sides)])
    return rule(message, validate="date", criteria="between", minimum=limits["≥"], maximum=limits["≤"])


def _sides(check: Check, key: str) -> list[Side]:
    try:
        return list(_of(parse(check.expression).node, key))
    except Mistake:
        return []


def _of(node: Node, key: str) -> Iterator[Side]:
    """Of a comparison with the field alone, or of several that all have to hold."""
    if isinstance(node, Chain) and all(sign == "и" for sign, _ in node.rest):
        for one in (node.first, *(one for _, one in node.rest)):
            yield from _of(one, key)
    elif isinstance(node, Comparison) and node.sign in _TURNED:
        for name, other, sign in (
            (node.left, node.right, node.sign),
            (node.right, node.left, _TURNED[node.sign]),
        ):
            limit = _limit(other)
            if name == Name(key) and limit:
                yield sign, limit


def _limit(node: Node) -> str:
    if isinstance(node, Today):
        return _TODAY
    return _day(node.value) if isinstance(node, Literal) and isinstance(node.value, dt.date) else ""


def _day(day: dt.date) -> str:
    return f"=DATE({day.year},{day.month},{day.day})"
