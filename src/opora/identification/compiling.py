"""Ibis expressions -> SQL of an engine, kept between runs: importing Ibis costs more than many a run.

What is kept is named by everything that could change it: what was asked, the code of the expressions, and the versions
of Ibis and SQLGlot. A kept text is never trusted over the expression: a test compares them.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_LIBRARIES = ("ibis-framework", "sqlglot")


def folder() -> Path | None:
    """Where texts are kept: OPORA_CACHE, else the user's cache folder; OPORA_CACHE=- keeps nothing."""
    said = os.environ.get("OPORA_CACHE")
    if said == "-":
        return None
    if said:
        return Path(said) / "sql"
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "opora" / "sql"
    except RuntimeError:  # no home folder
        return None


@cache
def versions() -> str:
    from importlib.metadata import version

    return " ".join(f"{name} {version(name)}" for name in _LIBRARIES)


@cache
def _code(module: str) -> str:
    """The digest of a module's source, which is not imported for it; "" where it has none."""
    spec = find_spec(module)
    file = spec.origin if spec else None
    return hashlib.sha256(Path(file).read_bytes()).hexdigest() if file and Path(file).is_file() else ""


def compiled(
    build: Callable[[], Mapping[str, Any]], dialect: str, asked: Mapping[str, object], modules: tuple[str, ...]
) -> dict[str, str]:
    """The SQL of each table that `build` gives; `asked` and the source of `modules` name it."""
    digests = [_code(name) for name in modules]
    place = folder() if all(digests) else None
    said = json.dumps([dialect, asked, digests, versions()], sort_keys=True, default=list)
    path = place / f"{hashlib.sha256(said.encode()).hexdigest()}.json" if place else None
    if path:
        try:
            kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            kept = {}
        if kept:
            return kept
    fresh = translated(build(), dialect)
    if path:
        _keep(path, json.dumps(fresh, ensure_ascii=False))
    return fresh


def translated(tables: Mapping[str, Any], dialect: str) -> dict[str, str]:
    """Every expression as SQL of a dialect (`duckdb`, `pyspark`)."""
    import ibis

    if dialect == "pyspark":
        _ = ibis.pyspark  # its backend registers the options that its compiler reads

    return {name: str(ibis.to_sql(table, dialect=dialect)) for name, table in tables.items()}


def warm() -> None:
    """Import what the first query of a process that is not kept yet would wait for."""
    import duckdb  # noqa: F401
    import ibis

    from opora.identification import arrays, counting  # noqa: F401

    translated({"nothing": ibis.table({"nothing": "int64"}, name="nothing")}, "duckdb")


def _keep(path: Path, text: str) -> None:
    """Written whole or not at all; a folder that cannot be written to only costs time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, delete=False) as file:
            file.write(text)
        Path(file.name).replace(path)
    except OSError:
        return
