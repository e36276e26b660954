"""The page on which anybody who has the link answers; it asks for no sign-in and leaves no cookie.

Sent without a token against forgery, which would need a cookie: whoever sends it acts for nobody, and a page counts
once by the `sheet` it came with.
"""

from __future__ import annotations

import secrets

from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from opora.collection import answering
from opora.collection.actions import questionnaires as actions
from opora.collection.answering import SEEN, Answered
from opora.collection.models import Questionnaire
from opora.collection.queries import questionnaires as queries
from opora.core.workflow import Refused
from opora.ui.requests import form_methods

_SHEETS = Signer(salt="collection.sheet")


@login_not_required
@csrf_exempt
@never_cache
@form_methods
def answer(request: HttpRequest, link: str) -> HttpResponse:
    one = queries.by_link(link)
    if one is None:
        return render(request, "collection/people/unknown.html", status=404)
    if not one.is_open:
        return _over(request, one, actions.OVER)
    definition = one.campaign.version.content
    if request.method != "POST":
        return _page(request, one, answering.empty(definition))
    found, sheet = answering.answered(definition, request.POST), _sheet(request)
    if not sheet or not found.done:
        return _page(request, one, found)
    try:
        actions.answer(one, found.kept, sheet=sheet)
    except actions.Crowded as crowded:
        return _page(request, one, found, status=429, refused=str(crowded))
    except Refused as refused:
        return _over(request, one, str(refused))
    return redirect("collection:answered", link)


def _over(request: HttpRequest, one: Questionnaire, why: str) -> HttpResponse:
    return render(request, "collection/people/closed.html", {"one": one, "why": why}, status=410)


def _sheet(request: HttpRequest) -> str:
    """Which opened page was sent; empty where it is none of ours."""
    try:
        return _SHEETS.unsign(request.POST.get("sheet", "")[:200])
    except BadSignature:
        return ""


def _page(
    request: HttpRequest, one: Questionnaire, found: Answered, status: int = 200, refused: str = ""
) -> HttpResponse:
    sheet = _SHEETS.sign(_sheet(request) or secrets.token_urlsafe(12))
    context = {"one": one, "found": found, "sheet": sheet, "seen": SEEN, "refused": refused}
    return render(request, "collection/people/answer.html", context, status=status)


@login_not_required
@never_cache
@require_GET
def thanks(request: HttpRequest, link: str) -> HttpResponse:
    one = queries.by_link(link)
    if one is None:
        return render(request, "collection/people/unknown.html", status=404)
    return render(request, "collection/people/thanks.html", {"one": one})
