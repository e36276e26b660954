"""A season of visits: no limit is ever broken, nothing is lost, and no plan is better than the bound says."""

from __future__ import annotations

import re
from collections import Counter
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.support.planning.places import Place
from opora.support.planning.routes import APART, LEFT, Going, Methodist, School, Season, plan

SUBJECTS = ("rus", "mat")
WEEKS = (0, 0, 1)  # of three days
days = st.frozensets(st.integers(0, len(WEEKS) - 1), max_size=2)
places = st.sampled_from([Place("a"), Place("b"), Place("c", 55.0, 40.0), Place("c", 56.0, 40.0)])
taken = st.dictionaries(st.sampled_from(sorted(set(WEEKS))), st.integers(0, 2))
tasks = st.tuples(
    st.lists(st.tuples(places, st.lists(st.sampled_from(SUBJECTS), unique=True), days), max_size=3),
    st.lists(
        st.tuples(places, st.frozensets(st.sampled_from(SUBJECTS)), st.integers(0, 2), days, taken, days), max_size=2
    ),
)

Row = tuple[Any, ...]
Task = tuple[list[Row], list[Row]]


def made(task: Task) -> tuple[list[School], list[Methodist]]:
    asked, given_ = task
    schools = [School(f"s{n}", f"Школа {n}", place, tuple(of), on) for n, (place, of, on) in enumerate(asked)]
    people = [Methodist(f"m{n}", f"Методист {n}", place, *rest) for n, (place, *rest) in enumerate(given_)]
    return schools, people


def holds(found: Season, schools: list[School], people: list[Methodist]) -> None:
    """Every limit, and every demand either met once or left with a reason."""
    by_school, by_person = {one.key: one for one in schools}, {one.key: one for one in people}
    met = [(one.school, subject) for one in found.visits for subject in one.subjects]
    wanted = {(one.key, subject) for one in schools for subject in one.subjects}
    assert len(met) == len(set(met))
    assert set(met) | found.left.keys() == wanted
    assert not set(met) & found.left.keys()
    assert all(found.left.values())
    for one in found.visits:
        school, person = by_school[one.school], by_person[one.methodist]
        assert set(one.subjects) <= person.subjects
        assert not school.days or one.day in school.days
        assert not person.days or one.day in person.days
        assert one.day not in person.away
    assert max(Counter((one.methodist, one.day) for one in found.visits).values(), default=0) <= 1
    for (key, week), count in Counter((one.methodist, WEEKS[one.day]) for one in found.visits).items():
        assert count + by_person[key].taken.get(week, 0) <= by_person[key].per_week
    apart = len({(one.school, one.day) for one in found.visits}) - len({one.school for one in found.visits})
    assert found.cost == sum(one.kilometres for one in found.visits) + APART * apart + LEFT * len(found.left)
    assert found.bound <= found.cost


def best(schools: list[School], people: list[Methodist]) -> int:
    """The cost of the best season, by trying every person and day for every demand."""
    demands = [(school, subject) for school in schools for subject in school.subjects]
    ways = [None, *product(people, range(len(WEEKS)))]
    km = {(one.school, one.methodist): one.kilometres for one in _alone(schools, people)}
    least = LEFT * len(demands)
    for chosen in product(ways, repeat=len(demands)):
        visits = {(s.key, way[0].key, way[1]) for (s, _), way in zip(demands, chosen, strict=True) if way}
        wrong = any(
            way is not None
            and (
                subject not in way[0].subjects
                or (s.days and way[1] not in s.days)
                or (way[0].days and way[1] not in way[0].days)
                or way[1] in way[0].away
            )
            for (s, subject), way in zip(demands, chosen, strict=True)
        )
        busy = Counter((m, day) for _, m, day in visits)
        weekly = Counter((m, WEEKS[day]) for _, m, day in visits)
        limits = {(one.key, week): one.per_week - one.taken.get(week, 0) for one in people for week in WEEKS}
        if wrong or any(n > 1 for n in busy.values()) or any(n > limits[key] for key, n in weekly.items()):
            continue
        apart = len({(s, day) for s, _, day in visits}) - len({s for s, _, _ in visits})
        cost = sum(km[s, m] for s, m, _ in visits) + APART * apart + LEFT * chosen.count(None)
        least = min(least, cost)
    return least


def _alone(schools: list[School], people: list[Methodist]) -> list[Going]:
    """The way of each to each, planned by themselves."""
    found = []
    for school, person in product(schools, people):
        one = School(school.key, school.title, school.place, ("x",))
        found += plan([one], [Methodist(person.key, "", person.place, frozenset("x"))], (0,)).visits
    return found


@given(tasks)
def test_a_season_keeps_every_limit_and_none_is_better_than_its_bound(
    task: Task,
) -> None:
    schools, people = made(task)
    found = plan(schools, people, WEEKS, seconds=2)
    holds(found, schools, people)
    if sum(len(one.subjects) for one in schools) <= 3:
        assert found.bound <= best(schools, people) <= found.cost


def test_a_team_goes_on_one_day() -> None:
    school = School("s", "Школа", Place("a"), SUBJECTS)
    people = [
        Methodist("m0", "Первый", Place("a"), frozenset(["rus"]), days=frozenset([0, 1])),
        Methodist("m1", "Второй", Place("a"), frozenset(["mat"]), days=frozenset([1, 2])),
    ]
    found = plan([school], people, WEEKS)
    assert [(one.methodist, one.day) for one in found.visits] == [("m0", 1), ("m1", 1)]
    assert (found.cost, found.gap) == (0, 0)


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (Methodist("m", "М", Place("a"), frozenset(["bio"])), "Методиста по этому предмету нет"),
        (Methodist("m", "М", Place("a"), frozenset(["rus"]), days=frozenset([2])), "нет общих дней"),
        (Methodist("m", "М", Place("a"), frozenset(["rus"]), per_week=0), "предел исчерпан: М"),
        (Methodist("m", "М", Place("a"), frozenset(["rus"]), away=frozenset([0])), "Не вместилось: .* заняты: М"),
    ],
)
def test_what_is_left_says_why(person: Methodist, why: str) -> None:
    school = School("s", "Школа", Place("a"), ("rus",), frozenset([0]))
    assert re.search(why, plan([school], [person], WEEKS).left["s", "rus"])


def test_days_that_are_taken_by_other_things_are_avoided() -> None:
    school = School("s", "Школа", Place("a"), SUBJECTS)
    people = [
        Methodist("m0", "Первый", Place("a"), frozenset(["rus"]), away=frozenset([0])),
        Methodist("m1", "Второй", Place("a"), frozenset(["mat"]), away=frozenset([1])),
    ]
    found = plan([school], people, WEEKS)
    assert [(one.methodist, one.day) for one in found.visits] == [("m0", 2), ("m1", 2)]
    assert (found.cost, found.gap) == (best([school], people), 0)
