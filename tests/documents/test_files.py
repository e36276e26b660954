"""Files that cannot be read: nothing is lost, and the page says what to do. And the command line."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from opora.access.models import User
from opora.core.actor import Denied
from opora.core.errors import Problem
from opora.decrees.formats import safety
from opora.documents import actions
from opora.documents.commands import import_document
from opora.documents.models import Document, DocumentState
from tests.documents.conftest import DEMO, TEXT, Reading, work
from tests.factories import Region

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


def _zip(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def _docx(change: bytes) -> bytes:
    """The demo's order with another document.xml."""
    out = io.BytesIO()
    with zipfile.ZipFile(DEMO / "order.docx") as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            new.writestr(member, change if member == "word/document.xml" else old.read(member))
    return out.getvalue()


EMPTY_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n"
)

BAD = {
    "пустой.docx": b"",
    "без страниц.pdf": EMPTY_PDF,
    "картинка.docx": PNG,
    "макросы.docm": (DEMO / "order.docx").read_bytes(),
    "битый.docx": _docx(b"<w:document><w:body>"),
    "бомба.docx": _docx(b"<a>" + b" " * 70 * 1024 * 1024 + b"</a>"),
    "архив.docx": _zip(readme=b"hello"),
    "обрезан.docx": (DEMO / "order.docx").read_bytes()[:4000],
    "пробелы.txt": b"  \n\n ",
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_kept_with_a_clear_sentence(
    reading: Reading, client: Client, coordinator: User, name: str
) -> None:
    document = reading(BAD[name], name)
    assert document.state == DocumentState.UNREADABLE
    assert document.failure.endswith(".")
    assert document.file.name not in document.failure
    with document.file.open("rb") as file:
        assert file.read() == BAD[name]
    client.force_login(coordinator)
    page = client.get(document.get_absolute_url()).content.decode()
    assert document.failure in page
    assert "Загрузить другой файл" in page
    actions.replace_file(document, by=coordinator, file=ContentFile(TEXT.encode()), name="хороший.txt")
    work()
    document.refresh_from_db()
    assert (document.state, document.failure) == (DocumentState.REVIEW, "")


def test_a_file_with_a_password_says_so(reading: Reading, tmp_path: Path) -> None:
    content = safety.OLE_MAGIC + bytes(2000) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)
    assert reading(content, "пароль.docx").state == DocumentState.UNREADABLE


def test_too_large_a_file_is_not_kept_but_told(
    reading: Reading, coordinator: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("opora.documents.actions.uploading.MAX_FILE_SIZE", 100)
    document = reading(TEXT, "большой.txt")
    assert document.state == DocumentState.UNREADABLE
    assert "больше 30 МБ" in document.failure
    assert not document.file
    client.force_login(coordinator)
    assert "Загрузить файл" in client.get(document.get_absolute_url()).content.decode()
    with pytest.raises(Problem, match="больше"):
        actions.replace_file(document, by=coordinator, file=ContentFile(b"x" * 200), name="большой.txt")


def test_old_encodings_are_read(reading: Reading) -> None:
    document = reading(TEXT.encode("cp1251"), "старый.txt")
    assert (document.state, document.number) == (DocumentState.REVIEW, "15")


def test_a_worse_file_later_loses_nothing(order: Document, coordinator: User) -> None:
    count = order.facts.count()
    actions.replace_file(order, by=coordinator, file=ContentFile(b"  "), name="пустой.txt")
    work()
    order.refresh_from_db()
    assert order.state == DocumentState.REVIEW
    assert order.failure
    assert order.facts.count() == count


def test_a_bug_in_the_reader_is_told_too(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(path: Path, name: str) -> None:
        raise KeyError(name)

    monkeypatch.setattr("opora.documents.actions.reading.read_file", broken)
    document = reading(TEXT)
    assert document.state == DocumentState.UNREADABLE
    assert "ошибка в системе" in document.failure


def test_names_of_files_do_not_reach_the_disk(reading: Reading) -> None:
    document = reading(TEXT, "..\\..\\тайный/../приказ.txt")
    assert document.file_name == "приказ.txt"
    assert "приказ" not in document.file.name


def test_foreign_organisations_are_refused(region: Region) -> None:
    user = region.user("municipal_coordinator")
    with pytest.raises(Denied):
        actions.upload(by=user, organisation=region.authority, file=ContentFile(b"x"), name="x.txt")


# -- the command line --------------------------------------------------------------------------------------------


def run(file: Path, by: User, organisation: str, *, dry_run: bool = False) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    status = import_document(file, organisation=organisation, by=by, dry_run=dry_run, out=out, err=err)
    return status, out.getvalue(), err.getvalue()


def test_import(region: Region, coordinator: User, tmp_path: Path) -> None:
    file = DEMO / "directive.docx"
    name = region.authority.short_name
    status, out, _ = run(file, coordinator, name, dry_run=True)
    assert (status, Document.objects.count()) == (0, 0)
    assert "412-р" in out
    status, out, _ = run(file, coordinator, name)
    assert status == 0
    document = Document.objects.get()
    assert (document.state, document.number, document.organisation) == ("review", "412-р", region.authority)
    status, out, _ = run(file, coordinator, name)
    assert status == 1
    assert "уже есть" in out
    assert run(file, coordinator, "Нет такой")[0] == 2
    bad = tmp_path / "пустой.docx"
    bad.write_bytes(b"")
    status, _, err = run(bad, coordinator, name)
    assert status == 2
    assert "пуст" in err
    assert run(tmp_path / "нет.docx", coordinator, name)[0] == 2
    assert run(file, region.user("school_head"), region.schools[0].short_name)[0] == 2
    assert Document.objects.count() == 2
