from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from docx import Document
from openpyxl import Workbook

from opora.access.models import User
from opora.core.errors import Problem
from opora.core.workflow import Refused, Stale
from opora.journal.models import Entry
from opora.lists import actions, importing
from opora.lists.files import SourceRow, read_rows, typed_rows
from opora.lists.matching import AMBIGUOUS, FOUND, MISSING, Matcher
from opora.lists.models import ListImport, SchoolList
from opora.registry.actions import rename
from tests.factories import Region, organisation
from tests.lists.conftest import draft


@pytest.fixture
def made(region: Region, author: User) -> SchoolList:
    return draft(region, author)


def xlsx(rows: Sequence[Sequence[object]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


# -- reading -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header", ["Школа", "НАИМЕНОВАНИЕ", "Общеобразовательная  организация", "Краткое наименование*"]
)
def test_headers_are_found_below_a_title(header: str) -> None:
    rows = read_rows(
        xlsx([["Перечень школ"], [], ["№", header, "Муниципалитет", "Код", "Примечание"], [1, "СОШ", "Р", 17, "н"]]),
        "x",
    )
    assert rows == [SourceRow(4, "СОШ", "Р", "17", "н")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1251"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_csv_of_every_program(encoding: str, delimiter: str) -> None:
    text = f"Школа{delimiter}Примечание\r\nСОШ № 6{delimiter}'=1+1\r\n{delimiter}\r\nСОШ № 12{delimiter}\r\n"
    rows = read_rows(text.replace("№", "N").encode(encoding), "список.CSV")
    assert [(row.number, row.name, row.note) for row in rows] == [(2, "СОШ N 6", "=1+1"), (4, "СОШ N 12", "")]


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (b"PK\x03\x04broken", "a.xlsx", "повреждена"),
        (b"\x89PNG", "a.png", "не таблица"),
        ("Имя;Код\nа;б".encode(), "a.csv", "нет столбца «Школа»"),
        ("Школа\n".encode(), "a.csv", "нет ни одной школы"),
        (b"x" * (6 * 1024 * 1024), "a.csv", "больше 5 МБ"),
        ("Школа\n".encode() + b"a\n" * 5001, "a.csv", "больше 5000"),
    ],
)
def test_what_is_no_list_says_why(content: bytes, name: str, why: str) -> None:
    with pytest.raises(Problem, match=why):
        read_rows(content, name)


def test_typed_lines_keep_their_numbers() -> None:
    assert [(row.number, row.name) for row in typed_rows("  СОШ № 6 \r\n\r\nСОШ № 12")] == [
        (1, "СОШ № 6"),
        (3, "СОШ № 12"),
    ]


# -- matching ----------------------------------------------------------------------------------------------------


def test_a_row_is_a_school_or_says_why_not(region: Region, author: User) -> None:
    lyceum = organisation(parent=region.municipalities[0], name="МАОУ «Лицей «Исток»", code="1701")
    rename(lyceum, by=author, name="МАОУ «Лицей «Родник»")
    matcher = Matcher(region.authority)

    def state(name: str = "", **cells: str) -> tuple[str, object]:
        match = matcher.match(SourceRow(2, name, **cells))
        assert bool(match.school) != bool(match.text)
        return match.state, match.school

    assert state(region.schools[0].name) == (FOUND, region.schools[0])
    assert state("МБОУ СОШ №6 Полевой район") == (FOUND, region.schools[2])
    assert state("СОШ № 6", municipality="Полевой район") == (FOUND, region.schools[2])
    assert state("СОШ № 6") == (AMBIGUOUS, None)
    assert state("СОШ № 99") == (MISSING, None)
    assert state("СОШ № 99", municipality="Полевой район") == (MISSING, None)
    assert state("СОШ № 6", municipality="Лесной район") == (MISSING, None)
    assert state("СОШ № 6, Луговой район", municipality="Полевой район")[0] != FOUND
    assert state("Лицей «Родник»") == (FOUND, lyceum)
    assert state("МАОУ «Лицей «Исток»") == (FOUND, lyceum)
    assert state("1701") == (FOUND, lyceum)
    assert state(code="1701") == (FOUND, lyceum)
    assert state("Лицей «Родник»", code="1701") == (FOUND, lyceum)
    assert state("СОШ № 6", municipality="Луговой район", code="1701") == (AMBIGUOUS, None)
    assert state("Лицей «Родник»", code="9") == (MISSING, None)
    assert state(code="1701", municipality="Полевой район") == (MISSING, None)
    assert state(code="9") == (MISSING, None)
    assert state(region.services[0].name) == (MISSING, None)
    assert state("Лицей")[0] == AMBIGUOUS
    assert state("…") == (MISSING, None)


def test_matching_costs_the_same_for_many_rows(region: Region) -> None:
    with CaptureQueriesContext(connection) as queries:
        matcher = Matcher(region.authority)
        matches = [
            matcher.match(SourceRow(number, "СОШ № 6", municipality=place))
            for number in range(50)
            for place in ("Полевой район", "Луговой район", "")
        ]
        assert len([match.school.parent for match in matches if match.school]) == 100
    assert len(queries) == 5


# -- preview and applying ----------------------------------------------------------------------------------------


def test_the_preview_shows_and_the_press_applies_once(
    made: SchoolList, region: Region, author: User, client: Client
) -> None:
    client.force_login(author)
    content = xlsx(
        [["Школа", "Муниципалитет", "Примечание"], ["СОШ № 6", "Луговой район", "а"], ["СОШ № 12", "Полевой район"]]
    )

    def send() -> str:
        file = SimpleUploadedFile("перечень.xlsx", content)
        response = client.post(reverse("lists:import", args=[made.public_id]), {"file": file})
        assert response.status_code == 302
        return str(response.headers["Location"])

    assert client.get(reverse("lists:import", args=[made.public_id])).status_code == 200
    url = send()
    page = client.get(url).content.decode()
    assert "Найдено: 2. Неоднозначно: 0. Не найдено: 0." in page
    assert "Добавится: 2" in page
    assert region.schools[0].short_name in page
    assert not made.entries.exists()
    client.post(url, {"once": "x"})
    client.post(url, {"once": "x"})
    assert [entry.organisation for entry in made.entries.all()] == [region.schools[0], region.schools[3]]
    assert [entry.note for entry in made.entries.all()] == ["а", ""]
    assert client.get(url).status_code == 404
    assert not ListImport.objects.exists()
    again = send()
    assert "изменений нет" in client.get(again).content.decode()
    client.post(again)
    assert Entry.objects.filter(code="lists.replaced").count() == 1


def test_with_a_question_in_one_row_nothing_is_applied(
    made: SchoolList, region: Region, author: User, client: Client
) -> None:
    client.force_login(author)
    lines = f"{region.schools[0].name}\nСОШ № 6\nСОШ № 99\n{region.schools[0].name}"
    response = client.post(reverse("lists:import", args=[made.public_id]), {"text": lines})
    url = str(response.headers["Location"])
    page = client.get(url).content.decode()
    assert "Найдено: 1. Неоднозначно: 2. Не найдено: 1." in page
    assert "Подходят несколько школ" in page
    assert "уже указана в строке 1" in page
    assert client.post(url).status_code == 409
    assert not made.entries.exists()
    kept = ListImport.objects.get()
    again = client.get(reverse("lists:import", args=[made.public_id]), {"from": kept.public_id}).content.decode()
    assert "СОШ № 99" in again


def test_a_replacement_names_what_goes(made: SchoolList, region: Region, author: User) -> None:
    actions.add_school(made, by=author, organisation=region.schools[1])
    kept = importing.keep(made, by=author, rows=[SourceRow(1, region.schools[0].name)])
    plan = importing.plan(kept)
    assert (plan.added, plan.removed) == ([region.schools[0]], [region.schools[1]])
    assert importing.apply(kept, by=author)
    with pytest.raises(Stale):
        importing.apply(kept, by=author)
    data = Entry.objects.get(code="lists.replaced").data
    assert data["removed"] == [[region.schools[1].public_id, ""]]


def test_nothing_or_both_is_sent(made: SchoolList, author: User, client: Client) -> None:
    client.force_login(author)
    url = reverse("lists:import", args=[made.public_id])
    file = SimpleUploadedFile("a.csv", "Школа\nа".encode())
    assert "что-то одно" in client.post(url, {"text": " "}).content.decode()
    assert "что-то одно" in client.post(url, {"text": "а", "file": file}).content.decode()
    wrong = SimpleUploadedFile("a.csv", "Имя\nа".encode())
    assert "нет столбца «Школа»" in client.post(url, {"file": wrong}).content.decode()


def test_a_kept_import_is_ones_own_and_lasts_a_day(
    made: SchoolList, region: Region, author: User, client: Client
) -> None:
    kept = importing.keep(made, by=author, rows=[SourceRow(1, region.schools[0].name)])
    other = region.user("regional_coordinator")
    client.force_login(other)
    assert client.get(reverse("lists:preview", args=[made.public_id, kept.public_id])).status_code == 404
    with time_machine.travel(timezone.now() + dt.timedelta(hours=25)):
        importing.keep(made, by=author, rows=[])
    assert not ListImport.objects.filter(pk=kept.pk).exists()


def test_an_approved_list_takes_no_import(made: SchoolList, region: Region, author: User, client: Client) -> None:
    kept = importing.keep(made, by=author, rows=[SourceRow(1, region.schools[1].name)])
    actions.add_school(made, by=author, organisation=region.schools[0])
    approved = actions.approve(made, by=author)
    with pytest.raises(Refused):
        importing.keep(approved, by=author, rows=[])
    with pytest.raises(Refused):
        importing.apply(kept, by=author)
    client.force_login(author)
    assert client.get(reverse("lists:import", args=[made.public_id])).status_code == 409


def test_the_annex_of_an_order_is_a_list_too(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("Приложение к приказу от 20.08.2026 № 412")
    table = document.add_table(rows=0, cols=3)
    for cells in (
        ("№ п/п", "Наименование муниципального образования", "Наименование общеобразовательной организации"),
        ("1", "Луговой район", "МБОУ «СОШ № 6»"),
        ("2", "Полевой район", "МБОУ «СОШ № 12»"),
    ):
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    document.save(str(tmp_path / "order.docx"))
    rows = read_rows((tmp_path / "order.docx").read_bytes(), "order.docx")
    assert [(row.municipality, row.name) for row in rows] == [
        ("Луговой район", "МБОУ «СОШ № 6»"),
        ("Полевой район", "МБОУ «СОШ № 12»"),
    ]


def test_a_broken_order_is_told_in_words() -> None:
    with pytest.raises(Problem, match="Откройте"):
        read_rows(b"PK\x03\x04 broken", "order.docx")
