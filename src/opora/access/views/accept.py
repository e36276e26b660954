"""How a person makes his own account by a code; open to everybody."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from opora.access import actions, codes, throttle
from opora.access.forms import AcceptForm, CodeForm
from opora.access.models import Invitation, User
from opora.core.workflow import Refused
from opora.ui.views import failure


@login_not_required
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """The form to type a code."""
    if throttle.too_many(request):
        return _too_many(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data["code"]
        try:
            actions.find_invitation(typed)
        except Refused as problem:
            throttle.count_wrong(request)
            form.add_error("code", str(problem))
        else:
            return redirect("access:accept", codes.in_groups(typed))
    return render(request, "access/code.html", {"form": form})


@login_not_required
@never_cache
@sensitive_post_parameters("password1", "password2")
def accept(request: HttpRequest, code: str) -> HttpResponse:
    """Login and password of one's own choice; then one is signed in."""
    if throttle.too_many(request):
        return _too_many(request)
    try:
        invitation = actions.find_invitation(code)
    except Refused as problem:
        throttle.count_wrong(request)
        return failure(request, 410, "Приглашение не действует", str(problem))
    form = AcceptForm(request.POST or None, account=_likeness(invitation))
    if request.method == "POST" and form.is_valid():
        try:
            account = actions.accept_invitation(code, form.cleaned_data["username"], form.cleaned_data["password1"])
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            login(request, account, settings.AUTHENTICATION_BACKENDS[0])
            return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "access/accept.html", {"form": form, "invitation": invitation})


@login_not_required
def absent(request: HttpRequest, **kwargs: str) -> HttpResponse:
    """Pages of allauth that have no place here: addresses are written by administrators."""
    raise Http404


def _likeness(invitation: Invitation) -> User:
    """The account as it would be, against which the password is checked."""
    return User(display_name=invitation.display_name, email=invitation.email)


def _too_many(request: HttpRequest) -> HttpResponse:
    return failure(
        request,
        429,
        "Слишком много попыток",
        "С вашего адреса несколько раз подряд введено неверное. Подождите десять минут и попробуйте снова.",
    )
