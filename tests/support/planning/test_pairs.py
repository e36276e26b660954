"""Mentor pairs: never beyond a limit, never against what was fixed by hand, and as good as trying everything."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.support.planning.pairs import Impossible, plan
from opora.support.planning.places import Place, kilometres
from opora.support.planning.scores import Mentor, School, Weights, scores

SUBJECTS = ["rus", "mat", "bio"]
shares = st.integers(0, 10).map(lambda tenths: tenths / 10)
strengths = st.dictionaries(st.sampled_from(SUBJECTS), shares, max_size=3)
places = st.builds(
    Place,
    st.sampled_from(["", "a", "b"]),
    st.one_of(st.none(), st.floats(50, 55)),
    st.one_of(st.none(), st.floats(40, 50)),
)


@st.composite
def tasks(draw: st.DrawFn) -> tuple[list[School], list[Mentor], dict[str, str], set[tuple[str, str]]]:
    mentors = [
        Mentor(f"m{n}", f"Наставник {n}", draw(places), draw(st.integers(0, 2)), draw(strengths), "", draw(shares))
        for n in range(draw(st.integers(0, 3)))
    ]
    keys = [one.key for one in mentors]
    past = st.frozensets(st.sampled_from(keys), max_size=1) if keys else st.just(frozenset())
    schools = [
        School(f"s{n}", f"Школа {n}", draw(places), draw(strengths), "", draw(st.one_of(st.none(), shares)), draw(past))
        for n in range(draw(st.integers(0, 5)))
    ]
    every = list(product([one.key for one in schools], keys))
    forbidden = draw(st.sets(st.sampled_from(every), max_size=3)) if every else set()
    fixed: dict[str, str] = {}
    for school, mentor in draw(st.lists(st.sampled_from(every), max_size=1)) if every else []:
        load = next(one.load for one in mentors if one.key == mentor)
        if load and (school, mentor) not in forbidden:
            fixed[school] = mentor
    return schools, mentors, fixed, forbidden


def best(schools: list[School], mentors: list[Mentor], fixed: dict[str, str], forbidden: set[tuple[str, str]]) -> int:
    """The worth of the best assignment, by trying them all."""
    points = scores(schools, mentors, Weights()).total
    found = 0
    for chosen in product(range(-1, len(mentors)), repeat=len(schools)):
        loads = Counter(chosen)
        if any(loads[n] > one.load for n, one in enumerate(mentors)):
            continue
        named = {schools[row].key: mentors[n].key for row, n in enumerate(chosen) if n >= 0}
        if any(named.get(school) != mentor for school, mentor in fixed.items()) or forbidden & set(named.items()):
            continue
        worth = sum(int(points[row, n]) + Weights().most for row, n in enumerate(chosen) if n >= 0)
        found = max(found, worth)
    return found


@given(tasks())
def test_a_plan_keeps_every_limit_and_none_is_better(
    task: tuple[list[School], list[Mentor], dict[str, str], set[tuple[str, str]]],
) -> None:
    schools, mentors, fixed, forbidden = task
    made = plan(schools, mentors, fixed=fixed, forbidden=forbidden)
    pairs = {one.school: one.mentor for one in made.pairs}
    loads = Counter(pairs.values())
    assert all(loads[one.key] <= one.load for one in mentors)
    assert fixed.items() <= pairs.items()
    assert not forbidden & set(pairs.items())
    assert pairs.keys() | made.without.keys() == {one.key for one in schools}
    assert len(made.pairs) + len(made.without) == len(schools)
    assert made.value == sum(one.points + Weights().most for one in made.pairs)
    assert made.value == best(schools, mentors, fixed, forbidden) == made.bound


def test_pairs_left_out_at_first_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """All schools look at the same mentor first; the prices lead to the others."""
    monkeypatch.setattr("opora.support.planning.pairs.FIRST", 1)
    monkeypatch.setattr("opora.support.planning.pairs.STEPS", 0)
    mentors = [Mentor(f"m{n}", f"Наставник {n}", Place("a"), 1, {"mat": 1 - n / 10}) for n in range(6)]
    schools = [School(f"s{n}", f"Школа {n}", Place("a"), {"mat": 1.0}) for n in range(6)]
    made = plan(schools, mentors)
    assert len(made.pairs) == 6
    assert made.gap == 0


def test_the_reason_tells_the_points_by_which_the_pair_was_chosen() -> None:
    near, far = Place("a", 55.0, 40.0), Place("b", 55.0, 41.0)
    mentors = [
        Mentor("m1", "Лицей № 1", near, 1, {"mat": 0.9}, index=0.5),
        Mentor("m2", "Гимназия № 2", far, 1, {"rus": 1.0}, index=0.5),
    ]
    schools = [
        School("s1", "Школа № 1", near, {"mat": 1.0}, index=0.4, past=frozenset(["m1"])),
        School("s2", "Школа № 2", near, {"mat": 0.5}, index=0.5),
        School("s3", "Школа № 3", near),
    ]
    made = plan(schools, mentors, titles={"mat": "Математика"})
    first, second = made.pairs
    assert (first.mentor, first.points) == ("m1", 45 + 18 + 20 + 10)
    assert first.reason == (
        "Предметы — 45 из 50 (математика); условия — 18 из 20 (индексы условий 0,40 и 0,50); "
        "расстояние — 20 из 20 (0 км); прежняя работа — 10 из 10 (работали вместе). Всего 93 из 100. "
        "Лучшая из возможных оценок для школы."
    )
    assert second.mentor == "m2"
    assert "общих нет" in second.reason
    assert "Выше оценка у другого — Лицей № 1 (" in second.reason
    assert "Нагрузка всех" in made.without["s3"]


def test_what_is_fixed_against_itself_is_told() -> None:
    mentors = [Mentor("m1", "Лицей № 1", Place("a"), 1)]
    schools = [School(f"s{n}", f"Школа {n}", Place("a")) for n in range(2)]
    with pytest.raises(Impossible, match="закреплено школ: 2, а может он 1"):
        plan(schools, mentors, fixed={"s0": "m1", "s1": "m1"})
    with pytest.raises(Impossible, match="и закреплена, и запрещена"):
        plan(schools, mentors, fixed={"s0": "m1"}, forbidden=[("s0", "m1")])
    with pytest.raises(Impossible, match="в подборе нет"):
        plan(schools, mentors, fixed={"s0": "m9"})
    assert plan(schools[:1], mentors, forbidden=[("s0", "m1")]).without["s0"].startswith("Все наставники")


def test_distances_are_those_of_the_earth() -> None:
    moscow, petersburg, nowhere = Place("", 55.7558, 37.6173), Place("", 59.9386, 30.3141), Place("a")
    found = kilometres([moscow, nowhere], [petersburg])
    assert found[0, 0] == pytest.approx(634, abs=2)
    assert found[1, 0] != found[1, 0]
