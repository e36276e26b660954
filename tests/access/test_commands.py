"""`opora user add | disable | list`."""

from __future__ import annotations

import io
import re

import pytest
from django.contrib.auth import authenticate

from opora.access.commands import actor, add_user, disable_user, list_users
from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Actor, System
from opora.core.errors import Problem
from tests.factories import Region


def add(by: Actor, login: str = "petrova", **changed: str) -> tuple[int, str, str]:
    given = {"email": "petrova@example.org", "name": "Петрова Нина", "organisation": "", "role": "администратор"}
    out, err = io.StringIO(), io.StringIO()
    return add_user(login, by=by, out=out, err=err, **(given | changed)), out.getvalue(), err.getvalue()


def test_the_first_administrator_is_added_by_the_system(region: Region) -> None:
    code, out, err = add(System(), organisation=region.authority.short_name)
    assert (code, err) == (0, "")
    [password] = re.findall(r"Пароль: (\S+)", out)
    assert authenticate(username="petrova", password=password) == User.objects.get()
    assert User.objects.get().label == f"Петрова Нина (администратор, {region.authority})"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"login": "Петрова"}, "строчные латинские"),
        ({"email": "почта"}, "электронной почты"),
        ({"organisation": "такой нет"}, "Такой организации"),
        ({"role": "директор"}, "Роль «директор» неизвестна"),
        ({"login": "taken"}, "уже занят"),
    ],
)
def test_what_cannot_be_added_says_why(region: Region, changed: dict[str, str], message: str) -> None:
    User.objects.create_user(username="taken")
    code, out, err = add(System(), **({"organisation": region.authority.short_name} | changed))
    assert (code, out) == (2, "")
    assert message in err


def test_an_actor_may_do_no_more_than_on_pages(region: Region) -> None:
    local = region.user(RoleCode.ADMINISTRATOR, region.municipalities[0])
    code, _, err = add(local, organisation=region.schools[2].short_name, role="school_staff")
    assert code == 2
    assert "нет права" in err
    assert add(local, organisation=region.schools[0].short_name, role="school_staff")[0] == 0
    out = io.StringIO()
    assert list_users(local, out) == 0
    assert len(out.getvalue().splitlines()) == 2
    assert "сотрудник школы, МБОУ" in out.getvalue()


def test_disabling_and_listing(region: Region) -> None:
    one = region.user(RoleCode.METHODIST)
    assert actor(one.username) == one
    out, err = io.StringIO(), io.StringIO()
    assert disable_user(one.username, by=System(), out=out, err=err) == 0
    assert disable_user(one.username, by=System(), out=out, err=err) == 2
    assert disable_user("nobody", by=System(), out=out, err=err) == 2
    assert "отключена" in err.getvalue()
    for login in (one.username, "nobody"):
        with pytest.raises(Problem):
            actor(login)
    out = io.StringIO()
    assert list_users(System(), out) == 0
    assert "отключена" in out.getvalue()
