"""What a programme says: kept as JSON, changed item by item, checked, compared; the library is enough for a draft."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from opora.collection import ready
from opora.collection.language import dependencies, parse
from opora.support.programmes import (
    RISK_POINTS,
    Content,
    Goal,
    Indicator,
    Measure,
    differences,
    draft,
    lacks,
    past,
    read,
    shelf,
    to_json,
)
from opora.support.programmes.library import library
from opora.support.scoring import Source, shipped

TITLES = shipped().titles
TEXT = st.text("абв ", max_size=8)
FIRST = dt.date(2026, 9, 1)
DAY = st.none() | st.dates(dt.date(2026, 9, 1), dt.date(2027, 8, 31))
NUMBER = st.none() | st.floats(0, 1000, allow_nan=False)
KEY = st.integers(0, 10_000).map("i{}".format)
MEASURES = st.builds(Measure, KEY, TEXT, TEXT, DAY, TEXT)
INDICATORS = st.builds(Indicator, KEY, TEXT, TEXT, NUMBER, NUMBER, DAY, TEXT, TEXT, TEXT)
GOALS = st.builds(
    Goal,
    KEY,
    TEXT,
    TEXT,
    NUMBER,
    NUMBER,
    DAY,
    st.sampled_from(list(TITLES)),
    st.lists(MEASURES, max_size=3).map(tuple),
    st.lists(INDICATORS, max_size=3).map(tuple),
)


def unique(content: Content) -> bool:
    every = [key for goal in content.goals for key in (goal.key, *(x.key for x in (*goal.measures, *goal.indicators)))]
    return len(every) == len(set(every))


CONTENTS = st.lists(GOALS, max_size=3).map(lambda goals: Content(tuple(goals))).filter(unique)


@given(CONTENTS)
def test_it_comes_back_from_its_json(content: Content) -> None:
    assert read(to_json(content)) == content
    assert differences(content, content) == []
    assert content.new_key() not in content.items
    assert Content().new_key(content.items) not in content.items


@given(CONTENTS, st.data())
def test_items_are_put_and_taken_away(content: Content, data: st.DataObject) -> None:
    goal = Goal(content.new_key(), "Цель", factor="climate")
    grown = content.put(goal)
    measure = Measure(grown.new_key(), "Мероприятие")
    grown = grown.put(measure, goal.key)
    assert [(one.what, one.new) for one in differences(content, grown)] == [
        ("добавлено", goal.said),
        ("добавлено", measure.said),
    ]
    changed = grown.put(replace(measure, title="Иначе"))
    assert [one.what for one in differences(grown, changed)] == ["изменено"]
    assert grown.without(measure.key).without(goal.key) == content
    key = data.draw(st.sampled_from(list(grown.items)))
    assert key not in grown.without(key).items


@given(CONTENTS, st.lists(st.sampled_from(list(TITLES)), max_size=3, unique=True))
def test_a_programme_without_lacks_is_whole(content: Content, factors: list[str]) -> None:
    if lacks(content, factors, TITLES, FIRST):
        return
    assert content.goals
    assert set(factors) <= {goal.factor for goal in content.goals}
    for goal in content.goals:
        assert goal.measures
        assert goal.indicators
        assert all(one.owner and one.due and one.resources for one in goal.measures)
        assert all(one.baseline != one.target and one.due and one.source for one in goal.indicators)


def test_a_risk_is_to_go_down() -> None:
    def said(unit: str, now: float, then: float) -> str:
        goal = Goal("i1", "Цель", unit, now, then, factor="climate")
        return " ".join(one.text for one in lacks(Content((goal,)), [], TITLES, FIRST))

    assert "Цель 1: к сроку балл риска выше" in said(RISK_POINTS, 50, 60)
    assert "выше" not in said(RISK_POINTS, 60, 50)
    assert "выше" not in said("%", 50, 60)


def test_a_day_that_is_past_is_told_unless_it_was_agreed_or_is_done() -> None:
    day, measure = dt.date(2026, 11, 1), Measure("i2", "Занятия", "завуч", dt.date(2026, 10, 15), "часы")
    indicator = Indicator("i3", "Доля", "%", 40, 25, dt.date(2026, 10, 20), source="ВПР")
    goal = Goal("i1", "Цель", "%", 40, 25, day, "climate", (measure,), (indicator,))
    content = Content((goal,))
    assert [one.text for one in past(content, day)] == [
        "Срок мероприятия 1.1 уже прошёл (15.10.2026): перенесите его или скажите, чем подтверждается, что оно "
        "выполнено.",
        "Срок показателя 1.1 уже прошёл (20.10.2026): перенесите его.",
    ]
    assert [one.key for one in past(content, day + dt.timedelta(days=1))] == ["i1", "i2", "i3"]
    assert [one.key for one in past(content.put(replace(measure, proof="приказ № 7")), day)] == ["i3"]
    assert past(content, day, content) == []
    moved = content.put(replace(measure, due=dt.date(2026, 10, 16)))
    assert [one.key for one in past(moved, day, content)] == ["i2"]
    assert past(content, day)[0] in lacks(content, ["climate"], TITLES, day)
    assert past(content, FIRST) == []


def test_the_library_serves_every_factor() -> None:
    assert list(library()) == list(TITLES)
    for code in TITLES:
        found = shelf(code)
        assert len(found.goals) >= 2
        assert len(found.measures) in (3, 4)
        assert len(found.indicators) >= 2
        for one in found.indicators:
            if one.get("form") == "passport":
                fields = ready.ready("passport").definition.fields
                assert set(dependencies(parse(one["value"]))) <= set(fields)


def test_a_draft_of_a_known_school_lacks_only_what_nobody_knows() -> None:
    figures = {"participants": Decimal(100), "failed": Decimal(30), "graded": Decimal(100), "good": Decimal(20)}
    sources = {"results": Source("Результаты", values=figures)}
    content = draft({"competence": 80.0, "climate": None}, sources, 2026, FIRST)
    first = content.goals[0]
    assert (first.baseline, first.target, first.due) == (80.0, 60.0, dt.date(2027, 5, 31))
    known = next(one for one in first.indicators if one.form == "results")
    assert (known.baseline, known.target) == (30.0, 20.0)
    assert {one.due.year for one in first.measures if one.due} == {2026, 2027}
    said = [one.text for one in lacks(content, ["competence", "climate", "discipline"], TITLES, FIRST)]
    assert "У риска 3 («Дисциплина») нет цели." in said
    assert "У цели 2 нет исходного значения." in said
    assert not any("мероприяти" in one for one in said)
    bare = content.put(replace(content.goals[1], indicators=()))
    assert "У цели 2 нет ни одного показателя." in [one.text for one in lacks(bare, [], TITLES, FIRST)]


@given(
    st.floats(0, 100, allow_nan=False),
    st.dates(dt.date(2026, 9, 1), dt.date(2027, 8, 31)),
    st.sampled_from(list(TITLES)),
)
def test_a_draft_aims_below_the_score_and_ahead_of_its_day(score: float, day: dt.date, code: str) -> None:
    goal = draft({code: round(score, 1)}, {}, 2026, day).goals[0]
    if goal.target is None:
        assert not goal.baseline
    else:
        assert goal.baseline
        assert goal.baseline / 2 - 0.1 <= goal.target <= goal.baseline
    every = [goal, *goal.measures, *goal.indicators]
    assert all(one.due and one.due > day for one in every)


def test_what_has_no_figures_yet_says_so_with_its_unit() -> None:
    one = Indicator("i1", "Доля", unit="%")
    assert one.numbers == "значений пока нет, %"
    assert replace(one, unit="").numbers == "значений пока нет"
    assert replace(one, baseline=20.0).numbers == "с 20 до — %"
