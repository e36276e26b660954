"""The definition of a form: sections of fields, as frozen dataclasses and as JSON.

`read` takes whatever was stored, typed or uploaded and says every mistake in Russian; `to_json` gives the stored shape.
Expressions (formulas, conditions, checks) are texts here: `collection.language` says what they mean.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from functools import cached_property
from typing import Any

from opora.core.workflow import Refused

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_FIELDS = 400  # of a form
MOST_ROWS = 200  # of a table that says no other limit
MOST_OPTIONS = 200
LONGEST = 4000  # characters of an answer in words
MOST_DECIMALS = 6


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    SEVERAL = "several"
    DATE = "date"
    FILE = "file"
    TABLE = "table"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Kind.TEXT: "текст",
    Kind.NUMBER: "число",
    Kind.CHOICE: "выбор одного",
    Kind.SEVERAL: "выбор нескольких",
    Kind.DATE: "дата",
    Kind.FILE: "файл",
    Kind.TABLE: "таблица",
}
NAMELESS = (Kind.TEXT, Kind.NUMBER, Kind.CHOICE, Kind.SEVERAL, Kind.DATE)  # of a questionnaire: a file tells its author
IN_CELLS = (Kind.TEXT, Kind.NUMBER, Kind.CHOICE, Kind.DATE)  # the kinds that a column of a table may have


@dataclass(frozen=True, slots=True)
class Check:
    """An expression that has to be true, and what is said where it is not."""

    expression: str
    message: str


@dataclass(frozen=True)
class Field:
    """One question. `min` and `max`: of a number its limits, of a text its length, of a table its rows."""

    key: str
    kind: Kind
    title: str
    hint: str = ""
    unit: str = ""
    min: Decimal | None = None
    max: Decimal | None = None
    decimals: int = 0  # of a number, after the comma
    required: bool = False
    options: tuple[str, ...] = ()
    columns: tuple[Field, ...] = ()
    formula: str = ""  # the value is worked out, nobody types it
    condition: str = ""  # asked only where it is true
    checks: tuple[Check, ...] = ()
    prefill: str = ""  # what of the registry answers where nothing was said yet

    @property
    def is_table(self) -> bool:
        return self.kind == Kind.TABLE


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    fields: tuple[Field, ...] = ()
    hint: str = ""
    condition: str = ""


@dataclass(frozen=True)
class Definition:
    sections: tuple[Section, ...] = ()

    @cached_property
    def fields(self) -> dict[str, Field]:
        """All fields by their keys, in order."""
        return {one.key: one for section in self.sections for one in section.fields}

    def section_of(self, key: str) -> Section | None:
        return next((s for s in self.sections if any(one.key == key for one in s.fields)), None)


class Malformed(Refused):
    """The definition cannot be used; `mistakes` are all that is wrong, each with its place."""

    def __init__(self, mistakes: list[str]) -> None:
        self.mistakes = mistakes
        super().__init__("В форме есть ошибки. " + " ".join(mistakes))


def read(data: Any) -> Definition:
    """The definition of its JSON, or `Malformed` with every mistake."""
    reader = _Reader()
    found = reader.definition(data)
    if reader.mistakes:
        raise Malformed(reader.mistakes)
    return found


def to_json(definition: Definition) -> dict[str, Any]:
    return {"sections": [_plain(section) for section in definition.sections]}


def field_json(field: Field) -> dict[str, Any]:
    return _plain(field)


def _plain(one: Section | Field | Check) -> dict[str, Any]:
    """What differs from its default alone, so that versions compare by what people said."""
    found: dict[str, Any] = {}
    for slot in fields(one):
        value = getattr(one, slot.name)
        if value == slot.default or value == ():
            continue
        found[slot.name] = _value(value)
    return found


def _value(value: Any) -> Any:
    if isinstance(value, tuple):
        return [one if isinstance(one, str) else _plain(one) for one in value]
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value) if isinstance(value, Kind) else value


class _Reader:
    def __init__(self) -> None:
        self.mistakes: list[str] = []

    def say(self, place: str, what: str) -> None:
        self.mistakes.append(f"{place}: {what}")

    def definition(self, data: Any) -> Definition:
        if not isinstance(data, Mapping) or set(data) - {"sections"} or not isinstance(data.get("sections", []), list):
            self.say("Форма", "ожидается список разделов «sections».")
            return Definition()
        seen: set[str] = set()
        sections = tuple(self.section(one, f"Раздел {n}", seen) for n, one in enumerate(data.get("sections", []), 1))
        found = Definition(sections)
        if sum(len(one.fields) for one in sections) > MOST_FIELDS:
            self.say("Форма", f"полей больше {MOST_FIELDS}. Разделите её на две.")
        return found

    def section(self, data: Any, place: str, seen: set[str]) -> Section:
        data = self.mapping(data, place, {"key", "title", "fields", "hint", "condition"})
        title = self.text(data, "title", place, needed="название", most=300)
        place = f"Раздел «{title}»" if title else place
        key = self.key(data, place, seen)
        given = self.list(data, "fields", place)
        found = tuple(self.field(one, f"{place}, поле {n}", seen) for n, one in enumerate(given, 1))
        hint, condition = self.text(data, "hint", place), self.text(data, "condition", place)
        return Section(key, title, found, hint, condition)

    def field(self, data: Any, place: str, seen: set[str], *, column: bool = False) -> Field:
        data = self.mapping(data, place, {slot.name for slot in fields(Field)})
        title = self.text(data, "title", place, needed="вопрос", most=1000)
        place = f"{'Столбец' if column else 'Поле'} «{title}»" if title else place
        key = self.key(data, place, seen)
        kind = self.kind(data, place, column=column)
        inner: set[str] = set()
        columns = tuple(
            self.field(one, f"{place}, столбец {n}", inner, column=True)
            for n, one in enumerate(self.list(data, "columns", place), 1)
        )
        found = Field(
            key=key,
            kind=kind,
            title=title,
            hint=self.text(data, "hint", place),
            unit=self.text(data, "unit", place, most=40),
            min=self.decimal(data, "min", place),
            max=self.decimal(data, "max", place),
            decimals=self.decimals(data, place),
            required=self.flag(data, "required", place),
            options=self.options(data, place),
            columns=columns,
            formula=self.text(data, "formula", place),
            condition=self.text(data, "condition", place),
            checks=tuple(self.check(one, place) for one in self.list(data, "checks", place)),
            prefill=self.text(data, "prefill", place, most=60),
        )
        self.fits(found, place)
        return found

    def fits(self, field: Field, place: str) -> None:
        """What a kind needs and what it cannot have."""
        chosen = field.kind in (Kind.CHOICE, Kind.SEVERAL)
        if chosen and len(field.options) < 2:
            self.say(place, "нужно хотя бы два варианта ответа.")
        if field.options and not chosen:
            self.say(place, f"варианты ответа есть только у выбора, а это — {field.kind.label}.")
        if field.is_table and not field.columns:
            self.say(place, "нужен хотя бы один столбец.")
        if field.columns and not field.is_table:
            self.say(place, f"столбцы есть только у таблицы, а это — {field.kind.label}.")
        if field.min is not None and field.max is not None and field.min > field.max:
            self.say(place, "наименьшее значение больше наибольшего.")
        if field.formula and field.kind not in (Kind.NUMBER, Kind.TEXT):
            self.say(place, "формула возможна у числа и текста.")

    # -- pieces ----------------------------------------------------------------------------------------------------

    def mapping(self, data: Any, place: str, known: set[str]) -> Mapping[str, Any]:
        if not isinstance(data, Mapping):
            self.say(place, "ожидается набор свойств.")
            return {}
        for name in sorted(map(str, set(data) - known)):
            self.say(place, f"неизвестное свойство «{name}».")
        return data

    def text(self, data: Mapping[str, Any], name: str, place: str, *, needed: str = "", most: int = LONGEST) -> str:
        value = data.get(name, "")
        if not isinstance(value, str):
            self.say(place, f"свойство «{name}» должно быть текстом.")
            return ""
        said = value.strip()
        if needed and not said:
            self.say(place, f"не указано: {needed}.")
        if len(said) > most:
            self.say(place, f"текст «{said[:30]}…» длиннее {most} знаков.")
        return said

    def key(self, data: Mapping[str, Any], place: str, seen: set[str]) -> str:
        value = data.get("key", "")
        if not isinstance(value, str) or not KEY.fullmatch(value):
            self.say(place, "код — строчные латинские буквы, цифры и «_», начинается с буквы, не длиннее 40 знаков.")
            return ""
        if value in seen:
            self.say(place, f"код «{value}» уже занят.")
        seen.add(value)
        return value

    def kind(self, data: Mapping[str, Any], place: str, *, column: bool) -> Kind:
        try:
            kind = Kind(data.get("kind", ""))
        except ValueError:
            self.say(place, f"неизвестный вид «{data.get('kind', '')}».")
            return Kind.TEXT
        if column and kind not in IN_CELLS:
            self.say(place, f"столбец не может быть такого вида: {kind.label}.")
        return kind

    def list(self, data: Mapping[str, Any], name: str, place: str) -> list[Any]:
        value = data.get(name, [])
        if not isinstance(value, list):
            self.say(place, f"свойство «{name}» должно быть списком.")
            return []
        return value

    def options(self, data: Mapping[str, Any], place: str) -> tuple[str, ...]:
        given = self.list(data, "options", place)
        found = tuple(one.strip() for one in given if isinstance(one, str) and one.strip())
        if len(found) != len(given):
            self.say(place, "варианты ответа должны быть непустыми текстами.")
        if len(set(found)) != len(found):
            self.say(place, "варианты ответа повторяются.")
        if len(found) > MOST_OPTIONS:
            self.say(place, f"вариантов больше {MOST_OPTIONS}.")
        return found

    def flag(self, data: Mapping[str, Any], name: str, place: str) -> bool:
        value = data.get(name, False)
        if not isinstance(value, bool):
            self.say(place, f"свойство «{name}» — да или нет.")
            return False
        return value

    def decimals(self, data: Mapping[str, Any], place: str) -> int:
        value = data.get("decimals", 0)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_DECIMALS:
            self.say(place, f"знаков после запятой — от 0 до {MOST_DECIMALS}.")
            return 0
        return value

    def decimal(self, data: Mapping[str, Any], name: str, place: str) -> Decimal | None:
        value = data.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
            self.say(place, f"предел «{value}» — не число.")
            return None
        try:
            found = Decimal(str(value).replace(",", "."))
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite() or abs(found.adjusted()) > 15:
            self.say(place, f"предел «{value}» — не число или слишком велик.")
            return None
        return found

    def check(self, data: Any, place: str) -> Check:
        data = self.mapping(data, f"{place}, проверка", {"expression", "message"})
        expression = self.text(data, "expression", f"{place}, проверка", needed="выражение")
        return Check(expression, self.text(data, "message", f"{place}, проверка", needed="сообщение", most=500))
