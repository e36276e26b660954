"""A small approved document whose road map asks municipalities, listed schools and an institute for work."""

from __future__ import annotations

import datetime as dt

import pytest

from opora import deadlines
from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.clock import today
from opora.decrees.model import Activity, Decree, Item, Member, RoadMap, Section, Source, WorkingGroup
from opora.decrees.reading.responsible import read_responsible
from opora.documents.models import Document, DocumentState
from opora.lists.models import ListEntry, ListState, SchoolList
from opora.roadmaps import models
from opora.roadmaps.actions.building import build
from tests import factories

ISSUED = dt.date(2026, 9, 7)


def row(number: str, text: str, deadline: str, *responsible: str, items: list[Item] | None = None) -> Activity:
    found = deadlines.read(deadline, ISSUED) if deadline else None
    return Activity(number, text, found, read_responsible(list(responsible)), Source(line=1), 0.98, items=items or [])


def day_item(text: str, day: str, *responsible: str) -> Item:
    return Item(text, deadlines.read(day, ISSUED), read_responsible(list(responsible)))


DECREE = Decree(
    kind="directive",
    number="77-р",
    date=ISSUED,
    title="Об организации поддержки школ",
    roadmaps=[
        RoadMap(
            "Дорожная карта поддержки школ",
            None,
            (dt.date(2026, 9, 1), dt.date(2027, 5, 31)),
            [
                Section(
                    "Организация",
                    [
                        row("1", "Назначить муниципальных координаторов", "до 1 октября 2026", "МОУО"),
                        row(
                            "2",
                            "Разработать программы перехода",
                            "до 20 ноября 2026",
                            "Школы с низкими образовательными результатами",
                        ),
                        row("3", "Провести диагностику учителей", "октябрь 2026", "ИРО", "Центр неизвестности"),
                    ],
                ),
                Section(
                    "Сопровождение",
                    [
                        row("4", "Вести мониторинг", "ежеквартально", "МОУО, ОО"),
                        row("5", "Оказывать методическую помощь", "постоянно", "Муниципальные методические службы"),
                        row("6", "Посещать уроки", "по отдельному графику", "Региональная рабочая группа"),
                        row(
                            "7",
                            "Цикл вебинаров",
                            "27 октября 2026, 10 ноября 2026",
                            "МОУО",
                            items=[day_item("первый вебинар", "27.10.2026"), day_item("второй вебинар", "10.11.2026")],
                        ),
                    ],
                ),
            ],
        )
    ],
    working_groups=[
        WorkingGroup(
            "Состав региональной рабочей группы",
            [
                Member("Ветрова А.Б.", "начальник отдела", "chair", Source(line=9), 0.9),
                Member("Снегов В.Г.", "методист", "member", Source(line=10), 0.9),
            ],
        )
    ],
)


@pytest.fixture
def coordinator(region: factories.Region) -> User:
    return region.user(RoleCode.REGIONAL_COORDINATOR)


@pytest.fixture
def document(region: factories.Region, coordinator: User) -> Document:
    return Document.objects.create(
        organisation=region.authority,
        kind="directive",
        number="77-р",
        date=ISSUED,
        title="Об организации поддержки школ",
        issuer="Министерство",
        state=DocumentState.REVIEW,
    )


@pytest.fixture
def listed(region: factories.Region) -> SchoolList:
    """The first school of the first municipality stands on the list of the school year of today."""
    day = today()
    year = day.year if day.month >= 9 else day.year - 1
    found = SchoolList.objects.create(
        territory=region.authority,
        school_year=year,
        title="Перечень",
        state=ListState.APPROVED,
        approved_at=dt.datetime(2026, 9, 1, tzinfo=dt.UTC),
        approved_by="Система",
    )
    ListEntry.objects.create(list=found, organisation=region.schools[0])
    return found


@pytest.fixture
def roadmap(document: Document, coordinator: User, listed: SchoolList) -> models.RoadMap:
    build(document, DECREE, coordinator)
    return models.RoadMap.objects.select_related("organisation", "document").get()
