"""A submission as it is filled in and read: its questions with answers, those of the last period, and what is wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from opora.collection import values
from opora.collection.definition import LONGEST, Definition, Field, Kind, Section
from opora.collection.models import Submission, SubmissionFile
from opora.collection.rows import NAME, Row, fits, fresh, named
from opora.collection.values import Stored, Wrong
from opora.collection.working import Worked, Wronged, work_out, wrongs
from opora.ui.words import number

SPARE = 3  # empty rows below the filled ones
LONG = 200  # characters that one line holds


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table."""

    name: str
    column: Field
    raw: str
    text: str
    mistakes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table; `number` is from 1, `spare` where nothing of it is said yet."""

    name: str
    number: int
    cells: tuple[Cell, ...]
    spare: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """`raw` is what stands in the input, `text` the answer in words, `last` that of the last period."""

    field: Field
    asked: bool
    raw: Any
    text: str
    last: str
    mistakes: tuple[str, ...] = ()
    remark: str = ""
    file: SubmissionFile | None = None
    rows: tuple[Line, ...] = ()
    conflict: str = ""  # what somebody else answered meanwhile, in words
    who: str = ""

    @property
    def kind(self) -> str:
        """By what it is asked: the kinds of fields, a long text apart; «output» where it is worked out."""
        if self.field.formula:
            return "output"
        if self.field.kind == Kind.TEXT and (self.field.max is None or self.field.max > LONG):
            return "long"
        return str(self.field.kind)

    @property
    def limits(self) -> str:
        """«от 0 до 500»"""
        one = self.field
        if one.kind != Kind.NUMBER or one.formula:
            return ""
        low = f"от {number(one.min)}" if one.min is not None else ""
        return f"{low} до {number(one.max)}".strip() if one.max is not None else low

    @property
    def described(self) -> str:
        """The ids of what describes the input."""
        parts = [f"hint-{self.field.key}"] if self.field.hint or self.limits else []
        return " ".join([*parts, f"said-{self.field.key}"])

    @property
    def wrong_rows(self) -> list[int]:
        """The numbers of the rows with a mistake."""
        return [line.number for line in self.rows if any(cell.mistakes for cell in line.cells)]

    @property
    def chosen(self) -> list[str]:
        return self.raw if isinstance(self.raw, list) else [self.raw]


@dataclass(frozen=True, slots=True)
class Part:
    """A section with its questions; `asked` is whether any of them is."""

    section: Section
    questions: tuple[Question, ...]
    answered: int
    wanted: int
    wrong: int

    @property
    def asked(self) -> bool:
        return any(one.asked for one in self.questions)

    @property
    def remarked(self) -> bool:
        return any(one.remark or any(line.remark for line in one.rows) for one in self.questions)


@dataclass
class Sheet:
    """`typed`: what stands in the inputs of a form that could not be kept; it is shown instead of what is stored."""

    submission: Submission
    last: Mapping[str, Any]  # values of the last period
    last_answers: Mapping[str, Stored]
    prefilled: Mapping[str, Stored] = field(default_factory=dict)
    typed: Mapping[str, Stored] = field(default_factory=dict)
    conflicts: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # key: (what stands now, who)

    def __post_init__(self) -> None:
        self.definition: Definition = self.submission.campaign.version.content
        self.worked: Worked = work_out(self.definition, {**self.prefilled, **self.submission.answers}, self.last)
        self.wrongs: list[Wronged] = wrongs(self.definition, self.worked, self.last)
        self.files = {one.public_id: one for one in self.submission.files.all()}
        self.remarks = self.submission.remarks_by_place

    def parts(self, *, whole: bool = True, spare: int = 0) -> list[Part]:
        """All sections; without `whole` what is not said yet is no mistake."""
        shown = self.wrongs if whole else wrongs(self.definition, self.worked, self.last, whole=False)
        said: dict[str, list[str]] = defaultdict(list)
        for one in shown:
            said[one.place].append(one.message)
        missing = {one.key for one in self.wrongs}
        return [self._part(section, said, missing, spare) for section in self.definition.sections]

    def _part(self, section: Section, said: Mapping[str, list[str]], missing: set[str], spare: int) -> Part:
        questions = tuple(self._question(one, said, spare) for one in section.fields)
        wanted = [one for one in questions if one.asked and not one.field.formula]
        answered = sum(self.worked.answers.get(one.field.key) is not None for one in wanted)
        wrong = sum(one.field.key in missing for one in questions)
        return Part(section, questions, answered, len(wanted), wrong)

    def _question(self, one: Field, said: Mapping[str, list[str]], spare: int) -> Question:
        stored = self.typed.get(one.key, self.worked.answers.get(one.key))
        now, who = self.conflicts.get(one.key, ("", ""))
        found = Question(
            field=one,
            asked=one.key in self.worked.asked,
            raw=_raw(stored),
            text=values.shown(one, stored) if one.kind != Kind.FILE else "",
            last=values.shown(one, self.last_answers.get(one.key)) if one.kind != Kind.FILE else "",
            mistakes=tuple(said.get(one.key, ())),
            remark=self.remarks.get((one.key, ""), ""),
            file=self.files.get(str(stored)) if one.kind == Kind.FILE else None,
            conflict=now,
            who=who,
        )
        return self._with_rows(found, stored or [], said, spare) if one.is_table else found

    def _with_rows(
        self, found: Question, stored: list[dict[str, Stored]], said: Mapping[str, list[str]], spare: int
    ) -> Question:
        one = found.field
        more = max(0, min(spare, values.most_rows(one) - len(stored)))
        rows = [*named(stored), *({NAME: fresh()} for _ in range(more))]
        return replace(found, rows=tuple(self._line(one, number, row, said) for number, row in enumerate(rows, 1)))

    def _line(self, table: Field, number: int, row: Row, said: Mapping[str, list[str]]) -> Line:
        name = row[NAME]
        cells = tuple(
            _cell(f"{table.key}-{name}-{column.key}", column, row.get(column.key), said) for column in table.columns
        )
        return Line(name, number, cells, spare=len(row) == 1, remark=self.remarks.get((table.key, name), ""))


def _cell(name: str, column: Field, stored: Stored, said: Mapping[str, list[str]]) -> Cell:
    return Cell(name, column, str(_raw(stored)), values.shown(column, stored), tuple(said.get(name, ())))


def _raw(stored: Stored) -> Any:
    """What stands in an input: a number with a comma, as people write it, comes back as it was typed."""
    if stored is None:
        return ""
    return stored if isinstance(stored, list) else str(stored)


def typed(fields: Iterable[Field], data: QueryDict) -> dict[str, Stored]:
    """What was typed into the questions that were there; what does not fit its field as it was typed."""
    found: dict[str, Stored] = {}
    for one in fields:
        if one.formula or one.kind == Kind.FILE:
            continue
        if one.is_table:
            if f"{one.key}-row" in data:
                found[one.key] = _rows(one, data)
        elif one.key in data or f"{one.key}-asked" in data:
            found[one.key] = _read(one, data.getlist(one.key))
    return found


def _rows(table: Field, data: QueryDict) -> Stored:
    """The rows of the page by their names: one that was emptied is no more."""
    rows = []
    for name in dict.fromkeys(data.getlist(f"{table.key}-row")[: values.most_rows(table) + SPARE]):
        row = {}
        for column in table.columns:
            given = data.getlist(f"{table.key}-{name}-{column.key}")
            stored = None if column.formula else _read(column, given)
            if stored is not None:
                row[column.key] = stored
        if row and fits(name):
            rows.append({NAME: name, **row})
    return rows or None


def _read(one: Field, raw: list[str]) -> Stored:
    try:
        return values.read(one, raw)
    except Wrong:
        if one.kind == Kind.SEVERAL:
            return [said for said in raw if said in one.options] or None
        return raw[0].strip()[: 4 * LONGEST]
