"""Where expressions run: DuckDB in this process, Spark on this machine or a cluster. Both speak SQL made by Ibis."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from opora.identification.columns import Column
from opora.identification.errors import Unfit
from opora.identification.sources import Source, canonical, open_sources, quoted

if TYPE_CHECKING:
    import pyarrow as pa

#: Beyond this DuckDB works on disk; with what Python holds a run of the country stays under 1 GiB.
MEMORY: Final = "512MB"
ENGINES: Final = ("duckdb", "spark")


class Engine(Protocol):
    name: str
    dialect: str

    def open_results(self, paths: Sequence[str], columns: Sequence[Column]) -> tuple[str, ...]:
        """Make the view `results` of parquet files; the columns it has."""

    def view(self, name: str, sql: str, *, keep: bool = False) -> None:
        """A table by a query; `keep` computes it once."""

    def register(self, name: str, table: pa.Table | list[str]) -> None:
        """A table of this process, or parquet files of one shape, by a name."""

    def query(self, sql: str) -> pa.Table:
        """The rows of a query."""

    def traced(self, columns: Sequence[Column]) -> str:
        """Rows of results with `_file, _row` and `_raw_…`, what stood in the file, as something after FROM."""

    def version(self) -> str: ...

    def close(self) -> None: ...


class DuckDB:
    name = "duckdb"
    dialect = "duckdb"

    def __init__(self, *, threads: int | None = None, memory: str = MEMORY) -> None:
        import duckdb

        self._scratch = tempfile.TemporaryDirectory(prefix="opora-")
        self.connection: Any = duckdb.connect(
            config={
                "memory_limit": memory,
                "temp_directory": self._scratch.name,
                "preserve_insertion_order": False,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                **({"threads": threads} if threads else {}),
            }
        )
        self.connection.execute("SET parquet_metadata_cache = true")  # every check of a column opens the files anew
        self._sources: list[Source] = []
        #: What was made by a name: TABLE, VIEW, or "" for a table of this process.
        self._made: dict[str, str] = {}

    def open_results(self, paths: Sequence[str], columns: Sequence[Column]) -> tuple[str, ...]:
        self._sources = open_sources(self.connection, [Path(path) for path in paths])
        there = [one for one in columns if any(one.name in source.columns for source in self._sources)]
        selects = " UNION ALL ".join(canonical(source, there) for source in self._sources)
        self.view("results", selects)
        return present(there, native=all(source.native(there) for source in self._sources))

    def native(self, columns: Sequence[Column]) -> bool:
        """Whether every file has its values in types of their kinds."""
        return all(source.native(columns) for source in self._sources)

    def view(self, name: str, sql: str, *, keep: bool = False) -> None:
        self._drop(name)
        kind = "TABLE" if keep else "VIEW"
        self.connection.execute(f"CREATE TEMP {kind} {name} AS {sql}")
        self._made[name] = kind

    def _drop(self, name: str) -> None:
        """What an earlier run called so."""
        kind = self._made.pop(name, None)
        if kind == "":
            self.connection.unregister(name)
        elif kind:
            self.connection.execute(f"DROP {kind} {name}")

    def register(self, name: str, table: pa.Table | list[str]) -> None:
        self._drop(name)
        if isinstance(table, list):
            self.view(name, f"SELECT * FROM read_parquet([{', '.join(map(quoted, table))}])")
        else:
            self.connection.register(name, table)
            self._made[name] = ""

    def query(self, sql: str) -> pa.Table:
        import duckdb

        try:
            return self.connection.sql(sql).to_arrow_table()
        except duckdb.Error as error:
            raise Unfit(f"запрос не выполнен: {error}", where="DuckDB") from error

    def traced(self, columns: Sequence[Column]) -> str:
        there = [one for one in columns if any(one.name in source.columns for source in self._sources)]
        return f"({' UNION ALL '.join(canonical(source, there, traced=True) for source in self._sources)})"

    def version(self) -> str:
        import duckdb

        return f"duckdb {duckdb.__version__}"

    def close(self) -> None:
        self.connection.close()
        self._scratch.cleanup()


def present(columns: Sequence[Column], *, native: bool) -> tuple[str, ...]:
    """The names of the columns of the view `results`; `misread` only where a value could be."""
    names = tuple(one.name for one in columns)
    return names if native or "passed" not in names else (*names, "misread")


class Spark:
    """A session on `master`; files must stand where its workers see them."""

    name = "spark"
    dialect = "pyspark"

    def __init__(self, master: str | None = None) -> None:
        try:
            from pyspark.sql import SparkSession
        except ImportError as error:
            raise Unfit(
                "для движка spark нужен пакет pyspark 4.0.", "Поставьте его: pip install 'pyspark~=4.0'."
            ) from error
        self.master = master or os.environ.get("SPARK_MASTER") or "local[*]"
        self._scratch = tempfile.TemporaryDirectory(prefix="opora-")
        builder = (
            SparkSession.builder.master(self.master)
            .appName("opora identify")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.ansi.enabled", "true")
            .config("spark.sql.execution.arrow.pyspark.enabled", "true")
            .config("spark.sql.warehouse.dir", self._scratch.name)
            .config("spark.log.level", "ERROR")
        )
        if self.master.startswith("local"):
            builder = builder.config("spark.sql.shuffle.partitions", "8")
        try:
            self.session: Any = builder.getOrCreate()
        except Exception as error:  # Java missing, a master that does not answer: Spark has no one class for it
            self._scratch.cleanup()
            raise Unfit("сеанс Spark не открылся.", "Нужны Java 17 и доступный адрес в --master.") from error

    def open_results(self, paths: Sequence[str], columns: Sequence[Column]) -> tuple[str, ...]:
        """Files whose values are not in types of their kinds are read by DuckDB first, so that both engines agree."""
        local = [path for path in paths if Path(path).exists()]
        if len(local) == len(paths):
            paths = self._native(paths, columns)
        frames = [self.session.read.parquet(path) for path in paths]
        names = {name for frame in frames for name in frame.columns}
        there = [one for one in columns if one.name in names]
        types = {"text": "STRING", "integer": "BIGINT", "number": "DOUBLE", "flag": "BOOLEAN"}
        parts = []
        for number, frame in enumerate(frames):
            frame.createOrReplaceTempView(f"part_{number}")
            items = [
                f"CAST({one.name if one.name in frame.columns else 'NULL'} AS {types[one.kind]}) AS {one.name}"
                for one in there
            ]
            if "misread" in names:
                items.append(
                    "coalesce(misread, false) AS misread" if "misread" in frame.columns else "false AS misread"
                )
            items += [f"{'_file' if '_file' in frame.columns else 'input_file_name()'} AS _file"]
            items += [f"{'_row' if '_row' in frame.columns else 'CAST(NULL AS BIGINT)'} AS _row"]
            parts.append(f"SELECT {', '.join(items)} FROM part_{number}")
        self.view("results", " UNION ALL ".join(parts))
        return (*(one.name for one in there), *(["misread"] if "misread" in names else []))

    def _native(self, paths: Sequence[str], columns: Sequence[Column]) -> Sequence[str]:
        duck = DuckDB()
        try:
            names = duck.open_results(paths, columns)
            if duck.native([one for one in columns if one.name in names]):
                return paths
            target = Path(self._scratch.name) / "results.parquet"
            duck.connection.execute(f"COPY (SELECT * FROM {duck.traced(columns)}) TO '{target}' (FORMAT parquet)")
        finally:
            duck.close()
        return [str(target)]

    def view(self, name: str, sql: str, *, keep: bool = False) -> None:
        self.session.sql(sql).createOrReplaceTempView(name)
        if keep:
            self.session.catalog.cacheTable(name)

    def register(self, name: str, table: pa.Table | list[str]) -> None:
        frame = self.session.read.parquet(*table) if isinstance(table, list) else self.session.createDataFrame(table)
        frame.createOrReplaceTempView(name)

    def query(self, sql: str) -> pa.Table:
        return self.session.sql(sql).toArrow()

    def traced(self, columns: Sequence[Column]) -> str:
        there = [one.name for one in columns if one.name in self.session.table("results").columns]
        raw = ", ".join(f"CAST({name} AS STRING) AS _raw_{name}" for name in there)
        return f"(SELECT *, {raw} FROM results)"

    def version(self) -> str:
        return f"spark {self.session.version}"

    def close(self) -> None:
        self.session.stop()
        self._scratch.cleanup()


def engine(name: str, master: str | None = None) -> Engine:
    """The engine by its name; `master` is Spark's."""
    if name == "duckdb":
        if master:
            raise Unfit("--master бывает только у движка spark.", "Уберите его или укажите --engine spark.")
        return DuckDB()
    if name == "spark":
        return Spark(master)
    raise Unfit(f"движка «{name}» нет.", f"Есть: {', '.join(ENGINES)}.")
