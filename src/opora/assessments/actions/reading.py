"""Reading the files of a loading in the background: recognised, converted, every row accounted for."""

from __future__ import annotations

import logging
import tempfile
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import transaction

from opora.access.models import User
from opora.assessments import quality, schools, store
from opora.assessments.actions.common import note
from opora.assessments.actions.matching import keep_matches
from opora.assessments.actions.unpacking import unpack_all
from opora.assessments.models import (
    LOADING_WORKFLOW,
    FileState,
    LoadedFile,
    Loading,
    LoadingState,
    MappingMemory,
    SetAside,
)
from opora.assessments.queries.known import already_loaded
from opora.assessments.queries.loading import named, read_files
from opora.assessments.scales import scales_of
from opora.assessments.sheets import view
from opora.core.actor import Actor, System
from opora.core.errors import Problem
from opora.core.tasks import Progress, task
from opora.core.text import fold
from opora.identification.reading.mapping import Mapping
from opora.identification.reading.model import FileReading, Reading

logger = logging.getLogger(__name__)

MOST_ASIDE = 50_000  # rows set aside that are kept for the page and its copies; all are counted
BROKEN = "Прочитать файлы не удалось: ошибка в системе, она записана. Попробуйте ещё раз или загрузите другие файлы."


@task(queue="bulk")
def read_loading(job: Progress, loading: str, version: int, reader: str) -> None:
    """Read one version; a reading that somebody has overtaken meanwhile is dropped. Begins anew where it was killed."""
    found = Loading.objects.select_related("territory").get(public_id=loading)
    by: Actor = User.objects.filter(public_id=reader).first() or System()
    if not _waiting(found, version):
        return
    job.step(0, 1, "Файлы открываются…")
    try:
        unpack_all(found)
        _set_known_apart(found)
        with tempfile.TemporaryDirectory() as folder:
            known = schools.known(schools.schools_inside(found.territory))
            reading = _read(found, known, Path(folder), job)
            job.step(1, 1, "Прочитанное сохраняется…")
            _finish(found, version, reading, known, by)
    except Problem as problem:
        fail(found, version, str(problem), by=by)
        return
    except Exception:
        logger.exception("The loading %s could not be read", loading)
        fail(found, version, BROKEN, by=by)
        return
    job.step(1, 1, "Файлы прочитаны.")


def _waiting(loading: Loading, version: int) -> bool:
    return loading.state == LoadingState.READING and loading.version == version


def _set_known_apart(loading: Loading) -> None:
    """Files whose very bytes are loaded already, and count, are not read again."""
    for file in loading.files.filter(state=FileState.WAITING, anyway=False):
        if already_loaded(loading, file):
            LoadedFile.objects.filter(pk=file.pk).update(state=FileState.KNOWN)


def _read(loading: Loading, known: schools.Known, folder: Path, job: Progress) -> Reading:
    """All files in one reading, so that a work that stands in two of them is seen."""
    from opora.identification.reading import read

    files, names = named(list(read_files(loading)))
    mappings = [Mapping.from_json(one.mapping) for one in MappingMemory.objects.filter(territory=loading.territory)]
    answers = {
        f"{name}|{sheet}" if sheet else name: said
        for file, name in zip(files, names, strict=True)
        for sheet, said in file.answers.items()
    }
    total = len(files)
    seen: list[str] = []

    def progress(name: str, rows: int) -> None:
        if name not in seen:
            seen.append(name)
        job.step(min(len(seen) - 1, total), total, f"Читается «{name}»: строк {rows}")

    with ExitStack() as stack:
        paths = []
        for count, file in enumerate(files):
            job.step(0, total, f"Открывается «{file}» ({count + 1} из {total})")
            paths.append(stack.enter_context(store.opened(file.original)))
        return read(
            paths,
            schools=known,
            mapping=mappings,
            scales=scales_of(loading.territory),
            answers=answers,
            names=names,
            folder=folder,
            progress=progress,
        )


@transaction.atomic
def _finish(loading: Loading, version: int, reading: Reading, known: schools.Known, by: Actor) -> None:
    """Keep the reading, and ask what must be asked."""
    loading = Loading.objects.select_for_update(of=("self",)).select_related("territory").get(pk=loading.pk)
    if not _waiting(loading, version):
        return
    old = loading.rows.name
    asked = {one.file for one in reading.questions}
    for file, name, read in zip(*named(list(read_files(loading))), reading.files, strict=True):
        _keep_file(file, read, asked=name in asked)
    if reading.parquet and reading.parquet.exists():
        with reading.parquet.open("rb") as stream:
            store.keep(loading.rows, "rows.parquet", stream)
    _keep_aside(loading, reading)
    keep_matches(loading, reading, known)
    loading.findings = [asdict(one) for one in reading.findings]
    loading.questions = [asdict(one) for one in reading.questions]
    loading.failure = ""
    loading.save(update_fields=["rows", "findings", "questions", "failure"])
    quality.work_out(loading, reading)
    LOADING_WORKFLOW.move(loading, "ask" if reading.questions else "finish")
    if old and old != loading.rows.name:
        store.forget(old)
    text = f"получил(а) чтение результатов «{loading}»: строк — {reading.taken}, отложено — {reading.set_aside}"
    note("read", text, loading, by, {"version": version, "taken": reading.taken, "aside": reading.set_aside})


def _keep_file(file: LoadedFile, read: FileReading, *, asked: bool) -> None:
    file.sheets = [view(sheet) for sheet in read.sheets]
    file.rows_taken, file.rows_absent, file.rows_aside = read.taken, read.absent, read.set_aside
    file.failure = read.unread
    if read.unread:
        file.state = FileState.UNREADABLE
    else:
        file.state = FileState.ASKING if asked else FileState.READ
    file.save(update_fields=["sheets", "rows_taken", "rows_absent", "rows_aside", "failure", "state"])


def _keep_aside(loading: Loading, reading: Reading) -> None:
    SetAside.objects.filter(loading=loading).delete()
    SetAside.objects.bulk_create(
        (
            SetAside(
                loading=loading,
                file=one.file[:300],
                sheet=one.sheet[:100],
                row=one.row,
                column=one.column[:200],
                value=one.value[:200],
                reason=one.reason[:500],
                search=fold(f"{one.file} {one.column} {one.value} {one.reason}"),
            )
            for one in reading.rejected[:MOST_ASIDE]
        ),
        batch_size=1000,
    )


@transaction.atomic
def fail(loading: Loading, version: int, failure: str, *, by: Actor) -> None:
    """Say why it was not read."""
    loading = Loading.objects.select_for_update(of=("self",)).select_related("territory").get(pk=loading.pk)
    if not _waiting(loading, version):
        return
    LOADING_WORKFLOW.move(loading, "ask", failure=failure)
    data: dict[str, Any] = {"version": version, "failure": failure}
    note("unreadable", f"узнал(а), что результаты «{loading}» не прочитаны: {failure}", loading, by, data)
