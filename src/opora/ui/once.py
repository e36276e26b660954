"""A form sent twice is carried out once: `{% once %}` in the form, `@once` on its view."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone

from opora.ui.models import Submission
from opora.ui.requests import actor

P = ParamSpec("P")
KEPT = dt.timedelta(days=1)


def new_token() -> str:
    return secrets.token_urlsafe(16)


def once(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """The view, run in one transaction with the note that its form was sent.

    A second sending of the same form waits for the first and is answered as it was, without running the view. A view
    that does not redirect (errors in the form) leaves no note, so the corrected form can be sent.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        token = request.POST.get("once", "")[:40] if request.method == "POST" else ""
        if not token:
            return view(request, *args, **kwargs)
        with transaction.atomic():
            Submission.objects.filter(at__lt=timezone.now() - KEPT).delete()
            mine = {"actor_id": actor(request).actor_id, "token": token}
            try:
                with transaction.atomic():
                    submission = Submission.objects.create(**mine)
            except IntegrityError:
                return HttpResponseRedirect(Submission.objects.get(**mine).location)
            response = view(request, *args, **kwargs)
            if isinstance(response, HttpResponseRedirect):
                submission.location = response.url
                submission.save(update_fields=["location"])
            else:
                submission.delete()
            return response

    return wrapper
