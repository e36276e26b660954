"""What letters tell of road maps, for the points of `documents`: late work, counts by territory, an extract."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db.models import F, Q

from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.documents.points import Due
from opora.registry.models import Organisation
from opora.roadmaps.models import Assignment, RoadMap, RoadMapState
from opora.roadmaps.models.assignments import OPEN
from opora.roadmaps.models.assignments import AssignmentState as S
from opora.roadmaps.queries import counts
from opora.roadmaps.queries.work import with_names
from opora.ui.words import days

MOST = 300  # rows of one letter
CLOSED = "документ с ограниченным доступом"
_PLAIN = Q(via_list=False, roadmap__confidential=False)


def due_work(user: Actor, organisation: Organisation, until: dt.date, addressee: Organisation | None) -> list[Due]:
    """By executor, and apart where it tells of a list: what `organisation` controls and is due up to `until`."""
    rows = Assignment.objects.visible(user).filter(controller=organisation, state__in=OPEN, due__lte=until)
    if addressee is not None:
        rows = rows.filter(executor=addressee)
    named = with_names(rows.exclude(executor=organisation)).select_related("roadmap__document")
    found: dict[tuple[int, bool], list[Assignment]] = defaultdict(list)
    for one in named.order_by("executor__sort_name", "due", "pk"):
        found[one.executor_id, one.via_list or one.roadmap.confidential].append(one)
    return [_due(group, confidential) for (_, confidential), group in found.items()]


def _due(group: list[Assignment], confidential: bool) -> Due:
    late = sum(one.is_overdue for one in group)
    rows = [_row(number, one) for number, one in enumerate(group[:MOST], 1)]
    if len(group) > MOST:
        rows.append({"number": "…", "text": f"и ещё {len(group) - MOST}; весь список — в системе"})
    return Due(group[0].executor, confidential, rows, late, len(group) - late)


def _row(number: int, one: Assignment) -> dict[str, str]:
    left = (one.due - today()).days if one.due else 0
    state = f"просрочено на {days(-left)}" if left < 0 else "срок сегодня" if not left else f"осталось {days(left)}"
    if one.state == S.RETURNED:
        state += ", возвращено на доработку"
    point = f", пункт {one.activity.number}" if one.activity.number else ""
    source = CLOSED if one.roadmap.confidential else str(one.roadmap.document)
    return {
        "number": str(number),
        "text": one.text,
        "source": f"{source}{point}",
        "due": f"{one.due:%d.%m.%Y}" if one.due else "",
        "state": state,
    }


def summary(user: Actor, organisation: Organisation, first: dt.date, last: dt.date, restricted: bool) -> dict[str, Any]:
    """Work due in the period, by the organisations one level below; two queries."""
    found = counts.by_place(organisation, user, first, last, openly=not restricted)
    places = Organisation.objects.filter(path__in=found).order_by("sort_name")
    total = counts.Counts()
    for one in found.values():
        for name in ("total", "accepted", "reported", "open", "overdue"):
            setattr(total, name, getattr(total, name) + getattr(one, name))
    return {
        "period": f"с {first:%d.%m.%Y} по {last:%d.%m.%Y}",
        "rows": [{"name": place.short_name, **_counted(found[place.path])} for place in places],
        "total": _counted(total),
    }


def _counted(count: counts.Counts) -> dict[str, int]:
    return {
        "total": count.total,
        "accepted": count.accepted,
        "reported": count.reported,
        "overdue": count.overdue,
        "share": count.share,
    }


def extract(
    user: Actor, roadmap_id: str, organisation: Organisation, restricted: bool
) -> tuple[dict[str, Any], bool] | None:
    """The rows of a road map that one organisation executes."""
    roadmap = RoadMap.objects.visible(user).select_related("document").filter(public_id=roadmap_id).first()
    if roadmap is None or (roadmap.confidential and not restricted):
        return None
    rows = Assignment.objects.visible(user).filter(roadmap=roadmap, executor=organisation).exclude(state=S.CANCELLED)
    named = with_names(rows if restricted else rows.filter(_PLAIN))
    found = list(named.order_by("activity__order", F("due").asc(nulls_last=True), "pk")[:MOST])
    if not found:
        return None
    content = {
        "roadmap": roadmap.title,
        "source": str(roadmap.document),
        "rows": [
            {
                "number": one.activity.number,
                "text": one.text,
                "due": f"до {one.due:%d.%m.%Y}" if one.due else one.activity.deadline_text,
                "state": one.get_state_display(),
            }
            for one in found
        ],
    }
    return content, roadmap.confidential or any(one.via_list for one in found)


def choices(user: Actor) -> list[tuple[str, str]]:
    """The road maps sent out, the newest first."""
    if not user.may(Permission.ROADMAPS_VIEW):
        return []
    rows = RoadMap.objects.visible(user).exclude(state=RoadMapState.PREPARED).order_by("-sent_on", "-pk")
    return [(one.public_id, one.title[:140]) for one in rows.only("public_id", "title")[:200]]
