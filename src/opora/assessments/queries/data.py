"""What a run needs: the current counts and tallies of a territory, as the library takes them, and their digests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import chain
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from opora.assessments import store
from opora.assessments.counting import KEY
from opora.assessments.models import Part, PartState, SchoolResult
from opora.assessments.models.results import PartQuerySet, SchoolResultQuerySet
from opora.core.actor import after
from opora.identification.aggregating import COUNTED
from opora.identification.columns import COUNTS, TALLIES, arrow_schema
from opora.identification.objectivity import WORKS
from opora.registry.models import Organisation

if TYPE_CHECKING:
    import pyarrow as pa

    from opora.identification.arrays import Array

#: The parts that signs of objectivity are worked out of.
OF_SIGNS = reduce(or_, (Q(procedure=procedure, subject=subject, grade=grade) for procedure, subject, grade in WORKS))


def current_results(territory: Organisation, years: Sequence[int]) -> SchoolResultQuerySet:
    """The rows that count of the schools inside."""
    inside = {"organisation__path__gte": territory.path, "organisation__path__lt": after(territory.path)}
    return SchoolResult.objects.current().filter(year__in=years, **inside)


def counts(territory: Organisation, years: Sequence[int]) -> pa.Table:
    """COUNTS in the order of its key; a school is its public id.

    A country has a million rows: numbers alone are fetched, what the keys stand for is put in afterwards.
    """
    import numpy as np
    import pyarrow as pa

    from opora.identification.arrays import column

    names = ("part_id", "organisation_id", *COUNTED)
    fetched = current_results(territory, years).values_list(*names).iterator(chunk_size=20_000)
    figures = np.fromiter(chain.from_iterable(fetched), np.int64).reshape(-1, len(names)).T
    works = dict(_keyed(Part.objects.filter(year__in=years).values_list("pk", *KEY)))
    schools = dict(Organisation.objects.inside(territory).values_list("pk", "public_id"))
    work, works_found = _ranked(figures[0], works)
    school, schools_found = _ranked(figures[1], schools)
    order = np.lexsort((school, work))
    keys = list(zip(*works_found, strict=True)) or [()] * len(KEY)
    texts = [pa.array(values, one.type) for values, one in zip(keys, arrow_schema(COUNTS[: len(KEY)]), strict=True)]
    work, school = column(work[order], pa.int64()), column(school[order], pa.int64())
    columns = [one.take(work) for one in texts]
    columns.append(pa.array(schools_found, pa.string()).take(school))
    columns += [column(one[order], pa.int64()) for one in figures[2:]]
    return pa.Table.from_arrays(columns, schema=arrow_schema(COUNTS))


def _keyed(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, Any]]:
    for key, *values in rows:
        yield key, tuple(values)


def _ranked(keys: Array, said: Mapping[int, Any]) -> tuple[Array, list[Any]]:
    """Of each key, the place of what is `said` of it among all of it in order; and that."""
    import numpy as np

    found = sorted(set(said.values()))
    places = {one: place for place, one in enumerate(found)}
    table = np.zeros(max(said, default=0) + 1, np.int64)
    for key, one in said.items():
        table[key] = places[one]
    return table[keys], found


def parts_of(territory: Organisation, years: Sequence[int]) -> PartQuerySet:
    """The parts of which rows count, in a fixed order."""
    counted = current_results(territory, years).values("part")
    states = [PartState.CURRENT, PartState.REPLACED]
    return Part.objects.filter(pk__in=counted, state__in=states).order_by(*KEY, "public_id")


def tallies(territory: Organisation, years: Sequence[int], *, of: Q | None = None) -> pa.Table:
    """TALLIES of the rows that count: of a part replaced for some schools, those of the others; of some parts alone."""
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow.parquet import ParquetFile

    found = []
    for part in parts_of(territory, years).filter(of or Q()):
        with store.opened(part.tallies) as path:
            table = ParquetFile(path).read()  # read_table would import pandas
        if part.state == PartState.REPLACED:
            left = part.results.current().values_list("organisation__public_id", flat=True)
            table = table.filter(pc.is_in(table.column("school_id"), pa.array(list(left), pa.string())))
        found.append(table)
    schema = arrow_schema(TALLIES)
    return pa.concat_tables(found) if found else schema.empty_table()


def digests(territory: Organisation, years: Sequence[int]) -> dict[str, str]:
    """Part -> digest of its results: a run repeated on the same data has the same."""
    return dict(parts_of(territory, years).values_list("public_id", "digest"))
