"""Bad values: each has its sentence, and the good rows beside it are all there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from opora.identification.reading import read
from opora.identification.samples import write_rows
from tests.identification.reading.rows import COUNTS, GOOD, KEY, PUPILS, aggregated, changed, pupils


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"mark": 1}, "Отметка «1» невозможна"),
        ({"mark": 6}, "Отметка «6» невозможна"),
        ({"mark": "4,5"}, "Отметка «4,5» невозможна"),
        ({"mark": "#ДЕЛ/0!"}, "ошибка формулы «#ДЕЛ/0!»"),
        ({"year": 2031}, "Год «2031» невозможен"),
        ({"year": "двадцать второй"}, "невозможен"),
        ({"year": ""}, "Не указан год"),
        ({"grade": 12}, "Класс «12» невозможен"),
        ({"procedure": "контрольная"}, "Процедура «контрольная» неизвестна"),
        ({"school_id": ""}, "Не указана школа"),
        ({"score": -1}, "Первичный балл «-1» невозможен"),
        ({"score": 21}, "Балл 21 больше наибольшего (20)"),
        ({"subject": "?"}, "Предмет «?» не распознан"),
        ({"subject": ""}, "Не указан предмет"),
    ],
)
@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_an_impossible_value_costs_its_row_only(tmp_path: Path, ending: str, values: dict[str, Any], said: str) -> None:
    reading = pupils(tmp_path / f"a{ending}", changed(**values), changed(pupil_id="c3"))
    (rejected,) = reading.rejected
    assert said in rejected.reason
    assert (rejected.file, rejected.row) == (f"a{ending}", 3)
    (column,) = values
    if values[column] != "" and column != "score":
        assert rejected.value == str(values[column])
    assert [row["pupil_id"] for row in reading.results.to_pylist()] == ["a1", "c3"]
    assert reading.files[0].set_aside == 1


def test_a_formula_in_a_csv_is_told(tmp_path: Path) -> None:
    (rejected,) = pupils(tmp_path / "a.csv", changed(mark="=A1+1")).rejected
    assert (rejected.value, rejected.row) == ("=A1+1", 3)
    assert "формула" in rejected.reason


def test_an_impossible_mark_of_the_term_is_told_and_the_work_stays(tmp_path: Path) -> None:
    reading = pupils(tmp_path / "a.csv", changed(journal_mark=6), changed(pupil_id="c", journal_mark="нет отметки"))
    assert reading.rejected == []
    assert [row["journal_mark"] for row in reading.results.to_pylist()] == [4, None, None]
    (finding,) = reading.findings
    assert (finding.code, finding.row) == ("journal_mark", 3)


def test_a_row_with_neither_mark_nor_passed_is_an_absent_pupil(tmp_path: Path) -> None:
    away = [
        changed(pupil_id=f"n{number}", mark=said, score="", journal_mark="")
        for number, said in enumerate(["", "н", "-"])
    ]
    reading = pupils(tmp_path / "a.csv", *away)
    assert reading.rejected == []
    assert reading.absent == 3
    assert [row["mark"] for row in reading.results.to_pylist()] == [4, None, None, None]


def test_a_work_twice_is_counted_once(tmp_path: Path) -> None:
    reading = pupils(tmp_path / "a.csv", GOOD, changed(), (*GOOD[:6], 5, *GOOD[7:]))
    assert [(one.row, one.kind) for one in reading.rejected] == [(3, "duplicate"), (5, "duplicate")]
    assert "a.csv, строка 2" in reading.rejected[0].reason
    assert [row["mark"] for row in reading.results.to_pylist()] == [4, 4]


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.csv", [PUPILS, GOOD], encoding="utf-8")
    write_rows(tmp_path / "b.csv", [PUPILS, GOOD], encoding="utf-8")
    reading = read([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert reading.results.num_rows == 1
    assert [(one.code, one.file) for one in reading.findings] == [("same_file", "b.csv")]
    assert reading.rejected == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("s1", -5, 1, 1, 1, 1), "Число участников «-5» невозможно"),
        (("s1", 10, -1, 5, 5, 1), "Отметок «-1» быть не может"),
        (("s1", 10, 1, 5, 5, 1), "сумма 12"),
        (("s1", 10, 1, 5, "4а", 1), "Отметок «4а» быть не может"),
        (("s1", 6000, 6000, 0, 0, 0), "Число участников «6000» невозможно"),
        (("s1", 10, 110, 0, 0, 0), "Отметки не складываются"),
        (("s1", 50, 20, 30, 28, 20), "98 %"),
        (("s1", "", 8.7, 34.78, 39.13, 17.39), "числа участников нет"),
    ],
)
def test_counts_that_cannot_be(tmp_path: Path, row: Sequence[Any], said: str) -> None:
    reading = aggregated(tmp_path / "a.csv", (*KEY, *row), (*KEY, "s2", 23, 2, 8, 9, 4))
    (rejected,) = reading.rejected
    assert said in rejected.reason
    assert rejected.row == 2
    assert [row["school_id"] for row in reading.results.to_pylist()] == ["s2"]


@pytest.mark.parametrize(
    "shares",
    [
        ("8,70", "34,78", "39,13", "17,39"),
        ("8,7%", "34,8%", "39,1%", "17,4%"),
        (0.087, 0.3478, 0.3913, 0.1739),
        (8.7, 34.8, 39.1, 17.4),
    ],
)
@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_shares_become_counts_with_the_participants(tmp_path: Path, ending: str, shares: Sequence[Any]) -> None:
    path = tmp_path / f"a{ending}"
    write_rows(path, [COUNTS, (*KEY, "s1", 23, *shares)], encoding="utf-8")
    reading = read(path)
    assert reading.rejected == []
    (row,) = reading.results.to_pylist()
    assert [row[f"marks_{mark}"] for mark in (2, 3, 4, 5)] == [2, 8, 9, 4]


def test_shares_that_add_to_98_percent_are_told(tmp_path: Path) -> None:
    reading = aggregated(tmp_path / "a.csv", (*KEY, "s1", 23, 8, 34, 39, 17), (*KEY, "s2", 23, 2, 8, 9, 4))
    (finding,) = reading.findings
    assert (finding.code, finding.row) == ("shares_sum", 2)
    assert "98 %" in finding.text
    assert [row["marks_2"] for row in reading.results.to_pylist()] == [2, 2]


def test_pupils_and_counts_of_one_work_are_not_both_counted(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.csv", [PUPILS, GOOD], encoding="utf-8")
    write_rows(tmp_path / "b.csv", [COUNTS, (*KEY, "sch220001", 23, 2, 8, 9, 4)], encoding="utf-8")
    reading = read([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert [one.file for one in reading.rejected] == ["b.csv"]
    assert "дважды" in reading.rejected[0].reason


def test_what_no_column_and_no_name_tells_is_asked(tmp_path: Path) -> None:
    header = ("Логин", "Кол-во участников", "2", "3", "4", "5")
    reading = aggregated(tmp_path / "данные.csv", ("s1", 10, 1, 4, 4, 1), ("s2", 10, 1, 4, 4, 1), header=header)
    assert {one.field for one in reading.questions} == {"year", "procedure", "subject", "grade"}
    assert {one.rows for one in reading.questions} == {2}
    assert reading.results.num_rows == 0
    assert reading.files[0].set_aside == 2
    answers = {"данные.csv": {"year": "2022", "procedure": "vpr", "subject": "mat", "grade": "5"}}
    again = read(tmp_path / "данные.csv", answers=answers)
    assert again.questions == []
    assert again.taken == 2


def test_a_year_that_has_not_come_in_the_name_of_a_file_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "ВПР 2031 математика 5 класс.csv"
    reading = aggregated(path, ("s1", 10, 1, 4, 4, 1), header=("Логин", "Кол-во участников", "2", "3", "4", "5"))
    (question,) = reading.questions
    assert question.field == "year"
    assert "2031" in question.text


def test_a_school_in_two_municipalities_is_told_and_stays(tmp_path: Path) -> None:
    header = ("Год", "Класс", "Предмет", "Муниципалитет", "Логин", "Кол-во участников", "2", "3", "4", "5")
    rows = [
        (2022, 5, "Математика", "Луговой район", "s1", 10, 1, 4, 4, 1),
        (2022, 5, "Русский язык", "Заречный район", "s1", 10, 1, 4, 4, 1),
    ]
    reading = aggregated(tmp_path / "ВПР.csv", *rows, header=header)
    assert reading.taken == 2
    (finding,) = reading.findings
    assert finding.code == "two_municipalities"
    assert "Луговой район" in finding.text
    assert "Заречный район" in finding.text
