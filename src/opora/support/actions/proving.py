"""The document of a step as files: checked, kept, added later, taken away; all journalled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from opora.core.actor import Actor, Denied
from opora.core.workflow import Refused, Stale
from opora.journal.actions import record
from opora.roadmaps.uploads import MAX_SIZE, check_evidence
from opora.support.actions.rights import may_do
from opora.support.models import CaseState, StepDone, StepFile

SUFFIXES = (".pdf", ".docx", ".xlsx", ".jpg", ".jpeg", ".png")
MOST = 10  # files of a step
KINDS_TOLD = f"pdf, docx, xlsx, jpg или png, до {MAX_SIZE // 1024 // 1024} МБ каждый, не больше {MOST}"


def name_of(file: UploadedFile) -> str:
    """As people called it, without folders."""
    return PurePath(file.name or "файл").name[-255:]


def keep_files(done: StepDone, files: Sequence[UploadedFile], *, by: Actor) -> None:
    """Inside the transaction of whoever may: each is of a kind that is taken, and is what it is called."""
    if StepFile.objects.filter(done=done).count() + len(files) > MOST:
        raise Refused(f"У шага может быть не больше {MOST} файлов. Приложите главные.")
    for file in files:
        name = name_of(file)
        if PurePath(name).suffix.lower() not in SUFFIXES:
            raise Refused(f"Файл «{name}» не подходит: нужны {', '.join(one[1:] for one in SUFFIXES)}.")
        size = check_evidence(file, name)
        StepFile.objects.create(done=done, file=file, file_name=name, size=size, added_by=by.label)


@transaction.atomic
def attach(done: StepDone, *, by: Actor, attached: Sequence[UploadedFile]) -> None:
    """To a step that is done already: a scan that came later, an order that the list or the programme gave in words."""
    done = _locked(done, by)
    if not attached:
        raise Refused("Выберите файл.")
    keep_files(done, attached, by=by)
    names = [name_of(one) for one in attached]
    _record("step_files_added", f"приложил(а) документ к шагу «{done.step}»", done, by, names)


@transaction.atomic
def detach(file: StepFile, *, by: Actor) -> None:
    """What was attached by mistake goes, with its file; the journal keeps that it was there."""
    done = _locked(file.done, by)
    stored = file.file
    gone, _ = StepFile.objects.filter(pk=file.pk).delete()
    if not gone:
        raise Stale("Файл уже убран. Обновите страницу.")
    transaction.on_commit(lambda: stored.storage.delete(stored.name))
    _record("step_file_removed", f"убрал(а) документ шага «{done.step}»", done, by, [file.file_name])


def _locked(done: StepDone, by: Actor) -> StepDone:
    """As it now is, in a case that goes on or is done, by somebody who does such steps."""
    rows = StepDone.objects.select_for_update(of=("self",)).select_related("case__school__parent", "step")
    found = rows.get(pk=done.pk)
    if not may_do(by, found.case, found.step):
        raise Denied(f"Документы шага «{found.step}» прикладывает {found.step.get_who_display()}.")
    if found.case.state not in (CaseState.OPEN, CaseState.DONE):
        raise Refused(f"Дело закрыто ({found.case.get_state_display()}): документы в нём уже не меняют.")
    if found.undone_at:
        raise Stale("Шаг уже отменён. Обновите страницу и посмотрите.")
    return found


def _record(event: str, text: str, done: StepDone, by: Actor, names: Sequence[str]) -> None:
    school = done.case.school
    record(
        f"support.{event}",
        f"{text}; школа «{school}»",
        by=by,
        on=done.case,
        path=school.path,
        confidential=True,
        data={"step": done.step.key, "files": list(names)},
    )
