"""The grammar: tokens become spans of days whose year may still be missing.

expression  = item { separator item }
item        = [limit] span [tail]
limit       = «до» | «не позднее» | «к» | «по» | «с» | «не ранее» | «Срок –»
span        = atom [dash atom] | «с» atom («по» | «до») atom
atom        = days month [year] | date | part month | ordinal unit [of year] | month | season | year | school year
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from opora.deadlines.words import PARTS, SEASONS, UNITS, Token, month_of, ordinal_of


@dataclass(frozen=True, slots=True)
class Mark:
    """A day whose year may be missing; day 0 is the last of the month, `over` years are added to a year filled in."""

    month: int
    day: int
    year: int | None = None
    over: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """From `first` to `last`, both inclusive. `limit`: «» none, «until», «towards», «through», «since», «term»."""

    first: Mark
    last: Mark
    single: bool = False  # one day
    limit: str = ""
    edge: str = ""  # «start» or «end» of the period was named: «до начала…», «до конца…»
    relative: str = ""  # «this», «next», «next-school»: counted from the issue; «period»: the heading's
    closed: bool = False  # both ends were named: «с 1 по 15 ноября»


@dataclass(slots=True)
class Found:
    spans: list[Span] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    monthdays: list[int] = field(default_factory=list)
    left: list[str] = field(default_factory=list)  # words that are part of no span
    until: bool = False  # a limit stands before a day of the month: «до 5 числа»


def span_of_months(first: int, last: int, year: int | None = None, over: int = 0) -> Span:
    return Span(Mark(first, 1, year), Mark(last, 0, None if year is None else year + over, over))


class Reader:
    """Reads one list of tokens from left to right."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self, ahead: int = 0) -> Token:
        index = self.at + ahead
        return self.tokens[index] if index < len(self.tokens) else Token("", "")

    def take(self, *kinds: str) -> Token | None:
        token = self.peek()
        if token.kind in kinds:
            self.at += 1
            return token
        return None

    def read(self) -> Found:
        found = Found()
        limit = ""
        while self.at < len(self.tokens):
            token = self.peek()
            if token.kind in ("until", "since", "through", "towards", "notbefore", "term"):
                self.at += 1
                if not (token.kind == "term" and limit):
                    inclusive = token.text.startswith("не поз") and "до" not in token.text.split()
                    limit = "through" if inclusive else token.kind
                continue
            before = self.at
            spans = self.group(limit)
            if spans:
                found.spans += spans
                limit = ""
                continue
            self.at = before + 1
            if token.kind == "time":
                found.times.append(token.text)
                continue
            if token.kind == "monthday":
                days = [int(part) for part in _digits(token.text)]
                found.monthdays += days
                found.until = found.until or limit in ("until", "through", "term", "towards") or len(days) > 1
            elif token.kind == "lastmonthday":
                found.monthdays.append(-1)
                found.until = found.until or limit in ("until", "through", "term", "towards")
            elif token.kind not in ("comma", "dash", "include"):
                found.left.append(token.text)
            if token.kind != "dash" and limit != "term":
                limit = ""
        return found

    # -- spans ---------------------------------------------------------------------------------------------------

    def group(self, limit: str) -> list[Span]:
        """One atom or range at this place, with its limit; several for «4, 11 мая»."""
        atoms = self.atoms()
        if not atoms:
            return []
        while True:
            here = self.at
            if self.take("dash", "through") or (limit == "since" and self.take("until", "comma")):
                towards = self.tokens[self.at - 1].kind
                self.take("through")
                others = self.atoms()
                if others and towards != "comma":
                    atoms = [*atoms[:-1], _joined(atoms[-1], others[0], before=towards == "until"), *others[1:]]
                    limit = "" if limit == "since" else limit
                    continue
            self.at = here
            break
        year = self.take("thisyear", "nextyear")
        if year:
            relative = "this" if year.kind == "thisyear" else "next"
            atoms = [replace(atom, relative=relative) if atom.first.year is None else atom for atom in atoms]
        if limit:
            atoms = [replace(atom, limit=limit) for atom in atoms]
        return atoms

    def atoms(self) -> list[Span]:
        start = self.at
        for parse in (self.edge, self.days, self.whole):
            found = parse()
            if found:
                return found
            self.at = start
        return []

    def days(self) -> list[Span]:
        """«4, 11 и 18 мая 2023 г.», «24-25 мая», a date in figures."""
        token = self.take("iso", "date", "short")
        if token:
            parts = _digits(token.text)
            if token.kind == "iso":
                return [_day(parts[2], parts[1], parts[0])]
            day_number, month_number, *rest = parts
            stated = (rest[0] + 2000 if rest[0] < 100 else rest[0]) if rest else self.year()
            return [_day(day_number, month_number, stated)]
        numbers: list[int | str] = []
        while True:
            number = self.take("number")
            if number is None:
                break
            numbers.append(_digits(number.text)[0])
            if self.peek().kind in ("comma", "dash", "through") and self.peek(1).kind == "number":
                numbers.append("-" if self.peek().kind in ("dash", "through") else ",")
                self.at += 1
        month_token = self.take("month") if numbers else None
        if month_token is None or not all(isinstance(n, str) or 1 <= n <= 31 for n in numbers):
            return []
        month, year = month_of(month_token.text), self.year()
        spans: list[Span] = []
        for index, number_or_mark in enumerate(numbers):
            if isinstance(number_or_mark, str):
                continue
            day = _day(number_or_mark, month, year)
            if index and numbers[index - 1] == "-":
                spans[-1] = _joined(spans[-1], day)
            else:
                spans.append(day)
        return spans

    def edge(self) -> list[Span]:
        """«начало мая», «конец учебного года», «до начала II квартала»."""
        part = self.take("part")
        if part is None:
            return []
        inner = self.whole() or self.days()
        if len(inner) != 1:
            return []
        code = PARTS.get(part.text[:3], "end")
        return [_part(inner[0], code)]

    def whole(self) -> list[Span]:
        """A period: ordinal with unit, month, season, year, school year."""
        return self.ordinal_units() or self.months() or self.years()

    def ordinal_units(self) -> list[Span]:
        """«I, II кварталы 2021 года», «первая половина мая», «III декада мая», «I полугодие учебного года»."""
        numbers: list[int] = []
        marks: list[str] = []
        start = self.at
        while (number := ordinal_of(self.peek())) is not None:
            self.at += 1
            numbers.append(number)
            if self.peek().kind in ("comma", "dash") and ordinal_of(self.peek(1)) is not None:
                marks.append(self.peek().kind)
                self.at += 1
        unit = self.take("unit")
        if unit is None or not numbers:
            self.at = start
            return []
        half = unit.text.startswith("половин")
        code = "part" if half else UNITS.get(unit.text[:3]) or UNITS[unit.text[:2]]
        base = self.base()
        spans: list[Span] = []
        for index, number in enumerate(numbers):
            span = _unit(code, number, base)
            if span is None:
                self.at = start
                return []
            if index and marks[index - 1 : index] == ["dash"]:
                spans[-1] = _joined(spans[-1], span)
            else:
                spans.append(span)
        return spans

    def base(self) -> Span | None:
        """What an ordinal unit is part of: a month, a year, a school year, or nothing named."""
        start = self.at
        found = self.months() or self.years()
        if len(found) == 1:
            return found[0]
        self.at = start
        return None

    def months(self) -> list[Span]:
        token = self.take("month", "season", "monthyear")
        if token is None:
            return []
        if token.kind == "monthyear":
            month, year = _digits(token.text)
            return [span_of_months(month, month, year)]
        if token.kind == "season":
            first = SEASONS[token.text[:3]]
            over = 1 if first == 12 else 0
            last = (first + 1) % 12 + 1
            pair = self.take("halfyears", "years")
            year_of = _digits(pair.text)[0] if pair else self.year()
            return [span_of_months(first, last, year_of, over)]
        month = month_of(token.text)
        return [span_of_months(month, month, self.year())]

    def years(self) -> list[Span]:
        token = self.take("school", "years", "halfyears", "year", "thisyear", "nextyear", "wholeyear")
        if token is None:
            return []
        numbers = _digits(token.text)
        if token.kind in ("school", "halfyears"):
            if not numbers:
                following = token.text.startswith(("будущ", "следующ", "предстоящ", "нов"))
                return [replace(span_of_months(9, 5, None, 1), relative="next-school" if following else "")]
            return [Span(Mark(9, 1, numbers[0]), Mark(5, 31, numbers[0] + 1))]
        if token.kind == "years":
            return [Span(Mark(1, 1, numbers[0]), Mark(12, 31, numbers[1]))]
        if token.kind == "year":
            if self.peek().kind == "dash" and self.peek(1).kind == "school":
                return []
            return [Span(Mark(1, 1, numbers[0]), Mark(12, 31, numbers[0]))]
        relative = {"thisyear": "this", "nextyear": "next", "wholeyear": "period"}[token.kind]
        return [replace(span_of_months(1, 12), relative=relative)]

    def year(self) -> int | None:
        """The year that follows a day or month, if one does."""
        self.take("comma") if self.peek(1).kind == "year" and self.peek().text == "," else None
        token = self.take("year")
        return _digits(token.text)[0] if token else None


def _digits(text: str) -> list[int]:
    return [int(part) for part in "".join(c if c.isdigit() else " " for c in text).split()]


def _day(day: int, month: int, year: int | None) -> Span:
    mark = Mark(month, day, year)
    return Span(mark, mark, single=True)


def _joined(first: Span, last: Span, *, before: bool = False) -> Span:
    """From the start of one to the end of the other, or to the day before a month's start («с мая до августа»)."""
    end = last.last
    if before and not last.single and last.edge != "end":
        end = replace(last.first, day=last.first.day - 1 or -1)
    if first.first.year is None and end.year is None and not end.over:
        turned = (first.first.month, first.first.day) > (end.month, end.day or 31)
        end = replace(end, over=first.first.over + 1) if turned else end
    return Span(first.first, end, relative=first.relative or last.relative, closed=True)


def _unit(code: str, number: int, base: Span | None) -> Span | None:
    """The n-th unit of a base; None where there is no such unit."""
    month = base if base is not None and _is_month(base) else None
    school = base is not None and base.first.month == 9 and not _is_month(base)
    year = base.first.year if base is not None else None
    if code in ("decade", "week", "part"):
        if code == "part" and month is None:
            return _unit("half", number, base)
        return _piece(month, code, number) if month is not None else None
    if month is not None:
        return None
    relative = base.relative if base is not None else ""
    starts = {"quarter": (1, 4, 7, 10), "half": (1, 7), "term": (9, 11, 1, 4), "trimester": (9, 12, 3)}[code]
    ends = {"quarter": (3, 6, 9, 12), "half": (6, 12), "term": (10, 12, 3, 5), "trimester": (11, 2, 5)}[code]
    if code == "half" and school:
        starts, ends = (9, 1), (12, 5)
    index = len(starts) - 1 if number == -1 else number - 1
    if not 0 <= index < len(starts):
        return None
    first, last = starts[index], ends[index]
    over = 1 if last < first else 0
    if year is not None and school and first < 9:
        year += 1
    return replace(span_of_months(first, last, year, over), relative="" if school else relative)


def _piece(month: Span, code: str, number: int) -> Span | None:
    bounds = {
        "decade": {1: (1, 10), 2: (11, 20), 3: (21, 0), -1: (21, 0)},
        "week": {1: (1, 7), 2: (8, 14), 3: (15, 21), 4: (22, 28), -1: (-7, 0)},
        "part": {1: (1, 15), 2: (16, 0), -1: (16, 0)},
    }[code].get(number)
    if bounds is None:
        return None
    return replace(month, first=replace(month.first, day=bounds[0]), last=replace(month.last, day=bounds[1]))


def _part(span: Span, code: str) -> Span:
    """The start, middle or end of a month, year or school year; a day stays as it is."""
    edge = "" if code == "middle" else code
    if _is_month(span):
        number = {"start": 1, "middle": 2, "end": 3}[code]
        found = _piece(span, "decade", number)
        return replace(found or span, edge=edge)
    first, last = span.first, span.last
    if code == "start":
        last = replace(first, day=0)
    elif code == "end":
        first = replace(last, day=1)
    else:
        return replace(span, first=replace(first, month=6), last=replace(first, month=7, day=0))
    return replace(span, first=first, last=last, edge=edge)


def _is_month(span: Span) -> bool:
    a, b = span.first, span.last
    return (a.month, a.year, a.over) == (b.month, b.year, b.over) and a.day == 1 and b.day == 0
