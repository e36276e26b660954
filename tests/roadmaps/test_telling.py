"""Who is told of what is done with assignments."""

from __future__ import annotations

import pytest

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.permissions import Permission
from opora.notices.models import Notice, NoticeKind
from opora.roadmaps.actions import sending, working
from opora.roadmaps.models import Assignment, RoadMap
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(region: factories.Region) -> dict[str, User]:
    """Who may be told, there before the work is sent."""
    return {
        "head": region.user(RoleCode.SCHOOL_HEAD),
        "beside": region.user(RoleCode.SCHOOL_HEAD, region.schools[1]),
        "municipal": region.user(RoleCode.MUNICIPAL_COORDINATOR),
        "methodist": region.user(RoleCode.METHODIST),
    }


@pytest.fixture
def sent(people: dict[str, User], roadmap: RoadMap, coordinator: User) -> RoadMap:
    sending.send(roadmap, by=coordinator)
    return roadmap


def told(user: User, kind: NoticeKind | None = None) -> list[Notice]:
    rows = Notice.objects.visible(User.objects.get(pk=user.pk))
    return list(rows.filter(kind=kind) if kind else rows)


def work(school: object, *, listed: bool) -> Assignment:
    rows = Assignment.objects.select_related("activity", "executor", "controller", "roadmap__organisation")
    found = rows.filter(executor=school, via_list=listed).first()
    assert found is not None
    return found


def test_a_sending_tells_each_organisation_once(sent: RoadMap, people: dict[str, User], coordinator: User) -> None:
    assert Assignment.objects.filter(executor__memberships__user=people["municipal"]).count() > 1
    for name in ("head", "municipal", "methodist"):
        assert len(told(people[name], NoticeKind.ASSIGNED)) == 1, name
    assert told(coordinator) == []
    sending.send(sent, by=coordinator)
    assert Notice.objects.filter(user=people["head"]).count() == 1


def test_chunks_of_a_sending_tell_once(
    people: dict[str, User], roadmap: RoadMap, coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "CHUNK", 2)
    sending.send(roadmap, by=coordinator)
    assert len(told(people["municipal"], NoticeKind.ASSIGNED)) == 1


def test_what_tells_of_a_list_needs_the_right_to_it(
    people: dict[str, User], roadmap: RoadMap, coordinator: User
) -> None:
    """Of a school that has listed work alone."""
    roadmap.activities.exclude(number="2").delete()
    sending.send(roadmap, by=coordinator)
    (notice,) = told(people["head"], NoticeKind.ASSIGNED)
    assert notice.closed
    assert notice.needs_path == work(notice.user.memberships.get().organisation, listed=True).executor.path
    assert not told(people["beside"])


def test_a_report_tells_the_controller_and_its_return_the_executor(
    sent: RoadMap, people: dict[str, User], region: factories.Region
) -> None:
    one = work(region.schools[0], listed=False)
    working.submit(one, by=people["head"], text="Сделано.")
    (waiting,) = told(people["municipal"], NoticeKind.DECISION)
    assert waiting.url == f"/assignments/{one.public_id}/"
    assert not told(people["head"], NoticeKind.DECISION)
    working.give_back(one, by=people["municipal"], comment="Приложите протокол.")
    (returned,) = told(people["head"], NoticeKind.RETURNED)
    assert "Приложите протокол." in returned.text
    working.submit(one, by=people["head"], text="Сделано, протокол приложен.")
    working.accept(one, by=people["municipal"])
    working.reconsider(one, by=people["municipal"])
    working.accept(one, by=people["municipal"])
    assert len(told(people["head"], NoticeKind.ACCEPTED)) == 2
    assert len(told(people["municipal"], NoticeKind.DECISION)) == 2


def test_listed_work_is_told_to_those_alone_who_see_the_list(
    sent: RoadMap, people: dict[str, User], region: factories.Region
) -> None:
    one = work(region.schools[0], listed=True)
    working.submit(one, by=people["head"], text="Сделано.")
    (waiting,) = told(people["municipal"], NoticeKind.DECISION)
    assert (waiting.needs_permission, waiting.needs_path) == (Permission.LISTS_VIEW, region.schools[0].path)


def test_cancelled_and_restored(
    sent: RoadMap, people: dict[str, User], region: factories.Region, coordinator: User
) -> None:
    one = work(region.schools[0], listed=False)
    working.cancel(one, by=coordinator, comment="Поручено ошибочно.")
    working.restore(one, by=coordinator)
    assert [notice.kind for notice in told(people["head"])] == ["changed", "cancelled", "assigned"]


def test_a_new_controller_learns_what_waits(
    sent: RoadMap, people: dict[str, User], region: factories.Region, coordinator: User
) -> None:
    one = work(region.schools[0], listed=False)
    working.set_controller(one, by=coordinator, controller=region.municipalities[1])
    near = region.user(RoleCode.MUNICIPAL_COORDINATOR, region.municipalities[1])
    assert not told(near)
    working.set_controller(one, by=coordinator, controller=region.municipalities[0])
    working.submit(one, by=people["head"], text="Сделано.")
    working.set_controller(one, by=coordinator, controller=region.municipalities[1])
    assert len(told(near, NoticeKind.DECISION)) == 1
