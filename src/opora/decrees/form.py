"""A Decree as JSON (the published contract) and back."""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from typing import Any

from opora import deadlines
from opora.deadlines import Deadline
from opora.decrees import model
from opora.decrees.model import Decree


def to_json(value: Any) -> Any:
    """A Decree, or any part of it, in the shape of `parse.schema.json`."""
    if isinstance(value, Deadline):
        return deadlines.to_json(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, list | tuple):
        return [to_json(one) for one in value]
    if isinstance(value, dict):
        return {key: to_json(one) for key, one in value.items()}
    return value.isoformat() if isinstance(value, dt.date) else value


def from_json(data: dict[str, Any]) -> Decree:
    """The Decree that `to_json` was given."""
    decree = part_from_json(Decree, data)
    if not isinstance(decree, Decree):
        raise TypeError("no reading of a document")
    return decree


def part_from_json(kind: Any, data: Any) -> Any:
    """A part of a Decree of the given type."""
    if data is None:
        return None
    if kind is Deadline:
        return deadlines.from_json(data)
    if kind is dt.date:
        return dt.date.fromisoformat(data)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind, {**vars(model), "Deadline": Deadline, "dt": dt})
        return kind(**{name: part_from_json(hints[name], one) for name, one in data.items() if name in hints})
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return part_from_json(next(one for one in arguments if one is not type(None)), data)
    if origin is list:
        return [part_from_json(arguments[0], one) for one in data]
    if origin is tuple:
        return tuple(part_from_json(one, item) for one, item in zip(arguments, data, strict=True))
    if origin is dict:
        return {key: part_from_json(arguments[1], one) for key, one in data.items()}
    return data
