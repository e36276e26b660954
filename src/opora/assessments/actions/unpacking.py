"""A zip of files is taken apart: its members become files of the loading, within the same limits."""

from __future__ import annotations

import contextlib
import zipfile
from pathlib import PurePath
from tempfile import TemporaryFile
from typing import IO

from django.core.files.base import File
from django.db import transaction

from opora.assessments import store
from opora.assessments.actions.files import MAX_FILES, SUFFIXES, add_file, clean_name, follow_names, largest
from opora.assessments.models import FileState, LoadedFile, Loading
from opora.core.workflow import Refused

_BLOCK = 1 << 20
MOST_UNPACKED = 4  # times the largest file that is taken: all members together
BROKEN = "Архив повреждён или защищён паролем. Соберите его заново без пароля или загрузите файлы без архива."


def unpack_all(loading: Loading) -> None:
    """Every zip that waits gives way to its files; a broken zip says why, a broken file in it when it is read."""
    for archive in loading.files.filter(state=FileState.WAITING):
        if archive.suffix == ".zip":
            try:
                _unpack(loading, archive)
            except Refused as reason:
                archive.state, archive.failure = FileState.UNREADABLE, str(reason)
                archive.save(update_fields=["state", "failure"])


@transaction.atomic
def _unpack(loading: Loading, archive: LoadedFile) -> None:
    with store.opened(archive.original) as path:
        try:
            with zipfile.ZipFile(path) as opened:
                members = [one for one in opened.infolist() if _wanted(one)]
                if not members:
                    raise Refused("В архиве нет ни одной таблицы xlsx, xls, csv или parquet.")
                if len(members) > MAX_FILES:
                    raise Refused(f"В архиве больше {MAX_FILES} таблиц. Разделите его на несколько архивов.")
                left = MOST_UNPACKED * largest()
                for order, member in enumerate(members, start=1):
                    with opened.open(member) as source, TemporaryFile() as passing:
                        left -= _copy(source, passing, min(left, largest()), _name(member))
                        name = _name(member)
                        add_file(loading, File(passing, name), name, archive.order * 1000 + order)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
            raise Refused(BROKEN) from error
    store.remove(archive.original)
    archive.delete()
    follow_names(loading)


def _wanted(member: zipfile.ZipInfo) -> bool:
    """Tables alone: no folders, no archives in the archive, none of what systems add."""
    name = PurePath(_name(member))
    hidden = member.filename.startswith("__MACOSX") or name.name.startswith((".", "~$"))
    return not member.is_dir() and not hidden and name.suffix.lower() in SUFFIXES and name.suffix.lower() != ".zip"


def _name(member: zipfile.ZipInfo) -> str:
    """Windows writes Russian names in its own code page, which zipfile reads as another."""
    name = member.filename
    if not member.flag_bits & 0x800:
        with contextlib.suppress(UnicodeEncodeError, UnicodeDecodeError):
            name = name.encode("cp437").decode("cp866")
    return clean_name(name)


def _copy(source: IO[bytes], target: IO[bytes], most: int, name: str) -> int:
    """Bytes copied; `Refused` where there are more than `most`, whatever the archive says of itself."""
    size = 0
    while block := source.read(_BLOCK):
        size += len(block)
        if size > most:
            raise Refused(f"«{name}» в архиве слишком велик. Загрузите его отдельно, без архива, или разделите.")
        target.write(block)
    target.seek(0)
    return size
