"""The road map as a document again: its own table with «Отметка о выполнении» filled in."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from opora.core.actor import Actor
from opora.core.clock import day_of, today
from opora.documents.models import Document
from opora.documents.printing import Kind, render
from opora.documents.printing.model import Heading, Printed, PrintedColumn, PrintedSection, PrintedTable
from opora.exports.sheets import made_by
from opora.roadmaps.changing.rows import by_sections
from opora.roadmaps.models import Activity, Assignment, Responsible, RoadMap, Section
from opora.roadmaps.models.assignments import AssignmentState as S
from opora.roadmaps.queries import counts
from opora.roadmaps.queries.counts import Counts
from opora.roadmaps.queries.versions import rows_in, version_on

TO = {
    "directive": "распоряжению",
    "order": "приказу",
    "protocol": "протоколу",
    "decision": "решению",
    "letter": "письму",
    "plan": "плану",
    "other": "документу",
}
SHORT = 400  # characters of one report in the mark
COLUMNS = [
    PrintedColumn("№ п/п", 0.6, "center"),
    PrintedColumn("Мероприятие", 4.2),
    PrintedColumn("Срок", 1.7),
    PrintedColumn("Ответственный исполнитель", 2.6),
    PrintedColumn("Отметка о выполнении", 2.6),
]


def printed_as(roadmap: RoadMap, kind: Kind, *, by: Actor, on: dt.date | None = None) -> bytes:
    """The file: docx, xlsx or pdf. Marks count the assignments that `by` may see; `on`: its rows as of a day."""
    return render(printed(roadmap, by=by, on=on), kind)


def printed(roadmap: RoadMap, *, by: Actor, on: dt.date | None = None) -> Printed:
    document = roadmap.document
    heading = Heading(
        organisation=document.issuer or roadmap.organisation.name,
        title=f"{roadmap.title}",
        stamp=_stamp(document),
    )
    lead = [f"Цель: {roadmap.goal}"] if roadmap.goal else []
    lead.append(
        f"Редакция, действовавшая на {on:%d.%m.%Y}."
        if on
        else f"Отметки о выполнении — по состоянию на {today():%d.%m.%Y}."
    )
    return Printed(
        heading=heading,
        lead=lead,
        tables=[
            PrintedTable(None, COLUMNS[:-1], _sections_on(roadmap, on))
            if on
            else PrintedTable(None, COLUMNS, _sections(roadmap, by))
        ],
        made_by=made_by(by),
        landscape=True,
        kept_long=False,
    )


def _stamp(document: Document) -> list[str]:
    """«Приложение к распоряжению от 27.08.2026 № 412-р»"""
    if not document.date and not document.number:
        return []
    dated = f" от {document.date:%d.%m.%Y}" if document.date else ""
    number = f" №\u00a0{document.number}" if document.number else ""
    return [f"Приложение к {TO[document.kind]}{dated}{number}"]


def _sections(roadmap: RoadMap, by: Actor) -> list[PrintedSection]:
    marks = marks_of(roadmap, by)
    responsible: dict[int, list[str]] = defaultdict(list)
    for one in Responsible.objects.filter(activity__roadmap=roadmap, part__isnull=True).order_by("order"):
        responsible[one.activity_id].append(one.text)
    rows: dict[int, list[list[str]]] = defaultdict(list)
    for activity in Activity.objects.filter(roadmap=roadmap).in_force().order_by("order"):
        row = [
            activity.number,
            activity.text,
            activity.deadline_text,
            "\n".join(responsible[activity.pk]),
            marks.get(activity.pk, ""),
        ]
        rows[activity.section_id].append(row)
    sections = Section.objects.filter(roadmap=roadmap)
    return [PrintedSection(section.title or None, rows[section.pk]) for section in sections]


def _sections_on(roadmap: RoadMap, day: dt.date) -> list[PrintedSection]:
    """The rows of the version in force on the day."""
    rows = rows_in(roadmap, version_on(roadmap, day))
    return [
        PrintedSection(
            part.title or None,
            [[row.number, row.text, row.deadline_text, "\n".join(row.people)] for row in part.rows],
        )
        for part in by_sections(rows)
    ]


def marks_of(roadmap: RoadMap, by: Actor) -> dict[int, str]:
    """By the key of an activity: «Исполнено 17 из 24, на проверке 3, просрочено 2», or the one report's own words."""
    found = counts.by_activity(roadmap, by)
    alone = [key for key, count in found.items() if count.total == 1]
    reports = _single_reports(roadmap, by, alone)
    return {key: reports.get(key) or _mark(count) for key, count in found.items()}


def _mark(count: Counts) -> str:
    if count.accepted == count.total:
        return f"Исполнено ({count.total})" if count.total > 1 else "Исполнено"
    parts = [f"Исполнено {count.accepted} из {count.total}"]
    if count.reported:
        parts.append(f"на проверке {count.reported}")
    if count.overdue:
        parts.append(f"просрочено {count.overdue}")
    return ", ".join(parts)


def _single_reports(roadmap: RoadMap, by: Actor, activities: list[int]) -> dict[int, str]:
    """«Исполнено 15.09.2026. …» of activities with one accepted assignment."""
    rows = (
        Assignment.objects.visible(by)
        .filter(roadmap=roadmap, activity__in=activities, state=S.ACCEPTED)
        .prefetch_related("reports")
    )
    found: dict[int, str] = {}
    for one in rows:
        accepted = [report for report in one.reports.all() if report.state == "accepted"]
        text = " ".join(accepted[-1].text.split()) if accepted else ""
        text = text[:SHORT] + ("…" if len(text) > SHORT else "")
        day = f" {day_of(one.reported_at):%d.%m.%Y}" if one.reported_at else ""
        found[one.activity_id] = f"Исполнено{day}. {text}".strip()
    return found
