"""What a file must satisfy before a parser touches it; every refusal names what to do."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from opora.decrees.errors import Unreadable

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTE = 1024 * 1024
MAX_FILE_SIZE = 30 * MEGABYTE
MAX_MEMBERS = 5000
MAX_UNPACKED = 300 * MEGABYTE
MAX_XML_PART = 64 * MEGABYTE
MAX_RATIO = 200  # of members above RATIO_FROM
RATIO_FROM = MEGABYTE
MAX_PDF_PAGES = 500

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"II*\x00",
    b"MM\x00*",
    b"BM",
)
_SAVE_AGAIN = "Откройте файл в редакторе, сохраните заново как .docx и загрузите снова."


def check_file(path: Path) -> bytes:
    """The first bytes of a file that exists, is not empty and is not too large."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(8192)
    except OSError as error:
        raise Unreadable("Файл не удалось открыть.", "Проверьте, что он существует и доступен для чтения.") from error
    if not size:
        raise Unreadable("Файл пуст.", "Загрузите файл ещё раз, возможно, он не скопировался целиком.")
    if size > MAX_FILE_SIZE:
        raise Unreadable(
            f"Файл больше {MAX_FILE_SIZE // MEGABYTE} МБ.",
            "Уменьшите изображения в нём или разделите его на части.",
        )
    return head


def is_picture(head: bytes) -> bool:
    if head.startswith(b"BM"):  # two letters may open a text too
        return b"\x00" in head[:32]
    return head.startswith(_PICTURES) or (head.startswith(b"RIFF") and head[8:12] == b"WEBP")


def refuse_picture(head: bytes) -> None:
    if is_picture(head):
        raise Unreadable(
            "Это изображение, а не документ, даже если имя файла говорит иное.",
            "Загрузите сам документ (.docx, .pdf, .xlsx, .txt) или сохраните изображение как PDF.",
        )


def check_archive(path: Path) -> list[str]:
    """The member names of an office file that is safe to unpack: no bomb, no macro, no path out, no entity in XML."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(members)
            for member in members:
                if member.filename.lower().endswith((".xml", ".rels")):
                    _check_xml(archive, member)
            return [member.filename for member in members]
    except Unreadable:
        raise
    except RuntimeError as error:  # zipfile's word for a member with a password
        raise Unreadable("Архив внутри файла защищён паролем.", "Снимите пароль и загрузите файл снова.") from error
    except Exception as error:
        raise Unreadable("Файл повреждён: его не удалось распаковать.", _SAVE_AGAIN) from error


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise Unreadable(f"Внутри файла больше {MAX_MEMBERS} частей.", _SAVE_AGAIN)
    total = 0
    for member in members:
        name = member.filename.replace("\\", "/")
        if name.startswith("/") or ":" in name.split("/")[0] or ".." in name.split("/"):
            raise Unreadable("Внутри файла путь, который ведёт за его пределы.", _SAVE_AGAIN)
        if name.lower().rsplit("/", 1)[-1].startswith("vbaproject"):
            refuse_macros()
        total += member.file_size
        ratio = member.file_size / max(member.compress_size, 1)
        if total > MAX_UNPACKED or (member.file_size > RATIO_FROM and ratio > MAX_RATIO):
            raise Unreadable("Файл распаковывается в слишком большой объём.", _SAVE_AGAIN)
        if name.lower().endswith((".xml", ".rels")) and member.file_size > MAX_XML_PART:
            raise Unreadable("Документ слишком велик.", "Разделите его на части и загрузите их по отдельности.")


def refuse_macros() -> None:
    raise Unreadable("В файле есть макросы.", "Сохраните его как .docx или .xlsx (без макросов) и загрузите снова.")


def _check_xml(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    if not member.file_size:
        return
    try:
        with archive.open(member) as stream:
            for _ in iterparse(stream, events=("start",), forbid_dtd=True):
                break  # a DOCTYPE can only stand before the first element
    except DefusedXmlException as error:
        raise Unreadable("Внутри файла объявления XML, каких в документах не бывает.", _SAVE_AGAIN) from error
    except ParseError as error:
        raise Unreadable(f"Файл повреждён: часть {member.filename} не читается.", _SAVE_AGAIN) from error


def ole_has(path: Path, *streams: str) -> bool:
    """Does an OLE container name one of these streams? Its directory keeps names in UTF-16."""
    data = path.read_bytes()
    return any(name.encode("utf-16-le") in data for name in streams)


def refuse_encrypted(path: Path) -> None:
    if ole_has(path, "EncryptedPackage"):
        raise Unreadable(
            "Файл защищён паролем.",
            "Снимите пароль (в Word: «Файл» – «Сведения» – «Защита документа») и загрузите файл снова.",
        )
