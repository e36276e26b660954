"""Who may know: schools entrusted to curators, what the region allows, and that both hold on every queryset."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.workflow import Refused, Stale
from opora.decrees.model import Decree, Partnership, Source
from opora.documents.models import Document
from opora.journal.models import Entry
from opora.lists import actions, capability
from opora.lists.models import Entrustment, ListEntry, PolicyChoice, PolicyOption
from opora.notices.models import Notice, NoticeKind
from opora.registry.models import Organisation
from tests import factories
from tests.factories import Region
from tests.lists.conftest import Listed

PAIR = Partnership("СОШ № 1", ["СОШ № 6"], Source(line=1), 0.98)


def fresh(user: User) -> User:
    """As the next request has it."""
    return User.objects.get(pk=user.pk)


def known(user: User) -> set[str]:
    return {entry.organisation.short_name for entry in ListEntry.objects.visible(fresh(user))}


@pytest.fixture
def curator(region: Region) -> User:
    """Of the institute, with no school yet."""
    return factories.user(RoleCode.CURATOR, region.institute)


def schools(listed: Listed) -> list[Organisation]:
    return listed.region.schools


# -- entrusting --------------------------------------------------------------------------------------------------


def test_a_curator_knows_of_the_schools_entrusted_to_him_alone(listed: Listed, curator: User) -> None:
    assert known(curator) == set()
    made = actions.entrust(by=listed.author, curator=curator, schools=[schools(listed)[0]])
    assert known(curator) == {schools(listed)[0].short_name}
    assert fresh(curator).may(Permission.ASSIGNMENTS_VIEW, schools(listed)[0].path)
    assert not fresh(curator).may(Permission.ASSIGNMENTS_VIEW, schools(listed)[2].path)
    actions.end_entrustment(made[0], by=listed.author)
    assert known(curator) == set()
    assert not fresh(curator).may(Permission.ASSIGNMENTS_VIEW, schools(listed)[0].path)


def test_a_curator_of_a_municipality_knows_of_no_school_by_that(listed: Listed) -> None:
    assert known(factories.user(RoleCode.CURATOR, listed.region.municipalities[0])) == set()


@pytest.mark.parametrize(("since", "until", "knows"), [(0, 0, True), (-5, None, True), (1, None, False)])
def test_it_holds_between_its_days(listed: Listed, curator: User, since: int, until: int | None, knows: bool) -> None:
    day = today()
    last = None if until is None else day + dt.timedelta(days=until)
    first = day + dt.timedelta(days=since)
    actions.entrust(by=listed.author, curator=curator, schools=[schools(listed)[0]], since=first, until=last)
    assert bool(known(curator)) is knows


def test_what_has_run_out_tells_no_more_and_can_be_entrusted_anew(listed: Listed, curator: User) -> None:
    day, school = today(), schools(listed)[0]
    Entrustment.objects.create(
        curator=curator, school=school, since=day - dt.timedelta(9), until=day - dt.timedelta(1), entrusted_by="Тест"
    )
    assert known(curator) == set()
    assert len(actions.entrust(by=listed.author, curator=curator, schools=[school])) == 1
    assert known(curator) == {school.short_name}
    assert actions.entrust(by=listed.author, curator=curator, schools=[school]) == []


def test_it_is_journalled_as_confidential(listed: Listed, curator: User) -> None:
    (made,) = actions.entrust(by=listed.author, curator=curator, schools=[schools(listed)[0]])
    actions.end_entrustment(made, by=listed.author)
    entries = Entry.objects.filter(object_id=made.public_id).order_by("number")
    assert [entry.code for entry in entries] == ["lists.entrusted", "lists.entrustment_ended"]
    assert all(entry.confidential for entry in entries)
    with pytest.raises(Stale):
        actions.end_entrustment(made, by=listed.author)


def test_what_cannot_be_entrusted_is_refused(listed: Listed, curator: User) -> None:
    by, school = listed.author, schools(listed)[0]
    with pytest.raises(Refused, match="не куратор"):
        actions.entrust(by=by, curator=listed.region.user(RoleCode.METHODIST), schools=[school])
    with pytest.raises(Refused, match="не общеобразовательная"):
        actions.entrust(by=by, curator=curator, schools=[listed.region.institute])
    with pytest.raises(Refused, match="раньше первого"):
        actions.entrust(by=by, curator=curator, schools=[school], until=today() - dt.timedelta(1))
    elsewhere = factories.user(RoleCode.CURATOR, factories.organisation("region_authority", None, "Другая область"))
    with pytest.raises(Refused, match="не куратор"):
        actions.entrust(by=by, curator=elsewhere, schools=[school])


def test_a_successor_stays_entrusted(listed: Listed, curator: User) -> None:
    actions.entrust(by=listed.author, curator=curator, schools=[schools(listed)[0]])
    actions.organisation_succeeded(schools(listed)[0], schools(listed)[1], listed.author)
    assert known(curator) == {schools(listed)[1].short_name}


def test_a_whole_list_is_entrusted_after_a_preview_and_undone(listed: Listed, curator: User) -> None:
    all_ = schools(listed)
    actions.entrust(by=listed.author, curator=curator, schools=[all_[0]])
    client = Client()
    client.force_login(listed.author)
    url = reverse("lists:entrust", args=[listed.list.public_id])
    form = {"curator": curator.public_id, "since": today().isoformat(), "whole": "on"}
    there = listed.list.entries.count()
    new = there - 1
    page = client.post(url, form).content.decode()
    assert f"Поручить {new} " in page
    assert "Уже поручены ему и останутся: 1" in page
    assert Entrustment.objects.count() == 1
    client.post(url, {**form, "confirmed": "1"})
    assert len(known(curator)) == there
    batch = Entrustment.objects.latest("pk").batch
    assert Entrustment.objects.filter(batch=batch).count() == new
    assert client.post(reverse("lists:undo_entrusting", args=[batch])).status_code == 302
    assert known(curator) == {all_[0].short_name}
    assert client.post(reverse("lists:undo_entrusting", args=[batch])).status_code == 409
    nothing = client.post(url, {**form, "whole": "", "schools": []}).content.decode()
    assert "Выберите школы или отметьте" in nothing


def test_the_curator_is_told_once_for_as_long_as_he_may_know(listed: Listed, curator: User) -> None:
    later = today() + dt.timedelta(days=3)
    chosen = [entry.organisation for entry in listed.list.entries.select_related("organisation")]
    made = actions.entrust(by=listed.author, curator=curator, schools=chosen, since=later)
    told = Notice.objects.filter(kind=NoticeKind.ENTRUSTED)
    assert [one.user for one in told] == [curator]
    assert not any(school.short_name in told[0].text for school in chosen)
    assert not told.allowed(fresh(curator)).exists()
    Entrustment.objects.filter(batch=made[0].batch).update(since=today())
    assert told.allowed(fresh(curator)).exists()
    actions.undo_entrusting(made[0].batch, by=listed.author)
    assert not told.allowed(fresh(curator)).exists()


# -- what the region allows ----------------------------------------------------------------------------------------


def allow(listed: Listed, option: PolicyOption) -> None:
    actions.allow(option, by=listed.author, region=listed.region.authority)


def test_the_strictest_order_is_the_default(listed: Listed) -> None:
    assert not PolicyChoice.objects.exists()
    for role in (RoleCode.REGIONAL_SPECIALIST, RoleCode.METHODIST, RoleCode.OBSERVER, RoleCode.ADMINISTRATOR):
        assert known(listed.region.user(role)) == set()


def test_the_institute_sees_the_lists_where_the_region_allows_it(listed: Listed) -> None:
    user = listed.region.user(RoleCode.REGIONAL_SPECIALIST)
    allow(listed, PolicyOption.INSTITUTE)
    assert known(user) == listed.names
    assert known(listed.region.user(RoleCode.METHODIST)) == set()
    far = factories.region("Дальняя область")
    assert known(far.user(RoleCode.REGIONAL_SPECIALIST)) == set()
    actions.forbid(PolicyOption.INSTITUTE, by=listed.author, region=listed.region.authority)
    assert known(user) == set()


def test_methodists_see_their_own_municipality_where_the_region_allows_it(listed: Listed) -> None:
    allow(listed, PolicyOption.METHODISTS)
    assert known(listed.region.user(RoleCode.METHODIST)) == {schools(listed)[0].short_name}
    assert known(factories.user(RoleCode.METHODIST, listed.region.municipalities[1])) == {schools(listed)[2].short_name}
    assert known(factories.user(RoleCode.METHODIST, listed.region.authority)) == set()
    assert known(listed.region.user(RoleCode.REGIONAL_SPECIALIST)) == set()


def test_a_municipality_entrusts_where_the_region_allows_it(listed: Listed, curator: User) -> None:
    by, school = listed.region.user(RoleCode.MUNICIPAL_COORDINATOR), schools(listed)[0]
    with pytest.raises(Denied):
        actions.entrust(by=by, curator=curator, schools=[school])
    allow(listed, PolicyOption.MUNICIPAL_ENTRUSTS)
    assert actions.entrust(by=by, curator=curator, schools=[school])
    with pytest.raises(Denied):
        actions.entrust(by=by, curator=curator, schools=[schools(listed)[2]])
    with pytest.raises(Denied):
        actions.entrust(by=listed.region.user(RoleCode.SCHOOL_HEAD), curator=curator, schools=[school])


def test_pairs_are_named_openly_where_the_region_publishes_them(listed: Listed) -> None:
    pair = Decree("order", "1", today(), "Пары школ", partnerships=[PAIR])
    document = Document(organisation=listed.region.authority)
    with pytest.raises(Refused, match="пары школ"):
        capability.check_pairs(document, pair, listed.author)
    capability.check_pairs(document, Decree("order", "1", today(), "Без пар"), listed.author)
    capability.check_pairs(Document(organisation=listed.region.authority, confidential=True), pair, listed.author)
    allow(listed, PolicyOption.PAIRS)
    capability.check_pairs(document, pair, listed.author)


def test_the_policy_is_decided_by_the_region_and_journalled(listed: Listed) -> None:
    region = listed.region
    for role in set(RoleCode) - {RoleCode.REGIONAL_COORDINATOR}:
        with pytest.raises(Denied):
            actions.allow(PolicyOption.INSTITUTE, by=region.user(role), region=region.authority)
    allow(listed, PolicyOption.INSTITUTE)
    with pytest.raises(Stale):
        allow(listed, PolicyOption.INSTITUTE)
    actions.forbid(PolicyOption.INSTITUTE, by=listed.author, region=region.authority)
    with pytest.raises(Stale):
        actions.forbid(PolicyOption.INSTITUTE, by=listed.author, region=region.authority)
    codes = Entry.objects.filter(code__startswith="lists.policy").order_by("number").values_list("code", flat=True)
    assert list(codes) == ["lists.policy_allowed", "lists.policy_forbidden"]


def test_every_widening_says_what_follows() -> None:
    assert set(capability.WIDENINGS) == set(PolicyOption)
    assert all(one.consequence and one.strict for one in capability.WIDENINGS.values())


# -- pages ---------------------------------------------------------------------------------------------------------


def test_schools_are_entrusted_and_taken_back_in_the_browser(listed: Listed, curator: User, client: Client) -> None:
    client.force_login(listed.author)
    url = reverse("lists:entrust", args=[listed.list.public_id])
    assert curator.public_id in client.get(url).content.decode()
    data = {"curator": curator.public_id, "since": today().isoformat(), "schools": [schools(listed)[0].public_id]}
    data["confirmed"] = "1"
    assert client.post(url, data).headers["Location"] == reverse("lists:entrustments")
    assert known(curator) == {schools(listed)[0].short_name}
    page = client.get(reverse("lists:entrustments")).content.decode()
    assert schools(listed)[0].short_name in page
    one = Entrustment.objects.get(curator=curator)
    end = reverse("lists:end_entrustment", args=[one.public_id])
    assert "Прекратить" in client.post(end).content.decode()
    assert known(curator)
    client.post(end, {"confirmed": "1"})
    assert known(curator) == set()
    assert "прекращено" in client.get(reverse("lists:entrustments") + "?when=past").content.decode()


def test_a_school_that_is_not_listed_cannot_be_entrusted_by_the_form(
    listed: Listed, curator: User, client: Client
) -> None:
    client.force_login(listed.author)
    url = reverse("lists:entrust", args=[listed.list.public_id])
    data = {"curator": curator.public_id, "since": today().isoformat(), "schools": [schools(listed)[1].public_id]}
    assert client.post(url, data).status_code == 200
    assert not Entrustment.objects.filter(curator=curator).exists()


def test_the_policy_is_changed_after_a_question(listed: Listed, client: Client) -> None:
    client.force_login(listed.author)
    assert "самый строгий порядок" in client.get(reverse("lists:policy")).content.decode()
    url = reverse("lists:decide", args=["institute", "allow"])
    question = client.get(url).content.decode()
    assert capability.WIDENINGS[PolicyOption.INSTITUTE].consequence.split(",")[0] in question
    client.post(url)
    assert not PolicyChoice.objects.exists()
    client.post(url, {"confirmed": "1"})
    assert PolicyChoice.objects.get().option == "institute"
    client.post(reverse("lists:decide", args=["institute", "forbid"]), {"confirmed": "1"})
    assert not PolicyChoice.objects.exists()
    assert client.get(reverse("lists:decide", args=["anything", "allow"])).status_code == 404


@pytest.mark.parametrize("role", list(RoleCode))
def test_rights_cost_the_same_whoever_is_listed(region: Region, role: RoleCode) -> None:
    """One question for curators, one for those of whom the policy speaks, none for all others."""
    user = fresh(region.user(role))
    assert user.active_memberships
    asked = {RoleCode.CURATOR, RoleCode.REGIONAL_SPECIALIST, RoleCode.METHODIST}
    with CaptureQueriesContext(connection) as queries:
        user.scope(Permission.LISTS_VIEW)
    assert len(queries) == int(role in asked)
