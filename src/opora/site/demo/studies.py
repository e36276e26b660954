"""Studies of the demo: to come for all and for the schools of the list, running with results, of one school itself."""

from __future__ import annotations

import datetime as dt

from opora.access.models import User
from opora.core.clock import today
from opora.development.actions import studies as actions
from opora.development.models import StudySchool
from opora.development.models.studies import Taking
from opora.development.participants import Who
from opora.site.demo.region import Region

ENTERED = 6


def build_studies(region: Region, coordinator: User) -> None:
    day = today()
    coming = actions.prepare(
        by=coordinator,
        territory=region.authority,
        place=region.authority,
        kind="regional",
        title="Региональный мониторинг функциональной грамотности",
        subject="mat",
        grades=[8],
        note="45 минут на втором уроке; работы проверяет школа по ключам.",
        opens=day + dt.timedelta(days=12),
        closes=day + dt.timedelta(days=14),
    )
    actions.announce(coming, by=coordinator)
    listed = actions.prepare(
        by=coordinator,
        territory=region.authority,
        place=region.authority,
        kind="regional",
        title="Региональная работа по читательской грамотности",
        subject="rus",
        grades=[6],
        opens=day + dt.timedelta(days=20),
        closes=day + dt.timedelta(days=21),
    )
    actions.take(listed, by=coordinator, who=Who(taking=Taking.LISTED, group="listed_both"))
    actions.announce(listed, by=coordinator)
    municipal, head = User.objects.get(username="municipality"), User.objects.get(username="school")
    place = municipal.memberships.order_by("pk")[0].organisation
    running = actions.prepare(
        by=municipal,
        territory=place,
        place=place,
        kind="municipal",
        title="Входной мониторинг по русскому языку",
        subject="rus",
        grades=[5, 6],
        opens=day - dt.timedelta(days=3),
        closes=day + dt.timedelta(days=4),
    )
    actions.announce(running, by=municipal)
    running.refresh_from_db()
    actions.start(running, by=municipal)
    _enter(list(running.schools.select_related("school")[:ENTERED]), municipal)
    school = head.memberships.order_by("pk")[0].organisation
    own = actions.prepare(
        by=head,
        territory=school,
        place=school,
        kind="in_school",
        title="Проверка техники вычислений",
        subject="mat",
        grades=[5],
        opens=day,
        closes=day + dt.timedelta(days=1),
    )
    actions.announce(own, by=head)


def _enter(rows: list[StudySchool], by: User) -> None:
    for number, row in enumerate(rows):
        actions.enter(row, by=by, counts={grade: [2 + number % 3, 7, 6, 3, 1] for grade in (5, 6)})
