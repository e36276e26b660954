"""One file of a loading: what is taken, under what name, how it is kept."""

from __future__ import annotations

import hashlib
from pathlib import PurePath

from django.conf import settings
from django.core.files.base import File

from opora.assessments import store
from opora.assessments.models import LoadedFile, Loading
from opora.core.text import fold, words

MEGABYTE = 1 << 20
MAX_FILES = 100  # of one loading
LONGEST = 300
# A workbook is judged by its content when it is read: xls named xlsx can be, a page under that name says what it is.
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"<", b"\xef\xbb\xbf<")
_STARTS: dict[str, tuple[bytes, ...]] = {
    ".xlsx": _WORKBOOK,
    ".xlsm": _WORKBOOK,
    ".xls": _WORKBOOK,
    ".zip": (b"PK\x03\x04",),
    ".parquet": (b"PAR1",),
    ".csv": (b"",),
    ".txt": (b"",),
    ".tsv": (b"",),
}
SUFFIXES = tuple(_STARTS)


def add_file(loading: Loading, file: File[bytes], name: str, order: int) -> LoadedFile:
    """One more file of the loading, kept in the store. Called inside a transaction."""
    found = LoadedFile(loading=loading, order=order, file_name=name, file_size=file.size, sha256=_digest(file))
    found.search = fold(name)
    store.keep(found.original, name, file)
    found.save()
    return found


def follow_names(loading: Loading) -> None:
    """What the loading is found by."""
    names = [loading.title, *loading.files.values_list("file_name", flat=True)]
    loading.search = "".join(f" {word}" for word in words(" ".join(names)))
    loading.save(update_fields=["search"])


def largest() -> int:
    """Bytes of the largest file that is taken."""
    return int(settings.OPORA_RESULTS_MB) * MEGABYTE


def problem(file: File[bytes], name: str) -> str:
    """Why the file is not taken: empty, too large, or no table; nothing where it is."""
    suffix = PurePath(name).suffix.lower()
    if suffix not in _STARTS:
        return f"«{name}»: такие файлы не загружаются. Нужна таблица xlsx, xls, csv или parquet, или архив zip."
    if not file.size:
        return f"Файл «{name}» пуст. Проверьте, что он скопировался целиком, и загрузите снова."
    if file.size > largest():
        return (
            f"Файл «{name}» больше {settings.OPORA_RESULTS_MB} МБ. Разделите его, например по предметам, "
            "или попросите администратора увеличить предел (OPORA_RESULTS_MB)."
        )
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    if not head.startswith(_STARTS[suffix]):
        return f"Файл «{name}» — не {suffix[1:]}, хотя так назван. Сохраните его заново и загрузите снова."
    return ""


def _digest(file: File[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
