"""What views of every floor ask of a request."""

from __future__ import annotations

from django.http import HttpRequest
from django.views.decorators.http import require_http_methods

from opora.core.actor import Actor

form_methods = require_http_methods(["GET", "HEAD", "POST"])  # a page with a form


def seen_revision(request: HttpRequest) -> int | None:
    """The revision, as the person saw it, of what is changed; None where the request names none."""
    said = request.POST.get("revision", "")
    return int(said) if said.isdecimal() and len(said) < 10 else None


def actor(request: HttpRequest) -> Actor:
    """The person who asks: views are behind the sign-in, so that it is never nobody."""
    user: Actor = request.user  # type: ignore[assignment]
    return user
