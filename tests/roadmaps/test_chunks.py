"""A sending in chunks: killed, stopped, sent by two at once, it makes every assignment exactly once."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from opora.access.models import User
from opora.core.bulk import insert
from opora.core.models import Job, JobState, new_public_id, new_public_ids
from opora.core.tasks import stop
from opora.core.tasks.running import run_job
from opora.core.workflow import Refused
from opora.journal.models import Entry
from opora.journal.verify import verify
from opora.notices.models import Notice
from opora.roadmaps import models, tallies
from opora.roadmaps.actions import sending
from opora.roadmaps.models import Assignment, RoadMapState
from tests import factories

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The process ends here."""


def keys() -> list[tuple[int, int]]:
    return sorted(Assignment.objects.values_list("window", "executor"))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of three assignments."""
    monkeypatch.setattr(sending, "CHUNK", 3)
    monkeypatch.setattr(sending, "BREATH", 0)


@pytest.mark.usefixtures("small")
def test_each_chunk_is_one_entry_of_the_journal(roadmap: models.RoadMap, coordinator: User) -> None:
    made = sending.send(roadmap, by=coordinator)
    entries = Entry.objects.filter(code="assignments.sent")
    assert made == Assignment.objects.count() == sum(entry.data["count"] for entry in entries) > 12
    assert all(entry.data["count"] <= 3 for entry in entries)
    assert len(entries) == -(-made // 3)
    assert not list(verify())
    assert tallies.differences() == []
    roadmap.refresh_from_db()
    assert roadmap.state == RoadMapState.SENT


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("after", range(1, 6))
def test_killed_after_any_chunk_it_goes_on_with_what_is_missing(
    roadmap: models.RoadMap, coordinator: User, after: int, region: factories.Region
) -> None:
    region.user("school_head")
    job = sending.request_sending(roadmap, by=coordinator, url="/")
    store, stored = sending._store, []

    def dies(*arguments: object) -> int:
        if len(stored) == after:
            raise Killed
        stored.append(store(*arguments))  # type: ignore[arg-type]
        return stored[-1]

    with patch.object(sending, "_store", dies), pytest.raises(Killed):
        run_job.func(job.public_id)
    assert Assignment.objects.count() == sum(stored)
    roadmap.refresh_from_db()
    assert roadmap.state == RoadMapState.SENT  # whoever got work sees where it comes from
    run_job.func(job.public_id)
    resumed = keys()
    assert len(resumed) == len(set(resumed)) > sum(stored)
    assert sending.send(roadmap, by=coordinator) == 0
    assert tallies.differences() == []
    notices = Notice.objects.filter(kind="assigned").values_list("user", flat=True)
    assert len(notices) == len(set(notices)) > 0
    assert Job.objects.get().state == JobState.DONE


@pytest.mark.usefixtures("small")
def test_stopped_it_leaves_what_is_done_and_can_be_continued(roadmap: models.RoadMap, coordinator: User) -> None:
    job = sending.request_sending(roadmap, by=coordinator, url="/")
    store = sending._store

    def stopped(*arguments: object) -> int:
        made = store(*arguments)  # type: ignore[arg-type]
        if Assignment.objects.count() == 6:
            stop(job, by=coordinator)
        return made

    with patch.object(sending, "_store", stopped), patch("opora.core.tasks.running.STORED_EVERY", 0):
        run_job.func(job.public_id)
    job.refresh_from_db()
    assert job.state == JobState.STOPPED
    assert Assignment.objects.count() == 6
    with pytest.raises(Refused):
        stop(job, by=coordinator)
    again = sending.request_sending(roadmap, by=coordinator, url="/")
    assert again.pk != job.pk
    run_job.func(again.public_id)
    assert len(keys()) == len(set(keys())) > 6


def test_ids_of_many_are_ids() -> None:
    ids = new_public_ids(1000)
    assert len(set(ids)) == 1000
    assert {len(one) for one in ids} == {26}
    assert set("".join(ids)) <= set("0123456789abcdefghjkmnpqrstvwxyz")
    assert ids[0][:6] == new_public_id()[:6]


def test_rows_stored_at_once_have_the_defaults_of_others(region: factories.Region) -> None:
    names = ("public_id", "kind", "name", "short_name", "path")
    insert(
        factories.Organisation, names, [(new_public_id(), "school", "Школа", "Школа", f"9{n:07d}") for n in range(3)]
    )
    made = factories.Organisation.objects.filter(name="Школа")
    assert len(made) == 3
    alike = factories.Organisation(kind="school", name="Школа", short_name="Школа")
    for name in ("state", "settlement", "pupils", "closed_on", "parent_id"):
        assert {getattr(one, name) for one in made} == {getattr(alike, name)}
    assert all(one.created_at for one in made)
