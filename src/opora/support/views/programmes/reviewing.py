"""The queue of programmes, the experts asked about them, and what an expert answers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.access.models import User
from opora.core.actor import Denied, require
from opora.core.permissions import Permission
from opora.registry.models import Organisation
from opora.support.actions import reviewing as actions
from opora.support.actions.programmes import may_agree
from opora.support.forms.programmes import AssignForm, ReviewForm
from opora.support.models import Programme, ProgrammeState, Review
from opora.support.queries import programmes as queries
from opora.support.tables.programmes import ProgrammeTable
from opora.support.views.programmes.pages import trail
from opora.ui import words
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods

TO_ASSIGN = "назначать экспертов программ"


@require_GET
def programmes(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.LISTS_VIEW, to="видеть программы школ")
    table = ProgrammeTable(request, queries.programmes(user))
    return table.response("support/programmes.html", {"may_assign": user.may(Permission.LISTS_EDIT)})


@form_methods
@once
def assign(request: HttpRequest) -> HttpResponse:
    """Experts for all programmes that are approved: those who have enough keep them."""
    user = actor(request)
    require(user, Permission.LISTS_EDIT, to=TO_ASSIGN)
    region = Organisation.objects.filter(user.scope(Permission.LISTS_EDIT).q("path")).order_by("path")[0]
    inside = user.scope(Permission.LISTS_EDIT).q("case__school__path")
    waiting = Programme.objects.visible(user).filter(inside, state=ProgrammeState.APPROVED)
    form = AssignForm(request.POST or None, experts=actions.experts(region))
    back = reverse("support:programmes")
    if form.is_valid():
        given = form.cleaned_data
        told = {"chosen": list(given["experts"]), "each": given["each"], "due": given["due"]}
        made: list[int] = []
        if carried_out(form, lambda: made.append(actions.assign(list(waiting), by=user, **told))):
            some = f"Назначено экспертиз: {made[0]}. Эксперты получили извещения."
            tell(request, some if made[0] else "Новых экспертиз нет: экспертов у программ уже столько. Срок изменён.")
            return redirect(back)
    context = {"form": form, "waiting": waiting.count(), "back": back}
    return render(request, "support/assign.html", context, status=422 if form.errors else 200)


def _review(request: HttpRequest, public_id: str) -> Review:
    mine = Review.objects.visible(actor(request))
    related = mine.select_related("expert", "programme__case__school__parent")
    return get_object_or_404(related, public_id=public_id)


@form_methods
@once
def review(request: HttpRequest, public_id: str) -> HttpResponse:
    """The expert's own page: points by criteria, or that he steps aside."""
    found, user = _review(request, public_id), request.user
    if not isinstance(user, User) or found.expert_id != user.pk:
        raise Denied("Эта экспертиза назначена другому эксперту.")
    form, back = ReviewForm(request.POST or None), found.programme.get_absolute_url()
    if form.is_valid():
        comment = form.cleaned_data["comment"]
        if form.cleaned_data["conflict"]:
            done = carried_out(form, lambda: actions.step_aside(found, by=user, comment=comment))
        else:
            done = carried_out(form, lambda: actions.give(found, by=user, scores=form.scores, comment=comment))
        if done:
            tell(request, "Экспертиза записана.")
            return redirect(back)
    heading = f"Экспертиза программы: {found.programme.case.school.short_name}"
    due = found.programme.review_due
    text = f"Срок — {words.until(due)}. Потом изменить баллы и заключение нельзя." if due else ""
    return form_page(request, form, heading, trail(found.programme), button="Дать экспертизу", text=text)


@require_POST
@once
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _review(request, public_id)
    if not may_agree(actor(request), found.programme.case):
        raise Denied("Экспертов назначает региональная группа.")
    back = found.programme.get_absolute_url()
    if not confirmed(request):
        title, button = f"Снять назначение: {found.expert.get_full_name()}?", "Снять назначение"
        return confirm(request, title=title, text="Его экспертизу ждать не будем.", button=button, back=back)
    actions.withdraw(found, by=actor(request))
    tell(request, "Назначение снято.")
    return redirect(back)
