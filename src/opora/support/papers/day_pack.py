"""What a team takes along: where, who, in which subjects, and a sheet for each lesson."""

from __future__ import annotations

from opora.assessments.papers import parts
from opora.core.actor import Actor
from opora.documents.printing import Printed
from opora.registry.models import Organisation
from opora.support.models.visits import Visit
from opora.ui import words

SHEETS = 2  # lessons of each who goes


def day_pack(visit: Visit, user: Actor) -> Printed:
    school, team = visit.school, list(visit.team.all())
    region = Organisation.objects.get(path=school.root_path)
    heading = parts.heading(region, "Пакет дня", f"Визит в школу, {words.day(visit.day)}", closed=True)
    lead = [
        f"{school.name}. {school.address or school.settlement or 'Адрес уточните у школы'}. "
        f"Телефон: {school.phone or 'уточните у школы'}.",
        f"Согласование: {visit.waits or 'школа и муниципалитет согласны'}.",
    ]
    who = parts.table(
        "Команда",
        (("Кто", 4), ("Откуда", 4), ("Предметы", 4)),
        [[one.mentor.name, one.mentor.organisation.short_name, one.subject_titles] for one in team],
    )
    criteria = [[title, ""] for title in visit.sheet.criteria.values()]
    scale = ", ".join(visit.sheet.scale).capitalize()
    sheets = [
        parts.table(
            f"Урок: {one.mentor.name}, класс и тема: ____________________",
            (("Критерий", 6), (scale, 3)),
            [*criteria, ["Выводы", ""]],
        )
        for one in team
        for _ in range(SHEETS)
    ]
    advice = parts.table("Рекомендации школе", (("Что сделать", 6), ("До какого дня", 2)), [["", ""]] * 4)
    return Printed(heading, lead=lead, tables=[who, *sheets, advice], made_by=parts.maker(user))
