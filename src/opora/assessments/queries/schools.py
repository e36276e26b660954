"""The schools of a territory as the library takes them: SCHOOLS with the columns of their conditions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa

from opora.assessments.models import SchoolContext
from opora.core.actor import LEVEL, after
from opora.identification.arrays import column, texts
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
    said = {
        "school_id": texts([public_id for _, public_id, _, _ in rows]),
        "name": texts([name for _, _, name, _ in rows]),
        "municipality_id": texts([path[: 2 * LEVEL] for *_, path in rows]),
        "region_id": texts([path[:LEVEL] for *_, path in rows]),
        "settlement": _numbers([settlement for settlement, _, _ in contexts], pa.int64()),
        "pupils": _numbers([pupils for _, pupils, _ in contexts], pa.int64()),
    }
    schema = arrow_schema(SCHOOLS)
    for one in weights().indicators:
        if one.name not in said:
            said[one.name] = _numbers([figures.get(one.name) for _, _, figures in contexts], pa.float64())
            schema = schema.append(pa.field(one.name, pa.float64()))
    return pa.Table.from_arrays([said[name] for name in schema.names], schema=schema)


def _numbers(said: list[Any], kind: pa.DataType) -> pa.Array:
    """Without pa.array of a list, which would import pandas."""
    return column(np.array([math.nan if one is None else one for one in said], np.float64), kind)


Told = tuple[int | None, int | None, dict[str, float]]
_UNTOLD: Told = (None, None, {})


def _contexts(territory: Organisation, year: int) -> dict[int, Told]:
    """School -> its settlement, pupils and other figures, the last told up to the year."""
    inside = {"organisation__path__gte": territory.path, "organisation__path__lt": after(territory.path)}
    rows = SchoolContext.objects.filter(year__lte=year, **inside).order_by("year")
    names = ("organisation", "settlement", "pupils", "figures")
    return {school: (settlement, pupils, figures) for school, settlement, pupils, figures in rows.values_list(*names)}
