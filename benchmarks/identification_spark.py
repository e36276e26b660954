"""From which size a cluster pays: `opora identify` on DuckDB and on a local cluster of Spark, whole processes.

`python benchmarks/identification_spark.py [--data FOLDER] [--rows 1000000 10000000 30000000] [--turns 2]`

`fioko-2025` over two years on data of `identification_speed.py`; outcomes equal to the bit. Both engines have the same
two cores, Spark as a cluster of two workers of one core and 1 GiB. A line through the sizes gives what each engine
costs before the first row and for a million rows; what more cores would do is computed from that, not measured: Spark's
rows divided among them without loss, which favours the cluster.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.identification_speed import YEAR, made, measured

CORES, SCHOOLS = 2, 40_000
MASTER = f"local-cluster[{CORES},1,1024]"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "opora-identification")
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000, 30_000_000])
    parser.add_argument("--turns", type=int, default=2)
    asked = parser.parse_args()
    if shutil.which("java") is None:
        print("Java is not installed: Spark is left out")
        return
    os.environ |= {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_HOSTNAME": "localhost"}
    seconds: dict[str, list[float]] = {"duckdb": [], "spark": []}
    print("| rows | DuckDB, s | Spark, s |")
    for rows in asked.rows:
        results, listed = made(asked.data, rows, SCHOOLS)
        for engine, times in seconds.items():
            out = asked.data / f"out-{engine}.parquet"
            command = [
                sys.executable, "-m", "opora.cli", "identify", str(results), "--schools", str(listed), "--rule",
                "fioko-2025", "--year", str(YEAR), "--out", str(out), "--engine", engine,
            ]  # fmt: skip
            command += ["--master", MASTER] if engine == "spark" else []
            measured(command)
            times.append(statistics.median(measured(command)[0] for _ in range(asked.turns)))
        equal(asked.data / "out-duckdb.parquet", asked.data / "out-spark.parquet")
        print(f"| {rows:,} | {seconds['duckdb'][-1]:.1f} | {seconds['spark'][-1]:.1f} |", flush=True)
    if len(asked.rows) > 1:
        pays(asked.rows, seconds)


def pays(rows: list[int], seconds: dict[str, list[float]]) -> None:
    (duck, duck_start), (spark, spark_start) = (
        np.polyfit(np.array(rows) / 1e6, times, 1) for times in seconds.values()
    )
    print(f"DuckDB: {duck_start:.1f} s and {duck:.3f} s a million rows on {CORES} cores")
    print(f"Spark: {spark_start:.1f} s and {spark:.3f} s a million rows on {CORES} cores")
    for cores in (8, 32, 128):
        gain = duck - spark * CORES / cores
        million = (spark_start - duck_start) / gain if gain > 0 else None
        said = "never quicker" if million is None else f"quicker from {million:,.0f} million rows"
        print(f"a cluster of {cores} cores beside DuckDB on {CORES}: {said} (computed)")


def equal(one: Path, other: Path) -> None:
    import pyarrow.parquet as pq

    assert pq.read_table(one).equals(pq.read_table(other)), "DuckDB and Spark differ"


if __name__ == "__main__":
    main()
