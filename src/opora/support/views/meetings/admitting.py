"""To whom the region entrusts listed schools for a meeting."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.text import plural
from opora.lists.actions.knowing import TO_ENTRUST
from opora.lists.capability import may_entrust
from opora.support.actions import admitting as actions
from opora.support.forms.meetings import AdmitForm
from opora.support.queries import meetings as queries
from opora.support.views.meetings.pages import kept, trail
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods

USUAL = dt.timedelta(days=30)  # after the meeting


@form_methods
@once
def admit(request: HttpRequest, public_id: str) -> HttpResponse:
    """What they will learn is said before; it can be undone."""
    found, user = kept(request, public_id), actor(request)
    if not may_entrust(user, found.body.organisation.path):
        raise Denied(f"У вас нет права {TO_ENTRUST}. Обратитесь к региональному координатору.")
    people, schools = queries.blind(found), queries.listed_schools(found, user)
    until = max(found.day, today()) + USUAL
    form = AdmitForm(request.POST or None, people=people, schools=schools, until=until)
    if form.is_valid():
        given = form.cleaned_data
        if not confirmed(request):
            return confirm(request, **_asked(given), back=request.path)
        made: list[list[object]] = []
        if carried_out(form, lambda: made.append([*actions.admit(found, by=user, **given)])):
            batch = getattr(made[0][0], "batch", "") if made[0] else ""
            undo = reverse("lists:undo_entrusting", args=[batch]) if batch else ""
            tell(request, "Школы открыты участникам." if batch else "Им уже открыты эти школы.", undo=undo)
            return redirect(found)
    text = "Кому школы открыты, видит заседание, его повестку и протокол и дела этих школ. Каждая запись — в журнале."
    if not people:
        text = "Открывать некому: все приглашённые с учётной записью видят заседание по своему праву."
    return form_page(request, form, "Открыть школы участникам", trail(found), button="Открыть школы", text=text)


def _asked(given: dict[str, object]) -> dict[str, str]:
    people, schools = list(given["people"]), list(given["schools"])  # type: ignore[call-overload]
    text = (
        f"{', '.join(map(str, people))}: узнают, что эти школы в списке, увидят их дела и заседание до "
        f"{given['until']:%d.%m.%Y} и получат уведомление. Школы: {', '.join(map(str, schools))}."
    )
    count = len(schools)
    return {
        "title": f"Открыть {count} {plural(count, 'школу', 'школы', 'школ')}?",
        "text": text,
        "button": "Открыть школы",
    }
