"""Search over everything, the theme, and the pages of errors."""

from __future__ import annotations

import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from opora.ui import points
from opora.ui.context import THEME_COOKIE, THEMES
from opora.ui.outages import BROKEN, outage_of
from opora.ui.requests import actor
from opora.ui.words import FEW

HITS = 5  # of each group on the page of the search
YEAR = 365 * 24 * 60 * 60  # seconds


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """What the person may see and whose words begin with those asked for, in groups."""
    text = request.GET.get("q", "").strip()[:200]
    found = points.search.call(actor(request), text, HITS) if text else []
    groups = [group for group in found if group and group.total]
    total = sum(min(group.total, FEW) for group in groups)
    more = any(group.total > FEW for group in groups)
    return render(request, "ui/search.html", {"text": text, "groups": groups, "total": total, "more": more})


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in a cookie and go back."""
    chosen = request.POST.get("theme", "")
    response = HttpResponseRedirect(_inside(request, request.POST.get("next", "")))
    if chosen and chosen in THEMES:
        response.set_cookie(THEME_COOKIE, chosen, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie(THEME_COOKIE)
    return response


def _inside(request: HttpRequest, url: str) -> str:
    allowed = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if allowed else "/"


# -- errors ------------------------------------------------------------------------------------------------------


def failure(request: HttpRequest, status: int, title: str, text: str, **context: Any) -> HttpResponse:
    """A page that says what happened and what to do; for HTMX the sentence alone, shown above the page."""
    if request.headers.get("HX-Request"):
        return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    signed_in = getattr(request, "user", None) is not None and request.user.is_authenticated
    layout = "ui/page.html" if signed_in and status in (403, 404, 409) else "ui/bare.html"
    context = {"layout": layout, "title": title, "text": text, "back": request.headers.get("Referer", ""), **context}
    return render(request, "ui/failure.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 where too much was sent."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return too_big(request)
    return failure(
        request,
        400,
        "Запрос не разобран",
        "Сервер не понял запрос. Вернитесь назад, обновите страницу и попробуйте ещё раз.",
    )


def too_big(request: HttpRequest) -> HttpResponse:
    return failure(
        request,
        413,
        "Слишком большой объём",
        "Отправлено больше, чем можно принять за один раз. Вернитесь назад, разделите файл или уменьшите его "
        "и отправьте снова.",
    )


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    text = str(exception or "") or "У вас нет права на это действие. Если оно вам нужно, обратитесь к администратору."
    return failure(request, 403, "Недостаточно прав", text)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return failure(
        request,
        404,
        "Страница не найдена",
        "Такой страницы нет, или она вам не открыта. Проверьте адрес или найдите нужное через поиск.",
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500, or 503 where the database is away or the disk full; asks nothing of the database."""
    outage = outage_of(sys.exception())
    said, status = outage or BROKEN, 503 if outage else 500
    if request.headers.get("HX-Request"):
        response = HttpResponse(f"{said.title}. {said.text}", status=status, content_type="text/plain; charset=utf-8")
    else:
        response = HttpResponse(render_to_string("500.html", {"said": said}), status=status)
    if outage:
        response.headers["Retry-After"] = "60"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form from a page older than the session."""
    return failure(
        request,
        403,
        "Страница устарела",
        "Пока страница была открыта, вход закончился или был выполнен заново. Введённое сохранено в этом браузере: "
        "вернитесь к форме, обновите страницу и отправьте её ещё раз.",
    )
