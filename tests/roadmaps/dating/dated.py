"""A directive whose deadlines start by events and schedules, and what is found of its road map."""

from __future__ import annotations

import datetime as dt

from opora.core.clock import today
from opora.decrees.model import Decree, RoadMap, Section
from opora.roadmaps import models
from opora.roadmaps.models import Activity, Assignment, DateRequest
from tests.roadmaps.conftest import ISSUED, row

LISTED = "Школы с низкими образовательными результатами"
DECREE = Decree(
    kind="directive",
    number="78-р",
    date=ISSUED,
    title="О графиках и событиях",
    roadmaps=[
        RoadMap(
            "Дорожная карта",
            None,
            (dt.date(2026, 9, 1), dt.date(2027, 5, 31)),
            [
                Section(
                    "Работа",
                    [
                        row("1", "Разобрать итоги", "в течение 10 рабочих дней со дня получения письма", "МОУО"),
                        row("2", "Помочь школе", "по мере необходимости", "ОО"),
                        row("3", "Посещать уроки", "по отдельному графику", "ИРО"),
                        row("4", "Провести совещания", "по отдельному графику", "МОУО"),
                        row("5", "Подготовить справку", "в течение 5 рабочих дней со дня запроса", LISTED),
                        row("6", "Разослать повестку", "за неделю до заседания", "МОУО"),
                    ],
                )
            ],
        )
    ],
)


def day(days: int) -> dt.date:
    return today() + dt.timedelta(days=days)


def activity(roadmap: models.RoadMap, number: str) -> Activity:
    return Activity.objects.select_related("roadmap__organisation").get(roadmap=roadmap, number=number)


def work(roadmap: models.RoadMap, number: str) -> list[Assignment]:
    rows = Assignment.objects.filter(roadmap=roadmap, activity__number=number)
    return list(rows.select_related("executor", "activity", "roadmap__organisation", "window").order_by("pk"))


def asked(roadmap: models.RoadMap, number: str) -> DateRequest:
    rows = DateRequest.objects.select_related("activity__roadmap__organisation", "roadmap__organisation", "owner")
    found = rows.get(roadmap=roadmap, activity__number=number)
    found.activity.roadmap = found.roadmap
    return found
