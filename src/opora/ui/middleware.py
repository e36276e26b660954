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
    """What is sent after the session has expired leads to sign-in and back to the page it was sent from.

    An HTMX request leads the whole page there, not a part of it.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseRedirect) or request.user.is_authenticated:
            return response
        if urlsplit(response.url).path != resolve_url(settings.LOGIN_URL):
            return response
        if request.headers.get("HX-Request"):
            there = redirect_to_login(_page(request.headers.get("HX-Current-URL", ""))).url
            return HttpResponse(status=204, headers={"HX-Redirect": there})
        if request.method == "POST":  # its address may know no GET
            return redirect_to_login(_page(request.headers.get("Referer", "")))
        return response


def _page(address: str) -> str:
    """The path and query of an address: a page of ours, whatever the host it names."""
    page = urlsplit(address)
    return f"{page.path}?{page.query}" if page.query else page.path or "/"
