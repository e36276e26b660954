"""A day set later that reaches very many: in chunks, killed anywhere it gives every assignment its day once."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.core.models import Job, JobState
from opora.core.tasks.running import run_job
from opora.core.workflow import Refused
from opora.journal.models import Entry
from opora.journal.verify import verify
from opora.notices.models import Notice
from opora.registry.models import Organisation
from opora.roadmaps import models, tallies
from opora.roadmaps.actions import working
from opora.roadmaps.actions.dating import events, schedules, starting
from opora.roadmaps.actions.dating.schedules import Day
from opora.roadmaps.models import Assignment, DateRequest, Occurrence, Window
from tests import factories
from tests.roadmaps.dating.conftest import plan, sent
from tests.roadmaps.dating.dated import activity, day, work

__all__ = ["plan", "sent"]

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of one assignment."""
    monkeypatch.setattr(starting, "CHUNK", 1)
    monkeypatch.setattr(starting, "BREATH", 0)


def begun(change: str) -> Job:
    job = starting.job_of(change)
    assert job is not None
    return job


def event(sent: models.RoadMap, by: User) -> Occurrence:
    return events.record_event(activity(sent, "2"), by=by, happened=day(-1), due=day(6))


@pytest.mark.parametrize("after", range(4))
def test_killed_after_any_chunk_an_event_reaches_everybody_once(
    sent: models.RoadMap, coordinator: User, region: factories.Region, after: int
) -> None:
    head = region.user("school_head")
    found = event(sent, coordinator)
    before = {one.pk for one in work(sent, "2")}
    assert {one.due for one in work(sent, "2")} == {None}, "the request itself gives no days"
    job, step, steps = begun(f"event:{found.public_id}"), starting._step, []

    def dies(*arguments: object) -> int:
        if len(steps) == after:
            raise Killed
        steps.append(step(*arguments))  # type: ignore[arg-type]
        return steps[-1]

    with patch.object(starting, "_step", dies), pytest.raises(Killed):
        run_job.func(job.public_id)
    assert sum(one.due is not None for one in work(sent, "2")) == after
    run_job.func(job.public_id)
    assert {one.pk for one in work(sent, "2")} == before
    assert {one.due for one in work(sent, "2")} == {day(6)}
    assert Notice.objects.filter(user=head, text__contains="Событие наступило").count() == 1
    chunks = Entry.objects.filter(code="roadmaps.dated")
    assert sum(entry.data["count"] for entry in chunks) == len(before) == len(chunks)
    assert not list(verify())
    assert tallies.differences() == []
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_taken_back_while_it_runs_it_ends_and_everything_waits_again(sent: models.RoadMap, coordinator: User) -> None:
    found = event(sent, coordinator)
    job, step, steps = begun(f"event:{found.public_id}"), starting._step, []

    def undone(*arguments: object) -> int:
        if len(steps) == 2:
            events.undo_event(Occurrence.objects.get(), by=coordinator)
        steps.append(step(*arguments))  # type: ignore[arg-type]
        return steps[-1]

    with patch.object(starting, "_step", undone):
        run_job.func(job.public_id)
    assert steps == [1, 1, 0]
    assert not Occurrence.objects.exists()
    run_job.func(begun(f"event-undone:{found.public_id}").public_id)
    assert {one.due for one in work(sent, "2")} == {None}
    assert not Window.objects.filter(origin="event").exists()


def test_who_reported_meanwhile_keeps_the_day(sent: models.RoadMap, coordinator: User) -> None:
    found = event(sent, coordinator)
    run_job.func(begun(f"event:{found.public_id}").public_id)
    events.undo_event(found, by=coordinator)
    first = work(sent, "2")[0]
    working.submit(first, by=coordinator, text="Помогли")
    run_job.func(begun(f"event-undone:{found.public_id}").public_id)
    assert [one.pk for one in work(sent, "2") if one.due] == [first.pk]


def test_a_further_event_makes_its_work_in_the_background(sent: models.RoadMap, coordinator: User) -> None:
    for happened in (day(-2), day(-1)):
        found = events.record_event(activity(sent, "2"), by=coordinator, happened=happened, due=day(6))
        run_job.func(begun(f"event:{found.public_id}").public_id)
    schools = Organisation.objects.filter(kind="school").count()
    assert len(work(sent, "2")) == 2 * schools == len({(one.window_id, one.executor_id) for one in work(sent, "2")})


def test_a_moved_day_of_a_schedule_follows_in_the_background(
    sent: models.RoadMap, coordinator: User, region: factories.Region
) -> None:
    request = DateRequest.objects.select_related("roadmap__organisation", "activity", "owner").get(
        activity=activity(sent, "4")
    )
    schedules.give_dates(request, by=coordinator, days=[Day(day(5))])
    run_job.func(begun(schedules.change_of(request)).public_id)
    assert {one.due for one in work(sent, "4")} == {day(5)}
    window = Window.objects.get(origin="schedule")
    schedules.give_dates(request, by=coordinator, days=[Day(day(8), window=window)])
    assert {one.due for one in work(sent, "4")} == {day(5)}
    run_job.func(begun(schedules.change_of(request)).public_id)
    assert {one.due for one in work(sent, "4")} == {day(8)}
    assert Assignment.objects.filter(window=window).count() == len(region.municipalities)


def test_the_page_leads_to_the_job(sent: models.RoadMap, coordinator: User, client: Client) -> None:
    client.force_login(coordinator)
    url = reverse("roadmaps:events", args=[sent.public_id, activity(sent, "2").public_id])
    form = client.get(url)
    answer = client.post(
        url,
        {"happened": day(-1).isoformat(), "due": day(6).isoformat(), "once": form.context.get("once", "")},
    )
    job = Job.objects.get(function__endswith="start_in_background")
    assert answer.headers["Location"] == reverse("ui:job", args=[job.public_id])
    found = Occurrence.objects.get()
    undone = client.post(
        reverse("roadmaps:undo_event", args=[sent.public_id, found.window.activity.public_id, found.public_id])
    )
    job = Job.objects.get(function__endswith="withdraw_in_background")
    assert undone.headers["Location"] == reverse("ui:job", args=[job.public_id])


def test_an_event_where_nobody_executes_is_refused(
    sent: models.RoadMap, coordinator: User, region: factories.Region
) -> None:
    with pytest.raises(Refused, match="никто не исполняет"):
        events.record_event(activity(sent, "1"), by=coordinator, happened=day(-1), organisation=region.schools[0])
    assert not Window.objects.filter(origin="event").exists()
