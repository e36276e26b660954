"""`opora deadline TEXT`: what one expression means."""

from __future__ import annotations

import datetime as dt
import json
from typing import TextIO

from opora.deadlines.form import describe, to_json
from opora.deadlines.reading import read


def deadline(text: str, issued: str | None, *, as_json: bool, out: TextIO, err: TextIO) -> int:
    """Print the reading; 0 understood, 1 unclear, 2 nothing to read or a wrong date of issue."""
    if not text.strip():
        err.write('Срок не указан: передайте его текст, например: opora deadline "до 30 апреля".\n')
        return 2
    try:
        day = dt.date.fromisoformat(issued) if issued else None
    except ValueError:
        err.write(f"Дата издания «{issued}» не разобрана: нужна дата вида 2026-08-20.\n")
        return 2
    found = read(text, day)
    out.write((json.dumps(to_json(found), ensure_ascii=False) if as_json else describe(found)) + "\n")
    return 1 if found.kind == "unclear" else 0
