"""The administrator's pages of accounts."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from opora.access import actions, queries
from opora.access.forms import AccountFilter, EndForm, MembershipForm
from opora.access.models import Membership, User
from opora.core.actor import Actor, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor
from opora.ui.tables import Column, Table

RIGHT = "вести учётные записи"


class AccountTable(Table[User]):
    name = "accounts"
    title = "Учётные записи"
    columns = (
        Column("name", "Имя", str, sort=("sort_name",), link=lambda account: account.get_absolute_url(), indexed=True),
        Column("username", "Логин", lambda account: account.username, sort=("username",), indexed=True),
        Column("email", "Электронная почта", lambda account: account.email, sort=("email",)),
        Column("roles", "Роли", queries.roles_of),
        Column(
            "state",
            "Состояние",
            lambda account: "включена" if account.is_active else "отключена",
            sort=("-is_active",),
            template="access/state_cell.html",
        ),
        Column("last_login", "Последний вход", lambda account: account.last_login, sort=("last_login",)),
    )
    default_sort = "name"
    filters = AccountFilter


@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    user = manager(request)
    table = AccountTable(request, queries.accounts(user), search=queries.search_accounts)
    return table.response("access/accounts.html")


@once
def account(request: HttpRequest, public_id: str) -> HttpResponse:
    """One account with its roles; the form on the page gives another role."""
    user = manager(request)
    found = get_object_or_404(User.objects.visible(user).select_related("person"), public_id=public_id)
    form = MembershipForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            membership = actions.add_membership(found, by=user, **form.cleaned_data)
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            tell(request, f"Роль дана: {membership}.")
            return redirect(found)
    memberships = Membership.objects.visible(user).filter(user=found).select_related("organisation")
    context = {
        "account": found,
        "current": memberships.current().order_by("pk"),
        "past": memberships.filter(until__lt=today()).order_by("-until", "-pk"),
        "second_factor": Authenticator.objects.filter(user=found, type=Authenticator.Type.TOTP).exists(),
        "own": found.actor_id == user.actor_id,
        "form": form,
    }
    return render(request, "access/account.html", context)


@once
def end_role(request: HttpRequest, public_id: str, membership_id: str) -> HttpResponse:
    user = manager(request)
    found = Membership.objects.visible(user).select_related("organisation", "user__person")
    membership = get_object_or_404(found, public_id=membership_id, user__public_id=public_id)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_membership(membership, by=user, until=form.cleaned_data["until"])
        except Refused as problem:
            form.add_error(None, str(problem))
        else:
            tell(request, f"Роль закончена: {membership}.")
            return redirect(membership.user)
    return render(request, "access/end_role.html", {"form": form, "membership": membership})


@require_POST
@once
def disable(request: HttpRequest, public_id: str) -> HttpResponse:
    return _after_asking(
        request,
        public_id,
        actions.disable_account,
        title="Отключить учётную запись",
        text="{}: войти станет нельзя, начатая работа прервётся. Всё сделанное останется на месте. "
        "Запись можно будет включить снова.",
        done="Учётная запись отключена.",
    )


@require_POST
@once
def enable(request: HttpRequest, public_id: str) -> HttpResponse:
    user = manager(request)
    found = get_object_or_404(User.objects.visible(user), public_id=public_id)
    actions.enable_account(found, by=user)
    tell(request, "Учётная запись включена.")
    return redirect(found)


@require_POST
@once
def reset_second_factor(request: HttpRequest, public_id: str) -> HttpResponse:
    return _after_asking(
        request,
        public_id,
        actions.reset_second_factor,
        title="Сбросить второй шаг входа",
        text="{}: для входа хватит одного пароля, пока человек не настроит второй шаг заново. "
        "Убедитесь, что об этом просит он сам: позвоните ему или встретьтесь.",
        done="Второй шаг входа сброшен.",
    )


def manager(request: HttpRequest) -> Actor:
    """The person who asks, if he manages accounts anywhere."""
    user = actor(request)
    require(user, Permission.ACCOUNTS_MANAGE, to=RIGHT)
    return user


def _after_asking(
    request: HttpRequest, public_id: str, action: Callable[..., object], *, title: str, text: str, done: str
) -> HttpResponse:
    user = manager(request)
    found = get_object_or_404(User.objects.visible(user).select_related("person"), public_id=public_id)
    if not confirmed(request):
        back = found.get_absolute_url()
        return confirm(request, title=title, text=text.format(found), button=title, back=back)
    action(found, by=user)
    tell(request, done)
    return redirect(found)
