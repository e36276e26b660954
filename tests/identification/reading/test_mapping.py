"""How a sheet was understood can be shown, corrected, kept and used again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from opora.identification.errors import Unfit
from opora.identification.reading import Mapping, read
from opora.identification.reading.facts import facts_in, grade_of, subject_of, year_in
from opora.identification.reading.scales import Scale, Scales, scales_of_yaml
from opora.identification.samples import write_rows


def test_a_mapping_of_a_person_is_used_again_for_equal_headers(tmp_path: Path) -> None:
    rows = [["Заведение", "Итог", "Прошлая"], ["s1", "4", "5"], ["s2", "2", "3"]]
    write_rows(tmp_path / "a.csv", rows)
    first = read(tmp_path / "a.csv")
    assert [one.field for one in first.questions] == ["columns"]
    mapping = first.files[0].sheets[0].mapping
    mapping = (
        mapping.with_field("Заведение", "school_id").with_field("Итог", "mark").with_field("Прошлая", "journal_mark")
    )
    mapping = mapping.with_constants(year="2022", procedure="vpr", subject="rus", grade="4")
    kept = Mapping.from_json(json.loads(json.dumps(mapping.to_json())))
    assert kept == mapping
    write_rows(tmp_path / "b.xlsx", [["Новые данные"], *rows])
    again = read([tmp_path / "a.csv", tmp_path / "b.xlsx"], mapping=[kept])
    assert again.questions == []
    assert [one.layout for _, one in again.sheets] == ["given", "given"]
    assert [(row["school_id"], row["mark"], row["journal_mark"]) for row in again.results.to_pylist()] == [
        ("s1", 4, 5),
        ("s2", 2, 3),
    ] * 2
    other = tmp_path / "c.csv"
    write_rows(other, [["Логин", "Отметка"], ["s3", "3"]])
    known = read(
        other, mapping=[kept], answers={"c.csv": {"year": "2022", "procedure": "vpr", "subject": "rus", "grade": "4"}}
    )
    assert known.files[0].sheets[0].layout == "pupils"


def test_a_column_can_be_left_out(tmp_path: Path) -> None:
    write_rows(tmp_path / "ВПР 2022 русский язык 4 класс.csv", [["Логин", "Балл", "Отметка"], ["s1", "99", "4"]])
    path = tmp_path / "ВПР 2022 русский язык 4 класс.csv"
    mapping = read(path).files[0].sheets[0].mapping
    (row,) = read(path, mapping=mapping.with_field("Балл", "")).results.to_pylist()
    assert (row["mark"], row["score"]) == (4, None)


def test_signatures_do_not_depend_on_tasks_and_years(tmp_path: Path) -> None:
    def signature(*header: str) -> str:
        write_rows(tmp_path / "x.csv", [header, ["s1"] * len(header)])
        return read(tmp_path / "x.csv").files[0].sheets[0].mapping.signature

    assert signature("Логин", "Код", "1 (1б)", "Итого баллов") == signature(
        "Логин", "Код", "7К1 (2б)", "8 (1б)", "Итого баллов"
    )
    assert signature("Логин", "Код", "Отметка") != signature("Логин", "Код", "Балл")


@pytest.mark.parametrize(
    "data", [{}, {"columns": [{"field": "mark"}]}, {"columns": [{"header": "a", "field": "no"}]}, {"columns": 5}]
)
def test_what_is_no_mapping(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="столбц"):
        Mapping.from_json(data)


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("ВПР_2022_Математика_5 класс", {"year": "2022", "procedure": "vpr", "subject": "mat", "grade": "5"}),
        ("Протокол ВПР по русскому языку, 6 класс", {"procedure": "vpr", "subject": "rus", "grade": "6"}),
        ("ЕГЭ 2023 математика профильная", {"year": "2023", "procedure": "ege", "subject": "mat_prof"}),
        ("Русский язык и математика, 5-8 классы", {}),
        ("ОГЭ-2021", {"year": "2021", "procedure": "oge"}),
        ("Rus5", {"subject": "rus"}),
        ("отчёт 12.05.2022", {"year": "2022"}),
        ("2021 и 2022", {}),
        ("ЕГЭ2024_химия", {"year": "2024", "procedure": "ege", "subject": "chem"}),
        ("коллегэ", {}),
        ("Региональная диагностическая работа по физике", {"procedure": "regional", "subject": "phys"}),
        ("Внутришкольная работа", {"procedure": "in_school"}),
    ],
)
def test_facts_of_names(name: str, known: dict[str, str]) -> None:
    assert facts_in([("имя файла", name)]).known == known


def test_school_years_grades_and_subjects() -> None:
    assert year_in("2021/2022 учебный год") == ("2022", True)
    assert year_in("2021-22") == ("2022", True)
    grades = {"5А": "5", "5 «Б»": "5", "11": "11", "10-в": "10", "V": "5", "5 класс": "5", "аб": ""}
    assert {said: grade_of(said) for said in grades} == grades
    subjects = {"РУ": "rus", "01": "rus", "22": "mat_base", "Окружающий мир": "world", "mat_base": "mat_base"}
    assert {said: subject_of(said) for said in subjects} == subjects


def test_a_school_year_and_names_that_differ_are_told(tmp_path: Path) -> None:
    path = tmp_path / "ВПР 2021-2022 математика 5 класс.xlsx"
    write_rows(path, [["Русский язык"], ["Логин", "Отметка"], ["s1", "4"]])
    reading = read(path)
    assert {one.code for one in reading.findings} == {"school_year", "facts_differ"}
    assert [(row["year"], row["subject"]) for row in reading.results.to_pylist()] == [(2022, "rus")]


def test_a_school_year_in_a_column_is_told(tmp_path: Path) -> None:
    header = ["Год", "Логин", "Отметка"]
    write_rows(tmp_path / "ВПР математика 5 класс.csv", [header, ["2021/2022", "s1", 4], ["2021/2022", "s2", 4]])
    reading = read(tmp_path / "ВПР математика 5 класс.csv")
    assert {row["year"] for row in reading.results.to_pylist()} == {2022}
    assert [(one.code, one.row) for one in reading.findings] == [("school_year", 2)]


def test_the_shipped_scales() -> None:
    scales = Scales.shipped()
    scale = scales.of(("vpr", 2021, "mat", 5))
    assert scale is not None
    assert [scale.mark(score) for score in (0, 6, 7, 10, 11, 14, 15, 20)] == [2, 2, 3, 3, 4, 4, 5, 5]
    assert scales.of(("vpr", 2022, "mat", 5)) is None
    assert len(scales.by_key) == 10


def test_a_scale_of_passing(tmp_path: Path) -> None:
    path = tmp_path / "ЕГЭ 2023 русский язык.csv"
    write_rows(path, [["Код ОО", "Код участника", "Балл"], ["s1", "1", "36"], ["s1", "2", "35"], ["s1", "3", "н/я"]])
    reading = read(path, scales=[Scale("ege", 2023, "rus", 11, passing=36, most=100)])
    assert [(row["passed"], row["mark"], row["score"]) for row in reading.results.to_pylist()] == [
        (True, None, 36.0),
        (False, None, 35.0),
        (None, None, None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "scales: [",
        "scales: []",
        "[1]",
        "scales: [{procedure: vpr, year: 2021, subject: mat, grade: 5}]",
        "scales: [{procedure: vpr, year: 2021, subject: mat, grade: 5, last: [5, 4, 9]}]",
        "scales: [{procedure: vpr, year: 2021, subject: mat, grade: 5, last: [5, 9, 14], most: 14}]",
        "scales: [{procedure: другая, year: 2021, subject: mat, grade: 5, last: [5, 9, 14]}]",
        "scales: [{year: 2021, subject: mat, grade: 5, last: [5, 9, 14]}]",
    ],
)
def test_what_is_no_scale(text: str) -> None:
    with pytest.raises(Unfit):
        scales_of_yaml(text, "шкалы.yaml")
