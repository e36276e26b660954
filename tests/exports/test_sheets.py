import csv
import datetime as dt
import io

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from opora.core.actor import System
from opora.core.marks import marks_in
from opora.exports.actions import release, release_table
from opora.exports.cells import escaped, is_dangerous, plain
from opora.exports.models import Copy
from opora.exports.sheets import comma_separated, workbook
from opora.journal.models import Entry
from opora.registry.models import Organisation
from opora.ui import points
from opora.ui.tables import Column, Table
from tests.factories import Region

DANGEROUS = ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "\t=1"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_formula_leaves_as_text(text: str) -> None:
    sheet = load_workbook(io.BytesIO(workbook("Т", ["а"], [[text]], by=System()))).active
    assert sheet is not None
    assert sheet["A2"].data_type == "s"
    assert str(sheet["A2"].value).startswith("'")
    row = list(csv.reader(io.StringIO(comma_separated(["а"], [[text]]).decode("utf-8-sig")), delimiter=";"))[1]
    assert row == [f"'{text}"]


def test_numbers_and_telephones_stay_as_they_are() -> None:
    assert not any(is_dangerous(text) for text in ["+7 (495) 000-00-00", "-5", "МБОУ «СОШ № 6»"])


@given(st.text() | st.text(alphabet="'=+-@1 ", max_size=6))
def test_escaping_can_be_undone(text: str) -> None:
    assert plain(escaped(text)) == text
    assert not is_dangerous(escaped(text))


def test_a_sheet_keeps_types_and_names_its_maker() -> None:
    rows = [[dt.date(2026, 8, 20), 129, 0.5, None, "Школа"]]
    book = load_workbook(
        io.BytesIO(workbook("Поручения: все", ["Срок", "Школ", "Доля", "Нет", "Имя"], rows, by=System()))
    )
    sheet = book.active
    assert sheet is not None
    date, *others = [cell.value for cell in sheet[2]]
    assert f"{date:%Y-%m-%d}" == "2026-08-20"
    assert others == [129, 0.5, None, "Школа"]
    assert book.properties.creator == "Система"


def test_a_moment_is_said_in_the_time_of_the_place() -> None:
    moment = dt.datetime(2026, 11, 27, 18, 53, tzinfo=dt.UTC)
    assert "27.11.2026 21:53" in comma_separated(["Когда"], [[moment]]).decode("utf-8-sig")
    sheet = load_workbook(io.BytesIO(workbook("Время", ["Когда"], [[moment]], by=System()))).active
    assert sheet is not None
    assert sheet["A2"].value == dt.datetime(2026, 11, 27, 21, 53)  # noqa: DTZ001  (a sheet knows no zones)


def test_a_released_copy_is_journalled(region: Region) -> None:
    response = release(
        by=region.user("regional_coordinator"),
        name="Дорожная/карта: 2026",
        kind="docx",
        content=b"x",
        on=region.authority,
        path=region.authority.path,
    )
    assert "attachment" in response.headers["Content-Disposition"]
    entry = Entry.objects.get(code="exports.released")
    assert entry.data["file"] == "Дорожная карта 2026.docx"
    assert entry.path == region.authority.path
    copy = Copy.objects.get()
    assert (copy.mark, copy.entry, copy.file_name) == (marks_in(entry.text)[0], entry.number, entry.data["file"])


def test_tables_are_exported_through_this_floor() -> None:
    assert release_table in list(points.exporters)


@pytest.mark.parametrize("confidential", [True, False])
def test_a_copy_of_a_confidential_table_is_journalled_as_such(
    region: Region, rf: RequestFactory, confidential: bool
) -> None:
    request = rf.get("/", {"to": "csv"})
    request.user = region.user("regional_coordinator")
    columns = [Column("name", "Имя", lambda row: row.name, sort=("name",))]
    table = Table(request, Organisation.objects.all(), columns=columns, default_sort="name", name="t", title="Т")
    table.confidential = confidential
    assert table.export()
    assert Entry.objects.get(code="exports.released").confidential is confidential
