"""The registry of mentors."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.registry.queries import top_in
from opora.support.actions import mentors as actions
from opora.support.forms.mentoring import MentorForm
from opora.support.models.mentoring import Mentor
from opora.support.queries import mentoring as queries
from opora.support.tables.mentoring import MentorTable
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import Trail, confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods


def _trail(found: Mentor | None = None) -> Trail:
    above = ("Наставники", reverse("support:mentors"))
    return (above, (str(found), found.get_absolute_url())) if found else (above,)


def _mentor(request: HttpRequest, public_id: str) -> Mentor:
    return get_object_or_404(queries.mentors(actor(request)), public_id=public_id)


@require_GET
def mentors(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.REGISTRY_EDIT, to=actions.TO_KEEP)
    return MentorTable(request, queries.mentors(user)).response("support/mentoring/mentors.html")


@require_GET
def mentor(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who he is, and his pairs that the person may know."""
    found = _mentor(request, public_id)
    pairs = queries.pairs(actor(request)).filter(mentor=found)
    return render(request, "support/mentoring/mentor.html", {"mentor": found, "pairs": pairs})


@form_methods
@once
def new(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.REGISTRY_EDIT, to=actions.TO_KEEP)
    territory = top_in(user, Permission.REGISTRY_EDIT)
    form = MentorForm(request.POST or None, user=user, territory=territory)
    if form.is_valid() and carried_out(form, lambda: actions.add_mentor(by=user, **form.given)):
        tell(request, "Наставник внесён в реестр.")
        return redirect("support:mentors")
    return form_page(request, form, "Новый наставник", _trail())


@form_methods
@once
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), _mentor(request, public_id)
    form = MentorForm(request.POST or None, user=user, territory=found.organisation, mentor=found)
    if form.is_valid() and carried_out(form, lambda: actions.change_mentor(found, by=user, **form.given)):
        tell(request, "Наставник изменён.")
        return redirect(found)
    return form_page(request, form, f"Изменить: {found}", _trail(found))


@require_POST
@once
def archive(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _mentor(request, public_id)
    if not confirmed(request):
        text = "Новых пар ему предлагать не будут. Нынешние пары останутся, пока их не прекратят."
        back = found.get_absolute_url()
        return confirm(request, title="Убрать наставника в архив?", text=text, button="Убрать в архив", back=back)
    actions.archive_mentor(found, by=actor(request))
    tell(request, f"В архиве: {found}.", undo=reverse("support:restore_mentor", args=[found.public_id]))
    return redirect(found)


@require_POST
@once
def restore(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _mentor(request, public_id)
    actions.restore_mentor(found, by=actor(request))
    tell(request, f"Снова в реестре: {found}.")
    return redirect(found)
