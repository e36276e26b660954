from __future__ import annotations

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET

from opora.assessments.actions.scales import TO_KEEP, Limits, set_scales
from opora.assessments.forms.scales import ScaleForm, ScalesForm
from opora.assessments.models import Scale
from opora.assessments.scales import shipped
from opora.assessments.tables.loading import ScaleTable
from opora.assessments.territory import territory_of
from opora.core.actor import require
from opora.core.permissions import Permission
from opora.core.text import plural
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods


@require_GET
def scales(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.RESULTS_EDIT, to=TO_KEEP)
    rows = Scale.objects.visible(user).current()
    return ScaleTable(request, rows).response("assessments/scales.html", {"shipped": shipped()})


@form_methods
@once
def new(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    territory = territory_of(user)
    form = ScaleForm(request.POST or None)
    if form.is_valid():
        changed = set_scales([form.limits], by=user, territory=territory)
        tell(request, f"Шкала «{form.limits}» сохранена." if changed else "Такая шкала уже есть: изменений нет.")
        return redirect("assessments:scales")
    context = {"form": form, "heading": "Новая шкала"}
    return render(request, "assessments/scale_form.html", context, status=422 if form.errors else 200)


@form_methods
@once
def upload(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    territory = territory_of(user)
    form = ScalesForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        changed = set_scales(form.scales, by=user, territory=territory)
        words = plural(changed, "шкала", "шкалы", "шкал")
        tell(request, f"Внесено или изменено: {changed} {words}." if changed else "Все эти шкалы уже есть.")
        return redirect("assessments:scales")
    context = {"form": form, "heading": "Загрузить шкалы"}
    return render(request, "assessments/scale_form.html", context, status=422 if form.errors else 200)


@form_methods
@once
def scale(request: HttpRequest, public_id: str) -> HttpResponse:
    """One scale with its versions; what is saved is a new version."""
    user = actor(request)
    found = get_object_or_404(Scale.objects.visible(user).select_related("territory"), public_id=public_id)
    key = {name: getattr(found, name) for name in ("year", "procedure", "subject", "grade")}
    limits = Limits(**key, last_2=found.last_2, last_3=found.last_3, last_4=found.last_4, highest=found.highest)
    form = ScaleForm(request.POST or None, initial=asdict(limits))
    if form.is_valid():
        set_scales([form.limits], by=user, territory=found.territory)
        tell(request, f"Шкала «{form.limits}» сохранена. Прежняя версия осталась в истории.")
        return redirect("assessments:scales")
    versions = ScaleTable(
        request, Scale.objects.visible(user).filter(territory=found.territory, **key), name="versions", title="Версии"
    )
    context = {"form": form, "heading": str(found), "scale": found, "table": versions}
    return render(request, "assessments/scale.html", context, status=422 if form.errors else 200)
