"""What `opora backup`, `restore` and `doctor` do: exit codes 0 done, 1 done with findings, 2 not done."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from opora.core.errors import Problem
from opora.core.health import Level
from opora.site.operations.archive import new_key
from opora.site.operations.backup import backup
from opora.site.operations.doctor import examine
from opora.site.operations.restore import restore

SIGNS = {Level.FINE: "✓", Level.WARNING: "!", Level.ERROR: "✗"}


def back_up(path: Path, keys: Sequence[str], out: TextIO, err: TextIO) -> int:
    """Write a backup and read it again, encrypted where there are public keys."""
    keys = list(keys) or os.environ.get("OPORA_BACKUP_KEYS", "").split()
    try:
        kept = backup(path, keys=keys, out=out)
    except Problem as problem:
        err.write(f"{problem}\n")
        return 2
    size = path.stat().st_size / 1e6
    out.write(f"Копия готова и перечитана: {path}, {size:.1f} МБ{', зашифрована' if keys else ''}: {kept}.\n")
    out.write(f"Конец журнала (храните отдельно): {kept.head}\n")
    return 0


def make_key(path: Path, out: TextIO, err: TextIO) -> int:
    try:
        public = new_key(path)
    except Problem as problem:
        err.write(f"{problem}\n")
        return 2
    out.write(f"Секретный ключ: {path}. Храните его не на этом сервере: без него копию не открыть.\n")
    out.write(f"Открытый ключ (его знает сервер): {public}\n")
    return 0


def put_back(path: Path, secret: Path | None, out: TextIO, err: TextIO) -> int:
    try:
        restored = restore(path, key=secret, out=out)
    except Problem as problem:
        err.write(f"{problem}\n")
        return 2
    out.write(f"Восстановлено состояние на {restored.made}: строк {restored.rows}, файлов {restored.files}.\n")
    for finding in restored.findings:
        out.write(f"{finding}\n")
    return 1 if restored.findings else 0


def doctor(out: TextIO) -> int:
    """Everything looked at, a line each; 0 where all is fine, 1 with warnings, 2 with errors."""
    worst = 0
    for one in examine():
        out.write(f"{SIGNS[one.level]} {one.subject}: {one.text}\n")
        if one.mend:
            out.write(f"    {one.mend}\n")
        worst = max(worst, {Level.FINE: 0, Level.WARNING: 1, Level.ERROR: 2}[one.level])
    out.write(("Всё в порядке.", "Есть замечания.", "Есть ошибки: их надо исправить.")[worst] + "\n")
    return worst
