"""Schools of files found in the list of schools, and files of schools."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from opora.identification import samples
from opora.identification.columns import SCHOOLS as COLUMNS
from opora.identification.reading import Registry, read, read_schools
from opora.identification.reading.schools import School, login_in
from opora.identification.samples import SampleCounts, write_rows
from tests.identification.reading.conftest import SCHOOLS, counts, dice


@pytest.fixture
def registry() -> Registry:
    schools = [
        School("sch220001", "МБОУ «СОШ № 1»", "Луговой район"),
        School("sch220002", "МБОУ «СОШ № 1»", "Заречный район"),
        School("sch220003", "Муниципальное бюджетное учреждение «Ясногорская СОШ № 3»", "Ясногорск"),
        School("777", "Лицей «Росток»", "Ясногорск"),
        School("0042", "Гимназия «Лад»", "Ясногорск"),
    ]
    return Registry({one.school_id: one for one in schools}, {"Первая школа": "sch220001"})


@pytest.mark.parametrize(
    ("code", "name", "municipality", "school_id", "how"),
    [
        ("sch220001", "", "", "sch220001", "code"),
        (" SCH220001 ", "", "", "sch220001", "code"),
        ("sсh220001", "", "", "sch220001", "code"),  # a Cyrillic «с»
        ("edu220003", "что угодно", "", "sch220003", "prefix"),
        ("777", "", "", "777", "code"),
        ("42", "", "", "0042", "code"),  # a spreadsheet program took it for a number
        ("", "МБОУ «Ясногорская средняя общеобразовательная школа №3»", "", "sch220003", "name"),
        ("неизвестный", "МКОУ СОШ № 3 Ясногорская", "", "sch220003", "name"),
        ("", "СОШ №1", "Заречный район", "sch220002", "name"),
        ("", "СОШ №1", "муниципальное образование «Луговой район»", "sch220001", "name"),
        ("", "первая школа", "", "sch220001", "given"),
    ],
)
def test_a_school_is_found(
    registry: Registry, code: str, name: str, municipality: str, school_id: str, how: str
) -> None:
    found = registry.match(code, name, municipality)
    assert found is not None
    assert (found.school.school_id, found.how) == (school_id, how)


@pytest.mark.parametrize(
    ("code", "name", "municipality"),
    [("sch999999", "", ""), ("", "СОШ № 1", ""), ("", "СОШ № 8", "Луговой район"), ("edu1", "", ""), ("", "", "")],
)
def test_a_school_is_not_guessed(registry: Registry, code: str, name: str, municipality: str) -> None:
    assert registry.match(code, name, municipality) is None


def test_the_nearest_is_told(registry: Registry) -> None:
    near = registry.nearest("", "Ясногорскя СОШ № 3")
    assert near is not None
    assert near.school_id == "sch220003"
    assert registry.nearest("", "Детский сад «Колобок»") is None


def test_logins_in_names() -> None:
    assert login_in("МБОУ СОШ № 1 (sch223004)") == ("sch223004", "МБОУ СОШ № 1")
    assert login_in("Луговой район") == ("", "Луговой район")


def test_a_changed_prefix_and_an_unknown_school(tmp_path: Path, table: pa.Table) -> None:
    changed = [
        replace(one, school=replace(one.school, login=one.school.login.replace("sch", "edu")))
        for one in counts(dice(1))
    ]
    strange = SampleCounts(
        replace(SCHOOLS[0], login="edu999999", name="МБОУ «СОШ № 1 Луговя»"), 2022, "mat", 5, (1, 1, 1, 1)
    )
    samples.flat(tmp_path / "ВПР.csv", [*changed, strange])
    reading = read(tmp_path / "ВПР.csv", schools=table)
    assert {row["school_id"] for row in reading.results.to_pylist()} == {one.login for one in SCHOOLS}
    unknown, *others = reading.schools
    assert {one.how for one in others} == {"prefix"}
    assert (unknown.said, unknown.school_id, unknown.nearest) == ("edu999999", "", "sch220001")
    (rejected,) = reading.rejected
    assert (rejected.kind, rejected.row) == ("school", len(changed) + 2)
    assert "Похожа" in rejected.reason
    again = read(tmp_path / "ВПР.csv", schools=table, aliases={"edu999999": "sch220002"})
    assert [one.how for one in again.schools if one.said == "edu999999"] == ["given"]
    assert [one.kind for one in again.rejected] == ["duplicate"]  # of the school that it is said to be


def test_a_file_of_schools(tmp_path: Path) -> None:
    header = [
        "Логин",
        "Наименование",
        "Муниципалитет",
        "Тип населённого пункта",
        "Количество обучающихся",
        "доля",
        "прим",
    ]
    rows = [
        ["Школы края"],
        header,
        ["s2", "СОШ № 2", "Луговой район", "село", "120", "12,5", "а"],
        ["s1", "СОШ № 1", "Ясногорск", "город", 800.0, "", "б"],
        ["s3", "СОШ № 3", "Ясногорск", "4", "", "3", ""],
        ["s2", "СОШ № 2", "Заречный район", "4", "120", "", ""],
        ["s1", "СОШ № 1", "Ясногорск", "2", "800", "", ""],
        ["s4", "СОШ № 4", "Ясногорск", "Марс", "10", "", ""],
        ["s5", "СОШ № 5", "Ясногорск", "4", "-3", "", ""],
        ["", "СОШ № 6", "Ясногорск", "4", "5", "", ""],
        ["Всего"],
    ]
    write_rows(tmp_path / "a.xlsx", rows)
    reading = read_schools(tmp_path / "a.xlsx")
    assert reading.table.column_names[: len(COLUMNS)] == [one.name for one in COLUMNS]
    names = ["school_id", "municipality_id", "settlement", "pupils", "доля", "прим"]
    assert [tuple(row.values()) for row in reading.table.select(names).to_pylist()] == [
        ("s1", "Ясногорск", 2, 800, None, "б"),
        ("s2", "Луговой район", 4, 120, 12.5, "а"),
        ("s3", "Ясногорск", 4, None, 3.0, None),
    ]
    said = {one.row: one.reason for one in reading.rejected}
    assert set(said) == {6, 7, 8, 9, 10}
    assert "в муниципалитете «Луговой район»" in said[6]
    assert "Заречный район" in said[6]
    assert "уже есть в строке 4" in said[7]
    assert "«Марс»" in said[8]
    assert "«-3»" in said[9]
    assert "Не указан код" in said[10]


def test_a_file_without_codes_of_schools(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.csv", [["а", "б"], ["1", "2"]])
    reading = read_schools(tmp_path / "a.csv")
    assert reading.table.num_rows == 0
    assert "нет столбца с кодом" in reading.rejected[0].reason
