"""Visits: planned as a season, agreed by both sides, held with a report, and their advice followed."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.clock import today
from opora.core.tasks.running import run_job
from opora.core.workflow import Refused
from opora.lists.models import SchoolList
from opora.notices.models import Notice
from opora.registry.models import Organisation
from opora.support.actions import advising, mentors, visiting
from opora.support.models import Mentor, Season, Visit
from opora.support.telling import visits as telling
from opora.ui import words
from tests.assessments.results import put
from tests.factories import Region
from tests.support.test_pages import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def methodist(region: Region, coordinator: User) -> Mentor:
    """Of the institute."""
    where, name = region.institute, "Лосева И. П."
    return mentors.add_mentor(by=coordinator, organisation=where, kind="methodist", name=name, strengths={"mat": 2})


@pytest.fixture
def visit(listed: SchoolList, region: Region, coordinator: User, methodist: Mentor) -> Visit:
    return visiting.make_visit(by=coordinator, school=region.schools[0], day=today(), team=[methodist])


def test_a_season_is_planned_with_what_is_left_and_why(
    listed: SchoolList, region: Region, coordinator: User, methodist: Mentor, client: Client
) -> None:
    year = 2025
    put(region.authority, (year, "vpr", "mat", 5), {region.schools[0]: (2, 1, 0, 0), region.schools[2]: (1, 2, 0, 0)})
    put(region.authority, (year, "vpr", "bio", 5), {region.schools[0]: (1, 2, 0, 0)})
    Organisation.objects.filter(pk=methodist.organisation_id).update(latitude=54.5, longitude=46.0)
    Organisation.objects.filter(pk=region.schools[0].pk).update(latitude=54.0, longitude=46.0)
    first = today() + dt.timedelta(days=3)
    client.force_login(coordinator)
    given = {"first": first.isoformat(), "last": (first + dt.timedelta(days=20)).isoformat(), "per_week": "2"}
    url = reverse("support:seasons")
    assert client.post(url, {**given, "first": today().isoformat()}).status_code == 422
    job = client.post(url, given)["Location"].rstrip("/").rpartition("/")[2]
    run_job.func(job)
    season = Season.objects.get()
    shown = page(client, coordinator, season.get_absolute_url())
    assert "Лучшего плана нет" in shown
    assert "Методиста по этому предмету нет" in shown
    assert "111 км туда и обратно" in shown
    assert "Дорога туда и обратно: 111 км." in shown
    assert "просьба без визита считается за 5 000 км" in shown.replace("\xa0", " ")
    assert "Для 1 просьбы дорога неизвестна" in shown
    assert (
        client.post(reverse("support:confirm_season", args=[season.public_id]), {"confirmed": "1"}).status_code == 302
    )
    made = Visit.objects.order_by("school__path")
    assert [one.school for one in made] == [region.schools[0], region.schools[2]]
    assert len({one.day for one in made}) == 2
    assert all(one.team.get().subjects == ["mat"] for one in made)
    with pytest.raises(Refused):
        visiting.confirm_season(season, by=coordinator)


def test_a_visit_from_agreement_to_advice(visit: Visit, region: Region, coordinator: User, client: Client) -> None:
    head, area = region.user(RoleCode.SCHOOL_HEAD), region.user(RoleCode.MUNICIPAL_COORDINATOR)
    goes = region.user(RoleCode.REGIONAL_SPECIALIST)
    url = visit.get_absolute_url()
    assert "дело школы" not in page(client, goes, url)
    report = reverse("support:hold_visit", args=[visit.public_id])
    assert "нет согласия школы и муниципалитета" in client.post(report, {"report": "Были"}).content.decode()
    for user, side, name in ((head, "agree_school", "Школа"), (area, "agree_area", "Муниципалитет")):
        shown = page(client, user, url)
        assert "Согласовать визит" in shown, name
        assert client.post(reverse(f"support:{side}", args=[visit.public_id])).status_code == 302
        assert "Согласовать визит" not in page(client, user, url)
    assert client.post(reverse("support:agree_school", args=[visit.public_id])).status_code == 403
    client.force_login(goes)
    note = {
        "kind": "lesson",
        "subject": "mat",
        "about": "7 «А», функции",
        "m_aim": "2",
        "m_each": "0",
        "text": "Хорошо",
    }
    assert client.post(reverse("support:add_visit_note", args=[visit.public_id]), note).status_code == 302
    assert visit.notes.get().marks == {"aim": 2, "each": 0}
    assert client.post(
        reverse("support:advise", args=[visit.public_id]),
        {"text": "Разбор", "due": (today() + dt.timedelta(days=30)).isoformat()},
    )
    assert client.post(report, {"report": "Посетили урок"}).status_code == 302
    shown = page(client, head, url)
    for text in ("состоялся", "Посетили урок", "Учтены разные возможности учеников — нет", "Разбор"):
        assert text in shown
    advice = visit.advice.get()
    assert client.post(reverse("support:do_advice", args=[visit.public_id, advice.public_id])).status_code == 302
    assert client.get(reverse("support:day_pack", args=[visit.public_id])).content[:2] == b"PK"
    page(client, region.user(RoleCode.SCHOOL_HEAD, region.schools[1]), url, status=404)


def test_nobody_goes_to_two_schools_a_day(visit: Visit, region: Region, coordinator: User, methodist: Mentor) -> None:
    with pytest.raises(Refused, match="едет в другую школу"):
        visiting.make_visit(by=coordinator, school=region.schools[2], day=visit.day, team=[methodist])
    with pytest.raises(Refused, match="уже назначен"):
        visiting.make_visit(by=coordinator, school=region.schools[0], day=visit.day, team=[])
    visiting.cancel(visit, by=coordinator, reason="Карантин")
    visiting.make_visit(by=coordinator, school=region.schools[2], day=visit.day, team=[methodist])


def test_a_visit_is_made_in_the_browser(
    listed: SchoolList, region: Region, coordinator: User, methodist: Mentor, client: Client
) -> None:
    client.force_login(coordinator)
    given = {"school": region.schools[0].short_name, "day": today().isoformat(), "team": [methodist.public_id]}
    assert client.post(reverse("support:new_visit"), given).status_code == 302
    shown = page(client, coordinator, reverse("support:visits"), waits="on")
    assert "Лосева И. П. (математика)" in shown
    assert "нет согласия школы и муниципалитета" in shown


def told(user: User) -> list[str]:
    return [one.text for one in Notice.objects.filter(user=user, kind="visit").order_by("pk")]


def test_each_is_told_of_what_concerns_him(visit: Visit, region: Region, coordinator: User, methodist: Mentor) -> None:
    head, area = region.user(RoleCode.SCHOOL_HEAD), region.user(RoleCode.MUNICIPAL_COORDINATOR)
    goes, other = region.user(RoleCode.REGIONAL_SPECIALIST), region.user(RoleCode.SCHOOL_HEAD, region.schools[1])
    school, later = region.schools[0], today() + dt.timedelta(days=9)
    with pytest.raises(Refused, match="так назначен"):
        visiting.move(visit, by=coordinator, day=visit.day, reason="Карантин")
    visiting.agree(visit, by=head, side="school")
    visiting.move(visit, by=coordinator, day=later, reason="Карантин")
    visit = Visit.objects.select_related("school__parent").get(pk=visit.pk)
    assert (visit.day, visit.waits) == (later, "нет согласия школы и муниципалитета")
    visiting.agree(visit, by=head, side="school")
    visiting.agree(visit, by=area, side="area")
    visiting.cancel(visit, by=coordinator, reason="Нет дороги")
    for user in (head, area):
        moved, *agreed, cancelled = told(user)
        assert moved.startswith(f"Визит перенесён, согласуйте новый день: {school.short_name}")
        assert len(agreed) == (user is head)  # who agreed last is not told
        assert cancelled.endswith("Нет дороги")
    assert [text.partition(":")[0] for text in told(goes)] == [
        "Визит перенесён, согласуйте новый день",
        "Визит согласован",
        "Визит отменён",
    ]
    assert not any(school.short_name in text for text in told(goes))
    assert told(other) == []
    visits = [
        visiting.make_visit(by=coordinator, school=school, day=later + dt.timedelta(days=n), team=[methodist])
        for n in range(1, 6)
    ]
    Notice.objects.all().delete()
    visits_told = Visit.objects.filter(pk__in=[one.pk for one in visits]).select_related("school__parent")
    telling.proposed(list(visits_told.prefetch_related("team__mentor__organisation")), by=coordinator)
    assert len(told(head)) == 5
    assert told(area) == ["Визиты в школы ждут вашего согласия: 5 визитов."]
    assert told(goes) == ["Вам назначены визиты: 5 визитов."]


def test_it_stands_in_the_affairs_of_whoever_is_to_act(
    visit: Visit, region: Region, coordinator: User, client: Client
) -> None:
    head, area = region.user(RoleCode.SCHOOL_HEAD), region.user(RoleCode.MUNICIPAL_COORDINATOR)
    goes, other = region.user(RoleCode.REGIONAL_SPECIALIST), region.user(RoleCode.SCHOOL_HEAD, region.schools[1])

    def asked() -> list[str]:
        """What each of the four finds."""
        found = []
        for user in (head, area, goes, other):
            client.force_login(user)
            client.get(reverse("roadmaps:home"))
            with CaptureQueriesContext(connection) as queries:
                shown = client.get(reverse("roadmaps:home")).content.decode()
            assert len(queries) <= 12
            told = "".join(
                shown[at:].partition("</section>")[0]
                for heap in ("cases", "visits")
                if (at := shown.find(f'id="heap-{heap}"')) >= 0
            )
            found.append(next((word for word in ("вашего согласия", "отчёта ещё нет") if word in told), ""))
        return found

    assert asked() == ["вашего согласия", "вашего согласия", "", ""]
    shown = page(client, coordinator, visit.get_absolute_url())
    assert "Сдать отчёт" not in shown
    visiting.agree(visit, by=head, side="school")
    assert asked() == ["", "вашего согласия", "", ""]
    visiting.agree(visit, by=area, side="area")
    assert asked() == ["", "", "отчёта ещё нет", ""]
    shown = page(client, coordinator, visit.get_absolute_url())
    assert "Сдать отчёт" in shown
    assert "согласуется" not in shown
    visiting.hold(visit, by=goes, report="Посетили два урока")
    assert asked() == ["", "", "", ""]


def test_what_is_ahead_has_nothing_to_write_of(visit: Visit, coordinator: User, client: Client) -> None:
    visit.day = today() + dt.timedelta(days=3)
    visit.save()
    shown = page(client, coordinator, visit.get_absolute_url())
    assert "Записать урок" not in shown
    with pytest.raises(Refused, match="уже прошёл"):
        advising.advise(visit, by=coordinator, text="Поздно", due=today() - dt.timedelta(days=1))


def test_every_visit_that_waits_for_a_municipality_is_reached_from_its_affairs(
    visit: Visit, region: Region, coordinator: User, methodist: Mentor, client: Client
) -> None:
    days = [today() + dt.timedelta(days=ahead) for ahead in (1, 2)]
    later = [visiting.make_visit(by=coordinator, school=region.schools[0], day=day, team=[methodist]) for day in days]
    municipal = region.user(RoleCode.MUNICIPAL_COORDINATOR)
    heap = re.search(r'id="heap-cases".*?</section>', page(client, municipal, reverse("roadmaps:home")), re.S)
    assert heap
    assert "Ждут вашего согласия: 3" in heap[0]
    assert f'<p class="task-due">ближайший визит {words.day(visit.day)}</p>' in heap[0]
    link = html.unescape(heap[0].partition("Визиты: ")[0].rpartition('href="')[2].partition('"')[0])
    shown = page(client, municipal, link)
    assert all(one.get_absolute_url() in shown for one in [visit, *later])
    for one in later:
        visiting.agree(one, by=municipal, side="area")
    shown = page(client, municipal, reverse("roadmaps:home"))
    assert visit.get_absolute_url() in shown
    assert "Ждёт вашего согласия" in shown
    assert f'<p class="task-due">визит {words.day(visit.day)}</p>' in shown
