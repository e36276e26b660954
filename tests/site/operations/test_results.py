"""Results come back from a backup on either engine: every part whole and readable, sealed ones by their key alone."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyrage
import pytest
from django.conf import LazySettings

from opora.access.roles import RoleCode
from opora.assessments import store
from opora.assessments.models import Part
from opora.site.operations.backup import backup
from tests import migrated
from tests.assessments.conftest import CODES, marks, table, taken
from tests.factories import Region
from tests.site.operations.command import run

pytestmark = pytest.mark.django_db(transaction=True)
SEALED_FOR = str(pyrage.x25519.Identity.generate())


@pytest.fixture
def loaded(region: Region, settings: LazySettings, tmp_path: Path) -> Region:
    """Two procedures, one of which a later loading replaces in part."""
    settings.MEDIA_ROOT = str(tmp_path / "here" / "files")
    for school, code in zip(region.schools, CODES, strict=True):
        school.code, school.pupils = code, 100
        school.save()
    by = region.user(RoleCode.REGIONAL_COORDINATOR)
    rows = [row for grade in (4, 5) for code in CODES for row in marks(code, "2345-", grade=grade)]
    taken(by, region, (table(rows), "впр.csv"))
    taken(by, region, (table(marks(CODES[0], "33", grade=5)), "исправлено.csv"))
    return region


def parts() -> dict[str, pa.Table]:
    """Every stored file of results, read."""
    found = {}
    for part in Part.objects.order_by("pk"):
        for field in (part.tallies, part.pupils):
            with store.opened(field) as path:
                found[str(field.name)] = pq.read_table(path)
    return found


@pytest.mark.parametrize("results_key", ["", SEALED_FOR], ids=["plain", "sealed"])
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_results_come_back_on_either_engine(
    engine: str, results_key: str, settings: LazySettings, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    settings.OPORA_RESULTS_KEY = results_key
    request.getfixturevalue("loaded")
    database = request.getfixturevalue("migrated_server") if engine == "postgresql" else ""
    there = tmp_path / "there" if database else migrated.put_into(tmp_path / "there")
    journal, kept = settings.OPORA_JOURNAL_KEY.decode(), tmp_path / "kept.opora"
    before = parts()
    assert len(before) == 6
    assert {name.endswith(store.SEALED) for name in before} == {bool(results_key)}
    backup(kept, out=io.StringIO())
    restored = run(there, "restore", str(kept), database=database, key=journal)
    assert (restored.returncode, restored.stderr) == (0, ""), restored.stdout

    settings.MEDIA_ROOT = str(there / "files")  # the rows of this database, the files of that one
    assert parts() == before

    def doctor(key: str) -> str:
        return run(there, "doctor", database=database, key=journal, results=key).stdout

    told = doctor(results_key)
    assert "✓ Файлы: на месте: 6" in told
    assert "✓ Результаты: файлов 6, целы" in told
    assert ("✓ Ключ результатов: зашифровано файлов: 6" in told) == bool(results_key)
    assert ("✗ Ключ результатов: Результаты зашифрованы" in doctor("")) == bool(results_key)
    lost = min(before)
    (there / "files" / lost).unlink()
    assert f"✗ Файлы: нет на месте: 1 ({lost})" in doctor(results_key)
