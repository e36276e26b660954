"""Meetings in the browser: the list, a meeting, setting, changing, inviting, cancelling, the one after."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.exports.actions import release
from opora.journal.actions import opened
from opora.lists.capability import may_entrust
from opora.notices.calendar import taken_along
from opora.notices.clashes import clashes, warning
from opora.roadmaps.models import RoadMap
from opora.support.actions import meetings as actions
from opora.support.calendar import event_of
from opora.support.forms.meetings import CancelForm, MeetingForm, NewMeetingForm
from opora.support.models.meetings import Meeting, MeetingState
from opora.support.queries import meetings as queries
from opora.support.tables.meetings import MeetingTable
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import Trail, confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods


def seen(request: HttpRequest, public_id: str) -> Meeting:
    return get_object_or_404(queries.meetings(actor(request)), public_id=public_id)


def kept(request: HttpRequest, public_id: str) -> Meeting:
    """The meeting, for those who keep it."""
    found = seen(request, public_id)
    require(actor(request), Permission.DOCUMENTS_EDIT, found.body.organisation.path, to=actions.TO_KEEP)
    return found


def trail(of: Meeting | None = None) -> Trail:
    above = ("Заседания", reverse("support:meetings"))
    return (above, (str(of), of.get_absolute_url())) if of else (above,)


@require_GET
def meetings(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.ROADMAPS_VIEW, to="видеть заседания рабочих групп")
    context = {"may_plan": user.may(Permission.DOCUMENTS_EDIT)}
    return MeetingTable(request, queries.listed(user)).response("support/meetings/list.html", context)


@require_GET
def meeting(request: HttpRequest, public_id: str) -> HttpResponse:
    """Everything about one. That one about listed schools was opened is journalled."""
    user, found = actor(request), seen(request, public_id)
    path = found.body.organisation.path
    if found.confidential:
        opened(by=user, on=found, text=f"открыл(а) заседание «{found}»", path=path)
    people, decisions = list(found.people.all()), queries.decisions(found)
    may_admit = found.confidential and found.state != MeetingState.CANCELLED and may_entrust(user, path)
    context = {
        "meeting": found,
        "people": people,
        "agenda": list(found.agenda.all()),
        "decisions": decisions,
        "quorum": queries.quorum(people),
        "may_admit": may_admit,
        "admitted": queries.admitted(found) if may_admit else [],
        "may_keep": user.may(Permission.DOCUMENTS_EDIT, path),
        "may_approve": user.may(Permission.DOCUMENTS_APPROVE, path),
        "is_open": found.state in (MeetingState.PLANNED, MeetingState.HELD),
        "roadmap": RoadMap.objects.visible(user).filter(document__public_id=found.document_id).first()
        if found.document_id
        else None,
    }
    return render(request, "support/meetings/meeting.html", context)


@form_methods
@once
def new(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.DOCUMENTS_EDIT, to="назначать заседания")
    form = NewMeetingForm(request.POST or None, bodies=queries.bodies(user))
    made: list[Meeting] = []
    if form.is_valid():
        given = form.cleaned_data
        if carried_out(form, lambda: made.append(actions.plan(by=user, **given))):
            tell(request, "Заседание назначено. Проверьте повестку и разошлите приглашения.")
            return redirect(made[0])
    return form_page(request, form, "Назначить заседание", trail(), button="Назначить заседание")


@form_methods
@once
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    found = kept(request, public_id)
    form = MeetingForm.of(found, request.POST or None)
    if form.is_valid() and carried_out(form, lambda: actions.change(found, by=actor(request), **form.cleaned_data)):
        found.refresh_from_db()
        tell(request, f"Заседание изменено.{_warned(request, found)}")
        return redirect(found)
    return form_page(request, form, "Изменить заседание", trail(found), button="Сохранить")


@form_methods
@once
def following(request: HttpRequest, public_id: str) -> HttpResponse:
    """The next meeting of the group, with what was not carried out brought forward."""
    user, found = actor(request), kept(request, public_id)
    agenda = "О выполнении решений прошлого заседания"
    form = MeetingForm.of(found, request.POST or None, day=actions.next_day(found), agenda=agenda)
    made: list[Meeting] = []
    if form.is_valid():
        given = form.cleaned_data
        if carried_out(form, lambda: made.append(actions.plan(found.body, by=user, previous=found, **given))):
            count = made[0].decisions.count()
            tell(request, f"Следующее заседание назначено, перенесено невыполненных решений: {count}.")
            return redirect(made[0])
    return form_page(request, form, "Следующее заседание", trail(found), button="Назначить заседание")


def _warned(request: HttpRequest, found: Meeting) -> str:
    """What those who are asked to come have at that time."""
    rows = found.people.filter(user__person__isnull=False).values_list("user__person", "name")
    names = {person: name for person, name in rows if person is not None}
    return warning(clashes(actor(request), names, found.begins_at, found.ends_at, but=found.public_id), names)


@require_POST
@once
def invite(request: HttpRequest, public_id: str) -> HttpResponse:
    found = kept(request, public_id)
    if not confirmed(request):
        text = "Уведомление и запись в календаре получат те, у кого есть учётная запись; остальным передайте файл .ics."
        text += _warned(request, found)
        back = found.get_absolute_url()
        return confirm(request, title="Разослать приглашения?", text=text, button="Разослать приглашения", back=back)
    count = actions.invite(found, by=actor(request))
    tell(request, f"Приглашения разосланы: {count}.")
    return redirect(found)


@form_methods
@once
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    found, form = kept(request, public_id), CancelForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, lambda: actions.cancel(found, by=actor(request), reason=form.cleaned_data["reason"])
    ):
        tell(request, "Заседание отменено.")
        return redirect(found)
    return form_page(request, form, "Отменить заседание", trail(found), button="Отменить заседание")


@require_GET
def ics(request: HttpRequest, public_id: str) -> HttpResponse:
    """The invitation for a calendar; taking it is journalled as every copy is."""
    found = seen(request, public_id)
    user = actor(request)
    content = taken_along(event_of(found), found.public_id, by=user, site=settings.OPORA_SITE)
    about: dict[str, Any] = {"path": found.body.organisation.path, "confidential": found.confidential}
    return release(by=user, name=f"Заседание {found.day}", kind="ics", content=content, on=found, **about)
