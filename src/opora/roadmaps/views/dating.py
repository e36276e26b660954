"""Deadlines that start later: events are recorded, schedules get their dates."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from opora.core.actor import Denied
from opora.core.workflow import Refused
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.roadmaps.actions.dating import asking, events, schedules
from opora.roadmaps.actions.dating.starting import job_of
from opora.roadmaps.forms import EventForm, ReasonForm, ScheduleForm, said_of
from opora.roadmaps.menu import assignment_url
from opora.roadmaps.models import Activity, Assignment, AssignmentState, DateRequest, Occurrence, RoadMap
from opora.roadmaps.views.common import editable_roadmap, form_page, seen_assignment, waits_for_event
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods
from opora.ui.words import day

MOST = 200  # municipalities that one form asks for


def _activity(roadmap: RoadMap, public_id: str) -> Activity:
    found = get_object_or_404(Activity.objects.filter(roadmap=roadmap), public_id=public_id)
    found.roadmap = roadmap
    return found


def _next(change: str, otherwise: str) -> HttpResponse:
    """The page of the job that brings the days to very many executors; else where one was."""
    job = job_of(change)
    return HttpResponseRedirect(reverse("ui:job", args=[job.public_id]) if job else otherwise)


def _record(request: HttpRequest, activity: Activity, form: EventForm, at: Organisation | None) -> Occurrence | None:
    """The event that a form records; None where the form says what is wrong."""
    if not form.is_valid():
        return None
    data = form.cleaned_data
    try:
        found = events.record_event(
            activity,
            by=actor(request),
            happened=data["happened"],
            part=data.get("part"),
            organisation=at or data.get("organisation"),
            due=data["due"],
        )
    except Refused as refused:
        form.add_error(None, str(refused))
        return None
    due = found.window.due
    if due:
        undo = reverse("roadmaps:undo_event", args=[activity.roadmap.public_id, activity.public_id, found.public_id])
        text = f"Событие отмечено, исполнить до {day(due)}. {said_of([due])}"
        tell(request, text.strip(), undo="" if at else undo)
    return found


@form_methods
@once
def activity_events(request: HttpRequest, public_id: str, activity: str) -> HttpResponse:
    """The events of one activity so far, and the form that records one more."""
    roadmap = editable_roadmap(request, public_id)
    found = _activity(roadmap, activity)
    form = EventForm(request.POST or None, activity=found, user=actor(request))
    event = _record(request, found, form, None) if request.method == "POST" else None
    if event:
        return _next(f"event:{event.public_id}", request.path)
    rows = Occurrence.objects.visible(actor(request)).filter(window__activity=found)
    occurrences = rows.select_related("window__organisation", "window__part")
    context = {"roadmap": roadmap, "activity": found, "form": form, "occurrences": occurrences}
    return render(request, "roadmaps/events.html", context, status=422 if form.is_bound else 200)


@require_POST
def undo_event(request: HttpRequest, public_id: str, activity: str, event: str) -> HttpResponse:
    roadmap = editable_roadmap(request, public_id)
    found = _activity(roadmap, activity)
    rows = Occurrence.objects.visible(actor(request)).filter(window__activity=found)
    occurrence = get_object_or_404(rows.select_related("window__organisation", "window__part"), public_id=event)
    occurrence.window.activity = found
    events.undo_event(occurrence, by=actor(request))
    tell(request, "Отметка о событии отменена, поручения снова без срока.")
    return _next(f"event-undone:{event}", reverse("roadmaps:events", args=[public_id, activity]))


@require_POST
def recorder(request: HttpRequest, public_id: str, activity: str) -> HttpResponse:
    """Who records the event of this activity."""
    roadmap = editable_roadmap(request, public_id)
    executors = request.POST.get("who") == "executors"
    events.set_recorder(_activity(roadmap, activity), by=actor(request), executors=executors)
    tell(request, "Событие отмечают исполнители." if executors else "Событие отмечает координатор.")
    return HttpResponseRedirect(reverse("roadmaps:events", args=[public_id, activity]))


@form_methods
@once
def own_event(request: HttpRequest, public_id: str) -> HttpResponse:
    """An executor records the event of his own organisation."""
    found = seen_assignment(request, public_id)
    if not waits_for_event(found) or not events.may_record(found.activity, actor(request), found.executor):
        raise Denied("Отмечать событие по этому поручению может только координатор.")
    form = EventForm(request.POST or None, activity=found.activity, user=actor(request), alone=True)
    event = _record(request, found.activity, form, found.executor) if request.method == "POST" else None
    if event:
        return _next(f"event:{event.public_id}", assignment_url(found))
    return form_page(request, form, "Событие наступило", "Отметить событие", found)


@require_POST
def ask_dates(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask for the dates before anything is sent."""
    roadmap = editable_roadmap(request, public_id)
    count = asking.ask_for_dates(roadmap, by=actor(request))
    tell(request, f"Спрошено дат: {count}." if count else "Даты уже спрошены у всех, кто их называет.")
    return HttpResponseRedirect(reverse("roadmaps:sending", args=[roadmap.public_id]))


def _asked(request: HttpRequest, public_id: str) -> DateRequest:
    rows = DateRequest.objects.visible(actor(request)).select_related("roadmap__organisation", "roadmap__document")
    found = get_object_or_404(rows.select_related("activity", "part", "owner"), public_id=public_id)
    found.activity.roadmap = found.roadmap
    return found


@form_methods
@once
def remove_date(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask once, saying what becomes of the work of that day; the reason goes to the executors."""
    user, found = actor(request), _asked(request, public_id)
    wanted = request.GET.get("window", "")
    window = next((one for one in schedules.windows_of(found) if str(one.pk) == wanted), None)
    if window is None:
        tell(request, "Такой даты в графике уже нет.")
        return HttpResponseRedirect(reverse("roadmaps:schedule", args=[public_id]))
    form = ReasonForm(request.POST or None)
    if form.is_valid():
        change = schedules.remove_date(found, window, by=user, reason=form.cleaned_data["reason"])
        tell(request, "Дата убрана, исполнителям сказано почему.")
        return _next(change, reverse("roadmaps:schedule", args=[public_id]))
    work = Assignment.objects.visible(user).filter(window=window).exclude(state=AssignmentState.CANCELLED)
    context = {"found": found, "form": form, "window": window, "count": work.count()}
    return render(request, "roadmaps/remove_date.html", context, status=422 if form.is_bound else 200)


@form_methods
@once
def schedule(request: HttpRequest, public_id: str) -> HttpResponse:
    """«Назовите даты»: one or several for all, or one for each municipality."""
    user, found = actor(request), _asked(request, public_id)
    windows = schedules.windows_of(found)
    apart = request.GET.get("by") == "municipality"
    kept = schedules.fixed(windows)
    places = municipalities(found.roadmap) if apart else []
    form = ScheduleForm(request.POST or None, windows=windows, fixed=kept, municipalities=places)
    if form.is_valid():
        days = form.days()
        try:
            schedules.give_dates(found, by=user, days=days)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            tell(request, f"Даты сохранены. {said_of(one.due for one in days)}".strip())
            return _next(schedules.change_of(found), request.get_full_path())
    done = schedules.reported(windows)
    context = {"found": found, "form": form, "apart": apart, "kept": [one for one in windows if one.pk in kept]}
    context["removable"] = [one for one in windows if one.pk not in done]
    return render(request, "roadmaps/schedule.html", context, status=422 if form.is_bound else 200)


def municipalities(roadmap: RoadMap) -> list[Organisation]:
    rows = Organisation.objects.inside(roadmap.organisation).active().of_kind(OrganisationKind.MUNICIPAL_AUTHORITY)
    return list(rows.order_by("sort_name")[:MOST])
