"""Monitoring studies: ordered from the region to the school, entered by schools, loaded as any results."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.assessments.actions import taking, undoing
from opora.assessments.models import LoadingState, SchoolResult
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.workflow import Refused
from opora.development import study_calendar as calendar
from opora.development.actions import studies as actions
from opora.development.actions import study_results
from opora.development.models import Study, StudySchool
from opora.journal.models import Entry
from opora.notices.actions import notifying
from opora.notices.models import Notice
from opora.registry.models import Organisation
from tests import factories
from tests.assessments.conftest import coded, work
from tests.development.conftest import made
from tests.factories import Region
from tests.support.test_pages import page

__all__ = ["coded"]
pytestmark = pytest.mark.django_db
FIVE = {5: [1, 2, 3, 4, 1]}  # marks 2 to 5, the absent


def prepared(by: User, place: Organisation, kind: str = "regional", days: int = 0, **more: object) -> Study:
    day = today() + dt.timedelta(days)
    said = {"title": "Входная работа", "subject": "mat", "grades": [5], "opens": day, "closes": day, **more}
    return actions.prepare(by=by, territory=place, place=place, kind=kind, **said)  # type: ignore[arg-type]


def ordered(by: User, place: Organisation, kind: str = "regional", days: int = 0, **more: object) -> Study:
    made = prepared(by, place, kind, days, **more)
    actions.announce(made, by=by)
    made.refresh_from_db()
    return made


def seen(user: User) -> int:
    return Study.objects.visible(user).count()


def test_who_orders_what_and_who_sees_it(region: Region, coordinator: User) -> None:
    head, far = region.user(RoleCode.SCHOOL_HEAD), region.user(RoleCode.SCHOOL_HEAD, region.schools[2])
    municipal = region.user(RoleCode.MUNICIPAL_COORDINATOR)
    ordered(head, region.schools[0], "in_school")
    assert [seen(one) for one in (head, municipal, coordinator, far)] == [1, 1, 1, 0]
    ordered(municipal, region.municipalities[0], "municipal")
    assert [seen(one) for one in (head, municipal, coordinator, far)] == [2, 2, 2, 0]
    whole = ordered(coordinator, region.authority, "vpr")
    assert [seen(one) for one in (head, municipal, coordinator, far)] == [3, 3, 3, 1]
    assert whole.schools.count() == len(region.schools)
    assert Notice.objects.visible(far).count() == 1
    for by, place, kind in (
        (head, region.schools[1], "in_school"),
        (municipal, region.authority, "vpr"),
        (region.user(RoleCode.SCHOOL_STAFF), region.schools[0], "in_school"),
    ):
        with pytest.raises(Denied):
            ordered(by, place, kind)
    with pytest.raises(Refused, match="другая организация"):
        ordered(municipal, region.municipalities[0], "vpr")
    with pytest.raises(Denied):
        actions.cancel(whole, by=municipal, reason="Не нужно")


def test_results_of_schools_are_named_where_they_may_be(region: Region, coordinator: User, client: Client) -> None:
    one = ordered(coordinator, region.authority)
    actions.start(one, by=coordinator)
    row, other = one.schools.get(school=region.schools[0]), one.schools.get(school=region.schools[2])
    head = region.user(RoleCode.SCHOOL_HEAD)
    with pytest.raises(Denied):
        actions.enter(other, by=head, counts=FIVE)
    actions.enter(row, by=head, counts=FIVE)
    assert set(StudySchool.objects.visible(head)) == {row}
    url = one.get_absolute_url()
    assert "«5» — 4" in page(client, head, url)
    institute = page(client, region.user(RoleCode.REGIONAL_SPECIALIST, region.institute), url)
    assert region.schools[0].short_name not in institute
    assert "«5» — 4" not in institute
    assert Entry.objects.get(code="development.study_entered").confidential


def test_schools_are_found_sorted_paged_and_taken_along(region: Region, coordinator: User, client: Client) -> None:
    for number in range(60):
        factories.organisation(parent=region.municipalities[0], name=f"Школа {number:02}")
    one = ordered(coordinator, region.authority)
    actions.start(one, by=coordinator)
    actions.enter(one.schools.get(school__name="Школа 57"), by=coordinator, counts=FIVE)
    url = one.get_absolute_url()

    def names(query: str) -> list[str]:
        text = page(client, coordinator, f"{url}?{query}")
        return [name for name in (f"Школа {number:02}" for number in range(60)) if f">{name}<" in text]

    assert names("q=школа&sort=-school") == [f"Школа {number}" for number in range(35, 60)]
    assert names("q=школа&page=3") == [f"Школа {number}" for number in range(50, 60)]
    assert names("state=entered") == ["Школа 57"]
    assert "Школа 57" not in names("state=waits&size=100")
    copy = client.get(f"{url}?state=entered&to=csv").content.decode()
    assert "5 класс: «2»" in copy
    assert ";1;2;3;4;1" in copy
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    assert len(queries) <= 12
    institute = region.user(RoleCode.REGIONAL_SPECIALIST, region.institute)
    assert "По этим условиям ничего не нашлось" in page(client, institute, f"{url}?q=57")
    assert "Школа 57" not in client.get(f"{url}?to=csv").content.decode()


@pytest.mark.parametrize("counts", [{}, {6: [1, 1, 1, 1, 0]}, {5: [0, 0, 0, 0, 0]}, {5: [-1, 2, 2, 2, 0]}])
def test_what_does_not_fit_is_refused(counts: dict[int, list[int]], region: Region, coordinator: User) -> None:
    one = ordered(coordinator, region.schools[0], "in_school")
    with pytest.raises(Refused, match="пока исследование идёт"):
        actions.enter(one.schools.get(), by=coordinator, counts=FIVE)
    actions.start(one, by=coordinator)
    with pytest.raises(Refused):
        actions.enter(one.schools.get(), by=coordinator, counts=counts)


def test_what_schools_entered_counts_once_it_is_taken(coded: Region, client: Client) -> None:
    by, school = coded.user(RoleCode.REGIONAL_COORDINATOR), coded.schools[0]
    head = coded.user(RoleCode.SCHOOL_HEAD)
    one = ordered(head, school, "in_school")
    actions.start(one, by=head)
    with pytest.raises(Refused, match="нечего"):
        study_results.collect(one, by=by)
    actions.enter(one.schools.get(), by=head, counts=FIVE)
    with pytest.raises(Denied):
        study_results.collect(one, by=head)
    client.force_login(by)
    assert "Собрать внесённое в загрузку" in client.get(one.get_absolute_url()).content.decode()
    loading = study_results.collect(one, by=by)
    page = client.get(one.get_absolute_url()).content.decode()
    assert "Проверить и принять загрузку" in page
    assert "Собрать внесённое" not in page
    with pytest.raises(Refused, match="уже есть"):
        study_results.collect(one, by=by)
    work()
    loading.refresh_from_db()
    assert loading.state == LoadingState.READ, (loading.failure, loading.questions)
    taking.take(loading, by=by)
    work()
    one.refresh_from_db()
    assert one.state == "loaded"
    row = SchoolResult.objects.current().get()
    key = (row.organisation, row.year, row.procedure, row.subject, row.grade)
    assert key == (school, today().year, "in_school", "mat", 5)
    assert (row.marks_2, row.marks_3, row.marks_4, row.marks_5, row.absent) == (1, 2, 3, 4, 1)
    loading.refresh_from_db()
    with pytest.raises(Refused, match="открепите"):
        undoing.undo(loading, by=by)
    study_results.detach(one, by=by)
    undoing.undo(loading, by=by)
    assert not SchoolResult.objects.current().exists()
    with pytest.raises(Refused):
        actions.close(one, by=head)


def test_days_move_are_reminded_of_and_stand_in_calendars(region: Region, coordinator: User) -> None:
    head = region.user(RoleCode.SCHOOL_HEAD)
    one = ordered(coordinator, region.authority, days=20)
    actions.remind()
    assert Notice.objects.visible(head).count() == 1
    with pytest.raises(Refused, match="начать раньше нельзя"):
        actions.start(one, by=coordinator)
    day = today() + dt.timedelta(2)
    actions.change(one, by=coordinator, title="Входная", opens=day, closes=day)
    for _ in range(2):
        actions.remind()
    texts = list(Notice.objects.visible(head).order_by("pk").values_list("text", flat=True))
    assert [text.partition(" ")[0] for text in texts] == ["Назначено", "Исследование", "Скоро"]
    (event,) = calendar.events(head)
    assert (event.revision, event.starts, event.cancelled) == (1, day, False)
    actions.cancel(one, by=coordinator, reason="Карантин")
    (event,) = calendar.events(head)
    assert (event.revision, event.cancelled) == (2, True)
    assert not list(calendar.events(region.user(RoleCode.CURATOR)))


@pytest.mark.parametrize(("late", "told"), [(1, 1), (3, 1), (4, 0)])
def test_a_reminder_whose_day_passed_without_a_worker_is_made_up_for(
    region: Region, coordinator: User, late: int, told: int
) -> None:
    """As long as it is still ahead: what has begun is not «soon»."""
    head = region.user(RoleCode.SCHOOL_HEAD)
    ordered(coordinator, region.authority, days=3)
    with time_machine.travel(timezone.now() + dt.timedelta(days=late), tick=False):
        for _ in range(2):
            actions.remind()
    assert Notice.objects.filter(text__startswith="Скоро", user=head).count() == told
    assert Entry.objects.filter(code="development.study_reminded").count() == told


@pytest.mark.django_db(transaction=True)
def test_reminders_are_worked_out_before_the_database_is_locked(
    region: Region, coordinator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = region.user(RoleCode.SCHOOL_HEAD)
    ordered(coordinator, region.authority, days=2)
    locked = []

    def noting(module: object, name: str) -> None:
        before = getattr(module, name)

        def after(*given: object) -> object:
            locked.append(connection.in_atomic_block)
            return before(*given)

        monkeypatch.setattr(module, name, after)

    noting(actions, "who_in")
    noting(notifying, "choices_of")
    actions.remind()
    assert locked == [False, False]
    assert Notice.objects.filter(text__startswith="Скоро", user=head).count() == 1


def test_materials_open_when_it_begins(region: Region, coordinator: User, client: Client) -> None:
    with pytest.raises(Refused, match="не подходит"):
        ordered(coordinator, region.authority, material=SimpleUploadedFile("virus.exe", b"MZ"))
    one = ordered(coordinator, region.authority, material=SimpleUploadedFile("Задания.zip", b"PK-keys"))
    head, url = region.user(RoleCode.SCHOOL_HEAD), reverse("development:study_material", args=[one.public_id])
    client.force_login(head)
    assert client.get(url).status_code == 404
    assert "откроются, когда исследование начнётся" in page(client, head, one.get_absolute_url())
    actions.start(one, by=coordinator)
    assert b"".join(client.get(url)) == b"PK-keys"


def test_a_study_goes_on_in_the_browser(region: Region, client: Client) -> None:
    head = region.user(RoleCode.SCHOOL_HEAD)
    client.force_login(head)
    day = today().isoformat()
    place = region.schools[0].public_id
    said = {"kind": "in_school", "title": "ВШК", "subject": "mat", "grades": ["5"], "opens": day, "closes": day}
    form = reverse("development:new_study")
    assert client.post(form, {**said, "place": region.schools[1].public_id}).status_code == 422
    url = client.post(form, {**said, "place": place})["Location"]
    assert "Примет участие" not in client.get(url).content.decode()  # its own classes alone
    announced = client.post(f"{url}announce/", follow=True).content.decode()
    assert "Исследование назначено." in announced
    assert "школы получили" not in announced
    assert client.post(f"{url}edit/", {"title": "ВШК 5", "opens": day, "closes": day}).status_code == 302
    assert client.post(f"{url}start/").status_code == 302
    enter = f"{url}schools/{StudySchool.objects.get().public_id}/"
    marks = {f"g5_{at}": number for at, number in enumerate(FIVE[5])}
    assert client.post(enter, {**marks, "g5_0": ""}).status_code == 422
    assert client.post(enter, marks).status_code == 302
    assert client.post(f"{url}collect/", {"confirmed": "1"}).status_code == 403
    client.force_login(region.user(RoleCode.REGIONAL_COORDINATOR))
    assert "Внесли результаты: 1 из 1" in client.post(f"{url}collect/").content.decode()
    assert client.post(f"{url}upload/", {"results": ""}).status_code == 422
    file = SimpleUploadedFile("итоги.csv", b"year,procedure\n")
    assert client.post(f"{url}upload/", {"results": file}).status_code == 302
    assert Study.objects.get().loading.title == "ВШК 5"  # type: ignore[union-attr]
    assert client.post(f"{url}cancel/", {"reason": "Ошибка"}).status_code == 302


class Going(TestCase):
    """Whatever is pressed in whatever order: a study is loaded only with a loading, cancelled only with a reason."""

    @settings(max_examples=12, deadline=None)
    @given(st.lists(st.sampled_from(["start", "cancel", "close", "detach"]), max_size=6))
    def test_any_order(self, presses: list[str]) -> None:
        region = factories.region()
        by = region.user(RoleCode.REGIONAL_COORDINATOR)
        one = ordered(by, region.authority)
        acts = {
            "start": lambda: actions.start(one, by=by),
            "cancel": lambda: actions.cancel(one, by=by, reason="Так"),
            "close": lambda: actions.close(one, by=by),
            "detach": lambda: study_results.detach(one, by=by),
        }
        may = {"start": {"planned"}, "cancel": {"planned", "running"}, "close": {"loaded"}, "detach": {"loaded"}}
        for press in presses:
            if one.state in may[press]:
                acts[press]()
            else:
                with pytest.raises(Refused):
                    acts[press]()
            one.refresh_from_db()
            assert (one.state == "cancelled") == bool(one.cancel_reason)


def test_a_published_instrument_can_be_chosen(region: Region, coordinator: User, client: Client) -> None:
    version, day, form = made(coordinator, region.authority), today().isoformat(), reverse("development:new_study")
    assert "Методика математики" in page(client, coordinator, form)
    said = {"kind": "regional", "title": "РМ", "subject": "mat", "grades": ["8"], "opens": day, "closes": day}
    answer = client.post(form, {**said, "place": region.authority.public_id, "instrument": version.pk})
    assert answer.status_code == 302
    assert Study.objects.get().instrument == version
    assert answer["Location"].endswith("/who/")
    assert "Методика математики" in page(client, coordinator, Study.objects.get().get_absolute_url())
