"""Results of a study as a school's own xlsx: made for it alone, filled in without a network, looked at, taken back."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.assessments.models import LoadingState
from opora.development import study_book
from opora.development.actions import studies as actions
from opora.development.actions import study_results
from opora.development.models import StudySchool
from opora.identification.reading.opening import Unreadable
from tests.assessments.conftest import coded, work
from tests.development.test_studies import ordered
from tests.factories import Region

__all__ = ["coded"]
pytestmark = pytest.mark.django_db
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def row(coded: Region) -> StudySchool:
    by = coded.user(RoleCode.REGIONAL_COORDINATOR)
    study = ordered(by, coded.authority, grades=[5, 6])
    actions.start(study, by=by)
    return study.schools.get(school=coded.schools[0])


def book_of(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def filled(content: bytes, **cells: object) -> bytes:
    book = book_of(content)
    for place, value in cells.items():
        book[study_book.SHEET][place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


GOOD = {"C6": 1, "D6": 2, "E6": 3, "F6": 4, "G6": 1, "B7": "нет"}


def read(content: bytes, row: StudySchool, tmp_path: Path) -> study_book.Brought:
    place = tmp_path / "file.xlsx"
    place.write_bytes(content)
    return study_book.read(place, row)


def test_it_is_made_for_this_study_and_school(row: StudySchool) -> None:
    book = book_of(study_book.write(row))
    sheet = book[study_book.SHEET]
    assert [sheet[f"A{number}"].value for number in (6, 7)] == [5, 6]
    assert row.school.name in [cell.value for cell in sheet["A"]]
    assert sheet.protection.sheet
    assert [sheet[place].protection.locked for place in ("A6", "B5", "H6", "B6", "C6", "G7")] == [True] * 3 + [
        False
    ] * 3
    rules = {str(rule.sqref): rule.type for rule in sheet.data_validations.dataValidation}
    assert rules == {"B6:B7": "list", "C6:G7": "whole"}
    assert book["Опора"].sheet_state == "veryHidden"


def test_what_is_filled_in_is_read(row: StudySchool, tmp_path: Path) -> None:
    brought = read(filled(study_book.write(row), **GOOD), row, tmp_path)
    assert brought.problems == []
    assert brought.counts == {5: [1, 2, 3, 4, 1], 6: [0, 0, 0, 0, 0]}
    row.counts = {str(grade): numbers for grade, numbers in brought.counts.items()}
    assert read(study_book.write(row), row, tmp_path).counts == brought.counts


@pytest.mark.parametrize(
    ("cells", "place", "value", "words"),
    [
        ({"D6": "две"}, "D6", "две", "целое число"),
        ({"D6": 2.5}, "D6", "2.5", "целое число"),
        ({"D6": -1}, "D6", "-1", "целое число"),
        ({"D6": 10**9}, "D6", "1000000000", "целое число"),
        ({"D6": "9" * 50}, "D6", "9" * 50, "целое число"),
        ({"D6": None}, "D6", "", "нет таких — 0"),
        ({"B6": "может быть"}, "B6", "может быть", "Выберите"),
        ({"C7": 4}, "C7", "4", "класс не писал"),
        ({"A7": 5}, "A7", "5", "уже есть выше"),
        ({"A7": 9}, "", "", "Строки «6 класс» в файле нет"),
        ({"B6": "нет", "C6": 0, "D6": 0, "E6": 0, "F6": 0, "G6": 0}, "", "", "нули"),
        ({"D6": "=1/0"}, "D6", "", "Формула"),
    ],
)
def test_every_mistake_is_told_with_its_cell(
    cells: dict[str, object], place: str, value: str, words: str, row: StudySchool, tmp_path: Path
) -> None:
    brought = read(filled(study_book.write(row), **{**GOOD, **cells}), row, tmp_path)
    problem = brought.problems[0]
    assert (problem.sheet, problem.cell) == (study_book.SHEET, place)
    assert words in problem.message
    assert value == "" or problem.value == value


def test_files_of_others_are_not_taken(row: StudySchool, coded: Region, tmp_path: Path) -> None:
    by = coded.user(RoleCode.REGIONAL_COORDINATOR)
    neighbour = row.study.schools.get(school=coded.schools[1])
    other = ordered(by, coded.authority, grades=[5, 6]).schools.get(school=row.school)
    plain = openpyxl.Workbook()
    plain.save(out := io.BytesIO())
    for content, words in (
        (study_book.write(neighbour), "другой школы"),
        (study_book.write(other), "другого исследования"),
        (out.getvalue(), "выданный Опорой"),
        (b"PK\x03\x04 broken", "Файл повреждён|не файл"),
        ("школа;5\n".encode(), "не файл"),
    ):
        with pytest.raises(Unreadable, match=words):
            read(content, row, tmp_path)


def upload(client: Client, url: str, content: bytes) -> Any:
    return client.post(f"{url}file/", {"file": SimpleUploadedFile("Результаты.xlsx", content, XLSX)})


def test_a_school_brings_its_file_and_the_region_loads_it(row: StudySchool, coded: Region, client: Client) -> None:
    head: User = coded.user(RoleCode.SCHOOL_HEAD)
    client.force_login(head)
    url = f"{row.study.get_absolute_url()}schools/{row.public_id}/"
    table = client.get(row.study.get_absolute_url()).content.decode()
    assert f'href="{url}"' in table
    assert "Внести из файла" not in table  # one press a row; the ways of the file stand behind it
    beside = client.get(url).content.decode()
    assert all(f'href="{url}{way}"' in beside for way in ("results.xlsx", "file/"))
    content = client.get(f"{url}results.xlsx").content
    wrong = upload(client, url, filled(content, **{**GOOD, "D6": "две"}))
    assert wrong.status_code == 422
    said = wrong.content.decode()
    assert "ячейка D6" in said
    assert "«две»" in said
    assert 'name="signed"' not in said
    looked = upload(client, url, filled(content, **GOOD))
    assert "«5» — 4" in looked.content.decode()
    assert not StudySchool.objects.entered().exists()
    signed = looked.context["signed"]
    assert client.post(f"{url}file/take/", {"signed": signed}).status_code == 302
    row.refresh_from_db()
    assert row.counts == {"5": [1, 2, 3, 4, 1], "6": [0, 0, 0, 0, 0]}
    again = client.post(f"{url}file/take/", {"signed": signed})  # looked at before the numbers were entered
    assert again.status_code == 409
    assert client.post(f"{url}file/take/", {"signed": "чужое"}).status_code == 409
    by = coded.user(RoleCode.REGIONAL_COORDINATOR)
    loading = study_results.collect(row.study, by=by)
    work()
    loading.refresh_from_db()
    assert loading.state == LoadingState.READ, (loading.failure, loading.questions)


def test_it_is_taken_along_before_and_brought_while_the_study_runs(coded: Region, client: Client) -> None:
    by, head = coded.user(RoleCode.REGIONAL_COORDINATOR), coded.user(RoleCode.SCHOOL_HEAD)
    study = ordered(by, coded.authority)
    row = study.schools.get(school=coded.schools[0])
    client.force_login(head)
    url = f"{study.get_absolute_url()}schools/{row.public_id}/"
    page = client.get(study.get_absolute_url()).content.decode()
    assert "Скачать файл" in page
    assert "Внести из файла" not in page
    assert client.get(f"{url}results.xlsx").status_code == 200
    assert client.get(f"{url}file/").status_code == 409
