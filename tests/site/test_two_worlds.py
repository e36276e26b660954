"""Who lacks the right gets the same bytes for the same statements, whether or not a school stands in the list.

Every address of the access table, every search and copy, as every role, inside and outside: see `tests.site.apart`.
"""

from __future__ import annotations

import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from opora.access.models import User
from tests.site.apart import KNOW, Apart, differences
from tests.site.asking import everybody
from tests.site.rules import NOBODY, Place
from tests.site.test_access import label
from tests.site.world import World

pytestmark = pytest.mark.django_db
STRANGER: Place = ("", "stranger")
BLIND = [who for who in [*everybody(), STRANGER] if who not in KNOW]


@pytest.fixture(scope="module")
def apart(worlds: tuple[World, World], django_db_blocker: DjangoDbBlocker) -> Apart:
    with django_db_blocker.unblock():
        return Apart(*worlds, now=timezone.now())


def account(apart: Apart, who: Place) -> User | None:
    if who == STRANGER:
        return None
    if who == NOBODY:
        return User.objects.create_user(username="nobody", email="nobody@example.org", display_name="Без места")
    place, role = who
    return apart.far.user("inside", role) if place == "far" else apart.world.user(place, role)


def told(apart: Apart, places: list[Place], names: frozenset[str] | None = None) -> list[str]:
    """What differs between the two worlds for each of them."""
    users = {who: account(apart, who) for who in places}
    with apart.lived(users.values(), secret=True) as shadow:
        steps = {who: apart.steps(shadow, who, names) for who in places}
        listed = {who: apart.walk(user, steps[who]) for who, user in users.items()}
    with apart.lived(users.values(), secret=False):
        unlisted = {who: apart.walk(user, steps[who]) for who, user in users.items()}
    return [f"{label(who)}: {one}" for who in places for one in differences(listed[who], unlisted[who])]


def test_nothing_tells_that_a_school_is_listed(apart: Apart) -> None:
    found = told(apart, BLIND)
    assert not found, "\n".join(found)


def test_who_may_know_sees_the_difference(apart: Apart) -> None:
    """Else the walk would prove nothing."""
    for who in sorted(KNOW):
        assert told(apart, [who], frozenset({"roadmaps:roadmap", "roadmaps:assignments"})), who
