"""Meetings of the demo's first group: one with an approved protocol, one to come, one that was called off."""

from __future__ import annotations

import datetime as dt
from typing import Any

from opora.access.models import User
from opora.core.clock import today
from opora.registry import actions as registry
from opora.registry.actions import Member
from opora.registry.models import Body, Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.support.actions import meetings as actions
from opora.support.actions import minutes
from opora.support.models import Meeting

AGENDA = [
    ("О результатах входной диагностики", "Ковалёва Н.П."),
    ("О программах школ", "Соколова М.П."),
    ("Разное", ""),
]


def build_meetings(coordinator: User) -> None:
    region = coordinator.memberships.order_by("pk")[0].organisation
    body = Body.objects.filter(organisation=region, dissolved_on=None).select_related("organisation").first()
    places = list(Organisation.objects.of_kind(OrganisationKind.MUNICIPAL_AUTHORITY).order_by("path")[:3])
    if body is None:
        return
    past = _planned(body, coordinator, "Итоги входной диагностики", -21)
    actions.invite(past, by=coordinator)
    actions.hold(past, by=coordinator, present=[one.pk for one in past.people.order_by("order")][:-1])
    decided = (
        ("Представить в институт сведения об учителях, которым нужны курсы", 14, places[:2]),
        ("Согласовать с программами школ план выездов методистов", 30, places),
    )
    for text, days, responsible in decided:
        due = today() + dt.timedelta(days=days)
        minutes.add_decision(past, by=coordinator, text=text, due=due, responsible=responsible)
    minutes.approve(past, by=coordinator)
    coming = _planned(body, coordinator, "Ход программ в первом полугодии", 12, previous=past)
    actions.invite(coming, by=coordinator)
    off = _planned(body, coordinator, "Внеочередное заседание о кадрах", 5)
    actions.invite(off, by=coordinator)
    actions.cancel(off, by=coordinator, reason="Вопрос решён приказом, заседание не нужно.")
    _about_schools(region, coordinator)


def _about_schools(region: Organisation, coordinator: User) -> None:
    """To come, of people who do not know the lists: the region opens to them what they will speak of."""
    users = User.objects.filter(username__in=("institute", "methodist"), person__isnull=False).select_related("person")
    members = [Member(str(one.person), "эксперт", person=one.person) for one in users.order_by("username")]
    name = "Экспертная группа методической помощи"
    body = registry.create_body(by=coordinator, organisation=region, name=name, members=members)
    _planned(body, coordinator, "Помощь школам, которым труднее всего", 14, confidential=True)


def _planned(body: Body, by: User, title: str, days: int, **other: Any) -> Meeting:
    return actions.plan(
        body,
        by=by,
        title=title,
        day=today() + dt.timedelta(days=days),
        starts=dt.time(14),
        minutes=90,
        place="г. Заречный, ул. Набережная, д. 12",
        link="",
        agenda=AGENDA,
        guests=[("Ильин Пётр Павлович", "директор методического центра")],
        **{"confidential": False, **other},
    )
