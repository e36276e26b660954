"""The 14 signs on examples worked by hand, and on a region where some schools inflate."""

import math

import numpy as np
import pyarrow as pa
import pytest

from opora.identification.columns import TALLIES, arrow_schema
from opora.identification.objectivity import SIGNS, Finding, Objectivity, objectivity
from opora.identification.simulation import Planted, region

Row = tuple[int, str, str, int, str, int | None, int, int]  # year … school, journal, points, pupils


def tallies(rows: list[Row], most: int = 20) -> pa.Table:
    names = ("year", "procedure", "subject", "grade", "school_id", "journal_mark", "score", "pupils")
    table = [dict(zip(names, row, strict=True)) for row in rows]
    for row in table:
        row |= {"score": row["score"] * 100, "max_score": most * 100, "mark": 3, "passed": None}
    return pa.Table.from_pylist(table, schema=arrow_schema(TALLIES))


def schools(*ids: str) -> pa.Table:
    return pa.table({"school_id": list(ids), "region_id": ["r"] * len(ids)})


def at(result: Objectivity, school: str, sign: str) -> tuple[float, float, float, int]:
    i, k = result.school_ids.index(school), [one.id for one in SIGNS].index(sign)
    return (
        float(result.shown[i, k]),
        float(result.value[i, k]),
        float(result.limit[i, k]),
        int(result.pupils[i, k]),
    )


def found(result: Objectivity, school: str, sign: str) -> Finding:
    return next(one for one in result.findings(school) if one.sign.id == sign)


def test_there_are_fourteen() -> None:
    groups = [sign.group for sign in SIGNS]
    assert [groups.count(name) for name in ("mean", "journal", "fall", "rise")] == [6, 4, 2, 2]
    assert len({sign.id for sign in SIGNS}) == 14


def test_an_inflated_mean_by_hand() -> None:
    """a: points 18, 19, 20, 19: mean 19, s² = 2/3, half width 1.96·√(2/3/4) = 0.8002, lower end 18.1998.
    b: points 5 ×4, 9 ×4: with a's the region has 12 pupils, sum 132, squares 1870."""
    rows: list[Row] = [
        *[(2025, "vpr", "mat", 4, "a", None, points, n) for points, n in ((18, 1), (19, 2), (20, 1))],
        *[(2025, "vpr", "mat", 4, "b", None, points, 4) for points in (5, 9)],
    ]
    result = objectivity(tallies(rows), schools("a", "b"), 2025)
    shown, value, limit, pupils = at(result, "a", "mean-vpr-mat-4")
    assert (shown, pupils) == (1, 4)
    assert value == pytest.approx(19 - 1.96 * math.sqrt(2 / 3 / 4))
    variance = (1870 - 132**2 / 12) / 11
    assert limit == pytest.approx(11 + 1.96 * math.sqrt(variance / 12))
    assert at(result, "b", "mean-vpr-mat-4")[0] == 0
    assert result.number.tolist() == [1, 0]
    assert result.index() == 50.0
    assert math.isnan(at(result, "a", "mean-oge-mat-9")[0])
    sentence = next(one.sentence for one in result.findings("a") if one.sign.id == "mean-vpr-mat-4")
    assert "нижняя граница среднего балла школы 18,20 при 4 участниках" in sentence
    assert sentence.endswith("признак есть.")
    school, whole, verdict = found(result, "a", "mean-vpr-mat-4").arithmetic
    assert school == "Школа: средний балл 19,00, участников 4; 95-процентный интервал среднего от 18,20 до 19,80."
    assert whole == f"Регион: средний балл 11,00, верхняя граница интервала {limit:.2f}.".replace(".", ",", 1)
    assert "Нижняя граница школы 18,20 выше верхней границы региона" in verdict
    assert "не выше" in found(result, "b", "mean-vpr-mat-4").arithmetic[2]
    assert found(result, "a", "mean-oge-mat-9").arithmetic == ()


def test_one_pupil_has_no_interval() -> None:
    rows: list[Row] = [
        (2025, "oge", "rus", 9, "a", None, 20, 1),
        (2025, "oge", "rus", 9, "b", None, 5, 3),
        (2025, "oge", "rus", 9, "b", None, 6, 3),
    ]
    assert math.isnan(at(objectivity(tallies(rows), schools("a", "b"), 2025), "a", "mean-oge-rus-9")[0])


def test_a_journal_that_contradicts_by_hand() -> None:
    """Journal 5, 4, 3 with 6, 8, 10 points is −1; 3, 4, 4, 5 with 6, 7, 9, 9 points: ranks 1, 2½, 2½, 4 and
    1, 2, 3½, 3½: 3.75 / 4.5."""
    rows: list[Row] = [
        *[(2025, "vpr", "rus", 5, "a", mark, points, 1) for mark, points in ((5, 6), (4, 8), (3, 10))],
        *[(2025, "vpr", "rus", 5, "b", mark, points, 1) for mark, points in ((3, 6), (4, 7), (4, 9), (5, 9))],
        (2025, "vpr", "rus", 5, "b", None, 1, 5),
        *[(2025, "vpr", "rus", 5, "c", 4, points, 2) for points in (6, 8)],
    ]
    result = objectivity(tallies(rows), schools("a", "b", "c"), 2025)
    assert at(result, "a", "journal-rus-5")[:2] == (1, pytest.approx(-1))
    shown, value, _, pupils = at(result, "b", "journal-rus-5")
    assert (shown, pupils) == (0, 4)
    assert value == pytest.approx(3.75 / 4.5)
    assert math.isnan(at(result, "c", "journal-rus-5")[0])  # one mark for all: no correlation
    known, said = found(result, "a", "journal-rus-5").arithmetic
    assert known == "Отметка в журнале и первичный балл известны у 3 участников."
    assert "(коэффициент Спирмена) −1,00, меньше нуля" in said
    assert "0,83, не меньше нуля: противоречия нет" in found(result, "b", "journal-rus-5").arithmetic[1]


def test_jumps_by_hand() -> None:
    """K of s1 … s7: 1.0, 1.1, 1.2, 1.0, 1.1, 4.0, 0.25: sorted 0.25 1 1 1.1 1.1 1.2 4, P25 = 1, P75 = 1.15,
    fences 1.15 + 0.45 = 1.6 and 1 − 0.45 = 0.55: s6 falls, s7 rises."""
    pairs = {
        "s1": (10, 10),
        "s2": (11, 10),
        "s3": (12, 10),
        "s4": (10, 10),
        "s5": (11, 10),
        "s6": (16, 4),
        "s7": (4, 16),
    }
    rows: list[Row] = []
    for school, (before, after) in pairs.items():
        rows.append((2024, "vpr", "mat", 4, school, None, before, 6))
        rows.append((2025, "vpr", "mat", 5, school, None, after, 5))
    rows.append((2025, "vpr", "mat", 4, "s1", None, 20, 9))  # another cohort
    result = objectivity(tallies(rows), schools(*pairs, "s8"), 2025)
    shown, value, limit, pupils = at(result, "s6", "fall-mat")
    assert (shown, value, limit, pupils) == (1, pytest.approx(4.0), pytest.approx(1.6), 5)
    shown, value, limit, _ = at(result, "s7", "rise-mat")
    assert (shown, value, limit) == (1, pytest.approx(0.25), pytest.approx(0.55))
    for school in ("s1", "s2", "s3", "s4", "s5"):
        assert at(result, school, "fall-mat")[0] == at(result, school, "rise-mat")[0] == 0
    assert math.isnan(at(result, "s8", "fall-mat")[0])
    assert result.index() == pytest.approx(100 - 100 * 2 / 7)
    assert found(result, "s6", "fall-mat").arithmetic == (
        "4 класс прошлого года набрал 80,0 % наибольшего балла, 5 класс этого года — 20,0 %: K = 4,00.",
        "У половины школ региона K от 1,00 (P25) до 1,15 (P75), P75 − P25 = 0,15.",
        "Граница P75 + 3 · (P75 − P25) = 1,60; K школы больше границы.",
    )
    assert (
        found(result, "s7", "rise-mat").arithmetic[2] == "Граница P25 − 3 · (P75 − P25) = 0,55; K школы меньше границы."
    )


def test_a_region_counts_only_its_own() -> None:
    rows: list[Row] = []
    for school, points in (("a", 19), ("b", 10), ("c", 19), ("d", 19)):
        rows += [(2025, "vpr", "mat", 4, school, None, points + step, 20) for step in (-1, 0, 1)]
    table = pa.table({"school_id": ["a", "b", "c", "d"], "region_id": ["x", "x", "y", "y"]})
    result = objectivity(tallies(rows), table, 2025)
    assert result.number.tolist() == [1, 0, 0, 0]
    assert (result.index("x"), result.index("y")) == (50.0, 100.0)
    assert math.isnan(result.index("z"))


def test_inflating_schools_are_seen_and_the_others_mostly_not() -> None:
    simulated = region(5, 120, (2024, 2025), planted=Planted(inflating=6))
    result = objectivity(simulated.tallies, simulated.schools, 2025)
    inflating = np.array([kind == "inflating" for kind in simulated.kind])
    journals = [k for k, sign in enumerate(SIGNS) if sign.group == "journal" and sign.grade == 4]
    means = [k for k, sign in enumerate(SIGNS) if sign.group == "mean" and sign.grade == 4]
    assert (result.number[inflating] >= 2).all()
    assert (result.shown[inflating][:, means].max(axis=1) == 1).all()
    assert result.shown[inflating][:, journals].mean() > 0.5
    assert result.number[inflating].mean() > 2 * result.number[~inflating].mean()


def test_the_order_of_rows_changes_nothing() -> None:
    simulated = region(5, 40, (2024, 2025))
    table = simulated.tallies
    shuffled = table.take(np.random.default_rng(2).permutation(table.num_rows))
    one, two = (objectivity(rows, simulated.schools, 2025) for rows in (table, shuffled))
    np.testing.assert_array_equal(one.value, two.value)
    np.testing.assert_array_equal(one.shown, two.shown)
