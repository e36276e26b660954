"""A document enters: by a file, by hand, or as a copy of an older one."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import PurePath
from typing import Any

from django.core.files.base import File
from django.db import transaction

from opora.core.actor import Actor, require
from opora.core.errors import Problem
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.decrees.formats.safety import MAX_FILE_SIZE, MEGABYTE
from opora.documents.actions.common import TO_EDIT, account, follow_heading, heading_of, locked, note
from opora.documents.actions.reading import start_reading, stuck
from opora.documents.copying import copied_facts
from opora.documents.models import WORKFLOW, Document, DocumentState
from opora.registry.models import Organisation

# The second line cannot be read, but the page of the document says what to do about it.
SUFFIXES = (
    *(".docx", ".pdf", ".xlsx", ".txt", ".doc", ".odt", ".rtf"),
    *(".docm", ".dotm", ".xlsm", ".xls"),
)
READABLE = ".docx, .pdf, .xlsx или .txt (а также .doc, .odt и .rtf)"
TOO_LARGE = (
    f"Файл больше {MAX_FILE_SIZE // MEGABYTE} МБ, он не сохранён. Уменьшите изображения в нём или разделите его на "
    "части и загрузите снова."
)


@transaction.atomic
def upload(
    *, by: Actor, organisation: Organisation, file: File[bytes], name: str, confidential: bool = False
) -> Document:
    """Keep the file as it is and read it in the background. Raises `Problem` where it cannot be a document."""
    require(by, Permission.DOCUMENTS_EDIT, organisation.path, to=TO_EDIT)
    document = keep(by=by, organisation=organisation, file=file, name=name, confidential=confidential)
    if document.state == DocumentState.READING:
        start_reading(document, by)
    return document


def keep(*, by: Actor, organisation: Organisation, file: File[bytes], name: str, confidential: bool) -> Document:
    """The document of a file, not read yet. Called inside a transaction."""
    document = Document(organisation=organisation, confidential=confidential, uploaded_by=account(by))
    _attach(document, file, name)
    document.save()
    data = {"file": document.file_name, "bytes": document.file_size, "sha256": document.sha256}
    note("uploaded", f"загрузил(а) документ «{document.file_name}»", document, by, data)
    return document


@transaction.atomic
def replace_file(document: Document, *, by: Actor, file: File[bytes], name: str) -> Document:
    """Another file for the same document, read at once; what people corrected stays."""
    document = locked(document, by)
    if not document.is_open and not (document.state == DocumentState.READING and stuck(document)):
        raise Refused("Сейчас файл заменить нельзя. Обновите страницу и посмотрите, что с документом.")
    if file.size > MAX_FILE_SIZE:
        raise Problem(TOO_LARGE)
    before = document.file_name
    _attach(document, file, name)
    WORKFLOW.move(document, "read", failure="")
    document.save()
    text = f"заменил(а) файл «{before}» документа «{document}» файлом «{document.file_name}»"
    note("replaced", text, document, by, {"file": document.file_name, "sha256": document.sha256})
    start_reading(document, by)
    return document


def _attach(document: Document, file: File[bytes], name: str) -> None:
    """Store the file under a random name, or say why not: the old file stays on disk for the backups."""
    name = " ".join(PurePath(name.replace("\\", "/")).name.split())[:300] or "Документ"
    suffix = PurePath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise Problem(f"«{name}»: такие файлы не загружаются. Нужен документ {READABLE}.")
    document.file_name, document.file_size = name, file.size
    document.sha256 = _digest(file)
    if file.size > MAX_FILE_SIZE:
        document.failure, document.state = TOO_LARGE, DocumentState.UNREADABLE
        return
    document.file.save(name, file, save=False)


def _digest(file: File[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


@transaction.atomic
def create_by_hand(
    *,
    by: Actor,
    organisation: Organisation,
    kind: str,
    number: str = "",
    date: dt.date | None = None,
    title: str = "",
    confidential: bool = False,
) -> Document:
    """A document without a file, in review, to which rows are added."""
    require(by, Permission.DOCUMENTS_EDIT, organisation.path, to=TO_EDIT)
    heading = {
        "kind": str(kind),
        "number": number.strip() or None,
        "date": date.isoformat() if date else None,
        "issuer": organisation.name,
        "title": " ".join(title.split()) or None,
    }
    document = _by_hand(by, organisation, heading, confidential=confidential)
    note("created", f"составил(а) вручную документ «{document}»", document, by, {"new": heading})
    return document


@transaction.atomic
def copy_of(document: Document, *, by: Actor, years: int) -> Document:
    """A new document in review with the road map of an older one, its dates moved by whole years.

    Number, date, references, approvals and findings are the old document's own and are not copied.
    """
    require(by, Permission.DOCUMENTS_EDIT, document.organisation.path, to=TO_EDIT)
    if not -20 <= years <= 20:
        raise Refused("Сроки можно сдвинуть не больше чем на 20 лет.")
    heading, build = copied_facts(document, years)
    made = _by_hand(by, document.organisation, heading, confidential=document.confidential, copied_from=document)
    build(made)
    text = f"составил(а) документ «{made}» по документу «{document}», сроки сдвинуты на {years} г."
    note("copied", text, made, by, {"from": document.public_id, "years": years})
    return made


def _by_hand(by: Actor, organisation: Organisation, heading: dict[str, Any], **values: Any) -> Document:
    state = DocumentState.REVIEW
    document = Document.objects.create(organisation=organisation, uploaded_by=account(by), state=state, **values)
    fact = heading_of(document)
    fact.data = {**fact.data, **heading}
    fact.save()
    follow_heading(document, fact.data)
    document.save()
    return document
