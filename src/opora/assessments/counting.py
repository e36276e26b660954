"""RESULTS of a loading -> what is kept of each procedure: counts by school, tallies, rows of pupils without names."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.crypto import salted_hmac

from opora.core.workflow import Refused
from opora.identification.aggregating import COUNTED, Wanted, queries
from opora.identification.columns import RESULTS, TALLIES, arrow_schema
from opora.identification.engines import DuckDB
from opora.identification.sources import quoted
from opora.identification.titles import procedure_words

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

KEY = ("year", "procedure", "subject", "grade")
_PRESENT = tuple(one.name for one in RESULTS if one.name != "pupil_id")
_PUPILS = ("school_id", "pupil_id", "mark", "passed", "score", "max_score", "journal_mark")
_AMONG = "year = ? AND procedure = ? AND subject = ? AND grade = ?"

_COUNTS = f"SELECT school_id, {', '.join(COUNTED)} FROM counts WHERE {_AMONG} ORDER BY school_id"  # noqa: S608
_TALLIES = f"""
SELECT {", ".join(one.name for one in TALLIES)} FROM tallies WHERE {_AMONG} ORDER BY ALL
"""  # noqa: S608
_ROWS = f"""
SELECT {", ".join(_PUPILS)} FROM results WHERE {_AMONG} AND participants IS NULL ORDER BY ALL
"""  # noqa: S608
_DOUBLES = """
SELECT school_id, year, procedure, subject, grade FROM results
GROUP BY school_id, year, procedure, subject, grade
HAVING count(participants) > 1 OR count(participants) NOT IN (0, count(*)) OR count(pupil_id) > count(DISTINCT pupil_id)
ORDER BY ALL LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Key:
    """One procedure of one year."""

    year: int
    procedure: str
    subject: str
    grade: int

    @property
    def work(self) -> tuple[str, str, int]:
        return (self.procedure, self.subject, self.grade)

    @property
    def values(self) -> dict[str, Any]:
        return dict(zip(KEY, (self.year, self.procedure, self.subject, self.grade), strict=True))


class Rows:
    """The rows of a loading with schools of the registry in place of what the files call them."""

    def __init__(self, engine: duckdb.DuckDBPyConnection) -> None:
        self._engine = engine

    def procedures(self) -> list[Key]:
        found = self._engine.execute(f"SELECT DISTINCT {', '.join(KEY)} FROM counts ORDER BY ALL").fetchall()  # noqa: S608
        return [Key(*row) for row in found]

    def double(self) -> tuple[str, Key] | None:
        """A school that has the same work twice, and the work; None where there is none."""
        row = self._engine.execute(_DOUBLES).fetchone()
        return (row[0], Key(*row[1:])) if row else None

    def counts(self, key: Key) -> list[tuple[Any, ...]]:
        """School and `COUNTED`, in the order of schools."""
        return self._engine.execute(_COUNTS, list(key.values.values())).fetchall()

    def _table(self, asked: str, key: Key) -> pa.Table:
        found: pa.Table = self._engine.sql(asked, params=list(key.values.values())).to_arrow_table()
        return found

    def tallies(self, key: Key) -> pa.Table:
        return self._table(_TALLIES, key).cast(arrow_schema(TALLIES))

    def pupils(self, key: Key) -> pa.Table:
        """Rows of pupils; a code is kept as a digest, so that a name in its place is kept nowhere."""
        import pyarrow as pa

        found = self._table(_ROWS, key)
        codes = found.column("pupil_id").to_pylist()
        opaque = pa.array(_digests(codes), pa.string())
        return found.set_column(found.schema.get_field_index("pupil_id"), "pupil_id", opaque)


def _digests(codes: list[str | None]) -> list[str | None]:
    """As `salted_hmac` of each would be, whose key is made once."""
    salted = salted_hmac("results.pupil", "")
    made = []
    for code in codes:
        one = salted.copy()
        one.update((code or "").encode())
        made.append(code and one.hexdigest()[:20])
    return made


@contextmanager
def opened(path: Path, schools: Mapping[str, str]) -> Iterator[Rows]:
    """The rows of the parquet at `path`; `schools` says what each of its schools is; rows of others are left out."""
    import pyarrow as pa

    names = pa.table({"said": pa.array(list(schools), pa.string()), "school": pa.array(schools.values(), pa.string())})
    engine = DuckDB(threads=2)
    try:
        engine.register("schools", names)
        engine.view(
            "results",
            "SELECT f.* REPLACE (s.school AS school_id) "  # noqa: S608
            f"FROM read_parquet({quoted(str(path))}) f JOIN schools s ON s.said = f.school_id",
            keep=True,
        )
        for name, sql in queries(engine.dialect, _PRESENT, Wanted()).items():
            engine.view(name, sql, keep=True)
        yield Rows(engine.connection)
    finally:
        engine.close()


def unknown_schools(path: Path, known: Collection[str]) -> int:
    """Rows of schools of which nothing is known."""
    import pyarrow as pa

    engine = DuckDB(threads=2)
    try:
        engine.register("schools", pa.table({"said": pa.array(list(known), pa.string())}))
        engine.view("results", f"SELECT school_id FROM read_parquet({quoted(str(path))})")  # noqa: S608
        asked = "SELECT count(*) AS rows FROM results WHERE school_id NOT IN (SELECT said FROM schools)"
        return int(engine.query(asked).column("rows")[0].as_py())
    finally:
        engine.close()


def digest(counts: list[tuple[Any, ...]], tallies: pa.Table) -> str:
    """The same for the same results, whatever file they came in."""
    found = hashlib.sha256(repr(counts).encode())
    for row in zip(*(tallies.column(name).to_pylist() for name in tallies.column_names), strict=True):
        found.update(repr(row).encode())
    return found.hexdigest()


def write(table: pa.Table, path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(table, path, compression="zstd")


def check(rows: Rows, names: Mapping[str, str]) -> None:
    """`Refused` where a school would be counted twice; `names` are the schools' names."""
    found = rows.double()
    if found:
        school, key = found
        words = procedure_words(key.procedure, key.subject, key.grade)
        raise Refused(
            f"Школа «{names[school]}» посчиталась бы дважды: {words}, {key.year}. Проверьте, не одна ли это школа под "
            "двумя именами, и исключите лишний файл или исправьте школу."
        )
