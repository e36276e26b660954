"""Every bad file is refused with a Russian sentence that says what to do, and nothing else ever escapes."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from opora.decrees.errors import Unreadable
from opora.decrees.formats import convert, open_layout, programs, safety
from opora.decrees.layout import Layout
from tests.decrees.formats import builders as make

OLE = safety.OLE_MAGIC + b"\x00" * 600


def refusal(path: Path) -> str:
    with pytest.raises(Unreadable) as caught:
        open_layout(path)
    message = str(caught.value)
    assert caught.value.advice
    assert re.search("[а-яё]{4}", message)
    assert message.startswith((path.name, "Страница", "Лист"))
    assert message.endswith(".")
    return message


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.docx", b"", "пуст"),
        ("a.docx", b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "изображение"),
        ("a.docx", b"\xff\xd8\xff\xe0" + b"\x00" * 100, "изображение"),
        ("a.docx", "Просто текст".encode(), "другого вида"),
        ("a.docx", b"PK\x03\x04 broken", "распаковать"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "паролем"),
        ("a.xls", OLE + "Workbook".encode("utf-16-le"), "старого формата"),
        ("a.msg", OLE, "не распознан"),
        ("a.pdf", b"%PDF-1.7\nbroken", "повреждён"),
        ("a.txt", bytes(range(256)) * 4, "не текстовый"),
    ],
)
def test_broken_files(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    assert words in refusal(written(tmp_path / name, data))


def test_a_missing_file(tmp_path: Path) -> None:
    assert "открыть" in refusal(tmp_path / "a.docx")


def test_a_file_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "MAX_FILE_SIZE", 1000)
    assert "больше" in refusal(written(tmp_path / "a.txt", b"a" * 1001))


def test_macros(tmp_path: Path) -> None:
    path = make.with_member(make.small_docx(tmp_path / "a.docx"), "word/vbaProject.bin", b"x")
    assert "макросы" in refusal(path)
    assert "макросы" in refusal(make.small_docx(tmp_path / "b.docm"))


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "word/../../x", "C:/x", "..\\x"])
def test_paths_that_lead_out(tmp_path: Path, name: str) -> None:
    assert "за его пределы" in refusal(make.with_member(make.small_docx(tmp_path / "a.docx"), name, b"x"))


def test_bombs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make.with_member(make.small_docx(tmp_path / "a.docx"), "word/bomb.bin", b"\x00" * (3 * safety.MEGABYTE))
    assert "объём" in refusal(path)
    monkeypatch.setattr(safety, "MAX_MEMBERS", 3)
    assert "частей" in refusal(make.small_docx(tmp_path / "b.docx"))
    monkeypatch.undo()
    monkeypatch.setattr(safety, "MAX_UNPACKED", 1000)
    assert "объём" in refusal(make.small_docx(tmp_path / "c.docx"))
    monkeypatch.undo()
    monkeypatch.setattr(safety, "MAX_XML_PART", 1000)
    assert "велик" in refusal(make.small_docx(tmp_path / "d.docx"))


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "[Content_Types].xml", "customXml/item1.xml"])
def test_entities(tmp_path: Path, part: str) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    assert "XML" in refusal(make.replaced_member(make.small_docx(tmp_path / "a.docx"), part, bomb))


def test_a_broken_part(tmp_path: Path) -> None:
    path = make.small_docx(tmp_path / "a.docx")
    assert "document.xml" in refusal(make.replaced_member(path, "word/document.xml", b"<a><b>"))
    assert "нет текста" in refusal(make.replaced_member(path, "word/document.xml", b"<a/>"))


def test_an_archive_that_is_no_document(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("приказ.txt", "текст")
    assert "архив" in refusal(tmp_path / "a.docx")


def test_a_document_of_pictures_alone(tmp_path: Path) -> None:
    assert "нет текста" in refusal(make.small_docx(tmp_path / "a.docx", ""))


def test_a_pdf_with_too_many_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "MAX_PDF_PAGES", 1)
    assert "страниц" in refusal(make.pdf(tmp_path / "a.pdf", "Раз #pagebreak() Два"))


def test_a_pdf_with_a_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(path: Path) -> None:
        raise pypdfium2.PdfiumError("Failed to load document (PDFium: Incorrect password error).")

    monkeypatch.setattr(pypdfium2, "PdfDocument", locked)
    assert "паролем" in refusal(make.pdf(tmp_path / "a.pdf", "Текст"))


def test_the_content_decides(tmp_path: Path) -> None:
    assert make.texts(open_layout(make.small_docx(tmp_path / "a.txt"))) == ["Приказ о поддержке школ"]
    assert make.texts(open_layout(make.pdf(tmp_path / "a.docx", "Приказ"))) == ["Приказ"]


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.doc", OLE + "WordDocument".encode("utf-16-le")), ("a.docx", b"{\\rtf1 text}")],
)
def test_old_formats_without_the_converter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, data: bytes
) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None)
    message = refusal(written(tmp_path / name, data))
    assert "LibreOffice" in message
    assert ".docx" in message


def test_the_converter_gets_a_profile_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], *, timeout: float) -> bytes:
        assert timeout == convert.TIMEOUT
        assert command[1].startswith("-env:UserInstallation=file:///")
        make.small_docx(Path(command[command.index("--outdir") + 1]).parent / "x.docx")
        output = Path(command[command.index("--outdir") + 1])
        output.mkdir()
        make.small_docx(output / "source.docx")
        return b""

    monkeypatch.setattr(shutil, "which", lambda program: "/usr/bin/soffice")
    monkeypatch.setattr(programs, "run", run)
    layout = open_layout(written(tmp_path / "a.rtf", b"{\\rtf1 text}"))
    assert make.texts(layout) == ["Приказ о поддержке школ"]


@pytest.mark.parametrize("error", [subprocess.TimeoutExpired("soffice", 60), OSError(), None])
def test_a_converter_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception | None) -> None:
    def run(command: list[str], *, timeout: float) -> bytes:
        if error:
            raise error
        return b""

    monkeypatch.setattr(shutil, "which", lambda program: "/usr/bin/soffice")
    monkeypatch.setattr(programs, "run", run)
    assert "не смог" in refusal(written(tmp_path / "a.rtf", b"{\\rtf1 text}"))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_rtf_is_converted(tmp_path: Path) -> None:
    rtf = "{\\rtf1\\ansi\\ansicpg1251 \\u1055?\\u1088?\\u1080?\\u1082?\\u1072?\\u1079?\\par 2\\par}"
    layout = open_layout(written(tmp_path / "a.rtf", rtf.encode("ascii")))
    assert make.texts(layout) == ["Приказ", "2"]


def test_a_program_that_hangs_ends_with_its_children() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        programs.run([sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.3)
    with pytest.raises(subprocess.CalledProcessError):
        programs.run([sys.executable, "-c", "raise SystemExit(3)"], timeout=60)
    echo = [sys.executable, "-c", "import sys; sys.stdout.write(sys.stdin.read())"]
    assert programs.run(echo, timeout=60, data=b"abc") == b"abc"


MAGICS = [b"", b"PK\x03\x04", b"%PDF-1.4\n", safety.OLE_MAGIC, b"\x89PNG\r\n\x1a\n", b"\xef\xbb\xbf", b"\xff\xfe"]


@settings(max_examples=150)
@given(
    magic=st.sampled_from(MAGICS),
    data=st.binary(max_size=400),
    suffix=st.sampled_from(["", ".docx", ".xlsx", ".pdf", ".txt", ".doc", ".odt", ".rtf", ".zip"]),
)
@example(magic=b"", data=b"\x00", suffix=".txt")
def test_random_bytes_are_read_or_refused(magic: bytes, data: bytes, suffix: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / f"a{suffix}", magic + data)
        with contextlib.suppress(Unreadable):
            assert isinstance(open_layout(path), Layout)


@settings(max_examples=60)
@given(place=st.floats(0, 1), data=st.binary(min_size=1, max_size=60), kind=st.sampled_from(["docx", "pdf"]))
def test_damaged_documents_are_read_or_refused(place: float, data: bytes, kind: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a.{kind}"
        whole = (make.small_docx(path) if kind == "docx" else make.pdf(path, "Приказ")).read_bytes()
        start = int(place * (len(whole) - 1))
        path.write_bytes(whole[:start] + data + whole[start + len(data) :])
        with contextlib.suppress(Unreadable):
            assert isinstance(open_layout(path), Layout)
