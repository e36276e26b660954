"""Who comes: named by an organisation or by oneself, taken off, marked as having been there."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.access.models import User
from opora.core.actor import Denied
from opora.development.actions.events import keeping, places
from opora.development.actions.events.places import Comer
from opora.development.event_tables import WITHDRAW, PeopleTable
from opora.development.forms.events import ComersForm, PlaceForm, PresentForm
from opora.development.models import Event, Registration, RegistrationState
from opora.development.queries import events as queries
from opora.development.views.events.common import keeps, kept, seen, trail
from opora.development.views.events.outcomes import AT_ONCE
from opora.notices.clashes import clash_words
from opora.registry.models import Organisation
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods


@require_GET
def people(request: HttpRequest, public_id: str) -> HttpResponse:
    """Those of whom the person may know."""
    found = seen(request, public_id)
    columns = (*PeopleTable.columns, WITHDRAW) if keeps(request, found) else None
    table = PeopleTable(request, queries.registrations(actor(request), found), columns=columns)
    parts = -(-queries.certificates_of(found, actor(request)).count() // AT_ONCE)
    return table.response("development/events/people.html", {"event": found, "parts": range(1, parts + 1)})


@form_methods
@once
def register(request: HttpRequest, public_id: str) -> HttpResponse:
    """The organisation where there are several, then its people; what they have at that time is asked about once."""
    user, found = actor(request), seen(request, public_id)
    allowed = queries.registering(user, found)
    asked = request.GET.get("organisation", "")
    several = list(allowed[:2])
    if not several:
        raise Denied("Записывать людей на это событие может тот, кто отвечает за приглашённую организацию.")
    if len(several) > 1 and not asked:
        form = PlaceForm(None, places=allowed)
        return render(request, "development/events/place_form.html", {"event": found, "form": form})
    organisation = get_object_or_404(allowed, public_id=asked) if asked else several[0]
    form_of = ComersForm(request.POST or None, staff=queries.staff(user, organisation))
    if form_of.is_valid():
        comers = form_of.comers(organisation)
        if (clash := _clash(request, found, comers)) and not confirmed(request):
            return _ask(request, found, clash)
        made: list[Registration] = []
        if carried_out(
            form_of, lambda: made.extend(places.register(found, comers, by=user, organisation=organisation))
        ):
            tell(request, _told(made))
            return redirect(found)
    heading = f"Записать: {organisation}"
    return form_page(request, form_of, heading, trail(found), button="Записать", text=_room(found))


def _clash(request: HttpRequest, found: Event, comers: Sequence[Comer]) -> str:
    names = {one.person.pk: one.name for one in comers if one.person}
    return clash_words(queries.clashes(actor(request), found, list(names)), names)


def _ask(request: HttpRequest, found: Event, clash: str) -> HttpResponse:
    text = f"В это же время: {clash}."
    back = found.get_absolute_url()
    return confirm(request, title="Записать всё равно?", text=text, button="Записать", back=back)


def _told(made: Sequence[Registration]) -> str:
    wait = sum(one.state == RegistrationState.WAITING for one in made)
    if not made:
        return "Все они уже записаны."
    return f"Записаны: {len(made) - wait}." + (f" В листе ожидания: {wait}." if wait else "")


def _room(found: Event) -> str:
    if found.left is None:
        return ""
    if found.left and found.counted is None:  # type: ignore[attr-defined]  # annotated
        return "Свободные места есть. Кому не хватит, встанут в лист ожидания."
    if found.left:
        return f"Свободных мест: {found.left}. Кому не хватит, встанут в лист ожидания."
    return "Свободных мест нет: люди встанут в лист ожидания и получат место, как только оно освободится."


@require_POST
@once
def come(request: HttpRequest, public_id: str) -> HttpResponse:
    """Oneself."""
    user, found = actor(request), seen(request, public_id)
    place: Organisation | None = queries.Door.of(found).own_place(user)
    if place is None or not isinstance(user, User):
        raise Denied("Это событие не для вашей организации.")
    person = user.person
    if person and not confirmed(request) and (clash := _clash(request, found, [Comer("", person=person)])):
        return _ask(request, found, clash)
    row = places.register_oneself(found, by=user, organisation=place)
    tell(
        request,
        "Вы записаны." if row.state == RegistrationState.GOING else "Мест нет: вы в листе ожидания, мы сообщим.",
        undo=reverse("development:leave_event", args=[found.public_id, row.public_id]),
    )
    return redirect(found)


@require_POST
@once
def leave(request: HttpRequest, public_id: str, row_id: str) -> HttpResponse:
    user, found = actor(request), seen(request, public_id)
    row = get_object_or_404(queries.registrations(user, found), public_id=row_id)
    places.check_withdraws(row, user)
    if not confirmed(request):
        waits = row.state == RegistrationState.WAITING
        text = "Из листа ожидания человек уйдёт." if waits else "Место перейдёт первому в листе ожидания."
        text += " Записаться снова можно, но уже в конец очереди."
        back = found.get_absolute_url()
        return confirm(request, title=f"Снять запись: {row}?", text=text, button="Снять запись", back=back)
    places.withdraw(row, by=user)
    tell(request, f"Запись снята: {row}.")
    return redirect(found)


@form_methods
@once
def attendance(request: HttpRequest, public_id: str) -> HttpResponse:
    found = kept(request, public_id)
    rows = found.registrations.going().select_related("organisation")
    people = list(rows.order_by("organisation__sort_name", "sort_name"))
    form = PresentForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        present = form.cleaned_data["present"]
        if carried_out(form, lambda: keeping.hold(found, by=actor(request), present=present)):
            tell(request, "Присутствие отмечено.")
            return redirect(found)
    return form_page(request, form, "Кто был", trail(found), text="Снимите отметку с тех, кого не было.")
