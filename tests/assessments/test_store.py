"""What is kept of pupils: sealed where there is a key, whole, for a time; killed workers lose and double nothing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pyrage
import pytest
import time_machine
from django.conf import LazySettings
from django.core.files.storage import default_storage
from django.utils import timezone

from opora.access.models import User
from opora.assessments import checks, counting, store
from opora.assessments.actions import taking
from opora.assessments.models import Loading, LoadingState, Part, SchoolResult
from opora.assessments.queries import data
from opora.core.errors import Problem
from opora.core.health import Level
from opora.core.tasks import clock
from opora.core.tasks.queue import requeue_expired
from tests.assessments.conftest import CODES, load, marks, table, taken, work
from tests.factories import Region

pytestmark = pytest.mark.django_db
KEY = str(pyrage.x25519.Identity.generate())


@pytest.fixture(autouse=True)
def folder(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "files")


def content() -> tuple[bytes, str]:
    return table(marks(CODES[0], "2345") + marks(CODES[1], "33")), "впр.csv"


def found(level: Level) -> list[str]:
    return [one.text for one in checks.results() if one.level is level]


def test_a_key_seals_everything_that_is_kept(coded: Region, coordinator: User, settings: LazySettings) -> None:
    settings.OPORA_RESULTS_KEY = KEY
    made = load(coordinator, coded, content())
    for field in (made.rows, made.files.get().original):
        with field.open("rb") as stored:
            assert stored.read(18) == b"age-encryption.org"
    taking.take(made, by=coordinator)
    work()
    part = Part.objects.get()
    with part.pupils.open("rb") as stored:
        assert stored.read(18) == b"age-encryption.org"
    assert data.tallies(coded.authority, [2025]).num_rows == 5
    assert not found(Level.ERROR)
    settings.OPORA_RESULTS_KEY = ""
    with pytest.raises(Problem, match="зашифрованы"):
        data.tallies(coded.authority, [2025])
    assert "зашифрованы" in found(Level.ERROR)[0]
    settings.OPORA_RESULTS_KEY = str(pyrage.x25519.Identity.generate())
    assert "не открываются этим ключом" in found(Level.ERROR)[0]
    settings.OPORA_RESULTS_KEY = "AGE"
    assert "не читается" in found(Level.ERROR)[0]


def test_the_doctor_finds_a_damaged_file(coded: Region, coordinator: User) -> None:
    taken(coordinator, coded, content())
    assert found(Level.ERROR) == []
    part = Part.objects.get()
    path = Path(default_storage.path(part.tallies.name))
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)
    assert "повреждены файлы: 1" in found(Level.ERROR)[0]


def test_rows_of_pupils_go_after_their_years_and_counts_stay(
    coded: Region, coordinator: User, django_capture_on_commit_callbacks: Any
) -> None:
    taken(coordinator, coded, content())
    name = Part.objects.get().pupils.name
    with time_machine.travel(dt.datetime(2030, 12, 30, tzinfo=dt.UTC), tick=False):
        clock.tick()
    assert Part.objects.get().pupils.name == name
    with (
        time_machine.travel(dt.datetime(2031, 1, 2, tzinfo=dt.UTC), tick=False),
        django_capture_on_commit_callbacks(execute=True),
    ):
        clock.tick()
    part = Part.objects.get()
    assert not part.pupils
    assert not default_storage.exists(name)
    assert default_storage.exists(part.tallies.name)
    assert SchoolResult.objects.current().count() == 2


def test_a_loading_that_nobody_takes_is_dropped(coded: Region, coordinator: User) -> None:
    load(coordinator, coded, content())
    with time_machine.travel(timezone.now() + dt.timedelta(days=13), tick=False):
        clock.tick()
    assert Loading.objects.get().state == LoadingState.READ
    with time_machine.travel(timezone.now() + dt.timedelta(days=15), tick=False):
        clock.tick()
    assert Loading.objects.get().state == LoadingState.DROPPED


class Killed(BaseException):
    """The worker dies here."""


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_taking_that_was_killed_goes_on_where_it_was(
    coded: Region, coordinator: User, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    rows = [row for grade in (4, 5, 6) for row in marks(CODES[0], "2345", grade=grade)]
    made = load(coordinator, coded, (table(rows), "впр.csv"))
    taking.take(made, by=coordinator)
    written = 0
    digest = counting.digest

    def dying(*given: Any) -> str:
        nonlocal written
        if written == after:
            raise Killed
        written += 1
        return digest(*given)

    with monkeypatch.context() as patch:
        patch.setattr(counting, "digest", dying)
        with pytest.raises(Killed):
            work()
    assert not SchoolResult.objects.current().exists()
    assert Part.objects.count() == after
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=6), tick=False):
        requeue_expired()
        work()
    made.refresh_from_db()
    assert made.state == LoadingState.TAKEN, made.failure
    assert Part.objects.count() == SchoolResult.objects.current().count() == 3


def test_a_reading_that_was_killed_begins_anew(
    coded: Region, coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*given: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("opora.assessments.actions.reading.keep_matches", die)
        with pytest.raises(Killed):
            load(coordinator, coded, content())
    assert Loading.objects.get().state == LoadingState.READING
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=6), tick=False):
        requeue_expired()
        work()
    made = Loading.objects.get()
    assert made.state == LoadingState.READ
    assert sum(made.files.values_list("rows_taken", flat=True)) == 6


def test_what_is_stored_has_no_code_of_a_pupil(coded: Region, coordinator: User) -> None:
    taken(coordinator, coded, content())
    with store.opened(Part.objects.get().pupils) as path:
        kept = pq.read_table(path)
    assert kept.num_rows == 6
    assert {len(code) for code in kept.column("pupil_id").to_pylist()} == {20}
