"""`opora import FILE`: 0 read, 1 read with errors or a likely duplicate, 2 not done."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from django.core.files.base import File
from django.db import transaction

from opora.core.actor import Actor, Denied, require
from opora.core.errors import Problem
from opora.core.permissions import Permission
from opora.core.text import fold
from opora.core.workflow import Refused
from opora.decrees import Decree, Unreadable
from opora.decrees.command import summary
from opora.documents import queries
from opora.documents.actions.common import TO_EDIT
from opora.documents.actions.reading import finish, read_file
from opora.documents.actions.uploading import keep
from opora.registry.models import Organisation
from opora.registry.resolve import resolve


def import_document(file: Path, *, organisation: str, by: Actor, dry_run: bool, out: TextIO, err: TextIO) -> int:
    """Read the file, say what it holds, and unless `dry_run` keep it for review."""
    file = Path(file)
    try:
        found = _organisation(organisation, by)
        require(by, Permission.DOCUMENTS_EDIT, found.path, to=TO_EDIT)
        layout, decree = read_file(file, file.name)
        out.write(summary(file.name, decree))
        if dry_run:
            out.write("Проверка: ничего не сохранено.\n")
            return _status(decree, 0)
        with transaction.atomic(), file.open("rb") as stream:
            document = keep(by=by, organisation=found, file=File(stream), name=file.name, confidential=False)
            document.version = 1
            document.save(update_fields=["version"])
            finish(document, 1, layout, decree, by=by)
    except (Denied, Problem, Refused, Unreadable) as error:
        err.write(f"{error}\n")
        return 2
    except OSError as error:
        err.write(f"Файл «{file}» не прочитан: {error.strerror}.\n")
        return 2
    document.refresh_from_db()
    out.write(f"Сохранено: {document}, {found}; состояние — {document.get_state_display()}.\n")
    duplicates, hidden = queries.told_duplicates(document, by)
    for other in duplicates:
        out.write(f"Похоже, этот документ уже есть: {other}, {other.organisation}.\n")
    if hidden:
        out.write("Похоже, этот документ уже есть в другой организации.\n")
    return _status(decree, len(duplicates) + hidden)


def _status(decree: Decree, duplicates: int) -> int:
    return int(duplicates > 0 or any(finding.severity == "error" for finding in decree.findings))


def _organisation(name: str, by: Actor) -> Organisation:
    """By any of its names, inside the part of the tree where the person edits documents; else `Problem`."""
    inside = Organisation.objects.filter(by.scope(Permission.DOCUMENTS_EDIT).q("path")).active()
    exact = [one for one in inside if fold(name) in (fold(one.name), fold(one.short_name), one.code.lower() or None)]
    if len(exact) == 1:
        return exact[0]
    top = inside.order_by("path").first()
    target = resolve(name, top) if top and not exact else None
    if isinstance(target, Organisation) and target.path in by.scope(Permission.DOCUMENTS_EDIT):
        return target
    raise Problem(f"Организация «{name}» не найдена среди тех, для которых вы ведёте документы.")
