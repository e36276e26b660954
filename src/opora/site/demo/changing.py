"""The demo's amendment of its directive, and a district's own road map made from it."""

from __future__ import annotations

import datetime as dt

from django.core.files.base import ContentFile

from opora.access.models import User
from opora.core.clock import today
from opora.core.tasks.running import run_job
from opora.documents import actions
from opora.documents.models import Document, FactKind
from opora.roadmaps.actions import deriving, sending
from opora.roadmaps.models import Activity, RoadMap
from opora.site.demo.region import Region

OWN = ("9", "11", "18")  # rows of the directive that the district carries out with its schools
AMENDMENT = """ДЕПАРТАМЕНТ ОБРАЗОВАНИЯ ЗАРЕЧНОЙ ОБЛАСТИ

РАСПОРЯЖЕНИЕ

от {day:%d.%m.%Y} № {number}

О внесении изменений в распоряжение от {of:%d.%m.%Y} № {amended}

В связи с изменением расписания региональных проверочных работ

1. Внести в дорожную карту, утверждённую распоряжением от {of:%d.%m.%Y} № {amended}, следующие изменения:
{changes}
2. Контроль за исполнением распоряжения оставляю за собой.

Директор департамента	А.В. Громов
"""
APPLIED = """1.1. Срок исполнения пункта 11 продлить до {later:%d.%m.%Y}.
1.2. В пункте 7 слова «профессиональных дефицитов учителей» заменить словами «предметных и методических дефицитов».
1.3. Дополнить пунктом 25 следующего содержания:
«25. Провести областное совещание по итогам полугодия. Срок – до {meeting:%d.%m.%Y}. Ответственные: МОУО».
"""
WAITING = """1.1. Пункт 22 изложить в следующей редакции:
«22. Отчёт школы о реализации программы и о результатах самоанализа. Срок – до {later:%d.%m.%Y}. Ответственные: Школы с низкими образовательными результатами».
1.2. Пункт 23 исключить.
1.3. В пункте 16 слова «по адресным программам» заменить словами «по адресным программам и на рабочем месте».
"""  # noqa: E501


def build_changes(region: Region, coordinator: User) -> None:
    """The district's road map first, so that an amendment goes down to it; another amendment waits for its check."""
    directive = Document.objects.filter(organisation=region.authority, kind="directive", state="approved")
    found = RoadMap.objects.filter(document__in=directive, state="sent").select_related("organisation", "document")
    roadmap = found.order_by("-document__date").first()
    if roadmap is None:
        return
    _district(region, roadmap)
    due = Activity.objects.get(roadmap=roadmap, number="11").windows.order_by("due").last()
    end = due.due if due and due.due else today()
    days = {"later": end + dt.timedelta(days=14), "meeting": today() + dt.timedelta(days=60)}
    actions.approve(_read(region, coordinator, roadmap.document, APPLIED, days, "467-р", 7), by=coordinator)
    last = Activity.objects.get(roadmap=roadmap, number="22").windows.order_by("due").last()
    end = last.due if last and last.due else today()
    _read(region, coordinator, roadmap.document, WAITING, {"later": end + dt.timedelta(days=21)}, "502-р", 1)


def _district(region: Region, roadmap: RoadMap) -> None:
    """Rows that the schools of the district carry out, a day of its own, and a reason why it is later."""
    by = User.objects.get(username="municipality")
    place = region.municipalities[0]
    rows = Activity.objects.filter(roadmap=roadmap, number__in=OWN)
    title = "Муниципальная дорожная карта поддержки школ"
    number, day = "77", today() - dt.timedelta(days=30)
    document = deriving.derive(
        roadmap, by=by, organisation=place, kind="order", number=number, date=day, title=title, activities=rows
    )
    for fact in document.facts.filter(kind=FactKind.ACTIVITY):
        if fact.data["number"] == "18":
            actions.correct(fact, by=by, responsible="ОО")
    section = document.facts.filter(kind=FactKind.SECTION).order_by("order").last()
    values = {"number": "26", "text": "Открытые уроки в школах-наставниках", "responsible": "ОО"}
    values["deadline"] = f"до {today() + dt.timedelta(days=45):%d.%m.%Y}"
    actions.add_fact(document, by=by, kind=FactKind.ACTIVITY, parent=section, fields=values)
    actions.approve(document, by=by)
    for own in RoadMap.objects.filter(document=document).select_related("organisation", "document"):
        sending.send(own, by=by)


def _read(
    region: Region, by: User, amended: Document, changes: str, days: dict[str, dt.date], number: str, ago: int
) -> Document:
    """An amending document, read as any file is."""
    text = AMENDMENT.format(
        day=today() - dt.timedelta(days=ago),
        number=number,
        of=amended.date,
        amended=amended.number,
        changes=changes.format(**days).strip(),
    )
    name = f"Распоряжение {number} о внесении изменений.txt"
    file = ContentFile(text.encode(), name=name)
    document = actions.upload(by=by, organisation=region.authority, file=file, name=name)
    run_job.call(document.job_id)
    document.refresh_from_db()
    return document
