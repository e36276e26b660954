"""Answers: as they are stored (JSON), as expressions see them, and as people type and read them.

Stored: a text, a choice and a date (ISO) are texts, a number is its decimal as text («12.5»), several are a list of
texts, a file is the public id of its row, a table is a list of rows {column key: stored} with their names
(`collection.rows`). Nothing said is absent.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from opora.collection.definition import LONGEST, MOST_ROWS, Definition, Field, Kind
from opora.collection.rows import NAME, named
from opora.ui import words

Stored = Any  # what JSON holds
# What an expression sees. A file is whether there is one; a table is its rows.
Value = Decimal | str | bool | dt.date | tuple[str, ...] | tuple[Mapping[str, "Value"], ...] | None

_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
BIGGEST = 15  # digits before the comma


class Wrong(Exception):
    """The answer does not fit its field; the message (Russian) says why and what would."""


def read(field: Field, raw: str | list[str]) -> Stored:
    """What was typed, as it is stored; None where nothing was. Raises `Wrong`. Tables are read cell by cell."""
    if field.kind == Kind.SEVERAL:
        return _several(field, raw if isinstance(raw, list) else [raw])
    text = (raw[0] if raw else "") if isinstance(raw, list) else raw
    text = text.replace("\r\n", "\n").strip()
    if not text:
        return None
    if field.kind == Kind.NUMBER:
        return _number(field, text)
    if field.kind == Kind.DATE:
        return _date(text)
    if field.kind == Kind.CHOICE:
        if text not in field.options:
            raise Wrong(f"Ответа «{text[:60]}» нет среди вариантов: выберите один из них.")
        return text
    most = int(field.max) if field.max is not None else LONGEST
    if len(text) > most:
        raise Wrong(f"Слишком длинно: {len(text)} знаков, можно не больше {most}.")
    if field.min is not None and len(text) < field.min:
        raise Wrong(f"Слишком коротко: {len(text)} знаков, нужно не меньше {field.min}.")
    return text


def said(field: Field, stored: Stored) -> Stored:
    """What people said, in one way: nothing is None, a row of a table has its name and what was typed alone."""
    if field.is_table and isinstance(stored, list):
        keys = [one.key for one in field.columns if not one.formula]
        rows = [{key: row[key] for key in (*keys, NAME) if row.get(key) not in (None, "")} for row in stored]
        stored = named(row for row in rows if row.keys() - {NAME})
    return None if stored in ("", [], {}) else stored


def most_rows(field: Field) -> int:
    return int(field.max) if field.max is not None else MOST_ROWS


def _several(field: Field, given: list[str]) -> Stored:
    found = [one.strip() for one in given if one.strip()]
    strange = [one for one in found if one not in field.options]
    if strange:
        raise Wrong(f"Ответа «{strange[0][:60]}» нет среди вариантов: выберите из них.")
    return [one for one in field.options if one in found] or None


def _number(field: Field, text: str) -> str:
    """The decimal as text. Spaces between thousands and a decimal comma are what people type."""
    plain = re.sub(r"[\s\u00a0\u202f]", "", text).replace(",", ".").replace("−", "-")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise Wrong(f"«{text[:40]}» — не число. Напишите цифрами, например 12 или 12,5.") from None
    if not value.is_finite() or value.adjusted() >= BIGGEST:
        raise Wrong(f"«{text[:40]}» — слишком большое число.")
    shown = value.normalize()
    if -int(shown.as_tuple().exponent) > field.decimals:
        allowed = f"не больше {field.decimals} знаков после запятой" if field.decimals else "целое число"
        raise Wrong(f"«{text[:40]}»: нужно {allowed}.")
    unit = f" {field.unit}" if field.unit else ""
    if field.min is not None and value < field.min:
        raise Wrong(f"Не может быть меньше {words.number(field.min)}{unit}.")
    if field.max is not None and value > field.max:
        raise Wrong(f"Не может быть больше {words.number(field.max)}{unit}.")
    return format(shown if shown else Decimal(0), "f")


def _date(text: str) -> str:
    """ISO, from «2026-09-01» of the day picker or «01.09.2026»."""
    match = _DAY.fullmatch(text)
    try:
        day = dt.date(int(match[3]), int(match[2]), int(match[1])) if match else dt.date.fromisoformat(text)
    except ValueError:
        raise Wrong(f"«{text[:40]}» — не дата. Напишите, например, 01.09.2026.") from None
    if not 1900 <= day.year <= 2100:
        raise Wrong(f"«{text[:40]}»: проверьте год.")
    return day.isoformat()


def typed(field: Field, stored: Stored) -> Value:
    """A stored answer as expressions see it; what does not fit its field is nothing."""
    try:
        return _typed(field, stored)
    except (TypeError, ValueError, InvalidOperation):
        return None


def _typed(field: Field, stored: Stored) -> Value:
    if stored is None:
        return None
    if field.kind == Kind.TABLE:
        return tuple({c.key: typed(c, row.get(c.key)) for c in field.columns} for row in stored)
    if field.kind == Kind.SEVERAL:
        return tuple(str(one) for one in stored)
    if field.kind == Kind.NUMBER:
        return Decimal(stored)
    if field.kind == Kind.DATE:
        return dt.date.fromisoformat(stored)
    return bool(stored) if field.kind == Kind.FILE else str(stored)


def all_typed(definition: Definition, answers: Mapping[str, Stored]) -> dict[str, Value]:
    """Every field of the form by its key: None where nothing was said."""
    return {key: typed(field, answers.get(key)) for key, field in definition.fields.items()}


def shown(field: Field, stored: Stored) -> str:
    """In the words of people, without the unit."""
    if stored is None or stored == []:
        return ""
    value = typed(field, stored)
    if isinstance(value, Decimal):
        return words.number(value)
    if isinstance(value, dt.date):
        return f"{value:%d.%m.%Y}"
    if field.kind == Kind.TABLE:
        return "\n".join("; ".join(filter(None, (shown(c, row.get(c.key)) for c in field.columns))) for row in stored)
    if field.kind == Kind.SEVERAL:
        return "; ".join(str(one) for one in stored)
    return str(stored)
