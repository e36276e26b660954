"""Each rule beside the same rule in plain Python, on small regions full of edges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.identification import Aggregated, identify
from opora.identification.columns import COUNTS, TALLIES, arrow_schema
from opora.identification.engines import DuckDB
from opora.identification.rules import rule

YEAR = 2026
SCHOOLS = [f"s{number}" for number in range(6)]
Works = dict[tuple[int, str, str, int, str], tuple[int, int]]

# ten participants and three of ten failed are the edges of the rules
EDGES = [(0, 10), (2, 10), (3, 10), (4, 10), (3, 9), (9, 9), (6, 20), (5, 20), (7, 23), (0, 1), (1, 1), (0, 0)]
some_works = st.dictionaries(
    st.tuples(
        st.sampled_from([YEAR - 2, YEAR - 1, YEAR]),
        st.sampled_from(["vpr", "oge", "ege", "regional"]),
        st.sampled_from(["rus", "mat", "mat_base", "phys"]),
        st.sampled_from([5, 11]),
        st.sampled_from(SCHOOLS),
    ),
    st.sampled_from(EDGES),
    max_size=60,
)
# a work that every rule counts: without any in the year there is nothing to judge
counted_work = st.sampled_from(EDGES[:-1]).map(lambda edge: {(YEAR, "ege", "rus", 11, "s0"): edge})
works = st.tuples(some_works, counted_work).map(lambda both: both[0] | both[1])
small = settings(max_examples=25)
COUNTED = {(p, s) for p in ("vpr", "oge", "ege") for s in ("rus", "mat", "mat_base")}


@pytest.fixture(scope="module")
def engine() -> Any:
    engine = DuckDB(threads=1)
    yield engine
    engine.close()


@pytest.fixture
def run(engine: DuckDB) -> Callable[..., dict[str, dict[str, Any]]]:
    def run(name: str, data: Works, **parameters: object) -> dict[str, dict[str, Any]]:
        rows = [
            dict(zip(("year", "procedure", "subject", "grade", "school_id"), key, strict=True))
            | {"participants": whole, "failed": part, "marks_2": part, "marks_3": whole - part}
            | {"marks_4": 0, "marks_5": 0, "absent": 0}
            for key, (part, whole) in data.items()
        ]
        counts = pa.Table.from_pylist(rows, schema=arrow_schema(COUNTS))
        schools = pa.table({"school_id": SCHOOLS})
        done = identify(Aggregated(counts), schools, rule(name), YEAR, parameters, engine)
        assert done.outcome.table.column("school_id").to_pylist() == SCHOOLS
        return {row["school_id"]: row for row in done.outcome.table.to_pylist()}

    return run


def is_low(part: int, whole: int, threshold: str = "0.3", least: int = 10) -> bool:
    return whole >= least and Fraction(part, whole) >= Fraction(threshold)


@small
@given(works, st.sampled_from(["any", "all"]), st.sampled_from([1, 2, 3]), st.sampled_from(["0.3", "0.2", "1/3"]))
def test_fioko(run: Any, data: Works, join: str, procedures: int, threshold: str) -> None:
    threshold = "0.3334" if threshold == "1/3" else threshold
    rows = run("fioko-2025", data, join=join, procedures=procedures, threshold=threshold)
    for school in SCHOOLS:
        low = {
            key[:4] for key, (part, whole) in data.items()
            if key[4] == school and (key[1], key[2]) in COUNTED and is_low(part, whole, threshold)
        }  # fmt: skip
        now = [one for one in low if one[0] == YEAR]
        repeated = [one for one in now if (YEAR - 1, *one[1:]) in low]
        mine = [v for key, v in data.items() if key[0] == YEAR and key[4] == school and (key[1], key[2]) in COUNTED]
        branches = [len(now) >= procedures, len(repeated) >= 1]
        row = rows[school]
        assert row["flagged"] is (any if join == "any" else all)(branches)
        assert (row["low_now"], row["low_repeated"]) == (len(now), len(repeated))
        assert row["participants"] == sum(whole for _, whole in mine)
        assert row["worst_share"] == max((part / whole for part, whole in mine if whole >= 10), default=None)
        assert row["reason"].startswith("В списке" if row["flagged"] else "Не в списке")


@small
@given(works, st.sampled_from([1, 2, 3]), st.sampled_from(["any", "all", "pooled"]))
def test_stable_low(run: Any, data: Works, years: int, within: str) -> None:
    rows = run("stable-low", data, years=years, within=within)
    for school in SCHOOLS:
        flags = []
        for subjects in (("rus",), ("mat", "mat_base")):
            for year in range(YEAR - years + 1, YEAR + 1):
                mine = [
                    v for key, v in data.items()
                    if key[0] == year and key[4] == school and key[2] in subjects and (key[1], key[2]) in COUNTED
                ]  # fmt: skip
                if within == "pooled":
                    flags.append(is_low(sum(p for p, _ in mine), sum(w for _, w in mine)))
                    continue
                enough = [is_low(*one) for one in mine if one[1] >= 10]
                flags.append(any(enough) if within == "any" else bool(enough) and all(enough))
        assert rows[school]["flagged"] is all(flags)


@small
@given(works, st.sampled_from(["0.15", "0.34", "0.5"]))
def test_worst_share(run: Any, data: Works, share: str) -> None:
    rows = run("worst-share", data, share=share)
    totals = _totals(data, lambda key: key[0] == YEAR and key[1] == "ege" and key[2] != "phys")
    shares = {one: Fraction(part, whole) for one, (part, whole) in totals.items() if whole}
    allowed = int(len(shares) * Fraction(share))
    for school in SCHOOLS:
        place = 1 + sum(other > shares[school] for other in shares.values()) if school in shares else None
        assert rows[school]["place"] == place
        assert rows[school]["flagged"] is bool(place and place <= allowed and shares[school] > 0)


@small
@given(works)
def test_rating_sum(run: Any, data: Works) -> None:
    rows = run("rating-sum", data, share="0.34", min_indicators=1)
    places: dict[str, list[Fraction]] = defaultdict(list)
    judged = set()
    for procedure, subject in sorted(COUNTED):
        totals = _totals(data, lambda key, pair=(procedure, subject): key[0] == YEAR and key[1:3] == pair)
        shares = {one: Fraction(part, whole) for one, (part, whole) in totals.items() if whole >= 5}
        if not shares:
            continue
        judged |= set(shares)
        for school in SCHOOLS:
            if school in shares:
                places[school].append(Fraction(1 + sum(other > shares[school] for other in shares.values())))
            else:
                places[school].append(Fraction(len(shares) + 1, 2))
    sums = {school: sum(places[school], Fraction()) for school in judged}
    allowed = int(len(sums) * Fraction("0.34"))
    for school in SCHOOLS:
        row = rows[school]
        assert row["places_sum"] == (float(sums[school]) if school in sums else None)
        place = 1 + sum(other < sums[school] for other in sums.values()) if school in sums else None
        assert row["flagged"] is bool(place and place <= allowed)


Work = tuple[int | None, bool | None, int | None]  # mark, passed, score in hundredths
Papers = dict[tuple[int, str, str, int, str], list[Work]]
scored = st.tuples(st.integers(2, 5), st.none(), st.sampled_from([100, 200, 300, 400, 550]))
marked = st.tuples(st.integers(2, 5), st.none(), st.none())
told = st.tuples(st.none(), st.booleans(), st.none())
some_papers = st.dictionaries(
    st.tuples(
        st.sampled_from([YEAR - 1, YEAR, YEAR]),
        st.sampled_from(["vpr", "ege", "regional"]),
        st.sampled_from(["rus", "mat"]),
        st.sampled_from([5, 11]),
        st.sampled_from(SCHOOLS),
    ),
    st.one_of(*(st.lists(one, min_size=1, max_size=9) for one in (scored, scored, marked, told, scored | marked))),
    max_size=30,
)
papers = st.tuples(some_papers, st.lists(scored, min_size=1, max_size=9)).map(
    lambda both: both[0] | {(YEAR, "ege", "rus", 11, "s0"): both[1]}
)
places = st.lists(st.sampled_from(["город", "село", None]), min_size=len(SCHOOLS), max_size=len(SCHOOLS))
regions = st.lists(st.sampled_from(["52", "53"]), min_size=len(SCHOOLS), max_size=len(SCHOOLS))


@small
@given(papers, places, regions, st.sampled_from(["0.25", "0.1", "0.5"]), st.sampled_from(["0.1", "0.34", "0.5", "1"]))
def test_lowest_quartile(
    engine: DuckDB, data: Papers, clusters: list[str | None], homes: list[str], quartile: str, share: str
) -> None:
    """Every work one by one, where the rule has tallies; shares and their places as fractions."""
    rows = [
        {**dict(zip(("year", "procedure", "subject", "grade", "school_id"), key, strict=True)), "mark": work[0],
         "passed": work[1], "journal_mark": None, "score": work[2], "max_score": None, "pupils": 1}
        for key, works in data.items() for work in works
    ]  # fmt: skip
    counts, tallies = (pa.Table.from_pylist(one, schema=arrow_schema(kind)) for one, kind in
                       (([], COUNTS), (rows, TALLIES)))  # fmt: skip
    schools = pa.table({"school_id": SCHOOLS, "region_id": homes, "cluster": pa.array(clusters, pa.string())})
    said = {"quartile": quartile, "share": share, "min_participants": 5}
    done = identify(Aggregated(counts, tallies), schools, rule("lowest-quartile"), YEAR, said, engine)
    found = {row["school_id"]: row for row in done.outcome.table.to_pylist()}

    home, cluster = dict(zip(SCHOOLS, homes, strict=True)), dict(zip(SCHOOLS, clusters, strict=True))
    written: dict[tuple[str, str, str, int], list[tuple[str, Work]]] = defaultdict(list)
    for (year, procedure, subject, grade, school), works in data.items():
        if year == YEAR and (procedure, subject) in COUNTED:
            written[home[school], procedure, subject, grade] += [(school, work) for work in works]
    whole, part = dict.fromkeys(SCHOOLS, 0), dict.fromkeys(SCHOOLS, 0)
    for works in written.values():
        by_score = all(score is not None for _, (_, _, score) in works)
        levels = [
            (school, score if by_score else mark or (3 if passed else 2)) for school, (mark, passed, score) in works
        ]
        bound = min(
            one for _, one in levels
            if sum(other <= one for _, other in levels) >= Fraction(quartile) * len(levels)
        )  # fmt: skip
        for school, level in levels:
            whole[school] += 1
            part[school] += level <= bound
    shares = {one: Fraction(part[one], whole[one]) for one in SCHOOLS if whole[one] >= 5}
    for school in SCHOOLS:
        row = found[school]
        assert (row["participants"], row["lowest"]) == (whole[school], part[school])
        assert row["compared_in"] == (cluster[school] or "регион")
        if school not in shares:
            assert (row["flagged"], row["lowest_share"], row["place"]) == (False, None, None)
            continue
        beside = [shares[one] for one in shares if cluster[one] == cluster[school]]
        place = 1 + sum(other > shares[school] for other in beside)
        assert (row["lowest_share"], row["place"]) == (float(shares[school]), place)
        assert row["flagged"] is (place <= int(len(beside) * Fraction(share)) and part[school] > 0)


def _totals(data: Works, counted: Callable[[Any], bool]) -> dict[str, tuple[int, int]]:
    totals: dict[str, tuple[int, int]] = {}
    for key, (part, whole) in data.items():
        if counted(key):
            before = totals.get(key[4], (0, 0))
            totals[key[4]] = (before[0] + part, before[1] + whole)
    return totals


def test_the_sentence_tells_the_counts(run: Any) -> None:
    data = {
        (YEAR, "vpr", "rus", 5, "s0"): (3, 10), (YEAR - 1, "vpr", "rus", 5, "s0"): (4, 10),
        (YEAR, "ege", "mat_base", 11, "s1"): (2, 9),
    }  # fmt: skip
    rows = run("fioko-2025", data)
    assert rows["s0"]["reason"] == (
        "В списке: в 2026 году низкие результаты в 1 процедуре: ВПР, русский язык, 5 класс – 3 из 10 (30 %); два года"
        " подряд: ВПР, русский язык, 5 класс – 3 из 10 (30 %), годом раньше 4 из 10 (40 %)"
        " (порог 30 %, не менее 10 участников; нужно 2)."
    )
    assert "ни в одной процедуре нет 10 участников" in rows["s1"]["reason"]
    assert "нет участников" in rows["s2"]["reason"]
