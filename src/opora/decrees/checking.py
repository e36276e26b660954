"""What a careful clerk points out before a document is signed: deadlines in a wrong order or on days off, owners whose
part is not said. Findings beside those of the reading itself; pure, without a database."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from opora.deadlines import Deadline, calendar
from opora.decrees.model import Activity, Decree, Finding, Source
from opora.decrees.reading.cases import analyser

# What is done with a thing, in the order in which it can be done.
STEPS: tuple[tuple[int, str, str], ...] = (
    (1, "подготовка", r"разработ|подготов|составл|составит|сформиров|формирован"),
    (2, "утверждение", r"утверд|утвержд"),
    (3, "согласование", r"согласов"),
    (4, "исполнение", r"реализ|провед|провест|внедр|исполнен|исполнит|выполнен|выполнит|организац|организов"),
    (5, "отчёт", r"отчет|отчита|справк|(?:анализ|итог|результат)\w*\s+(?:проведен|реализац|исполнен|выполнен)"),
)
_STEPS = tuple((rank, name, re.compile(rf"^(?:{words})")) for rank, name, words in STEPS)
_REPORTED = re.compile(r"^(?:представ|направ|сда|подготов|состав|сформир)\w*\s+(?:\w+\s+){0,2}(?:отчет|справк)")
_AFTER = re.compile(
    r"(?:после|на\s+основании|по\s+итогам|по\s+результатам|с\s+учетом)\s+(?:исполнения\s+|выполнения\s+)?"
    r"(?:п\.|пункт\w*)\s*(?P<number>\d+(?:\.\d+)*)"
)
_WORD = re.compile(r"[а-яё]{4,}")
_ALIKE = 0.6  # of the words of what two activities are about
_EMPTY = frozenset(
    "провести проведение обеспечить организовать организация школа образование образовательный год учебный также "
    "мероприятие работа отчет согласно вопрос область район общеобразовательный муниципальный региональный".split()
)


def check(decree: Decree) -> list[Finding]:
    """All of them, in the order of the document as far as it has one."""
    found = [*_dependencies(decree), *_steps(decree), *_parts(decree), *_days(decree), *_clauses(decree)]
    return sorted(found, key=lambda finding: _place(finding.where))


def _place(where: Source | None) -> tuple[int, int, int]:
    return (where.page or 0, where.paragraph or 0, where.line or 0) if where else (0, 0, 0)


def activities(decree: Decree) -> Iterator[Activity]:
    return (a for roadmap in decree.roadmaps for section in roadmap.sections for a in section.activities)


def said(activity: Activity) -> str:
    start = " ".join(activity.text.split())
    start = start[:60] + ("…" if len(start) > 60 else "")
    return f"пункт {activity.number} «{start}»" if activity.number else f"«{start}»"


def _span(deadline: Deadline | None) -> tuple[dt.date, dt.date] | None:
    """The first and the last day that are meant; None for what comes again and again, or has no day."""
    if deadline is None or deadline.recurrence or not deadline.windows:
        return None
    ends = [last for _, last in deadline.windows if last]
    starts = [day for first, last in deadline.windows if (day := first or last)]
    return (min(starts), max(ends)) if len(ends) == len(deadline.windows) and starts else None


# -- order -------------------------------------------------------------------------------------------------------


def _dependencies(decree: Decree) -> Iterator[Finding]:
    """«По итогам пункта 3» that is due before point 3."""
    for roadmap in decree.roadmaps:
        known = {a.number: a for section in roadmap.sections for a in section.activities if a.number}
        for section in roadmap.sections:
            for activity in section.activities:
                for match in _AFTER.finditer(_folded(activity.text)):
                    needed = known.get(match["number"])
                    if needed is not None and needed is not activity:
                        yield from _before(activity, needed, "deadline-before-need", "опирается на")


def _before(later: Activity, earlier: Activity, code: str, how: str) -> Iterator[Finding]:
    late, early = _span(later.deadline), _span(earlier.deadline)
    if late and early and late[1] < early[1]:
        yield Finding(
            "warning",
            code,
            f"Срок {late[1]:%d.%m.%Y} раньше, чем нужно: {said(later)} {how} {said(earlier)}, до {early[1]:%d.%m.%Y}.",
            later.source,
        )


@dataclass(frozen=True, slots=True)
class _Step:
    activity: Activity
    rank: int
    name: str
    about: frozenset[str]


def _steps(decree: Decree) -> Iterator[Finding]:
    """Approval after execution, agreement before approval, a report before the event: of one and the same thing."""
    steps = [step for activity in activities(decree) if (step := _step(activity)) is not None]
    for one, other in combinations(steps, 2):
        first, second = sorted((one, other), key=lambda step: step.rank)
        if first.rank == second.rank or not _same(first.about, second.about):
            continue
        code = "report-before-event" if second.rank == 5 else "step-order"
        needed = "нужна" if first.name.endswith("а") else "нужно" if first.name.endswith("е") else "нужен"
        how = f"— {second.name}, а {first.name} {needed} раньше:"
        yield from _before(second.activity, first.activity, code, how)


def _step(activity: Activity) -> _Step | None:
    text = _folded(activity.text)
    found = next(((rank, name) for rank, name, words in _STEPS if words.match(text)), None)
    if _REPORTED.match(text):  # «подготовить отчёт» is the end of the work, not its beginning
        found = (STEPS[-1][0], STEPS[-1][1])
    return _Step(activity, *found, about(text)) if found else None


def _folded(text: str) -> str:
    return " ".join(text.lower().replace("ё", "е").split())


def about(text: str) -> frozenset[str]:
    """The dictionary forms of the words that tell one thing from another; the first word says what is done."""
    words = [_lemma(word) for word in _WORD.findall(text)[1:]]
    return frozenset(word for word in words if word not in _EMPTY)


@cache
def _lemma(word: str) -> str:
    return str(analyser().parse(word)[0].normal_form).replace("ё", "е")


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    shared = len(one & other)
    return (shared > 0 and one == other) or (shared >= 2 and shared / len(one | other) >= _ALIKE)


# -- owners ------------------------------------------------------------------------------------------------------


def _parts(decree: Decree) -> Iterator[Finding]:
    """Some say that they approve or agree, others beside them say nothing."""
    for activity in activities(decree):
        people = activity.responsible
        silent = [one for one in people if not one.role]
        if silent and len(silent) < len(people):
            names = ", ".join(one.text for one in silent[:3])
            text = f"Не сказано, что делает {names} — утверждает или согласует: {said(activity)}."
            yield Finding("warning", "owner-without-role", text, activity.source)
        yield from _agreed_first(activity)


def _agreed_first(activity: Activity) -> Iterator[Finding]:
    """Within one activity: its part «согласование» due before its part «утверждение»."""
    ends: dict[str, dt.date] = {}
    for item in activity.items:
        span = _span(item.deadline)
        for one in item.responsible:
            if one.role and span:
                ends[one.role] = max(span[1], ends.get(one.role, span[1]))
    if "утверждение" in ends and "согласование" in ends and ends["согласование"] < ends["утверждение"]:
        text = (
            f"Согласование до {ends['согласование']:%d.%m.%Y} раньше утверждения до {ends['утверждение']:%d.%m.%Y}: "
            f"{said(activity)}."
        )
        yield Finding("warning", "step-order", text, activity.source)


# -- days --------------------------------------------------------------------------------------------------------


def _days(decree: Decree) -> Iterator[Finding]:
    """A day by which something is due on which nobody works. Windows in which something lasts may end on any day."""
    for activity in activities(decree):
        yield from _day_off(activity.deadline, said(activity), activity.source)
        for item in activity.items:
            yield from _day_off(item.deadline, f"«{item.text[:60]}»", activity.source)
    numbers = {a.text for a in activities(decree)}
    for clause in decree.clauses:
        if clause.text not in numbers:  # the points of a protocol are its activities too
            yield from _day_off(clause.deadline, f"пункт {clause.number}", clause.source)


def _day_off(deadline: Deadline | None, what: str, where: Source) -> Iterator[Finding]:
    if deadline is None or deadline.kind not in ("by", "on"):
        return
    for day in dict.fromkeys(last for _, last in deadline.windows if last):
        hint = calendar.hint(day) if calendar.is_published(day.year) else ""
        if hint:
            yield Finding("warning", "deadline-day-off", f"Срок {day:%d.%m.%Y} — {hint}: {what}.", where)


def _clauses(decree: Decree) -> Iterator[Finding]:
    """A point that is due before the document itself; of activities the reading says it."""
    if decree.date is None:
        return
    numbers = {a.text for a in activities(decree)}
    for clause in decree.clauses:
        span = _span(clause.deadline)
        if clause.text not in numbers and clause.deadline and span and span[1] < decree.date:
            text = f"Срок «{clause.deadline.text}» раньше даты документа: пункт {clause.number}."
            yield Finding("warning", "deadline-passed", text, clause.source)


def with_checks(decree: Decree) -> Iterable[Finding]:
    """The findings of the reading, and these, each once."""
    return dict.fromkeys((*decree.findings, *check(decree)))
