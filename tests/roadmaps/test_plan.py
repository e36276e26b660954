"""A road map as a timeline, a calendar and a matrix; the calendar of one's own assignments."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.clock import today
from opora.roadmaps import models
from opora.roadmaps.actions import working
from opora.roadmaps.actions.sending import send
from opora.roadmaps.models import Activity, Assignment
from opora.roadmaps.month import Item, Month
from opora.roadmaps.queries.counts import Counts
from opora.roadmaps.queries.plan import Row, Stretch, planned
from opora.roadmaps.timeline import SCALES, Scale
from tests import factories

DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2029, 12, 31))


def stretch(starts: dt.date | None, due: dt.date | None, **counts: int) -> Stretch:
    return Stretch(Activity(number="1", text="Работа"), starts, due, Counts(**counts), "Работа")


@given(st.sampled_from(list(SCALES)), DAYS, DAYS, st.integers(0, 400), st.integers(0, 5))
def test_bars_lie_on_the_line(code: str, begin: dt.date, starts: dt.date, length: int, accepted: int) -> None:
    scale = Scale(code, f"{begin:%Y-%m}", None)
    due = starts + dt.timedelta(days=length)
    line = scale.line(Row(Activity(), [stretch(starts, due, total=5, accepted=accepted)]), lambda one: "/")
    shown = starts <= scale.last and due >= scale.first
    assert bool(line.bars) is shown
    assert bool(line.note) is not shown
    for bar in line.bars:
        assert 0 <= bar.x < bar.x + bar.width <= scale.width + 0.11
        assert 0 <= bar.done <= bar.width


@given(st.sampled_from(list(SCALES)), DAYS)
def test_periods_follow_each_other(code: str, begin: dt.date) -> None:
    scale = Scale(code, f"{begin:%Y-%m}", None)
    later = Scale(code, scale.behind, None)
    assert later.first == scale.last + dt.timedelta(days=1)
    assert Scale(code, later.before, None).first == scale.first
    assert [tick.x for tick in scale.ticks()] == sorted({tick.x for tick in scale.ticks()})


def test_a_stretch_says_how_it_stands() -> None:
    soon, past = today() + dt.timedelta(days=9), today() - dt.timedelta(days=9)
    assert stretch(None, soon).state == "unsent"
    assert stretch(None, past, total=3, accepted=1, open=2, overdue=2).words == "исполнено 1 из 3, просрочено 2"
    assert stretch(None, past, total=3, accepted=1, open=2, overdue=2).state == "overdue"
    assert stretch(None, past, total=3, accepted=3).state == "done"
    assert stretch(None, past, total=3, accepted=1, reported=2).state == "reported"
    assert stretch(soon, soon, total=3, open=3).state == "coming"
    assert stretch(past, soon, total=3, open=3).state == "open"


@given(DAYS)
def test_a_month_is_made_of_whole_weeks(day: dt.date) -> None:
    month = Month(day.replace(day=1))
    items = [Item(day, str(n), "/", "open", "") for n in range(6)]
    weeks = month.weeks(items, "/?")
    assert all(len(week) == 7 and week[0].day.weekday() == 0 for week in weeks)
    found = [one for week in weeks for one in week if one.day == day]
    assert len(found) == 1
    assert len(found[0].shown) + found[0].more == 6
    assert found[0].url == f"/?since={day}&till={day}"


# -- pages ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def sent(roadmap: models.RoadMap, coordinator: User) -> models.RoadMap:
    send(roadmap, by=coordinator)
    roadmap.refresh_from_db()
    return roadmap


def page(user: User, name: str, roadmap: models.RoadMap | None = None, query: str = "") -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse(f"roadmaps:{name}", args=[roadmap.public_id] if roadmap else []) + query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.django_db
def test_the_plan_counts_what_the_person_sees(
    sent: models.RoadMap, coordinator: User, region: factories.Region
) -> None:
    rows = {row.activity.number: row for _, section in planned(sent, coordinator) for row in section}
    assert len(rows) == 7
    assert rows["1"].counts.total == 2
    assert rows["2"].counts.total == 1, "the listed school"
    assert len(rows["7"].stretches) == 2, "its parts"
    specialist = region.user(RoleCode.REGIONAL_SPECIALIST)
    rows = {row.activity.number: row for _, section in planned(sent, specialist) for row in section}
    assert rows["2"].counts.total == 0
    found = planned(sent, coordinator, text="вебинар")
    assert [row.activity.number for _, section in found for row in section] == ["7"]


@pytest.mark.django_db
@time_machine.travel("2026-11-26T09:00Z", tick=False)  # when the other rows of the road map are not due
def test_the_timeline_says_what_is_overdue_in_words_and_shape(sent: models.RoadMap, coordinator: User) -> None:
    late = today() - dt.timedelta(days=20)
    first = Assignment.objects.filter(roadmap=sent, activity__number="1")
    models.Window.objects.filter(activity__number="1").update(due=late)
    first.update(due=late)
    text = page(coordinator, "timeline", sent, f"?scale=quarter&from={late:%Y-%m}")
    assert "просрочено 2" in text
    assert 'class="plan-bar plan-overdue"' in text
    assert " style=" not in text
    label = re.search(r'aria-label="(Пункт 1, [^"]+)"', text)
    assert label
    assert "исполнено 0 из 2, просрочено 2" in label[1]
    only = page(coordinator, "timeline", sent, "?show=overdue")
    assert "муниципальных координаторов" in only
    assert "Оказывать методическую помощь" not in only
    assert "По этим условиям мероприятий нет" in page(coordinator, "timeline", sent, "?q=нетакого")
    for odd in ("?from=2026-13", "?from=1066-01", "?scale=century", "?from=вчера"):
        assert "Шкала времени" in page(coordinator, "timeline", sent, odd)


@pytest.mark.django_db
def test_the_calendar_of_a_road_map_leads_to_the_list_of_a_day(sent: models.RoadMap, coordinator: User) -> None:
    text = page(coordinator, "roadmap_calendar", sent, "?from=2026-10")
    url = "since=2026-10-01&amp;till=2026-10-01"
    assert url in text
    assert "исполнено 0 из 2" in text
    client = Client()
    client.force_login(coordinator)
    found = client.get(f"/assignments/?roadmap={sent.public_id}&since=2026-10-01&till=2026-10-01")
    assert found.context["table"].total == 2
    assert "Срок с: 1" in found.content.decode().replace("\xa0", " ")
    agenda = page(coordinator, "roadmap_calendar", sent, "?from=2026-10&view=agenda")
    assert "1\xa0октября 2026" in agenda
    assert "День народного единства" in page(coordinator, "roadmap_calendar", sent, "?from=2026-11")


@pytest.mark.django_db
def test_my_calendar_has_my_own_assignments_alone(sent: models.RoadMap, region: factories.Region) -> None:
    head = region.user(RoleCode.SCHOOL_HEAD)
    own = Assignment.objects.filter(executor=region.schools[0], due__isnull=False).order_by("due").first()
    assert own
    assert own.due
    text = page(head, "own_calendar", query=f"?from={own.due:%Y-%m}")
    assert reverse("roadmaps:assignment", args=[own.public_id]) in text
    other = region.user(RoleCode.SCHOOL_HEAD, region.schools[3])
    assert "Разработать программы перехода" not in page(other, "own_calendar", query="?from=2026-11")
    assert "Разработать программы перехода" in page(head, "own_calendar", query="?from=2026-11")


@pytest.mark.django_db
def test_the_matrix_has_number_sign_and_link(sent: models.RoadMap, coordinator: User, region: factories.Region) -> None:
    here = region.municipalities[0]
    done = Assignment.objects.get(activity__number="1", executor=here, roadmap=sent)
    working.submit(done, by=coordinator, text="Назначили")
    working.accept(done, by=coordinator)
    text = page(coordinator, "matrix", sent)
    activity = Activity.objects.get(roadmap=sent, number="1")
    query = f"activity={activity.public_id}&amp;below={here.public_id}"
    cell = re.search(rf'<a class="cell-count cell-(\w+)" href="[^"]*{query}"[^>]*>(.*?)</a>', text)
    assert cell
    assert cell[1] == "done"
    assert "✓" in cell[2]
    assert "1/1" in cell[2]
    assert "исполнено" in cell[2]
    specialist = region.user(RoleCode.REGIONAL_SPECIALIST)
    assert here.short_name not in page(specialist, "matrix", sent), "counts alone of what the person sees"


@pytest.mark.django_db
def test_the_matrix_is_copied_whole(sent: models.RoadMap, coordinator: User, region: factories.Region) -> None:
    client = Client()
    client.force_login(coordinator)
    answer = client.get(reverse("roadmaps:matrix", args=[sent.public_id]) + "?to=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    head = next(row for row in rows if row and row[0] == "Территория")
    assert len(head) == 8
    assert head[1].startswith("1. Назначить муниципальных координаторов")
    assert any(row and row[0] == region.municipalities[0].short_name and "0 из 1" in row[1] for row in rows)
