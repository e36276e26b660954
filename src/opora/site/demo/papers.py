"""Papers of the demo: a draft before its visas with something to mend in it, a reminder that went out, a summary."""

from __future__ import annotations

import datetime as dt

from django.core.files.base import ContentFile

from opora.access.models import User
from opora.core.clock import today
from opora.core.tasks.running import run_job
from opora.deadlines import calendar
from opora.documents import points
from opora.documents.actions import drafts, letters, reminding, visas
from opora.documents.models import Document, DocumentKind, DocumentState, LetterKind
from opora.documents.printing import render
from opora.documents.printing.model import (
    Heading,
    Printed,
    PrintedColumn,
    PrintedSection,
    PrintedTable,
    Signature,
)
from opora.lists.twin.actions import save_twin
from opora.lists.twin.making import Choices
from opora.site.demo.region import Region

SIGNATORY = {"position": "Начальник департамента", "name": "А.С. Орлова"}
TITLE = "О проведении региональной недели открытых уроков"


def build_papers(region: Region, coordinator: User) -> None:
    _draft(region, coordinator)
    _letters(region, coordinator)
    _twin(region)


def _twin(region: Region) -> None:
    """Of the municipality's order, whose pairs name listed schools."""
    municipal = User.objects.get(username="municipality")
    orders = Document.objects.filter(organisation=region.municipalities[0], kind=DocumentKind.ORDER)
    save_twin(
        orders.exclude(file="").get(state=DocumentState.APPROVED), by=municipal, choices=Choices(), leftovers_ok=True
    )


def _draft(region: Region, coordinator: User) -> None:
    """The institute has remarks, the municipality has not answered yet, the authority's own turn comes after."""
    content = render(_printed(region), "docx")
    name = "Проект приказа о неделе открытых уроков.docx"
    draft = drafts.start_draft(
        by=coordinator,
        organisation=region.authority,
        kind="order",
        title=TITLE,
        file=ContentFile(content, name=name),
        name=name,
    )
    run_job.call(draft.versions.get().job_id)
    municipal, institute = (User.objects.get(username=login) for login in ("municipality", "institute"))
    until = calendar.add_working_days(today(), 3)
    asked = [
        drafts.Asked(1, region.municipalities[0], municipal, until),
        drafts.Asked(1, region.institute, institute, until),
        drafts.Asked(2, region.authority, None, calendar.add_working_days(today(), 5)),
    ]
    drafts.send_to_visas(draft, by=coordinator, asked=asked)
    remark = "Добавьте в пункт 2 предметы, по которым проводятся уроки."
    visas.decide(draft.visas.get(person=institute), by=institute, act="remarks", comment=remark)


def _printed(region: Region) -> Printed:
    """An order whose report comes before its event, on a day off, by somebody nobody knows."""
    event = calendar.add_working_days(today() + dt.timedelta(days=60), 1)
    free = next(day for day in (event - dt.timedelta(days=n) for n in range(1, 30)) if not calendar.is_working_day(day))
    rows = [
        ["1", "Составление графика открытых уроков", f"до {calendar.add_working_days(today(), 15):%d.%m.%Y}", "МОУО"],
        ["2", "Проведение недели открытых уроков школ-наставников", f"до {event:%d.%m.%Y}", "Муниципальные школы"],
        ["3", "Отчёт о неделе открытых уроков школ-наставников", f"до {free:%d.%m.%Y}", "АНО «Открытый урок»"],
    ]
    columns = [
        PrintedColumn("№ п/п", 0.6, "center"),
        PrintedColumn("Мероприятие", 4.2),
        PrintedColumn("Срок", 1.6),
        PrintedColumn("Ответственный исполнитель", 2.6),
    ]
    return Printed(
        heading=Heading(region.authority.name, "Приказ", "", today(), title=TITLE),
        lead=["В целях распространения опыта школ-наставников", "ПРИКАЗЫВАЮ:", "1. Утвердить план (прилагается)."],
        tables=[PrintedTable("План мероприятий", columns, [PrintedSection(None, rows)])],
        signature=Signature("Начальник департамента", "А.С. Орлова"),
    )


def _letters(region: Region, coordinator: User) -> None:
    """A reminder to the first organisation that is late, sent; a summary that nobody has registered yet."""
    due = next((one for one in reminding.due_work(coordinator, region.authority, today()) if one.overdue), None)
    if due is not None:
        letter = letters.write(
            by=coordinator,
            organisation=region.authority,
            kind=LetterKind.REMINDER,
            title=reminding.TITLE,
            content={**reminding.reminder(due), "signatory": SIGNATORY},
            addressee=due.addressee,
            confidential=due.confidential,
        )
        letters.send(letters.register(letter, by=coordinator), by=coordinator)
    first = dt.date(today().year if today().month >= 9 else today().year - 1, 9, 1)
    for content in points.summaries.call(coordinator, region.authority, first, today(), False):
        letters.write(
            by=coordinator,
            organisation=region.authority,
            kind=LetterKind.SUMMARY,
            title="Об исполнении поручений",
            content={**content, "signatory": SIGNATORY},
            addressee=region.municipalities[0],
        )
