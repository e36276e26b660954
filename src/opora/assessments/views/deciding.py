"""The draft of a list: composed from a run, corrected, proposed, approved by a second person."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from opora.assessments.actions import deciding as actions
from opora.assessments.forms.deciding import AddForm, ApproveForm, ChoiceForm, ComposeForm, ReturnForm
from opora.assessments.models import Decision, Selection, SelectionState
from opora.assessments.queries import deciding as queries
from opora.assessments.tables.deciding import ChoiceTable, SelectionTable, changing
from opora.core.actor import require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.actions import opened
from opora.lists.actions import RIGHT
from opora.registry.models import Organisation
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor, form_methods


def seen(request: HttpRequest, public_id: str) -> Selection:
    """The draft, or 404 where the person does not write lists there."""
    return get_object_or_404(queries.selections(actor(request)), public_id=public_id)


@require_GET
def selections(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.LISTS_EDIT, to=RIGHT)
    return SelectionTable(request, queries.selections(user)).response("assessments/deciding/selections.html")


@form_methods
@once
def compose(request: HttpRequest, public_id: str) -> HttpResponse:
    """A draft from a run."""
    user = actor(request)
    run = get_object_or_404(queries.runs(user).of_their_own(), public_id=public_id)
    form = ComposeForm(request.POST or None, run=run)
    if form.is_valid():
        made = actions.compose(run, by=user, **form.cleaned_data)
        tell(request, "Проект списка составлен. Проверьте его и решите о каждой спорной школе.")
        return redirect(made)
    return render(request, "assessments/deciding/form.html", {"form": form, "heading": "Проект списка", "back": run})


@require_GET
def selection(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), seen(request, public_id)
    opened(by=user, on=found, text=f"открыл(а) проект списка «{found}»", path=found.territory.path)
    draft = found.state == SelectionState.DRAFT
    all_columns = changing(found) if draft else ChoiceTable.columns
    columns = [one for one in all_columns if found.outside_id or one.key != "outside"]
    table = ChoiceTable(request, queries.choices(found, user), title=found.title, columns=columns)
    mine = found.proposer_id == user.actor_id
    context = {"selection": found, "draft": draft, "totals": queries.totals(found), "mine": mine}
    return table.response("assessments/deciding/selection.html", context)


@form_methods
@once
def decide(request: HttpRequest, public_id: str, school_id: str) -> HttpResponse:
    """The decision on one school, beside what the rule says of it."""
    user, found = actor(request), seen(request, public_id)
    choice = get_object_or_404(queries.choices(found, user), organisation__public_id=school_id)
    form = ChoiceForm(request.POST or None, initial={"decision": choice.decision, "reason": choice.reason})
    if form.is_valid():
        try:
            actions.decide(found, by=user, school=choice.organisation, **form.cleaned_data)
        except Refused as refusal:
            form.add_error("reason", str(refusal))
        else:
            tell(request, f"Решение о школе «{choice.organisation}» записано.")
            return redirect(found)
    context = {"form": form, "heading": str(choice.organisation), "back": found, "choice": choice}
    return render(request, "assessments/deciding/form.html", context)


@form_methods
@once
def add(request: HttpRequest, public_id: str) -> HttpResponse:
    """A school that the rule does not name."""
    user, found = actor(request), seen(request, public_id)
    form = AddForm(request.POST or None, territory=found.territory)
    if form.is_valid():
        school: Organisation = form.cleaned_data["school"]
        reason = form.cleaned_data["reason"]
        try:
            actions.decide(found, by=user, school=school, decision=Decision.INCLUDE, reason=reason)
        except Refused as refusal:
            form.add_error("school", str(refusal))
        else:
            tell(request, f"Школа включена в проект: {school}.")
            return redirect(found)
    return render(request, "assessments/deciding/form.html", {"form": form, "heading": "Включить школу", "back": found})


@require_POST
@once
def propose(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen(request, public_id)
    actions.propose(found, by=actor(request))
    tell(request, "Проект передан на утверждение. Утвердит его другой человек.")
    return redirect(found)


@form_methods
@once
def give_back(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen(request, public_id)
    form = ReturnForm(request.POST or None)
    if form.is_valid():
        actions.give_back(found, by=actor(request), comment=form.cleaned_data["comment"])
        tell(request, "Проект возвращён в работу.")
        return redirect(found)
    return render(request, "assessments/deciding/form.html", {"form": form, "heading": "Вернуть проект", "back": found})


@form_methods
@once
def approve(request: HttpRequest, public_id: str) -> HttpResponse:
    """A second person's word: the draft becomes the region's confidential list."""
    found = seen(request, public_id)
    form = ApproveForm(request.POST or None)
    if form.is_valid():
        made = actions.approve(found, by=actor(request), **form.cleaned_data)
        tell(request, "Список утверждён. Муниципалитетам и школам сообщено о них самих.")
        return redirect("lists:list", made.public_id)
    context = {"form": form, "heading": "Утвердить список", "back": found, "totals": queries.totals(found)}
    context["beside"] = list(queries.beside(found, actor(request)))
    return render(request, "assessments/deciding/form.html", context)


@require_POST
@once
def drop(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen(request, public_id)
    if not confirmed(request):
        text = "Решения сохранятся: проект можно будет вернуть в работу."
        return confirm(request, title="Отменить проект?", text=text, button="Отменить", back=found.get_absolute_url())
    actions.drop(found, by=actor(request))
    tell(request, "Проект отменён.")
    return redirect("assessments:selections")


@require_POST
@once
def restore(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen(request, public_id)
    actions.restore(found, by=actor(request))
    tell(request, "Проект возвращён в работу.")
    return redirect(found)
