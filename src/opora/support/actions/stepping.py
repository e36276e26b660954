"""The steps of a case: done with their document, undone with a reason; and what a person follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from opora.access.models import User
from opora.access.queries import who
from opora.core.actor import Actor, Denied
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Refused, Stale
from opora.journal.actions import record
from opora.notices.actions.notifying import notify
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation
from opora.support.actions.opening import due_of
from opora.support.actions.proving import keep_files, name_of
from opora.support.actions.rights import may_do
from opora.support.conditions import missing, with_conditions
from opora.support.models import Case, CaseState, Step, StepDone, Watching, Who
from opora.support.queries import proofs


@transaction.atomic
def do_step(
    case: Case,
    *,
    by: Actor,
    step: Step,
    comment: str = "",
    document_text: str = "",
    paper: str = "",
    attached: Sequence[UploadedFile] = (),
) -> StepDone:
    """The next step is done, the one after it is due. Refused while a condition or its document is missing.

    The document is told in words, or is a paper that Opora has (see `queries.proofs`), or comes as files.
    """
    case = _locked(case, by)
    if case.step_id != step.pk:
        raise Stale("Этот шаг уже выполнен или дело изменилось. Обновите страницу и посмотрите, что дальше.")
    if not may_do(by, case, step):
        raise Denied(f"У вас нет права отметить шаг «{step}»: его выполняет {step.get_who_display()}.")
    if held := missing(case):
        raise Refused(f"Шаг пока нельзя отметить: {'; '.join(held)}.")
    named = _named(case, by, paper, attached)
    document_text = document_text.strip() or named
    if step.document and not document_text:
        raise Refused(f"Укажите документ: {step.document}. Назовите его, выберите из документов дела или приложите.")
    told = {"comment": comment.strip(), "document_text": document_text[:500], "paper": paper}
    made = StepDone.objects.create(case=case, step=step, done_at=timezone.now(), done_by=by.label, **told)
    keep_files(made, attached, by=by)
    following = case.step_set.steps.filter(order__gt=step.order).order_by("order").first()
    state = CaseState.OPEN if following else CaseState.DONE
    data: dict[str, object] = {"document": document_text, "files": [name_of(one) for one in attached]}
    _move(case, step=following, due=due_of(following), state=state, closed_at=None if following else timezone.now())
    _record("step_done", f"отметил(а) шаг «{step}» школы «{case.school}»", case, by, data)
    _tell_next(case, made)
    return made


@transaction.atomic
def undo_step(case: Case, *, by: Actor, done: StepDone, reason: str) -> None:
    """The last step was not done after all: it is the next again. Stays to be read with its reason."""
    case = _locked(case, by)
    if case.state not in (CaseState.OPEN, CaseState.DONE):
        raise Refused(f"Дело закрыто ({case.get_state_display()}): шаги в нём уже не меняют.")
    last = case.done.all().standing().select_related("step").order_by("-step__order").first()
    if last is None or last.pk != done.pk:
        raise Stale("Отменить можно только последний выполненный шаг. Обновите страницу и посмотрите.")
    if not may_do(by, case, last.step):
        raise Denied(f"У вас нет права отменить шаг «{last.step}»: его выполняет {last.step.get_who_display()}.")
    if not case.step_set.steps.filter(order__lt=last.step.order).exists():
        raise Refused("Первый шаг выполнен самим списком: чтобы отменить его, уберите школу из списка.")
    if not reason.strip():
        raise Refused("Напишите, почему шаг отменяется.")
    reason = reason.strip()[:500]
    last.undone_at, last.undone_by, last.undone_reason = timezone.now(), by.label, reason
    last.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    _move(case, step=last.step, due=due_of(last.step), state=CaseState.OPEN, closed_at=None)
    _record("step_undone", f"отменил(а) шаг «{last.step}» школы «{case.school}»", case, by, {"reason": reason})


def _named(case: Case, by: Actor, paper: str, files: Sequence[UploadedFile]) -> str:
    """The document in words where nobody wrote any: that of Opora, or what the files are called."""
    if not paper:
        return ", ".join(name_of(one) for one in files)
    found = proofs.of_case(case, by).get(paper)
    if found is None:
        raise Refused("Этого документа в деле больше нет. Выберите другой или назовите документ словами.")
    return found.label


def _locked(case: Case, by: Actor) -> Case:
    """The case as it now is, locked, with what it lacks."""
    if not knowledge(by).of(case.school.path):
        raise Denied("У вас нет права видеть дела школ. Если оно вам нужно, обратитесь к администратору.")
    Case.objects.select_for_update().get(pk=case.pk)
    return with_conditions(Case.objects.select_related("school__parent", "step", "step_set")).get(pk=case.pk)


def _move(case: Case, **values: Any) -> None:
    """A compare-and-swap on the step at which the case stood."""
    if Case.objects.filter(pk=case.pk, step=case.step, state=case.state).update(**values) != 1:
        raise Stale("Пока вы работали, дело уже изменил кто-то другой. Обновите страницу и посмотрите.")
    for name, value in values.items():
        setattr(case, name, value)


def _record(event: str, text: str, case: Case, by: Actor, data: dict[str, object]) -> None:
    record(f"support.{event}", text, by=by, on=case, path=case.school.path, confidential=True, data=data)


def _tell_next(case: Case, done: StepDone) -> None:
    """Those who do the next step."""
    step = case.step
    if step is None:
        return
    notify(
        _doers(case, step),
        kind=NoticeKind.LISTED,
        text=f"Сопровождение школы «{case.school}»: выполнено «{done.step}». Дальше — «{step}».",
        url=case.get_absolute_url(),
        on=case,
        key=f"case:{done.public_id}",
        needs=(Permission.LISTS_VIEW, case.school.path),
    )


def _doers(case: Case, step: Step) -> list[User]:
    school = case.school
    if step.who == Who.SCHOOL:
        return who(Permission.ASSIGNMENTS_SUBMIT, school)
    if step.who == Who.MUNICIPALITY:
        return who(Permission.ASSIGNMENTS_DECIDE, school.parent) if school.parent else []
    return who(Permission.LISTS_EDIT, Organisation.objects.get(path=school.root_path))


# -- watching ------------------------------------------------------------------------------------------------------


@transaction.atomic
def watch(case: Case, *, by: User) -> None:
    """Follow a case: it stands in the list of what one follows."""
    if not knowledge(by).of(case.school.path):
        raise Denied("У вас нет права видеть дела школ. Если оно вам нужно, обратитесь к администратору.")
    Watching.objects.get_or_create(user=by, case=case)


@transaction.atomic
def unwatch(case: Case, *, by: User) -> None:
    Watching.objects.visible(by).filter(case=case).delete()
