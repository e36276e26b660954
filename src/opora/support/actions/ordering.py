"""What support asks of an organisation becomes work of its own road map, confidential as a case is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db import transaction

from opora import deadlines
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.workflow import Refused
from opora.decrees import model
from opora.documents import actions as documents
from opora.documents.models import DocumentKind
from opora.registry.models import Organisation
from opora.roadmaps.actions import sending
from opora.roadmaps.models import Activity, RoadMap

LONGEST = 1000  # characters of a row


@dataclass(frozen=True, slots=True)
class Order:
    """One row to be: `section` is the heading under which it stands."""

    number: str
    text: str
    due: dt.date
    section: str = ""


@transaction.atomic
def issue(
    executor: Organisation, *, by: Actor, title: str, orders: Sequence[Order], controller: Organisation
) -> list[Activity]:
    """A plan of the organisation with these rows, approved and sent at once; the rows in their order."""
    document = documents.create_by_hand(
        by=by, organisation=executor, kind=DocumentKind.PLAN, date=today(), title=title, confidential=True
    )
    sections = [
        model.Section(heading or None, [_row(one, executor) for one in rows])
        for heading, rows in groupby(orders, key=lambda one: one.section)
    ]
    documents.fill(document, by=by, roadmaps=[model.RoadMap(title, sections=sections)])
    documents.approve(document, by=by, duplicates_ok=True)
    roadmap = RoadMap.objects.select_related("organisation", "document").get(document=document)
    send(roadmap, by=by, controller=controller, count=len(orders))
    return list(Activity.objects.filter(roadmap=roadmap).order_by("order"))


def send(
    roadmap: RoadMap, *, by: Actor, controller: Organisation, count: int, windows: Sequence[int] | None = None
) -> None:
    """Each row is one piece of work of the road map's own organisation, accepted by `controller`."""
    made = sending.send(roadmap, by=by, windows=windows, controlled={roadmap.organisation_id: controller})
    if made != count:
        raise Refused(
            f"Поручения не разосланы: название «{roadmap.organisation.short_name}» в реестре значит и другое. "
            "Исправьте другие названия этой организации в реестре и повторите."
        )


def deadline(due: dt.date) -> deadlines.Deadline:
    return deadlines.read(f"до {due:%d.%m.%Y}", today())


def responsible(executor: Organisation) -> model.Responsible:
    return model.Responsible(executor.short_name, "organisation")


def one_line(text: str) -> str:
    return " ".join(text.split())[:LONGEST]


def _row(one: Order, executor: Organisation) -> model.Activity:
    return model.Activity(
        one.number, one_line(one.text), deadline(one.due), [responsible(executor)], model.Source(), 1.0
    )
