"""Studies are prepared, announced, changed, begun, closed; schools enter what their classes have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from opora.access.queries import who_in
from opora.core.actor import Actor, Denied, System, require
from opora.core.clock import today
from opora.core.models import new_public_ids
from opora.core.permissions import Permission
from opora.core.workflow import Refused, Stale
from opora.development.models.instruments import InstrumentVersion
from opora.development.models.studies import ORDERED_BY, STUDY_WORKFLOW, Study, StudySchool, StudyState, Taking
from opora.development.participants import LISTED, Who, schools_of
from opora.identification.columns import MOST_PARTICIPANTS
from opora.journal.actions import record
from opora.notices.actions.notifying import Telling, notify_many
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.ui import words

TO_ORDER = "назначать мониторинговые исследования"
TO_LIST = "проводить исследования по списку школ"
NOT_RUNNING = "Результаты вносят, пока исследование идёт."
TO_ENTER = "вносить результаты школы"
AHEAD = dt.timedelta(days=3)  # how long before the first day schools are reminded
AT_ONCE = 500  # schools that are told in one transaction, where nobody holds another
OPEN = (StudyState.DRAFT, StudyState.PLANNED)
SUFFIXES = (".pdf", ".docx", ".xlsx", ".zip")
LARGEST = 20 << 20  # bytes
Counts = Mapping[int, Sequence[int]]  # grade -> numbers of marks 2 to 5, then of the absent


def may_order(user: Actor, territory: Organisation) -> bool:
    """Who develops the teachers there; in a school, its head."""
    if user.may(Permission.DEVELOPMENT_EDIT, territory.path):
        return True
    return territory.kind == OrganisationKind.SCHOOL and user.may(Permission.ASSIGNMENTS_SUBMIT, territory.path)


@transaction.atomic
def prepare(
    *,
    by: Actor,
    territory: Organisation,
    place: Organisation,
    kind: str,
    title: str,
    subject: str,
    grades: Sequence[int],
    opens: dt.date,
    closes: dt.date,
    note: str = "",
    instrument: InstrumentVersion | None = None,
    material: UploadedFile | None = None,
) -> Study:
    """A draft in which all working schools of the place take part; nobody is told yet."""
    _may(by, territory)
    if kind not in ORDERED_BY.get(OrganisationKind(territory.kind), ()):
        raise Refused("Исследование такого вида назначает другая организация: ВПР и региональные — регион.")
    if place.path not in territory.scope:
        raise Refused(f"«{place}» — не на вашей территории.")
    if not grades:
        raise Refused("Выберите хотя бы один класс.")
    _check_days(opens, closes)
    made = Study(
        territory=territory,
        place=place,
        kind=kind,
        title=title.strip(),
        subject=subject,
        grades=sorted(grades),
        opens=opens,
        closes=closes,
        note=note.strip(),
        instrument=instrument,
        made_by=by.label,
    )
    if material is not None:
        made.material_name = _checked(material)
        made.material.save(made.material_name, material, save=False)
    made.save()
    _fill(made, Who())
    if not made.schools.exists():
        raise Refused(f"Действующих школ здесь нет: «{place}».")
    _note("prepared", f"подготовил(а) исследование «{made}»", made, by)
    return made


@transaction.atomic
def take(study: Study, *, by: Actor, who: Who) -> int:
    """Which schools take part, until it begins; how many. Once it is announced, those that came or went are told."""
    study = _open(study, by)
    _check_who(study, who, by)
    if not study.is_draft and who.secret != study.confidential:
        raise Refused(
            "Исследование уже объявлено: открыть закрытое или закрыть открытое нельзя. Отмените его и назначьте новое."
        )
    study.taking, study.body, study.group = who.taking, who.body, who.group
    study.confidential, study.revision = who.secret, study.revision + 1
    study.save(update_fields=["taking", "body", "group", "confidential", "revision"])
    study.picked.set(who.picked)
    came, left = _fill(study, who)
    count = study.schools.count()
    if not count:
        raise Refused("По этому выбору не участвует ни одна действующая школа. Выберите иначе.")
    _note("taking", f"изменил(а), кто участвует в исследовании «{study}»: школ — {count}", study, by)
    if not study.is_draft:
        _tell(study, f"ordered:{study.revision}", f"Назначено исследование «{study}»: {study.days}.", came)
        gone = f"Ваша школа больше не участвует в исследовании «{study}»."
        _tell(study, f"left:{study.revision}", gone, left, url=reverse("development:studies"))
    return count


@transaction.atomic
def announce(study: Study, *, by: Actor) -> None:
    """It stands in the schedule and in calendars; the heads of the schools that take part are told."""
    study = _open(study, by)
    STUDY_WORKFLOW.move(study, "announce")
    _note("ordered", f"назначил(а) исследование «{study}»: школ — {study.schools.count()}", study, by)
    _tell(study, f"ordered:{study.revision}", f"Назначено исследование «{study}»: {study.days}.")


@transaction.atomic
def drop(study: Study, *, by: Actor) -> None:
    """What nobody was told of goes, without a trace but the journal's."""
    study = _open(study, by)
    if not study.is_draft:
        raise Refused("Исследование уже объявлено: его можно отменить, но не удалить.")
    _note("dropped", f"удалил(а) необъявленное исследование «{study}»", study, by)
    if study.material:
        transaction.on_commit(partial(study.material.storage.delete, study.material.name))
    study.delete()


@transaction.atomic
def change(study: Study, *, by: Actor, title: str, opens: dt.date, closes: dt.date, note: str = "") -> None:
    """Until it begins its days can be moved; schools are told, calendars follow."""
    _keeps(study, by)
    _check_days(opens, closes)
    moved = (opens, closes) != (study.opens, study.closes)
    values = {"title": title.strip(), "opens": opens, "closes": closes, "note": note.strip(), "reminded_on": None}
    waiting = Study.objects.filter(pk=study.pk, state__in=OPEN, revision=study.revision)
    if waiting.update(revision=study.revision + 1, **values) != 1:
        raise Stale("Исследование уже началось или изменено. Обновите страницу и посмотрите.")
    study.refresh_from_db()
    study.save(update_fields=["sort_title"])
    _note("changed", f"изменил(а) исследование «{study}»: {study.days}", study, by)
    if moved and not study.is_draft:
        _tell(study, f"moved:{study.revision}", f"Исследование «{study}» перенесено: {study.days}.")


@transaction.atomic
def start(study: Study, *, by: Actor) -> None:
    """From now on schools have its materials and enter results."""
    _keeps(study, by)
    if not study.has_come:
        raise Refused(f"Первый день — {words.day(study.opens)}: начать раньше нельзя. Перенесите дни, если нужно.")
    STUDY_WORKFLOW.move(study, "start")
    _note("started", f"начал(а) исследование «{study}»", study, by)


@transaction.atomic
def enter(row: StudySchool, *, by: Actor, counts: Counts, was: Mapping[str, Sequence[int]] | None = None) -> None:
    """What the classes of a school have, anew; until the results are taken. `was`: what it is known to replace."""
    school, study = row.school, Study.objects.select_for_update(of=("self",)).get(pk=row.study_id)
    require(by, Permission.ASSIGNMENTS_SUBMIT, school.path, to=TO_ENTER)
    if not study.is_running:
        raise Refused(NOT_RUNNING)
    if was is not None and StudySchool.objects.get(pk=row.pk).counts != was:
        raise Stale("Пока вы смотрели файл, результаты школы внёс кто-то другой. Загрузите файл ещё раз и сравните.")
    if sorted(counts) != study.grades:
        raise Refused("Внесите все классы исследования. Обновите страницу и посмотрите.")
    for grade, numbers in counts.items():
        if not all(0 <= one <= MOST_PARTICIPANTS for one in numbers):
            raise Refused(f"{grade} класс: числа — от 0 до {MOST_PARTICIPANTS}.")
    if not any(sum(numbers) for numbers in counts.values()):
        raise Refused("Во всех классах нули: внесите, сколько учеников получило каждую отметку и сколько не писало.")
    row.counts = {str(grade): list(numbers) for grade, numbers in counts.items()}
    row.entered_at, row.entered_by = timezone.now(), by.label
    row.save(update_fields=["counts", "entered_at", "entered_by"])
    text = f"внёс(ла) результаты школы «{school}» в исследование «{study}»"
    data = {"counts": row.counts}
    record("development.study_entered", text, by=by, on=study, path=school.path, confidential=True, data=data)


@transaction.atomic
def close(study: Study, *, by: Actor) -> None:
    _keeps(study, by)
    STUDY_WORKFLOW.move(study, "close")
    _note("closed", f"завершил(а) исследование «{study}»", study, by)


@transaction.atomic
def cancel(study: Study, *, by: Actor, reason: str) -> None:
    _keeps(study, by)
    values = {"cancel_reason": reason.strip()[:500], "revision": study.revision + 1}
    STUDY_WORKFLOW.move(study, "cancel", comment=reason, **values)
    _note("cancelled", f"отменил(а) исследование «{study}»: {reason.strip()}"[:500], study, by)
    _tell(study, "cancelled", f"Исследование «{study}» отменено. Причина — на его странице.")


def remind() -> None:
    """At every tick: of what begins within days, once; by the system.

    All are told, each once by the key of the notice, before it is stored that they are: a short transaction.
    """
    first, last = today(), today() + AHEAD
    soon = Study.objects.filter(state=StudyState.PLANNED, reminded_on=None, opens__range=(first, last))
    for one in soon.select_related("territory"):
        _tell(one, f"soon:{one.revision}", f"Скоро исследование «{one}»: {one.days}.")
        with transaction.atomic():
            same = Study.objects.filter(pk=one.pk, state=one.state, revision=one.revision, reminded_on=None)
            if same.update(reminded_on=first):
                _note("reminded", f"напомнила об исследовании «{one}»", one, System())


def _open(study: Study, by: Actor) -> Study:
    """The study as it now is, before it begins; for those who order it."""
    found = Study.objects.select_for_update(of=("self",)).select_related("territory", "place").get(pk=study.pk)
    _keeps(found, by)
    if not found.is_open:
        raise Refused("Исследование уже началось или отменено. Обновите страницу и посмотрите.")
    return found


def _keeps(study: Study, by: Actor) -> None:
    _may(by, study.territory)
    if study.confidential:
        require(by, Permission.LISTS_VIEW, study.territory.path, to=TO_LIST)


def _check_who(study: Study, who: Who, by: Actor) -> None:
    if who.secret:
        require(by, Permission.LISTS_VIEW, study.territory.path, to=TO_LIST)
    if who.taking == Taking.LISTED and who.group not in LISTED:
        raise Refused("Выберите, школы какого списка участвуют.")
    if who.taking == Taking.BODY and who.body is None:
        raise Refused("Выберите рабочую группу.")
    if who.taking in (Taking.MUNICIPALITIES, Taking.CHOSEN) and not who.picked:
        raise Refused("Выберите хотя бы один муниципалитет или школу.")
    if any(not one.path.startswith(study.place.path) for one in who.picked):
        raise Refused(f"Среди выбранных есть организации не отсюда: «{study.place}». Уберите их.")


def _fill(study: Study, who: Who) -> tuple[set[int], set[int]]:
    """The schools that are to take part do: keys of those that came, of those that left."""
    wanted = set(schools_of(study, who).values_list("pk", flat=True))
    there = set(study.schools.values_list("school", flat=True))
    came, left = wanted - there, there - wanted
    study.schools.filter(school__in=left).delete()
    ids = new_public_ids(len(came))
    StudySchool.objects.bulk_create(
        [StudySchool(public_id=one, study=study, school_id=key) for one, key in zip(ids, sorted(came), strict=True)],
        batch_size=500,
    )
    return came, left


def _may(by: Actor, territory: Organisation) -> None:
    if not may_order(by, territory):
        raise Denied(f"У вас нет права {TO_ORDER}. Обратитесь к администратору.")


def _check_days(opens: dt.date, closes: dt.date) -> None:
    if closes < opens:
        raise Refused("Последний день раньше первого: исправьте дни.")


def _checked(file: UploadedFile) -> str:
    """The name of a file of materials that can be taken."""
    name = PurePath(file.name or "").name[-300:]
    if PurePath(name).suffix.lower() not in SUFFIXES:
        raise Refused(f"Файл «{name}» не подходит: нужны {', '.join(SUFFIXES)}.")
    if not file.size:
        raise Refused(f"Файл «{name}» пуст.")
    if file.size > LARGEST:
        raise Refused(f"Файл «{name}» больше 20 МБ: уменьшите его или разделите.")
    return name


def _note(event: str, text: str, study: Study, by: Actor) -> None:
    about: dict[str, Any] = {"path": study.territory.path, "confidential": study.confidential}
    record(f"development.study_{event}", text[:500], by=by, on=study, **about)


def _tell(study: Study, event: str, text: str, schools: Collection[int] | None = None, *, url: str = "") -> None:
    """The heads of the schools that take part, or of these schools (keys)."""
    keys = study.schools.values("school") if schools is None else schools
    rows = dict(Organisation.objects.filter(pk__in=keys).values_list("pk", "path"))
    heads, needs = who_in(Permission.ASSIGNMENTS_SUBMIT, rows), Permission.ASSIGNMENTS_REPORT
    if study.confidential:
        needs = Permission.LISTS_VIEW
    url, key = url or study.get_absolute_url(), f"study:{study.public_id}:{event}"
    tellings = [
        Telling(users, NoticeKind.DEVELOPMENT, text, url, study, key, (needs, rows[school]))
        for school, users in heads.items()
    ]
    for start in range(0, len(tellings), AT_ONCE):
        notify_many(tellings[start : start + AT_ONCE])
