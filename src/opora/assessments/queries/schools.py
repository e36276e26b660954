"""The schools of a territory as the library takes them: SCHOOLS with the columns of their conditions."""

from __future__ import annotations

import pyarrow as pa

from opora.assessments.models import SchoolContext
from opora.core.actor import LEVEL, after
from opora.identification.columns import SCHOOLS, arrow_schema
from opora.identification.context import weights
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind, OrganisationQuerySet


def schools_inside(territory: Organisation) -> OrganisationQuerySet:
    """The working schools of a territory."""
    return Organisation.objects.active().inside(territory).of_kind(OrganisationKind.SCHOOL)


def table(territory: Organisation, year: int) -> pa.Table:
    """One row a school, its id the public one; conditions as last told up to `year`, absent where never told."""
    rows = schools_inside(territory).order_by("public_id").values_list("pk", "public_id", "short_name", "path")
    told = _contexts(territory, year)
    columns: dict[str, list[object]] = {name.name: [] for name in SCHOOLS}
    extra = [one.name for one in weights().indicators if one.name not in columns]
    columns |= {name: [] for name in extra}
    for key, public_id, name, path in rows:
        context = told.get(key)
        values: dict[str, object] = {
            "school_id": public_id,
            "name": name,
            "municipality_id": path[: 2 * LEVEL],
            "region_id": path[:LEVEL],
            "settlement": context.settlement if context else None,
            "pupils": context.pupils if context else None,
            **{name: context.figures.get(name) if context else None for name in extra},
        }
        for name, column in columns.items():
            column.append(values[name])
    schema = arrow_schema(SCHOOLS)
    for name in extra:
        schema = schema.append(pa.field(name, pa.float64()))
    return pa.table({name: pa.array(columns[name], schema.field(name).type) for name in schema.names}, schema=schema)


def _contexts(territory: Organisation, year: int) -> dict[int, SchoolContext]:
    """School -> its conditions, the last told up to the year."""
    inside = {"organisation__path__gte": territory.path, "organisation__path__lt": after(territory.path)}
    rows = SchoolContext.objects.filter(year__lte=year, **inside).order_by("year")
    return {row.organisation_id: row for row in rows}
