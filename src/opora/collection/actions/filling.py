"""An organisation's answers are saved, as a draft at any moment, and sent; nobody's answer is written over unseen."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from opora.collection.definition import Kind
from opora.collection.models import AnswerChange, CampaignState, Submission, SubmissionFile, SubmissionState
from opora.collection.models.campaigns import SUBMISSION_WORKFLOW
from opora.collection.points import accepted
from opora.collection.queries.submissions import (
    FILES,
    changes_since,
    may_fill,
    may_send,
    previous_of,
    registry_values,
    who_changed,
)
from opora.collection.telling import tell_decided, tell_handed_in
from opora.collection.values import Stored, said
from opora.collection.workbook import base
from opora.collection.working import Worked, previous_values, work_out, wrongs
from opora.core.actor import Actor, Denied
from opora.core.workflow import Refused, Stale
from opora.journal.actions import record
from opora.notices.models import NoticeKind
from opora.roadmaps.uploads import check_evidence

CLOSED = (
    "Сбор завершён или форма уже отправлена: изменить ответы нельзя. Если нужно исправить, попросите вернуть форму."
)
NOT_YOURS = "У вас нет права заполнять форму этой организации."
GROWN = "Пока вы смотрели, ответы изменил кто-то другой. Обновите страницу и посмотрите."


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody else answered the same question meanwhile; it was left as he answered."""

    key: str
    now: Stored
    mine: Stored
    who: str


@dataclass(frozen=True, slots=True)
class Saved:
    revision: int
    changed: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def worked(submission: Submission, answers: Mapping[str, Stored] | None = None) -> Worked:
    """The answers with what their formulas give, beside those of the last period."""
    definition = submission.campaign.version.content
    given = submission.answers if answers is None else answers
    return work_out(definition, given, last_values(submission))


def last_values(submission: Submission) -> dict[str, Any]:
    last = previous_of(submission)
    return previous_values(submission.campaign.version.content, last.answers if last else None)


def prefilled(submission: Submission) -> dict[str, Stored]:
    """What the registry answers, for a form that nobody has begun."""
    fields = [one for one in submission.campaign.version.content.fields.values() if one.prefill]
    if submission.state != SubmissionState.EMPTY or not fields:
        return {}
    told = registry_values(submission.organisation, [one.prefill for one in fields])
    return {one.key: told[one.prefill] for one in fields if one.prefill in told}


@transaction.atomic
def save(
    submission: Submission,
    given: Mapping[str, Stored],
    *,
    by: Actor,
    revision: int,
    overwrite: Collection[str] = (),
) -> Saved:
    """Keep the answers that were given (None empties one); `revision` is that of the answers the person saw.

    What somebody else changed since, and the person too, is told as a conflict and left, unless its key is in
    `overwrite`. Others of one's own are kept all the same.
    """
    if not may_fill(by, submission):
        raise Denied(NOT_YOURS)
    now = _locked(submission)
    definition = submission.campaign.version.content
    was = base(now.answers, changes_since(now, revision), revision) if revision < now.revision else now.answers
    began = prefilled(now)
    found, changed, conflicts = {**began, **now.answers}, [], []
    who = who_changed(now, revision) if revision < now.revision else {}
    for key, new in given.items():
        field = definition.fields.get(key)
        if field is None or field.formula:
            continue
        brought, current, before = (said(field, one) for one in (new, now.answers.get(key), was.get(key)))
        if brought in (current, before) and key not in overwrite:
            if key in began and brought is None:
                found.pop(key, None)  # what the registry said was struck out
            continue
        if current != before and key not in overwrite:
            conflicts.append(Conflict(key, current, brought, who.get(key, "")))
            continue
        if brought != current:
            changed.append(AnswerChange(submission=now, key=key, old=current, new=brought, who=by.label))
        found[key] = brought
    changed += [
        AnswerChange(submission=now, key=key, old=None, new=found[key], who="Реестр")
        for key in began
        if key not in given and found.get(key) is not None
    ]
    if changed:
        _kept(now, found, changed)
    submission.answers, submission.revision, submission.state = now.answers, now.revision, now.state
    return Saved(now.revision, tuple(one.key for one in changed), tuple(conflicts))


def _locked(submission: Submission) -> Submission:
    rows = Submission.objects.select_for_update(of=("self",)).select_related("campaign", "organisation")
    now = rows.get(pk=submission.pk)
    if not now.is_open:
        raise Refused(CLOSED)
    return now


def _kept(now: Submission, found: dict[str, Stored], changed: list[AnswerChange]) -> None:
    """Compare-and-swap on the revision, with a row of history for each answer."""
    full = {key: one for key, one in found.items() if one is not None}
    answers = worked(now, full).answers
    state = SubmissionState.DRAFT if now.state == SubmissionState.EMPTY else now.state
    same = Submission.objects.filter(pk=now.pk, revision=now.revision, state=now.state)
    if same.update(answers=answers, revision=now.revision + 1, state=state) != 1:
        raise Stale(GROWN)
    now.answers, now.revision, now.state = answers, now.revision + 1, state
    for one in changed:
        one.revision = now.revision
    AnswerChange.objects.bulk_create(changed)


@transaction.atomic
def attach(submission: Submission, key: str, file: Any, *, by: Actor) -> SubmissionFile:
    """A file as the answer to a question, instead of the one before."""
    if not may_fill(by, submission):
        raise Denied(NOT_YOURS)
    field = submission.campaign.version.content.fields.get(key)
    if field is None or field.kind != Kind.FILE:
        raise Refused("На этот вопрос файлом не отвечают.")
    now = _locked(submission)
    if now.files.count() >= FILES:
        raise Refused(f"К форме приложено уже {FILES} файлов. Удалите лишние.")
    size = check_evidence(file, file.name)
    content = file.read()
    made = SubmissionFile.objects.create(
        submission=now,
        name=file.name[-255:],
        file=ContentFile(content, file.name),
        size=size,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    save(submission, {key: made.public_id}, by=by, revision=now.revision, overwrite=(key,))
    return made


@transaction.atomic
def send(submission: Submission, *, by: Actor, revision: int) -> None:
    """Hand it in as it was seen; only without mistakes."""
    if not may_send(by, submission):
        raise Denied("Отправить форму может руководитель организации.")
    now = _locked(submission)
    if now.revision != revision:
        raise Stale(GROWN)
    definition = now.campaign.version.content
    last = last_values(now)
    answers = {**prefilled(now), **now.answers}
    result = work_out(definition, answers, last)
    wrong = wrongs(definition, result, last)
    if wrong:
        count = len({one.place for one in wrong})
        raise Refused(f"Форма заполнена не до конца или с ошибками: мест — {count}. Они отмечены ниже.")
    kept = {key: one for key, one in result.answers.items() if key in result.asked}
    SUBMISSION_WORKFLOW.move(
        now, "send", sent_at=timezone.now(), sent_by=by.label, answers=kept, remark="", decided_at=None, decided_by=None
    )
    now.remarks.all().delete()
    submission.state, submission.answers = now.state, kept
    _note("sent", f"отправил(а) форму «{now.campaign}»", now, by, revision=now.revision)
    tell_handed_in(now, by=by)


@transaction.atomic
def take_out(submission: Submission, *, by: Actor) -> None:
    """What was sent is a draft again, as long as nobody has decided."""
    if not may_send(by, submission):
        raise Denied("Отозвать форму может руководитель организации.")
    if submission.campaign.state != CampaignState.SENT:
        raise Refused("Сбор завершён: отозвать форму нельзя.")
    SUBMISSION_WORKFLOW.move(submission, "take_out")
    _note("taken_out", f"отозвал(а) форму «{submission.campaign}»", submission, by)


def note_decided(submission: Submission, event: str, text: str, by: Actor, **data: object) -> None:
    """The journal and the floors above, of a decision."""
    _note(event, text, submission, by, **data)
    accepted.call(submission, by)
    kinds = {"accepted": NoticeKind.ACCEPTED, "returned": NoticeKind.RETURNED}
    if event in kinds:
        tell_decided(submission, kinds[event], by=by)


def _note(event: str, text: str, submission: Submission, by: Actor, **data: object) -> None:
    record(
        f"collection.form_{event}",
        text,
        by=by,
        on=submission,
        path=submission.organisation.path,
        confidential=submission.campaign.confidential,
        data=data,
    )
