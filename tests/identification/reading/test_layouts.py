"""Every layout of the contract, from a file as a region gets it to RESULTS that are known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from opora.identification import samples
from opora.identification.columns import RESULTS, arrow_schema
from opora.identification.reading import Reading, read
from opora.identification.samples import SampleCounts
from tests.identification.reading.conftest import SCHOOLS, counts, dice, works

MAXIMA = (1,) * 12 + (2,) * 4  # of mathematics, grade 5: 20 points


def _mark(score: int) -> int:
    """The scale of ВПР 2021, mathematics, grade 5, in words of its order: up to 6, 10, 14."""
    return 2 if score <= 6 else 3 if score <= 10 else 4 if score <= 14 else 5


def _clean(reading: Reading) -> None:
    assert reading.rejected == []
    assert reading.questions == []
    assert reading.results.schema.equals(arrow_schema(RESULTS))


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_the_protocol_of_2021(tmp_path: Path, table: pa.Table, ending: str) -> None:
    random = dice(1)
    made = works(random, MAXIMA)
    path = tmp_path / f"ВПР по математике, 5 класс 2021{ending}"
    samples.fisoko_2021(path, made, MAXIMA, random)
    reading = read(path, schools=table)
    _clean(reading)
    (sheet,) = reading.files[0].sheets
    assert sheet.layout == "fisoko_2021"
    rows = reading.results.to_pylist()
    assert len(rows) == len(made) == sheet.taken
    assert sheet.absent == sum(work.score is None for work in made) > 0
    for row, work in zip(rows, made, strict=True):
        assert (row["year"], row["procedure"], row["subject"], row["grade"]) == (2021, "vpr", "mat", 5)
        assert row["school_id"] == work.school.login
        assert row["pupil_id"] == f"{work.letter}/{work.pupil}"
        assert row["score"] == work.score
        assert row["mark"] == (None if work.score is None else _mark(work.score))
        assert row["passed"] is None
        assert row["journal_mark"] == (None if work.score is None else work.journal_mark)


def test_the_protocol_of_2022_asks_for_a_scale_and_takes_a_region_s_own(tmp_path: Path, table: pa.Table) -> None:
    random = dice(2)
    made = works(random, MAXIMA)
    path = tmp_path / "ВПР_2022_Математика_5 класс.xlsx"
    samples.fisoko_2022(path, made, MAXIMA, random)
    reading = read(path, schools=table)
    written = sum(work.score is not None for work in made)
    (question,) = reading.questions
    assert (question.field, question.sheet, question.rows) == ("scale", "Протокол", written)
    assert "ВПР 2022 года, математика, 5 класс" in question.text
    assert [one.row for one in reading.rejected] == [None]
    scales = tmp_path / "шкалы.yaml"
    scales.write_text("scales: [{procedure: vpr, year: 2022, subject: mat, grade: 5, last: [6, 10, 14]}]")
    reading = read(path, schools=table, scales=scales)
    _clean(reading)
    rows = reading.results.to_pylist()
    assert [row["mark"] for row in rows] == [None if one.score is None else _mark(one.score) for one in made]
    assert {row["max_score"] for row in rows if row["score"] is not None} == {20.0}
    assert [one.sheet for one in reading.files[0].sheets] == ["Протокол"]


def test_the_protocol_of_2020(tmp_path: Path, table: pa.Table) -> None:
    random = dice(3)
    made = works(random, MAXIMA, grade=6)
    path = tmp_path / "Rus6 ВПР 2020.csv"
    samples.fisoko_2020(path, made, MAXIMA, random)
    scales = tmp_path / "шкалы.yaml"
    scales.write_text("scales: [{procedure: vpr, year: 2020, subject: rus, grade: 6, last: [6, 10, 14]}]")
    reading = read(path, schools=table, scales=scales)
    _clean(reading)
    assert reading.files[0].sheets[0].layout == "fisoko_2020"
    rows = reading.results.to_pylist()
    assert [row["mark"] for row in rows] == [None if one.score is None else _mark(one.score) for one in made]
    assert {(row["year"], row["subject"], row["grade"]) for row in rows} == {(2020, "rus", 6)}


def test_groups_of_participants(tmp_path: Path, table: pa.Table) -> None:
    random = dice(4)
    made = counts(random, (2021, 2022))
    path = tmp_path / "ВПР Математика 5 класс статистика по отметкам.xlsx"
    samples.groups(path, made)
    reading = read(path, schools=table)
    _clean(reading)
    (sheet,) = reading.files[0].sheets
    assert sheet.layout == "groups"
    assert sheet.totals == 2 + 3  # the country, the region, three municipalities
    _same_counts(reading, made)


@pytest.mark.parametrize("percent", [False, True])
@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
def test_a_flat_table(tmp_path: Path, table: pa.Table, ending: str, percent: bool) -> None:
    made = counts(dice(5), (2021, 2022)) + counts(dice(6), (2022,), "rus", 4)
    path = tmp_path / f"впр{ending}"
    samples.flat(path, made, percent=percent)
    reading = read(path, schools=table, answers={path.name: {"procedure": "vpr"}})
    _clean(reading)
    assert reading.files[0].sheets[0].layout == "flat"
    _same_counts(reading, made)


def _same_counts(reading: Reading, made: list[SampleCounts]) -> None:
    found = {
        (row["school_id"], row["year"], row["subject"], row["grade"]): (
            row["participants"],
            *(row[f"marks_{mark}"] for mark in (2, 3, 4, 5)),
        )
        for row in reading.results.to_pylist()
    }
    assert found == {(one.school.login, one.year, one.subject, one.grade): (one.total, *one.marks) for one in made}


def test_a_table_of_an_exam(tmp_path: Path, table: pa.Table) -> None:
    random = dice(7)
    made = []
    for school in SCHOOLS:
        for subject in ("rus", "mat_base", "mat_prof"):
            total = random.randint(0 if subject == "mat_prof" else 1, 40)
            if total:
                failed = random.randint(0, total)
                made.append(SampleCounts(school, 2023, subject, 11, failed=failed, participants=total))
    path = tmp_path / "итоги.xlsx"
    samples.ege(path, made)
    reading = read(path, schools=table)
    _clean(reading)
    (sheet,) = reading.files[0].sheets
    assert (sheet.layout, sheet.header_rows) == ("ege", (3, 5))
    assert sheet.totals == 3
    found = {
        (row["school_id"], row["subject"]): (
            row["year"],
            row["procedure"],
            row["grade"],
            row["participants"],
            row["failed"],
        )
        for row in reading.results.to_pylist()
    }
    assert found == {(one.school.login, one.subject): (2023, "ege", 11, one.total, one.failed) for one in made}


def rows_of(path: Path, *rows: Sequence[Any]) -> list[dict[str, Any]]:
    """What is read of a small table, without what it leaves empty."""
    samples.write_rows(path, rows)
    reading = read(path)
    _clean(reading)
    return [{name: value for name, value in row.items() if value is not None} for row in reading.results.to_pylist()]


def test_units_below_unmerged_headers(tmp_path: Path) -> None:
    head = ["№ п/п", "ОО", "Всего участников", "«2»", "", "«3»", "", "«4»", "", "«5»", ""]
    units = ["", "", "", "чел.", "%", "чел.", "%", "чел.", "%", "чел.", "%"]
    (row,) = rows_of(tmp_path / "ОГЭ русский 2023.xlsx", head, units, [1, "СОШ 1", 20, 2, 10, 8, 40, 5, 25, 5, 25])
    assert [row[f"marks_{mark}"] for mark in (2, 3, 4, 5)] == [2, 8, 5, 5]


def test_a_block_of_marks_for_each_subject(tmp_path: Path) -> None:
    head = ["Муниципалитет", "Школа", "Русский язык", "", "", "", "Математика", "", "", ""]
    marks = ["", "", 2, 3, 4, 5, 2, 3, 4, 5]
    rows = rows_of(tmp_path / "ОГЭ 2024.csv", head, marks, ["Луг", "СОШ 1", 1, 4, 3, 2, 2, 4, 3, 1])
    assert [(row["subject"], row["grade"], row["participants"], row["marks_2"]) for row in rows] == [
        ("rus", 9, 10, 1),
        ("mat", 9, 10, 2),
    ]


def test_numbers_of_tasks_are_no_marks(tmp_path: Path) -> None:
    head = ["Школа", "Класс", "ФИО", "Вариант", "1", "2", "3", "Итого", "Оценка"]
    written, away = ["СОШ 5", "8А", "Иванов И. И.", 1, 1, 0, 2, 3, 3], ["СОШ 5", "8А", "Петрова А. Б.", 2, *"ннннн"]
    samples.write_rows(tmp_path / "РДР 2025 физика.csv", [head, written, away])
    reading = read(tmp_path / "РДР 2025 физика.csv")
    assert reading.rejected == []
    assert [(row["procedure"], row["mark"], row["score"]) for row in reading.results.to_pylist()] == [
        ("regional", 3, 3.0),
        ("regional", None, None),
    ]
    assert [one.code for one in reading.findings] == ["personal"]
    assert {row[2] for row in reading.files[0].sheets[0].examples} == {"…"}


def test_a_subject_told_by_code_and_by_name_is_read_by_its_name(tmp_path: Path) -> None:
    head = ["Код предмета", "Наименование предмета", "Код ОО", "Код участника", "Отметка"]
    (row,) = rows_of(tmp_path / "ЕГЭ2024.csv", head, [51, "Математика базовая", 101, "z1", 4])
    assert (row["subject"], row["school_id"], row["grade"]) == ("mat_base", "101", 11)


def test_codes_of_subjects_that_the_header_explains(tmp_path: Path) -> None:
    head = [
        "Класс",
        "Код предмета (1- РУ, 2- МА)",
        "ОО (логин школы)",
        "Код ученика",
        "Балл",
        "Отметка",
        "Year - Учебный год",
    ]
    rows = rows_of(tmp_path / "ВПР.csv", head, [4, 1, "sch7", "1", 30, 4, 2019], [5, 2, "sch7", "2", 10, 3, 2019])
    assert [(row["subject"], row["grade"], row["year"]) for row in rows] == [("rus", 4, 2019), ("mat", 5, 2019)]


def test_several_years_of_an_exam_in_blocks(tmp_path: Path) -> None:
    head = ["Код ОО", "2022", "", "2023", ""]
    lower = ["", "Участников", "Не сдали", "Участников", "Не сдали"]
    rows = rows_of(tmp_path / "ЕГЭ русский язык.csv", head, lower, ["101", 20, 1, 22, 0], ["102", "", "", 5, 1])
    assert [(row["school_id"], row["year"], row["participants"], row["failed"]) for row in rows] == [
        ("101", 2022, 20, 1),
        ("101", 2023, 22, 0),
        ("102", 2023, 5, 1),
    ]


def test_points_of_tasks_add_to_the_score() -> None:
    for score in range(21):
        tasks = samples.split(score, MAXIMA, dice(score))
        assert sum(one or 0 for one in tasks) == score
        assert all((one or 0) <= most for one, most in zip(tasks, MAXIMA, strict=True))


def test_in_our_own_columns_points_alone_make_no_participant(tmp_path: Path) -> None:
    """A row with neither `mark` nor `passed` is an absent pupil: no scale is asked for."""
    path = tmp_path / "own.csv"
    head = "year,procedure,subject,grade,school_id,pupil_id,mark,passed,score,max_score"
    rows = ["2025,vpr,rus,6,sch1,1,3,,20,30", "2025,vpr,rus,6,sch1,2,,,11,30", "2025,ege,rus,11,sch1,3,,true,61,100"]
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    reading = read(path)
    _clean(reading)
    (sheet,) = reading.files[0].sheets
    assert (sheet.taken, sheet.absent) == (3, 1)
    assert [(row["mark"], row["passed"], row["score"]) for row in reading.results.to_pylist()] == [
        (3, None, 20.0),
        (None, None, None),
        (None, True, 61.0),
    ]


def test_in_our_own_columns_without_marks_a_scale_makes_them(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "year,procedure,subject,grade,school_id,pupil_id,score\n2021,vpr,mat,5,sch1,1,7\n", encoding="utf-8"
    )
    reading = read(path)
    _clean(reading)
    assert [row["mark"] for row in reading.results.to_pylist()] == [3]
