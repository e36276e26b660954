"""Events in the browser: the list, the calendar, an event; set, changed, announced, called off."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from opora.access.models import User
from opora.core.actor import require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.together import read_together
from opora.development.actions.events import keeping as actions
from opora.development.actions.events.common import TO_KEEP
from opora.development.calendar import AHEAD, PAST, event_of
from opora.development.event_tables import EventTable
from opora.development.forms.events import CalendarFilter, EventForm, ReasonForm
from opora.development.models import ASKED, Event, EventState
from opora.development.queries import events as queries
from opora.development.queries.giving import territory_of
from opora.development.views.events.common import keeps, kept, seen, trail
from opora.exports.actions import first, release
from opora.journal.actions import opened
from opora.notices.calendar import taken_along, written
from opora.notices.clashes import clash_words
from opora.roadmaps.month import Item, Month
from opora.roadmaps.views.plan import Words, calendar_page, month_asked
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods

TO_SEE = "видеть календарь событий"
WORDS = Words("события по дням", "список событий", "В этом месяце событий нет.")
_SHOWN = {EventState.HELD: "done", EventState.CANCELLED: "overdue"}


@require_GET
def events(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.REGISTRY_VIEW, to=TO_SEE)
    context = {"may_keep": user.may(Permission.DEVELOPMENT_EDIT)}
    return EventTable(request, queries.events(user)).response("development/events/list.html", context)


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """A month of events, as a sheet or as a list."""
    user, month = actor(request), month_asked(request)
    require(user, Permission.REGISTRY_VIEW, to=TO_SEE)
    form = CalendarFilter(request.GET, user=user)
    rows = queries.between(form.apply(queries.events(user), form.chosen), month.begin, month.end)
    chosen = {name: request.GET.get(name, "") for name in form.chosen}
    list_url = f"{reverse('development:events')}?{urlencode(chosen)}{'&' if chosen else ''}sort=begins&"
    context = calendar_page(request, month, _items(rows, month), list_url.rstrip("&"), WORDS)
    ics = f"{reverse('development:events_ics')}?{urlencode(chosen)}"
    kept_too = [(name, request.GET[name]) for name in ("from", "view") if request.GET.get(name)]
    context |= {"form": form, "ics": ics, "kept": kept_too, "may_keep": user.may(Permission.DEVELOPMENT_EDIT)}
    return render(request, "development/events/calendar.html", context)


def _items(rows: Any, month: Month) -> Iterator[Item]:
    """One of several days stands on each of them."""
    for one in rows:
        begins = timezone.localtime(one.begins_at)
        what = one.get_state_display() if one.state in _SHOWN else one.get_kind_display()
        words = ", ".join(filter(None, [f"{begins:%H:%M}", what, "вы записаны" if one.mine else ""]))
        day = max(one.day, month.begin)
        while day <= min(one.last_day, month.end):
            yield Item(day, one.title, one.get_absolute_url(), _SHOWN.get(one.state, "open"), words)
            day += dt.timedelta(days=1)


@require_GET
def events_ics(request: HttpRequest) -> HttpResponse:
    """The calendar as a file, as it is filtered; taking it is journalled as every copy is."""
    user = actor(request)
    require(user, Permission.REGISTRY_VIEW, to=TO_SEE)
    form = CalendarFilter(request.GET, user=user)
    rows = queries.between(form.apply(queries.events(user), form.chosen), today() - PAST, today() + AHEAD)
    content = written([event_of(one) for one in rows], settings.OPORA_SITE)
    path = first(user.own.paths)
    about: dict[str, Any] = {"path": path, "confidential": any(one.confidential for one in rows)}
    return release(by=user, name="События", kind="ics", content=content, on=_Calendar(), **about)


class _Calendar:
    """What the journal calls a calendar that is nobody's object."""

    public_id = "events"


@require_GET
def event(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everything about one. That one for listed schools was opened is journalled."""
    user, found = actor(request), seen(request, public_id)
    may_keep = keeps(request, found)
    if found.confidential:
        opened(by=user, on=found, text=f"открыл(а) событие «{found}»", path=found.territory.path)
    door = queries.Door.of(found)
    programme, materials = read_together(found.programme.all(), found.materials.all())
    people = queries.shown(user, found, keeps=may_keep)
    own = next((one.row for one in people if one.mine), None)
    context = {
        "event": found,
        "programme": programme,
        "materials": materials,
        "people": people,
        "own": own,
        "may_keep": may_keep,
        "invited": len(door.asked) if may_keep and door.asked is not None else None,
        "may_name": found.takes and door.may_name(user),
        "may_come": found.takes and own is None and door.own_place(user) is not None,
        "opinion": queries.opinion(found) if may_keep and found.state == EventState.HELD else None,
        "may_certify": may_keep
        and bool(found.hours)
        and found.state == EventState.HELD
        and queries.uncertified(found).exists(),
        "clash": _own_clash(user, found),
    }
    return render(request, "development/events/event.html", context)


def _own_clash(user: Any, found: Event) -> str:
    """What else the person has at that time, while it is ahead."""
    asks = isinstance(user, User) and user.person_id is not None and not found.has_begun
    if not asks or found.state != EventState.ANNOUNCED:
        return ""
    return clash_words(queries.clashes(user, found, [user.person_id]), {})


@form_methods
@once
def new(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    territory = territory_of(user, TO_KEEP)
    form = EventForm(request.POST or None, territory=territory)
    made: list[Event] = []
    if form.is_valid() and carried_out(form, lambda: made.append(actions.create(territory, form.said, by=user))):
        tell(request, "Черновик готов. Проверьте его и объявите: до этого его видят только организаторы.")
        return redirect(made[0])
    return form_page(request, form, "Новое событие", trail(), button="Сохранить черновик")


@form_methods
@once
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    found = kept(request, public_id)
    given = EventForm.given(found)
    form = EventForm(request.POST or None, territory=found.territory, initial=given)
    if form.is_valid() and carried_out(form, lambda: actions.change(found, form.said, by=actor(request))):
        tell(request, "Событие изменено.")
        return redirect(found)
    text = "Если изменится время или место, записанные получат уведомление." if found.taken else ""
    return form_page(request, form, "Изменить событие", trail(found), text=text)


@require_POST
@once
def announce(request: HttpRequest, public_id: str) -> HttpResponse:
    found = kept(request, public_id)
    if not confirmed(request):
        text = "Событие появится в календаре тех, для кого оно, и откроется запись."
        if found.audience in ASKED:
            text += f" Приглашение получат организации: {found.invitations.count()}."
        back = found.get_absolute_url()
        nowhere = "" if found.place or found.link else "Не указано ни места, ни ссылки: куда прийти, никто не узнает."
        return confirm(request, title="Объявить событие?", text=text, button="Объявить", back=back, heed=nowhere)
    actions.announce(found, by=actor(request))
    tell(request, "Событие объявлено.")
    return redirect(found)


@form_methods
@once
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    found = kept(request, public_id)
    form = ReasonForm(request.POST or None, hint="Прочтут все, кто записан.")
    if form.is_valid() and carried_out(
        form, lambda: actions.cancel(found, by=actor(request), reason=form.cleaned_data["reason"])
    ):
        tell(request, "Событие отменено, записанные уведомлены.")
        return redirect(found)
    return form_page(request, form, "Отменить событие", trail(found), button="Отменить событие")


@require_GET
def ics(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), seen(request, public_id)
    content = taken_along(event_of(found), found.public_id, by=user, site=settings.OPORA_SITE)
    about: dict[str, Any] = {"path": found.territory.path, "confidential": found.confidential}
    return release(by=user, name=f"Событие {found.day}", kind="ics", content=content, on=found, **about)
