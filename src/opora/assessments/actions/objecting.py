"""A school's objection to its place in the list, the decision on it, and leaving the list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.access.queries import who
from opora.assessments.models import (
    OBJECTION_WORKFLOW,
    Leaving,
    Objection,
    ObjectionFile,
    ObjectionState,
    Run,
)
from opora.assessments.terms import objections_until
from opora.core.actor import Actor, Denied, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.lists import actions as lists
from opora.lists.models import ListState, SchoolList
from opora.notices.actions import notify
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation

TO_OBJECT = "подавать возражения школы"
SUFFIXES = (".pdf", ".docx", ".xlsx", ".jpg", ".jpeg", ".png")
LARGEST, MOST = 10 * 1024 * 1024, 10  # bytes of a file; files


@transaction.atomic
def file_objection(
    school_list: SchoolList, *, by: Actor, school: Organisation, text: str, files: Sequence[UploadedFile] = ()
) -> Objection:
    """Why the school should not stand in the list, with evidence; one at a time."""
    check_of_school(by, school)
    standing = school_list.entries.all().standing()
    if school_list.state != ListState.APPROVED or not standing.filter(organisation=school).exists():
        raise Refused("Школы в этом списке нет: возражать не на что.")
    if (last := objections_until(school_list)) and today() > last:
        raise Refused(f"Возражения по этому списку принимали до {last:%d.%m.%Y}: срок истёк.")
    if Objection.objects.filter(school=school, school_list=school_list, state=ObjectionState.FILED).exists():
        raise Refused("Возражение школы уже рассматривается. Дождитесь решения или отзовите его.")
    if not text.strip():
        raise Refused("Напишите, с чем школа не согласна и почему.")
    _check(files)
    made = Objection.objects.create(school=school, school_list=school_list, text=text.strip(), filed_by=by.label)
    for file in files:
        ObjectionFile.objects.create(objection=made, file=file, file_name=PurePath(file.name or "файл").name[:300])
    data: dict[str, object] = {"list": school_list.public_id, "files": [file.name for file in files]}
    _record("objection_filed", f"подал(а) возражение школы «{school}» по списку «{school_list}»", made, by, data)
    people = who(Permission.LISTS_EDIT, school_list.territory)
    _tell(made, people, f"Школа возражает против включения в список: {school}.", "filed")
    return made


def may_object(user: Actor, school: Organisation) -> bool:
    """Whoever hands in the school's work, as one of the school itself: nobody above it objects in its name."""
    rights = (Permission.ASSIGNMENTS_SUBMIT, Permission.LISTS_VIEW)
    return school.path in user.own.paths and all(user.may(one, school.path) for one in rights)


def check_of_school(by: Actor, school: Organisation) -> None:
    if not may_object(by, school):
        raise Denied(f"У вас нет права {TO_OBJECT}. Это делает руководитель школы.")


def _check(files: Sequence[UploadedFile]) -> None:
    if len(files) > MOST:
        raise Refused(f"Файлов больше {MOST}: приложите главные.")
    for file in files:
        name = PurePath(file.name or "").name
        if PurePath(name).suffix.lower() not in SUFFIXES:
            raise Refused(f"Файл «{name}» не подходит: нужны {', '.join(SUFFIXES)}.")
        if (file.size or 0) > LARGEST:
            raise Refused(f"Файл «{name}» больше 10 МБ: уменьшите его или разделите.")
        if not file.size:
            raise Refused(f"Файл «{name}» пуст.")


@transaction.atomic
def withdraw(objection: Objection, *, by: Actor) -> Objection:
    check_of_school(by, objection.school)
    OBJECTION_WORKFLOW.move(objection, "withdraw")
    _record("objection_withdrawn", f"отозвал(а) возражение школы «{objection.school}»", objection, by, {})
    people = who(Permission.LISTS_EDIT, objection.school_list.territory)
    _tell(objection, people, f"Школа отозвала возражение: {objection.school}.", "withdrawn")
    return objection


@transaction.atomic
def answer(objection: Objection, *, by: Actor, uphold: bool, text: str) -> Objection:
    """The region's decision with its reasons; where it is upheld, the school leaves the list."""
    require(by, Permission.LISTS_EDIT, objection.school_list.territory.path, to=lists.RIGHT)
    code = "uphold" if uphold else "reject"
    OBJECTION_WORKFLOW.move(
        objection, code, comment=text, answer=text.strip(), decided_at=timezone.now(), decided_by=by.label
    )
    label = objection.get_state_display()
    _record("objection_decided", f"возражение школы «{objection.school}» {label}", objection, by, {"answer": text})
    if uphold:
        leave(
            objection.school_list,
            by=by,
            school=objection.school,
            criteria=f"Возражение школы удовлетворено: {text.strip()}",
            objection=objection,
        )
    _tell(objection, who(Permission.ASSIGNMENTS_SUBMIT, objection.school), f"Возражение школы {label}.", "decided")
    _tell(objection, _above(objection.school), f"Возражение школы «{objection.school}» {label}.", "decided")
    return objection


@transaction.atomic
def leave(
    school_list: SchoolList,
    *,
    by: Actor,
    school: Organisation,
    criteria: str,
    document_text: str = "",
    left_on: dt.date | None = None,
    run: Run | None = None,
    objection: Objection | None = None,
) -> Leaving:
    """The school leaves an approved list; by which criteria stays in the record for ever."""
    require(by, Permission.LISTS_EDIT, school_list.territory.path, to=lists.RIGHT)
    if not criteria.strip():
        raise Refused("Напишите, по каким показателям или какому решению школа выходит из списка.")
    day = left_on or today()
    if day > today():
        raise Refused("Дата выхода ещё не наступила: запишите выход в тот день.")
    if run and run.verdicts.filter(organisation=school, flagged=True).exists():
        raise Refused(f"По расчёту «{run}» школа остаётся в списке: выберите другой расчёт или уберите его.")
    document_text, criteria = document_text.strip(), criteria.strip()
    entry = lists.leave(school_list, by=by, organisation=school, on=day, document_text=document_text or criteria)
    made = Leaving.objects.create(
        school=school,
        school_list=school_list,
        entry=entry,
        objection=objection,
        run=run,
        criteria=criteria,
        document_text=document_text,
        left_on=day,
        decided_by=by.label,
    )
    data = {"list": school_list.public_id, "criteria": made.criteria, "document": made.document_text}
    text = f"школа «{school}» вышла из списка «{school_list}»"
    record("results.left", text, by=by, on=made, path=school.path, confidential=True, data=data)
    if objection is None:  # else they are told of its decision
        people = [*who(Permission.ASSIGNMENTS_SUBMIT, school), *_above(school)]
        notify(
            people,
            kind=NoticeKind.LISTED,
            text=f"Школа «{school}» вышла из списка: {school_list.get_category_display()}, {school_list.year}.",
            url=reverse("lists:school", args=[school.public_id]),
            on=school_list,
            key=f"left:{made.pk}",
            needs=(Permission.LISTS_VIEW, school.path),
        )
    return made


def _above(school: Organisation) -> list[User]:
    """Those who answer for the school in its municipality."""
    return who(Permission.ASSIGNMENTS_DECIDE, school.parent) if school.parent else []


def _record(event: str, text: str, objection: Objection, by: Actor, data: dict[str, object]) -> None:
    path = objection.school.path
    record(f"results.{event}", text, by=by, on=objection, path=path, confidential=True, data=data)


def _tell(objection: Objection, people: Sequence[User], text: str, step: str) -> None:
    notify(
        people,
        kind=NoticeKind.LISTED,
        text=text,
        url=objection.get_absolute_url(),
        on=objection,
        key=f"objection:{objection.public_id}:{step}",
        needs=(Permission.LISTS_VIEW, objection.school.path),
    )
