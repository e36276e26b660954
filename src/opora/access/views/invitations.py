"""Inviting people, and the page that prints a code."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from opora.access import actions, codes, queries
from opora.access.forms import InviteForm
from opora.access.models import Invitation
from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor
from opora.ui.tables import Column, Table

LAST_CODE = "invitation_code"  # in the session: [public id, code] of the last code given out, to be printed


class InvitationTable(Table[Invitation]):
    name = "invitations"
    title = "Приглашения"
    columns = (
        Column("name", "Кого", str, sort=("sort_name",), link=lambda invitation: invitation.get_absolute_url()),
        Column("role", "Роль", lambda invitation: invitation.get_role_display(), sort=("role",)),
        Column(
            "organisation",
            "Организация",
            lambda invitation: invitation.organisation,
            sort=("organisation__sort_name",),
        ),
        Column("email", "Электронная почта", lambda invitation: invitation.email),
        Column("created", "Выдано", lambda invitation: invitation.created_at, sort=("created_at",)),
        Column("expires", "Действует до", lambda invitation: invitation.expires_at, sort=("expires_at",)),
        Column("state", "Состояние", lambda invitation: invitation.state[1], template="access/invitation_cell.html"),
    )
    default_sort = "-created"


def inviter(request: HttpRequest) -> Actor:
    """The person who asks, if he invites people anywhere."""
    user = actor(request)
    require(user, Permission.ACCOUNTS_INVITE, to="приглашать людей")
    return user


@require_GET
def invitations(request: HttpRequest) -> HttpResponse:
    user = inviter(request)
    found = queries.invitations(user)
    return InvitationTable(request, found, search=queries.search_invitations).response(
        "access/invitations.html", {"manages": user.may(Permission.ACCOUNTS_MANAGE)}
    )


@once
def invite(request: HttpRequest) -> HttpResponse:
    user = inviter(request)
    form = InviteForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            invitation, code = actions.invite(by=user, site=_site(request), **form.cleaned_data)
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            return _shown(request, invitation, code)
    return render(request, "access/invite.html", {"form": form})


@require_GET
@never_cache
def invitation(request: HttpRequest, public_id: str) -> HttpResponse:
    """One invitation; with its code, to be printed, right after it was given out."""
    found = get_object_or_404(queries.invitations(inviter(request)), public_id=public_id)
    last_id, code = request.session.get(LAST_CODE, ("", ""))
    here = last_id == found.public_id and found.code_hash == codes.digest(code)
    context = {"invitation": found, "code": codes.in_groups(code) if here else "", "site": _site(request)}
    return render(request, "access/invitation.html", context)


@require_POST
@once
def renew(request: HttpRequest, public_id: str) -> HttpResponse:
    user = inviter(request)
    found = get_object_or_404(queries.invitations(user), public_id=public_id)
    return _shown(request, *actions.renew(found, by=user, site=_site(request)))


@require_POST
@once
def revoke(request: HttpRequest, public_id: str) -> HttpResponse:
    user = inviter(request)
    found = get_object_or_404(queries.invitations(user), public_id=public_id)
    if not confirmed(request):
        return confirm(
            request,
            title="Отозвать приглашение",
            text=f"{found}: код перестанет действовать. Пригласить человека снова можно будет в любое время.",
            button="Отозвать приглашение",
            back=found.get_absolute_url(),
        )
    actions.revoke(found, by=user)
    tell(request, "Приглашение отозвано.")
    return redirect(found)


def _shown(request: HttpRequest, invitation: Invitation, code: str) -> HttpResponse:
    """On to the page with the code."""
    request.session[LAST_CODE] = [invitation.public_id, code]
    sent = f" Письмо отправлено: {invitation.email}." if invitation.email else ""
    tell(request, f"Приглашение готово.{sent}")
    return redirect(invitation)


def _site(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"
