from __future__ import annotations

from typing import TYPE_CHECKING

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK

from opora.decrees.formats import open_layout
from opora.decrees.formats.numbering import render
from opora.decrees.layout import Paragraph
from opora.decrees.model import Source
from tests.decrees.formats import builders as make

if TYPE_CHECKING:
    from pathlib import Path


def test_paragraphs_in_order_with_weight_alignment_and_place(tmp_path: Path) -> None:
    document = Document()
    title = document.add_paragraph()
    title.add_run("ПРИКАЗ").bold = True
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("")
    body = document.add_paragraph("Утвер\u00adдить\u200b план")
    body.add_run().add_break()
    body.add_run("на 2024 год\u00a0")
    layout = open_layout(make.save(document, tmp_path / "a.docx"))
    assert layout.blocks == [
        Paragraph("ПРИКАЗ", Source(paragraph=1), bold=True, centred=True),
        Paragraph("Утвердить план\nна 2024 год", Source(paragraph=3)),
    ]


def test_weight_and_alignment_come_from_styles(tmp_path: Path) -> None:
    document = Document()
    style = document.styles.add_style("Название приказа", 1)
    style.font.bold = True
    style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("О поддержке школ", style=style)
    (block,) = open_layout(make.save(document, tmp_path / "a.docx")).blocks
    assert isinstance(block, Paragraph)
    assert block.bold
    assert block.centred


def test_automatic_numbers_are_part_of_the_text(tmp_path: Path) -> None:
    document = Document()
    make.numbering(document, ("decimal", "%1."), ("decimal", "%1.%2."), ("russianLower", "%3)"), ("bullet", "•"))
    for text, depth in [
        ("Утвердить", 0), ("Направить", 0), ("до мая", 1), ("до июня", 1), ("школам", 2), ("органам", 2), ("всем", 3),
        ("до июля", 1), ("снова", 2), ("Контроль", 0), ("оставить", 1),
    ]:  # fmt: skip
        make.numbered(document.add_paragraph(text), depth)
    assert make.texts(open_layout(make.save(document, tmp_path / "a.docx"))) == [
        "1. Утвердить", "2. Направить", "2.1. до мая", "2.2. до июня", "а) школам", "б) органам", "- всем",
        "2.3. до июля", "а) снова", "3. Контроль", "3.1. оставить",
    ]  # fmt: skip


def test_a_restarted_list_counts_from_its_own_start(tmp_path: Path) -> None:
    document = Document()
    make.numbering(document, ("decimal", "%1)"))
    make.numbering(document, number=91, starts={0: 1})
    make.numbering(document, number=92, starts={0: 7})
    for text, number in [("а", 90), ("б", 90), ("в", 91), ("г", 91), ("д", 92), ("е", 92)]:
        make.numbered(document.add_paragraph(text), number=number)
    shown = make.texts(open_layout(make.save(document, tmp_path / "a.docx")))
    assert shown == ["1) а", "2) б", "1) в", "2) г", "7) д", "8) е"]


def test_numbering_by_style_and_switched_off(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("первый", style="List Number")
    off = document.add_paragraph("без номера", style="List Number")
    make.numbered(off, number=0)
    document.add_paragraph("второй", style="List Number")
    document.add_paragraph("пункт", style="List Bullet")
    shown = make.texts(open_layout(make.save(document, tmp_path / "a.docx")))
    assert shown == ["1. первый", "без номера", "2. второй", "- пункт"]


def test_letters_and_roman_numbers() -> None:
    assert [render(n, "russianLower") for n in (1, 7, 10, 28, 29)] == ["а", "ж", "к", "я", "аа"]
    assert [render(n, "upperRoman") for n in (1, 4, 9, 14)] == ["I", "IV", "IX", "XIV"]
    assert render(3, "upperLetter") == "C"
    assert render(5, "decimalZero") == "05"
    assert render(5, "none") == ""


def test_merged_cells_repeated_header_and_numbers_in_cells(tmp_path: Path) -> None:
    document = Document()
    make.numbering(document, ("decimal", "%1."))
    document.add_paragraph("План")
    table = document.add_table(rows=4, cols=3)
    for cell, text in zip(table.rows[0].cells, ("№", "Мероприятие", "Срок"), strict=True):
        cell.text = text
    make.header_row(table.rows[0])
    table.cell(1, 0).merge(table.cell(1, 2)).text = "Раздел"
    for row in (2, 3):
        make.numbered(table.cell(row, 0).paragraphs[0])
        table.cell(row, 1).text = f"Дело {row}"
    table.cell(2, 2).merge(table.cell(3, 2)).text = "май"
    (found,) = make.tables(open_layout(make.save(document, tmp_path / "a.docx")))
    assert make.shape(found) == [
        [(0, 1, 1, "№"), (1, 1, 1, "Мероприятие"), (2, 1, 1, "Срок")],
        [(0, 3, 1, "Раздел")],
        [(0, 1, 1, "1."), (1, 1, 1, "Дело 2"), (2, 1, 2, "май")],
        [(0, 1, 1, "2."), (1, 1, 1, "Дело 3")],
    ]
    assert [row.header for row in found.rows] == [True, False, False, False]
    assert found.rows[3].cells[1].source == Source(paragraph=2, cell="4:2")


def test_a_nested_table_becomes_paragraphs_of_its_cell(tmp_path: Path) -> None:
    document = Document()
    cell = document.add_table(rows=1, cols=2).cell(0, 0)
    cell.text = "до"
    inner = cell.add_table(rows=2, cols=1)
    inner.cell(0, 0).text = "внутри 1"
    inner.cell(1, 0).text = "внутри 2"
    (found,) = make.tables(open_layout(make.save(document, tmp_path / "a.docx")))
    assert found.rows[0].cells[0].paragraphs == ["до", "внутри 1", "внутри 2"]


def test_page_breaks_stand_between_blocks_and_once(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("первая")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    second = document.add_paragraph()
    second._p.append(make.xml("<w:r><w:lastRenderedPageBreak/><w:t>вторая</w:t></w:r>"))
    document.add_paragraph("ещё").paragraph_format.page_break_before = True
    inside = document.add_paragraph("конец ")
    inside._p.append(make.xml("<w:r><w:lastRenderedPageBreak/><w:t>абзаца</w:t></w:r>"))
    document.add_paragraph("последний")
    layout = open_layout(make.save(document, tmp_path / "a.docx"))
    shown = [block.text if isinstance(block, Paragraph) else "|" for block in layout.blocks]
    assert shown == ["первая", "|", "вторая", "|", "ещё", "конец абзаца", "|", "последний"]
    assert make.breaks(layout) == [1, 2, 3]


def test_tracked_changes_hidden_text_and_fields(tmp_path: Path) -> None:
    document = Document()
    paragraph = document.add_paragraph("до ")
    paragraph._p.append(make.xml('<w:del w:id="1"><w:r><w:delText>1 мая</w:delText></w:r></w:del>'))
    paragraph._p.append(make.xml('<w:ins w:id="2"><w:r><w:t>5 июня</w:t></w:r></w:ins>'))
    paragraph._p.append(make.xml("<w:r><w:rPr><w:vanish/></w:rPr><w:t>скрыто</w:t></w:r>"))
    paragraph._p.append(make.xml("<w:r><w:instrText>PAGE</w:instrText></w:r>"))
    assert make.texts(open_layout(make.save(document, tmp_path / "a.docx"))) == ["до 5 июня"]


def test_a_text_box_is_read_once(tmp_path: Path) -> None:
    document = Document()
    box = "<w:txbxContent><w:p><w:r><w:t>УТВЕРЖДАЮ</w:t></w:r></w:p></w:txbxContent>"
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    document.add_paragraph("ПЛАН")._p.append(
        make.xml(
            f'<w:r><mc:AlternateContent xmlns:mc="{mc}"><mc:Choice Requires="wps">{box}</mc:Choice>'
            f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    assert make.texts(open_layout(make.save(document, tmp_path / "a.docx"))) == ["УТВЕРЖДАЮ", "ПЛАН"]


def test_headers_and_footers_are_left_out(tmp_path: Path) -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "Проект"
    document.sections[0].footer.paragraphs[0].text = "Страница"
    document.add_paragraph("Текст")
    assert make.texts(open_layout(make.save(document, tmp_path / "a.docx"))) == ["Текст"]


def test_an_embedded_object_is_a_finding(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("Текст")._p.append(make.xml("<w:r><w:object/></w:r>"))
    layout = open_layout(make.save(document, tmp_path / "a.docx"))
    assert [(found.severity, found.code) for found in layout.findings] == [("error", "unreadable-part")]
