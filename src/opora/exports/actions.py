"""A copy leaves the system: it gets its mark, is journalled, then handed over as a file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from opora.core.actor import Actor
from opora.core.marks import shown
from opora.core.workflow import Refused
from opora.exports.large import signed
from opora.exports.middleware import sender
from opora.exports.models import Copy, LargeCopy
from opora.exports.sheets import Rows, comma_separated, workbook
from opora.exports.stamping import Stamp, stamped, tagged
from opora.journal.actions import Recorded, record
from opora.ui.copies import AT_ONCE
from opora.ui.requests import actor

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
}


@transaction.atomic
def release(
    *,
    by: Actor,
    name: str,
    kind: str,
    content: bytes,
    on: Recorded,
    path: str = "",
    confidential: bool = False,
    original: bool = False,
) -> HttpResponse:
    """Mark and journal the copy of `on` that `by` takes, and give it as an attachment.

    `name` is the file name without ending; `kind` its ending: one of `MEDIA_TYPES`, or another, sent as plain bytes.
    An `original` that somebody uploaded keeps its looks: see `released`.
    """
    file_name = f"{_file_name(name)}.{kind}"
    content = released(
        by=by, file_name=file_name, content=content, on=on, path=path, confidential=confidential, original=original
    )
    response = HttpResponse(content, content_type=MEDIA_TYPES.get(kind.rsplit(".", 1)[-1], "application/octet-stream"))
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=file_name) or "attachment"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@transaction.atomic
def released(
    *,
    by: Actor,
    file_name: str,
    content: bytes,
    on: Recorded,
    path: str = "",
    confidential: bool = False,
    original: bool = False,
) -> bytes:
    """The marked copy of `on` that `by` takes, whichever way it leaves; journalled.

    An `original` is marked in its properties alone, and not at all where it is signed or its kind has none: then its
    digest tells who took it.
    """
    stamp = Stamp.of(by)
    kind = file_name.rpartition(".")[2]
    content = (tagged if original else stamped)(content, kind, stamp)
    digest = hashlib.sha256(content).hexdigest()
    about: dict[str, Any] = {"on": on, "path": path, "confidential": confidential, "original": original}
    _took(stamp, file_name, len(content), digest, by=by, **about)
    return content


def _took(
    stamp: Stamp,
    file_name: str,
    size: int,
    digest: str,
    *,
    by: Actor,
    on: Recorded,
    path: str = "",
    confidential: bool = False,
    original: bool = False,
) -> None:
    """The journal, and by which mark the copy is known."""
    entry = record(
        "exports.released",
        f"взял(а) копию «{file_name}» ({stamp.code})",
        by=by,
        on=on,
        path=path,
        confidential=confidential,
        data={"file": file_name, "bytes": size, "sha256": digest, "mark": stamp.code},
    )
    Copy.objects.create(
        mark=stamp.mark,
        actor_id=by.actor_id,
        actor=by.label,
        at=stamp.at,
        file_name=file_name[:300],
        size=size,
        sha256=digest,
        as_it_was=original,
        object_kind=entry.object_kind,
        object_id=on.public_id,
        path=path or first(by.own.paths),
        confidential=confidential,
        address=sender(),
        entry=entry.number,
    )


@transaction.atomic
def release_large(copy: LargeCopy, *, by: Actor) -> FileResponse:
    """Give the person the large copy that was made for him, marked already; the first time it is noted as taken."""
    if not copy.made_at:
        raise Refused("Копия ещё не готова. Подождите, пока она соберётся.")
    file_name = f"{_file_name(copy.title)}.{copy.kind}"
    stamp = Stamp(copy.mark, by.label, copy.made_at)
    LargeCopy.objects.select_for_update().get(pk=copy.pk)
    if not Copy.objects.filter(mark=copy.mark).exists():
        about: dict[str, Any] = {"path": first(by.own.paths), "confidential": copy.confidential}
        _took(stamp, file_name, copy.size, copy.sha256, by=by, on=_Table(copy.name), **about)
    response = FileResponse(copy.file.open("rb"), as_attachment=True, filename=file_name)
    response.headers["Content-Type"] = MEDIA_TYPES[copy.kind]
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def leave(by: Actor, file_name: str, content: bytes, on: Recorded, path: str) -> bytes:
    """The `leaving` point of the floors below: a file that is not confidential."""
    return released(by=by, file_name=file_name, content=content, on=on, path=path)


@transaction.atomic
def traced(found: Sequence[str], *, by: Actor, what: str) -> None:
    """Journal that `by` looked for the origin of a copy: `what` was asked about, `found` its marks."""
    said = ", ".join(map(shown, found)) or "ничего не найдено"
    path = first(by.own.paths)
    record("exports.traced", f"проверил(а) копию {what}: {said}"[:500], by=by, on=_Asked(), path=path)


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
    path = first(by.own.paths)
    return release(by=by, name=title, kind=kind, content=content, on=_Table(name), path=path, confidential=confidential)


def offer_large(request: HttpRequest, title: str) -> HttpResponse:
    """The `large_copies` point of the tables: the page that asks whether to make the copy in the background."""
    context = {"token": signed(request.get_full_path()), "title": title, "most": AT_ONCE, "back": request.path}
    return render(request, "exports/offer.html", context)


class _Table:
    """What the journal calls a table that is nobody's object."""

    def __init__(self, name: str) -> None:
        self.public_id = name[:26]


class _Asked:
    """What the journal calls a copy that was asked about."""

    public_id = "copy"


def first(paths: Sequence[str]) -> str:
    return paths[0] if paths else ""


def _file_name(name: str) -> str:
    """A name that every system can store: no separators, no control characters, at most 120 characters."""
    kept = "".join(c if c.isprintable() and c not in '\\/:*?"<>|' else " " for c in name)
    return " ".join(kept.split())[:120].strip(". ") or "Файл"
