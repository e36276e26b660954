"""Every kind of file keeps its mark: whole, stripped, converted, copied out, photographed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import icalendar
import openpyxl
import pypdfium2
import pytest
import typst
from docx import Document
from PIL import Image, ImageDraw, ImageFilter, ImageOps

from opora.core.actor import System
from opora.core.marks import new_mark
from opora.decrees import read
from opora.decrees.formats import open_layout
from opora.decrees.layout import Layout, Table
from opora.documents.printing import KINDS, render
from opora.exports.sheets import comma_separated, workbook
from opora.exports.stamping import Stamp, stamped, tagged
from opora.exports.tracing import Unreadable, marks_of
from tests.documents.printing import samples

AT = dt.datetime(2026, 8, 20, 11, 5, tzinfo=dt.UTC)


@pytest.fixture
def stamp() -> Stamp:
    return Stamp(new_mark(), "Иванова А. П. (региональный координатор, «Минобр» & Ко)", AT)


def printed(kind: str) -> bytes:
    return render(samples.road_map(samples.plain()), kind)


def table(kind: str) -> bytes:
    rows = [["Школа", 1], ["Гимназия", 2]]
    return workbook("Т", ["Имя", "Число"], rows, by=System()) if kind == "xlsx" else comma_separated(["Имя"], rows)


def test_the_drawn_mark_moves_no_line_of_a_table(tmp_path: Path) -> None:
    """Letters of the foot are shapes with upright sides: under any column, they leave its border where it is."""
    content = printed("pdf")
    below = Stamp(new_mark(), "Ш" * 90, AT)
    for name, made in (("plain", content), ("stamped", stamped(content, "pdf", below))):
        (tmp_path / f"{name}.pdf").write_bytes(made)
    plain, marked = (open_layout(tmp_path / f"{name}.pdf") for name in ("plain", "stamped"))
    assert tables_of(plain)
    assert tables_of(marked) == tables_of(plain)


def tables_of(layout: Layout) -> list[list[list[list[str]]]]:
    tables = [block for block in layout.blocks if isinstance(block, Table)]
    return [[[cell.paragraphs for cell in row.cells] for row in one.rows] for one in tables]


@pytest.mark.parametrize("kind", [*KINDS, "csv", "txt"])
def test_the_mark_is_seen_and_read_again(stamp: Stamp, kind: str) -> None:
    content = {"csv": table("csv"), "txt": "Текст".encode()}.get(kind) or printed(kind)
    made = stamped(content, kind, stamp)
    assert marks_of(made) == [stamp.mark]
    assert (
        stamp.line == f"Копия № {stamp.code}: Иванова А. П. (региональный координатор, «Минобр» & Ко), 20.08.2026 14:05"
    )
    if kind in ("csv", "txt"):
        assert stamp.line in made.decode("utf-8-sig")


def test_a_docx_carries_it_on_every_page_and_in_its_properties(stamp: Stamp) -> None:
    document = Document(io.BytesIO(stamped(printed("docx"), "docx", stamp)))
    section = document.sections[0]
    for footer in (section.footer, section.first_page_footer):
        assert stamp.line in footer.paragraphs[-1].text
        assert footer._element.xpath(".//pic:pic")
    assert document.core_properties.comments == stamp.line
    assert document.core_properties.keywords == stamp.code
    assert document.paragraphs[-1].text == stamp.code


def test_an_xlsx_opens_with_its_rows_and_the_mark(stamp: Stamp) -> None:
    made = stamped(table("xlsx"), "xlsx", stamp)
    book = openpyxl.load_workbook(io.BytesIO(made))
    sheet = book.active
    assert sheet is not None
    assert [[cell.value for cell in row] for row in sheet["A1:B3"]] == [["Имя", "Число"], ["Школа", 1], ["Гимназия", 2]]
    assert sheet["A5"].value == stamp.line
    assert stamp.code in (sheet.oddFooter.left.text or "")
    assert "&P" in (sheet.oddFooter.right.text or "") or "Страница" in (sheet.oddFooter.right.text or "")
    assert len(sheet._images) == 1
    assert book.properties.keywords == stamp.code
    assert book.custom_doc_props["Копия"].value == stamp.line


def test_every_page_of_a_pdf_carries_the_code(stamp: Stamp) -> None:
    source = b'#set page(height: 15cm)\n#set document(title: "T")\nOne #pagebreak() Two #pagebreak() Three'
    made = stamped(typst.compile(source), "pdf", stamp)
    document = pypdfium2.PdfDocument(made)
    assert [marks_of(png(page.render(scale=2).to_pil())) for page in document] == [[stamp.mark]] * 3
    about = document.get_metadata_dict()
    assert (about["Keywords"], about["Subject"], about["Title"]) == (stamp.code, stamp.line, "T")
    texts = [page.get_textpage().get_text_bounded() for page in document]
    assert [stamp.code in text for text in texts] == [False, False, True]  # a table that goes on is not parted by it


def png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format="png")
    return buffer.getvalue()


def jpeg(image: Image.Image, quality: int = 80) -> bytes:
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, format="jpeg", quality=quality)
    return buffer.getvalue()


# -- the mark is taken away, here and there -----------------------------------------------------------------------


def without(content: bytes, *patterns: str) -> bytes:
    """The Office file without the parts and texts that match."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(buffer, "w") as made:
        for name in archive.namelist():
            if not any(re.search(pattern, name) for pattern in patterns):
                made.writestr(name, archive.read(name))
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_any_one_place_is_enough(stamp: Stamp, kind: str) -> None:
    made = stamped(printed(kind), kind, stamp)
    texts = r"(document|sheet\d+|footer\d*)\.xml$"
    assert marks_of(without(made, "docProps")) == [stamp.mark]  # metadata stripped
    assert marks_of(without(made, "docProps", "media")) == [stamp.mark]  # and pictures
    assert marks_of(without(made, "docProps", texts)) == [stamp.mark]  # the code as a picture alone
    assert marks_of(without(made, "media", texts, r"core\.xml")) == [stamp.mark]  # a property alone
    assert marks_of(without(made, "docProps", "media", texts)) == []


def test_text_copied_out_keeps_it(stamp: Stamp) -> None:
    document = Document(io.BytesIO(stamped(printed("docx"), "docx", stamp)))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    pdf = pypdfium2.PdfDocument(stamped(printed("pdf"), "pdf", stamp))
    pages = "\n".join(page.get_textpage().get_text_bounded() for page in pdf)
    for copied in (text, pages):
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1251"):
            assert marks_of(copied.encode(encoding, "replace")) == [stamp.mark]


def test_pictures_of_pages_alone_are_enough(stamp: Stamp) -> None:
    """A PDF printed and scanned: no text, no properties."""
    pages = [page.render(scale=1.6).to_pil() for page in pypdfium2.PdfDocument(stamped(printed("pdf"), "pdf", stamp))]
    buffer = io.BytesIO()
    pages[0].save(buffer, format="pdf", save_all=True, append_images=pages[1:])
    assert marks_of(buffer.getvalue()) == [stamp.mark]


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize("to", ["docx", "pdf", "txt", "odt"])
def test_an_office_program_saves_it_again(stamp: Stamp, tmp_path: Path, to: str) -> None:
    made = converted(stamped(printed("docx"), "docx", stamp), tmp_path, "docx", to)
    assert marks_of(made) == [stamp.mark]
    if to == "pdf":
        document = pypdfium2.PdfDocument(made)
        assert [marks_of(png(page.render(scale=2).to_pil())) for page in document] == [[stamp.mark]] * len(document)


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_spreadsheet_program_prints_the_code_on_every_page(stamp: Stamp, tmp_path: Path) -> None:
    try:
        made = converted(stamped(printed("xlsx"), "xlsx", stamp), tmp_path, "xlsx", "pdf")
    except FileNotFoundError:
        pytest.skip("LibreOffice Calc is not installed")
    document = pypdfium2.PdfDocument(made)
    assert [marks_of(png(page.render(scale=2).to_pil())) for page in document] == [[stamp.mark]] * len(document)


def converted(content: bytes, folder: Path, kind: str, to: str) -> bytes:
    (folder / f"copy.{kind}").write_bytes(content)
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to"]
    command += ["txt:Text" if to == "txt" else to, "--outdir", str(folder / "out"), str(folder / f"copy.{kind}")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return (folder / "out" / f"copy.{to}").read_bytes()


def test_another_program_writes_the_workbook_again(stamp: Stamp) -> None:
    book = openpyxl.load_workbook(io.BytesIO(stamped(printed("xlsx"), "xlsx", stamp)))
    buffer = io.BytesIO()
    book.save(buffer)
    assert marks_of(buffer.getvalue()) == [stamp.mark]


# -- photographs --------------------------------------------------------------------------------------------------


def page_of(stamp: Stamp, scale: float = 3) -> Image.Image:
    return pypdfium2.PdfDocument(stamped(printed("pdf"), "pdf", stamp))[0].render(scale=scale).to_pil()


def on_a_table(image: Image.Image) -> Image.Image:
    return ImageOps.expand(image, border=120, fill=(120, 100, 80))


def turned(degrees: float) -> Callable[[Image.Image], Image.Image]:
    return lambda image: on_a_table(image).rotate(
        degrees, expand=True, fillcolor=(120, 100, 80), resample=Image.Resampling.BICUBIC
    )


def askew(image: Image.Image) -> Image.Image:
    """Taken from the side: the far edge is shorter."""
    image = on_a_table(image)
    width, height = image.size
    corners = (
        -0.10 * width,
        -0.05 * height,
        0.02 * width,
        height,
        0.97 * width,
        0.96 * height,
        1.06 * width,
        0.02 * height,
    )
    return image.transform(image.size, Image.Transform.QUAD, corners, resample=Image.Resampling.BICUBIC)


def part(image: Image.Image) -> Image.Image:
    return image.crop((0, round(image.height * 0.7), round(image.width * 0.5), image.height))


def shaded(image: Image.Image) -> Image.Image:
    """A shadow over one side."""
    mask = Image.linear_gradient("L").rotate(90).resize(image.size).point(lambda v: 90 + v * 165 // 255)
    return Image.composite(image, Image.new("RGB", image.size, (20, 20, 25)), mask)


def noisy(image: Image.Image) -> Image.Image:
    noise = Image.effect_noise(image.size, 60).convert("RGB")
    return Image.blend(image.convert("RGB"), noise, 0.25)


def spotted(image: Image.Image) -> Image.Image:
    """A coffee stain on a corner of the code."""
    image = image.copy()
    x, y = round(20 / 297 * image.width) + 8, image.height - round(16.5 / 210 * image.height)
    ImageDraw.Draw(image).ellipse((x + 60, y + 60, x + 72, y + 72), fill=(150, 110, 60))
    return image


DISTORTIONS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "as it is": lambda image: image,
    "turned 7°": turned(7),
    "turned 90°": turned(90),
    "turned 196°": turned(196),
    "askew": askew,
    "half as large": lambda image: image.resize((image.width // 2, image.height // 2), Image.Resampling.BILINEAR),
    "part of a page": part,
    "in shadow": shaded,
    "noisy": noisy,
    "out of focus": lambda image: image.filter(ImageFilter.GaussianBlur(1.8)),
    "a stain on it": spotted,
    "dark theme": lambda image: ImageOps.invert(image.convert("RGB")),
}


@pytest.mark.parametrize("name", DISTORTIONS)
def test_a_photograph_of_a_page_is_enough(stamp: Stamp, name: str) -> None:
    picture = DISTORTIONS[name](page_of(stamp).convert("RGB"))
    for quality in (85, 45):
        assert marks_of(jpeg(picture, quality)) == [stamp.mark]


def test_a_page_of_the_screen_is_enough(stamp: Stamp) -> None:
    """Small, among other things, saved as PNG."""
    page = page_of(stamp, scale=1.35)
    screen = Image.new("RGB", (1920, 1080), (240, 240, 245))
    screen.paste(page.crop((0, page.height - 500, page.width, page.height)), (350, 420))
    assert marks_of(png(screen)) == [stamp.mark]


def test_a_page_without_the_code_has_no_mark() -> None:
    page = pypdfium2.PdfDocument(printed("pdf"))[0].render(scale=2).to_pil()
    assert marks_of(png(page)) == []


# -- originals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf"])
def test_an_original_is_marked_without_being_touched(stamp: Stamp, kind: str) -> None:
    original = printed(kind)
    made = tagged(original, kind, stamp)
    assert marks_of(made) == [stamp.mark]
    if kind == "pdf":
        assert made.startswith(original)
        return
    with zipfile.ZipFile(io.BytesIO(original)) as before, zipfile.ZipFile(io.BytesIO(made)) as after:
        changed = [name for name in before.namelist() if before.read(name) != after.read(name)]
    assert set(changed) <= {"[Content_Types].xml", "_rels/.rels"}


def test_what_is_signed_is_not_touched_at_all(stamp: Stamp) -> None:
    signed = without(printed("docx"))
    buffer = io.BytesIO(signed)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("_xmlsignatures/sig1.xml", "<Signature/>")
    assert tagged(buffer.getvalue(), "docx", stamp) == buffer.getvalue()
    pdf = printed("pdf") + b"\n% /ByteRange [0 1 2 3]\n"
    assert tagged(pdf, "pdf", stamp) == pdf


def test_each_file_of_a_zip_carries_the_mark(stamp: Stamp) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for kind in KINDS:
            archive.writestr(f"Письмо.{kind}", printed(kind))
    made = stamped(buffer.getvalue(), "zip", stamp)
    assert marks_of(made) == [stamp.mark]
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert [marks_of(archive.read(name)) for name in archive.namelist()] == [[stamp.mark]] * len(KINDS)
    again = stamped(made, "zip", Stamp(new_mark(), "Другой", AT))
    assert marks_of(again) == [stamp.mark]  # what left as a copy of its own is not marked once more


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf", "png", ""])
def test_what_is_no_sound_file_leaves_as_it_is(stamp: Stamp, kind: str) -> None:
    assert stamped(b"x", kind, stamp) == tagged(b"x", kind, stamp) == b"x"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"%PDF-1.7 broken", b"\x89PNGbroken"])
def test_what_cannot_be_looked_into_is_said(content: bytes) -> None:
    with pytest.raises(Unreadable):
        marks_of(content)


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_read_again_says_what_the_document_says(stamp: Stamp, tmp_path: Path, kind: str) -> None:
    rows = []
    for name, content in (("plain", printed(kind)), ("copy", stamped(printed(kind), kind, stamp))):
        path = tmp_path / f"{name}.{kind}"
        path.write_bytes(content)
        decree = read(path)
        rows.append(
            [
                (a.number, a.text, a.deadline.text if a.deadline else "")
                for m in decree.roadmaps
                for s in m.sections
                for a in s.activities
            ]
        )
        assert not any(stamp.code in clause.text for clause in decree.clauses)
    assert rows[0] == rows[1] != []


def test_random_bytes_never_break_the_reading() -> None:
    chance = random.Random(1)  # noqa: S311  (the same bytes every time)
    for start in (b"PK\x03\x04", b"%PDF-1.4\n", b"\xff\xd8\xff", b"text"):
        for _ in range(20):
            try:
                marks_of(start + chance.randbytes(300))
            except Unreadable:
                continue


def test_the_line_below_a_csv_is_one_cell(stamp: Stamp) -> None:
    rows = list(csv.reader(io.StringIO(stamped(table("csv"), "csv", stamp).decode("utf-8-sig")), delimiter=";"))
    assert rows[-1] == [stamp.line]


def test_a_calendar_carries_the_mark_as_a_property_of_its_own() -> None:
    plain = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Opora//RU\r\nEND:VCALENDAR\r\n"
    stamp = Stamp.of(System())
    marked = stamped(plain, "ics", stamp)
    assert marks_of(marked) == [stamp.mark]
    assert str(icalendar.Calendar.from_ical(marked)["X-OPORA-COPY"]) == stamp.code
    assert stamped(b"no calendar", "ics", stamp) == b"no calendar"
