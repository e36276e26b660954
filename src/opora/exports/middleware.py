"""From which address of the network the request that is being answered came."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

_sender: ContextVar[str] = ContextVar("sender", default="")


def sender() -> str:
    """The address; empty on the command line and in the background."""
    return _sender.get()


class SenderMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _sender.set(_address(request))
        try:
            return self.get_response(request)
        finally:
            _sender.reset(token)


def _address(request: HttpRequest) -> str:
    try:
        return str(get_adapter().get_client_ip(request) or "")[:45]
    except PermissionDenied:  # a proxy that did not say whom it serves
        return ""
