"""Control in the demo: deadlines asked to be moved, work given to a colleague, parts of a joint report, comments."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from opora.access.models import User
from opora.core.clock import today
from opora.roadmaps.actions import working
from opora.roadmaps.models import Assignment
from opora.roadmaps.models.assignments import OPEN
from opora.site.demo.region import Region

ASKED = 4  # municipalities that ask for more time


def build_control(region: Region, coordinator: User) -> None:
    """A few acts by hand, as people do them: each accountable in the journal."""
    school, teacher = User.objects.get(username="school"), User.objects.get(username="teacher")
    municipal = User.objects.get(username="municipality")
    _postponements(region, coordinator)
    own = list(_open().filter(executor=region.schools[0], due__gte=today() + dt.timedelta(days=3)).order_by("due")[:3])
    if own:
        _inside_the_school(own, school, teacher, municipal)
    for one in _open().filter(lead__isnull=False, executor=region.institute)[:1]:
        institute = User.objects.get(username="institute")
        working.contribute(one, by=institute, text="Методические материалы подготовлены, программа занятий приложена.")


def _open() -> QuerySet[Assignment]:
    rows = Assignment.objects.filter(state__in=OPEN)
    return rows.select_related("activity", "executor", "controller", "roadmap__organisation", "lead")


def _postponements(region: Region, coordinator: User) -> None:
    """Of four requests of municipalities one is granted, one refused; two wait."""
    rows = _open().filter(
        executor__in=region.municipalities[:ASKED], controller=region.authority, due__gt=today(), lead=None
    )
    seen: set[int] = set()
    asked = []
    for one in rows.order_by("due", "pk"):
        if one.executor_id in seen or one.due is None:
            continue
        seen.add(one.executor_id)
        head = User.objects.filter(memberships__organisation=one.executor, memberships__role="municipal_coordinator")
        due = one.due + dt.timedelta(days=14)
        asked.append(working.ask(one, by=head[0], due=due, reason="Часть школ сдаёт материалы после каникул."))
    if len(asked) > 1:
        working.grant(asked[0], by=coordinator, comment="Согласовано, но не позже этого дня.")
        working.refuse(asked[1], by=coordinator, comment="Срок установлен федеральным графиком.")


def _inside_the_school(own: list[Assignment], school: User, teacher: User, municipal: User) -> None:
    first = own[0]
    inner = first.due - dt.timedelta(days=2) if first.due else None
    working.delegate(first, by=school, to=teacher, note="Соберите сведения по классам и составьте черновик.", due=inner)
    working.save_draft(first, by=teacher, text="Собраны сведения по 5–7 классам.")
    working.comment(first, by=school, text=f"@{working.handle(municipal)}, нужны ли сведения по 8 классам?")
    working.comment(first, by=municipal, text="Да, по всем классам основной школы.")
