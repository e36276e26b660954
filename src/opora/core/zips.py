"""A zip that somebody brought: its members with names people can read, none larger than it may be."""

from __future__ import annotations

import contextlib
import zipfile
from collections.abc import Collection, Iterator
from pathlib import PurePath
from typing import IO

from opora.core.text import file_name
from opora.core.workflow import Refused

_BLOCK = 1 << 20
_END = 22 + 65_535  # bytes in which a zip ends: a record and a comment
_MOST_LISTED = 1 << 20  # bytes of the list of members: thousands of them
BROKEN = "Архив повреждён или защищён паролем. Соберите его заново без пароля или загрузите файлы без архива."
SPOILT = (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError)  # what zipfile raises


def guard(file: IO[bytes]) -> None:
    """`Refused` where the list of members alone is too long to be read."""
    file.seek(0, 2)
    file.seek(max(0, file.tell() - _END))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    file.seek(0)
    if at < 0 or len(tail) < at + 22:
        raise Refused(BROKEN)
    if int.from_bytes(tail[at + 12 : at + 16], "little") > _MOST_LISTED:
        raise Refused("В архиве слишком много файлов. Разделите его на несколько архивов.")


def members(archive: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    """Files with their names, without the folders they lie in; none of what systems add of themselves."""
    for one in archive.infolist():
        name = _name(one)
        if not (one.is_dir() or one.filename.startswith("__MACOSX") or name.startswith((".", "~$"))):
            yield one, name


def of_kinds(archive: zipfile.ZipFile, suffixes: Collection[str]) -> list[tuple[zipfile.ZipInfo, str]]:
    return [(one, name) for one, name in members(archive) if PurePath(name).suffix.lower() in suffixes]


def _name(member: zipfile.ZipInfo) -> str:
    """Windows writes Russian names in its own code page, which zipfile reads as another."""
    name = member.filename
    if not member.flag_bits & 0x800:
        with contextlib.suppress(UnicodeEncodeError, UnicodeDecodeError):
            name = name.encode("cp437").decode("cp866")
    return file_name(name)


def copy(source: IO[bytes], target: IO[bytes], most: int, name: str) -> int:
    """Bytes copied; `Refused` where there are more than `most`, whatever the archive says of itself."""
    size = 0
    while block := source.read(_BLOCK):
        size += len(block)
        if size > most:
            raise Refused(f"«{name}» в архиве слишком велик. Загрузите его отдельно, без архива, или разделите.")
        target.write(block)
    target.seek(0)
    return size
