"""A season planned again: what is decided stays, the rest is planned round it, and nothing changes unseen."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.clock import today
from opora.core.tasks.running import run_job
from opora.core.workflow import Refused, Stale
from opora.registry.models import Organisation
from opora.support.actions import mentors, replanning, visiting
from opora.support.actions.sheets import current_sheet
from opora.support.models import Case, Mentor, Season, Visit
from opora.support.models.mentoring import year_of
from opora.support.models.visits import VisitState
from opora.support.queries import seasons
from tests import factories
from tests.assessments.results import put
from tests.factories import Region
from tests.support.conftest import approved
from tests.support.test_pages import page

pytestmark = pytest.mark.django_db
SUBJECTS = ("mat", "bio")


def counted(season: Season) -> Season:
    season.refresh_from_db()
    run_job.func(season.job_id)
    return Season.objects.select_related("territory", "again_of__territory").get(pk=season.pk)


def begun(region: Region, by: User, schools: list[Organisation], weeks: int = 3) -> Season:
    """A confirmed season of these schools, which get listed, from a Wednesday."""
    for subject in SUBJECTS:
        put(region.authority, (2025, "vpr", subject, 5), dict.fromkeys(region.schools, (2, 1, 0, 0)))
    first = today() + dt.timedelta(days=16 - today().weekday())
    approved(by, region, *schools, year=year_of(first))
    made = visiting.start_season(region.authority, by=by, first=first, last=first + dt.timedelta(days=7 * weeks - 3))
    made = counted(made)
    visiting.confirm_season(made, by=by)
    made.refresh_from_db()
    return made


def methodist(region: Region, by: User, name: str, *subjects: str) -> Mentor:
    strengths = dict.fromkeys(subjects, 2)
    return mentors.add_mentor(by=by, organisation=region.institute, kind="methodist", name=name, strengths=strengths)


@pytest.fixture
def season(region: Region, coordinator: User) -> Season:
    methodist(region, coordinator, "Лосева И. П.", "mat")
    methodist(region, coordinator, "Ким А. А.", "bio")
    return begun(region, coordinator, [region.schools[0], region.schools[2]])


def test_a_cancelled_visit_is_planned_again_round_what_is_agreed(
    season: Season, region: Region, coordinator: User, client: Client
) -> None:
    first, second = Visit.objects.order_by("school__path")
    visiting.agree(first, by=region.user(RoleCode.SCHOOL_HEAD), side="school")
    visiting.cancel(second, by=coordinator, reason="Методист заболел")
    client.force_login(coordinator)
    assert "Спланировать заново" in page(client, coordinator, season.get_absolute_url())
    assert client.post(reverse("support:replan_season", args=[season.public_id])).status_code == 302
    again = counted(Season.objects.get(again_of=season))
    assert {one.school for one in again.wishes.select_related("school")} == {second.school}
    shown = page(client, coordinator, again.get_absolute_url())
    for text in (
        "Новый:",
        "согласован школой",
        "Ничьё согласие не пропадёт",
        "Только о просьбах, которые не выполнены",
    ):
        assert text in shown
    confirm = reverse("support:confirm_season", args=[again.public_id])
    assert "Новых визитов: 1, перенесено: 0, отменено: 0" in client.post(confirm).content.decode()
    assert Visit.objects.count() == 2
    assert client.post(confirm, {"confirmed": "1"}).status_code == 302
    made = Visit.objects.exclude(pk__in=[first.pk, second.pk]).get()
    assert (made.school, made.season, made.state) == (second.school, season, "planned")
    assert "Планировали заново" in page(client, coordinator, season.get_absolute_url())
    visiting.agree(made, by=region.user(RoleCode.SCHOOL_HEAD, made.school), side="school")
    with pytest.raises(Refused, match="Планировать нечего"):
        replanning.start_again(season, by=coordinator)


def test_what_changed_meanwhile_is_looked_at_anew(
    season: Season, region: Region, coordinator: User, client: Client
) -> None:
    first, second = Visit.objects.order_by("school__path")
    visiting.cancel(second, by=coordinator, reason="Методист заболел")
    again = counted(replanning.start_again(season, by=coordinator))
    visiting.agree(first, by=region.user(RoleCode.SCHOOL_HEAD), side="school")
    with pytest.raises(Stale):
        replanning.confirm_again(again, by=coordinator)
    shown = page(client, coordinator, again.get_absolute_url())
    assert "С тех пор визиты изменились" in shown
    assert "Назначить визиты" not in shown
    assert Visit.objects.exclude(state="cancelled").get() == first


def test_a_school_that_left_is_visited_no_more(season: Season, region: Region, coordinator: User) -> None:
    left, stays = Visit.objects.order_by("school__path")
    Case.objects.filter(school=left.school).update(state="left", closed_at=timezone.now())
    again = counted(replanning.start_again(season, by=coordinator))
    found = replanning.confirm_again(again, by=coordinator)
    assert [one.pk for one in found.dropped] == [left.pk]
    left.refresh_from_db()
    assert (left.state, left.cancelled_reason) == ("cancelled", replanning.REASON)
    stays.refresh_from_db()
    assert stays.state == "planned"


def test_a_season_not_confirmed_or_over_is_not_planned_again(season: Season, coordinator: User) -> None:
    Season.objects.filter(pk=season.pk).update(state="ready")
    with pytest.raises(Refused, match="Сначала назначьте"):
        replanning.start_again(season, by=coordinator)
    day = today() - dt.timedelta(days=1)
    Season.objects.filter(pk=season.pk).update(state="confirmed", first=day, last=day)
    with pytest.raises(Refused, match="закончился"):
        replanning.start_again(season, by=coordinator)


def test_a_moved_visit_keeps_its_page_and_its_people(season: Season, region: Region, coordinator: User) -> None:
    """Its day is taken by a visit made by hand, so the plan lays it on another."""
    visit = Visit.objects.order_by("day", "pk")[0]
    mine = [one.mentor for one in visit.team.select_related("mentor__organisation")]
    Visit.objects.filter(pk=visit.pk).update(day=visit.day + dt.timedelta(days=300))
    other = visiting.make_visit(by=coordinator, school=region.schools[1], day=visit.day, team=mine)
    Visit.objects.filter(pk=visit.pk).update(day=visit.day)
    found = replanning.confirm_again(counted(replanning.start_again(season, by=coordinator)), by=coordinator)
    assert [one.visit for one in found.moved] == [visit]  # the other school's visit keeps its day
    assert len(found.same) == 1
    visit.refresh_from_db()
    assert visit.day == found.moved[0].day != other.day
    assert {one.mentor for one in visit.team.all()} == set(mine)
    assert not visit.by_hand


DECISIONS = ("nothing", "nothing", "agreed", "held", "moved", "cancelled", "left")


class Properties(TestCase):
    def setUp(self) -> None:
        self.region = factories.region()
        self.by = self.region.user(RoleCode.REGIONAL_COORDINATOR)
        for name, subjects in (("Лосева И. П.", SUBJECTS), ("Ким А. А.", ("bio",)), ("Орлов О. О.", ("mat",))):
            methodist(self.region, self.by, name, *subjects)
        self.season = begun(self.region, self.by, self.region.schools, weeks=2)

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.sampled_from(DECISIONS), min_size=8, max_size=8), st.integers(0, 9))
    def test_fixed_visits_never_change_and_no_limit_is_broken(self, decisions: list[str], shift: int) -> None:
        visits = list(Visit.objects.order_by("pk"))
        for visit, decision in zip(visits, decisions, strict=False):
            self.decide(visit, decision, shift)
        extra = Visit.objects.create(
            school=self.region.schools[0],
            day=self.season.first - dt.timedelta(days=2),  # of the same week
            sheet=current_sheet(self.region.authority),
            by_hand=True,
            made_by="Кто",
        )
        extra.team.create(mentor=Mentor.objects.order_by("pk")[0], subjects=[])
        stays = [one for one in seasons.standing(self.season) if seasons.why_stays(one, self.season)]
        fixed, over = {one.pk: told(one) for one in stays}, broken(stays, self.season.per_week)
        try:
            again = counted(replanning.start_again(self.season, by=self.by))
        except Refused:
            return  # nothing is left to plan
        assert again.state == "ready"
        met = {(one[0], code) for one in fixed.values() for _, subjects in one[4] for code in subjects}
        wished = set(again.wishes.values_list("school", "subject"))
        assert not wished & met
        assert again.bound <= again.cost
        replanning.confirm_again(again, by=self.by)
        assert {one.pk: told(one) for one in Visit.objects.filter(pk__in=fixed)} == fixed
        assert broken(standing(), self.season.per_week) <= over
        planned = {(one.school_id, code) for one in standing() for member in one.team.all() for code in member.subjects}
        lost = set(again.wishes.filter(day=None).values_list("school", "subject"))
        assert wished - lost <= planned

    def decide(self, visit: Visit, decision: str, shift: int) -> None:
        rows = Visit.objects.filter(pk=visit.pk)
        agreed = {"school_agreed_at": timezone.now(), "school_agreed_by": "Директор"}
        if decision == "agreed":
            rows.update(**agreed)
        elif decision == "held":
            rows.update(state="held", report="Были", **agreed)
        elif decision == "cancelled":
            rows.update(state="cancelled", cancelled_reason="Карантин")
        elif decision == "left":
            visit.team.all().delete()
        elif decision == "moved":
            team = [one.mentor for one in visit.team.select_related("mentor__organisation")]
            try:
                visiting._free(visit.school, visit.day + dt.timedelta(days=shift), team, visit)
            except Refused:
                return
            rows.update(day=visit.day + dt.timedelta(days=shift), by_hand=True)


def standing() -> list[Visit]:
    return list(Visit.objects.exclude(state=VisitState.CANCELLED).prefetch_related("team"))


def told(visit: Visit) -> tuple[Any, ...]:
    """All that must stay."""
    team = sorted((one.mentor_id, tuple(one.subjects)) for one in visit.team.all())
    return visit.school_id, visit.day, visit.state, visit.school_agreed_at, tuple(team)


def broken(visits: list[Visit], per_week: int) -> set[tuple[Any, ...]]:
    """Methodists with two visits a day or more than their limit in a week."""
    going = [(member.mentor_id, one.day) for one in visits for member in one.team.all()]
    daily = {("day", *key) for key, count in Counter(going).items() if count > 1}
    weekly = Counter((mentor, day.isocalendar().week) for mentor, day in going)
    return daily | {("week", *key, count) for key, count in weekly.items() if count > per_week}
