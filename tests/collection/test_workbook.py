"""The workbook of a form goes out and comes back: the same answers, mistakes with cells, nothing overwritten."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.collection.definition import Definition, Field, Kind, read
from opora.collection.ready import CODES, ready
from opora.collection.values import Stored
from opora.collection.workbook import Filled, Head, Workbook, base, differences, write
from opora.identification.reading import opening
from opora.identification.reading.opening import Unreadable
from tests.collection.collecting import cells

HEAD = Head("01VERSION", "01SUBMISSION", 7)
FORM = read(
    {
        "sections": [
            {
                "key": "one",
                "title": "Школа: [размер]/кадры",
                "fields": [
                    {"key": "name", "kind": "text", "title": "Название", "max": 50},
                    {"key": "pupils", "kind": "number", "title": "Учеников", "min": 0, "max": 5000, "required": True},
                    {"key": "rate", "kind": "number", "title": "Ставок", "decimals": 6},
                    {"key": "since", "kind": "date", "title": "Открыта"},
                    {"key": "kind", "kind": "choice", "title": "Вид", "options": ["город", "село"]},
                    {"key": "labs", "kind": "several", "title": "Кабинеты", "options": ["физика", "химия"]},
                    {"key": "twice", "kind": "number", "title": "Вдвое", "formula": "pupils × 2"},
                    {"key": "plan", "kind": "file", "title": "План"},
                    {
                        "key": "team",
                        "kind": "table",
                        "title": "Команда",
                        "max": 4,
                        "columns": [
                            {"key": "name", "kind": "text", "title": "Имя"},
                            {"key": "years", "kind": "number", "title": "Стаж", "max": 60},
                            {"key": "left", "kind": "number", "title": "До 60", "formula": "60 - years"},
                        ],
                    },
                ],
            }
        ]
    }
)


def _written(folder: Path, definition: Definition, answers: dict[str, Stored]) -> Path:
    path = folder / "form.xlsx"
    path.write_bytes(write(HEAD, "Паспорт", "Школа № 1", definition, answers))
    return path


def _back(definition: Definition, answers: dict[str, Stored]) -> Filled:
    with TemporaryDirectory() as folder:
        return Workbook(_written(Path(folder), definition, answers)).filled(definition)


def _said(filled: Filled) -> dict[str, Stored]:
    """Rows of tables without their names."""
    said = {key: one for key, one in filled.answers.items() if one is not None}
    return {key: cells(one) if any(isinstance(each, dict) for each in one) else one for key, one in said.items()}


_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)
_NUMBERS = st.decimals(-999999, 999999, places=6).map(lambda one: format(one.normalize() if one else Decimal(0), "f"))
_DAYS = st.dates(dt.date(1900, 3, 1), dt.date(2100, 12, 31)).map(str)
_WHOLE = st.integers(0, 60).map(str)


def _row() -> st.SearchStrategy[dict[str, Stored]]:
    full = st.fixed_dictionaries({"name": _WORDS}, optional={"years": _WHOLE})
    return st.one_of(full, st.fixed_dictionaries({"years": _WHOLE}))


_ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "name": _WORDS,
        "pupils": st.integers(0, 5000).map(str),
        "rate": _NUMBERS,
        "since": _DAYS,
        "kind": st.sampled_from(["город", "село"]),
        "labs": st.sampled_from([["физика"], ["химия"], ["физика", "химия"]]),
        "team": st.lists(_row(), min_size=1, max_size=4),
    },
)


@given(_ANSWERS)
@settings(max_examples=40, deadline=None)
def test_what_went_out_comes_back(answers: dict[str, Stored]) -> None:
    filled = _back(FORM, answers)
    assert filled.head == HEAD
    assert filled.problems == []
    assert _said(filled) == answers


def _example(one: Field) -> Stored:
    found: dict[Kind, Stored] = {
        Kind.TEXT: "Ответ словами, довольно длинный",
        Kind.NUMBER: format(one.max or 1, "f"),
        Kind.DATE: "2020-09-01",
        Kind.CHOICE: one.options[-1] if one.options else None,
        Kind.SEVERAL: list(one.options[:2]),
    }
    return [{c.key: _example(c) for c in one.columns}] if one.is_table else found.get(one.kind)


@pytest.mark.parametrize("code", CODES)
def test_shipped_forms_survive_the_way(code: str) -> None:
    definition = ready(code).definition
    answers = {key: _example(one) for key, one in definition.fields.items() if not one.formula}
    filled = _back(definition, answers)
    assert filled.problems == []
    assert _said(filled) == answers


def test_every_mistake_is_told_with_its_cell(tmp_path: Path) -> None:
    path = _written(tmp_path, FORM, {"name": "Школа"})
    book = openpyxl.load_workbook(path)
    section, team = book[book.sheetnames[0]], book["Команда"]
    places = {row[0].value: row[2] for row in section.iter_rows(min_row=4) if row[0].value}
    places["pupils"].value = "много"
    places["labs#1"].value = "возможно"
    team["C5"].value = 99
    book.save(path)
    filled = Workbook(path).filled(FORM)
    assert [(one.sheet, one.cell, one.value) for one in filled.problems] == [
        (section.title, places["pupils"].coordinate, "много"),
        (section.title, places["labs#1"].coordinate, "возможно"),
        ("Команда", "C5", "99"),
    ]
    assert filled.wrong == {"pupils", "labs", "team"}
    assert differences(filled, FORM, {"name": "Школа"}, {"name": "Школа"}) == []


def test_sheets_are_locked_but_for_their_answers(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(_written(tmp_path, FORM, {"twice": "4"}))
    assert book["Опора"].sheet_state == "veryHidden"
    section = book[book.sheetnames[0]]
    assert section.protection.sheet
    open_keys = {row[0].value for row in section.iter_rows(min_row=4) if row[0].value and not row[2].protection.locked}
    assert open_keys == {"name", "pupils", "rate", "since", "kind", "labs#0", "labs#1"}
    rules = {str(one.sqref): one for one in section.data_validations.dataValidation}
    assert rules["C5"].error == "Нужно число. От 0 до 5\u00a0000, целое."
    assert (rules["C5"].formula1, rules["C5"].formula2) == ("0", "5000")


def test_rows_that_were_moved_are_still_understood(tmp_path: Path) -> None:
    path = _written(tmp_path, FORM, {"name": "Школа", "pupils": "12"})
    book = openpyxl.load_workbook(path)
    section = book[book.sheetnames[0]]
    section.insert_rows(4, 3)
    section.title = "Переименован"
    book.save(path)
    assert _said(Workbook(path).filled(FORM)) == {"name": "Школа", "pupils": "12"}


def test_a_row_left_empty_between_others_is_no_row(tmp_path: Path) -> None:
    """What was worked out of it stands in its cell still."""
    rows = [{"name": one, "years": "10", "left": "50"} for one in ("Анна", "Борис", "Вера")]
    path = _written(tmp_path, FORM, {"team": rows})
    book = openpyxl.load_workbook(path)
    team = book["Команда"]
    assert (team["D5"].value, team["D5"].protection.locked) == ("50", True)
    team["B5"].value = team["C5"].value = None
    team["C6"].value = 99
    book.save(path)
    filled = Workbook(path).filled(FORM)
    assert filled.answers["team"] == [{"#": "1", "name": "Анна", "years": "10"}, {"#": "3", "name": "Вера"}]
    assert [(one.cell, one.value) for one in filled.problems] == [("C6", "99")]


def test_what_is_worked_out_is_no_change(tmp_path: Path) -> None:
    answers = {"team": [{"name": "Анна", "years": "10", "left": "50"}], "pupils": "3", "twice": "6"}
    assert differences(_back(FORM, answers), FORM, answers, answers) == []


@pytest.mark.parametrize("lost", ["row", "column"])
def test_what_was_deleted_of_a_question_leaves_its_answer(tmp_path: Path, lost: str) -> None:
    answers = {"labs": ["физика", "химия"], "team": [{"name": "Анна", "years": "10"}]}
    path = _written(tmp_path, FORM, answers)
    book = openpyxl.load_workbook(path)
    section = book[book.sheetnames[0]]
    if lost == "row":
        section.delete_rows(next(row[0].row for row in section.iter_rows() if row[0].value == "labs#1"))
    else:
        book["Команда"].delete_cols(3)
    book.save(path)
    filled = Workbook(path).filled(FORM)
    assert filled.wrong == {"labs" if lost == "row" else "team"}
    assert differences(filled, FORM, answers, answers) == []


def test_a_formula_of_the_person_without_a_value_is_told(tmp_path: Path) -> None:
    path = _written(tmp_path, FORM, {})
    book = openpyxl.load_workbook(path)
    book[book.sheetnames[0]]["C4"].value = "=1+1"
    book.save(path)
    assert "name" in Workbook(path).filled(FORM).wrong


def test_an_answer_that_did_not_fit_goes_out_and_comes_back_as_a_mistake() -> None:
    filled = _back(FORM, {"pupils": "много"})
    assert [(one.cell, one.value) for one in filled.problems] == [("C5", "много")]
    assert differences(filled, FORM, {"pupils": "много"}, {"pupils": "много"}) == []


def test_a_file_that_swells_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _written(tmp_path, FORM, {})
    monkeypatch.setattr(opening, "MAX_FORM", 1000)
    with pytest.raises(Unreadable, match="слишком велик"):
        Workbook(path)


def test_a_sheet_that_was_deleted_is_told_and_changes_nothing(tmp_path: Path) -> None:
    path = _written(tmp_path, FORM, {"team": [{"name": "Анна"}]})
    book = openpyxl.load_workbook(path)
    del book["Команда"]
    book.save(path)
    filled = Workbook(path).filled(FORM)
    assert [one.message for one in filled.problems] == [
        "Вопроса «Команда» в файле нет: ответ на него останется прежним."
    ]
    assert "team" not in filled.answers


def test_a_strange_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(Unreadable, match="не файл формы"):
        Workbook(path)
    path.write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(Unreadable):
        Workbook(path)


def _filled(**answers: Stored) -> Filled:
    return Filled(HEAD, dict(answers), dict.fromkeys(answers, "C5"))


@pytest.mark.parametrize(
    ("was", "now", "brought", "told"),
    [
        ("1", "1", "2", False),  # changed in the workbook alone
        ("1", "2", "1", None),  # changed here alone: the workbook says nothing about it
        ("1", "2", "2", None),  # changed to the same
        ("1", "2", "3", True),  # changed in both
        (None, "2", "3", True),
        ("1", "2", None, True),  # cleared there, changed here
        ([], None, None, None),
    ],
)
def test_what_changed_on_both_sides_is_a_conflict(was: Any, now: Any, brought: Any, told: bool | None) -> None:
    found = differences(_filled(pupils=brought), FORM, {"pupils": was}, {"pupils": now})
    assert [one.conflict for one in found] == ([] if told is None else [told])


def test_the_answers_of_an_old_revision() -> None:
    changes: list[tuple[int, str, Stored]] = [(9, "a", "3"), (8, "b", None), (8, "a", "2"), (7, "a", "1")]
    assert base({"a": "4", "b": "5"}, changes, 7) == {"a": "2", "b": None}


@pytest.mark.parametrize(
    ("checks", "low", "high", "told"),
    [
        (["since ≤ сегодня"], "DATE(1900,1,1)", "TODAY()", True),
        (["сегодня ≤ since"], "TODAY()", "DATE(2100,12,31)", True),
        (["since ≥ 01.09.2020 и since ≤ сегодня"], "DATE(2020,9,1)", "TODAY()", True),
        (
            ["since > сегодня", "pupils > 0", "since ≤ сегодня + 5", "since ≤ сегодня или да"],
            "DATE(1900,1,1)",
            "DATE(2100,12,31)",
            False,
        ),
    ],
)
def test_what_a_sheet_can_say_of_a_day_it_says(
    checks: list[str], low: str, high: str, told: bool, tmp_path: Path
) -> None:
    said = [{"expression": one, "message": "Не тот день."} for one in checks]
    fields = [
        {"key": "pupils", "kind": "number", "title": "Учеников"},
        {"key": "since", "kind": "date", "title": "С какого дня", "checks": said},
    ]
    form = read({"sections": [{"key": "s", "title": "С", "fields": fields}]})
    sheet = openpyxl.load_workbook(_written(tmp_path, form, {"since": "2031-01-01"})).worksheets[0]
    [rule] = [one for one in sheet.data_validations.dataValidation if one.type == "date"]
    assert (rule.formula1, rule.formula2) == (low, high)
    assert ("Не тот день." in rule.error) is told
