"""The conditions of schools read from a table: a row a school, by its code or name; applied once, in one go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from opora.assessments.models import SchoolContext
from opora.assessments.queries.schools import schools_inside
from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.text import fold
from opora.core.workflow import Refused
from opora.identification.context import weights
from opora.identification.reading.school_files import read_schools
from opora.journal.actions import record
from opora.registry.models import Organisation

TO_LOAD = "загружать условия школ"


@dataclass(frozen=True, slots=True)
class Told:
    """What a file brought: how many schools, which rows were set aside (place, reason), which columns were unknown."""

    schools: int
    changed: int
    aside: list[tuple[str, str]]
    unknown: list[str]


@transaction.atomic
def load(path: Path, *, by: Actor, territory: Organisation, year: int, name: str) -> Told:
    """Keep the conditions of a year; the same file once more changes nothing, another corrects its schools."""
    require(by, Permission.RESULTS_EDIT, territory.path, to=TO_LOAD)
    read = read_schools(path, name=name)
    known = {one.name for one in weights().indicators}
    aside = [(f"строка {one.row}" if one.row else one.file, one.reason) for one in read.rejected]
    by_code, by_name = _schools(territory)
    found: dict[int, dict[str, Any]] = {}
    for row in read.table.to_pylist():
        pk = by_code.get(fold(row["school_id"] or "")) or by_name.get(fold(row.get("name") or ""))
        if pk is None:
            said = row.get("name") or row["school_id"]
            aside.append((str(said), "Такой школы нет в реестре. Исправьте код или название."))
            continue
        figures = {key: value for key, value in row.items() if key in known and isinstance(value, int | float)}
        found[pk] = {
            "pupils": row.get("pupils"),
            "settlement": row.get("settlement"),
            "figures": {key: value for key, value in figures.items() if key != "settlement"},
        }
    if not found:
        raise Refused("Ни одна школа файла не найдена в реестре. Проверьте столбец с кодом или названием школы.")
    changed = _store(found, year)
    unknown = [one for one in read.table.column_names if one not in known and one not in _EXPECTED]
    text = f"загрузил(а) условия школ за {year} год из файла «{name}»: школ — {len(found)}, изменилось — {changed}"
    record("results.context", text, by=by, on=territory, path=territory.path, confidential=True, data={"year": year})
    return Told(len(found), changed, aside, unknown)


_EXPECTED = frozenset(("school_id", "name", "municipality_id", "municipality", "region_id", "settlement", "pupils"))


def _schools(territory: Organisation) -> tuple[dict[str, int], dict[str, int]]:
    """By code (and public id), and by a short name that one school alone has."""
    rows = list(schools_inside(territory).values_list("pk", "public_id", "code", "short_name"))
    by_code = {fold(said): pk for pk, public_id, code, _ in rows for said in (public_id, code) if said}
    names: dict[str, list[int]] = {}
    for pk, _, _, short_name in rows:
        names.setdefault(fold(short_name), []).append(pk)
    return by_code, {name: keys[0] for name, keys in names.items() if len(keys) == 1}


def _store(found: dict[int, dict[str, Any]], year: int) -> int:
    """How many schools are told otherwise than before."""
    there = {row.organisation_id: row for row in SchoolContext.objects.filter(organisation__in=found, year=year)}
    new = [SchoolContext(organisation_id=pk, year=year, **values) for pk, values in found.items() if pk not in there]
    altered = []
    for pk, row in there.items():
        values = found[pk]
        if any(getattr(row, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(row, name, value)
            altered.append(row)
    SchoolContext.objects.bulk_create(new, batch_size=1000)
    SchoolContext.objects.bulk_update(altered, ["pupils", "settlement", "figures"], batch_size=500)
    return len(new) + len(altered)
