"""A road map as a timeline and as a calendar; the calendar of one's own assignments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from opora.core.actor import require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.roadmaps.menu import assignment_url
from opora.roadmaps.models import Assignment
from opora.roadmaps.month import Item, Month
from opora.roadmaps.queries.plan import Stretch, due_between, own_between, planned
from opora.roadmaps.timeline import HEIGHT, SCALES, Scale, month_of
from opora.roadmaps.views.common import seen_roadmap, shown
from opora.ui.requests import actor

SHOWS = {"": "Все", "open": "Не исполнены", "overdue": "Просрочены"}


def _query(request: HttpRequest, changes: Mapping[str, str]) -> str:
    """The address of this page with other parameters; an empty value takes one away."""
    kept = urlencode({key: value for key, value in {**request.GET.dict(), **changes}.items() if value})
    return f"{request.path}?{kept}" if kept else request.path


def _list(**query: str) -> str:
    return f"{reverse('roadmaps:assignments')}?{urlencode(query)}"


def _stretch_url(one: Stretch) -> str:
    days = {"since": f"{one.due}", "till": f"{one.due}"} if one.due else {}
    return _list(activity=one.activity.public_id, **days)


def _asked(request: HttpRequest, *names: str) -> dict[str, str]:
    return {name: request.GET.get(name, "").strip()[:200] for name in names}


@require_GET
def timeline(request: HttpRequest, public_id: str) -> HttpResponse:
    """«Шкала времени»: every activity with its windows on a line of days."""
    found = seen_roadmap(request, public_id)
    asked = _asked(request, "scale", "from", "show", "q")
    scale = Scale(asked["scale"], asked["from"], found.starts)
    sections = planned(found, actor(request), text=asked["q"], show=asked["show"])
    lines = [(section, [scale.line(row, _stretch_url) for row in rows]) for section, rows in sections]
    scales = [
        (one[0], _query(request, {"scale": code, "from": ""}), code == scale.code) for code, one in SCALES.items()
    ]
    shows = [(label, _query(request, {"show": code}), code == asked["show"]) for code, label in SHOWS.items()]
    context = {
        "scale": scale,
        "height": HEIGHT,
        "sections": lines,
        "asked": asked,
        "scales": scales,
        "shows": shows,
        "urls": _around(request, scale.before, scale.behind),
    }
    return shown(request, found, "timeline", **context)


def _around(request: HttpRequest, before: str, behind: str) -> dict[str, str]:
    """Where earlier, later and today are shown."""
    return {
        "before": _query(request, {"from": before}),
        "behind": _query(request, {"from": behind}),
        "now": _query(request, {"from": ""}),
    }


@require_GET
def roadmap_calendar(request: HttpRequest, public_id: str) -> HttpResponse:
    """«Календарь»: what the road map makes due on which day."""
    found = seen_roadmap(request, public_id)
    month = month_asked(request)
    items = [
        Item(one.due, _named(one.activity.number, one.text), _stretch_url(one), one.state, one.words)
        for one in due_between(found, actor(request), month.begin, month.end)
        if one.due
    ]
    return shown(request, found, "calendar", **calendar_page(request, month, items, _list(roadmap=found.public_id)))


@require_GET
def own_calendar(request: HttpRequest) -> HttpResponse:
    """«Мой календарь»: one's own assignments over all road maps."""
    user = actor(request)
    require(user, Permission.ASSIGNMENTS_VIEW, to="видеть поручения")
    month = month_asked(request)
    items = [
        Item(one.due, _named(one.activity.number, one.text), assignment_url(one), *_state(one))
        for one in own_between(user, month.begin, month.end)
        if one.due
    ]
    return render(request, "roadmaps/calendar.html", calendar_page(request, month, items, _list(whose="mine")))


def _state(one: Assignment) -> tuple[str, str]:
    """As `Stretch.state`, with its word."""
    if one.is_overdue:
        return "overdue", "просрочено"
    code = {"accepted": "done", "reported": "reported"}.get(one.state, "open")
    return code, one.get_state_display()


def _named(number: str, text: str) -> str:
    return f"{number}. {text}" if number else text


def month_asked(request: HttpRequest) -> Month:
    return Month(month_of(request.GET.get("from", "")) or today().replace(day=1))


@dataclass(frozen=True, slots=True)
class Words:
    """What a calendar is of."""

    caption: str = "что нужно исполнить по дням"
    day_list: str = "список поручений"
    empty: str = "В этом месяце сроков нет."


def calendar_page(
    request: HttpRequest, month: Month, items: Iterable[Item], list_url: str, words: Words = Words()
) -> dict[str, Any]:
    """What `roadmaps/parts/month.html` shows."""
    view = "agenda" if request.GET.get("view") == "agenda" else "month"
    views = [
        (label, _query(request, {"view": code}), (code or "month") == view)
        for code, label in {"": "Месяц", "agenda": "Списком"}.items()
    ]
    weeks = month.weeks(items, f"{list_url}&")
    return {
        "month": month,
        "words": words,
        "weeks": weeks,
        "busy": [day for week in weeks for day in week if day.inside and day.items],
        "view": view,
        "views": views,
        "urls": _around(request, month.before, month.behind),
    }
