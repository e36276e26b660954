"""The files themselves: nothing in them runs, every sheet says who made the copy."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pdfplumber
import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from opora.decrees import read
from opora.decrees.formats import open_layout
from opora.decrees.formats.cleaning import clean
from opora.decrees.layout import Table
from opora.documents.printing import (
    KINDS,
    Heading,
    Kind,
    Printed,
    PrintedColumn,
    PrintedSection,
    PrintedTable,
    form,
    render,
)
from tests.documents.printing import samples

INJECTIONS = [
    '#panic("x")',
    '#read("/etc/passwd")',
    "]#let said = 1",
    '"); #sys.inputs',
    "$ sum_(i=1)^n $",
    "= Заголовок",
    "- пункт",
    "\\u{41}",
    "// примечание",
    "<метка> @ссылка",
    "{{ jinja }} {% x %}",
    "<w:p/>&lt;",
    "=1+1",
    '=HYPERLINK("http://a")',
    "🙂 emoji English",
    "_x0041_",
    "\x00\x07\x1b нажатия \ufffe",
    "строка\r\nстрока\u2028строка",
    "слово" * 60,
    "\u202eперевёрнуто",
]
texts = st.text(st.characters(codec="utf-8"), max_size=60)


def one_row(text: str) -> Printed:
    """A document that says the text wherever a text can stand."""
    heading = Heading(text, text, text[:40], None, text[:40], text, [text])
    table = PrintedTable(text, samples.COLUMNS, [PrintedSection(text, [["1", text, text, text, text]])])
    return samples.road_map([], heading=heading, lead=[text], tables=[table], closing=[text], made_by=text)


def table_of(printed: Printed, kind: Kind, folder: Path) -> Table:
    path = folder / f"printed.{kind}"
    path.write_bytes(render(printed, kind))
    return next(block for block in open_layout(path).blocks if isinstance(block, Table))


def lines(text: str) -> list[str]:
    return [line for line in clean(form.legible(text)).split("\n") if line.strip()]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", INJECTIONS)
def test_any_text_is_only_text(kind: Kind, text: str) -> None:
    content = render(one_row(text), kind)
    assert content[:2] == (b"%P" if kind == "pdf" else b"PK")


@given(text=texts)
@settings(max_examples=25)
def test_any_text_makes_a_pdf(text: str) -> None:
    assert render(one_row(text), "pdf").startswith(b"%PDF")


@pytest.mark.parametrize("text", ['#panic("x")', "$ x_1 $ *жирно* `код` #sys.version", "[скобка] \\ # @ссылка <метка>"])
def test_the_language_of_typst_is_shown_as_written(text: str) -> None:
    printed = samples.road_map([PrintedSection(None, [["1", text, "", "", ""]])], landscape=True)
    with pdfplumber.open(io.BytesIO(render(printed, "pdf"))) as document:
        assert text in document.pages[0].extract_text()


@given(cells=st.lists(texts, min_size=5, max_size=5))
@settings(max_examples=30)
def test_any_cells_are_kept_by_a_docx(cells: list[str], tmp_path: Path) -> None:
    table = PrintedTable(None, [PrintedColumn(title) for title in "АБВГД"], [PrintedSection("Раздел", [cells])])
    found = table_of(samples.road_map([], tables=[table]), "docx", tmp_path)
    assert [cell.text for cell in found.rows[1].cells] == ["Раздел"]
    assert [lines(cell.text) for cell in found.rows[2].cells] == [lines(cell) for cell in cells]


@given(
    text=st.text("абвгд АБВ«»(),.;:-=+@/№0129 xyz🙂<>&#$*_\"'", max_size=80),
    done=st.text("абвгд АБВ«»(),.;:=+@/№0129 xyz🙂<>&#$*_\"'", max_size=80),
)
@settings(max_examples=30)
def test_any_activity_is_read_from_a_docx(text: str, done: str, tmp_path: Path) -> None:
    rows = [
        [str(number), f"Проведение семинара {text}", "до 20.08.2026", "МОУО", f"Выполнено {done}"] for number in (1, 2)
    ]
    path = tmp_path / "printed.docx"
    path.write_bytes(render(samples.road_map([PrintedSection(None, rows)]), "docx"))
    (section,) = read(path).roadmaps[0].sections
    assert [(a.number, a.text, a.completion) for a in section.activities] == [
        (row[0], " ".join(row[1].split()), " ".join(row[4].split())) for row in rows
    ]


def test_a_docx_repeats_its_head_and_holds_short_rows_together() -> None:
    printed = samples.road_map(samples.hard())
    rows = Document(io.BytesIO(render(printed, "docx"))).tables[0]._tbl.tr_lst
    assert [row.find(f".//{qn('w:tblHeader')}") is not None for row in rows] == [True] + [False] * (len(rows) - 1)
    assert [row.find(f".//{qn('w:cantSplit')}") is not None for row in rows] == [True, False, True, True, True, True]


def test_a_docx_runs_nothing() -> None:
    content = render(one_row("=1+1"), "docx")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        fields = set(re.findall(rb"<w:instrText[^>]*>([^<]*)<", b"".join(map(archive.read, names))))
    assert not [name for name in names if "vba" in name.lower() or "embed" in name.lower()]
    assert fields == {b"PAGE"}


def test_a_docx_says_who_made_it() -> None:
    document = Document(io.BytesIO(render(samples.road_map(samples.plain()), "docx")))
    assert document.core_properties.comments == samples.MADE_BY
    assert document.core_properties.title == samples.heading().title
    assert document.core_properties.author == samples.heading().organisation


@pytest.mark.parametrize(("landscape", "kept_long", "left"), [(False, False, 20), (True, False, 20), (False, True, 30)])
def test_the_sheet_of_a_docx(landscape: bool, kept_long: bool, left: int) -> None:
    printed = samples.road_map(samples.plain(), landscape=landscape, kept_long=kept_long)
    section = Document(io.BytesIO(render(printed, "docx"))).sections[0]
    sides = (section.left_margin, section.right_margin, section.top_margin, section.bottom_margin)
    assert [round(side.mm) for side in sides] == [left, 10, 20, 20]
    assert (section.page_width > section.page_height) is landscape


def test_the_pages_of_a_pdf() -> None:
    """Numbered from the second one; who made it in the properties."""
    with pdfplumber.open(io.BytesIO(render(samples.road_map(samples.plain()), "pdf"))) as document:
        assert document.metadata["Title"] == samples.heading().title
        assert document.metadata["Author"] == samples.heading().organisation
        assert document.metadata["Subject"] == samples.MADE_BY
        heads = [page.crop((0, 0, page.width, 50)).extract_text() for page in document.pages]
        assert heads == ["", *(str(number) for number in range(2, len(document.pages) + 1))]
        assert len(document.pages) > 3


def test_nothing_of_a_pdf_leaves_its_cell() -> None:
    address = "https://edu.tomsk.gov.ru/shnor/2026-2027/" + "dorozhnaya" * 12
    word = "Рентгеноэлектрокардиографического" * 3
    printed = samples.road_map([PrintedSection(None, [["1.100.100", address, word, word, address]])])
    with pdfplumber.open(io.BytesIO(render(printed, "pdf"))) as document:
        page = document.pages[0]
        (table,) = page.find_tables()
        for cell, said in zip(table.rows[-1].cells, ["1.100.100", address, word, word, address], strict=True):
            assert re.sub(r"[\s-]", "", page.crop(cell).extract_text()) == said.replace("-", "")


def test_an_xlsx_is_ready_for_the_printer() -> None:
    printed = samples.road_map(samples.plain(), landscape=True)
    sheet = load_workbook(io.BytesIO(render(printed, "xlsx"))).active
    assert sheet is not None
    head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "№ п/п")
    assert sheet.print_title_rows == f"${head}:${head}"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (
        "landscape",
        9,
        0,
    )
    assert any(str(area).startswith(f"A{head + 1}:") for area in sheet.merged_cells.ranges)


def test_an_xlsx_has_no_formula() -> None:
    book = load_workbook(io.BytesIO(render(one_row("=1+1"), "xlsx")))
    values = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in values} == {"s"}
    assert "'=1+1" in {cell.value for cell in values}


def test_a_cell_too_large_for_a_workbook_goes_on_below() -> None:
    text = "Проведение семинара. " * 3_000
    found = load_workbook(
        io.BytesIO(render(samples.road_map([PrintedSection(None, [["1", text, "", "", ""]])]), "xlsx"))
    ).worksheets[0]
    column = [str(row[1].value or "") for row in found.iter_rows()]
    assert text.strip() in "".join(column)


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_without_a_table(kind: Kind, tmp_path: Path) -> None:
    printed = samples.road_map(
        [], heading=samples.order(), tables=[], lead=["В целях поддержки школ:", "1. Утвердить."]
    )
    path = tmp_path / f"printed.{kind}"
    path.write_bytes(render(printed, kind))
    assert read(path).number == "814-р"


@pytest.mark.parametrize("kind", KINDS)
def test_several_tables(kind: Kind, tmp_path: Path) -> None:
    """Each has its own columns, so a workbook gives each a sheet."""
    group = PrintedTable(
        "Состав рабочей группы",
        [PrintedColumn("ФИО"), PrintedColumn("Должность")],
        [PrintedSection(None, [["Иванова А. П.", "директор"]])],
    )
    tables = [*samples.road_map(samples.plain()).tables, group]
    path = tmp_path / f"printed.{kind}"
    path.write_bytes(render(samples.road_map([], tables=tables), kind))
    found = [block for block in open_layout(path).blocks if isinstance(block, Table)]
    rows = [[cell.text for cell in row.cells] for row in found[-1].rows]
    assert rows[:2] == [["ФИО", "Должность"], ["Иванова А. П.", "директор"]]


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_document(kind: Kind) -> None:
    assert render(Printed(Heading(), tables=[PrintedTable(None, [])]), kind)


def test_a_row_may_not_be_longer_than_its_table() -> None:
    with pytest.raises(ValueError, match="6 cells"):
        render(samples.road_map([PrintedSection(None, [[""] * 6])]), "docx")


def test_no_other_kind() -> None:
    with pytest.raises(ValueError, match="odt"):
        render(Printed(Heading()), "odt")
