"""What answers amount to: which questions are asked, what formulas give, what is wrong and where.

Pure: it takes a definition and stored answers and changes neither. An answer that does not fit its field («двадцать»
for a number) may be stored, so that a draft loses nothing; it counts as not said and stands among the mistakes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, cast

from opora.collection import values
from opora.collection.definition import Definition, Field, Kind
from opora.collection.language import Mistake, evaluate, order
from opora.collection.language.functions import CONTEXT, is_empty
from opora.collection.rows import NAME, named
from opora.collection.values import Stored, Value, Wrong

PASSES = 4  # conditions that depend on conditions settle in as many; a circle of them ends there
Answers = Mapping[str, Stored]


@dataclass(frozen=True, slots=True)
class Wronged:
    """One thing to mend, at a field, or at a cell of its table."""

    key: str
    message: str
    row: int | None = None  # from 0
    column: str = ""
    name: str = ""  # of the row

    @property
    def place(self) -> str:
        """The same as in the names of inputs."""
        return self.key if self.row is None else f"{self.key}-{self.name}-{self.column}"


@dataclass(frozen=True, slots=True)
class Worked:
    """`answers` with what formulas gave, `values` the same as expressions see them, `asked` the keys that are asked."""

    answers: dict[str, Stored]
    values: dict[str, Value]
    asked: frozenset[str]


def work_out(definition: Definition, answers: Answers, previous: Mapping[str, Value] | None = None) -> Worked:
    """The answers with their formulas. What is not asked counts as not said."""
    last = previous or {}
    asked = frozenset(definition.fields)
    for _ in range(PASSES):
        found, seen = _formulas(definition, answers, asked, last)
        now = frozenset(_asked(definition, seen, last))
        if now == asked:
            break
        asked = now
    found, seen = _formulas(definition, answers, asked, last)
    return Worked(found, seen, asked)


def _asked(definition: Definition, seen: Mapping[str, Value], last: Mapping[str, Value]) -> Iterator[str]:
    """A condition that is nothing asks nothing."""
    for section in definition.sections:
        if section.condition and evaluate(section.condition, seen, last) is not True:
            continue
        for field in section.fields:
            if not field.condition or evaluate(field.condition, seen, last) is True:
                yield field.key


def _formulas(
    definition: Definition, answers: Answers, asked: frozenset[str], last: Mapping[str, Value]
) -> tuple[dict[str, Stored], dict[str, Value]]:
    found: dict[str, Stored] = {
        key: named(answers[key]) if field.is_table and answers[key] else answers[key]
        for key, field in definition.fields.items()
        if key in answers and not field.formula
    }
    seen = {
        key: values.typed(field, found.get(key)) if key in asked else None for key, field in definition.fields.items()
    }
    try:
        steps = order(definition)
    except Mistake:  # a circle: such a form is never published
        return found, seen
    for step in steps:
        key, _, column = step.partition(".")
        field = definition.fields[key]
        if key not in asked:
            continue
        if column:
            _column(field, column, found, seen, last)
            continue
        stored = _stored(field, evaluate(field.formula, seen, last))
        seen[key] = values.typed(field, stored)
        if stored is not None:
            found[key] = stored
    return found, seen


def _column(
    table: Field, key: str, found: dict[str, Stored], seen: dict[str, Value], last: Mapping[str, Value]
) -> None:
    """A column that is worked out, row by row: its formula sees the cells of its row before the fields of the form."""
    column = next(one for one in table.columns if one.key == key)
    rows = []
    for row in found.get(table.key) or []:
        cells = {one.key: values.typed(one, row.get(one.key)) for one in table.columns}
        stored = _stored(column, evaluate(column.formula, {**seen, **cells}, last))
        rest = {name: cell for name, cell in row.items() if name != key}
        rows.append(rest if stored is None else {**rest, key: stored})
    if rows:
        found[table.key] = rows
        seen[table.key] = values.typed(table, rows)


def _stored(field: Field, value: Value) -> Stored:
    """What a formula gave, as it is stored: a number to the digits of its field."""
    if isinstance(value, Decimal) and field.kind == Kind.NUMBER:
        exact = value.quantize(Decimal(1).scaleb(-field.decimals), rounding=ROUND_HALF_UP, context=CONTEXT)
        return format(exact.normalize() if exact else Decimal(0), "f") if exact.is_finite() else None
    return value if isinstance(value, str) and field.kind == Kind.TEXT and value else None


def wrongs(
    definition: Definition, worked: Worked, previous: Mapping[str, Value] | None = None, *, whole: bool = True
) -> list[Wronged]:
    """What keeps the answers from being sent, in the order of the form.

    Without `whole` what is not said yet is let be.
    """
    found: list[Wronged] = []
    for key, field in definition.fields.items():
        if key not in worked.asked:
            continue
        stored = worked.answers.get(key)
        if field.is_table:
            found += _rows_wrong(field, stored or [], worked, previous or {}, whole)
        elif field.required and not field.formula and stored is None and whole:
            found.append(Wronged(key, "Нужен ответ."))
        elif stored is not None and not field.formula:
            found += [Wronged(key, said) for said in _misfit(field, stored)]
        for check in field.checks:
            if evaluate(check.expression, worked.values, previous) is False:
                found.append(Wronged(key, check.message))
    return found


def _misfit(field: Field, stored: Stored) -> list[str]:
    if field.kind == Kind.FILE:
        return []
    try:
        values.read(field, stored)
    except Wrong as wrong:
        return [str(wrong)]
    return []


def _rows_wrong(
    table: Field, rows: list[dict[str, Stored]], worked: Worked, last: Mapping[str, Value], whole: bool
) -> Iterator[Wronged]:
    least = int(table.min) if table.min is not None else int(table.required)
    if len(rows) < least and whole:
        yield Wronged(table.key, f"Нужно строк не меньше {least}." if least > 1 else "Заполните хотя бы одну строку.")
    if len(rows) > values.most_rows(table):
        yield Wronged(table.key, f"Строк {len(rows)}, можно не больше {values.most_rows(table)}.")
    for number, row in enumerate(rows):
        name = row.get(NAME, "")
        cells = {one.key: values.typed(one, row.get(one.key)) for one in table.columns}
        for column in table.columns:
            stored = row.get(column.key)
            if column.required and not column.formula and stored is None and whole:
                yield Wronged(table.key, f"«{column.title}»: нужен ответ.", number, column.key, name)
            elif stored is not None and not column.formula:
                for said in _misfit(column, stored):
                    yield Wronged(table.key, said, number, column.key, name)
            for check in column.checks:
                if evaluate(check.expression, {**worked.values, **cells}, last) is False:
                    yield Wronged(table.key, check.message, number, column.key, name)


def previous_values(definition: Definition, answers: Answers | None) -> dict[str, Value]:
    """Answers of the last period as expressions of this form see them: by key, as far as they still fit."""
    if answers is None:
        return {}
    return {key: one for key, one in values.all_typed(definition, answers).items() if not is_empty(cast("Any", one))}
