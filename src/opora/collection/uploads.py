"""Files of forms that a person chose at once: zips are taken apart, and what is wrong with one is told of it alone."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from tempfile import TemporaryFile
from typing import Any

from django.core.files.base import File

from opora.core import zips
from opora.core.text import file_name
from opora.core.workflow import Refused

LARGEST = 5 * 1024 * 1024  # bytes of one file
LARGEST_ZIP = 50 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024  # all members of a zip together
LONGEST = 200  # characters of a name
_NOT_XLSX = "Нужен файл .xlsx, скачанный из Опоры. Если он сохранён в другом виде, сохраните его как «Книга Excel»."


@dataclass(frozen=True, slots=True)
class Piece:
    """One file: its content, or why it cannot be looked at."""

    name: str
    file: Any = None
    problem: str = ""


def count_of(files: Sequence[Any]) -> int:
    """How many files there are with those in the zips; one that cannot be opened, or is empty, is one."""
    found = 0
    for file in files:
        try:
            found += len(_listed(file)) or 1 if _is_zip(file) else 1
        except Refused:
            found += 1
    return found


def pieces(files: Sequence[Any]) -> Iterator[Piece]:
    """One after another: what is taken out of a zip is there until the next is asked for."""
    for file in files:
        name = file_name(file.name, LONGEST)
        if not _is_zip(file):
            yield Piece(name, file, _unfit(name, file.size))
            continue
        try:
            listed = _listed(file)
        except Refused as refused:
            yield Piece(name, problem=str(refused))
            continue
        if not listed:
            yield Piece(name, problem="В архиве нет файлов. Положите в него заполненные формы.")
        left = MOST_UNPACKED
        with zipfile.ZipFile(file) as archive:
            for member, inner in listed:
                with TemporaryFile() as passing:
                    piece, size = _taken_out(archive, member, inner[-LONGEST:], passing, left)
                    left -= size
                    yield piece


def _is_zip(file: Any) -> bool:
    return PurePath(file.name).suffix.lower() == ".zip"


def _listed(file: Any) -> list[tuple[zipfile.ZipInfo, str]]:
    if file.size > LARGEST_ZIP:
        raise Refused(f"Архив больше {LARGEST_ZIP // 1024 // 1024} МБ. Разделите его на несколько.")
    try:
        zips.guard(file)
        with zipfile.ZipFile(file) as archive:
            return list(zips.members(archive))
    except zips.SPOILT as error:
        raise Refused(zips.BROKEN) from error


def _taken_out(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, passing: Any, left: int
) -> tuple[Piece, int]:
    if problem := _unfit(name, 1):
        return Piece(name, problem=problem), 0
    try:
        with archive.open(member) as source:
            size = zips.copy(source, passing, min(LARGEST, left), name)
    except Refused as refused:
        return Piece(name, problem=str(refused)), min(LARGEST, left)
    except zips.SPOILT:
        return Piece(name, problem=f"«{name}» не достать из архива. Загрузите файл отдельно, без архива."), 0
    return Piece(name, File(passing, name), _unfit(name, size)), size


def _unfit(name: str, size: int) -> str:
    if PurePath(name).suffix.lower() != ".xlsx":
        return _NOT_XLSX
    if not size:
        return "Файл пуст. Проверьте, что он скопировался целиком, и загрузите снова."
    return f"Файл больше {LARGEST // 1024 // 1024} МБ: форма столько не занимает." if size > LARGEST else ""
