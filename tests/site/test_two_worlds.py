"""Who lacks the right gets the same bytes for the same statements, whether or not a school stands in the list.

Every address of the access table, every search and copy, as every role, inside and outside: see `tests.site.apart`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from django.core import mail
from django.db import connection
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.assessments.models import Objection
from opora.core.actor import Actor, Denied
from opora.core.clock import today
from opora.core.secrecy import Knowledge, knowledge
from opora.journal.views import EntryTable
from opora.lists import actions as lists
from opora.lists.models import ListEntry
from opora.registry.models import Organisation
from opora.roadmaps.models import Assignment
from opora.roadmaps.models.tallies import TallyQuerySet
from opora.roadmaps.queries import work
from opora.roadmaps.queries.work import matching
from opora.ui.points import MenuItem, menu_of
from opora.ui.tables import Column, Table
from tests import factories
from tests.site.apart import KNOW, THOROUGH, Apart, Said, Step, differences
from tests.site.asking import everybody
from tests.site.rules import NOBODY, Place
from tests.site.test_access import label
from tests.site.world import World

pytestmark = pytest.mark.django_db
STRANGER: Place = ("", "stranger")
UNENTRUSTED: Place = ("", "unentrusted curator")  # of the secret school's municipality
T = TypeVar("T")
OBSERVER: Place = ("inside", "observer")
# Of a working group: they may do much in many places, and know of the first school alone, entrusted for a meeting.
SPECIALIST: Place = ("group", "specialist")
NEIGHBOUR: Place = ("group", "coordinator of the other municipality")
KNOWING: Place = ("inside", "curator")  # of the first school alone
AS: dict[Place, tuple[Place, ...]] = {  # as whom the table answers them
    UNENTRUSTED: (("beside", "curator"),),
    STRANGER: (NOBODY,),
    SPECIALIST: (("inside", "regional_specialist"), KNOWING),
    NEIGHBOUR: (("near", "municipal_coordinator"), KNOWING),
}
BLIND = [who for who in [*everybody(), *AS] if who not in KNOW]
# Who sees what is decided by conditions that know no engine: PostgreSQL is walked by those who look everywhere.
WALKED = [who for who in BLIND if connection.vendor == "sqlite" or who in THOROUGH]
WHERE = {"group": ("group",), "inside": ("inside", "beside"), "near": ("near", ""), "far": ("far",)}
GROUPS = {name: some for name, where in WHERE.items() if (some := [who for who in WALKED if who[0] in where])}


@pytest.fixture(scope="module")
def apart(worlds: tuple[World, World], django_db_blocker: DjangoDbBlocker) -> Apart:
    with django_db_blocker.unblock():
        return Apart(*worlds, now=timezone.now())


def account(apart: Apart, who: Place) -> User | None:
    if who == STRANGER:
        return None
    if who == NOBODY:
        return User.objects.create_user(username="nobody", email="nobody@example.org", display_name="Без места")
    if who == UNENTRUSTED:
        return factories.user(RoleCode.CURATOR, apart.world.region.municipalities[0])
    if who in (SPECIALIST, NEIGHBOUR):
        return admitted(apart, who)
    place, role = who
    return apart.far.user("inside", role) if place == "far" else apart.world.user(place, role)


def admitted(apart: Apart, who: Place) -> User:
    world, region = apart.world, apart.world.region
    role, place = RoleCode.REGIONAL_SPECIALIST, region.institute
    if who == NEIGHBOUR:
        role, place = RoleCode.MUNICIPAL_COORDINATOR, region.municipalities[1]
    user, by = factories.user(role, place), User.objects.get(pk=world.coordinator.pk)
    until = today() + dt.timedelta(days=60)
    given = {"people": [user], "schools": [region.schools[0]], "until": until}
    lists.entrust_for(world.secret_meeting.public_id, by=by, **given)
    return user


Walks = dict[Place, dict[Step, Said]]


def lives(apart: Apart, places: list[Place], tell: Callable[[World, dict[Place, User | None]], T]) -> list[T]:
    """What is told in the world with the secret, then in the one without."""
    users = {who: account(apart, who) for who in places}
    told = []
    for secret in (True, False):
        with apart.lived(users.values(), secret=secret) as shadow:
            told.append(tell(shadow, users))
    return told


def asking(apart: Apart, names: frozenset[str] | None = None) -> Callable[[World, dict[Place, User | None]], Walks]:
    """A walk by each; the second world is asked what the first was."""
    steps: dict[Place, list[Step]] = {}

    def tell(shadow: World, users: dict[Place, User | None]) -> Walks:
        for who in users:
            steps.setdefault(who, apart.steps(shadow, *AS.get(who, (who,)), names=names))
        return {who: apart.walk(user, steps[who]) for who, user in users.items()}

    return tell


@pytest.mark.parametrize("group", GROUPS)
def test_nothing_tells_that_a_school_is_listed(apart: Apart, group: str) -> None:
    one, other = lives(apart, GROUPS[group], asking(apart))
    found = [f"{label(who)}: {told}" for who in GROUPS[group] for told in differences(one[who], other[who])]
    assert not found, "\n".join(found)


def test_letters_and_those_who_may_know(apart: Apart) -> None:
    """The mails of the days after tell nobody else; that those who may know see a difference proves the walk."""
    ask = asking(apart, frozenset({"roadmaps:roadmap", "roadmaps:assignments"}))

    def tell(shadow: World, users: dict[Place, User | None]) -> tuple[Walks, dict[str, Said]]:
        return ask(shadow, {who: user for who, user in users.items() if who in KNOW}), apart.letters()

    (one, letters), (other, later) = lives(apart, [*sorted(KNOW), *BLIND], tell)
    for who in one:
        assert differences(one[who], other[who]), who
    head = apart.world.user("beside", "school_head").email
    assert letters[head] != later[head]
    assert len(later) > 5
    know = {apart.keeper.email, apart.second.email, *(apart.world.user(*who).email for who in KNOW)}
    sent = [{Step("TICK", to, ""): all_[to] for to in sorted(set(all_) - know)} for all_ in (letters, later)]
    found = differences(*sent)
    assert not found, "\n".join(found)


# -- leaks planted on purpose: the walk finds each ---------------------------------------------------------------------


def in_a_count(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(TallyQuerySet, "visible", lambda self, user: self)


def in_a_search_hit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        "opora.roadmaps.menu.matching", lambda rows, *asked: matching(Assignment.objects.filter(via_list=True), *asked)
    )


def in_a_file_name(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("opora.exports.actions._file_name", lambda name: f"{name} {ListEntry.objects.count()}")


def by_a_statement(patch: pytest.MonkeyPatch) -> None:
    def menu(user: Actor) -> list[MenuItem]:
        for entry in ListEntry.objects.filter(list__state="approved"):
            Organisation.objects.filter(pk=entry.organisation_id).exists()
        return menu_of(user)

    patch.setattr("opora.ui.context.menu_of", menu)


def by_a_status(patch: pytest.MonkeyPatch) -> None:
    def get(rows: Any, **asked: Any) -> Any:
        if ListEntry.objects.filter(list__state="approved", organisation__public_id=asked["public_id"]).exists():
            raise Denied("Сюда нельзя.")
        return get_object_or_404(rows, **asked)

    patch.setattr("opora.lists.views.listing.get_object_or_404", get)


def by_a_header(patch: pytest.MonkeyPatch) -> None:
    def response(self: Table[Any], *given: Any) -> HttpResponse:
        found = answered(self, *given)
        found.headers["ETag"] = f'"{Assignment.objects.count()}"'
        return found

    answered = Table.response
    patch.setattr(Table, "response", response)


def by_a_number(patch: pytest.MonkeyPatch) -> None:
    column = Column("number", "№", lambda entry: entry.number)
    patch.setattr(EntryTable, "columns", (column, *EntryTable.columns))


def in_a_letter(patch: pytest.MonkeyPatch) -> None:
    def opened(*given: Any, **named: Any) -> Any:
        mail.send_mail("Работа", f"Поручений: {Assignment.objects.count()}", None, ["observer@example.org"])
        return home(*given, **named)

    home = work.my_work
    patch.setattr(work, "my_work", opened)


def in_a_count_of_objections(patch: pytest.MonkeyPatch) -> None:
    def menu(user: Actor) -> list[MenuItem]:
        rows = Objection.objects.all()
        return [*menu_of(user), MenuItem("Возражения", "/results/objections/", icon="list", order=99, waiting=rows)]

    patch.setattr("opora.ui.context.menu_of", menu)


def by_a_tab_of_one_that_left(patch: pytest.MonkeyPatch) -> None:
    class Knows(Knowledge):
        def of(self, path: str) -> bool:
            return ListEntry.objects.filter(until__isnull=False, organisation__path=path).exists()

    patch.setattr("opora.lists.menu.knowledge", lambda user: Knows(knowledge(user).scope))


PLANTED = {
    in_a_count_of_objections: "registry:organisations",
    by_a_tab_of_one_that_left: "registry:organisation",
    in_a_count: "roadmaps:roadmap",
    in_a_search_hit: "ui:search",
    in_a_file_name: "registry:organisations",
    by_a_statement: "registry:organisations",
    by_a_status: "lists:school",
    by_a_header: "registry:organisations",
    by_a_number: "journal:entries",
    in_a_letter: "roadmaps:home",
}


def test_each_planted_leak_is_found(apart: Apart) -> None:
    planted = {plant: asking(apart, frozenset({name})) for plant, name in PLANTED.items()}

    def tell(shadow: World, users: dict[Place, User | None]) -> dict[Any, tuple[Walks, Walks]]:
        told = {}
        for plant, ask in planted.items():
            clean = ask(shadow, users)
            with pytest.MonkeyPatch.context() as patch:
                plant(patch)
                told[plant] = clean, ask(shadow, users)
        return told

    one, other = lives(apart, [OBSERVER], tell)
    for plant in PLANTED:
        (clean, leaky), (bare, dry) = one[plant], other[plant]
        assert not differences(clean[OBSERVER], bare[OBSERVER]), plant.__name__
        assert differences(leaky[OBSERVER], dry[OBSERVER]), plant.__name__
