"""The page on which anybody who has the link answers; it asks for no sign-in.

Where one link serves all, a browser that has answered keeps a cookie that says so, the same in every browser, sent to
this address alone: it keeps people from answering twice by mistake, not on purpose, and tells nobody from another.

Sent without a token against forgery, which would need a cookie: whoever sends it acts for nobody, and a page counts
once by the `sheet` it came with.
"""

from __future__ import annotations

import secrets

from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
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
_ANSWERED = Signer(salt="collection.answered")
COOKIE = "answered"
ANOTHER = "another"  # another person answers in the browser that has answered
KEPT = 120 * 24 * 3600  # seconds: longer than a questionnaire is open


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
    if _has_answered(request, one):
        return render(request, "collection/people/again.html", {"one": one})
    if request.method != "POST":
        return _page(request, one, answering.empty(definition))
    found, sheet = answering.answered(definition, request.POST), _sheet(request)
    if not sheet or not found.done:
        return _page(request, one, found)
    try:
        actions.answer(one, found.kept, sheet=sheet, code=_typed_code(request))
    except actions.Unknown as unknown:
        return _page(request, one, found, status=422, no_code=str(unknown))
    except actions.Crowded as crowded:
        return _page(request, one, found, status=429, refused=str(crowded))
    except Refused as refused:
        return _over(request, one, str(refused))
    return _noted(redirect("collection:answered", link), request, one)


def _has_answered(request: HttpRequest, one: Questionnaire) -> bool:
    """By this browser, and nobody said that another person sits at it. A page sent twice is no second answer."""
    if one.by_codes or ANOTHER in request.GET or ANOTHER in request.POST:
        return False
    return request.COOKIES.get(COOKIE) == _ANSWERED.sign(one.link) and not actions.is_known(one, _sheet(request))


def _noted(response: HttpResponse, request: HttpRequest, one: Questionnaire) -> HttpResponse:
    if not one.by_codes:
        response.set_cookie(
            COOKIE,
            _ANSWERED.sign(one.link),
            max_age=KEPT,
            path=reverse("collection:answer", args=[one.link]),
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


def _typed_code(request: HttpRequest) -> str:
    return request.POST.get("code", "")[:40]


def _over(request: HttpRequest, one: Questionnaire, why: str) -> HttpResponse:
    return render(request, "collection/people/closed.html", {"one": one, "why": why}, status=410)


def _sheet(request: HttpRequest) -> str:
    """Which opened page was sent; empty where it is none of ours."""
    try:
        return _SHEETS.unsign(request.POST.get("sheet", "")[:200])
    except BadSignature:
        return ""


def _page(
    request: HttpRequest,
    one: Questionnaire,
    found: Answered,
    status: int = 200,
    refused: str = "",
    no_code: str = "",
) -> HttpResponse:
    sheet = _SHEETS.sign(_sheet(request) or secrets.token_urlsafe(12))
    context = {
        "one": one,
        "found": found,
        "sheet": sheet,
        "seen": SEEN,
        "refused": refused,
        "no_code": no_code,
        "typed_code": _typed_code(request),
        "another": ANOTHER in request.GET or ANOTHER in request.POST,
    }
    return render(request, "collection/people/answer.html", context, status=status)


@login_not_required
@never_cache
@require_GET
def thanks(request: HttpRequest, link: str) -> HttpResponse:
    one = queries.by_link(link)
    if one is None:
        return render(request, "collection/people/unknown.html", status=404)
    return render(request, "collection/people/thanks.html", {"one": one})
