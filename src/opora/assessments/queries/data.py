"""What a run needs: the current counts and tallies of a territory, as the library takes them, and their digests."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from operator import or_
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from opora.assessments import store
from opora.assessments.counting import KEY, write
from opora.assessments.models import Part, PartState, SchoolResult
from opora.assessments.models.results import PartQuerySet, SchoolResultQuerySet
from opora.core.actor import LEVEL, after
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


@dataclass(frozen=True)
class Stored:
    """COUNTS in the order of its key, a school being its public id, and the parts of which these rows are."""

    counts: pa.Table
    parts: list[Part]

    @property
    def digests(self) -> dict[str, str]:
        """Part -> digest of its results: a run repeated on the same data has the same."""
        return {one.public_id: one.digest for one in self.parts}


def counts(territory: Organisation, years: Sequence[int]) -> pa.Table:
    return stored(territory, years).counts


def stored(territory: Organisation, years: Sequence[int]) -> Stored:
    """What counts of the schools inside.

    A country has a million rows: they are asked for by part, numbers alone are fetched, and what the keys stand for is
    put in afterwards.
    """
    import numpy as np
    import pyarrow as pa

    from opora.identification.arrays import column, texts

    schools = dict(Organisation.objects.inside(territory).values_list("pk", "public_id"))
    works = dict(_keyed(_near(territory, years).values_list("pk", *KEY)))
    names = ("part_id", "organisation_id", *COUNTED)
    rows = SchoolResult.objects.current().filter(part__in=_near(territory, years).values("pk"))
    fetched = rows.order_by().values_list(*names).iterator(chunk_size=20_000)
    figures = np.fromiter(chain.from_iterable(fetched), np.int64).reshape(-1, len(names))
    inside = np.isin(figures[:, 1], np.fromiter(schools, np.int64, len(schools)))
    figures = (figures if inside.all() else figures[inside]).T
    if not figures.size:
        return Stored(arrow_schema(COUNTS).empty_table(), [])
    work, works_found = _ranked(figures[0], works)
    school, schools_found = _ranked(figures[1], schools)
    order = np.lexsort((school, work))
    keys = zip(*works_found, strict=True)  # pa.array would import pandas
    said = [texts(one) if isinstance(one[0], str) else column(np.array(one), pa.int64()) for one in keys]
    work, school = column(work[order], pa.int64()), column(school[order], pa.int64())
    columns = [one.take(work) for one in said]
    columns.append(texts(schools_found).take(school))
    columns += [column(one[order], pa.int64()) for one in figures[2:]]
    table = pa.Table.from_arrays(columns, schema=arrow_schema(COUNTS))
    return Stored(table, list(_in_order(Part.objects.filter(pk__in=np.unique(figures[0]).tolist()))))


def _near(territory: Organisation, years: Sequence[int]) -> PartQuerySet:
    """The parts that may have rows of schools inside: of the territory, of what is inside it and around it."""
    around = [territory.path[:end] for end in range(LEVEL, len(territory.path), LEVEL)]
    inside = Q(territory__path__gte=territory.path, territory__path__lt=after(territory.path))
    return Part.objects.filter(inside | Q(territory__path__in=around), year__in=years)


def _in_order(parts: PartQuerySet) -> PartQuerySet:
    return parts.filter(state__in=[PartState.CURRENT, PartState.REPLACED]).order_by(*KEY, "public_id")


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
    return _in_order(Part.objects.filter(pk__in=current_results(territory, years).values("part")))


def tallies(territory: Organisation, years: Sequence[int], *, of: Q | None = None) -> pa.Table:
    """TALLIES of the rows that count; of some parts alone."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    with files_of(parts_of(territory, years).filter(of or Q())) as paths:
        found = [ParquetFile(path).read() for path in paths]  # read_table would import pandas
    return pa.concat_tables(found) if found else arrow_schema(TALLIES).empty_table()


@contextmanager
def files_of(parts: Iterable[Part]) -> Iterator[list[Path]]:
    """The parquet of the TALLIES that count: of a part replaced for some schools, a passing one of the others."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="opora-")))
        found = []
        for part in parts:
            path = stack.enter_context(store.opened(part.tallies))
            found.append(_of_others(part, path, folder) if part.state == PartState.REPLACED else path)
        yield found


def _of_others(part: Part, path: Path, folder: Path) -> Path:
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow.parquet import ParquetFile

    left = part.results.current().order_by("organisation__public_id")
    others = pa.array(left.values_list("organisation__public_id", flat=True), pa.string())
    table = ParquetFile(path).read()
    made = folder / f"{part.public_id}.parquet"
    write(table.filter(pc.is_in(table.column("school_id"), others)), made)
    return made
