"""Reviews of an agreed programme: every goal is told of, known values count as they are."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.workflow import Refused
from opora.notices.models import Notice
from opora.support.actions import progress as actions
from opora.support.actions.progress import Said
from opora.support.models import Case, Programme, ProgrammeState, ProgressReview
from opora.support.programmes import draft, to_json
from opora.support.scoring import Source
from opora.support.telling import progress as telling
from opora.ui import words
from tests.factories import Region
from tests.support.conftest import standing
from tests.support.test_pages import page

NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
LATER = today() + dt.timedelta(days=75)
FIGURES = {"participants": Decimal(100), "failed": Decimal(25)}


@pytest.fixture
def agreed(case: Case, monkeypatch: pytest.MonkeyPatch) -> Programme:
    """Of one goal; one of its indicators is told by results."""
    known = {"results": Source("Результаты", values=FIGURES)}
    monkeypatch.setattr(actions, "sources", lambda schools: {one.pk: known for one in schools})
    told: dict[str, object] = {"version": 1, "state": ProgrammeState.APPROVED, "made_by": "Кто"}
    for name in ("sent", "approved", "agreed"):
        told |= {f"{name}_at": NOW, f"{name}_by": "Кто"}
    content = to_json(draft({"competence": 80.0}, {}, 2026, NOW.date()))
    return standing(Programme.objects.create(case=case, content=content, **told))


@pytest.mark.django_db
def test_a_review_tells_of_every_goal(agreed: Programme, region: Region, coordinator: User) -> None:
    goal = agreed.read.goals[0]
    for said, wrong in (
        ({}, "Скажите, как идёт цель"),
        ({goal.key: Said("blue")}, "Скажите, как идёт цель"),
        ({goal.key: Said("red", "Нет учителя")}, "напишите почему и что сделаете"),
    ):
        with pytest.raises(Refused, match=wrong):
            actions.review(agreed, by=coordinator, goals=said, values={}, next_day=LATER)
    green = {goal.key: Said("green")}
    with pytest.raises(Refused, match="позже сегодняшнего"):
        actions.review(agreed, by=coordinator, goals=green, values={}, next_day=today())
    with pytest.raises(Denied):
        actions.review(agreed, by=region.user(RoleCode.CURATOR), goals=green, values={}, next_day=LATER)
    known, other = goal.indicators[1], goal.indicators[0]
    values = {known.key: 1.0, other.key: 40.0}
    made = actions.review(agreed, by=coordinator, goals=green, values=values, next_day=LATER)
    assert {row["key"]: (row["value"], row["found"]) for row in made.values} == {
        known.key: (25.0, True),
        other.key: (40.0, False),
    }
    Programme.objects.filter(pk=agreed.pk).update(state=ProgrammeState.APPROVED, standing=None)
    with pytest.raises(Refused, match="ещё не согласована"):
        actions.review(agreed, by=coordinator, goals=green, values={}, next_day=LATER)


@pytest.mark.django_db
def test_it_is_reviewed_in_the_browser(agreed: Programme, region: Region, client: Client) -> None:
    head, goal = region.user(RoleCode.SCHOOL_HEAD), agreed.read.goals[0]
    of_case = [agreed.case.public_id]
    url, new = reverse("support:progress", args=of_case), reverse("support:review_progress", args=of_case)
    assert "Разборов ещё не было" in page(client, head, url)
    assert f"Подставлено по данным: 25{words.NBSP}%" in page(client, head, new)
    given = {f"light_{goal.key}": "amber", "next_day": LATER.isoformat(), f"value_{goal.indicators[0].key}": "12,5"}
    refused = client.post(new, given)
    assert refused.status_code == 422
    for asked in ("Напишите, почему цель идёт не по плану.", "Напишите, что сделаете дальше."):
        assert asked in refused.content.decode()
    given |= {f"reason_{goal.key}": "Нет <учителя>", f"step_{goal.key}": "Найдём"}
    assert client.post(new, given).status_code == 302
    assert ProgressReview.objects.get().goals[0]["light"] == "amber"
    shown = page(client, head, url)
    for said in ("есть отставание", "Нет &lt;учителя&gt;", "12,5", "25 (по данным)"):
        assert said in shown
    again = page(client, head, new)
    for before in ("12,5", f"25{words.NBSP}%. Подставлено по данным: 25{words.NBSP}%"):
        assert f"Разбор {words.day(today())}: {before}" in again


@pytest.mark.django_db
def test_those_above_see_how_the_goals_go_and_only_the_last_review_counts_days(
    agreed: Programme, region: Region, coordinator: User, client: Client
) -> None:
    goal, early = agreed.read.goals[0], today() + dt.timedelta(days=5)
    for said, day in (
        (Said("amber", "Нет учителя", "Найдём"), early),
        (Said("red", "Не нашли", "Совместитель"), LATER),
    ):
        actions.review(agreed, by=coordinator, goals={goal.key: said}, values={}, next_day=day)
    for user in (region.user(RoleCode.MUNICIPAL_COORDINATOR), coordinator):
        assert f"не выполняется:{words.NBSP}1" in page(client, user, reverse("support:programmes"))
        shown = page(client, user, agreed.case.get_absolute_url())
        assert f"Цели — не выполняется:{words.NBSP}1. Следующий разбор {words.until(LATER)}" in shown
    shown = page(client, coordinator, reverse("support:progress", args=[agreed.case.public_id]))
    assert f"Следующий разбор — {words.until(LATER)}." in shown
    assert f"Следующий разбор назначили на {words.day(early)}." in shown
    assert words.until(early) not in shown


@pytest.mark.django_db
def test_goals_in_force_are_asked_why_while_a_new_version_lacks_them(
    agreed: Programme, region: Region, client: Client
) -> None:
    goal = agreed.read.goals[0]
    told: dict[str, object] = {f"agreed_{name}": None for name in ("at", "by")}
    Programme.objects.filter(pk=agreed.pk).update(state=ProgrammeState.DRAFT, content={}, **told)
    client.force_login(region.user(RoleCode.SCHOOL_HEAD))
    new = reverse("support:review_progress", args=[agreed.case.public_id])
    given = {f"light_{goal.key}": "amber", "next_day": LATER.isoformat()}
    assert "Напишите, почему цель идёт не по плану." in client.post(new, given).content.decode()
    del given[f"light_{goal.key}"]
    assert "Выберите, как идёт цель." in client.post(new, given).content.decode()


NUMBER = st.none() | st.floats(0, 1000, allow_nan=False)


@given(NUMBER, NUMBER, NUMBER)
def test_the_way_is_whole_at_the_target(baseline: float | None, target: float | None, value: float | None) -> None:
    found = actions.way(baseline, target, value)
    if found is None:
        assert None in (baseline, target, value) or baseline == target
        return
    assert actions.way(baseline, target, target) == 100
    assert actions.way(baseline, target, baseline) == 0


@pytest.mark.django_db
def test_a_review_that_is_due_is_reminded_of_once(agreed: Programme, region: Region, client: Client) -> None:
    head, area = region.user(RoleCode.SCHOOL_HEAD), region.user(RoleCode.MUNICIPAL_COORDINATOR)
    other = region.user(RoleCode.SCHOOL_HEAD, region.schools[1])

    def told(days: int) -> list[str]:
        Programme.objects.filter(pk=agreed.pk).update(progress_due=today() + dt.timedelta(days=days))
        for _ in range(2):
            telling.remind()
        return [*Notice.objects.filter(user__in=[head, area]).order_by("pk").values_list("kind", flat=True)]

    assert told(8) == []
    assert told(7) == ["soon", "soon"]
    assert told(0) == [*["soon"] * 2, *["due"] * 2]
    said = Notice.objects.filter(kind="due").latest("pk").text.lower()
    assert f"срок — {words.day(today())}" in said
    assert "сегодня" not in said  # read tomorrow, it would be wrong
    assert told(-1)[4:] == ["overdue", "overdue"]
    assert told(-5)[6:] == []
    assert not Notice.objects.filter(user=other).exists()
    address = reverse("support:review_progress", args=[agreed.case.public_id])
    for user in (head, area):
        assert address in page(client, user, reverse("roadmaps:home"))
    assert address not in page(client, other, reverse("roadmaps:home"))
    case = reverse("support:school", args=[region.schools[0].public_id])
    assert "Разбор хода программы" in page(client, head, case)
    goal = agreed.read.goals[0]
    actions.review(agreed, by=head, goals={goal.key: Said("green")}, values={}, next_day=LATER)
    agreed.refresh_from_db()
    assert (agreed.progress_due, agreed.progress_told) == (LATER, "")
    assert address not in page(client, head, reverse("roadmaps:home"))
