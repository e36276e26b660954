"""Decisions on very many: all that a list shows, named before, in chunks; killed anywhere each is decided once."""

from __future__ import annotations

import re
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.models import Job, JobState
from opora.core.tasks.running import run_job
from opora.core.workflow import Refused
from opora.journal.models import Entry
from opora.journal.verify import verify
from opora.notices.models import Notice
from opora.roadmaps import tallies
from opora.roadmaps.actions import sending, working
from opora.roadmaps.actions.working import many
from opora.roadmaps.models import Assignment, MassDecision, RoadMap
from opora.roadmaps.views import several
from tests import factories

pytestmark = pytest.mark.django_db
DECIDE = reverse("roadmaps:decide_several")
LIST = "whose=controlled&state=decide"


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of one report; two are very many."""
    monkeypatch.setattr(many, "CHUNK", 1)
    monkeypatch.setattr(many, "BREATH", 0)
    monkeypatch.setattr(several, "MOST", 1)


@pytest.fixture
def head(region: factories.Region) -> User:
    return region.user(RoleCode.SCHOOL_HEAD)


@pytest.fixture
def municipal(region: factories.Region) -> User:
    return region.user(RoleCode.MUNICIPAL_COORDINATOR)


@pytest.fixture
def works(roadmap: RoadMap, coordinator: User, region: factories.Region, head: User) -> list[Assignment]:
    """Three reports of one school that wait for the municipality."""
    sending.send(roadmap, by=coordinator)
    rows = Assignment.objects.select_related("activity", "executor", "controller", "roadmap__organisation")
    found = list(rows.filter(executor=region.schools[0]).order_by("pk")[:3])
    for one in found:
        working.submit(one, by=head, text="готово")
    return found


def states(works: list[Assignment]) -> list[str]:
    found = Assignment.objects.filter(pk__in=[one.pk for one in works])
    return list(found.order_by("pk").values_list("state", flat=True))


def ids(works: list[Assignment]) -> list[str]:
    return [one.public_id for one in works]


def begun(decision: MassDecision, *, undoing: bool = False) -> Job:
    job = working.job_of(decision, undoing=undoing)
    assert job is not None
    return job


def killed(job: Job, chunk: str, after: int) -> None:
    """Run the job until the process ends before this chunk."""
    step, steps = getattr(many, chunk), []

    def dies(*arguments: object) -> int:
        if len(steps) == after:
            raise Killed
        steps.append(step(*arguments))
        return int(steps[-1])

    with patch.object(many, chunk, dies), pytest.raises(Killed):
        run_job.func(job.public_id)


@pytest.mark.parametrize("after", range(3))
@pytest.mark.parametrize("returned", [False, True])
def test_killed_after_any_chunk_each_is_decided_once_and_all_is_taken_back(
    works: list[Assignment], municipal: User, head: User, after: int, returned: bool
) -> None:
    decision = working.decide_very_many(ids(works), by=municipal, returned=returned, comment="Подпись")
    assert states(works) == ["reported"] * 3, "the request decides nothing itself"
    decided = "returned" if returned else "accepted"
    killed(begun(decision), "_decide", after)
    assert states(works).count(decided) == after
    run_job.func(begun(decision).public_id)
    assert states(works) == [decided] * 3
    assert Entry.objects.filter(code=f"assignments.{decided}").count() == 3
    assert Notice.objects.filter(user=head, kind=decided).count() == 3
    decision.refresh_from_db()
    assert sorted(decision.assignments) == sorted(ids(works))
    assert begun(decision).state == JobState.DONE
    working.undo_very_many(decision, by=municipal)
    killed(begun(decision, undoing=True), "_undo", after)
    assert states(works).count("reported") == after
    run_job.func(begun(decision, undoing=True).public_id)
    assert states(works) == ["reported"] * 3
    decision.refresh_from_db()
    assert decision.assignments == []
    with pytest.raises(Refused, match="уже отменено"):
        working.undo_very_many(decision, by=municipal)
    assert not list(verify())
    assert tallies.differences() == []


def test_what_somebody_decided_meanwhile_is_neither_decided_nor_taken_back(
    works: list[Assignment], municipal: User, coordinator: User
) -> None:
    decision = working.decide_very_many(ids(works), by=municipal, returned=False, comment="")
    with pytest.raises(Refused, match="ещё исполняется"):
        working.undo_very_many(decision, by=municipal)
    working.accept(works[1], by=municipal)
    run_job.func(begun(decision).public_id)
    decision.refresh_from_db()
    assert sorted(decision.assignments) == sorted(ids([works[0], works[2]]))
    assert begun(decision).message == "Решено отчётов: 2 из 3"
    working.undo_very_many(decision, by=municipal)
    run_job.func(begun(decision, undoing=True).public_id)
    assert states(works) == ["reported", "accepted", "reported"]


def test_all_of_a_list_are_named_then_decided_in_the_background_and_taken_back(
    works: list[Assignment], municipal: User, head: User
) -> None:
    client = Client()
    client.force_login(municipal)
    assert 'name="every"' in client.get(f"{reverse('roadmaps:assignments')}?{LIST}").content.decode()
    first = {"every": "1", "back": LIST, "do": "accept"}
    page = client.post(DECIDE, first).content.decode()
    assert "Будут приняты 3 отчёта" in re.sub(r"\s+", " ", page)
    assert "И ещё 2" in page
    shown = re.search(r'name="shown" value="(\w+)"', page)
    assert shown
    sure = {**first, "confirmed": "1", "comment": "Хорошо", "shown": shown[1]}
    working.accept(works[0], by=municipal)
    assert "стало больше или меньше" in client.post(DECIDE, sure).content.decode()
    assert MassDecision.objects.count() == 0
    shown = re.search(r'name="shown" value="(\w+)"', client.post(DECIDE, first).content.decode())
    assert shown
    answer = client.post(DECIDE, {**sure, "shown": shown[1]})
    decision = MassDecision.objects.get()
    assert answer["Location"] == reverse("ui:job", args=[begun(decision).public_id])
    where = decision.get_absolute_url()
    assert "ещё исполняется" in client.get(where).content.decode()
    run_job.func(begun(decision).public_id)
    assert states(works) == ["accepted"] * 3
    page = client.get(where).content.decode()
    assert "Отчёты приняты: 2" in page
    assert "Отменить решение" in page
    stranger = Client()
    stranger.force_login(head)
    assert stranger.get(where).status_code == 404
    client.post(reverse("roadmaps:undo_decision", args=[decision.public_id]))
    run_job.func(begun(decision, undoing=True).public_id)
    assert states(works) == ["accepted", "reported", "reported"]
    page = client.get(where).content.decode()
    assert "Решение отменено: 2" in page
    assert "Отменить решение" not in page


def test_the_list_of_another_gives_nobody_more_than_his_own(works: list[Assignment], region: factories.Region) -> None:
    other = Client()
    other.force_login(region.user(RoleCode.MUNICIPAL_COORDINATOR, region.municipalities[1]))
    page = other.post(DECIDE, {"every": "1", "back": "all=1", "do": "accept"}, follow=True).content.decode()
    assert "Ничего не выбрано" in page
    assert states(works) == ["reported"] * 3
