"""What views of every floor ask of a request."""

from __future__ import annotations

from django.http import HttpRequest
from django.views.decorators.http import require_http_methods

from opora.core.actor import Actor

form_methods = require_http_methods(["GET", "HEAD", "POST"])  # a page with a form


def actor(request: HttpRequest) -> Actor:
    """The person who asks: views are behind the sign-in, so that it is never nobody."""
    user: Actor = request.user  # type: ignore[assignment]
    return user
