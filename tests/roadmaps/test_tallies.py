"""The tallies tell what counting the assignments would tell, whatever happened to these."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import LEVEL, System
from opora.core.workflow import Refused
from opora.registry.actions.tree import merge, move
from opora.roadmaps import models, tallies
from opora.roadmaps.actions import sending, working
from opora.roadmaps.models import Assignment, AssignmentState, Tally
from opora.roadmaps.models.tallies import level_of
from opora.roadmaps.queries import counts
from opora.roadmaps.triggers import TRIGGERS
from tests import factories

pytestmark = pytest.mark.django_db
SYSTEM = System()


@pytest.fixture
def sent(roadmap: models.RoadMap, coordinator: User) -> models.RoadMap:
    sending.send(roadmap, by=coordinator)
    return roadmap


def test_what_was_sent_is_counted(sent: models.RoadMap) -> None:
    assert tallies.differences() == []
    assert sum(row.count for row in Tally.objects.filter(level=1)) == Assignment.objects.count() > 0
    for row in Assignment.objects.select_related("executor", "controller"):
        assert row.executor_path == row.executor.path
        assert row.controller_path == row.controller.path
        assert row.region == row.executor.path[:LEVEL]


ACTS = ("start", "submit", "accept", "return", "cancel", "restore", "controller", "due", "save", "undated", "delete")


def act(name: str, one: Assignment, region: factories.Region) -> None:
    """One thing that happens to an assignment; what its state does not allow is refused and changes nothing."""
    day = dt.date(2026, 10, 1) + dt.timedelta(days=one.pk % 3)
    if name == "start":
        working.start(one, by=SYSTEM)
    elif name == "submit":
        working.submit(one, by=SYSTEM, text="Сделано")
    elif name == "accept":
        working.accept(one, by=SYSTEM)
    elif name == "return":
        working.give_back(one, by=SYSTEM, comment="Доработать")
    elif name == "cancel":
        working.cancel(one, by=SYSTEM, comment="Не нужно")
    elif name == "restore":
        working.restore(one, by=SYSTEM)
    elif name == "controller":
        working.set_controller(one, by=SYSTEM, controller=region.municipalities[one.pk % 2])
    elif name == "due":
        Assignment.objects.filter(activity=one.activity).update(due=day)
    elif name == "save":
        one.executor, one.executor_path = region.schools[one.pk % 4], ""
        with transaction.atomic():
            if not Assignment.objects.filter(window=one.window, executor=one.executor).exists():
                one.save()
    elif name == "undated":
        Assignment.objects.filter(pk=one.pk).update(due=None, via_list=not one.via_list)
    elif name == "delete":
        one.reports.all().delete()
        one.delete()


@given(steps=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 30)), min_size=1, max_size=12))
@settings(max_examples=15)
def test_after_anything_the_tallies_are_right(
    sent: models.RoadMap, region: factories.Region, steps: list[tuple[str, int]]
) -> None:
    for name, number in steps:
        rows = list(Assignment.objects.order_by("pk"))
        if not rows:
            break
        one = Assignment.objects.select_related("executor", "controller", "activity", "roadmap__organisation").get(
            pk=rows[number % len(rows)].pk
        )
        try:
            act(name, one, region)
        except Refused:
            continue
    assert tallies.differences() == []
    tallies.compact()
    assert tallies.differences() == []
    assert not Tally.objects.filter(loose=True).exists()


def test_the_tree_may_change(sent: models.RoadMap, region: factories.Region, coordinator: User) -> None:
    move(region.schools[0], by=coordinator, parent=region.municipalities[1])
    assert Assignment.objects.filter(executor_path__startswith=region.municipalities[1].path).filter(
        executor=region.schools[0]
    )
    assert tallies.differences() == []
    merge(region.municipalities[0], by=coordinator, into=region.municipalities[1])
    assert tallies.differences() == []


def test_what_is_wrong_is_told_and_mended(sent: models.RoadMap, region: factories.Region) -> None:
    TRIGGERS.remove(connection)
    assert TRIGGERS.missing(connection)
    Assignment.objects.filter(executor=region.schools[1]).update(state=AssignmentState.IN_PROGRESS)
    Assignment.objects.filter(executor=region.schools[2]).update(executor_path="1")
    assert tallies.differences()
    tallies.rebuild()
    assert tallies.differences()  # a wrong path is not guessed at, but told
    Assignment.objects.filter(executor=region.schools[2]).update(executor_path="")
    TRIGGERS.install(connection)
    assert TRIGGERS.missing(connection) == []
    assert tallies.differences() == []


@pytest.mark.parametrize("role", list(RoleCode))
def test_each_counts_what_he_sees(sent: models.RoadMap, region: factories.Region, coordinator: User, role: str) -> None:
    for one in Assignment.objects.filter(executor__in=region.schools)[:3]:
        working.submit(one, by=SYSTEM, text="Сделано")
    user = region.user(role)
    rows = Assignment.objects.visible(user).exclude(state=AssignmentState.CANCELLED)
    seen = list(rows.filter(roadmap=sent).select_related("executor"))
    expected = Counter(one.activity_id for one in seen)
    assert {key: found.total for key, found in counts.by_activity(sent, user).items()} == expected
    assert counts.over_all(sent, user).total == len(seen)
    assert {k: c.total for k, c in counts.by_window(sent, user).items()} == Counter(one.window_id for one in seen)
    assert {k: c.total for k, c in counts.by_roadmap([sent], user).items()} == ({sent.pk: len(seen)} if seen else {})
    length = len(sent.organisation.path) + LEVEL
    places = Counter(one.executor.path[:length] for one in seen)
    territories = counts.by_territory(sent, user, counts.territories(sent, user))
    assert {one.organisation.path: one.counts.total for one in territories} == places
    found = counts.matrix(sent, user, [one.organisation for one in territories])
    assert {k: c.total for k, c in found.items()} == Counter((o.activity_id, o.executor.path[:length]) for o in seen)
    reported = sum(one.state == AssignmentState.REPORTED for one in seen)
    assert counts.over_all(sent, user).reported == reported


def test_schools_are_counted_from_their_own_rows(region: factories.Region) -> None:
    assert level_of(region.user(RoleCode.REGIONAL_COORDINATOR)) == 1
    assert level_of(region.user(RoleCode.MUNICIPAL_COORDINATOR)) == 2
    assert level_of(region.user(RoleCode.SCHOOL_HEAD)) is None
