"""Files with results enter: many at once, each limited in size and kind, a zip of files taken apart while reading."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import PurePath

from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from opora.assessments import store
from opora.assessments.actions.common import TO_LOAD, note
from opora.assessments.actions.starting import start_reading
from opora.assessments.models import LoadedFile, Loading
from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.text import fold, plural, words
from opora.core.workflow import Refused
from opora.registry.models import Organisation

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
Uploaded = tuple["File[bytes]", str]


@transaction.atomic
def upload(*, by: Actor, territory: Organisation, files: Sequence[Uploaded], title: str = "") -> Loading:
    """Keep the files as they are and read them in the background; `Refused` names every one that cannot be taken."""
    require(by, Permission.RESULTS_EDIT, territory.path, to=TO_LOAD)
    if not files:
        raise Refused("Выберите хотя бы один файл.")
    if len(files) > MAX_FILES:
        raise Refused(f"За один раз можно загрузить не больше {MAX_FILES} файлов. Сложите их в архив zip.")
    named = [(file, clean_name(name)) for file, name in files]
    wrong = [wrong for file, name in named if (wrong := _problem(file, name))]
    if wrong:
        raise Refused(" ".join(wrong))
    loading = Loading.objects.create(
        territory=territory, title=(title.strip() or _title([name for _, name in named]))[:LONGEST], loaded_by=by.label
    )
    for order, (file, name) in enumerate(named, start=1):
        add_file(loading, file, name, order)
    follow_names(loading)
    start_reading(loading, by)
    data = {"files": [[one.file_name, one.sha256, one.file_size] for one in loading.files.all()]}
    note("uploaded", f"загрузил(а) результаты «{loading}»: файлов — {len(named)}", loading, by, data)
    return loading


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


def clean_name(name: str) -> str:
    """The name alone, without folders and control characters."""
    kept = "".join(one for one in PurePath(name.replace("\\", "/")).name if one.isprintable())
    return " ".join(kept.split())[-LONGEST:] or "Файл"


def largest() -> int:
    """Bytes of the largest file that is taken."""
    return int(settings.OPORA_RESULTS_MB) * MEGABYTE


def _problem(file: File[bytes], name: str) -> str:
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


def _title(names: Sequence[str]) -> str:
    """«ВПР 2025.xlsx», «ВПР 2025.xlsx и ещё 3 файла»"""
    rest = len(names) - 1
    return names[0] if not rest else f"{names[0]} и ещё {rest} {plural(rest, 'файл', 'файла', 'файлов')}"


def _digest(file: File[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
