"""`opora identify` on a country's results beside the same rule by hand: whole processes, start included, by turns.

`python benchmarks/identification_speed.py [--data FOLDER] [--rows 30000000] [--schools 40000] [--turns 3]`

The data are made once with a fixed seed: one row per pupil and work, two years, seventeen procedures, schools in no
order, 8 % absent. Every process runs once before the clock, so that its modules are compiled and the file is at hand;
compiled modules are kept apart, whatever PYTHONDONTWRITEBYTECODE says. Peers: (1) the rule in DuckDB SQL, (2) Polars,
streaming, (3) pandas with text columns, (4) the bare scan of the columns used. `low_now` and `low_repeated` of every
peer must equal ours school by school. A peer that is not installed, or is named in `--without`, is said and left out.
Limits: at most 1.25 times (1), not slower than (2), at least 10 times as fast as (3), at most 1 GiB at the peak.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
YEAR = 2026

GENERATE = """
import duckdb
c = duckdb.connect(config={"threads": 2, "memory_limit": "3GB", "preserve_insertion_order": False})
c.execute('''COPY (WITH p AS (SELECT row_number() OVER () - 1 AS k, * FROM (VALUES
  ('vpr','rus',4),('vpr','mat',4),('vpr','rus',5),('vpr','mat',5),('vpr','rus',6),('vpr','mat',6),('vpr','rus',7),
  ('vpr','mat',7),('vpr','rus',8),('vpr','mat',8),('oge','rus',9),('oge','mat',9),('ege','rus',11),
  ('ege','mat_base',11),('ege','mat_prof',11),('vpr','bio',6),('vpr','hist',7)) t(procedure, subject, grade)),
r AS (SELECT i, hash(i, 2) % {schools} AS school FROM range({rows}) t(i))
SELECT CAST({year} - (hash(i, 1) >> 32) % 2 AS SMALLINT) AS year, procedure, subject, CAST(grade AS TINYINT) AS grade,
  'edu' || lpad(CAST(school AS VARCHAR), 6, '0') AS school_id,
  CASE WHEN (procedure = 'ege' AND subject <> 'mat_base') OR hash(i, 3) % 100 < 8 THEN NULL
    WHEN hash(i, 4) % 100 < 8 + hash(school) % 30 THEN CAST(2 AS TINYINT)
    ELSE CAST(3 + hash(i, 5) % 3 AS TINYINT) END AS mark,
  CASE WHEN procedure = 'ege' AND subject <> 'mat_base' AND hash(i, 3) % 100 >= 8
    THEN hash(i, 4) % 100 >= 8 + hash(school) % 30 END AS passed
FROM r JOIN p ON p.k = (hash(i, 6) >> 32) % 17) TO '{results}' (FORMAT parquet)''')
c.execute('''COPY (SELECT 'edu' || lpad(CAST(i AS VARCHAR), 6, '0') AS school_id, 'Школа ' || i AS name,
  'm' || i % 2300 AS municipality_id, 'r' || i % 89 AS region_id
  FROM range({schools}) t(i)) TO '{listed}' (FORMAT parquet)''')
"""
SQL = """
import duckdb
c = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
c.execute('''COPY (WITH c AS (SELECT year, procedure, subject, grade, school_id, count(*) AS n,
    count(*) FILTER (mark = 2 OR passed = false) AS f FROM read_parquet('RESULTS')
  WHERE year IN (2025, 2026) AND procedure IN ('vpr','oge','ege') AND subject IN ('rus','mat','mat_base')
    AND (mark IS NOT NULL OR passed IS NOT NULL) GROUP BY ALL),
l AS (SELECT school_id, procedure, subject, grade, bool_or(year = 2026 AND n >= 10 AND f * 10 >= n * 3) AS now,
    bool_or(year = 2025 AND n >= 10 AND f * 10 >= n * 3) AS before FROM c GROUP BY ALL)
SELECT school_id, count(*) FILTER (now) AS low_now, count(*) FILTER (now AND before) AS low_repeated
FROM l GROUP BY ALL ORDER BY school_id) TO 'OUT' (FORMAT parquet)''')
"""
POLARS = """
import polars as pl
low = (pl.col("n") >= 10) & (pl.col("f") * 10 >= pl.col("n") * 3)
(pl.scan_parquet("RESULTS")
 .filter(pl.col("year").is_in([2025, 2026]) & pl.col("procedure").is_in(["vpr", "oge", "ege"])
         & pl.col("subject").is_in(["rus", "mat", "mat_base"])
         & (pl.col("mark").is_not_null() | pl.col("passed").is_not_null()))
 .group_by("year", "procedure", "subject", "grade", "school_id")
 .agg(n=pl.len().cast(pl.Int64),
      f=((pl.col("mark") == 2).fill_null(False) | (pl.col("passed") == False).fill_null(False)).sum().cast(pl.Int64))
 .group_by("school_id", "procedure", "subject", "grade")
 .agg(now=(low & (pl.col("year") == 2026)).any(), before=(low & (pl.col("year") == 2025)).any())
 .group_by("school_id").agg(low_now=pl.col("now").sum(), low_repeated=(pl.col("now") & pl.col("before")).sum())
 .sort("school_id").collect(engine="streaming").write_parquet("OUT"))
"""
PANDAS = """
import pandas as pd
d = pd.read_parquet("RESULTS", dtype_backend="numpy_nullable")
for name in ("procedure", "subject", "school_id"):
    d[name] = d[name].astype(object)
d = d[d.year.isin([2025, 2026]) & d.procedure.isin(["vpr", "oge", "ege"]) & d.subject.isin(["rus", "mat", "mat_base"])]
d = d[d.mark.notna() | d.passed.notna()]
d["f"] = ((d.mark == 2).fillna(False) | (d.passed == False).fillna(False)).astype("int64")
g = d.groupby(["year", "procedure", "subject", "grade", "school_id"]).f.agg(n="size", f="sum").reset_index()
g["low"] = (g.n >= 10) & (g.f * 10 >= g.n * 3)
g["now"], g["before"] = g.low & (g.year == 2026), g.low & (g.year == 2025)
p = g.groupby(["school_id", "procedure", "subject", "grade"])[["now", "before"]].any().reset_index()
p["low_now"], p["low_repeated"] = p.now.astype("int64"), (p.now & p.before).astype("int64")
p.groupby("school_id")[["low_now", "low_repeated"]].sum().reset_index().to_parquet("OUT")
"""
SCAN = """
import duckdb
c = duckdb.connect(config={"threads": 2})
c.execute("SELECT max(year), max(procedure), max(subject), max(grade), max(school_id), max(mark), max(passed)"
          " FROM read_parquet('RESULTS')").fetchall()
"""


def made(folder: Path, rows: int, schools: int) -> tuple[Path, Path]:
    """The files of results and schools, made where they are not there yet."""
    results, listed = folder / f"results-{rows}-{schools}.parquet", folder / f"schools-{schools}.parquet"
    if not (results.exists() and listed.exists()):
        folder.mkdir(parents=True, exist_ok=True)
        text = GENERATE.replace("{rows}", str(rows)).replace("{schools}", str(schools)).replace("{year}", str(YEAR))
        text = text.replace("{results}", str(results)).replace("{listed}", str(listed))
        subprocess.run([sys.executable, "-c", text], check=True)
    return results, listed


def environment() -> dict[str, str]:
    """Of every process: compiled modules are kept, as an installation has them."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / "opora-identification" / "modules")}


def measured(command: list[str]) -> tuple[float, float, float]:
    """Seconds of the clock, MB at the peak and seconds of the processor of one process."""
    import time

    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment())
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"{command[:4]} ended with {os.waitstatus_to_exitcode(status)}")
    return seconds, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "opora-identification")
    parser.add_argument("--rows", type=int, default=30_000_000)
    parser.add_argument("--schools", type=int, default=40_000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--without", nargs="*", default=[], help="peers to leave out: polars, pandas")
    asked = parser.parse_args()
    results, listed = made(asked.data, asked.rows, asked.schools)
    out = {name: asked.data / f"out-{name}.parquet" for name in ("opora", "sql", "polars", "pandas", "scan")}
    commands = {
        "opora": [
            sys.executable, "-m", "opora.cli", "identify", str(results), "--schools", str(listed), "--rule",
            "fioko-2025", "--year", str(YEAR), "--out", str(out["opora"]),
        ]
    }  # fmt: skip
    for name, text in (("sql", SQL), ("polars", POLARS), ("pandas", PANDAS), ("scan", SCAN)):
        if name in asked.without or (name in ("polars", "pandas") and importlib.util.find_spec(name) is None):
            print(f"{name}: left out")
            continue
        commands[name] = [sys.executable, "-c", text.replace("RESULTS", str(results)).replace("OUT", str(out[name]))]
    for command in commands.values():
        measured(command)
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    processor: dict[str, list[float]] = {name: [] for name in commands}
    peaks = dict.fromkeys(commands, 0.0)
    for _ in range(asked.turns):
        for name, command in commands.items():
            took, peak, busy = measured(command)
            seconds[name].append(took)
            processor[name].append(busy)
            peaks[name] = max(peaks[name], peak)
    equal(out, [name for name in commands if name not in ("opora", "scan")])
    print(f"{asked.rows} rows, {asked.schools} schools, {asked.turns} turns; rows equal to every peer's")
    print("| process | median s (least–greatest) | ours to it | processor s | peak MB |")
    print("|---|---|---|---|---|")
    for name, times in seconds.items():
        ratio = statistics.median(ours / theirs for ours, theirs in zip(seconds["opora"], times, strict=True))
        said = f"{statistics.median(times):.2f} ({min(times):.2f}–{max(times):.2f})"
        print(f"| {name} | {said} | {ratio:.2f} | {statistics.median(processor[name]):.2f} | {peaks[name]:.0f} |")


def equal(out: dict[str, Path], peers: list[str]) -> None:
    import pyarrow.parquet as pq

    names = ["school_id", "low_now", "low_repeated"]
    ours = {row["school_id"]: row for row in pq.read_table(out["opora"], columns=names).to_pylist()}
    for peer in peers:
        for row in pq.read_table(out[peer], columns=names).to_pylist():
            assert {name: ours[row["school_id"]][name] for name in names[1:]} == {n: int(row[n]) for n in names[1:]}, (
                peer
            )


if __name__ == "__main__":
    main()
