"""An amendment reaches the work in chunks and can be taken back: killed anywhere, the result is the same."""

from __future__ import annotations

import datetime as dt
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.models import Job, JobState
from opora.core.tasks import stop
from opora.core.tasks.running import run_job
from opora.core.workflow import Refused
from opora.documents import actions as documents
from opora.documents.models import Document, DocumentState
from opora.journal.models import Entry
from opora.journal.verify import verify
from opora.notices.models import Notice
from opora.roadmaps import tallies
from opora.roadmaps.actions import amending, runs, sending, undoing, working
from opora.roadmaps.changing.rows import rows_of, to_json
from opora.roadmaps.models import (
    Activity,
    Assignment,
    AssignmentState,
    ChangeRun,
    Report,
    ReportState,
    RoadMap,
    RunState,
    Version,
    Window,
)
from opora.roadmaps.models.runs import RUN_WORKFLOW
from tests import factories
from tests.roadmaps.amended import amending as amending_document
from tests.roadmaps.amended import change

pytestmark = pytest.mark.django_db
S = AssignmentState


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture(autouse=True)
def _on_a_day() -> object:
    with time_machine.travel(dt.datetime(2026, 9, 15, 9, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def sent(roadmap: RoadMap, coordinator: User) -> RoadMap:
    approved = {"state": DocumentState.APPROVED, "approved_at": timezone.now(), "approved_by": coordinator}
    Document.objects.filter(pk=roadmap.document_id).update(**approved)
    sending.send(roadmap, by=coordinator)
    return RoadMap.objects.select_related("organisation", "document").get(pk=roadmap.pk)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of three assignments, and nothing in the request itself."""
    monkeypatch.setattr(runs, "CHUNK", 3)
    monkeypatch.setattr(runs, "AT_ONCE", 0)
    monkeypatch.setattr(runs, "BREATH", 0)
    monkeypatch.setattr("opora.roadmaps.telling.changes.AT_ONCE", 2)


def changes() -> list[Any]:
    """A day moves, a row goes, days go and come, executors change, a part gets another day, a row comes."""
    return [
        change("words", "1", old="до 1 октября 2026", new="до 1 ноября 2026"),
        change("words", "2", column="responsible", old="Школы с низкими образовательными результатами", new="ОО"),
        change("replace", "4", column="deadline", new="до 1 декабря 2026"),
        change("remove", "7"),
        change("words", "5", column="responsible", old="Муниципальные методические службы", new="МОУО"),
        change("add", "8", text="Подвести итоги", deadline="до 1 мая 2027", responsible="МОУО"),
    ]


def state_of_all() -> list[tuple[Any, ...]]:
    """Everything that an amendment may change, without ids and revisions."""
    names = ("state", "starts", "due", "first_due", "moved", "inner_due", "lead", "step", "asked_due")
    rows = Assignment.objects.order_by("pk").values_list("pk", *names, "part")
    windows = Window.objects.filter(skipped=False).order_by("activity", "due", "starts", "part", "origin")
    days = windows.values_list("activity__number", "starts", "due", "origin", "first_due", "part")
    activities = Activity.objects.in_force().order_by("order").values_list("number", "text", "divided")
    reports = Report.objects.order_by("pk").values_list("pk", "state", "comment")
    return [*rows, *days, *activities, *reports]


def approve(document: Document, by: User) -> ChangeRun:
    documents.approve(document, by=by)
    return ChangeRun.objects.get(document=document, state__in=["running", "done"])


def run_all() -> None:
    for job in Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING]):
        run_job.func(job.public_id)


def told() -> list[tuple[int, str]]:
    return sorted(Notice.objects.filter(kind="changed").values_list("user", "text"))


def reported(region: factories.Region) -> Assignment:
    """The work of the first municipality by row 1 with a report handed in."""
    head = region.user(RoleCode.MUNICIPAL_COORDINATOR)
    rows = Assignment.objects.select_related("activity", "executor", "controller", "roadmap__organisation")
    one = rows.get(activity__number="7", executor=region.municipalities[0], part__order=0)
    working.submit(one, by=head, text="Провели", figures=[])
    return one


# -- forward -------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("small")
def test_in_the_background_it_comes_to_what_the_request_would_do(
    sent: RoadMap, coordinator: User, region: factories.Region
) -> None:
    region.user(RoleCode.SCHOOL_HEAD)
    region.user(RoleCode.MUNICIPAL_COORDINATOR)
    from django.db import transaction

    with patch.object(runs, "AT_ONCE", 10_000), transaction.atomic():
        run = approve(amending_document(sent.document, coordinator, *changes(), number="9-р"), coordinator)
        at_once, texts = state_of_all(), told()
        counts = run.moved, run.cancelled, run.returned
        assert run.state == RunState.DONE
        transaction.set_rollback(True)
    Notice.objects.filter(kind="changed").delete()
    run = approve(amending_document(sent.document, coordinator, *changes(), number="9-р"), coordinator)
    assert run.state == RunState.RUNNING
    job = Job.objects.get(key__startswith="roadmaps.change:")
    run_job.func(job.public_id)
    job.refresh_from_db()
    run.refresh_from_db()
    assert (job.state, run.state) == (JobState.DONE, RunState.DONE)
    strip = [row[1:] if isinstance(row[0], int) else row for row in state_of_all()]
    assert strip == [row[1:] if isinstance(row[0], int) else row for row in at_once]
    assert (run.moved, run.cancelled, run.returned) == counts
    assert told() == texts
    entries = Entry.objects.filter(code="assignments.amended")
    assert sum(entry.data["count"] for entry in entries) == run.touched > 6
    assert all(entry.data["count"] <= 3 for entry in entries)
    assert not list(verify())
    assert tallies.differences() == []


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("after", range(8))
def test_killed_after_any_chunk_it_comes_to_the_same(
    sent: RoadMap, coordinator: User, region: factories.Region, after: int
) -> None:
    region.user(RoleCode.SCHOOL_HEAD)
    from django.db import transaction

    document = amending_document(sent.document, coordinator, *changes(), number="9-р")
    with transaction.atomic():
        approve(document, coordinator)
        run_all()
        whole, texts = state_of_all(), told()
        transaction.set_rollback(True)
    document.refresh_from_db()
    approve(document, coordinator)
    _killed("_chunk", after)
    assert ChangeRun.objects.get().state == RunState.RUNNING
    run_all()
    assert ChangeRun.objects.get().state == RunState.DONE
    strip = [row[1:] if isinstance(row[0], int) else row for row in whole]
    assert [row[1:] if isinstance(row[0], int) else row for row in state_of_all()] == strip
    assert told() == texts
    assert tallies.differences() == []


def _killed(name: str, after: int) -> None:
    """Run the waiting job until its worker dies inside the transaction behind so many chunks."""
    chunk, done = Carrying_chunk, []

    def dies(self: runs.Carrying, room: int, **more: bool) -> None:
        chunk(self, room, **more)
        done.append(1)
        if len(done) > after:
            raise Killed

    job = Job.objects.get(state__in=[JobState.QUEUED, JobState.RUNNING])
    with patch.object(runs.Carrying, "chunk", dies), pytest.raises(Killed):
        run_job.func(job.public_id)


Carrying_chunk = runs.Carrying.chunk


@pytest.mark.usefixtures("small")
def test_stopped_it_is_continued_and_nothing_else_changes_the_road_map_meanwhile(
    sent: RoadMap, coordinator: User
) -> None:
    run = approve(amending_document(sent.document, coordinator, *changes()), coordinator)
    job = runs.job_of(run)
    assert job
    stop(job, by=coordinator)
    assert undoing.stopped(run)
    other = amending_document(sent.document, coordinator, change("remove", "3"))
    with pytest.raises(Refused, match="ещё применяются"):
        documents.approve(other, by=coordinator)
    client = Client()
    client.force_login(coordinator)
    page = client.get(reverse("roadmaps:amendment", args=[run.document.public_id])).content.decode()
    assert "Работа остановлена" in page
    response = client.post(reverse("roadmaps:run_on", args=[run.public_id]))
    assert response.url == reverse("ui:job", args=[job.public_id])
    run_all()
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert "7" not in {one.number for one in rows_of(sent).values()}


# -- and back ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("in_background", [False, True])
def test_taken_back_everything_is_as_it_was(
    sent: RoadMap, coordinator: User, region: factories.Region, in_background: bool, request: pytest.FixtureRequest
) -> None:
    reported(region)
    head = region.user(RoleCode.SCHOOL_HEAD)
    rows, before = [to_json(one) for one in rows_of(sent).values()], state_of_all()
    if in_background:
        request.getfixturevalue("small")
    document = amending_document(sent.document, coordinator, *changes())
    documents.approve(document, by=coordinator)
    run_all()
    assert state_of_all() != before
    sending.send(sent, by=coordinator)
    new = set(Assignment.objects.values_list("pk", flat=True)) - {row[0] for row in before if isinstance(row[0], int)}
    assert new
    documents.withdraw(document, by=coordinator)
    run_all()
    run = ChangeRun.objects.get()
    assert run.state == RunState.UNDONE
    assert [to_json(one) for one in rows_of(sent).values()] == rows
    after = [row for row in state_of_all() if row[0] not in new]
    assert after == before
    left = Assignment.objects.filter(pk__in=new)
    assert {one.state for one in left} == {S.CANCELLED}
    assert all("Отменено" in one.remark for one in left)
    assert Report.objects.get().state == ReportState.SUBMITTED
    texts = [text for _, text in told()]
    assert any("снова" in text and text.startswith("Отменено: изменено") for text in texts)
    assert Notice.objects.filter(user=head, kind="changed").count() <= 2
    assert tallies.differences() == []
    assert sending.send(sent, by=coordinator) == 0
    document.refresh_from_db()
    assert document.state == DocumentState.WITHDRAWN
    assert Version.objects.order_by("number").last().rows == Version.objects.get(number=1).rows  # type: ignore[union-attr]


def test_taken_back_it_can_be_corrected_and_approved_again(sent: RoadMap, coordinator: User) -> None:
    document = amending_document(sent.document, coordinator, change("remove", "1"))
    documents.approve(document, by=coordinator)
    documents.withdraw(document, by=coordinator)
    documents.restore(document, by=coordinator)
    document.refresh_from_db()
    documents.approve(document, by=coordinator)
    assert {one.state for one in Assignment.objects.filter(activity__number="1")} == {S.CANCELLED}
    documents.withdraw(document, by=coordinator)
    assert {one.state for one in Assignment.objects.filter(activity__number="1")} == {S.SENT}


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("after", range(6))
def test_killed_while_it_is_taken_back_it_comes_to_the_same(
    sent: RoadMap, coordinator: User, region: factories.Region, after: int
) -> None:
    before = state_of_all()
    document = amending_document(sent.document, coordinator, *changes())
    documents.approve(document, by=coordinator)
    run_all()
    documents.withdraw(document, by=coordinator)
    _killed("_chunk", after)
    run_all()
    assert ChangeRun.objects.get().state == RunState.UNDONE
    assert state_of_all() == before
    assert tallies.differences() == []


@pytest.mark.usefixtures("small")
def test_stopped_in_the_middle_it_can_be_taken_back(sent: RoadMap, coordinator: User) -> None:
    before = state_of_all()
    document = amending_document(sent.document, coordinator, *changes())
    run = approve(document, coordinator)
    with pytest.raises(Refused, match="ещё применяются"):
        documents.withdraw(document, by=coordinator)
    _killed("_chunk", 2)
    job = runs.job_of(run)
    assert job
    stop(job, by=coordinator)
    documents.withdraw(document, by=coordinator)
    run_all()
    assert state_of_all() == before


@pytest.mark.parametrize("act", ["start", "draft", "ask", "new", "later", "window", "accepted"])
def test_what_stands_in_the_way_is_named(sent: RoadMap, coordinator: User, region: factories.Region, act: str) -> None:
    document = amending_document(sent.document, coordinator, *changes())
    documents.approve(document, by=coordinator)
    sending.send(sent, by=coordinator)
    head = region.user(RoleCode.MUNICIPAL_COORDINATOR)
    rows = Assignment.objects.select_related("activity", "executor", "controller", "roadmap__organisation")
    one = rows.get(activity__number="8" if act == "new" else "1", executor=region.municipalities[0])
    said = region.municipalities[0].short_name
    with time_machine.travel(dt.datetime(2026, 9, 15, 10, tzinfo=dt.UTC), tick=False):
        if act in ("start", "new"):
            working.start(one, by=head)
        elif act == "draft":
            working.save_draft(one, by=head, text="Начали", figures=[])
        elif act == "ask":
            working.ask(one, by=head, due=dt.date(2026, 12, 1), reason="Не успеем")
        elif act == "accepted":
            one = reported_on(one, head)
        elif act == "later":
            documents.approve(amending_document(sent.document, coordinator, change("remove", "3")), by=coordinator)
            said = "изменилась ещё раз"
        else:
            Window.objects.filter(activity__number="1").update(due=dt.date(2026, 12, 24))
            said = "вручную"
        rows_now = state_of_all()
        with pytest.raises(Refused, match="Отменить изменения нельзя") as refused:
            documents.withdraw(document, by=coordinator)
        assert said in str(refused.value)
        assert state_of_all() == rows_now
        client = Client()
        client.force_login(coordinator)
        page = client.get(reverse("roadmaps:amendment", args=[document.public_id])).content.decode()
        assert said in page.replace("&quot;", '"').replace("&#x27;", "'")
        assert "Отозвать документ и отменить" not in page


def reported_on(one: Assignment, head: User) -> Assignment:
    working.submit(one, by=head, text="Сделано", figures=[])
    return one


def test_the_page_asks_before_it_takes_back(sent: RoadMap, coordinator: User, region: factories.Region) -> None:
    document = amending_document(sent.document, coordinator, *changes())
    documents.approve(document, by=coordinator)
    client = Client()
    client.force_login(coordinator)
    page = client.get(reverse("roadmaps:amendment", args=[document.public_id])).content.decode()
    assert "Отозвать документ и отменить изменения" in page
    url = reverse("documents:withdraw", args=[document.public_id])
    asked = client.post(url).content.decode()
    assert "прежний срок вернётся у поручений: " in asked
    assert Assignment.objects.filter(activity__number="7", state=S.CANCELLED).exists()
    client.post(url, {"confirmed": "1"})
    assert not Assignment.objects.filter(activity__number="7", state=S.CANCELLED).exists()


def test_a_municipality_does_not_carry_on_the_run_of_its_region(
    sent: RoadMap, coordinator: User, region: factories.Region
) -> None:
    run = approve(amending_document(sent.document, coordinator, *changes()), coordinator)
    municipal = region.user(RoleCode.MUNICIPAL_COORDINATOR)
    with pytest.raises(Denied):
        undoing.go_on(run, by=municipal, url="/")
    with pytest.raises(Refused, match="Продолжать нечего"):
        undoing.go_on(run, by=coordinator, url="/")
    with pytest.raises(Denied):
        undoing.undo(run.document, by=municipal)
    assert not amending.withdrawal(sent.document)


def test_a_state_leads_only_where_it_may() -> None:
    assert {t.code for t in RUN_WORKFLOW.open_from(RunState.UNDONE)} == set()
    assert {t.code for t in RUN_WORKFLOW.open_from(RunState.RUNNING)} == {"finish", "undo"}
