"""What a team saw in a school and what it advised."""

from __future__ import annotations

from opora.assessments.papers import parts
from opora.core.actor import Actor
from opora.documents.printing import Printed
from opora.registry.models import Organisation
from opora.support.models.visits import Visit
from opora.ui import words


def visit_report(visit: Visit, user: Actor) -> Printed:
    school = visit.school
    region = Organisation.objects.get(path=school.root_path)
    heading = parts.heading(region, "Отчёт", f"О визите в школу, {words.day(visit.day)}", closed=True)
    team = [[one.mentor.name, one.mentor.organisation.short_name, one.subject_titles] for one in visit.team.all()]
    seen = [
        [
            one.get_kind_display(),
            one.subject_title,
            one.about,
            "; ".join(f"{title} — {mark}" for title, mark in one.said),
            one.text,
        ]
        for one in visit.notes.all()
    ]
    advice = [[number, one.text, words.day(one.due), one.state[1]] for number, one in enumerate(visit.advice.all(), 1)]
    tables = [parts.table("Команда", (("Кто", 4), ("Откуда", 4), ("Предметы", 4)), team)]
    if seen:
        heads = (("Что было", 1.8), ("Предмет", 1.8), ("Класс, тема, с кем", 2.5), ("Оценки", 4), ("Выводы", 3))
        tables.append(parts.table("Уроки и консультации", heads, seen))
    if advice:
        heads_of_advice = (("№", 0.7), ("Рекомендация", 6), ("Срок", 2), ("Состояние", 2))
        tables.append(parts.table("Рекомендации школе", heads_of_advice, advice))
    return Printed(
        heading,
        lead=[school.name, visit.report or "Отчёт ещё не сдан."],
        tables=tables,
        made_by=parts.maker(user),
        landscape=bool(seen),
    )
