"""The arithmetic of risks: bounded, monotone, never raised by what people say; every formula names what forms ask."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.collection import ready
from opora.collection.language import dependencies, parse
from opora.support.scoring import Factor, FactorSet, Piece, Source, level, scored, shipped, words_of
from opora.support.scoring.factors import RESULTS
from opora.ui import words

PIECES = [piece for factor in shipped().factors for piece in factor.pieces]
LINEAR = [piece for piece in PIECES if not piece.points]
FIGURES = {"participants", "failed", "graded", "good"}


def named(piece: Piece) -> str:
    return f"{piece.form}: {piece.title}"


def test_there_are_the_twelve_factors_of_the_forms() -> None:
    assert list(shipped().titles) == list(ready.factors())
    assert all(len(one.pieces) >= 3 for one in shipped().factors)


@pytest.mark.parametrize("piece", PIECES, ids=named)
def test_every_piece_asks_what_there_is(piece: Piece) -> None:
    names = set(dependencies(piece.value))
    if piece.form == RESULTS:
        assert names <= FIGURES
        return
    fields = ready.ready(piece.form).definition.fields
    assert names <= set(fields)
    if piece.points:
        assert set(piece.points) == set(fields[piece.key].options)
        assert {min(piece.points.values()), max(piece.points.values())} <= {0, 40, 60, 67, 100}
    else:
        assert piece.start != piece.end
        assert piece.form not in ready.QUESTIONNAIRES


def of(form: str, **values: Any) -> dict[str, Source]:
    return {form: Source("Источник", values=values)}


def value(code: str, sources: dict[str, Source]) -> float | None:
    return next(one.value for one in scored(shipped(), sources) if one.factor == code)


def test_nothing_known_is_no_score() -> None:
    for one in scored(shipped(), {}):
        assert (one.value, one.known) == (None, 0)
        assert level(one.value) == "unknown"
        assert words_of(one.value, list(one.findings)).startswith("Нет данных")


def test_a_score_is_the_weighted_mean_of_what_is_known() -> None:
    half = of("passport", vacancies=Decimal(1), teachers=Decimal(10), not_by_profile=Decimal(0))
    assert value("teacher_shortage", half) == pytest.approx((2 * 50 + 0) / 3, abs=0.1)
    score = next(one for one in scored(shipped(), half) if one.factor == "teacher_shortage")
    assert score.known == 2
    told = words_of(100.0, [one for one in score.findings if one.points])
    assert "высокий" in told


def test_people_count_by_what_they_answered() -> None:
    counts = {"t_equipment": {"полностью согласен": 5, "совсем не согласен": 5, "скорее согласен": 0}}
    assert value("equipment", {"teachers": Source("Анкета", counts=counts)}) == 50


NUMBERS = st.decimals(-1_000_000, 1_000_000, places=2)


@given(st.sampled_from(LINEAR), NUMBERS, NUMBERS)
def test_more_of_a_bad_thing_is_never_less_risk(piece: Piece, one: Decimal, other: Decimal) -> None:
    direct = Factor("x", "X", (replace(piece, value=parse("x")),))
    asked = FactorSet("1", (direct,))
    told = [{piece.form: Source("", values={"x": x})} for x in sorted((one, other))]
    points = [scored(asked, sources)[0].value for sources in told]
    assert all(x is not None and 0 <= x <= 100 for x in points)
    low, high = points
    assert low is not None
    assert high is not None
    assert low <= high if piece.end > piece.start else low >= high


ANSWERS = st.one_of(
    st.none(),
    st.booleans(),
    st.text(max_size=20),
    st.decimals(allow_nan=True, allow_infinity=True),
    st.tuples(st.text(max_size=5)),
    st.sampled_from(["нет", "да", "плана нет", "нет ни одного"]),
)
KEYS = sorted({name for piece in PIECES for name in dependencies(piece.value)})
SOURCES = st.dictionaries(
    st.sampled_from(sorted({piece.form for piece in PIECES})),
    st.builds(
        Source,
        st.just("Источник"),
        values=st.dictionaries(st.sampled_from(KEYS), ANSWERS, max_size=30),
        counts=st.dictionaries(
            st.sampled_from(KEYS), st.dictionaries(st.text(max_size=20), st.integers(-3, 50), max_size=4), max_size=10
        ),
    ),
)


@given(SOURCES)
def test_whatever_is_said_nothing_is_raised_and_scores_stay_in_bounds(sources: dict[str, Source]) -> None:
    for one in scored(shipped(), sources):
        assert one.value is None or 0 <= one.value <= 100
        assert (one.value is None) is (one.known == 0)
        assert words_of(one.value, list(one.findings))


def test_the_published_formulas_are_those_that_count() -> None:
    text = (Path(__file__).parents[2] / "docs" / "method" / "risk-profile.md").read_text(encoding="utf-8")
    assert f"версии {shipped().version}" in text
    for piece in PIECES:
        assert f"| {piece.title} |" in text
        ends = "; ".join(f"{answer} — {words.number(points)}" for answer, points in piece.points.items())
        told = ends or f"0 при {words.number(piece.start)}, 100 при {words.number(piece.end)}"
        assert f"| `{piece.key}` | {told}" in text


def test_what_its_title_counts_is_not_said_again_in_other_words() -> None:
    psychologist = next(one for one in LINEAR if one.title.startswith("Ставок психолога"))
    others = replace(psychologist, title="Занято ставок")
    for piece, said in ((psychologist, "1"), (others, "1 ставок")):
        found = scored(
            FactorSet(shipped().version, (Factor("x", "X", (replace(piece, value=parse("1")),)),)), of(piece.form)
        )
        assert found[0].findings[0].shown == said
