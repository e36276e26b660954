"""Documents that a document rests on or cites: kind, number, date, title."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from opora.decrees.model import Reference, Source

MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
_MONTH = "|".join(MONTHS)
DATE = rf"(?:[«\"]?\d{{1,2}}[»\"]?[.\s]+(?:{_MONTH}|\d{{1,2}})[.\s]+(?:20|19)\d\d)(?:\s*(?:года|год|г\b\.?))?"
NUMBER = r"[A-Za-zА-Яа-яЁё]{0,4}-?\d[\w/.-]*"
_KINDS = {
    "распоряжени": "directive",
    "приказ": "order",
    "письм": "letter",
    "протокол": "protocol",
    "решени": "decision",
    "план": "plan",
    "постановлени": "other",
    "закон": "other",
    "указ": "other",
}
_KIND = r"(?P<kind>распоряжени|приказ|письм|протокол|решени|постановлени|закон|указ(?!ан))[а-яё]*"
_CITED = re.compile(
    rf"{_KIND}(?P<between>[^;\n]{{0,260}}?)(?:от\s+(?P<date>{DATE})\s*,?\s*№\s*(?P<number>{NUMBER})"
    rf"|№\s*(?P<number2>{NUMBER})\s*от\s+(?P<date2>{DATE}))(?:\s*(?P<title>«[^»]{{3,300}}(?:«[^»]*»[^»]*)?»))?",
    re.IGNORECASE,
)
_DATE_PARTS = re.compile(rf"(\d{{1,2}})[»\"]?[.\s]+({_MONTH}|\d{{1,2}})[.\s]+((?:20|19)\d\d)", re.IGNORECASE)


def date_of(text: str) -> dt.date | None:
    """The first full date of a text: «13.04.2020», «16 февраля 2023 г.», «"16" 02 2023»."""
    match = _DATE_PARTS.search(text)
    if not match:
        return None
    day, month, year = match.groups()
    number = MONTHS.index(month.lower()) + 1 if not month.isdigit() else int(month)
    try:
        return dt.date(int(year), number, int(day))
    except ValueError:
        return None


def references_in(text: str, source: Source) -> Iterable[Reference]:
    """The documents that a text cites, in order."""
    start = 0
    flat = text.replace("\n", " ")
    while match := _CITED.search(flat, start):
        later = list(re.finditer(_KIND, match["between"], re.IGNORECASE))
        if later and re.search(_KIND, match["between"], re.IGNORECASE):
            start = match.start("between") + later[-1].start()
            again = _CITED.match(flat, start)
            match = again or match
        start = match.end()
        kind = _KINDS[match["kind"].lower()]
        number = (match["number"] or match["number2"]).rstrip(".,-")
        title = (match["title"] or "").strip("«»") or None
        yield Reference(kind, number, date_of(match["date"] or match["date2"]), title, source)


def reference_of(text: str) -> Reference | None:
    """One document that a person names: «приказ от 12.09.2026 № 318», also by its number or date alone."""
    kind = re.search(_KIND, text, re.IGNORECASE)
    number = re.search(rf"№\s*({NUMBER})", text)
    date = date_of(text)
    if number is None and date is None:
        return None
    title = re.search(r"«(?P<title>.{3,300})»", text)
    return Reference(
        _KINDS[kind["kind"].lower()] if kind else None,
        number.group(1).rstrip(".,-") if number else None,
        date,
        title["title"] if title else None,
    )
