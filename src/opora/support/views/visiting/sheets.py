"""The region's observation sheet in the browser: its versions, a draft, putting it into force."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.registry.queries import top_in
from opora.support.actions import sheets as actions
from opora.support.forms.visits import SheetForm
from opora.support.models.sheets import ObservationSheet
from opora.support.models.steps import SetState
from opora.support.queries import sets as queries
from opora.support.shipped import shipped_sheet
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods


def _sheet(request: HttpRequest, public_id: str) -> ObservationSheet:
    mine = ObservationSheet.objects.visible(actor(request)).select_related("territory")
    return get_object_or_404(mine, public_id=public_id)


@require_GET
def sheets(request: HttpRequest) -> HttpResponse:
    """The versions of the region; while there is none, the shipped sheet, by which lessons will be judged."""
    user = actor(request)
    require(user, Permission.LISTS_EDIT, to=actions.TO_CHANGE)
    found = queries.sheets(user)
    current = next((one for one in found if one.state == SetState.CURRENT), None)
    shipped = shipped_sheet()
    context = {
        "sheets": found,
        "current": current,
        "criteria": (current.criteria if current else shipped["criteria"]).values(),
        "scale": current.scale if current else shipped["scale"],
    }
    return render(request, "support/visiting/sheets.html", context)


@require_POST
@once
def start(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.LISTS_EDIT, to=actions.TO_CHANGE)
    made = actions.start_sheet(top_in(user, Permission.LISTS_EDIT), by=user)
    tell(request, f"Черновик версии {made.number}: измените лист, потом введите его в действие.")
    return redirect(made)


@require_GET
def sheet(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _sheet(request, public_id)
    context = {"sheet": found, "criteria": found.criteria.values(), "is_draft": found.state == SetState.DRAFT}
    return render(request, "support/visiting/sheet.html", context)


@form_methods
@once
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _sheet(request, public_id)
    form = SheetForm(request.POST or None, initial=SheetForm.of(found))
    if form.is_valid() and carried_out(form, lambda: actions.edit_sheet(found, by=actor(request), **form.given)):
        tell(request, "Лист изменён.")
        return redirect(found)
    trail = (
        ("Визиты", reverse("support:visits")),
        ("Лист наблюдения", reverse("support:observation_sheets")),
        (str(found), found.get_absolute_url()),
    )
    return form_page(request, form, "Изменить лист", trail)


@require_POST
@once
def publish(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _sheet(request, public_id)
    if not confirmed(request):
        count = actions.to_come(found.territory).count()
        text = (
            f"По нему будут оценивать уроки новых визитов и тех назначенных, чей день ещё впереди и о которых ничего "
            f"не записано: {count}. Их команды узнают, что пакет дня и файл надо взять заново. Остальные визиты идут "
            "по прежнему листу."
        )
        back = found.get_absolute_url()
        return confirm(request, title="Ввести лист в действие?", text=text, button="Ввести в действие", back=back)
    count = actions.publish_sheet(found, by=actor(request))
    tell(request, f"Лист наблюдения версии {found.number} введён в действие. Перешло на него визитов: {count}.")
    return redirect("support:observation_sheets")


@require_POST
@once
def drop(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _sheet(request, public_id)
    if not confirmed(request):
        back = found.get_absolute_url()
        text = "Лист, который действует сейчас, не изменится."
        return confirm(request, title="Отменить черновик?", text=text, button="Отменить черновик", back=back)
    actions.drop_sheet(found, by=actor(request))
    tell(request, "Черновик отменён.")
    return redirect("support:observation_sheets")
