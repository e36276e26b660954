"""A copy leaves the system: it is journalled, then handed over as a file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from opora.core.actor import Actor
from opora.exports.sheets import Rows, comma_separated, workbook
from opora.journal.actions import Recorded, record
from opora.ui.requests import actor

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}


@transaction.atomic
def release(
    *, by: Actor, name: str, kind: str, content: bytes, on: Recorded, path: str = "", confidential: bool = False
) -> HttpResponse:
    """Journal that `by` took a copy of `on`, and give it as an attachment.

    `name` is the file name without ending; `kind` its ending: one of `MEDIA_TYPES`, or another, sent as plain bytes.
    """
    file_name = f"{_file_name(name)}.{kind}"
    released(by=by, file_name=file_name, content=content, on=on, path=path, confidential=confidential)
    response = HttpResponse(content, content_type=MEDIA_TYPES.get(kind, "application/octet-stream"))
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=file_name) or "attachment"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def released(
    *, by: Actor, file_name: str, content: bytes, on: Recorded, path: str = "", confidential: bool = False
) -> None:
    """Journal that `by` took a copy of `on`, whichever way it left."""
    record(
        "exports.released",
        f"взял(а) копию «{file_name}»",
        by=by,
        on=on,
        path=path,
        confidential=confidential,
        data={"file": file_name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()},
    )


def release_table(
    request: HttpRequest,
    name: str,
    title: str,
    headers: Sequence[str],
    rows: Rows,
    kind: str,
    confidential: bool = False,
) -> HttpResponse:
    """The `exporters` point of the tables: the rows the person sees, as xlsx or csv."""
    by = actor(request)
    content = workbook(title, headers, rows, by=by) if kind == "xlsx" else comma_separated(headers, rows)
    path = _first(by.own.paths)
    return release(by=by, name=title, kind=kind, content=content, on=_Table(name), path=path, confidential=confidential)


class _Table:
    """What the journal calls a table that is nobody's object."""

    def __init__(self, name: str) -> None:
        self.public_id = name[:26]


def _first(paths: Sequence[str]) -> str:
    return paths[0] if paths else ""


def _file_name(name: str) -> str:
    """A name that every system can store: no separators, no control characters, at most 120 characters."""
    kept = "".join(c if c.isprintable() and c not in '\\/:*?"<>|' else " " for c in name)
    return " ".join(kept.split())[:120].strip(". ") or "Файл"
