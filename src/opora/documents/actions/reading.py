"""Reading the file of a document: in the background, or at once for the command line."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

from django.db import transaction

from opora.access.models import User
from opora.core.actor import Actor, System
from opora.core.files import on_disk
from opora.core.tasks import Progress, enqueue, task
from opora.core.workflow import Refused
from opora.decrees import Decree, Unreadable
from opora.decrees.formats import open_layout
from opora.decrees.layout import Layout
from opora.decrees.reading import read_layout
from opora.documents.actions.common import follow_heading, heading_of, locked, note
from opora.documents.actions.correcting import follow_date
from opora.documents.models import WORKFLOW, Document, DocumentState, FactKind, SourceText
from opora.documents.source import blocks_of, pages_of
from opora.documents.storing import store

logger = logging.getLogger(__name__)

BROKEN = "Прочитать файл не удалось: ошибка в системе, она записана. Попробуйте ещё раз или загрузите другой файл."
TOO_OFTEN = "Файл читается. Подождите немного и обновите страницу."


def start_reading(document: Document, by: Actor) -> None:
    """Give the file to be read in the background. Called inside the transaction of an action."""
    document.version += 1
    key = hashlib.sha256(f"{document.public_id}:{document.version}".encode()).hexdigest()
    job = enqueue(
        read_document,
        by=by,
        name=f"Чтение документа «{document.file_name}»",
        key=f"documents.read:{key}",
        url=document.get_absolute_url(),
        document=document.public_id,
        version=document.version,
        reader=by.actor_id,
    )
    document.job_id = job.public_id
    document.save(update_fields=["version", "job_id"])


@transaction.atomic
def read_again(document: Document, *, by: Actor) -> Document:
    """Read the file anew; what people corrected stays."""
    document = locked(document, by)
    if not document.file:
        raise Refused("У документа нет файла: он составлен вручную.")
    if document.state == DocumentState.READING and not stuck(document):
        raise Refused(TOO_OFTEN)
    WORKFLOW.move(document, "read", failure="")
    start_reading(document, by)
    note("read_again", f"отправил(а) на повторное чтение документ «{document}»", document, by)
    return document


def stuck(document: Document) -> bool:
    """Whether the job of the reading was given up."""
    from opora.core.models import Job, JobState

    job = Job.objects.filter(public_id=document.job_id).first()
    return job is None or job.state == JobState.FAILED


@task()
def read_document(job: Progress, document: str, version: int, reader: str) -> None:
    """Read one version; a reading that somebody has overtaken meanwhile is dropped."""
    found = Document.objects.get(public_id=document)
    by: Actor = User.objects.filter(public_id=reader).first() or System()
    if not _waiting(found, version):
        return
    job.step(0, 2, "Файл читается…")
    try:
        with on_disk(found.file) as path:
            layout, decree = read_file(path, found.file_name)
    except Unreadable as error:
        fail(found, version, f"{error.what} {error.advice}".strip(), by=by)
        job.step(2, 2, "Файл не прочитан.")
        return
    except Exception:
        logger.exception("The document %s could not be read", document)
        fail(found, version, BROKEN, by=by)
        return
    job.step(1, 2, "Прочитанное сохраняется…")
    finish(found, version, layout, decree, by=by)
    job.step(2, 2, "Документ прочитан.")


def read_file(path: Path, name: str) -> tuple[Layout, Decree]:
    """The layout and the reading of a file. Raises `Unreadable`."""
    try:
        layout = open_layout(path)
        return layout, read_layout(layout)
    except Unreadable as error:
        error.where = name
        raise


def _waiting(document: Document, version: int) -> bool:
    return document.state == DocumentState.READING and document.version == version


@transaction.atomic
def finish(document: Document, version: int, layout: Layout, decree: Decree, *, by: Actor) -> None:
    """Keep the reading, and let people correct it."""
    document = Document.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=document.pk)
    if not _waiting(document, version):
        return
    store(document, decree)
    SourceText.objects.update_or_create(
        document=document, defaults={"blocks": blocks_of(layout), "pages": pages_of(layout)}
    )
    WORKFLOW.move(document, "finish", failure="")
    heading = heading_of(document)
    follow_heading(document, heading.data)
    document.save()
    if "date" in heading.corrected:
        follow_date(document)
    rows = document.facts.kept()
    activities = rows.filter(kind=FactKind.ACTIVITY).count()
    findings = rows.filter(kind=FactKind.FINDING).count()
    text = f"документ «{document}» прочитан: мероприятий — {activities}, замечаний — {findings}"
    note("read", f"получил(а) чтение: {text}", document, by, {"version": version})


@transaction.atomic
def fail(document: Document, version: int, failure: str, *, by: Actor) -> None:
    """Say why it was not read; a document that was read before stays in review with its facts."""
    document = Document.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=document.pk)
    if not _waiting(document, version):
        return
    read_before = document.facts.exists()
    WORKFLOW.move(document, "finish" if read_before else "fail", failure=failure)
    text = f"узнал(а), что файл «{document.file_name}» не прочитан: {failure}"
    note("unreadable", text, document, by, {"version": version, "failure": failure})
