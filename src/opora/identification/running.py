"""`identify`: from results to the outcome of a rule. What the command, the page and the cluster call."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from opora.identification import aggregating, engines, lacking
from opora.identification.aggregating import CODE, COUNTED, Wanted
from opora.identification.columns import CHECKS, COUNTS, REJECTED, RESULTS, SCHOOLS, TALLIES, Column, arrow_schema
from opora.identification.compiling import compiled, versions
from opora.identification.digests import digest, of_file, of_files
from opora.identification.engines import Engine
from opora.identification.errors import Unfit
from opora.identification.rules.base import Outcome, Rule, Value, Values
from opora.identification.school_list import SchoolList, school_list

if TYPE_CHECKING:
    import os

    import pyarrow as pa

    Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]

_POINTS: Final = frozenset(("score", "max_score", "journal_mark"))
_NEEDLESS: Final = frozenset(("pupil_id",))


@dataclass(frozen=True)
class Aggregated:
    """What the application stores once when results are loaded: COUNTS and TALLIES, as tables or parquet files."""

    counts: pa.Table | Path
    tallies: pa.Table | Path | Sequence[Path] | None = None


@dataclass(frozen=True)
class Run:
    """The outcome, what was set aside, and what is needed to repeat the run to the bit."""

    outcome: Outcome
    #: Rows that were not used, of the shape REJECTED; `set_aside` counts them even where they were not collected.
    rejected: pa.Table
    set_aside: int
    provenance: dict[str, Any]


def identify(
    results: Paths | Aggregated,
    schools: Paths | pa.Table,
    rule: Rule,
    year: int,
    parameters: Mapping[str, object] | None = None,
    engine: str | Engine = "duckdb",
    master: str | None = None,
) -> Run:
    """Run a rule. Raises `Unfit` where nothing can be computed; rows that do not fit are set aside and told."""
    values = rule.read(parameters or {})
    years = rule.years(year, values)
    used = engines.engine(engine, master) if isinstance(engine, str) else engine
    ahead = ThreadPoolExecutor(1)
    listed = ahead.submit(school_list, schools)
    stage = _Stage(used, listed, ahead)
    try:
        if isinstance(results, Aggregated):
            stage.open_aggregated(results)
        else:
            stage.open_files(_paths(results), rule, years, values, _latest(year))
        measured = stage.measure(rule, year, values)
        known = listed.result()
        stage.require(rule, year, values, measured)
        stage.unknown_schools(measured)
        outcome = rule.judge(measured, known.table, year, values)
        provenance = {
            "rule": rule.id,
            "version": rule.version,
            **({"code": rule.code} if rule.code else {}),
            "year": year,
            "parameters": dict(values),
            "results": stage.finish(),
            "schools": known.digests or [{"name": "schools", "sha256": digest(known.table)}],
            "outcome": digest(outcome.table),
            "engine": used.version(),
            "libraries": versions(),
            "rows_set_aside": stage.set_aside,
        }
        rejected = _table([*known.rejected, *stage.rejected])
        return Run(outcome, rejected, stage.set_aside + len(known.rejected), provenance)
    finally:
        if isinstance(engine, str):
            used.close()
        stage.close()


def aggregate(
    results: Paths, schools: Paths | pa.Table | None = None, *, latest: int | None = None
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """COUNTS, TALLIES (both sorted) and the rows set aside of files of results: what the application stores."""
    ahead = ThreadPoolExecutor(1)
    used = engines.DuckDB()
    stage = _Stage(used, ahead.submit(school_list, schools) if schools is not None else None, ahead)
    try:
        stage.open_files(_paths(results), _Everything(), (), {}, latest or _latest(0))
        stage.views(keep=True)
        key = ", ".join(one.name for one in COUNTS[:5])
        counts = used.query(f"SELECT * FROM counts ORDER BY {key}")
        tallies = used.query(f"SELECT * FROM tallies ORDER BY {', '.join(one.name for one in TALLIES)}")
        return counts.cast(arrow_schema(COUNTS)), tallies.cast(arrow_schema(TALLIES)), _table(stage.rejected)
    finally:
        used.close()
        stage.close()


class _Everything(Rule):
    """Stands for every rule: all columns, procedures and years."""

    id, version = "everything", "1"
    counted = COUNTED
    tallied = True


def _latest(year: int) -> int:
    """The last year that a work can be of: this one, or the year asked for."""
    return max(dt.date.today().year, year)  # noqa: DTZ011  # the year at the place where it runs


def _paths(said: Paths) -> list[Path]:
    if isinstance(said, str) or hasattr(said, "__fspath__"):
        return [Path(said)]
    return [Path(one) for one in said]


class _Stage:
    """The data of one run, as views of an engine: results, counts, tallies, schools.

    While the engine works, another thread reads the schools, imports what judging needs, and digests the files.
    """

    def __init__(self, engine: Engine, schools: Future[SchoolList] | None, ahead: ThreadPoolExecutor) -> None:
        self.engine = engine
        self._listed = schools
        self._ahead = ahead
        ahead.submit(import_module, "opora.identification.arrays")
        self.rejected: list[dict[str, Any]] = []
        self.set_aside = 0
        self.digests: list[dict[str, Any]] = []
        self._columns: list[Column] = []
        self._present: tuple[str, ...] = ()
        self._latest = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._hashed: list[tuple[str, Future[str]]] = []
        self._views: dict[str, str] = {}
        self._scope: tuple[tuple[int, ...], tuple[tuple[str, str], ...] | None] = ((), None)

    @property
    def schools(self) -> SchoolList | None:
        return self._listed.result() if self._listed else None

    # -- opening ---------------------------------------------------------------------------------------------------

    def open_aggregated(self, data: Aggregated) -> None:
        for name, table in (("counts", data.counts), ("tallies", data.tallies)):
            if table is None:
                continue
            files = [table] if isinstance(table, Path) else table if isinstance(table, Sequence) else None
            self.engine.register(name, table if files is None else [str(path) for path in files])
            self.digests.append({"name": name, "sha256": digest(table) if files is None else of_files(files)})

    def open_files(self, paths: list[Path], rule: Rule, years: tuple[int, ...], values: Values, latest: int) -> None:
        paths = self._read(paths, latest)
        unused = _NEEDLESS if rule.tallied else _NEEDLESS | _POINTS
        self._columns = [one for one in RESULTS if one.name not in unused]
        self._present, self._latest = self.engine.open_results([str(path) for path in paths], self._columns), latest
        if not {"mark", "passed", "participants", "marks_2", "failed"} & set(self._present):
            raise Unfit(
                "в результатах нет ни отметок, ни числа участников.",
                "Нужен столбец mark или passed, либо participants и marks_2 … marks_5.",
            )
        pairs = rule.wanted(values)
        self._scope = (years, pairs)
        sound = not any(self._sql("suspicions").to_pydict()["rows"])
        if not sound:
            self._tell()
        wanted = Wanted(years, pairs, rule.counted, rule.tallied)
        self._views = aggregating.queries(self.engine.dialect, self._present, wanted, None if sound else latest)

    def views(self, *, keep: bool) -> None:
        """Counts and tallies of the files opened; `keep` computes them once, for more than one query."""
        for name, sql in self._views.items():
            self.engine.view(name, sql, keep=keep)

    def _read(self, paths: list[Path], latest: int) -> list[Path]:
        """Parquet files as they are; of all others, the parquet that their reading gives."""
        own = [path for path in paths if path.suffix.lower() == ".parquet" or "://" in str(path)]
        kept = self._once(own)
        others = [path for path in paths if path not in own]
        if not others:
            return kept
        from opora.identification.reading import read

        self._folder = tempfile.TemporaryDirectory(prefix="opora-")
        known = self.schools.table if self.schools else None
        reading = read(others, schools=known, folder=Path(self._folder.name), latest=latest)
        self.digests += [{"name": one.file, "sha256": one.sha256} for one in reading.files]
        self.rejected += [
            {"file": one.file, "sheet": one.sheet, "row": one.row, "column": one.column, "value": one.value,
             "reason": one.reason}
            for one in reading.rejected
        ]  # fmt: skip
        self.set_aside += len(reading.rejected)
        if not reading.taken:
            first = f" {reading.rejected[0].reason}" if reading.rejected else ""
            if not kept:
                raise Unfit(f"ни одной строки результатов не прочитано.{first}", where=", ".join(map(str, others)))
            return kept
        return [*kept, Path(self._folder.name) / "results.parquet"]

    def _once(self, paths: list[Path]) -> list[Path]:
        """The parquet files without a second copy of one; they are digested while the engine works."""
        found = {path: self._ahead.submit(of_file, path) for path in dict.fromkeys(paths)}
        self._hashed = [(path.name, future) for path, future in found.items()]
        sizes = [path.stat().st_size for path in found if path.exists()]
        if len(set(sizes)) == len(sizes):
            return list(found)
        return list({future.result() or str(path): path for path, future in reversed(found.items())}.values())

    def close(self) -> None:
        self._ahead.shutdown(cancel_futures=True)
        if self._folder:
            self._folder.cleanup()

    def finish(self) -> list[dict[str, Any]]:
        """The digests of everything that was read."""
        return [*self.digests, *({"name": name, "sha256": future.result()} for name, future in self._hashed)]

    # -- what is set aside -----------------------------------------------------------------------------------------

    def _sql(self, what: str) -> pa.Table:
        def build() -> dict[str, Any]:
            from opora.identification import counting

            table = counting.results(self._present)
            return {what: getattr(counting, what)(table, self._latest)}

        asked = {what: self._present, "latest": self._latest}
        return self.engine.query(compiled(build, self.engine.dialect, asked, CODE)[what])

    def _tell(self) -> None:
        """Every row with a problem: its place, the value that stood there, and the reason."""

        def build() -> dict[str, Any]:
            from opora.identification import counting

            table = counting.results(self._present)
            return {"problem": table.select(problem=counting.problem(table, self._latest))}

        asked = {"problem": self._present, "latest": self._latest}
        sql = compiled(build, self.engine.dialect, asked, CODE)["problem"]
        self._collect(_traced(sql, self.engine.traced(self._columns), self.engine.dialect))

    def _collect(self, sql: str) -> None:
        rows = self.engine.query(sql).to_pylist()
        rows.sort(key=lambda row: (row["_file"], row["_row"] or 0))
        for row in rows:
            check = CHECKS[row["problem"]]
            value = row.get(f"_raw_{check.column}")
            if row["problem"] == "sum":
                marks = [row.get(f"_raw_marks_{mark}") for mark in (2, 3, 4, 5)]
                value = f"{sum(float(one or 0) for one in marks):g}"
            self.rejected.append(
                {"file": Path(str(row["_file"])).name, "sheet": None, "row": row["_row"], "column": check.column,
                 "value": value, "reason": check.said(value)}
            )  # fmt: skip
        self.set_aside += len(rows)

    def unknown_schools(self, measured: Mapping[str, pa.Table]) -> None:
        """Rows of schools that are not in the list: they are no part of the outcome, and said."""
        schools = self.schools
        if schools is None or not self._present:
            return
        met = {one for table in measured.values() for one in _distinct(table)} - schools.places.keys()
        if not met:
            return
        quoted = ", ".join("'" + one.replace("'", "''") + "'" for one in sorted(met))
        years, pairs = self._scope
        where = [f"school_id IN ({quoted})", f"year IN ({', '.join(map(str, years))})"]
        for name, texts in (
            ("procedure", {one for one, _ in pairs or ()}),
            ("subject", {one for _, one in pairs or ()}),
        ):
            if texts:
                where.append(f"{name} IN ({', '.join(repr(one) for one in sorted(texts))})")
        traced = self.engine.traced(self._columns)
        self._collect(f"SELECT *, 'unknown_school' AS problem FROM {traced} AS t WHERE {' AND '.join(where)}")

    # -- measuring -------------------------------------------------------------------------------------------------

    def measure(self, rule: Rule, year: int, values: dict[str, Value]) -> dict[str, pa.Table]:
        listed = self.schools if rule.joins_schools else None
        if listed:
            self.engine.register("schools", listed.table)

        def build() -> dict[str, Any]:
            return expressions(rule, year, values, listed)

        columns = list(listed.table.column_names) if listed else []
        asked: dict[str, object] = {"rule": rule.id, "version": rule.version, "code": rule.code, "year": year}
        asked |= {"values": values, "schools": columns}
        modules = (
            *CODE,
            *sorted({one.__module__ for one in type(rule).__mro__[:-1]}),
            "opora.identification.rules.counted",
        )
        found = compiled(build, self.engine.dialect, asked, modules)
        self.views(keep=rule.tallied or len(found) > 1)
        return {name: self.engine.query(sql) for name, sql in found.items()}

    def require(self, rule: Rule, year: int, values: Values, measured: Mapping[str, pa.Table]) -> None:
        """`Unfit` where nobody took part in anything of the year that the rule counts."""
        if lacking.seen(measured, rule.years(year, values), year):
            return
        table, columns = ("results", self._present) if self._present else ("counts", ("participants",))
        if not self.engine.query(lacking.query(rule, year, values, table, columns)).num_rows:
            raise lacking.nothing(rule, year, values)


def expressions(rule: Rule, year: int, values: Values, schools: SchoolList | None) -> dict[str, Any]:
    """The Ibis tables that a rule measures, over unbound COUNTS, TALLIES and SCHOOLS."""
    import ibis

    from opora.identification.columns import ibis_schema
    from opora.identification.rules.base import Data

    key = COUNTS[:5]
    columns = tuple(one for one in COUNTS if one in key or one.name in rule.counted)
    listed = ibis.table(schools.ibis_schema() if schools else ibis_schema(SCHOOLS), name="schools")
    data = Data(
        ibis.table(ibis_schema(columns), name="counts"), ibis.table(ibis_schema(TALLIES), name="tallies"), listed
    )
    return dict(rule.measure(data, year, values))


def _traced(sql: str, traced: str, dialect: str) -> str:
    """The query of problems over the traced rows, with all of their columns."""
    import sqlglot

    name = "spark" if dialect == "pyspark" else dialect
    tree = sqlglot.parse_one(sql, read=name, into=sqlglot.exp.Select)
    case = tree.selects[0].unalias()
    for column in case.find_all(sqlglot.exp.Column):
        column.set("table", None)
    told = f"SELECT *, {case.sql(dialect=name)} AS problem FROM {traced} AS r"
    return f"SELECT * FROM ({told}) AS t WHERE problem IS NOT NULL"


def _distinct(table: pa.Table) -> list[str]:
    if "school_id" not in table.column_names:
        return []
    found: list[str] = table.column("school_id").unique().to_pylist()
    return found


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    import pyarrow as pa

    schema = arrow_schema(REJECTED)
    return pa.Table.from_pylist(rows, schema=schema) if rows else pa.Table.from_batches([], schema)
