"""The tables of a backup and their values as JSON, the same from either database engine."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps.registry import Apps
from django.db import models
from django.db.models import BinaryField, Field

CHUNK = 5000  # rows of a member
ELSEWHERE = {
    "contenttypes",
    "auth",
    "sessions",
}  # made anew by the migrations, or not worth keeping: people sign in again

# Kept by the database itself, and worked out anew after a restore.
DERIVED = {
    "roadmaps.tally",
    "registry.organisationword",
    "registry.personword",
    "access.userword",
    "access.invitationword",
}


def kept_models(apps: Apps) -> list[type[models.Model]]:
    """The models whose rows a backup holds, in a fixed order; tables between a kept and a left-out one are left out."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        options = model._meta
        if options.proxy or not options.managed or options.app_label in ELSEWHERE or label(model) in DERIVED:
            continue
        targets = {
            f.target_field.model._meta.app_label for f in options.local_fields if isinstance(f, models.ForeignKey)
        }
        if options.auto_created and targets & ELSEWHERE:
            continue
        found.append(model)
    return sorted(found, key=label)


def label(model: type[models.Model]) -> str:
    return str(model._meta.label_lower)


def columns(model: type[models.Model]) -> list[Field[Any, Any]]:
    return list(model._meta.local_concrete_fields)


def rows_of(model: type[models.Model], using: str) -> Iterator[list[list[Any]]]:
    """The rows in chunks, in the order of the key, as values for JSON."""
    fields = columns(model)
    names = [field.attname for field in fields]
    found = model._base_manager.using(using).order_by("pk").values_list(*names)
    chunk: list[list[Any]] = []
    for row in found.iterator(chunk_size=CHUNK):
        chunk.append([_said(value) for value in row])
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _said(value: Any) -> Any:
    """A value as JSON holds it; moments keep their microseconds, which the journal's seal needs."""
    match value:
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
        case bytes() | memoryview():
            return base64.b64encode(bytes(value)).decode("ascii")
        case dt.timedelta():
            raise TypeError("Durations are not kept in this database.")
    return value


def values(fields: Sequence[Field[Any, Any]], row: Sequence[Any], connection: Any) -> list[Any]:
    """A row of JSON as parameters of an INSERT."""
    return [field.get_db_prep_save(_read(field, value), connection) for field, value in zip(fields, row, strict=True)]


def _read(field: Field[Any, Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(field, BinaryField):
        return base64.b64decode(value)
    if isinstance(field, models.ForeignKey):
        return _read(field.target_field, value)
    if isinstance(field, models.JSONField | models.FileField):
        return value
    return field.to_python(value)
