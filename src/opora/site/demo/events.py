"""Events of the demo: past with certificates and feedback, to come with a waiting list, one for listed schools."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import F
from django.utils import timezone

from opora.access.models import User
from opora.core.clock import today
from opora.deadlines.calendar import is_working_day
from opora.development.actions.events import keeping, outcomes, places
from opora.development.actions.events.keeping import Said
from opora.development.actions.events.places import Comer
from opora.development.models import Event, Feedback
from opora.registry.models import Organisation, Person
from opora.support.models import Case

PLACE = "г. Заречный, ул. Набережная, д. 12"
LINK = "https://webinar.zarechnaya.example/room"
# Days from today (None: not announced), kind, title, hour, minutes, who may come, places, hours of the certificate.
REGIONAL = (
    (-35, "seminar", "Формирующее оценивание на уроке математики", 10, 240, "all", None, 6),
    (-14, "webinar", "Разбор результатов входной диагностики", 14, 90, "all", None, 2),
    (-6, "meeting", "Совещание муниципальных координаторов", 11, 120, "territory", 30, 0),
    (4, "webinar", "Как составить программу поддержки школы", 14, 90, "all", None, 2),
    (9, "training", "Смысловое чтение на уроках естественных наук", 10, 360, "territory", 6, 8),
    (16, "seminar", "Работа с детьми с трудностями в обучении", 10, 300, "all", 40, 6),
    (23, "webinar", "Читательская грамотность: задания и критерии", 15, 90, "all", None, 2),
    (37, "training", "Наставник в школе: первые шаги", 10, 420, "territory", 25, 8),
    (None, "seminar", "Функциональная грамотность в начальной школе", 10, 240, "all", 60, 6),
)
MUNICIPAL = (
    (-20, "seminar", "Открытые уроки: чему учимся друг у друга", 9, 180, "territory", None, 4),
    (12, "meeting", "Совещание заместителей директоров", 15, 90, "territory", 20, 0),
)
PROGRAMME = (("Открытие", "Ковалёва Н.П."), ("Практическая работа в группах", ""), ("Итоги", ""))
THOUGHT = ((5, 5, 4), (5, 4, 5), (4, 5, 5), (5, 5, 5), (3, 4, 4), (4, 4, 5), (5, 4, 4))
TEXTS = ("Больше практики", "", "Пришлите слайды заранее", "", "Было бы хорошо продолжить очно", "", "")


def build_events(coordinator: User) -> None:
    region = coordinator.memberships.order_by("pk")[0].organisation
    municipal = User.objects.filter(username="municipality").first()
    schools = list(Organisation.objects.of_kind("school").order_by("path")[:12])
    heads = {one.posts.all()[0].organisation_id: one for one in _heads(schools)}
    made = [_made(region, coordinator, *row) for row in REGIONAL]
    if municipal:
        area = municipal.memberships.order_by("pk")[0].organisation
        made += [_made(area, municipal, *row) for row in MUNICIPAL]
    for number, one in enumerate(made):
        days = (*REGIONAL, *MUNICIPAL)[number][0]
        by = municipal if municipal and one.territory_id != region.pk else coordinator
        if days is None:
            continue
        for school in schools[number % 3 :: 2] if one.territory_id == region.pk else schools[:3]:
            if head := heads.get(school.pk):
                places.register(one, [Comer(head.full_name, "директор", head)], by=by, organisation=school)
        if days < 0:
            _held(one, by, days)
    _for_listed(region, coordinator)


def _heads(schools: list[Organisation]) -> list[Person]:
    rows = Person.objects.filter(posts__organisation__in=schools, posts__is_head=True)
    return list(rows.prefetch_related("posts").order_by("pk"))


def _made(
    territory: Organisation,
    by: User,
    days: int | None,
    kind: str,
    title: str,
    hour: int,
    minutes: int,
    audience: str,
    limit: int | None,
    hours: int,
) -> Event:
    """Those of the past are put there once people are registered."""
    day = _working(today() + dt.timedelta(days=days if days and days > 0 else 1))
    given = _times(day, hour, minutes)
    online = kind == "webinar"
    where: dict[str, Any] = {"place": "" if online else PLACE, "link": LINK if online else ""}
    said = Said(
        kind=kind,
        title=title,
        about="Для директоров, заместителей и учителей: что делать завтра на уроке.",
        audience=audience,
        places=limit,
        hours=hours,
        programme=[(f"{one:%H:%M}", *told) for one, told in zip(_parts(given, minutes), PROGRAMME, strict=True)],
        **given,
        **where,
    )
    made = keeping.create(territory, said, by=by)
    if days is not None:
        keeping.announce(made, by=by)
    return Event.objects.select_related("territory").get(pk=made.pk)


def _working(day: dt.date) -> dt.date:
    while not is_working_day(day):
        day += dt.timedelta(days=1)
    return day


def _times(day: dt.date, hour: int, minutes: int) -> dict[str, Any]:
    begins = timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))
    return {"begins_at": begins, "ends_at": begins + dt.timedelta(minutes=minutes)}


def _parts(given: dict[str, Any], minutes: int) -> list[dt.datetime]:
    """When each point of the programme begins: the opening, after ten minutes, and ten minutes before the end."""
    begins = timezone.localtime(given["begins_at"])
    return [begins + dt.timedelta(minutes=after) for after in (0, 10, minutes - 10)]


def _held(event: Event, by: User, days: int) -> None:
    """It took place, and people had been registered before: all but the last came; they thought something of it."""
    back = _working(today() + dt.timedelta(days=days)) - event.day
    times = {"begins_at": event.begins_at + back, "ends_at": event.ends_at + back}
    Event.objects.filter(pk=event.pk).update(**times)
    event.registrations.update(created_at=F("created_at") + back)
    rows = list(event.registrations.going().order_by("pk"))
    there = rows[:-1]
    keeping.hold(event, by=by, present=[one.pk for one in there])
    outcomes.attach(event, by=by, file=ContentFile("Задания для урока\n".encode(), name="Задания.txt"))
    if event.hours:
        outcomes.issue(event, by=by)
    Feedback.objects.bulk_create(
        Feedback(event=event, useful=useful, clear=clear, organised=organised, text=text)
        for (useful, clear, organised), text, _ in zip(THOUGHT, TEXTS, there, strict=False)
    )
    event.registrations.filter(pk__in=[one.pk for one in there[: len(THOUGHT)]]).update(answered=True)


def _for_listed(region: Organisation, by: User) -> None:
    """The interviews with heads of listed schools: only these schools know of it."""
    listed = Organisation.objects.filter(pk__in=Case.objects.values("school")).order_by("path")
    said = Said(
        kind="interview",
        title="Собеседования с руководителями школ",
        about="Что изменилось за год, что мешает, какая помощь нужна.",
        place=PLACE,
        audience="closed",
        confidential=True,
        invited=list(listed[:8]),
        programme=[("10:00", "Беседы по очереди, по 40 минут", "Ковалёва Н.П.")],
        **_times(_working(today() + dt.timedelta(days=6)), 10, 480),
    )
    if said.invited:
        keeping.announce(keeping.create(region, said, by=by), by=by)
