"""What a run needs: the current counts and tallies of a territory, as the library takes them, and their digests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from opora.assessments import store
from opora.assessments.counting import COUNTED, KEY
from opora.assessments.models import Part, PartState, SchoolResult
from opora.assessments.models.results import PartQuerySet, SchoolResultQuerySet
from opora.core.actor import after
from opora.identification.columns import COUNTS, TALLIES, arrow_schema
from opora.registry.models import Organisation

if TYPE_CHECKING:
    import pyarrow as pa


def current_results(territory: Organisation, years: Sequence[int]) -> SchoolResultQuerySet:
    """The rows that count of the schools inside."""
    inside = {"organisation__path__gte": territory.path, "organisation__path__lt": after(territory.path)}
    return SchoolResult.objects.current().filter(year__in=years, **inside)


def counts(territory: Organisation, years: Sequence[int]) -> pa.Table:
    """COUNTS; a school is its public id."""
    import pyarrow as pa

    names = (*KEY, "organisation__public_id", *COUNTED)
    rows = current_results(territory, years).order_by(*KEY, "organisation__public_id").values_list(*names)
    columns = list(zip(*rows.iterator(chunk_size=10_000), strict=True)) or [()] * len(names)
    schema = arrow_schema(COUNTS)
    return pa.Table.from_arrays(
        [pa.array(values, one.type) for values, one in zip(columns, schema, strict=True)], schema=schema
    )


def parts_of(territory: Organisation, years: Sequence[int]) -> PartQuerySet:
    """The parts of which rows count, in a fixed order."""
    counted = current_results(territory, years).values("part")
    states = [PartState.CURRENT, PartState.REPLACED]
    return Part.objects.filter(pk__in=counted, state__in=states).order_by(*KEY, "public_id")


def tallies(territory: Organisation, years: Sequence[int]) -> pa.Table:
    """TALLIES of the rows that count: of a part replaced for some schools, those of the others."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    found = []
    for part in parts_of(territory, years):
        with store.opened(part.tallies) as path:
            table = pq.read_table(path)
        if part.state == PartState.REPLACED:
            left = part.results.current().values_list("organisation__public_id", flat=True)
            table = table.filter(pc.is_in(table.column("school_id"), pa.array(list(left), pa.string())))
        found.append(table)
    schema = arrow_schema(TALLIES)
    return pa.concat_tables(found) if found else schema.empty_table()


def digests(territory: Organisation, years: Sequence[int]) -> dict[str, str]:
    """Part -> digest of its results: a run repeated on the same data has the same."""
    return dict(parts_of(territory, years).values_list("public_id", "digest"))
