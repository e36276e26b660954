"""Files that prove a report: limited in size and kind, looked into by their first bytes, never run or shown inline."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from opora.core.workflow import Refused

MAX_SIZE = 20 * 1024 * 1024  # bytes of one file
MAX_FILES = 20  # of one report
_STARTS: dict[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF",),
    ".docx": (b"PK\x03\x04",),
    ".xlsx": (b"PK\x03\x04",),
    ".pptx": (b"PK\x03\x04",),
    ".odt": (b"PK\x03\x04",),
    ".ods": (b"PK\x03\x04",),
    ".zip": (b"PK\x03\x04",),
    ".doc": (b"\xd0\xcf\x11\xe0",),
    ".xls": (b"\xd0\xcf\x11\xe0",),
    ".ppt": (b"\xd0\xcf\x11\xe0",),
    ".rtf": (b"{\\rtf",),
    ".png": (b"\x89PNG",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".txt": (b"",),
    ".csv": (b"",),
}
KINDS = tuple(_STARTS)


def check_evidence(file: Any, name: str) -> int:
    """The size in bytes; `Refused` where the file is empty, too large, of another kind than its name says."""
    suffix = PurePath(name).suffix.lower()
    size = int(file.size or 0)
    if suffix not in _STARTS:
        raise Refused(
            f"Файл «{name}»: такой вид не принимается. Приложите документ, таблицу, PDF, архив zip или снимок."
        )
    if not size:
        raise Refused(f"Файл «{name}» пуст. Проверьте его и приложите снова.")
    if size > MAX_SIZE:
        raise Refused(f"Файл «{name}» больше {MAX_SIZE // 1024 // 1024} МБ. Уменьшите его или дайте ссылку.")
    file.seek(0)
    head = file.read(8)
    file.seek(0)
    if not head.startswith(_STARTS[suffix]):
        raise Refused(f"Файл «{name}» — не {suffix[1:]}, хотя так назван. Сохраните его правильно и приложите снова.")
    return size
