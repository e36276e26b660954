"""A region's steps in the browser: versions, a draft, its steps, putting it into force."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.registry.models import Organisation
from opora.support.actions import sets as actions
from opora.support.conditions import CONDITIONS
from opora.support.forms.cases import StepForm
from opora.support.models import SetState, Step, StepSet
from opora.support.queries import sets as queries
from opora.support.shipped import shipped_steps
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import Trail, confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods


def _set(request: HttpRequest, public_id: str) -> StepSet:
    return get_object_or_404(StepSet.objects.visible(actor(request)).select_related("territory"), public_id=public_id)


def _step(request: HttpRequest, public_id: str, key: str) -> Step:
    mine = StepSet.objects.visible(actor(request))
    steps = Step.objects.filter(step_set__in=mine).select_related("step_set__territory")
    return get_object_or_404(steps, step_set__public_id=public_id, key=key)


def _titles(step: Step) -> list[str]:
    return [CONDITIONS[code].title for code in step.codes if code in CONDITIONS]


@require_GET
def step_sets(request: HttpRequest) -> HttpResponse:
    """The versions of the region; while there is none, the shipped steps, by which cases will go."""
    user = actor(request)
    require(user, Permission.LISTS_EDIT, to=actions.TO_CHANGE)
    found = queries.sets(user)
    current = next((one for one in found if one.state == SetState.CURRENT), None)
    steps = list(current.steps.order_by("order")) if current else shipped_steps()
    context = {"sets": found, "current": current, "steps": [(step, _titles(step)) for step in steps]}
    return render(request, "support/sets.html", context)


@require_POST
@once
def start(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.LISTS_EDIT, to=actions.TO_CHANGE)
    place = Organisation.objects.filter(user.scope(Permission.LISTS_EDIT).q("path")).order_by("path")[0]
    made = actions.start_draft(place, by=user)
    tell(request, f"Черновик версии {made.number}: меняйте шаги, потом введите их в действие.")
    return redirect(made)


@require_GET
def step_set(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _set(request, public_id)
    steps = list(found.steps.order_by("order"))
    rows = [(step, _titles(step)) for step in steps]
    context = {"set": found, "steps": rows, "is_draft": found.state == SetState.DRAFT}
    return render(request, "support/set.html", context)


def _trail(found: StepSet) -> Trail:
    return ("Шаги сопровождения", reverse("support:step_sets")), (str(found), found.get_absolute_url())


@form_methods
@once
def add(request: HttpRequest, public_id: str) -> HttpResponse:
    found, form = _set(request, public_id), StepForm(request.POST or None)
    if form.is_valid() and carried_out(form, lambda: actions.add_step(found, by=actor(request), **form.cleaned_data)):
        tell(request, "Шаг добавлен в конец: переставьте его, если нужно.")
        return redirect(found)
    return form_page(request, form, "Новый шаг", _trail(found))


@form_methods
@once
def step(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    found = _step(request, public_id, key)
    form = StepForm.of(found, request.POST or None)
    if form.is_valid() and carried_out(form, lambda: actions.edit_step(found, by=actor(request), **form.cleaned_data)):
        tell(request, "Шаг изменён.")
        return redirect(found.step_set)
    return form_page(request, form, f"Шаг «{found}»", _trail(found.step_set))


@require_POST
@once
def move(request: HttpRequest, public_id: str, key: str, up: bool) -> HttpResponse:
    found = _step(request, public_id, key)
    actions.move_step(found, by=actor(request), up=up)
    return redirect(f"{found.step_set.get_absolute_url()}#{key}")


@require_POST
@once
def remove(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    found = _step(request, public_id, key)
    if not confirmed(request):
        text = "В черновике его не станет. В прежних версиях и открытых делах он останется."
        back = found.step_set.get_absolute_url()
        return confirm(request, title=f"Убрать шаг «{found}»?", text=text, button="Убрать шаг", back=back)
    actions.remove_step(found, by=actor(request))
    tell(request, f"Шаг «{found}» убран.")
    return redirect(found.step_set)


@require_POST
@once
def publish(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _set(request, public_id)
    if not confirmed(request):
        text = "По ним пойдут дела, которые откроются потом. Открытые дела идут по прежним шагам."
        back = found.get_absolute_url()
        return confirm(request, title="Ввести шаги в действие?", text=text, button="Ввести в действие", back=back)
    actions.publish(found, by=actor(request))
    tell(request, f"Шаги версии {found.number} введены в действие.")
    return redirect("support:step_sets")


@require_POST
@once
def drop(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _set(request, public_id)
    if not confirmed(request):
        back = found.get_absolute_url()
        text = "Шаги, которые действуют сейчас, не изменятся."
        return confirm(request, title="Отменить черновик?", text=text, button="Отменить черновик", back=back)
    actions.drop_draft(found, by=actor(request))
    tell(request, "Черновик отменён.")
    return redirect("support:step_sets")
