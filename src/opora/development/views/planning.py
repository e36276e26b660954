"""The plan of a teacher in the browser."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.development.actions import planning as actions
from opora.development.forms.planning import ChangeLineForm, DoneForm, LineForm
from opora.development.models import Sitting, SittingState, Undertaking
from opora.development.models.sittings import headed
from opora.development.queries import planning as queries
from opora.development.queries import sittings
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor, form_methods


def _own(request: HttpRequest, public_id: str) -> Sitting:
    rows = sittings.own(actor(request)).filter(state=SittingState.DONE)
    return get_object_or_404(rows.select_related("diagnosis__version__instrument"), public_id=public_id)


def _line(request: HttpRequest, public_id: str, line_id: str) -> Undertaking:
    found = get_object_or_404(queries.line(line_id, actor(request)))
    if found.sitting.public_id != public_id:
        raise Http404
    return found


def _deficits(sitting: Sitting) -> list[str]:
    """The deficits; all scales where there are none: a plan may be made all the same."""
    scores = list(sitting.scores.all())
    return [one.title for one in scores if one.deficit] or [one.title for one in scores]


@require_GET
def plan(request: HttpRequest, public_id: str) -> HttpResponse:
    user = actor(request)
    done = sittings.seen(user).filter(state=SittingState.DONE)
    found = get_object_or_404(done, public_id=public_id)
    lines = queries.lines(found)
    is_own = sittings.own(user).filter(pk=found.pk).exists()
    context = {
        "one": found,
        "lines": lines,
        "done": sum(line.done_at is not None for line in lines),
        "is_own": is_own,
        "checks": not is_own and found.organisation.path in headed(user),
        "deficits": [score.title for score in found.scores.all() if score.deficit],
        "later": sittings.since(found, user),
    }
    return render(request, "development/plan.html", context)


@require_POST
@once
def draft(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _own(request, public_id)
    count = actions.draft(found, by=actor(request))
    tell(request, f"План составлен, строк: {count}. Уберите лишнее, добавьте своё.")
    return redirect("development:plan", public_id)


def _page(request: HttpRequest, found: Sitting, form: forms.Form, heading: str, button: str) -> HttpResponse:
    context = {"form": form, "one": found, "heading": heading, "button": button}
    context["back"] = reverse("development:plan", args=[found.public_id])
    return render(request, "development/line.html", context)


@form_methods
@once
def add_line(request: HttpRequest, public_id: str) -> HttpResponse:
    found, user = _own(request, public_id), actor(request)
    deficits = _deficits(found)
    helps = queries.against(deficits, found.diagnosis.version.instrument.subject, user)
    form = LineForm(request.POST or None, deficits=deficits, helps=helps)
    if form.is_valid() and carried_out(form, lambda: actions.add_line(found, by=user, **form.cleaned_data)):
        tell(request, "Добавлено в план.")
        return redirect("development:plan", public_id)
    return _page(request, found, form, "Новая строка плана", "Добавить")


@form_methods
@once
def change_line(request: HttpRequest, public_id: str, line_id: str) -> HttpResponse:
    found, line = _own(request, public_id), _line(request, public_id, line_id)
    form = ChangeLineForm(request.POST or None, initial={"title": line.title, "who": line.who, "due": line.due})
    by = actor(request)
    if form.is_valid() and carried_out(form, lambda: actions.change_line(line, by=by, **form.cleaned_data)):
        return redirect("development:plan", public_id)
    return _page(request, found, form, f"Изменить: {line}", "Сохранить")


@form_methods
@once
def do_line(request: HttpRequest, public_id: str, line_id: str) -> HttpResponse:
    found, line = _own(request, public_id), _line(request, public_id, line_id)
    form, by = DoneForm(request.POST or None), actor(request)
    if form.is_valid() and carried_out(form, lambda: actions.do_line(line, by=by, **form.cleaned_data)):
        undo = reverse("development:undo_line", args=[public_id, line_id])
        tell(request, f"Сделано: {line}.", undo=undo)
        return redirect("development:plan", public_id)
    return _page(request, found, form, f"Сделано: {line}", "Отметить сделанным")


@require_POST
def undo_line(request: HttpRequest, public_id: str, line_id: str) -> HttpResponse:
    _own(request, public_id)
    line = _line(request, public_id, line_id)
    if not confirmed(request):
        text = f"Написанное подтверждение уйдёт: «{line.evidence}»."
        back = reverse("development:plan", args=[public_id])
        return confirm(request, title=f"Ещё не сделано: {line}?", text=text, button="Снять отметку", back=back)
    actions.undo_line(line, by=actor(request))
    return redirect("development:plan", public_id)


@require_POST
def remove_line(request: HttpRequest, public_id: str, line_id: str) -> HttpResponse:
    _own(request, public_id)
    line = _line(request, public_id, line_id)
    if not confirmed(request):
        text = f"«{line}» уйдёт из плана. Из каталога её можно взять снова."
        back = reverse("development:plan", args=[public_id])
        return confirm(request, title="Убрать из плана?", text=text, button="Убрать", back=back)
    actions.remove_line(line, by=actor(request))
    tell(request, f"Убрано из плана: {line}.")
    return redirect("development:plan", public_id)


@require_POST
def check_line(request: HttpRequest, public_id: str, line_id: str) -> HttpResponse:
    line = _line(request, public_id, line_id)
    actions.check_line(line, by=actor(request))
    tell(request, f"Проверено: {line}.")
    return redirect("development:plan", public_id)
