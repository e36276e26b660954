"""A long walk by one person: what is the same on each of his pages is made once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from unittest import mock

from django.http import HttpRequest, HttpResponse

from opora.ui import context, views

T = TypeVar("T")


@contextmanager
def briefly() -> Iterator[None]:
    """His menu is asked of the database once, and each page of an error is made whole once."""
    menu = _once(context.menu_of)  # of a person, whatever the page
    with mock.patch.object(views, "failure", _failing()), mock.patch.object(context, "menu_of", menu):
        yield


def _once(worked_out: Callable[[Any], list[T]]) -> Callable[[Any], list[T]]:
    """Asked of the database the first time alone."""
    found: list[list[T]] = []

    def again(user: Any) -> list[T]:
        if not found:
            found.append(worked_out(user))
        return [*found[0]]

    return again


def _failing() -> Callable[..., HttpResponse]:
    """Pages of errors: of each text the whole page is made once for a person, then the text alone, because all else
    that stands there (menu, notices, who prints it) does not hang on what was asked for."""
    seen: set[tuple[int, str, str]] = set()
    whole = views.failure

    def failure(request: HttpRequest, status: int, title: str, text: str, **context: Any) -> HttpResponse:
        if (said := (status, title, text)) in seen:
            return HttpResponse(f"{said} {context}", status=status)
        seen.add(said)
        return whole(request, status, title, text, **context)

    return failure
