"""Answers that every floor needs: a missing right, a change that no longer applies, an expired session."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

from opora.core.actor import Denied
from opora.core.workflow import Refused
from opora.ui import views

Next = Callable[[HttpRequest], HttpResponse]


class DeniedMiddleware:
    """`Denied` is a page with its message (403); so is a `Refused` that no form has shown (409)."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Denied):
            return views.denied(request, exception)
        if isinstance(exception, Refused):
            return views.failure(request, 409, "Сейчас это невозможно", str(exception))
        return None


class ExpiredSessionMiddleware:
    """An HTMX request whose session has expired leads the whole page to sign-in and back, not into a part of it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.headers.get("HX-Request") or not isinstance(response, HttpResponseRedirect):
            return response
        if urlsplit(response.url).path != resolve_url(settings.LOGIN_URL):
            return response
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        here = f"{page.path}?{page.query}" if page.query else page.path
        return HttpResponse(status=204, headers={"HX-Redirect": redirect_to_login(here or "/").url})
