"""Accounts and invitations are found by tables of words that follow their names, whoever changes them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.access.actions import invite
from opora.access.models import Invitation, InvitationWord, User, UserWord
from opora.access.queries import search_accounts
from opora.access.roles import RoleCode
from opora.access.triggers import TRIGGERS
from opora.core.text import words
from tests import factories

pytestmark = pytest.mark.django_db
NAMES = st.text(alphabet="абвёАБВ №12«»\"'\\-,. ", min_size=1, max_size=30)


def expected() -> set[tuple[int, str]]:
    return {(one.pk, word) for one in User.objects.all() for word in one.search.split()}


def kept() -> set[tuple[int, str]]:
    return set(UserWord.objects.values_list("user", "word"))


def plainly(text: str) -> set[int]:
    """The accounts that a search has to find, looked at one by one."""
    found = set()
    for one in User.objects.select_related("person"):
        own = [*one.search.split(), *(one.person.sort_name.split() if one.person else ())]
        if all(any(mine.startswith(word) for mine in own) for word in words(text)):
            found.add(one.pk)
    return found


@given(names=st.lists(NAMES, min_size=1, max_size=4), asked=NAMES)
@settings(max_examples=25)
def test_a_search_finds_what_looking_at_each_finds(region: factories.Region, names: list[str], asked: str) -> None:
    for number, name in enumerate(names):
        factories.user(name=name)
        if number == 0:
            User.objects.filter(display_name=name).update(search=f" {' '.join(words(asked))}")
    assert kept() == expected()
    for text in (asked, names[-1], f"{asked} {names[0]}"):
        assert set(search_accounts(User.objects.all(), text).values_list("pk", flat=True)) == plainly(text)
    User.objects.filter(display_name__in=names)._raw_delete("default")  # type: ignore[attr-defined]
    assert kept() == expected()


def test_a_person_is_found_by_his_name_and_his_login(region: factories.Region) -> None:
    one = factories.user(RoleCode.METHODIST, region.services[0], name="Ёлкина Ольга")
    for text in ("елк", "ол елкина", one.username, f"{one.username} ольга", one.email):
        assert list(search_accounts(User.objects.all(), text)) == [one]
    assert not search_accounts(User.objects.all(), "лкина")


def test_invitations_too(region: factories.Region) -> None:
    by = region.user(RoleCode.REGIONAL_COORDINATOR)
    invite(by=by, organisation=region.schools[0], role=RoleCode.SCHOOL_HEAD, display_name="Ёлкина Ольга")
    assert Invitation.objects.all().matching("ол елк").count() == 1
    assert Invitation.objects.all().matching("ол дуб").count() == 0
    InvitationWord.objects.all().delete()
    UserWord.objects.all().delete()
    TRIGGERS.rebuild("default")
    assert kept() == expected()
    assert Invitation.objects.all().matching("елкина").count() == 1
    assert TRIGGERS.missing(connection) == []


def test_the_list_never_looks_at_every_name(region: factories.Region, client: Client) -> None:
    client.force_login(region.user(RoleCode.ADMINISTRATOR))
    client.get("/settings/accounts/")
    with CaptureQueriesContext(connection) as without:
        client.get("/settings/accounts/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/settings/accounts/?q=ёлкина ольга")
    assert len(queries) <= len(without)
    assert not [one["sql"] for one in queries if "LIKE" in one["sql"] and "search" in one["sql"]]
    assert [one["sql"] for one in queries if "access_userword" in one["sql"]]
