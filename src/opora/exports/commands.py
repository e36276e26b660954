"""`opora trace`: 0 found, 1 nothing found, 2 a file that cannot be looked into."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from django.utils import timezone

from opora.core.actor import Actor, require
from opora.core.marks import marks_in
from opora.core.permissions import Permission
from opora.exports import queries
from opora.exports.actions import traced
from opora.exports.queries import Trace
from opora.exports.tracing import MAX_BYTES, Unreadable

TO_TRACE = "узнавать, кем взята копия"


def trace(files: Sequence[Path], codes: Sequence[str], *, by: Actor, out: TextIO, err: TextIO) -> int:
    """Say of each file and code who took the copy. Journalled."""
    require(by, Permission.COPIES_TRACE, to=TO_TRACE)
    if not files and not codes:
        err.write("Назовите файл или метку: opora trace ФАЙЛ… или opora trace --code КП-….\n")
        return 2
    statuses = [_code(code, by, out, err) for code in codes] + [_file(file, by, out, err) for file in files]
    return max(statuses)


def _code(code: str, by: Actor, out: TextIO, err: TextIO) -> int:
    marks = marks_in(code) or marks_in(f"КП-{code}")
    if not marks:
        err.write(f"«{code}» — не метка копии или переписана с ошибкой. Метка выглядит так: КП-7F3K-9A4M-4XTA-H.\n")
        return 2
    return _say(code, queries.trace_marks(by, marks), by, out)


def _file(file: Path, by: Actor, out: TextIO, err: TextIO) -> int:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise Unreadable(f"Файл больше {MAX_BYTES // 1024 // 1024} МБ.")
        found = queries.trace_file(by, file.read_bytes())
    except OSError as error:
        err.write(f"{file}: файл не открыт: {error.strerror}.\n")
        return 2
    except Unreadable as error:
        err.write(f"{file}: {error}\n")
        return 2
    return _say(file.name, found, by, out)


def _say(name: str, found: list[Trace], by: Actor, out: TextIO) -> int:
    traced([one.mark for one in found], by=by, what=f"«{name}»")
    if not found:
        out.write(f"{name}: ничего не найдено: ни метки, ни такой же копии, которую вам можно проследить.\n")
        return 1
    for one in found:
        out.write(f"{name}: {said(one)}\n")
    return 0


def said(one: Trace) -> str:
    """«КП-…: взял(а) Иванова А. П. (…), 20.08.2026 14:05, файл «…», адрес 10.0.0.7, запись журнала № 123»"""
    at = timezone.localtime(one.at)
    if one.by == queries.BY_PAGE:
        return f"{one.code}: страница открыта для печати: {one.who}, {at:%d.%m.%Y}, в {at:%H}-м часу"
    parts = [f"{one.who}, {at:%d.%m.%Y %H:%M}", f"файл «{one.file_name}»"]
    parts += [f"адрес {one.address}"] if one.address else ["из командной строки"]
    parts.append(f"запись журнала № {one.entry}")
    how = "взял(а)" if one.by == queries.BY_MARK else "такой же файл взял(а)"
    return f"{one.code}: {how} {', '.join(parts)}"
