"""Who is told of days that were set later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.urls import reverse

from opora.access.queries import who, who_in
from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.notices.actions import Telling, notify, notify_many
from opora.notices.models import NoticeKind
from opora.roadmaps.menu import assignment_url
from opora.roadmaps.models import Assignment, DateRequest
from opora.roadmaps.telling.common import needs_of, others


def tell_dated(rows: Sequence[Assignment], *, by: Actor, why: str, key: str) -> None:
    """Each executor whose assignment got another day; a query for all of them."""
    _tell(rows, by, NoticeKind.CHANGED, key, lambda row: f"{why}. {_until(row)}: {row.activity.label}.")


def tell_cancelled(rows: Sequence[Assignment], *, by: Actor, why: str, key: str) -> None:
    """Each executor whose assignment went with its day."""
    _tell(rows, by, NoticeKind.CANCELLED, key, lambda row: f"{why}. Поручение отменено: {row.activity.label}.")


def _tell(rows: Sequence[Assignment], by: Actor, kind: NoticeKind, key: str, said: Callable[[Assignment], str]) -> None:
    users = who_in(Permission.ASSIGNMENTS_REPORT, {row.executor_id for row in rows})
    notify_many(
        [
            Telling(
                others(users.get(row.executor_id, ()), by),
                kind,
                said(row),
                assignment_url(row),
                row,
                f"{key}:{row.public_id}",
                needs_of(row, Permission.ASSIGNMENTS_REPORT, row.executor),
            )
            for row in rows
        ]
    )


def _until(row: Assignment) -> str:
    return f"Исполнить до {row.due:%d.%m.%Y}" if row.due else "Без срока"


def tell_asked(requests: Iterable[DateRequest], *, by: Actor, anew: str = "") -> None:
    """Those who report for the owner of a schedule; `anew` names why they are asked once more."""
    rows = list(requests)
    users = who_in(Permission.ASSIGNMENTS_REPORT, {row.owner_id for row in rows})
    notify_many(
        [
            Telling(
                others(users.get(row.owner_id, ()), by),
                NoticeKind.ASSIGNED,
                f"Назовите даты: {row.activity.label}.",
                dates_url(row),
                row,
                anew or f"dates-asked:{row.public_id}",
                _needs(row, Permission.ASSIGNMENTS_REPORT),
            )
            for row in rows
        ]
    )


def tell_sender(request: DateRequest, *, by: Actor, key: str) -> None:
    """Those who send the road map: the dates wait for them."""
    roadmap = request.roadmap
    notify(
        others(who(Permission.ROADMAPS_SEND, roadmap.organisation), by),
        kind=NoticeKind.DECISION,
        text=f"Названы даты по графику: {request.activity.label}. Разошлите поручения.",
        url=reverse("roadmaps:sending", args=[roadmap.public_id]),
        on=request,
        key=key,
        needs=(Permission.LISTS_VIEW if roadmap.confidential else Permission.ROADMAPS_SEND, roadmap.organisation.path),
    )


def dates_url(request: DateRequest) -> str:
    return reverse("roadmaps:schedule", args=[request.public_id])


def _needs(request: DateRequest, permission: Permission) -> tuple[Permission, str]:
    return (Permission.LISTS_VIEW if request.roadmap.confidential else permission), request.owner.path
