"""A form goes out as a workbook; what came back is looked at first, then taken, nothing overwritten silently."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from opora.collection.actions.filling import CLOSED, GROWN, NOT_YOURS, last_values, prefilled, save, worked
from opora.collection.models import FilledWorkbook, Submission, WorkbookUpload
from opora.collection.queries import submissions as queries
from opora.collection.rows import fresh
from opora.collection.workbook import Difference, Filled, Head, base, differences, merged, write
from opora.collection.working import Wronged, work_out, wrongs
from opora.core.actor import Actor, Denied
from opora.core.models import Job
from opora.core.tasks import Progress, enqueue, task
from opora.core.text import plural
from opora.core.workflow import Refused, Stale
from opora.journal.actions import record

AT_ONCE = 20  # files that are read or taken while the person waits


def issue(submission: Submission, *, by: Actor) -> bytes:
    """The form with what is answered so far, to be filled in without a network."""
    may_be_filled(submission, by)
    version = submission.campaign.version
    answers = worked(submission, {**prefilled(submission), **submission.answers}).answers
    head = Head(version.public_id, submission.public_id, submission.revision, fresh())
    return write(head, submission.campaign.title, str(submission.organisation), version.content, answers)


def may_be_filled(submission: Submission, by: Actor) -> None:
    if not queries.may_fill(by, submission):
        raise Denied(NOT_YOURS)
    if not submission.is_open:
        raise Refused(CLOSED)


# -- looked at, and taken ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Look:
    """What a file would change now: `sure` nobody else touched, `clashes` both sides answered."""

    submission: Submission
    filled: Filled
    sure: tuple[Difference, ...]
    clashes: tuple[Difference, ...]
    wrongs: tuple[Wronged, ...]  # what the checks of the form say of it all, where the file's answers are taken


def look_at(one: FilledWorkbook) -> Look:
    if one.submission is None:
        raise Refused(one.refused)
    submission, filled = one.submission, Filled.from_json(one.content)
    definition, revision = submission.campaign.version.content, filled.head.revision
    now = {**prefilled(submission), **submission.answers}
    was = now
    if revision < submission.revision:
        was = base(submission.answers, queries.changes_since(submission, revision), revision)
    found = differences(filled, definition, was, now)
    last = last_values(submission)
    result = work_out(definition, {**now, **merged(found, definition, now, filled)}, last)
    return Look(
        submission,
        filled,
        tuple(each for each in found if not each.conflict),
        tuple(each for each in found if each.conflict),
        tuple(wrongs(definition, result, last, whole=False)),
    )


@transaction.atomic
def apply(
    one: FilledWorkbook,
    *,
    by: Actor,
    revision: int,
    chosen: Collection[str],
    left: Collection[str],
    both: Collection[str] = (),
) -> int:
    """Take the answers of the file as they were seen beside those of `revision`; how many changed.

    Of a conflict, its place is in `chosen` (the file's answer is taken), in `left`, or, of a row that is new on both
    sides, in `both`.
    """
    locked = FilledWorkbook.objects.select_for_update().get(pk=one.pk)
    if locked.taken_at or locked.refused:
        raise Refused("Этот файл уже внесён. Если его изменили, загрузите его снова.")
    look = look_at(one)
    may_be_filled(look.submission, by)
    if look.submission.revision != revision:
        raise Stale(GROWN)
    beside = {each.place for each in look.clashes if each.can_be_both and each.place in both}
    unsaid = sum(each.place not in {*chosen, *left, *beside} for each in look.clashes)
    if unsaid:
        raise Refused(f"Выберите, чей ответ оставить: не выбрано {unsaid}. До этого ничего не внесено.")
    taken = [*look.sure, *(each for each in look.clashes if each.place in {*chosen, *beside})]
    return _taken(one, look, taken, by, beside)


def _taken(one: FilledWorkbook, look: Look, taken: Iterable[Difference], by: Actor, beside: Iterable[str] = ()) -> int:
    submission = look.submission
    now = {**prefilled(submission), **submission.answers}
    given = merged(taken, submission.campaign.version.content, now, look.filled, beside)
    done = save(submission, given, by=by, revision=submission.revision)
    if done.conflicts:
        raise Stale(GROWN)
    FilledWorkbook.objects.filter(pk=one.pk).update(taken_at=timezone.now())
    record(
        "collection.workbook_taken",
        f"внёс(ла) ответы формы «{submission.campaign}» из файла «{one.name}»",
        by=by,
        on=submission,
        path=submission.organisation.path,
        confidential=submission.campaign.confidential,
        data={"file": one.name, "answers": len(given), "revision": done.revision},
    )
    return len(given)


def apply_all(upload: WorkbookUpload, *, by: Actor) -> Job | tuple[int, int]:
    """Take every file in which nobody has to choose; how many were taken, and how many wait for a person.

    Many are taken in the background: the job that does it.
    """
    rows = pending(upload, by)
    if len(rows) <= AT_ONCE:
        return _all(rows, by)
    name = f"Внесение заполненных форм: {len(rows)} {plural(len(rows), 'файл', 'файла', 'файлов')}"
    key = f"collection.workbooks:{upload.public_id}:{len(rows)}"
    url = upload.get_absolute_url()
    return enqueue(apply_in_background, by=by, name=name, key=key, url=url, upload=upload.public_id, actor=by.actor_id)


@task(queue="bulk")
def apply_in_background(job: Progress, *, upload: str, actor: str) -> None:
    from opora.access.models import User

    by: Actor = User.objects.get(public_id=actor)
    rows = pending(WorkbookUpload.objects.visible(by).get(public_id=upload), by)
    job.step(len(rows), len(rows), told(*_all(rows, by, job)))


def _all(rows: Sequence[FilledWorkbook], by: Actor, job: Progress | None = None) -> tuple[int, int]:
    """Each in a transaction of its own: what one meets does not undo the others."""
    done = waiting = 0
    for number, one in enumerate(rows, start=1):
        try:
            took = _took(one, by)
        except (Denied, Refused):
            took = False
        done, waiting = done + took, waiting + (not took)
        if job:
            job.step(number, len(rows), told(done, waiting))
    return done, waiting


@transaction.atomic
def _took(one: FilledWorkbook, by: Actor) -> bool:
    """Whether the file was taken: not where a person has to choose, or the form is no longer open."""
    locked = FilledWorkbook.objects.select_for_update().get(pk=one.pk)
    look = look_at(one)
    if locked.taken_at or look.clashes or not look.submission.is_open or not queries.may_fill(by, look.submission):
        return bool(locked.taken_at)
    _taken(one, look, look.sure, by)
    return True


def pending(upload: WorkbookUpload, by: Actor) -> list[FilledWorkbook]:
    rows = FilledWorkbook.objects.visible(by).filter(upload=upload, refused="", taken_at=None)
    about = ("version__form", "territory")
    related = [f"submission__campaign__{one}" for one in about]
    return list(rows.select_related("submission__organisation__parent", *related))


def told(done: int, waiting: int) -> str:
    said = f"Внесено файлов: {done}."
    return f"{said} Ждут вашего выбора: {waiting} {plural(waiting, 'файл', 'файла', 'файлов')}." if waiting else said
