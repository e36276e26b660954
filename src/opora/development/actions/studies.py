"""Studies are ordered, announced, changed, begun, closed; schools enter what their classes have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from opora.access.queries import who_in
from opora.core.actor import Actor, Denied, System, require
from opora.core.clock import today
from opora.core.models import new_public_ids
from opora.core.permissions import Permission
from opora.core.workflow import Refused, Stale
from opora.development.models.instruments import InstrumentVersion
from opora.development.models.studies import ORDERED_BY, STUDY_WORKFLOW, Study, StudySchool, StudyState
from opora.identification.columns import MOST_PARTICIPANTS
from opora.journal.actions import record
from opora.notices.actions.notifying import Telling, notify_many
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.ui import words

TO_ORDER = "назначать мониторинговые исследования"
TO_ENTER = "вносить результаты школы"
AHEAD = dt.timedelta(days=3)  # how long before the first day schools are reminded
SUFFIXES = (".pdf", ".docx", ".xlsx", ".zip")
LARGEST = 20 << 20  # bytes
Counts = Mapping[int, Sequence[int]]  # grade -> numbers of marks 2 to 5, then of the absent


def may_order(user: Actor, territory: Organisation) -> bool:
    """Who develops the teachers there; in a school, its head."""
    if user.may(Permission.DEVELOPMENT_EDIT, territory.path):
        return True
    return territory.kind == OrganisationKind.SCHOOL and user.may(Permission.ASSIGNMENTS_SUBMIT, territory.path)


@transaction.atomic
def order(
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
    """All working schools of the place take part; their heads are told."""
    _may(by, territory)
    if kind not in ORDERED_BY.get(OrganisationKind(territory.kind), ()):
        raise Refused("Исследование такого вида назначает другая организация: ВПР и региональные — регион.")
    if place.path not in territory.scope:
        raise Refused(f"«{place}» — не на вашей территории.")
    if not grades:
        raise Refused("Выберите хотя бы один класс.")
    _check_days(opens, closes)
    found = Organisation.objects.inside(place).active().of_kind(OrganisationKind.SCHOOL)
    schools = list(found.only("pk", "path"))
    if not schools:
        raise Refused(f"Действующих школ здесь нет: «{place}».")
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
    ids = new_public_ids(len(schools))
    StudySchool.objects.bulk_create(
        [StudySchool(public_id=one, study=made, school=school) for one, school in zip(ids, schools, strict=True)],
        batch_size=500,
    )
    _note("ordered", f"назначил(а) исследование «{made}»: школ — {len(schools)}", made, by)
    _tell(made, "ordered", f"Назначено исследование «{made}»: {_days(made)}.")
    return made


@transaction.atomic
def change(study: Study, *, by: Actor, title: str, opens: dt.date, closes: dt.date, note: str = "") -> None:
    """Until it begins its days can be moved; schools are told, calendars follow."""
    _may(by, study.territory)
    _check_days(opens, closes)
    moved = (opens, closes) != (study.opens, study.closes)
    values = {"title": title.strip(), "opens": opens, "closes": closes, "note": note.strip(), "reminded_on": None}
    waiting = Study.objects.filter(pk=study.pk, state=StudyState.PLANNED, revision=study.revision)
    if waiting.update(revision=study.revision + 1, **values) != 1:
        raise Stale("Исследование уже началось или изменено. Обновите страницу и посмотрите.")
    study.refresh_from_db()
    study.save(update_fields=["sort_title"])
    _note("changed", f"изменил(а) исследование «{study}»: {_days(study)}", study, by)
    if moved:
        _tell(study, f"moved:{study.revision}", f"Исследование «{study}» перенесено: {_days(study)}.")


@transaction.atomic
def start(study: Study, *, by: Actor) -> None:
    """From now on schools have its materials and enter results."""
    _may(by, study.territory)
    if study.opens > today():
        raise Refused(f"Первый день — {words.day(study.opens)}: начать раньше нельзя. Перенесите дни, если нужно.")
    STUDY_WORKFLOW.move(study, "start")
    _note("started", f"начал(а) исследование «{study}»", study, by)


@transaction.atomic
def enter(row: StudySchool, *, by: Actor, counts: Counts) -> None:
    """What the classes of a school have, anew; until the results are taken."""
    school, study = row.school, Study.objects.select_for_update(of=("self",)).get(pk=row.study_id)
    require(by, Permission.ASSIGNMENTS_SUBMIT, school.path, to=TO_ENTER)
    if not study.is_running:
        raise Refused("Результаты вносят, пока исследование идёт.")
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
    _may(by, study.territory)
    STUDY_WORKFLOW.move(study, "close")
    _note("closed", f"завершил(а) исследование «{study}»", study, by)


@transaction.atomic
def cancel(study: Study, *, by: Actor, reason: str) -> None:
    _may(by, study.territory)
    values = {"cancel_reason": reason.strip()[:500], "revision": study.revision + 1}
    STUDY_WORKFLOW.move(study, "cancel", comment=reason, **values)
    _note("cancelled", f"отменил(а) исследование «{study}»: {reason.strip()}"[:500], study, by)
    _tell(study, "cancelled", f"Исследование «{study}» отменено. Причина — на его странице.")


def remind() -> None:
    """At every tick: of what begins within days, once; by the system."""
    soon = Study.objects.filter(state=StudyState.PLANNED, reminded_on=None, opens__lte=today() + AHEAD)
    for one in soon.select_related("territory"):
        with transaction.atomic():
            if Study.objects.filter(pk=one.pk, reminded_on=None).update(reminded_on=today()):
                _note("reminded", f"напомнила об исследовании «{one}»", one, System())
                _tell(one, f"soon:{one.revision}", f"Скоро исследование «{one}»: {_days(one)}.")


def _may(by: Actor, territory: Organisation) -> None:
    if not may_order(by, territory):
        raise Denied(f"У вас нет права {TO_ORDER}. Обратитесь к администратору.")


def _check_days(opens: dt.date, closes: dt.date) -> None:
    if closes < opens:
        raise Refused("Последний день раньше первого: исправьте дни.")


def _days(study: Study) -> str:
    if study.opens == study.closes:
        return words.day(study.opens)
    return f"с {words.day(study.opens)} по {words.day(study.closes)}"


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
    record(f"development.study_{event}", text, by=by, on=study, path=study.territory.path)


def _tell(study: Study, event: str, text: str) -> None:
    """The heads of the schools that take part."""
    rows = dict(study.schools.values_list("school", "school__path"))
    heads = who_in(Permission.ASSIGNMENTS_SUBMIT, rows)
    url, key = study.get_absolute_url(), f"study:{study.public_id}:{event}"
    notify_many(
        [
            Telling(users, NoticeKind.DEVELOPMENT, text, url, study, key, (Permission.ASSIGNMENTS_REPORT, rows[school]))
            for school, users in heads.items()
        ]
    )
