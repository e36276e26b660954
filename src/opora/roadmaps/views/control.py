"""Around one assignment: its deadline moved, the work given to a person, the next step that does not agree."""

from __future__ import annotations

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.roadmaps.actions import working
from opora.roadmaps.actions.working import delegating, postponing, stepping
from opora.roadmaps.forms import DelegationForm, DisagreeForm, HandBackForm, PostponementDecisionForm, PostponementForm
from opora.roadmaps.menu import assignment_url
from opora.roadmaps.models import Assignment, Postponement, PostponementState
from opora.roadmaps.queries.people import colleagues
from opora.roadmaps.views.common import form_page, seen_assignment
from opora.roadmaps.views.page import page
from opora.ui import words
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods


def _done(request: HttpRequest, form: forms.Form, act: Callable[[], object], said: str, undo: str = "") -> bool:
    """Whether the form was sent and its action went through, which the person is told; else it shows why not."""
    if not form.is_valid() or not carried_out(form, act):
        return False
    tell(request, said, undo=undo)
    return True


@form_methods
@once
def postpone(request: HttpRequest, public_id: str) -> HttpResponse:
    """The executor asks for a later deadline."""
    found = seen_assignment(request, public_id)
    user = actor(request)
    require(user, Permission.ASSIGNMENTS_SUBMIT, found.executor.path, to=postponing.ASK)
    form = PostponementForm(request.POST or None)

    def act() -> object:
        return working.ask(found, by=user, due=form.cleaned_data["due"], reason=form.cleaned_data["reason"])

    if _done(request, form, act, "Просьба о переносе отправлена контролирующему."):
        return HttpResponseRedirect(assignment_url(found))
    note = f"Сейчас срок {words.until(found.due)}. Решает {found.controller.short_name}." if found.due else ""
    return form_page(request, form, "Попросить перенести срок", "Отправить просьбу", found, note)


@form_methods
@once
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who sent the work moves its deadline."""
    found = seen_assignment(request, public_id)
    user = actor(request)
    require(user, Permission.ROADMAPS_SEND, found.roadmap.organisation.path, to=postponing.MOVE)
    form = PostponementForm(request.POST or None)

    def act() -> object:
        return working.move(found, by=user, due=form.cleaned_data["due"], reason=form.cleaned_data["reason"])

    if _done(request, form, act, "Срок перенесён, исполнителю сообщено."):
        return HttpResponseRedirect(assignment_url(found))
    note = f"Сейчас срок {words.until(found.due)}." if found.due else ""
    return form_page(request, form, "Перенести срок", "Перенести", found, note)


def _request_of(request: HttpRequest, public_id: str) -> tuple[Assignment, Postponement]:
    found = get_object_or_404(Postponement.objects.visible(actor(request)), public_id=public_id)
    assignment = seen_assignment(request, Assignment.objects.values_list("public_id").get(pk=found.assignment_id)[0])
    found.assignment = assignment
    return assignment, found


@require_POST
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    assignment, found = _request_of(request, public_id)
    working.withdraw(found, by=actor(request))
    tell(request, "Просьба о переносе отозвана.")
    return HttpResponseRedirect(assignment_url(assignment))


@require_POST
@once
def decide_postponement(request: HttpRequest, public_id: str) -> HttpResponse:
    """Move the deadline (perhaps to another day) or leave it, as the pressed button says."""
    assignment, found = _request_of(request, public_id)
    user = actor(request)
    require(user, Permission.ASSIGNMENTS_DECIDE, assignment.controller.path, to=postponing.DECIDE)
    if found.state != PostponementState.ASKED:
        raise Refused("Об этой просьбе уже решено. Откройте поручение и посмотрите, как.")
    form = PostponementDecisionForm(request.POST)
    granting = request.POST.get("do") == "grant"

    def act() -> object:
        data = form.cleaned_data
        if granting:
            return working.grant(found, by=user, due=data["due"], comment=data["comment"])
        return working.refuse(found, by=user, comment=data["comment"])

    if _done(request, form, act, "Срок перенесён." if granting else "В переносе отказано."):
        return HttpResponseRedirect(assignment_url(assignment))
    return page(request, assignment, postponement=form, status=422)


@form_methods
@once
def delegate(request: HttpRequest, public_id: str) -> HttpResponse:
    """The head names the person of his organisation who does it."""
    found = seen_assignment(request, public_id)
    user = actor(request)
    require(user, Permission.ASSIGNMENTS_SUBMIT, found.executor.path, to=delegating.GIVE)
    people = {one.public_id: one for one in colleagues(found) if one.actor_id != user.actor_id}
    form = DelegationForm(request.POST or None, people=people)

    def act() -> object:
        data = form.cleaned_data
        return working.delegate(found, by=user, to=people[data["to"]], note=data["note"], due=data["due"])

    undo = reverse("roadmaps:recall", args=[found.public_id])
    if _done(request, form, act, "Поручено. Человек увидит это в своих делах.", undo):
        return HttpResponseRedirect(assignment_url(found))
    note = "" if people else "В системе нет других сотрудников этой организации. Пригласите их в разделе «Приглашения»."
    return form_page(request, form, "Поручить сотруднику", "Поручить", found, note)


@require_POST
def recall(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen_assignment(request, public_id)
    working.recall(found, by=actor(request))
    tell(request, "Отозвано: теперь это снова дело руководителя.")
    return HttpResponseRedirect(assignment_url(found))


@form_methods
@once
def hand_back(request: HttpRequest, public_id: str) -> HttpResponse:
    """The person gives the work back to the head, saying why."""
    found = seen_assignment(request, public_id)
    require(actor(request), Permission.ASSIGNMENTS_REPORT, found.executor.path, to=working.REPORT)
    form = HandBackForm(request.POST or None)

    def act() -> object:
        return working.hand_back(found, by=actor(request), comment=form.cleaned_data["comment"])

    if _done(request, form, act, "Возвращено руководителю."):
        return HttpResponseRedirect(assignment_url(found))
    return form_page(request, form, "Вернуть руководителю", "Вернуть", found)


@require_POST
def take_back(request: HttpRequest, public_id: str) -> HttpResponse:
    """A co-executor has more to say."""
    found = seen_assignment(request, public_id)
    working.take_back(found, by=actor(request))
    tell(request, "Ваша часть снова у вас: дополните её и передайте ведущему.")
    return HttpResponseRedirect(assignment_url(found))


@form_methods
@once
def disagree(request: HttpRequest, public_id: str) -> HttpResponse:
    """What was approved on an earlier step goes back for rework."""
    found = seen_assignment(request, public_id)
    user = actor(request)
    require(user, Permission.ASSIGNMENTS_SUBMIT, found.executor.path, to=stepping.REFUSE)
    accepted = working.earlier_of(found).filter(state="accepted")
    related = accepted.select_related("executor", "controller", "activity", "roadmap__organisation")
    rows = {one.public_id: one for one in related.order_by("executor__sort_name")}
    form = DisagreeForm(request.POST or None, rows=rows)

    def act() -> object:
        chosen = [rows[one] for one in form.cleaned_data["earlier"]]
        return working.disagree(found, by=user, earlier=chosen, comment=form.cleaned_data["comment"])

    if _done(request, form, act, "Возвращено на доработку. Когда доработают, очередь снова дойдёт до вас."):
        return HttpResponseRedirect(assignment_url(found))
    return form_page(request, form, "Не согласовать", "Вернуть на доработку", found)
