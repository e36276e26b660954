"""What `opora user` does: exit codes 0 done, 2 not done."""

from __future__ import annotations

import secrets
from typing import TextIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from opora.access import actions, queries
from opora.access.forms import LOGIN
from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Actor, Denied, System
from opora.core.errors import Problem
from opora.core.text import fold
from opora.core.workflow import Refused
from opora.registry.forms import OrganisationField
from opora.registry.models import Organisation


def actor(login: str) -> User:
    """The account in whose name a command acts; `Problem` where there is none that may sign in."""
    account = User.objects.filter(username=login).first()
    if account is None:
        raise Problem(f"Учётной записи «{login}» нет. Все записи показывает opora user list.")
    if not account.is_active:
        raise Problem(f"Учётная запись «{login}» отключена.")
    return account


def add_user(
    login: str, *, by: Actor, email: str, name: str, organisation: str, role: str, out: TextIO, err: TextIO
) -> int:
    """Create an account with a role; print its generated password, which is kept nowhere.

    `organisation` is a name, words of it, or a code; `role` a code of `RoleCode` or its Russian name.
    """
    password = secrets.token_urlsafe(12)
    try:
        LOGIN(login)
        if email:
            validate_email(email)
        account = actions.create_account(
            by=by,
            username=login,
            password=password,
            email=email,
            display_name=name,
            organisation=_organisation(organisation),
            role=_role(role),
        )
    except (Refused, Denied, Problem) as problem:
        err.write(f"{problem}\n")
        return 2
    except ValidationError as problem:
        err.write(f"{' '.join(problem.messages)}\n")
        return 2
    out.write(f"Учётная запись создана: {account.label}\nЛогин: {login}\nПароль: {password}\n")
    out.write("Пароль показан один раз; смените его после первого входа.\n")
    return 0


def disable_user(login: str, *, by: Actor, out: TextIO, err: TextIO) -> int:
    try:
        account = actions.disable_account(actor(login), by=by)
    except (Refused, Denied, Problem) as problem:
        err.write(f"{problem}\n")
        return 2
    out.write(f"Учётная запись отключена: {account}\n")
    return 0


def list_users(by: Actor, out: TextIO) -> int:
    """The accounts that the person manages, all of them for the system itself, tab-separated."""
    found = queries.all_accounts() if isinstance(by, System) else queries.accounts(by)
    for account in found.order_by("username"):
        seen = f"{timezone.localtime(account.last_login):%Y-%m-%d}" if account.last_login else "не входил(а)"
        state = "включена" if account.is_active else "отключена"
        out.write("\t".join((account.username, str(account), queries.roles_of(account), state, seen)) + "\n")
    return 0


def _organisation(text: str) -> Organisation:
    field = OrganisationField()
    field.among = Organisation.objects.active()
    found: Organisation = field.clean(text)
    return found


def _role(text: str) -> str:
    known = {fold(label): code for code, label in RoleCode.choices} | {code: code for code in RoleCode.values}
    if text not in known and fold(text) not in known:
        raise Problem(f"Роль «{text}» неизвестна. Возможны: {', '.join(map(str, RoleCode.labels))}.")
    return known.get(text) or known[fold(text)]
