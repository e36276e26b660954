"""The sheet of one school: its results of a year, how they changed, signs that they are not objective."""

from __future__ import annotations

from opora.assessments import pictures
from opora.assessments.figures import Share
from opora.assessments.papers import parts, signs
from opora.assessments.queries import looking
from opora.assessments.queries.looks import signs_in_year
from opora.core.actor import Actor
from opora.documents.printing import Printed
from opora.registry.models import Organisation


def sheet(school: Organisation, chosen: looking.Chosen, user: Actor) -> Printed:
    """What the school's page shows of the chosen year and work."""
    rows = looking.school_rows(school, user)
    now = [row for row in rows if row.year == chosen.year]
    told = []
    for row in now:
        share = Share.of(row.failed, row.participants)
        known = (share.words, share.interval) if share else ("—", "—")
        told.append([pictures.work_words(row), row.participants, row.failed, *known, row.absent])
    heads = (
        ("Работа", 3.4),
        ("Участников", 1.3),
        ("Не справились", 1.3),
        ("Доля", 0.9),
        ("Интервал 95 %", 1.3),
        ("Не участвовали", 1.4),
    )
    tables = [parts.table(f"Результаты за {chosen.year} год", heads, told)]
    drawn = [
        pictures.marks(now, title=f"Отметки за {chosen.year} год"),
        pictures.dynamics(looking.series(school, rows, chosen.work), title=f"{chosen.work}: по годам"),
    ]
    if chosen.work and chosen.year:
        points = looking.points_of(school, chosen.year, chosen.work)
        drawn.append(pictures.distribution(points, title=f"{chosen.work}, {chosen.year}: первичные баллы"))
    tables += [parts.chart(one.title, one) for one in drawn if one]
    if chosen.year:
        tables.append(signs.of_school(signs_in_year(school, chosen.year, user), chosen.year))
    lead = [
        "Интервал показывает, между какими значениями, вероятнее всего, лежит истинная доля: чем меньше участников, "
        "тем он шире."
    ]
    heading = parts.heading(school, "справка", "О результатах оценочных процедур", closed=True)
    return Printed(heading, lead=lead, tables=tables, made_by=parts.maker(user))
