"""Filled-in workbooks come back and are read; of many, a job tells how far it is. Nothing counts before it is taken."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.db import transaction

from opora.collection.actions.workbooks import AT_ONCE, look_at, may_be_filled
from opora.collection.models import BroughtFile, FilledWorkbook, FormVersion, Submission, WorkbookUpload
from opora.collection.queries import submissions as queries
from opora.collection.uploads import LONGEST, Piece, count_of, pieces
from opora.collection.workbook import Filled, Head, Workbook
from opora.core.actor import Actor, Denied, require
from opora.core.models import Job
from opora.core.permissions import Permission
from opora.core.tasks import Progress, enqueue, task
from opora.core.text import file_name, plural
from opora.core.workflow import Refused
from opora.identification.reading.opening import Unreadable

logger = logging.getLogger(__name__)

MOST_FILES = 100  # at once
TO_FILL = "заполнять формы организаций"
_NOWHERE = "Форма этого файла не найдена среди открытых вам. Проверьте, тот ли это файл."
_OTHER = "Это форма другой организации или другого сбора. Выберите файл, скачанный с этой страницы."
_VERSION = "Файл выдан по другой версии формы. Скачайте форму заново и перенесите в неё ответы."
_AHEAD = "Файл новее ответов в системе: так бывает после восстановления из копии. Скачайте форму заново."
_BROKEN = "Прочитать файл не удалось: ошибка в системе, она записана. Остальные файлы это не задерживает."


def take_in(files: Sequence[Any], *, by: Actor, only: Submission | None = None) -> WorkbookUpload:
    """Read the files and keep what they say for a day; nothing counts before `workbooks.apply`.

    `only` is the form whose file is asked for: another one's is `Refused`. Else each file is matched with its form, and
    what is wrong with one of them is told of it alone. More than `AT_ONCE` are read by the job `upload.job_id`.
    """
    if only:
        may_be_filled(only, by)
    else:
        require(by, Permission.ASSIGNMENTS_REPORT, to=TO_FILL)
    count = count_of(files)
    if not 0 < count <= MOST_FILES:
        raise Refused(f"Выберите от одного до {MOST_FILES} файлов, считая те, что в архивах.")
    upload = WorkbookUpload(actor_id=by.actor_id, total=count)
    if count > AT_ONCE:
        _put_by(upload, files, by)
        return upload
    made = [_kept(upload, one) for one in _Reading(by, only).all(pieces(files))]
    with transaction.atomic():
        upload.save()
        FilledWorkbook.objects.bulk_create(made)
    return upload


@transaction.atomic
def _put_by(upload: WorkbookUpload, files: Iterable[Any], by: Actor) -> None:
    upload.save()
    for file in files:
        BroughtFile.objects.create(upload=upload, name=file_name(file.name, LONGEST), file=File(file, file.name))
    read_on(upload, by=by)


@transaction.atomic
def read_on(upload: WorkbookUpload, *, by: Actor) -> Job:
    """Begin to read what waits, or go on where it was stopped; the job that does it."""
    if upload.actor_id != by.actor_id:
        raise Denied("Читать файлы дальше может только тот, кто их загрузил.")
    if upload.is_read:
        raise Refused("Все файлы этой загрузки уже прочитаны.")
    name = f"Чтение заполненных форм: {upload.total} {plural(upload.total, 'файл', 'файла', 'файлов')}"
    key, url = f"collection.read:{upload.public_id}", upload.get_absolute_url()
    job = enqueue(read_in_background, by=by, name=name, key=key, url=url, upload=upload.public_id, actor=by.actor_id)
    upload.job_id = job.public_id
    upload.save(update_fields=["job_id"])
    return job


@task(queue="bulk")
def read_in_background(job: Progress, *, upload: str, actor: str) -> None:
    """File by file, each kept as soon as it is read: begun anew, it goes on after the last that was."""
    from opora.access.models import User

    by: Actor = User.objects.get(public_id=actor)
    found = WorkbookUpload.objects.visible(by).filter(public_id=upload).first()
    if found is None:
        raise Refused("Загрузка старше суток и удалена. Загрузите файлы снова.")
    read = list(found.files.select_related("submission"))
    reading = _Reading(by, seen={one.submission_id: one.name for one in read if one.submission_id})
    with ExitStack() as stack:
        brought = [File(stack.enter_context(one.file.open("rb")), one.name) for one in found.brought.all()]
        for number, one in enumerate(reading.all(pieces(brought), skip=len(read)), start=len(read) + 1):
            _keep(found, number, one)
            job.step(number, found.total, f"Прочитано файлов: {number} из {found.total}.")
    found.forget_brought()


@transaction.atomic
def _keep(upload: WorkbookUpload, number: int, read: _Read) -> None:
    """One that another worker, thought dead, has kept meanwhile is not kept twice."""
    WorkbookUpload.objects.select_for_update().get(pk=upload.pk)
    if upload.files.count() < number:
        _kept(upload, read).save()


@dataclass(frozen=True, slots=True)
class _Read:
    """A file as it was opened: `problem` where it could not be."""

    name: str
    head: Head | None = None
    filled: Filled | None = None
    submission: Submission | None = None
    problem: str = ""


class _Reading:
    """Files of one upload; `seen`: the submissions whose file was there already, with its name."""

    def __init__(self, by: Actor, only: Submission | None = None, seen: dict[int, str] | None = None) -> None:
        self.by, self.only, self.seen = by, only, seen or {}
        self._versions: dict[int, FormVersion] = {}  # those that were read already; a hundred files are of one or two

    def all(self, found: Iterable[Piece], skip: int = 0) -> Iterator[_Read]:
        for number, piece in enumerate(found):
            if number >= skip:
                yield self._checked(self._one(piece))

    def _checked(self, read: _Read) -> _Read:
        if self.only and read.problem:
            raise Refused(read.problem)
        if read.submission is None:
            return read
        other = self.seen.get(read.submission.pk)
        if other is not None:
            return _Read(read.name, problem=f"Ещё один файл той же формы, что «{other}». Загрузите его отдельно.")
        self.seen[read.submission.pk] = read.name
        return read

    def _one(self, piece: Piece) -> _Read:
        if piece.problem:
            return _Read(piece.name, problem=piece.problem)
        try:
            with tempfile.NamedTemporaryFile(suffix=".xlsx") as kept:
                for block in piece.file.chunks():
                    kept.write(block)
                kept.flush()
                return self._opened(piece.name, Path(kept.name))
        except Unreadable as wrong:
            return _Read(piece.name, problem=str(wrong))
        except Exception:
            logger.exception("A filled workbook could not be read")
            return _Read(piece.name, problem=_BROKEN)

    def _opened(self, name: str, path: Path) -> _Read:
        book = Workbook(path)
        found = self.only or queries.submissions(self.by).filter(public_id=book.head.submission[:26]).first()
        problem = _mismatch(book.head, found, self.by)
        if problem or found is None:
            return _Read(name, problem=problem)
        campaign = found.campaign
        campaign.version = self._versions.setdefault(campaign.version_id, campaign.version)
        return _Read(name, book.head, book.filled(campaign.version.content), found)


def _mismatch(head: Head, found: Submission | None, by: Actor) -> str:
    """Why the file is not of the form; the same words whether another's form exists or not."""
    if found is None:
        return _NOWHERE
    if head.submission != found.public_id:
        return _OTHER
    if head.version != found.campaign.version.public_id:
        return _VERSION
    if head.revision > found.revision:
        return _AHEAD
    try:
        may_be_filled(found, by)
    except (Denied, Refused) as refused:
        return str(refused)
    return ""


def _kept(upload: WorkbookUpload, read: _Read) -> FilledWorkbook:
    made = FilledWorkbook(upload=upload, name=read.name, refused=read.problem)
    if read.filled:
        made.submission, made.content = read.submission, read.filled.to_json()
        look = look_at(made)
        made.changed, made.clashes, made.mistakes = len(look.sure), len(look.clashes), len(look.filled.problems)
    return made


def forget_uploads() -> None:
    """The clock: what was read yesterday goes, taken or not."""
    for upload in WorkbookUpload.objects.expired():
        upload.forget_brought()
        upload.delete()
