"""The same expressions on a cluster of Spark on this machine give the same table to the bit."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from opora.identification import identify
from opora.identification.engines import Spark
from opora.identification.rules import known, rule
from tests.identification.test_counting import YEAR, parquet, pupils, totals

pytestmark = [
    pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed: Spark cannot start"),
    pytest.mark.skipif(importlib.util.find_spec("pyspark") is None, reason="pyspark is not installed"),
    pytest.mark.allow_hosts(["127.0.0.1", "localhost", "::1"]),  # Python and Java talk through the loopback
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::FutureWarning"),
]
SCHOOLS = pa.table({"school_id": [f"s{number}" for number in range(7)], "cluster": [*"ababab", "a"]})


@pytest.fixture(scope="module")
def spark() -> Iterator[Spark]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        patch.setenv("SPARK_LOCAL_HOSTNAME", "localhost")
        patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")  # made to live for a minute
        engine = Spark("local-cluster[2,1,1024]")
        yield engine
        engine.close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Pupils with one impossible mark and a school that is not in the list, and totals of other works."""
    folder = tmp_path_factory.mktemp("results")
    rows = pupils(rows=3000)
    rows.append(rows[0] | {"year": YEAR, "mark": 6})
    return [parquet(rows, folder / "pupils.parquet"), parquet(totals(pupils(2)), folder / "totals.parquet")]


@pytest.mark.parametrize("name", known())
def test_a_cluster_agrees_with_this_process(name: str, spark: Spark, files: list[Path]) -> None:
    here = identify(files, SCHOOLS, rule(name), YEAR)
    there = identify(files, SCHOOLS, rule(name), YEAR, engine=spark)
    assert there.outcome.table.equals(here.outcome.table, check_metadata=True)
    assert there.provenance["outcome"] == here.provenance["outcome"]
    assert there.set_aside == here.set_aside
