"""The decision on what an organisation sent."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from opora.collection.actions import deciding as actions
from opora.collection.models import Submission, SubmissionState
from opora.collection.queries.submissions import may_decide
from opora.collection.sheet import Question
from opora.collection.views.common import revision_of, seen_submission, sheet_of
from opora.core.actor import Denied
from opora.core.workflow import Refused
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods


@require_POST
@once
def accept(request: HttpRequest, public_id: str) -> HttpResponse:
    one = seen_submission(request, public_id)
    actions.accept(one, by=actor(request), revision=revision_of(request, one))
    tell(request, "Форма принята.", undo=reverse("collection:reconsider", args=[one.public_id]))
    return redirect(one)


@form_methods
@once
def give_back(request: HttpRequest, public_id: str) -> HttpResponse:
    """Remarks beside the answers, and one of the whole."""
    one, user = seen_submission(request, public_id), actor(request)
    if not may_decide(user, one):
        raise Denied(actions.NOT_YOURS)
    if one.state != SubmissionState.SENT and request.method != "POST":
        raise Http404
    problem = ""
    if request.method == "POST":
        remarks = {place: _said(request, "-".join(["r", *filter(None, place)])) for place in actions.places_of(one)}
        try:
            actions.give_back(
                one, by=user, remark=_said(request, "remark"), remarks=remarks, revision=revision_of(request, one)
            )
        except Refused as refused:
            problem = str(refused)
        else:
            tell(request, "Форма возвращена на доработку.", undo=reverse("collection:take_again", args=[one.public_id]))
            return redirect(one)
    return _page(request, one, problem)


def _said(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").strip()[:2000]


def _asked(request: HttpRequest, question: Question) -> tuple[Question, str, list[tuple[str, int, str, str]]]:
    """With what was typed of it, and of each row its name, number, words and what was typed."""
    key = question.field.key
    rows = [
        (
            row.name,
            row.number,
            "; ".join(cell.text for cell in row.cells if cell.text),
            _said(request, f"r-{key}-{row.name}"),
        )
        for row in question.rows
    ]
    return question, _said(request, f"r-{key}"), rows


def _page(request: HttpRequest, one: Submission, problem: str) -> HttpResponse:
    parts = [
        (part, [_asked(request, question) for question in part.questions if question.asked])
        for part in sheet_of(one).parts()
        if part.asked
    ]
    context = {"one": one, "parts": parts, "problem": problem, "remark": _said(request, "remark")}
    return render(request, "collection/give_back.html", context, status=422 if problem else 200)


@require_POST
def reconsider(request: HttpRequest, public_id: str) -> HttpResponse:
    one = seen_submission(request, public_id)
    actions.reconsider(one, by=actor(request))
    tell(request, "Принятие отменено: форма снова ждёт решения.")
    return redirect(one)


@require_POST
def take_again(request: HttpRequest, public_id: str) -> HttpResponse:
    one = seen_submission(request, public_id)
    actions.take_again(one, by=actor(request))
    tell(request, "Возврат отменён: форма снова ждёт решения.")
    return redirect(one)
