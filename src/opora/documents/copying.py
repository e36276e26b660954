"""A document of an earlier year as the draft of a new one: every date moved by whole years."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from opora.documents.assembling import HEADING
from opora.documents.models import Document, Fact, FactKind

_NOT_COPIED = (FactKind.HEADING, FactKind.REFERENCE, FactKind.CHANGE, FactKind.APPROVAL, FactKind.FINDING)
_OWN = ("number", "date", "amends")  # of the old document alone
# 2026, 2026/27, 2026-2027, but not the year of «от 26.04.2023 № 391».
_YEARS = re.compile(r"(?<![\d.№/-])(?P<first>20\d\d)(?P<rest>\s?[-–/]\s?(?:20)?(?P<second>\d\d))?(?!\d)")
_DATED = re.compile(r"\b(\d{1,2}\.\d{1,2}\.)(20\d\d)\b")
_UNTIL = re.compile(r"UNTIL=(\d{4})")


def copied_facts(document: Document, years: int) -> tuple[dict[str, Any], Callable[[Document], None]]:
    """The heading of the copy, and the function that gives a new document the other facts."""
    facts = list(document.facts.kept().order_by("order", "pk"))
    old: dict[str, Any] = next((fact.data for fact in facts if fact.kind == FactKind.HEADING), {})
    heading = {name: old.get(name) for name in HEADING if name not in _OWN}
    heading |= {"title": moved_text(old.get("title"), years), "addressees": old.get("addressees") or []}

    def build(made: Document) -> None:
        level: list[tuple[Fact, Fact | None]] = [
            (fact, None) for fact in facts if fact.parent_id is None and fact.kind not in _NOT_COPIED
        ]
        while level:
            copies = [_copy(fact, parent, made, years) for fact, parent in level]
            Fact.objects.bulk_create(copies)
            by_key = {fact.pk: copy for (fact, _), copy in zip(level, copies, strict=True)}
            level = [(fact, by_key[fact.parent_id]) for fact in facts if fact.parent_id in by_key]

    return heading, build


def _copy(fact: Fact, parent: Fact | None, made: Document, years: int) -> Fact:
    data = {name: _moved(name, value, years) for name, value in fact.data.items()}
    return Fact(document=made, kind=fact.kind, parent=parent, order=fact.order, data=data)


def _moved(name: str, value: Any, years: int) -> Any:
    if name == "deadline" and value:
        rule = value["recurrence"]
        return {
            **value,
            "text": _DATED.sub(lambda m: f"{m[1]}{int(m[2]) + years}", moved_text(value["text"], years) or ""),
            "windows": [[moved_day(day, years) for day in window] for window in value["windows"]],
            "recurrence": _UNTIL.sub(lambda m: f"UNTIL={int(m[1]) + years}", rule) if rule else rule,
        }
    if name == "period" and value:
        return [moved_day(day, years) for day in value]
    return moved_text(value, years) if name in ("title", "text", "goal") else value


def moved_day(day: str | None, years: int) -> str | None:
    """The same day of another year; 29 February becomes the 28th where there is none."""
    if day is None:
        return None
    value = dt.date.fromisoformat(day)
    try:
        return value.replace(year=value.year + years).isoformat()
    except ValueError:
        return value.replace(year=value.year + years, day=28).isoformat()


def moved_text(text: str | None, years: int) -> str | None:
    """«в 2025/26 учебном году» a year later: «в 2026/27 учебном году»."""

    def moved(match: re.Match[str]) -> str:
        found = str(int(match["first"]) + years)
        if match["rest"]:
            found += match["rest"][:-2] + f"{(int(match['second']) + years) % 100:02d}"
        return found

    return _YEARS.sub(moved, text) if text else text
