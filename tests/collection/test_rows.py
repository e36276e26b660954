"""Rows of tables in two copies of a form: nothing is lost, nothing overwritten silently."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.collection.definition import read
from opora.collection.rows import NAME, Row, fits, named
from opora.collection.values import Stored, said
from opora.collection.workbook import Difference, Filled, Head, What, Workbook, differences, merged, write
from opora.collection.workbook.layout import NAMELESS
from tests.collection.collecting import cells

HEAD = Head("01VERSION", "01SUBMISSION", 7, "c0de")
COLUMNS = ("name", "years")
FORM = read(
    {
        "sections": [
            {
                "key": "one",
                "title": "Кадры",
                "fields": [
                    {
                        "key": "team",
                        "kind": "table",
                        "title": "Команда",
                        "max": 9,
                        "columns": [{"key": key, "kind": "text", "title": key} for key in COLUMNS],
                    }
                ],
            }
        ]
    }
)
TEAM = FORM.fields["team"]
ANNA, BORIS = {NAME: "a", "name": "Анна", "years": "10"}, {NAME: "b", "name": "Борис", "years": "20"}
VERA = {NAME: "v", "name": "Вера"}
Rows = list[Row]


def compared(was: Rows, now: Rows, brought: Rows) -> list[Difference]:
    return differences(_filled(brought), FORM, {"team": was}, {"team": now})


def _filled(brought: Rows) -> Filled:
    return Filled(HEAD, {"team": brought or None}, {"team": "лист «Команда»"})


def taken(found: list[Difference], now: Rows, brought: Rows, both: set[str] = frozenset()) -> Rows:  # type: ignore[assignment]
    made = merged(found, FORM, {"team": now}, _filled(brought), both)
    return said(TEAM, made.get("team", now)) or []


@pytest.mark.parametrize(
    ("now", "brought", "told", "result"),
    [
        # a row put above the others moves none
        (
            [ANNA, BORIS],
            [VERA, ANNA, {**BORIS, "years": "21"}],
            [("v", "", "added", False), ("b", "years", "cell", False)],
            "vab",
        ),
        ([VERA, ANNA, BORIS], [ANNA, {**BORIS, "years": "21"}], [("b", "years", "cell", False)], "vab"),
        # both sides added a row: both stand
        ([VERA, ANNA, BORIS], [ANNA, BORIS, {NAME: "w", "name": "Глеб"}], [("w", "", "added", False)], "vabw"),
        # the same cell on both sides, and different cells of one row
        ([{**ANNA, "years": "11"}, BORIS], [{**ANNA, "years": "12"}, BORIS], [("a", "years", "cell", True)], "ab"),
        ([{**ANNA, "years": "11"}, BORIS], [{**ANNA, "name": "Аня"}, BORIS], [("a", "name", "cell", False)], "ab"),
        # taken away on one side; and changed on the other
        ([ANNA, BORIS], [BORIS], [("a", "", "removed", False)], "b"),
        ([{**ANNA, "years": "11"}, BORIS], [BORIS], [("a", "", "removed", True)], "b"),
        ([BORIS], [{**ANNA, "years": "11"}, BORIS], [("a", "", "changed", True)], "ab"),
        ([BORIS], [ANNA, {**BORIS, "years": "9"}], [("b", "years", "cell", False)], "b"),
        # the order
        ([ANNA, BORIS], [BORIS, ANNA], [("", "", "order", False)], "ba"),
        ([ANNA, {**VERA}, BORIS], [BORIS, ANNA], [("", "", "order", False)], "bva"),
    ],
)
def test_a_change_is_of_the_same_row(
    now: Rows, brought: Rows, told: list[tuple[str, str, str, bool]], result: str
) -> None:
    found = compared([ANNA, BORIS], now, brought)
    assert [(one.row, one.column, one.what, one.conflict) for one in found] == told
    assert "".join(row[NAME] for row in taken(found, now, brought)) == result


def test_a_new_row_filled_in_twice_can_be_kept_twice() -> None:
    now, brought = [ANNA, {**VERA, "years": "1"}], [ANNA, {**VERA, "years": "2"}]
    [one] = found = compared([ANNA], now, brought)
    assert (one.conflict, one.can_be_both, one.place) == (True, True, "team-v")
    assert cells(taken(found, now, brought, {"team-v"})[1:]) == cells([now[1], brought[1]])
    assert taken(found, now, brought) == brought


_CELL = st.sampled_from(["x", "y", "z"])
_ROW = st.dictionaries(st.sampled_from(COLUMNS), _CELL, min_size=1)


@st.composite
def _copy(draw: st.DrawFn, base: Rows, whose: str) -> Rows:
    """What a person made of the rows: inserted, deleted, changed, moved."""
    rows = [dict(row) for row in base]
    for number in range(draw(st.integers(0, 4))):
        what = draw(st.sampled_from(["insert", "delete", "change", "move"]))
        if what == "insert":  # by hand, or in an empty row of the same workbook
            name = draw(st.sampled_from([f"{whose}{number}", "shared"]))
            if name not in [row[NAME] for row in rows]:
                rows.insert(draw(st.integers(0, len(rows))), {NAME: name, **draw(_ROW)})
        elif rows:
            row = rows.pop(draw(st.integers(0, len(rows) - 1)))
            if what == "change":
                row = {NAME: row[NAME], **draw(_ROW)}
            if what != "delete":
                rows.insert(draw(st.integers(0, len(rows))), row)
    return rows


@st.composite
def _two(draw: st.DrawFn) -> tuple[Rows, Rows, Rows]:
    base = named(draw(st.lists(_ROW, max_size=4)))
    return base, draw(_copy(base, "n")), draw(_copy(base, "f"))


def _by(rows: Rows) -> dict[str, Row]:
    return {row[NAME]: row for row in rows}


@given(_two(), st.randoms(use_true_random=False))
@settings(max_examples=400, deadline=None)
def test_whatever_two_people_do_is_applied_or_asked(sides: tuple[Rows, Rows, Rows], random: Any) -> None:
    base, now, brought = sides
    found = compared(base, now, brought)
    clashes = [one for one in found if one.conflict]
    words = {
        one.place: random.choice(["file", "here", "both"] if one.can_be_both else ["file", "here"]) for one in clashes
    }
    assert len(words) == len(clashes), "each has a name of its own"
    both = {place for place, word in words.items() if word == "both"}
    result = taken([one for one in found if words.get(one.place, "file") != "here"], now, brought, both)
    there, here, file, made = map(_by, (base, now, brought, result))
    assert len(made) == len(result)
    for name in {*there, *here, *file}:
        _expected(name, there.get(name), here.get(name), file.get(name), made.get(name), words)
    beside = [row for row in result if row[NAME] not in {*there, *here, *file}]
    assert cells(beside) == cells(file[place.removeprefix("team-")] for place in both)
    if now == base:
        assert (clashes, result) == ([], brought)
    if brought == base:
        assert (found, result) == ([], now)
    _in_order(base, now, brought, result, words)


def _expected(
    name: str, was: Row | None, now: Row | None, file: Row | None, made: Row | None, words: dict[str, str]
) -> None:
    if file in (was, now):
        assert made == now, "what the file left is as it stands"
    elif now == was:
        assert made == file, "what the file alone changed is taken"
    elif was and now and file:
        for key in COLUMNS:
            three = was.get(key), now.get(key), file.get(key)
            word = words.get(f"team-{name}-{key}", "")
            assert (word != "") == (len(set(three)) == 3), "a cell is asked about where both changed it"
            changed = file if word == "file" or (not word and three[2] != three[0]) else now
            assert (made or {}).get(key) == changed.get(key)
    else:
        assert made == (file if words[f"team-{name}"] == "file" else now)


def _in_order(base: Rows, now: Rows, brought: Rows, result: Rows, words: dict[str, str]) -> None:
    """Of the rows that stand on all sides."""
    both = {*_by(base)} & {*_by(now)} & {*_by(brought)}
    was, here, file = ([name for name in _by(rows) if name in both] for rows in (base, now, brought))
    asked = "team-order" in words
    assert asked == (file not in (was, here) and here != was), "the order is asked about where both changed it"
    wanted = file if words.get("team-order") == "file" or (not asked and file != was) else here
    assert [row[NAME] for row in result if row[NAME] in both] == [name for name in wanted if name in _by(result)]


@given(st.lists(st.dictionaries(st.sampled_from(["name", NAME]), st.text(max_size=4), min_size=1), max_size=6))
def test_rows_have_names_of_their_own_and_keep_them(rows: list[dict[str, Stored]]) -> None:
    found = named(rows)
    assert len({row[NAME] for row in found}) == len(rows)
    assert cells(found) == cells(rows)
    assert named(found) == found
    assert all(fits(row[NAME]) for row in found)


def _written(folder: Path, rows: Rows) -> Path:
    path = folder / "form.xlsx"
    path.write_bytes(write(HEAD, "Паспорт", "Школа № 1", FORM, {"team": rows}))
    return path


def test_names_travel_with_the_rows_of_a_workbook(tmp_path: Path) -> None:
    path = _written(tmp_path, [ANNA, BORIS])
    book = openpyxl.load_workbook(path)
    team = book["Команда"]
    assert (team["D4"].value, team["D4"].protection.locked) == ("a", True)
    assert team.column_dimensions["D"].hidden
    team["B6"].value = "Вера"  # in an empty row
    team.insert_rows(4)
    team["B4"].value = "Глеб"
    book.save(path)
    found = Workbook(path).filled(FORM)
    assert [(row[NAME], row["name"]) for row in found.answers["team"]] == [
        ("c0de.4.0", "Глеб"),
        ("a", "Анна"),
        ("b", "Борис"),
        ("c0de.6", "Вера"),
    ]
    assert found.cells["team-b"] == "лист «Команда», строка 6"
    told = differences(found, FORM, {"team": [ANNA, BORIS]}, {"team": [ANNA, BORIS]})
    assert [(one.what, one.cell) for one in told] == [
        (What.ADDED, "лист «Команда», строка 4"),
        (What.ADDED, "лист «Команда», строка 7"),
    ]
    assert Workbook(path).filled(FORM).answers == found.answers, "the same every time"


def test_a_row_copied_with_its_name_is_another(tmp_path: Path) -> None:
    path = _written(tmp_path, [ANNA])
    book = openpyxl.load_workbook(path)
    team = book["Команда"]
    for column, value in (("B", "Анна"), ("D", "a")):
        team[f"{column}5"].value = value
    book.save(path)
    assert [row[NAME] for row in Workbook(path).filled(FORM).answers["team"]] == ["a", "a.2"]


def test_a_workbook_from_before_there_were_names(tmp_path: Path) -> None:
    """Its rows, as those that were stored then, are called by their numbers."""
    old = [{"name": "Анна"}, {"name": "Борис"}]
    path = _written(tmp_path, old)
    book = openpyxl.load_workbook(path)
    book["Опора"]["A1"].value, book["Опора"]["A5"].value = NAMELESS, None
    team = book["Команда"]
    team.delete_cols(4)
    team["C5"].value = "20"
    book.save(path)
    found = Workbook(path).filled(FORM)
    [one] = differences(found, FORM, {"team": old}, {"team": [VERA, *named(old)]})
    assert (one.row, one.column, one.conflict) == ("2", "years", False)
