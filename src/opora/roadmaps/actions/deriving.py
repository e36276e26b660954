"""A municipality's or a school's own road map, drafted from the rows above that concern it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse

from opora.access.queries import who
from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.decrees import from_json as decree_from_json
from opora.decrees import model
from opora.documents import actions as documents
from opora.documents.models import Document
from opora.journal.actions import record
from opora.notices.actions import notify
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationQuerySet
from opora.roadmaps.changing.reading import POINTS
from opora.roadmaps.changing.rows import Row, rows_of
from opora.roadmaps.models import Activity, Derivation, RoadMap, RoadMapState
from opora.roadmaps.queries.cascade import Drafted, concerning, drafted_rows, last_days, limits, rows_in_order
from opora.roadmaps.telling.common import others

RIGHT = "составлять дорожную карту этой организации"


def may_derive(roadmap: RoadMap, user: Actor) -> OrganisationQuerySet:
    """For which organisations below the road map's own the person may draft one, the widest first."""
    edits = user.scope(Permission.ROADMAPS_EDIT).q("path") & user.scope(Permission.DOCUMENTS_EDIT).q("path")
    inside = Organisation.objects.inside(roadmap.organisation).exclude(pk=roadmap.organisation_id)
    return inside.filter(edits).active().order_by("path")


@transaction.atomic
def derive(
    roadmap: RoadMap,
    *,
    by: Actor,
    organisation: Organisation,
    kind: str,
    title: str,
    activities: Iterable[Activity],
    number: str = "",
    date: dt.date | None = None,
) -> Document:
    """A draft with the chosen rows, to be corrected and added to as any document, then approved and sent."""
    require(by, Permission.DOCUMENTS_EDIT, organisation.path, to=RIGHT)
    require(by, Permission.ROADMAPS_EDIT, organisation.path, to=RIGHT)
    if organisation == roadmap.organisation or not organisation.path.startswith(roadmap.organisation.path):
        raise Refused("Свою дорожную карту составляет организация, которая ниже по подчинённости.")
    if roadmap.state == RoadMapState.PREPARED:
        raise Refused("Дорожная карта ещё не разослана. Составить по ней свою можно после рассылки.")
    allowed = {one.pk: one for one in concerning(roadmap, organisation, by)}
    chosen = [one for one in activities if one.pk in allowed]
    if not chosen:
        raise Refused("Выберите хотя бы один пункт, который касается вашей территории.")
    document = documents.create_by_hand(
        by=by,
        organisation=organisation,
        kind=kind,
        number=number,
        date=date,
        title=title,
        confidential=roadmap.confidential,
    )
    rows = rows_of(roadmap)
    wanted = sorted(chosen, key=lambda one: one.order)
    source = _drafted(roadmap, title, [rows[one.pk] for one in wanted if one.pk in rows])
    facts = documents.fill(document, by=by, roadmaps=[source], abbreviations=roadmap.abbreviations)
    pairs = {fact.public_id: one.public_id for fact, one in zip(facts, wanted, strict=True)}
    Derivation.objects.create(document=document, parent=roadmap, rows=pairs)
    record(
        "roadmaps.derived",
        f"составил(а) проект своей дорожной карты по «{roadmap.title[:120]}», пунктов: {len(facts)}",
        by=by,
        on=document,
        path=organisation.path,
        confidential=roadmap.confidential,
        data={"parent": roadmap.public_id, "rows": len(facts)},
    )
    return document


def _drafted(roadmap: RoadMap, title: str, rows: list[Row]) -> model.RoadMap:
    """The rows as a reading, section by section."""
    sections: list[dict[str, object]] = []
    for row in rows:
        heading = row.section if row.section != POINTS else ""
        if not sections or sections[-1]["title"] != (heading or None):
            sections.append({"title": heading or None, "activities": []})
        items = [
            {"text": part.text, "deadline": part.deadline, "responsible": list(part.responsible)} for part in row.parts
        ]
        activities = sections[-1]["activities"]
        if isinstance(activities, list):
            activities.append(
                {
                    "number": row.number or None,
                    "text": row.text,
                    "deadline": row.deadline,
                    "responsible": list(row.responsible),
                    "items": items,
                    "completion": None,
                    "submit_to": list(row.submit_to),
                    "source": {},
                    "confidence": 1.0,
                }
            )
    period = [roadmap.starts and roadmap.starts.isoformat(), roadmap.ends and roadmap.ends.isoformat()]
    whole = {
        "title": title,
        "goal": roadmap.goal or None,
        "period": period if any(period) else None,
        "sections": sections,
    }
    return decree_from_json({"roadmaps": [whole]}).roadmaps[0]


@transaction.atomic
def give_reasons(document: Document, *, by: Actor, reasons: dict[str, str]) -> None:
    """Why rows of the draft are due later than the rows above, by the public id of the fact."""
    require(by, Permission.DOCUMENTS_EDIT, document.organisation.path, to=RIGHT)
    found = Derivation.objects.select_for_update().get(document=document)
    found.reasons = {key: text.strip() for key, text in reasons.items() if key in found.rows and text.strip()}
    found.save()
    record(
        "roadmaps.later_explained",
        f"объяснил(а), почему сроки позже: «{document}»",
        by=by,
        on=document,
        path=document.organisation.path,
        confidential=document.confidential,
        data={"reasons": found.reasons},
    )


def drafted(document: Document) -> list[Drafted]:
    """The rows of a draft made from a road map above; none where it was not."""
    found = Derivation.objects.filter(document=document).first()
    return drafted_rows(document, found.rows, found.reasons) if found else []


def attach(document: Document, by: Actor) -> None:
    """On approval: the road map knows the one above, each row its row above; later days have their reasons."""
    found = Derivation.objects.filter(document=document).select_related("parent__organisation").first()
    if found is None:
        return
    facts = rows_in_order(document)
    made = Activity.objects.filter(roadmap__document=document).exclude(section__title=POINTS)
    above = {one.public_id: one for one in Activity.objects.filter(public_id__in=found.rows.values())}
    rows = list(made.order_by("roadmap__order", "order"))
    for fact, activity in zip(facts, rows, strict=True):
        activity.origin = above.get(found.rows.get(fact.public_id, ""))
        activity.later_reason = found.reasons.get(fact.public_id, "")
    for roadmap in RoadMap.objects.filter(document=document).select_related("organisation"):
        own = [row for row in rows if row.roadmap_id == roadmap.pk]
        later = _later(roadmap, own)
        unexplained = [row.number or row.text[:40] for row in later if not row.later_reason]
        if unexplained:
            raise Refused(
                f"Позже, чем в дорожной карте выше, сроки пунктов: {', '.join(unexplained[:10])}. "
                "Исправьте их или впишите причину на вкладке «По дорожной карте»."
            )
        for row in own:
            row.later_reason = row.later_reason if row in later else ""
        Activity.objects.bulk_update(own, ["origin", "later_reason"])
        RoadMap.objects.filter(pk=roadmap.pk).update(parent=found.parent)
        _tell_above(roadmap, found.parent, len(later), by)


def _later(roadmap: RoadMap, rows: list[Activity]) -> list[Activity]:
    """The rows that are due later than their rows above."""
    ends = limits([row.origin_id for row in rows if row.origin_id], roadmap.organisation)
    days = last_days(roadmap)
    never = dt.date.max
    return [row for row in rows if row.pk in days and days[row.pk] > ends.get(row.origin_id or 0, never)]


def _tell_above(roadmap: RoadMap, parent: RoadMap, later: int, by: Actor) -> None:
    more = f" Сроков позже ваших: {later}, причины указаны." if later else ""
    permission = Permission.LISTS_VIEW if roadmap.confidential else Permission.ROADMAPS_EDIT
    notify(
        others(who(Permission.ROADMAPS_EDIT, parent.organisation), by),
        kind=NoticeKind.CHANGED,
        text=f"{roadmap.organisation.short_name}: составлена своя дорожная карта по вашей.{more}",
        url=reverse("roadmaps:below", args=[parent.public_id]),
        on=parent,
        key=f"derived:{roadmap.public_id}",
        needs=(permission, parent.organisation.path),
    )


def check_day(activity: Activity, due: dt.date) -> None:
    """Refuse a day later than the row above asks, unless a reason is given."""
    if activity.origin_id is None or activity.later_reason:
        return
    end = limits([activity.origin_id], activity.roadmap.organisation).get(activity.origin_id)
    if end and due > end:
        raise Refused(
            f"В дорожной карте выше срок — до {end:%d.%m.%Y}. Чтобы поставить позже, сначала напишите причину "
            "на вкладке «Сверху»."
        )


@transaction.atomic
def explain(activity: Activity, *, by: Actor, reason: str) -> None:
    """Why a row is, or will be, due later than the row above; shown there."""
    require(by, Permission.ROADMAPS_EDIT, activity.roadmap.organisation.path, to=RIGHT)
    if activity.origin_id is None:
        raise Refused("У этого пункта нет пункта в дорожной карте выше.")
    activity.later_reason = reason.strip()
    activity.save(update_fields=["later_reason"])
    roadmap = activity.roadmap
    record(
        "roadmaps.later_explained",
        f"объяснил(а), почему срок позже: {activity.label}",
        by=by,
        on=roadmap,
        path=roadmap.organisation.path,
        confidential=roadmap.confidential,
        data={"reason": activity.later_reason},
    )
