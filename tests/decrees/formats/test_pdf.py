from __future__ import annotations

import io
import shutil
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from opora.decrees.errors import Unreadable
from opora.decrees.formats import open_layout, programs
from opora.decrees.formats.pdf_text import join_lines
from opora.decrees.formats.scan import paragraphs_of_tsv
from opora.decrees.layout import Paragraph
from opora.decrees.model import Source
from tests.decrees.formats import builders as make

if TYPE_CHECKING:
    from pathlib import Path

ORDER = """#align(center)[*ДЕПАРТАМЕНТ ОБРАЗОВАНИЯ* \\ РАСПОРЯЖЕНИЕ]
12.03.2020 #h(1fr) № 208-р

В целях реализации комплекса мер по адресной поддержке школ с низкими образовательными результатами, в соответствии с
планом работы департамента образования:

1\\. Утвердить дорожную карту.

2\\. Контроль исполнения распоряжения возложить на заместителя начальника департамента Иванову Ирину Ивановну, а при её
отсутствии – на начальника отдела.

Начальник департамента #h(1fr) П.П. Петров
"""

TABLE = """#table(columns: (1cm, 6cm, 3cm, 1fr),
  table.header([*№*], [*Мероприятие*], [*Срок*], [*Ответственный*]),
  table.cell(colspan: 4)[Организационные мероприятия],
  [1.1], [Проведение вебинара для руководителей муниципальных органов управления образованием по вопросам
  сопровождения школ], table.cell(rowspan: 2)[до 30 апреля], [Департамент],
  [1.2], [Мониторинг: #linebreak() \\- первый; #linebreak() \\- второй], [Институт],
)
"""


def test_lines_become_paragraphs(tmp_path: Path) -> None:
    layout = open_layout(make.pdf(tmp_path / "a.pdf", ORDER))
    assert make.texts(layout) == [
        "ДЕПАРТАМЕНТ ОБРАЗОВАНИЯ",
        "РАСПОРЯЖЕНИЕ",
        "12.03.2020\t№ 208-р",
        "В целях реализации комплекса мер по адресной поддержке школ с низкими образовательными результатами, в "
        "соответствии с планом работы департамента образования:",
        "1. Утвердить дорожную карту.",
        "2. Контроль исполнения распоряжения возложить на заместителя начальника департамента Иванову Ирину Ивановну, "
        "а при её отсутствии – на начальника отдела.",
        "Начальник департамента\tП.П. Петров",
    ]
    first = layout.blocks[0]
    assert isinstance(first, Paragraph)
    assert (first.bold, first.centred, first.source) == (True, True, Source(page=1, paragraph=1))
    assert layout.findings == []


def test_merged_cells_are_recovered(tmp_path: Path) -> None:
    layout = open_layout(make.pdf(tmp_path / "a.pdf", "План\n\n" + TABLE + "\nПодпись"))
    (table,) = make.tables(layout)
    assert make.shape(table) == [
        [(0, 1, 1, "№"), (1, 1, 1, "Мероприятие"), (2, 1, 1, "Срок"), (3, 1, 1, "Ответственный")],
        [(0, 4, 1, "Организационные мероприятия")],
        [
            (0, 1, 1, "1.1"),
            (1, 1, 1, "Проведение вебинара для руководителей муниципальных органов управления образованием по "
             "вопросам сопровождения школ"),
            (2, 1, 2, "до 30 апреля"),
            (3, 1, 1, "Департамент"),
        ],
        [(0, 1, 1, "1.2"), (1, 1, 1, "Мониторинг:\n- первый;\n- второй"), (3, 1, 1, "Институт")],
    ]  # fmt: skip
    assert table.rows[2].cells[3].source == Source(page=1, paragraph=2, cell="3:4")
    assert make.texts(layout) == ["План", "Подпись"]


def test_a_row_cut_by_the_page_is_two_tables(tmp_path: Path) -> None:
    long = " ".join(f"слово{number}" for number in range(160))
    source = f"#table(columns: (1cm, 1fr, 3cm), table.header([№], [Дело], [Срок]), [1], [{long}], [май])"
    layout = open_layout(make.pdf(tmp_path / "a.pdf", source, height=100))
    found = make.tables(layout)
    assert len(found) == len(make.breaks(layout)) + 1 > 1
    assert [len(row.cells) for table in found for row in table.rows] == [3, 3] * len(found)
    assert " ".join(table.rows[1].cells[1].text for table in found) == long
    assert found[0].rows[1].cells[2].text == "май"
    assert found[1].rows[1].cells[0].text == ""
    assert make.texts(layout) == []  # page numbers are gone


def test_words_broken_at_the_end_of_a_line() -> None:
    assert join_lines(["образова-", "тельный процесс"]) == "образовательный процесс"
    assert join_lines(["учебно-", "методический"]) == "учебно-методический"
    assert join_lines(["школ-", "лидеров"]) == "школ-лидеров"
    assert join_lines(["учебно-", "го года"]) == "учебного года"
    assert join_lines(["МО-", "БУ СОШ № 5"]) == "МОБУ СОШ № 5"
    assert join_lines(["Ханты-", "Мансийск"]) == "Ханты-Мансийск"
    assert join_lines(["обра\u00ad", "зование"]) == "образование"
    assert join_lines(["с 1 мая", "по 2 мая"]) == "с 1 мая по 2 мая"


def test_a_word_wider_than_its_cell_is_whole(tmp_path: Path) -> None:
    source = """#set text(hyphenate: false)
#table(columns: (3cm, 1fr), [муниципальны #linebreak() х органов], [Срок])"""
    (table,) = make.tables(open_layout(make.pdf(tmp_path / "a.pdf", source)))
    assert table.rows[0].cells[0].text == "муниципальных органов"


@pytest.mark.parametrize("angle", [90, -90])
def test_a_header_on_its_side(tmp_path: Path, angle: int) -> None:
    turned = f"#rotate({angle}deg, reflow: true)[Срок исполнения]"
    source = f"#table(columns: (1cm, 1cm, 1fr), [№], [{turned}], [Дело], [1], [май], [Мониторинг])"
    (table,) = make.tables(open_layout(make.pdf(tmp_path / "a.pdf", source)))
    assert [cell.text for cell in table.rows[0].cells] == ["№", "Срок исполнения", "Дело"]


def test_an_empty_page_has_no_text(tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument.new()
    document.new_page(600, 800).close()
    document.save(tmp_path / "a.pdf")
    document.close()
    with pytest.raises(Unreadable, match="нет текста"):
        open_layout(tmp_path / "a.pdf")


def scan(path: Path, text: str = "Утвердить дорожную карту по реализации мероприятий.") -> Path:
    """A PDF whose page is a picture of a text, with a page of text after it."""
    make.pdf(path, f"#set text(size: 16pt)\n{text}")
    document = pypdfium2.PdfDocument(path)
    stream = io.BytesIO()
    document[0].render(scale=2).to_pil().save(stream, "PDF")
    document.close()
    path.write_bytes(stream.getvalue())
    return path


def test_a_scan_without_a_recogniser_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(Unreadable, match=r"скан.*не установлен"):
        open_layout(scan(tmp_path / "a.pdf"))


def test_a_scan_without_russian_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/tesseract")
    monkeypatch.setattr(programs, "run", lambda command, **options: b"List of languages:\neng\n")
    with pytest.raises(Unreadable, match="русский язык"):
        open_layout(scan(tmp_path / "a.pdf"))


def test_a_scanned_page_among_others_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    make.pdf(tmp_path / "text.pdf", ORDER)
    document = pypdfium2.PdfDocument(tmp_path / "text.pdf")
    picture = pypdfium2.PdfDocument(scan(tmp_path / "scan.pdf"))
    document.import_pages(picture)
    document.save(tmp_path / "a.pdf")
    picture.close()
    document.close()
    layout = open_layout(tmp_path / "a.pdf")
    assert len(make.texts(layout)) == 7
    (finding,) = layout.findings
    assert (finding.severity, finding.code, finding.where) == ("error", "unreadable-part", Source(page=2))


def test_the_recogniser_is_given_the_picture_and_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], *, timeout: float, data: bytes | None = None) -> bytes:
        if "--list-langs" in command:
            return b"eng\nrus\n"
        assert data is not None
        assert data.startswith(b"\x89PNG")
        return TSV.encode()

    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/tesseract")
    monkeypatch.setattr(programs, "run", run)
    layout = open_layout(scan(tmp_path / "a.pdf"))
    assert make.texts(layout) == ["Утвердить карту поддержки", "Срок – май"]
    assert [finding.code for finding in layout.findings] == ["recognised"]


TSV = """level\tpage\tblock\tpar\tline\tword\tleft\ttop\twidth\theight\tconf\ttext
4\t1\t1\t1\t1\t0\t0\t0\t9\t9\t-1\t
5\t1\t1\t1\t1\t1\t0\t0\t9\t9\t96\tУтвердить
5\t1\t1\t1\t1\t2\t0\t0\t9\t9\t96\tкарту
5\t1\t1\t1\t2\t1\t0\t0\t9\t9\t96\tподдержки
5\t1\t1\t2\t1\t1\t0\t0\t9\t9\t96\tСрок
5\t1\t1\t2\t1\t2\t0\t0\t9\t9\t96\t–
5\t1\t1\t2\t1\t3\t0\t0\t9\t9\t96\tмай
"""


def test_recognised_words_become_paragraphs() -> None:
    assert paragraphs_of_tsv(TSV) == ["Утвердить карту поддержки", "Срок – май"]


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
def test_a_scan_is_recognised(tmp_path: Path) -> None:
    layout = open_layout(scan(tmp_path / "a.pdf"))
    assert "дорожную карту" in " ".join(make.texts(layout))
