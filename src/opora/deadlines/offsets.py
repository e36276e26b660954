"""«В течение 10 рабочих дней со дня…»: how long after (or before) its event a deadline ends."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from dateutil.relativedelta import relativedelta

from opora.deadlines import calendar
from opora.deadlines.words import normal

Unit = Literal["working", "day", "week", "month"]

_NUMBERS = {
    "пятнадцат": 15,
    "четырнадцат": 14,
    "двадцат": 20,
    "тридцат": 30,
    "одн": 1,
    "дв": 2,
    "тр": 3,
    "четыр": 4,
    "пят": 5,
    "шест": 6,
    "сем": 7,
    "восьм": 8,
    "девят": 9,
    "десят": 10,
}  # longer beginnings first
_WORD = "|".join(rf"{start}\w*" for start in _NUMBERS)
_SPAN = re.compile(
    rf"(?:(?P<count>\d{{1,3}}|\b(?:{_WORD}))(?:-?(?:х|ти|и|го))?\s+(?:\(\w+\)\s*)?)?"
    r"\b(?P<working>рабоч\w+\s+)?(?:календарн\w+\s+)?(?P<unit>дн(?:я|ей|и)\b|день\b|сут\w+|недел\w+|месяц\w*|час(?:а|ов)?\b)"
    r"(?P<before>\s+до\b)?"
)
_TERM = re.compile(
    rf"\b(?:(?P<figures>\d{{1,3}})-?|(?P<count>{'|'.join(_NUMBERS)})\w*?)?(?P<unit>дневн|недельн|месячн)\w*\s+"
    r"(?P<working>рабоч\w+\s+)?срок"
)
_AT_ONCE = re.compile(
    r"незамедлительно|немедленно|безотлагательно|\bсразу\b|^(?:срок\w*\s*[-:]*\s*)?в\s+день\s|одновременно"
)
_STARTS = re.compile(r"\b(?:в\s+течени[еи]|не\s+позднее|не\s+позже|через|за|спустя|в\s+срок|на\s+следующ\w+)\b")
_TERMS: dict[str, Unit] = {"дневн": "day", "недельн": "week", "месячн": "month"}
_FORMS = {
    "working": ("рабочий день", "рабочих дня", "рабочих дней"),
    "day": ("день", "дня", "дней"),
    "week": ("неделя", "недели", "недель"),
    "month": ("месяц", "месяца", "месяцев"),
}


@dataclass(frozen=True, slots=True)
class Offset:
    """So many units after the event, or before it; none means the day of the event itself."""

    count: int
    unit: Unit
    before: bool = False

    def due(self, event: dt.date) -> dt.date:
        """The last day: the event's own day does not count, working days by the production calendar."""
        count = -self.count if self.before else self.count
        if self.unit == "working":
            return calendar.add_working_days(event, count)
        if self.unit == "month":
            return event + relativedelta(months=count)
        return event + dt.timedelta(days=count * (7 if self.unit == "week" else 1))

    @property
    def words(self) -> str:
        """«10 рабочих дней после события (по производственному календарю)»"""
        if not self.count:
            return "в день события"
        said = f"{self.count} {_form(self.count, _FORMS[self.unit])} {'до' if self.before else 'после'} события"
        return f"{said} (по производственному календарю)" if self.unit == "working" else said


def offset_of(text: str) -> Offset | None:
    """The time that a deadline names beside its event; None where it names none («по мере необходимости»)."""
    folded = normal(text)
    term = _TERM.search(folded)
    if term:
        count = int(term["figures"]) if term["figures"] else _number(term["count"] or "одн")
        return Offset(count, "working" if term["working"] else _TERMS[term["unit"]])
    begin = _STARTS.search(folded)
    span = _SPAN.search(folded, begin.end()) if begin else _SPAN.match(folded)
    if span:
        return _offset(span)
    return Offset(0, "day") if _AT_ONCE.search(folded) else None


def _offset(span: re.Match[str]) -> Offset:
    count, before = _number(span["count"] or "одн"), bool(span["before"])
    if span["working"]:
        return Offset(count, "working", before)
    if span["unit"].startswith("час"):
        return Offset(-(-count // 24), "day", before)
    if span["unit"].startswith("недел"):
        return Offset(count, "week", before)
    return Offset(count, "month" if span["unit"].startswith("месяц") else "day", before)


def _number(text: str) -> int:
    return int(text) if text.isdigit() else next(value for start, value in _NUMBERS.items() if text.startswith(start))


def _form(count: int, forms: tuple[str, str, str]) -> str:
    """The form of a Russian noun beside a number."""
    if count % 10 == 1 and count % 100 != 11:
        return forms[0]
    return forms[1] if count % 10 in (2, 3, 4) and count % 100 not in (12, 13, 14) else forms[2]
