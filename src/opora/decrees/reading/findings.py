"""What a careful clerk would point out about a reading."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections import Counter
from collections.abc import Iterable

from opora.decrees.model import Activity, Decree, Finding, Source
from opora.decrees.reading.names import parts, people_in, stem

_ABBREVIATION = re.compile(r"(?<![\w-])[А-ЯЁ]{2,}(?:\s[А-ЯЁ]{2})?(?![\w-])")
_COMMON = frozenset(
    "МОУО ОО ОУ УО МО РФ ВПР ОГЭ ЕГЭ ГИА СОШ ООШ НОШ МБОУ МОБУ МАОУ МКОУ МОУ ГБУ ДПО МБУ МАУ ГБОУ ГАУ ФГОС ДПП КИМ ИКТ "
    "УВР ВР".split()
)
_SCHOOL = re.compile(r"№\s*(\d+)")


def findings_of(decree: Decree, texts: list[tuple[str, Source]]) -> Iterable[Finding]:
    """All findings about the whole document; `texts` are its paragraphs and cells."""
    yield from _references(decree)
    yield from _names(texts)
    yield from _abbreviations(decree)
    yield from _deadlines(decree)
    for roadmap in decree.roadmaps:
        for section in roadmap.sections:
            yield from _numbering(section.activities)


def activities_of(decree: Decree) -> Iterable[Activity]:
    return (a for roadmap in decree.roadmaps for section in roadmap.sections for a in section.activities)


def _said(activity: Activity) -> str:
    start = activity.text[:60] + ("…" if len(activity.text) > 60 else "")
    return f"пункт {activity.number} «{start}»" if activity.number else f"«{start}»"


def _references(decree: Decree) -> Iterable[Finding]:
    seen: set[tuple[str | None, str | None]] = set()
    for reference in decree.references:
        if (reference.number, str(reference.date)) in seen or reference.date is None or decree.date is None:
            continue
        seen.add((reference.number, str(reference.date)))
        own_kind = reference.kind == decree.kind
        if reference.date == decree.date and own_kind and _bare(reference.number) != _bare(decree.number):
            yield Finding(
                "warning",
                "reference-mismatch",
                f"Документ имеет № {decree.number}, а ссылка на него же от {reference.date:%d.%m.%Y} "
                f"— № {reference.number}.",
                reference.source,
            )
        elif reference.date > decree.date:
            yield Finding(
                "warning",
                "reference-to-future",
                f"Документ от {decree.date:%d.%m.%Y} ссылается на документ № {reference.number} "
                f"от {reference.date:%d.%m.%Y} — более поздний, чем он сам.",
                reference.source,
            )


def _bare(number: str | None) -> str:
    return re.sub(r"\W", "", (number or "").lower())


def _names(texts: list[tuple[str, Source]]) -> Iterable[Finding]:
    """People of one school, or of nearly the same name, whose surnames differ by more than their case."""
    people: dict[tuple[str, str], tuple[str, set[str], Source]] = {}
    for text, source in texts:
        for match in people_in(text):
            name = " ".join(match.group().split())
            surname, initials = parts(name)
            schools = set(_SCHOOL.findall(text[max(0, match.start() - 60) : match.end() + 40]))
            near = _nearest_school(text, match.start(), match.end())
            key = (stem(surname), initials)
            _, known, first = people.get(key, (surname, set(), source))
            people[key] = (surname, known | ({near} if near else schools if len(schools) == 1 else set()), first)
    found = sorted(people.items())
    for index, ((one, initials), (name, schools, _)) in enumerate(found):
        for (other, same), (another, others, source) in found[index + 1 :]:
            if initials != same or one == other:
                continue
            alike = difflib.SequenceMatcher(None, one, other).ratio()
            if (alike >= 0.65 and schools & others) or (alike >= 0.86 and min(len(one), len(other)) >= 5):
                yield Finding(
                    "warning",
                    "name-variants",
                    f"Похоже, один человек назван по-разному: «{name}» и «{another}» ({'. '.join(initials)}.).",
                    source,
                )


def _nearest_school(text: str, start: int, end: int) -> str:
    """The school of «директор МОБУ СОШ № 34», behind the name, or before it: «МОБУ СОШ № 34 (директор …)»."""
    after = re.match(r"\s*[,–—-]?\s*(?:директор\w*)[^,;()\d]{0,40}№\s*(\d+)", text[end : end + 80])
    before = re.search(r"№\s*(\d+)[^,;()\d]{0,40}\(\s*директор\w*\s*$", text[max(0, start - 90) : start])
    match = after or before
    return match.group(1) if match else ""


def _abbreviations(decree: Decree) -> Iterable[Finding]:
    """An abbreviation among the responsible that is nowhere explained and nearly another one."""
    counts: Counter[str] = Counter()
    where: dict[str, Source] = {}
    for activity in activities_of(decree):
        for responsible in activity.responsible:
            text = re.sub(r"«[^»]*»", "", responsible.text)
            for short in _ABBREVIATION.findall(text):
                counts[short] += 1
                where.setdefault(short, activity.source)
    for short, count in counts.items():
        if short in decree.abbreviations or short in _COMMON:
            continue
        nearly = [
            other
            for other, often in counts.items()
            if other != short and often > count and _one_letter_apart(short, other)
        ]
        if nearly or len(decree.abbreviations) >= 4:
            hint = f" Возможно, это {nearly[0]}." if nearly else ""
            yield Finding(
                "warning", "unknown-abbreviation", f"Сокращение {short} нигде не объяснено.{hint}", where[short]
            )


def _one_letter_apart(one: str, other: str) -> bool:
    if one == other or len(one) != len(other) or len(one) < 3:
        return False
    return sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _deadlines(decree: Decree) -> Iterable[Finding]:
    for activity in activities_of(decree):
        said, deadline = _said(activity), activity.deadline
        if deadline is None:
            yield Finding("warning", "no-deadline", f"Не указан срок: {said}.", activity.source)
        elif deadline.kind == "unclear":
            yield Finding("warning", "deadline-unclear", f"Срок «{deadline.text}» непонятен: {said}.", activity.source)
        elif decree.date and deadline.windows and not deadline.recurrence:
            ends = [last for _, last in deadline.windows]
            if all(last is not None and last < decree.date for last in ends):
                yield Finding(
                    "warning",
                    "deadline-passed",
                    f"Срок «{deadline.text}» раньше даты документа: {said}.",
                    activity.source,
                )
        if deadline is not None and deadline.inferred and deadline.kind != "unclear":
            yield Finding(
                "info", "year-inferred", f"Год в сроке «{deadline.text}» определён по смыслу.", activity.source
            )
        if not activity.responsible:
            yield Finding("warning", "no-responsible", f"Не указан ответственный: {said}.", activity.source)
    for clause in decree.clauses:
        if clause.deadline is not None and clause.deadline.kind == "unclear":
            yield Finding("warning", "deadline-unclear", f"Срок «{clause.deadline.text}» непонятен.", clause.source)


def _numbering(activities: list[Activity]) -> Iterable[Finding]:
    """Numbers of one section that jump or repeat."""
    before: tuple[int, ...] | None = None
    for activity in activities:
        if not activity.number:
            continue
        number = tuple(int(part) for part in activity.number.split("."))
        if before is not None and not _follows(before, number):
            first, second = (".".join(map(str, n)) for n in (before, number))
            yield Finding("warning", "number-gap", f"После пункта {first} идёт пункт {second}.", activity.source)
        before = number


def _follows(before: tuple[int, ...], number: tuple[int, ...]) -> bool:
    if number[:-1] == before[:-1] and len(number) == len(before):
        return number[-1] == before[-1] + 1
    if len(number) > len(before):
        return number[: len(before)] == before and number[-1] == 1
    shorter = before[: len(number)]
    return number[:-1] == shorter[:-1] and number[-1] == shorter[-1] + 1


def period_in(text: str) -> tuple[dt.date, dt.date] | None:
    """The years that a title names: «на 2020 – 2021 год», «в 2022-2023 учебном году», «на 2024 год»."""
    school = re.search(r"(20\d\d)\s*[-–—/]\s*(?:20)?(\d\d)\s*(?:уч)", text)
    if school:
        first = int(school.group(1))
        return dt.date(first, 9, 1), dt.date(first + 1, 5, 31)
    years = re.search(r"(20\d\d)\s*[-–—/]\s*(20\d\d)\s*(?:г|$|\W)", text) or re.search(
        r"(?:на|в)\s+(20\d\d)()\s*(?:г|$)", text
    )
    if not years:
        return None
    first = int(years.group(1))
    return dt.date(first, 1, 1), dt.date(int(years.group(2) or first), 12, 31)
