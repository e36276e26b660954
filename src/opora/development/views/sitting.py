"""A diagnosis as the teacher sits it, his result, and what the head of a school sees."""

from __future__ import annotations

import math

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import Denied
from opora.development import pictures
from opora.development.actions import sitting as actions
from opora.development.forms.sitting import AnswerForm
from opora.development.models import Sitting, SittingState
from opora.development.models.sittings import headed
from opora.development.queries import sittings as queries
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor, form_methods


def _own(request: HttpRequest, public_id: str) -> Sitting:
    return get_object_or_404(queries.own(actor(request)), public_id=public_id)


@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """Everything of the person in one place: what to sit, what came out, what is planned."""
    user = actor(request)
    rows = list(queries.own(user).order_by("-pk").prefetch_related("scores", queries.with_plan()))
    waiting = [one for one in rows if one.diagnosis.is_going and one.state in ("assigned", "started")]
    results = [queries.result(one) for one in rows if one.state == "done"]
    others = [one for one in rows if one.state != "done" and one not in waiting]
    is_known = getattr(request.user, "person_id", None) is not None
    context = {"waiting": waiting, "results": results, "others": others, "is_known": is_known}
    return render(request, "development/own.html", context)


@require_GET
def sitting(request: HttpRequest, public_id: str) -> HttpResponse:
    """Before: what awaits. While it goes on: where one is. After: the result, for those who may see it by name."""
    found = get_object_or_404(queries.seen(actor(request)), public_id=public_id)
    is_own = queries.own(actor(request)).filter(pk=found.pk).exists()
    content = found.diagnosis.version.said
    context = {"one": found, "is_own": is_own, "content": content, "over": found.state == "started"}
    if found.is_running:
        answered = set(found.answers.values_list("code", flat=True))
        return render(request, "development/going.html", {**context, **_going(found, answered)})
    if found.state == SittingState.DONE:
        scores = list(found.scores.all())
        before, changes = queries.changed(found, actor(request))
        context |= {"chart": pictures.profile(scores), "deficits": [row for row in scores if row.deficit]}
        context |= {"before": before, "changes": changes}
    return render(request, "development/sitting.html", context)


def _going(found: Sitting, answered: set[str], at: int = 0) -> dict[str, object]:
    """The list of tasks: number, whether it is answered, whether one is there."""
    tasks = found.diagnosis.version.said.tasks
    marks = [(number, one.code in answered, number == at) for number, one in enumerate(tasks, start=1)]
    waiting = [number for number, done, _ in marks if not done]
    return {"marks": marks, "unanswered": len(waiting), "next": next(iter(waiting), None), "left": _minutes(found)}


def _minutes(found: Sitting) -> int | None:
    """Whole minutes that are left, where the instrument has a limit."""
    if found.ends_at is None or found.diagnosis.version.said.minutes is None:
        return None
    return max(0, math.ceil((found.ends_at - timezone.now()).total_seconds() / 60))


@require_POST
@once
def start(request: HttpRequest, public_id: str) -> HttpResponse:
    found = actions.start(_own(request, public_id), by=actor(request))
    return redirect("development:sit", found.public_id, 1)


@form_methods
def task(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """One task. Its answer is kept at every change by HTMX, else by the button that leads on."""
    found, by = _own(request, public_id), actor(request)
    tasks = found.diagnosis.version.said.tasks
    if not 1 <= number <= len(tasks):
        raise Http404
    if found.state != SittingState.STARTED or (request.method != "POST" and not found.is_running):
        return _leave(request, found)
    asked = tasks[number - 1]
    answers = dict(found.answers.values_list("code", "given"))
    form = AnswerForm(request.POST if request.method == "POST" else None, task=asked, given=answers.get(asked.code))
    saved = False
    if form.is_valid():
        kept: list[bool] = []
        saved = carried_out(form, lambda: kept.append(actions.answer(found, by=by, task=asked, given=form.given)))
        if saved and not kept[0]:
            tell(request, actions.OVER)
            return _leave(request, found)
        if saved and not request.headers.get("HX-Request"):
            step = -1 if "back" in request.POST else 1
            ends = not 1 <= number + step <= len(tasks)
            return redirect(found) if ends else redirect("development:sit", public_id, number + step)
    if not found.is_running:
        return _leave(request, found)
    if request.headers.get("HX-Request"):
        return render(request, "development/parts/saved.html", {"saved": saved, "form": form, "at": timezone.now()})
    context = {"one": found, "task": asked, "number": number, "form": form, "count": len(tasks)}
    return render(request, "development/task.html", {**context, **_going(found, set(answers), number)})


def _leave(request: HttpRequest, found: Sitting) -> HttpResponse:
    """To the page of the sitting, the whole page where HTMX asks for a part."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": found.get_absolute_url()})
    return redirect(found)


@require_GET
def left(request: HttpRequest, public_id: str) -> HttpResponse:
    """How much time is left, asked by HTMX; the whole page is led away when it is over."""
    found = _own(request, public_id)
    if not found.is_running:
        return _leave(request, found)
    return render(request, "development/parts/left.html", {"one": found, "left": _minutes(found)})


@require_POST
def finish(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _own(request, public_id)
    if found.is_running and not confirmed(request):
        answered = found.answers.count()
        unanswered = len(found.diagnosis.version.said.tasks) - answered
        text = f"Без ответа осталось заданий: {unanswered}. " if unanswered else "Ответы даны на все задания. "
        text += "После этого ответы не меняют."
        back = found.get_absolute_url()
        button = "Завершить и узнать результат"
        return confirm(request, title="Завершить диагностику?", text=text, button=button, back=back)
    actions.finish(found, by=actor(request))
    who = "вы и руководитель школы" if found.diagnosis.names_to_heads else "только вы"
    tell(request, f"Диагностика пройдена. Этот результат видите {who}.")
    return redirect(found)


@require_POST
def consent(request: HttpRequest, public_id: str, given: bool) -> HttpResponse:
    found = _own(request, public_id)
    actions.consent(found, by=actor(request), given=given)
    name = "development:withdraw" if given else "development:consent"
    found.refresh_from_db()
    said = "Руководитель школы теперь видит этот результат."
    if given and not found.named_at:
        said = "Согласие записано. Руководитель увидит результат по имени, когда согласятся все."
    if not given:
        said = "Руководитель школы больше не видит этот результат."
    tell(request, said, undo=reverse(name, args=[found.public_id]))
    return redirect(found)


@require_GET
def staff(request: HttpRequest) -> HttpResponse:
    """The head's page: what the staff of the school has, by names where that is allowed."""
    user = actor(request)
    if not headed(user):
        raise Denied("Эта страница — для руководителей школ.")
    rows = [(one, pictures.means("Итоги школы", one.group.means) if one.group else None) for one in queries.staff(user)]
    return render(request, "development/staff.html", {"rows": rows})
