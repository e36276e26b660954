"""What a file must satisfy before it is read: its kind by its content, no archive that swells, no entity in its XML."""

from __future__ import annotations

import hashlib
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, Literal

Kind = Literal["csv", "xlsx", "xls", "parquet"]

MEGABYTE: Final = 1024 * 1024
MAX_FILE: Final = 400 * MEGABYTE
MAX_XLS: Final = 60 * MEGABYTE
MAX_TEXT: Final = 4096 * MEGABYTE  # a csv or parquet is read piece by piece
MAX_UNPACKED: Final = 4096 * MEGABYTE
MAX_STRINGS: Final = 256 * MEGABYTE  # of texts that a workbook keeps apart and a reader keeps in memory
MAX_MEMBERS: Final = 2000
MAX_RATIO: Final = 200  # of members above RATIO_FROM; a sheet of numbers has about 10
RATIO_FROM: Final = 4 * MEGABYTE
MAX_COLUMNS: Final = 1000
MAX_FORM: Final = 64 * MEGABYTE  # unpacked, of a workbook that a person fills in
MAX_UNCOMPUTED: Final = 100_000
_PIECE: Final = 4 * MEGABYTE
_OVERLAP: Final = 4096
_SAVE: Final = "Откройте его в табличном редакторе, сохраните заново как .xlsx и загрузите снова."

_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d{1,10})"')
_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,4})\d')
_UNCOMPUTED = re.compile(
    rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3}\d{1,7})"[^>]*>'
    rb"<(?:\w+:)?f\b[^<]*(?:/>|</(?:\w+:)?f>)(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?</(?:\w+:)?c>"
)
_MERGED = re.compile(rb'mergeCell\b[^>]*?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


class Unreadable(Exception):
    """Nothing of a file or sheet can be read; the sentence says what happened and what to do."""


@dataclass(slots=True)
class SheetScan:
    """What the XML of a sheet says before a reader builds it in memory."""

    rows: int = 0  # the highest number of a row
    columns: int = 0
    is_plain: bool = True  # every row tells its number, no prefixes of XML
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # top, left, bottom, right; from 0
    uncomputed: set[tuple[int, int]] = field(default_factory=set)  # formulas without a value; row, column from 0

    @property
    def places(self) -> int:
        return self.rows * self.columns


def check_form(path: Path) -> None:
    """A workbook that a person fills in is an xlsx, and small, however well it is packed; raises `Unreadable`."""
    if kind_of(path) != "xlsx":
        raise Unreadable("Это не файл .xlsx. Скачайте файл заново и заполните его.")
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(one.file_size for one in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Unreadable("Файл повреждён. Откройте его в табличном редакторе и сохраните заново.") from error
    if size > MAX_FORM:
        raise Unreadable("Файл слишком велик для формы. Скачайте файл заново и заполните его.")


def kind_of(path: Path) -> Kind:
    """The kind by content, whatever the name says; raises `Unreadable`."""
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError as error:
        raise Unreadable("Файл не удалось открыть. Проверьте, что он существует и доступен для чтения.") from error
    if not size:
        raise Unreadable("Файл пуст. Загрузите его ещё раз: возможно, он не скопировался целиком.")
    if head.startswith(b"PK"):
        _limit(size, MAX_FILE)
        return "xlsx"
    if head.startswith(_OLE):
        _limit(size, MAX_XLS)
        _check_ole(path)
        return "xls"
    _limit(size, MAX_TEXT)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b")):
        raise Unreadable("Это не таблица. Нужен файл .xlsx, .xls, .csv или .parquet.")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        raise Unreadable(f"Это страница (HTML или XML), хотя имя файла говорит иное. {_SAVE}")
    return "csv"


def _limit(size: int, most: int) -> None:
    if size > most:
        raise Unreadable(f"Файл больше {most // MEGABYTE} МБ. Разделите его на части, например по предметам.")


def _check_ole(path: Path) -> None:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Unreadable("Файл защищён паролем. Снимите пароль и загрузите файл снова.")
    if "Workbook".encode("utf-16-le") not in content and "Book".encode("utf-16-le") not in content:
        raise Unreadable("Это не таблица Excel. Нужен файл .xlsx, .xls, .csv или .parquet.")


def digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def scan_workbook(path: Path) -> dict[str, SheetScan]:
    """By the path of each sheet inside a safe xlsx: its size and what readers do not tell. Raises `Unreadable`."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(members)
            scans = {}
            for member in members:
                name = member.filename.replace("\\", "/").lstrip("/")
                if name.lower().endswith((".xml", ".rels")) and member.file_size:
                    with archive.open(member) as stream:
                        if re.match(r"xl/worksheets/[^/]+\.xml$", name, re.IGNORECASE):
                            scans[name] = _scan_sheet(stream)
                        else:
                            _check_head(stream.read(_OVERLAP))
    except Unreadable:
        raise
    except RuntimeError as error:  # zipfile's word for a member with a password
        raise Unreadable("Архив внутри файла защищён паролем. Снимите пароль и загрузите файл снова.") from error
    except Exception as error:  # a broken archive breaks in many ways
        raise Unreadable(f"Файл повреждён: его не удалось распаковать. {_SAVE}") from error
    if not scans:
        raise Unreadable(f"Внутри файла нет листов таблицы. {_SAVE}")
    return scans


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise Unreadable(f"Внутри файла больше {MAX_MEMBERS} частей. {_SAVE}")
    total = 0
    for member in members:
        total += member.file_size
        swells = member.file_size > RATIO_FROM and member.file_size > MAX_RATIO * max(member.compress_size, 1)
        if total > MAX_UNPACKED or swells:
            raise Unreadable(
                "Файл распаковывается в слишком большой объём, так бывает у «архивных бомб». "
                "Оставьте в нём только строки с результатами и сохраните заново."
            )
        if member.filename.lower().endswith("sharedstrings.xml") and member.file_size > MAX_STRINGS:
            raise Unreadable("В таблице слишком много текста. Удалите лишние столбцы или сохраните её как .csv.")


def _check_head(head: bytes) -> None:
    if b"<!DOCTYPE" in head.upper() or b"<!ENTITY" in head.upper():
        raise Unreadable(f"Внутри файла объявления XML, каких в таблицах не бывает. {_SAVE}")


def _scan_sheet(stream: IO[bytes]) -> SheetScan:
    scan = SheetScan()
    letters: set[bytes] = set()
    rest = b""
    first = True
    while piece := stream.read(_PIECE):
        text = rest + piece
        if first:
            _check_head(text[:_OVERLAP])
            first = False
        letters.update(_CELL.findall(text))
        if numbers := _ROW.findall(text):
            scan.rows = max(scan.rows, max(map(int, numbers)))
        scan.is_plain &= text.count(b"<row ") + text.count(b"<row>") - len(numbers) in (0, 1) and b":row" not in text
        if b"mergeCell" in text:
            scan.merged += [
                (int(top) - 1, column_number(left), int(bottom) - 1, column_number(right))
                for left, top, right, bottom in _MERGED.findall(text)
            ]
        if b"<f" in text or b":f" in text:
            _note_uncomputed(scan, text)
        rest = text[-_OVERLAP:]
    scan.columns = max((column_number(one) + 1 for one in letters), default=0)
    scan.merged = list(dict.fromkeys(scan.merged))
    return scan


def _note_uncomputed(scan: SheetScan, text: bytes) -> None:
    for place in _UNCOMPUTED.findall(text):
        if len(scan.uncomputed) >= MAX_UNCOMPUTED:
            raise Unreadable(f"На листе формулы без вычисленных значений. {_SAVE}")
        letters = place.rstrip(b"0123456789")
        scan.uncomputed.add((int(place[len(letters) :]) - 1, column_number(letters)))


def column_number(letters: bytes) -> int:
    """«A» is 0."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def column_letters(number: int) -> str:
    """0 is «A»."""
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text
