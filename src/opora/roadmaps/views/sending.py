"""«Рассылка»: what would be sent, what is unclear, and the button."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.workflow import Refused
from opora.registry.forms import OrganisationField
from opora.registry.models import Body, Organisation
from opora.registry.resolve import resolve
from opora.roadmaps.actions import planning
from opora.roadmaps.actions.dating.asking import scheduled
from opora.roadmaps.actions.sending import request_sending
from opora.roadmaps.expansion import expand
from opora.roadmaps.forms import DatesForm, MoveForm, NameForm
from opora.roadmaps.menu import roadmap_url
from opora.roadmaps.models import Activity, RoadMap, Window
from opora.roadmaps.views.common import editable_roadmap, shown
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods


@require_GET
def sending(request: HttpRequest, public_id: str) -> HttpResponse:
    return _page(request, editable_roadmap(request, public_id))


def _page(
    request: HttpRequest, roadmap: RoadMap, *, name_form: NameForm | None = None, move_form: MoveForm | None = None
) -> HttpResponse:
    expansion = expand(roadmap)
    names = [
        (
            text,
            lines,
            name_form if name_form and name_form.data.get("name") == text else NameForm(initial={"name": text}),
        )
        for text, lines in expansion.unknown
    ]
    bound = any(form is not None for form in (name_form, move_form))
    return shown(
        request,
        roadmap,
        "sending",
        status=422 if bound else 200,
        expansion=expansion,
        names=names,
        scheduled=scheduled(expansion),
        without_account=expansion.without_account(),
        move_form=move_form or MoveForm(),
    )


def _back(roadmap: RoadMap) -> HttpResponse:
    return HttpResponseRedirect(reverse("roadmaps:sending", args=[roadmap.public_id]))


@require_POST
@once
def name(request: HttpRequest, public_id: str) -> HttpResponse:
    """What a name means, remembered as an alias; or that it is left out."""
    roadmap = editable_roadmap(request, public_id)
    form = NameForm(request.POST)
    user = actor(request)
    if form.is_valid():
        text = form.cleaned_data["name"]
        if request.POST.get("do") in ("skip", "unskip"):
            planning.skip_name(roadmap, text, by=user, skipped=request.POST["do"] == "skip")
            return _back(roadmap)
        try:
            _remember(roadmap, form, text, request)
        except Refused as refused:
            form.add_error(None, str(refused))
        except ValidationError as error:
            form.add_error("organisation", error)
        else:
            tell(request, f"Запомнено, кто такие «{text}». В следующих документах спрашивать не придётся.")
            return _back(roadmap)
    return _page(request, roadmap, name_form=form)


def _remember(roadmap: RoadMap, form: NameForm, text: str, request: HttpRequest) -> None:
    group, wanted = form.cleaned_data["group"], form.cleaned_data["organisation"].strip()
    if bool(group) == bool(wanted):
        raise Refused("Выберите группу или напишите название одной организации.")
    if group:
        planning.name_means(roadmap, text, by=actor(request), group=group)
        return
    meant = resolve(wanted, roadmap.organisation)
    if isinstance(meant, Body):
        planning.name_means(roadmap, text, by=actor(request), body=meant)
        return
    user = actor(request)
    found = OrganisationField().place(user, roadmap.organisation).one(wanted)
    planning.name_means(roadmap, text, by=user, organisation=found)


@require_POST
@once
def windows(request: HttpRequest, public_id: str) -> HttpResponse:
    """Move the chosen windows, leave them out, or take them in again."""
    roadmap = editable_roadmap(request, public_id)
    chosen = Window.objects.filter(activity__roadmap=roadmap, pk__in=_numbers(request.POST.getlist("window")))
    user = actor(request)
    done = request.POST.get("do")
    if done in ("skip", "unskip"):
        count = planning.set_windows(roadmap, chosen, by=user, skipped=done == "skip")
        tell(request, f"Изменено сроков: {count}.")
        return _back(roadmap)
    form = MoveForm(request.POST)
    if form.is_valid():
        count = planning.set_windows(roadmap, chosen, by=user, due=form.cleaned_data["due"])
        tell(request, f"Перенесено сроков: {count}.")
        return _back(roadmap)
    return _page(request, roadmap, move_form=form)


def _numbers(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isdigit()]


@require_POST
def divide(request: HttpRequest, public_id: str, activity: str) -> HttpResponse:
    roadmap = editable_roadmap(request, public_id)
    found = get_object_or_404(Activity, roadmap=roadmap, public_id=activity)
    planning.divide(found, by=actor(request), divided=request.POST.get("do") == "divide")
    return _back(roadmap)


@require_POST
def joint(request: HttpRequest, public_id: str, activity: str) -> HttpResponse:
    """Whether the named organisations report together, and who leads."""
    roadmap = editable_roadmap(request, public_id)
    found = get_object_or_404(Activity, roadmap=roadmap, public_id=activity)
    wanted = request.POST.get("leader", "")
    leader = Organisation.objects.filter(public_id=wanted).first() if wanted else None
    planning.set_joint(found, by=actor(request), leader=leader)
    return _back(roadmap)


@form_methods
@once
def dates(request: HttpRequest, public_id: str, activity: str) -> HttpResponse:
    """The report dates of one activity: moved, left out, added."""
    roadmap = editable_roadmap(request, public_id)
    found = get_object_or_404(
        Activity.objects.select_related("roadmap__organisation"), roadmap=roadmap, public_id=activity
    )
    windows = list(Window.objects.filter(activity=found).select_related("part").order_by("part", "due", "pk"))
    form = DatesForm(request.POST or None, windows=windows)
    if form.is_valid():
        try:
            form.apply(found, by=actor(request))
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            tell(request, "Сроки сохранены.")
            return _back(roadmap)
    rows = [(window, form[f"due_{window.pk}"], form[f"skip_{window.pk}"]) for window in windows]
    context = {"roadmap": roadmap, "activity": found, "form": form, "rows": rows}
    return render(request, "roadmaps/dates.html", context, status=422 if form.is_bound else 200)


@require_POST
def send(request: HttpRequest, public_id: str) -> HttpResponse:
    """Start the sending and show its progress."""
    roadmap = editable_roadmap(request, public_id)
    job = request_sending(roadmap, by=actor(request), url=roadmap_url(roadmap))
    return HttpResponseRedirect(reverse("ui:job", args=[job.public_id]))
