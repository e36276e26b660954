"""Rows of a table have names, so that a change is of the same row wherever it stands: see docs/adr/0029."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

NAME = "#"  # beside the cells of a stored row: no column can be called so
Row = dict[str, Any]
_NAME = re.compile(r"[0-9a-z][0-9a-z.]{0,31}")


def fresh() -> str:
    """A name for a row that nobody has filled in yet; before a dot and a number, for those of a whole workbook."""
    return secrets.token_hex(4)


def fits(name: object) -> bool:
    """Whether that can be a name: it comes from pages and files."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def unused(name: str, seen: Iterable[str]) -> str:
    """The name, or for the second of that name (a row that was copied with it) one that it gets every time."""
    taken, found, number = set(seen), name, 2
    while found in taken:
        found = f"{name[:24]}.{number}"
        number += 1
    return found


def named(rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """The rows, each with its name. One that has none, from before there were names, is called by its number."""
    found: dict[str, Row] = {}
    for number, row in enumerate(rows, start=1):
        name = unused(row[NAME] if fits(row.get(NAME)) else str(number), found)
        found[name] = {NAME: name, **{key: one for key, one in row.items() if key != NAME}}
    return list(found.values())
