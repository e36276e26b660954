"""The conditions of schools read from a table, a row a school: looked at, then taken in one go, and taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from opora.assessments.actions import looks
from opora.assessments.models import (
    CONTEXT_WORKFLOW,
    ContextRow,
    ContextUpload,
    SchoolContext,
    UploadState,
)
from opora.assessments.queries.schools import schools_inside
from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.text import fold
from opora.core.workflow import Refused
from opora.identification.context import weights
from opora.identification.reading.school_files import read_schools
from opora.journal.actions import record
from opora.registry.models import Organisation

if TYPE_CHECKING:
    import pyarrow as pa

TO_LOAD = "загружать условия школ"
KEPT = dt.timedelta(days=1)  # a table that was looked at and neither taken nor dropped
MOST_ASIDE = 2000  # rows set aside that are kept with their reasons; all are counted
_EXPECTED = frozenset(("school_id", "name", "municipality_id", "municipality", "region_id", "settlement", "pupils"))


@dataclass
class _Read:
    """School -> what a file tells of it; what was set aside as (place, reason); columns that mean nothing here."""

    told: dict[int, dict[str, Any]] = field(default_factory=dict)
    aside: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


@transaction.atomic
def look_at(path: Path, *, by: Actor, territory: Organisation, year: int, name: str) -> ContextUpload:
    """Read the table and keep what it would change; nothing counts before `apply`."""
    require(by, Permission.RESULTS_EDIT, territory.path, to=TO_LOAD)
    left = ContextUpload.objects.filter(state=UploadState.SEEN, created_at__lt=timezone.now() - KEPT)
    left.filter(territory=territory).delete()
    read = _read(path, name, territory)
    if not read.told:
        raise Refused("Ни одна школа файла не найдена в реестре. Проверьте столбец с кодом или названием школы.")
    there = {row.organisation_id: row.told for row in _known(read.told, year)}
    told = {pk: _together(there.get(pk), said) for pk, said in read.told.items()}
    rows = {pk: (there.get(pk), after) for pk, after in told.items() if there.get(pk) != after}
    new = sum(before is None for before, _ in rows.values())
    upload = ContextUpload.objects.create(
        territory=territory,
        year=year,
        file_name=name[:300],
        loaded_by=by.label,
        new=new,
        changed=len(rows) - new,
        same=len(read.told) - len(rows),
        aside=read.aside[:MOST_ASIDE],
        unknown=read.unknown,
    )
    made = (ContextRow(upload=upload, organisation_id=pk, before=old, after=new) for pk, (old, new) in rows.items())
    ContextRow.objects.bulk_create(made, batch_size=1000)
    return upload


@transaction.atomic
def apply(upload: ContextUpload, *, by: Actor) -> ContextUpload:
    """The conditions count from now on. Raises `Refused` where they have changed since they were looked at."""
    upload = _locked(upload, by)
    CONTEXT_WORKFLOW.check(upload, "apply")
    rows = {row.organisation_id: row for row in upload.rows.all()}
    _must_be(upload, {pk: row.before for pk, row in rows.items()})
    if not rows:
        raise Refused("Эта таблица ничего не меняет: принимать нечего.")
    _store({pk: row.after for pk, row in rows.items()}, upload.year)
    CONTEXT_WORKFLOW.move(upload, "apply", applied_at=timezone.now())
    looks.ask(upload.territory, by=by, since=upload.year)
    told = f"новых школ — {upload.new}, изменилось — {upload.changed}"
    _note("context", f"принял(а) условия школ за {upload.year} год из файла «{upload.file_name}»: {told}", upload, by)
    return upload


@transaction.atomic
def drop(upload: ContextUpload, *, by: Actor) -> ContextUpload:
    """It is not taken."""
    upload = _locked(upload, by)
    CONTEXT_WORKFLOW.move(upload, "drop")
    return upload


@transaction.atomic
def undo(upload: ContextUpload, *, by: Actor) -> ContextUpload:
    """What was told before counts again; refused where a later table has changed the same year."""
    upload = _locked(upload, by)
    CONTEXT_WORKFLOW.check(upload, "undo")
    rows = {row.organisation_id: row for row in upload.rows.all()}
    _must_be(upload, {pk: row.after for pk, row in rows.items()})
    _store({pk: row.before for pk, row in rows.items()}, upload.year)
    CONTEXT_WORKFLOW.move(upload, "undo")
    looks.ask(upload.territory, by=by, since=upload.year)
    text = f"отменил(а) загрузку условий школ за {upload.year} год из файла «{upload.file_name}»: школ — {len(rows)}"
    _note("context_undone", text, upload, by)
    return upload


def _locked(upload: ContextUpload, by: Actor) -> ContextUpload:
    require(by, Permission.RESULTS_EDIT, upload.territory.path, to=TO_LOAD)
    return ContextUpload.objects.select_for_update(of=("self",)).select_related("territory").get(pk=upload.pk)


def _note(event: str, text: str, upload: ContextUpload, by: Actor) -> None:
    data = {"year": upload.year, "new": upload.new, "changed": upload.changed}
    path = upload.territory.path
    record(f"results.{event}", text, by=by, on=upload.territory, path=path, confidential=True, data=data)


def _known(schools: Mapping[int, Any], year: int) -> list[SchoolContext]:
    return list(SchoolContext.objects.filter(organisation__in=schools, year=year))


def _must_be(upload: ContextUpload, expected: Mapping[int, Any]) -> None:
    """`Refused` unless the conditions are as the upload knows them."""
    there = {row.organisation_id: row.told for row in _known(expected, upload.year)}
    if any(there.get(pk) != told for pk, told in expected.items()):
        raise Refused(
            f"Условия за {upload.year} год с тех пор изменила другая загрузка. Загрузите таблицу ещё раз и посмотрите, "
            "что изменится теперь."
        )


def _store(told: Mapping[int, dict[str, Any] | None], year: int) -> None:
    """Let these conditions be those of the year; None takes them away."""
    SchoolContext.objects.filter(organisation__in=told, year=year).delete()
    rows = (SchoolContext(organisation_id=pk, year=year, **values) for pk, values in told.items() if values is not None)
    SchoolContext.objects.bulk_create(rows, batch_size=1000)


def _read(path: Path, name: str, territory: Organisation) -> _Read:
    reading = read_schools(path, name=name)
    columns = _columns(reading.table)
    by_code, by_name = _schools(territory)
    aside = [(f"строка {one.row}" if one.row else one.file, one.reason) for one in reading.rejected]
    unknown = [one for one in reading.table.column_names if one not in columns and one not in _EXPECTED]
    found = _Read(aside=aside, unknown=unknown)
    for row in reading.table.to_pylist():
        pk = by_code.get(fold(row["school_id"] or "")) or by_name.get(fold(row.get("name") or ""))
        said = str(row.get("name") or row["school_id"])
        if pk is None:
            found.aside.append((said, "Такой школы нет в реестре. Исправьте код или название."))
        elif pk in found.told:
            found.aside.append((said, "Эта школа уже есть в таблице под другим кодом. Оставлена первая строка."))
        else:
            found.told[pk] = _told(row, columns)
    return found


def _told(row: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
    told = {columns[head]: row[head] for head in columns if isinstance(row[head], int | float)}
    told.pop("settlement", None)  # a field of its own
    return {"pupils": row.get("pupils"), "settlement": row.get("settlement"), "figures": told}


def _together(before: Mapping[str, Any] | None, said: Mapping[str, Any]) -> dict[str, Any]:
    """What is known after a table that may tell a part: an empty cell or a column that is not there changes nothing."""
    if before is None:
        return dict(said)
    plain = {name: before[name] if said[name] is None else said[name] for name in ("pupils", "settlement")}
    return {**plain, "figures": {**before["figures"], **said["figures"]}}


def _columns(table: pa.Table) -> dict[str, str]:
    """Column -> indicator, where its head is the name or the title of one."""
    named = {fold(said): one.name for one in weights().indicators for said in (one.name, one.title)}
    return {head: named[fold(head)] for head in table.column_names if fold(head) in named}


def _schools(territory: Organisation) -> tuple[dict[str, int], dict[str, int]]:
    """By code (and public id), and by a short name that one school alone has."""
    rows = list(schools_inside(territory).values_list("pk", "public_id", "code", "short_name"))
    by_code = {fold(said): pk for pk, public_id, code, _ in rows for said in (public_id, code) if said}
    names: dict[str, list[int]] = {}
    for pk, _, _, short_name in rows:
        names.setdefault(fold(short_name), []).append(pk)
    return by_code, {name: keys[0] for name, keys in names.items() if len(keys) == 1}
