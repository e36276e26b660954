"""The administrator's page of mails: whether they went out, never what they say."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.notices import queries
from opora.notices.mailing.queue import retry as try_again
from opora.notices.tables import MailTable
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor

RIGHT = "следить за отправкой писем"


def _manager(request: HttpRequest) -> Actor:
    user = actor(request)
    require(user, Permission.ACCOUNTS_MANAGE, to=RIGHT)
    return user


@require_GET
def mails(request: HttpRequest) -> HttpResponse:
    return MailTable(request, queries.mails(_manager(request))).response("notices/mails.html")


@require_POST
@once
def retry(request: HttpRequest, public_id: str) -> HttpResponse:
    user = _manager(request)
    found = get_object_or_404(queries.mails(user), public_id=public_id)
    try_again(found, by=user)
    tell(request, f"Письмо снова поставлено в очередь: {found.user}.")
    return redirect("notices:mails")
