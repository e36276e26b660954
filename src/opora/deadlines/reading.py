"""A deadline expression is read: what kind it is, its windows, its recurrence, and what had to be inferred."""

from __future__ import annotations

import datetime as dt
import re

from opora.deadlines.model import Deadline, Window
from opora.deadlines.recurrence import rule_of
from opora.deadlines.spans import Found, Reader, Span
from opora.deadlines.words import normal, tokens
from opora.deadlines.years import NoSuchDay, Period, limit_day, resolved

_EVENT = (
    r"(?:со?\s+(?:дня|даты|момента)|от\s+(?:даты|дня)|после\b|с\s+момента|по\s+(?:итогам|результатам|завершени\w+|окончани\w+"
    r"|мере|факту|запросу|требованию|получени\w+|истечени\w+)|до\s+(?:даты|дня)?\s*(?:начала|проведения)?\s*(?:мероприяти|экзамен"
    r"|проведени|заседани|совещани|процедур|вебинар|семинар)\w*)"
)
_SPAN = r"(?:рабоч\w+\s+|календарн\w+\s+)?(?:дн\w+|день|суток|сут\w+|недел\w+|месяц\w*|час\w*)"
_COUNT = r"(?:\d{1,3}|одн\w+|дв\w+|тр[её]\w*|четыр\w+|пят\w+|шест\w+|сем\w+|восьм\w+|десят\w+|пятнадцат\w+|двадцат\w+)"
_UPON_START = re.compile(
    rf"^(?:срок\w*\s*[-:]*\s*)?(?:не\s+позднее(?:\s+чем)?\s+|не\s+позже\s+|в\s+срок\s+)?"
    rf"(?:(?:в\s+течени[еи]|через|за|спустя)\s+(?:{_COUNT}\s+)?(?:\(\w+\)\s+)?{_SPAN}"
    rf"|{_COUNT}[^\d]{{0,14}}?\s*{_SPAN}\s+(?:{_EVENT}|до)"
    rf"|в\s+[\w-]*(?:дневн|недельн|месячн)\w+\s+срок|в\s+{_COUNT}[\w-]*\s+(?:рабоч\w+\s+)?дневн\w+\s+срок"
    rf"|{_EVENT}|по\s+необходимости|при\s+(?:необходимости|наличии|поступлении|возникновении|выявлении)|незамедлительно|немедленно"
    rf"|сразу|в\s+день\s|в\s+случае|на\s+следующ\w+\s+(?:рабоч\w+\s+)?день|одновременно|безотлагательно)"
)
_UPON = re.compile(
    rf"{_COUNT}\s+(?:\(\w+\)\s+)?{_SPAN}\s+{_EVENT}|по\s+мере|по\s+запрос\w+|по\s+итогам|по\s+результатам|по\s+необходимости"
    r"|при\s+необходимости|по\s+завершени\w+|по\s+окончани\w+|в\s+случае"
)
_SCHEDULED = re.compile(
    r"график|расписани|согласован|соглас[нл]\w+\s|в\s+соответствии\s+с|по\s+(?:отдельн|утвержд|плану|планам|особ)\w*"
    r"|в\s+(?:установленн|определ|указанн|указыва)\w+\s+срок|в\s+сроки|по\s+плану|установленн\w+|определяет\w+|циклограмм"
    r"|будет\s+(?:сообщ|определ)|дополнительно"
)
_STANDING = re.compile(
    r"постоянн|регулярн|систематич|непрерывн|на\s+протяжении|в\s+течение\s+(?:всего|срока|период|реализации)|весь\s+период"
    r"|за\s+весь|круглогодичн|бессрочн|периодическ|в\s+рабочем\s+порядке|в\s+период\s+реализации|весь\s+срок"
    r"|в\s+ходе\s+реализации|на\s+весь|текущ\w+\s*$"
)


def read(text: str, issued: dt.date | None = None, period: Period | None = None) -> Deadline:
    """The deadline that `text` states, in a document issued on `issued` under a heading that names `period`.

    What is not understood comes back as `unclear`, with its text, never as a guess.
    """
    folded = normal(text)
    recurrence, rest = rule_of(folded)
    found = Reader(tokens(rest)).read()
    note = ", ".join(found.times) or None
    try:
        days, inferred = resolved(found.spans, issued, period)
    except (NoSuchDay, ValueError):
        return Deadline(text, "unclear", note=note)
    if _UPON_START.search(folded) and not (recurrence and days):
        return Deadline(text, "upon", recurrence=recurrence, note=note)
    if days and not _misread(found):
        kind, windows = _windows(found.spans, days)
        if recurrence and found.monthdays:
            recurrence = _with_monthday(recurrence, found.monthdays)
        return Deadline(text, kind, windows, recurrence, tuple(inferred), note)
    return _undated(text, folded, found, recurrence, issued, note, dated=bool(days))


def _undated(
    text: str,
    folded: str,
    found: Found,
    recurrence: str | None,
    issued: dt.date | None,
    note: str | None,
    *,
    dated: bool,
) -> Deadline:
    if found.monthdays and recurrence and recurrence.startswith("FREQ=MONTHLY"):
        kind = "by" if found.until else "on"
        return Deadline(text, kind, (), _with_monthday(recurrence, found.monthdays), (), note)
    if found.monthdays and issued is not None and "месяц" in folded:
        return _this_month(text, folded, found, issued, note)
    if _UPON.search(folded):
        return Deadline(text, "upon", recurrence=recurrence, note=note)
    if recurrence and not dated:
        return Deadline(text, "standing", recurrence=recurrence, note=note)
    if _SCHEDULED.search(folded):
        return Deadline(text, "scheduled", note=note)
    if _STANDING.search(folded) and not dated:
        return Deadline(text, "standing", note=note)
    return Deadline(text, "unclear", note=note)


def _with_monthday(recurrence: str, monthdays: list[int]) -> str:
    return f"{recurrence};BYMONTHDAY={monthdays[-1]}"


def _this_month(text: str, folded: str, found: Found, issued: dt.date, note: str | None) -> Deadline:
    """«до 25 числа текущего месяца»"""
    coming = "следующ" in folded
    first = (issued.replace(day=1) + dt.timedelta(days=32)).replace(day=1) if coming else issued.replace(day=1)
    try:
        day = first.replace(day=found.monthdays[-1]) if found.monthdays[-1] > 0 else _month_end(first)
    except ValueError:
        return Deadline(text, "unclear", note=note)
    window: Window = (None, day) if found.until else (day, day)
    return Deadline(text, "by" if found.until else "on", (window,), None, ("month",), note)


def _month_end(day: dt.date) -> dt.date:
    return (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)


def _misread(found: Found) -> bool:
    """Whether figures were left over that are part of no day: better unclear than half understood."""
    left = found.left
    for index, word in enumerate(left):
        following = left[index + 1] if index + 1 < len(left) else ""
        if word.isdigit() and not following.startswith(("этап", "класс", "раз", "чел", "школ", "-", "о", "у")):
            return True
        if any(c.isdigit() for c in word) and not word.isdigit() and "-" not in word:
            return True
    return False


def _windows(spans: list[Span], days: list[tuple[dt.date, dt.date]]) -> tuple[str, tuple[Window, ...]]:
    kinds: list[str] = []
    windows: list[Window] = []
    limit = ""
    for span, (first, last) in zip(spans, days, strict=True):
        limit = span.limit or ("" if limit in ("since", "notbefore") or not span.single else limit)
        if limit in ("until", "towards", "through") or (limit == "term" and (span.single or span.edge == "end")):
            kinds.append("by")
            windows.append((None, limit_day(span, (first, last))))
        elif limit in ("since", "notbefore") and not span.closed:
            kinds.append("during")
            windows.append((first, None))
        else:
            kinds.append("on" if first == last and span.single else "during")
            windows.append((first, last))
    kind = kinds[0] if len(set(kinds)) == 1 else "by" if kinds[-1] == "by" and kinds[0] != "during" else "during"
    if kind == "by" and any(start is not None for start, _ in windows):
        windows = [(None, end) for _, end in windows]
    return kind, tuple(dict.fromkeys(windows))
