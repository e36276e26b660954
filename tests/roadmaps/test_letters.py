"""The numbers of letters: each counted again from the assignments themselves, one by one, without the database."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import LEVEL
from opora.registry.models import Organisation
from opora.roadmaps import letters
from opora.roadmaps.actions import sending
from opora.roadmaps.models import Assignment, AssignmentState, RoadMap
from opora.roadmaps.queries.counts import Counts
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 26)
S = AssignmentState
UNDONE = (S.SENT, S.IN_PROGRESS, S.RETURNED)


@pytest.fixture(autouse=True)
def _on_a_day() -> object:
    with time_machine.travel(dt.datetime(2026, 11, 26, 9, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def sent(roadmap: RoadMap, coordinator: User) -> RoadMap:
    sending.send(roadmap, by=coordinator)
    return roadmap


def put(one: Assignment, state: str, due: dt.date | None) -> None:
    """The assignment as if it had got there, with what the database asks of such a state."""
    now = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
    reported = {"reported_at": now, "reported_by": "Школа"} if state in (S.REPORTED, S.ACCEPTED, S.RETURNED) else {}
    decided = {"decided_at": now, "decided_by": "Район"} if state in (S.ACCEPTED, S.RETURNED) else {}
    remark = {"remark": "нет"} if state in (S.RETURNED, S.CANCELLED) else {}
    starts = {"starts": None}
    Assignment.objects.filter(pk=one.pk).update(state=state, due=due, **starts, **reported, **decided, **remark)


def line(name: str, rows: Iterable[Assignment]) -> dict[str, object]:
    """What the summary must say of these."""
    counted = [one for one in rows if one.state != S.CANCELLED]
    accepted = sum(one.state == S.ACCEPTED for one in counted)
    overdue = [one for one in counted if one.state in UNDONE and one.due is not None and one.due < TODAY]
    share = 100 * accepted / len(counted) if counted else 0
    return {
        "name": name,
        "total": len(counted),
        "accepted": accepted,
        "reported": sum(one.state == S.REPORTED for one in counted),
        "overdue": len(overdue),
        "share": 100 if share == 100 else 0 if share == 0 else min(99, max(1, round(share))),
    }


def by_hand(
    organisation: Organisation, first: dt.date, last: dt.date, *, restricted: bool
) -> tuple[list[dict[str, object]], dict[str, object]]:
    """Rows and total of a summary, from every assignment there is."""
    groups: dict[str, list[Assignment]] = defaultdict(list)
    for one in Assignment.objects.select_related("executor", "roadmap"):
        inside = one.executor.path.startswith(organisation.path)
        secret = one.via_list or one.roadmap.confidential
        if inside and one.due and first <= one.due <= last and (restricted or not secret) and one.state != S.CANCELLED:
            groups[one.executor.path[: len(organisation.path) + LEVEL]].append(one)
    places = Organisation.objects.filter(path__in=groups).order_by("sort_name")
    rows = [line(place.short_name, groups[place.path]) for place in places]
    total = line("", [one for group in groups.values() for one in group])
    del total["name"]
    return rows, total


work = st.lists(st.tuples(st.sampled_from(S.values), st.integers(-40, 40) | st.none()), min_size=8, max_size=8)
period = st.tuples(st.integers(-45, 45), st.integers(0, 60))


@settings(max_examples=40)
@given(work, period, st.booleans())
def test_a_summary_counts_what_stands_there(
    sent: RoadMap,
    coordinator: User,
    region: factories.Region,
    work: list[tuple[str, int | None]],
    period: tuple[int, int],
    restricted: bool,
) -> None:
    """Whatever stands where, by municipality and by period, both days of the period among it."""
    outer = transaction.atomic()
    outer.__enter__()
    try:
        for place, one in enumerate(Assignment.objects.order_by("pk")):
            state, days = work[place % len(work)]
            put(one, state, None if days is None else TODAY + dt.timedelta(days=days))
        first = TODAY + dt.timedelta(days=period[0])
        last = first + dt.timedelta(days=period[1])
        for whose in (region.authority, region.municipalities[0], region.schools[0]):
            found = letters.summary(coordinator, whose, first, last, restricted)
            rows, total = by_hand(whose, first, last, restricted=restricted)
            assert found["rows"] == rows
            assert found["total"] == total
    finally:
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


def test_a_summary_of_one_municipality_over_two_periods(
    sent: RoadMap, coordinator: User, region: factories.Region
) -> None:
    """In numbers that can be counted on the fingers."""
    place, (one, other) = region.municipalities[0], region.schools[:2]
    Assignment.objects.exclude(executor__in=[one, other]).update(due=None, starts=None)
    rows = list(Assignment.objects.filter(executor__in=[one, other], via_list=False).order_by("executor", "pk"))
    for number, row in enumerate(rows):
        put(row, S.ACCEPTED if number % 2 else S.SENT, dt.date(2026, 11, 10) if number < 4 else dt.date(2026, 12, 10))
    assert len(rows) == 8
    autumn = letters.summary(coordinator, place, dt.date(2026, 11, 1), dt.date(2026, 11, 30), restricted=False)
    assert autumn["rows"] == [line(one.short_name, rows[:0]) | {"total": 4, "accepted": 2, "overdue": 2, "share": 50}]
    winter = letters.summary(coordinator, place, dt.date(2026, 12, 1), dt.date(2026, 12, 10), restricted=False)
    assert winter["total"] == {"total": 4, "accepted": 2, "reported": 0, "overdue": 0, "share": 50}
    assert (
        letters.summary(coordinator, place, dt.date(2026, 12, 1), dt.date(2026, 12, 9), restricted=False)["rows"] == []
    )


@pytest.mark.parametrize(
    ("accepted", "total", "share"), [(0, 0, 0), (0, 9, 0), (1, 300, 1), (299, 300, 99), (9, 9, 100)]
)
def test_nothing_is_said_to_be_done_that_is_not(accepted: int, total: int, share: int) -> None:
    assert Counts(total=total, accepted=accepted).share == share


def test_an_extract_has_the_rows_of_its_organisation(
    sent: RoadMap, coordinator: User, region: factories.Region
) -> None:
    school = region.schools[0]
    first = Assignment.objects.filter(executor=school, via_list=False).order_by("pk").first()
    assert first is not None
    put(first, S.CANCELLED, first.due)
    for restricted in (False, True):
        found = letters.extract(coordinator, sent.public_id, school, restricted)
        rows = [
            one
            for one in Assignment.objects.select_related("activity", "part", "executor")
            if one.executor == school and one.state != S.CANCELLED and (restricted or not one.via_list)
        ]
        rows.sort(key=lambda one: (one.activity.order, one.due is None, one.due or TODAY, one.pk))
        assert found is not None
        content, confidential = found
        assert confidential == restricted  # the programme is there because of the list
        assert [(row["number"], row["text"], row["due"]) for row in content["rows"]] == [
            (one.activity.number, one.text, f"до {one.due:%d.%m.%Y}" if one.due else one.activity.deadline_text)
            for one in rows
        ]
        assert [row["state"] for row in content["rows"]] == [one.get_state_display() for one in rows]


def test_an_extract_says_nothing_of_lists_to_whom_they_are_closed(sent: RoadMap, region: factories.Region) -> None:
    observer = region.user(RoleCode.OBSERVER)
    found = letters.extract(observer, sent.public_id, region.schools[0], True)
    assert found is not None
    assert not found[1]
    assert "Разработать программы перехода" not in [row["text"] for row in found[0]["rows"]]


def test_a_summary_reads_tallies_alone(sent: RoadMap, coordinator: User, region: factories.Region) -> None:
    first, last = dt.date(2026, 1, 1), dt.date(2027, 12, 31)
    with CaptureQueriesContext(connection) as queries:
        found = letters.summary(coordinator, region.authority, first, last, restricted=True)
    assert found["total"]["total"] > 0
    assert len(queries) == 2
    assert not [one["sql"] for one in queries if 'roadmaps_assignment"' in one["sql"]]
