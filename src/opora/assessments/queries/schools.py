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
    rows = list(schools_inside(territory).order_by("public_id").values_list("pk", "public_id", "short_name", "path"))
    told = _contexts(territory, year)
    contexts = [told.get(key, _UNTOLD) for key, *_ in rows]
    columns: dict[str, list[object]] = {
        "school_id": [public_id for _, public_id, _, _ in rows],
        "name": [name for _, _, name, _ in rows],
        "municipality_id": [path[: 2 * LEVEL] for *_, path in rows],
        "region_id": [path[:LEVEL] for *_, path in rows],
        "settlement": [settlement for settlement, _, _ in contexts],
        "pupils": [pupils for _, pupils, _ in contexts],
    }
    schema = arrow_schema(SCHOOLS)
    for one in weights().indicators:
        if one.name not in columns:
            columns[one.name] = [figures.get(one.name) for _, _, figures in contexts]
            schema = schema.append(pa.field(one.name, pa.float64()))
    return pa.table({name: pa.array(columns[name], schema.field(name).type) for name in schema.names}, schema=schema)


Told = tuple[int | None, int | None, dict[str, float]]
_UNTOLD: Told = (None, None, {})


def _contexts(territory: Organisation, year: int) -> dict[int, Told]:
    """School -> its settlement, pupils and other figures, the last told up to the year."""
    inside = {"organisation__path__gte": territory.path, "organisation__path__lt": after(territory.path)}
    rows = SchoolContext.objects.filter(year__lte=year, **inside).order_by("year")
    names = ("organisation", "settlement", "pupils", "figures")
    return {school: (settlement, pupils, figures) for school, settlement, pupils, figures in rows.values_list(*names)}
