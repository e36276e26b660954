from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import openpyxl
import pytest
from openpyxl.styles import Alignment, Font

from opora.decrees.errors import Unreadable
from opora.decrees.formats import open_layout
from opora.decrees.layout import Paragraph
from opora.decrees.model import Source
from tests.decrees.formats import builders as make

if TYPE_CHECKING:
    from pathlib import Path


def test_titles_table_and_merged_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "План мероприятий"
    sheet["A1"].font = Font(bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet.merge_cells("A1:C1")
    for row in (["№", "Мероприятие", "Срок"], ["Раздел"], [1, "Вебинар\nдля школ", dt.date(2024, 5, 1)], [1.1, "Б"]):
        sheet.append(row)
    sheet.merge_cells("A3:C3")
    sheet.merge_cells("C4:C5")
    sheet.print_title_rows = "2:2"
    book.create_sheet("Пустой")
    hidden = book.create_sheet("Скрытый")
    hidden["A1"] = "служебное"
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    layout = open_layout(tmp_path / "a.xlsx")
    title, table = layout.blocks
    assert title == Paragraph("План мероприятий", Source(page=1, paragraph=1, cell="1:1"), bold=True, centred=True)
    assert make.tables(layout) == [table]
    assert make.shape(make.tables(layout)[0]) == [
        [(0, 1, 1, "№"), (1, 1, 1, "Мероприятие"), (2, 1, 1, "Срок")],
        [(0, 3, 1, "Раздел")],
        [(0, 1, 1, "1"), (1, 1, 1, "Вебинар\nдля школ"), (2, 1, 2, "01.05.2024")],
        [(0, 1, 1, "1.1"), (1, 1, 1, "Б")],
    ]
    rows = make.tables(layout)[0].rows
    assert [row.header for row in rows] == [True, False, False, False]
    assert rows[2].cells[1].paragraphs == ["Вебинар", "для школ"]
    assert rows[2].cells[1].source == Source(page=1, paragraph=2, cell="4:2")


def test_values_look_as_in_excel(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    values = [dt.datetime(2024, 5, 1, 14, 30), dt.time(9, 5), True, 3.0, 1.1, 0.5, 12.5]  # noqa: DTZ001 - Excel has no zones
    sheet.append(values)
    sheet["E1"].number_format = "0.00"
    sheet["F1"].number_format = "0%"
    book.save(tmp_path / "a.xlsx")
    (table,) = make.tables(open_layout(tmp_path / "a.xlsx"))
    shown = [cell.text for cell in table.rows[0].cells]
    assert shown == ["01.05.2024 14:30", "09:05", "да", "3", "1.10", "50%", "12.5"]


def test_a_far_formatted_cell_costs_nothing(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"] = "№", "Срок"
    sheet["XFD1048576"].font = Font(bold=True)
    book.save(tmp_path / "a.xlsx")
    (table,) = make.tables(open_layout(tmp_path / "a.xlsx"))
    assert make.shape(table) == [[(0, 1, 1, "№"), (1, 1, 1, "Срок")]]


def test_a_sheet_merged_as_a_whole_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "a.xlsx")
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/>'
        b'<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells></worksheet>'
    )
    make.replaced_member(tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", sheet)
    with pytest.raises(Unreadable, match="объединено слишком много"):
        open_layout(tmp_path / "a.xlsx")


def test_an_empty_book_has_no_text(tmp_path: Path) -> None:
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with pytest.raises(Unreadable, match="нет текста"):
        open_layout(tmp_path / "a.xlsx")
