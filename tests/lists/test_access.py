"""Nobody learns from any answer which schools are listed, but those who may."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.journal.actions import OPENED
from opora.journal.models import Entry
from opora.journal.queries import visible as journal_of
from opora.lists import actions
from opora.lists.models import ListEntry, SchoolList
from opora.registry.models import Organisation
from opora.ui.points import menu_of, tabs_of
from tests.factories import Region, organisation
from tests.lists.conftest import Listed, draft

BLIND = (
    RoleCode.REGIONAL_SPECIALIST,
    RoleCode.METHODIST,
    RoleCode.OBSERVER,
    RoleCode.ADMINISTRATOR,
)
OF_SCHOOL = (RoleCode.SCHOOL_HEAD, RoleCode.SCHOOL_STAFF, RoleCode.CURATOR)
LISTS = "/lists/"


def page(of: SchoolList) -> str:
    return reverse("lists:list", args=[of.public_id])


def text(client: Client, user: User, url: str, status: int = 200) -> str:
    client.force_login(user)
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def urls(listed: Listed) -> list[str]:
    """Every page that could tell of the list or of a school in it."""
    key, school = listed.list.public_id, listed.region.schools[0].public_id
    inside = ("list", "edit", "add", "import")
    return [
        *(reverse(f"lists:{name}", args=[key]) for name in inside),
        reverse("lists:remove", args=[key, school]),
        reverse("lists:preview", args=[key, key]),
        reverse("lists:school", args=[school]),
    ]


@pytest.mark.parametrize("role", BLIND)
def test_a_role_without_the_right_learns_nothing(listed: Listed, client: Client, role: RoleCode) -> None:
    user = listed.region.user(role)
    known = [*listed.names, listed.list.title]
    answers = [text(client, user, LISTS, 403), text(client, user, "/lists/new/", 403)]
    answers += [text(client, user, url, 404) for url in urls(listed)]
    answers += [text(client, user, f"{page(listed.list)}?to=csv", 404), text(client, user, f"{LISTS}?to=csv", 403)]
    for name in ("approve", "reopen"):
        assert client.post(reverse(f"lists:{name}", args=[listed.list.public_id])).status_code == 404
    for answer in answers:
        assert not [name for name in known if name in answer]
    assert not SchoolList.objects.visible(user)
    assert not ListEntry.objects.visible(user)
    assert LISTS not in [item.url for item in menu_of(user)]
    assert not has_tab(user, listed.region.schools[0])


def has_tab(user: User, school: Organisation) -> bool:
    return any(tab.url == reverse("lists:school", args=[school.public_id]) for tab in tabs_of(user, school))


def test_the_author_sees_the_whole_list(listed: Listed, client: Client) -> None:
    answer = text(client, listed.author, page(listed.list))
    assert all(name in answer for name in listed.names)
    assert listed.list.title in text(client, listed.author, LISTS)
    assert LISTS in [item.url for item in menu_of(listed.author)]


@pytest.mark.parametrize("number", [0, 1])
def test_a_municipality_sees_its_own_schools_alone(listed: Listed, client: Client, number: int) -> None:
    user = listed.region.user(RoleCode.MUNICIPAL_COORDINATOR, listed.region.municipalities[number])
    own, foreign = listed.region.schools[2 * number], listed.region.schools[2 - 2 * number]
    for url in (page(listed.list), f"{page(listed.list)}?to=csv"):
        client.force_login(user)
        answer = client.get(url).content.decode()
        assert own.short_name in answer
        assert foreign.short_name not in answer
    text(client, user, reverse("lists:school", args=[own.public_id]))
    text(client, user, reverse("lists:school", args=[foreign.public_id]), 404)
    assert LISTS in [item.url for item in menu_of(user)]
    client.force_login(user)
    row = client.get(LISTS).context["table"].page.object_list[0]
    assert row.schools == 1


def test_a_municipality_without_listed_schools_does_not_see_the_list(listed: Listed, client: Client) -> None:
    actions.reopen(listed.list, by=listed.author)
    actions.remove_school(listed.list, by=listed.author, organisation=listed.region.schools[2])
    actions.approve(listed.list, by=listed.author)
    user = listed.region.user(RoleCode.MUNICIPAL_COORDINATOR, listed.region.municipalities[1])
    assert listed.list.title not in text(client, user, LISTS)
    text(client, user, page(listed.list), 404)


@pytest.mark.parametrize("role", OF_SCHOOL)
def test_a_school_sees_itself_alone(listed: Listed, client: Client, role: RoleCode) -> None:
    user = listed.region.user(role)
    answer = text(client, user, page(listed.list))
    assert listed.region.schools[0].short_name in answer
    assert listed.region.schools[2].short_name not in answer
    own = reverse("lists:school", args=[listed.region.schools[0].public_id])
    assert listed.list.title in text(client, user, own)
    assert has_tab(user, listed.region.schools[0])
    assert not has_tab(user, listed.region.schools[2])
    assert LISTS not in [item.url for item in menu_of(user)]


@pytest.mark.parametrize("role", OF_SCHOOL)
def test_a_school_outside_the_list_sees_nothing(listed: Listed, client: Client, role: RoleCode) -> None:
    user = listed.region.user(role, listed.region.schools[1])
    text(client, user, page(listed.list), 404)
    assert listed.list.title not in text(client, user, LISTS)
    own = text(client, user, reverse("lists:school", args=[listed.region.schools[1].public_id]))
    assert listed.list.title not in own


def test_another_region_sees_nothing(listed: Listed, client: Client) -> None:
    elsewhere = organisation("region_authority", None, "Министерство другой области")
    user = listed.region.user(RoleCode.REGIONAL_COORDINATOR, elsewhere)
    for url in urls(listed):
        text(client, user, url, 404)
    assert listed.list.title not in text(client, user, LISTS)


def test_a_draft_is_for_those_who_write_it(listed: Listed, client: Client) -> None:
    actions.reopen(listed.list, by=listed.author)
    assert all(name in text(client, listed.author, page(listed.list)) for name in listed.names)
    for role in (RoleCode.MUNICIPAL_COORDINATOR, *OF_SCHOOL):
        user = listed.region.user(role)
        text(client, user, page(listed.list), 404)
        assert not ListEntry.objects.visible(user)
        assert "примечание" not in text(
            client, user, reverse("lists:school", args=[listed.region.schools[0].public_id])
        )


def test_a_draft_of_the_own_municipality_shows_no_school(region: Region, author: User, client: Client) -> None:
    made = draft(region, author, at=0)
    actions.add_school(made, by=author, organisation=region.schools[0])
    answer = text(client, region.user(RoleCode.MUNICIPAL_COORDINATOR), page(made))
    assert "ещё не утверждён" in answer
    assert region.schools[0].short_name not in answer


def test_seeing_is_not_writing(listed: Listed, client: Client) -> None:
    for role in (RoleCode.MUNICIPAL_COORDINATOR, RoleCode.SCHOOL_HEAD):
        client.force_login(listed.region.user(role))
        for name in ("edit", "add", "import"):
            assert client.get(reverse(f"lists:{name}", args=[listed.list.public_id])).status_code == 403
        for name in ("approve", "reopen", "edit", "add", "import"):
            assert client.post(reverse(f"lists:{name}", args=[listed.list.public_id])).status_code == 403
        assert client.get("/lists/new/").status_code == 403


def test_a_visitor_signs_in_first(listed: Listed, client: Client) -> None:
    for url in (LISTS, *urls(listed)):
        assert client.get(url).status_code == 302


# -- the journal -------------------------------------------------------------------------------------------------


def test_opening_is_journalled(listed: Listed, client: Client) -> None:
    user = listed.region.user(RoleCode.MUNICIPAL_COORDINATOR)
    text(client, user, page(listed.list))
    text(client, user, page(listed.list))
    text(client, user, reverse("lists:school", args=[listed.region.schools[0].public_id]))
    entries = Entry.objects.filter(code=OPENED, actor_id=user.actor_id)
    assert sorted(entries.values_list("object_kind", flat=True)) == ["organisation", "schoollist"]
    assert all(entries.values_list("confidential", flat=True))


def test_the_journal_tells_of_lists_to_their_authority_alone(listed: Listed) -> None:
    mine = Entry.objects.filter(code__startswith="lists.")
    assert mine.count() == 4
    assert all(mine.values_list("confidential", flat=True))
    other = listed.region.user(RoleCode.REGIONAL_COORDINATOR)
    assert journal_of(other).filter(code__startswith="lists.").count() == 4
    for role in RoleCode.values:
        if role != RoleCode.REGIONAL_COORDINATOR:
            assert not journal_of(listed.region.user(role)).filter(code__startswith="lists.").exists()


def test_the_journal_does_not_tell_a_municipality_of_its_draft(region: Region, author: User) -> None:
    made = draft(region, author, at=0)
    actions.add_school(made, by=author, organisation=region.schools[0])
    user = region.user(RoleCode.MUNICIPAL_COORDINATOR)
    assert not journal_of(user).exists()
    actions.approve(made, by=author)
    of_lists = journal_of(user).filter(code__startswith="lists.")
    assert [entry.code for entry in of_lists] == ["lists.approved"]


def test_a_copy_is_journalled_as_confidential(listed: Listed, client: Client) -> None:
    client.force_login(listed.author)
    for url in (page(listed.list), LISTS):
        for kind in ("csv", "xlsx"):
            response = client.get(url, {"to": kind})
            assert "attachment" in response.headers["Content-Disposition"]
    copies = Entry.objects.filter(code="exports.released")
    assert copies.count() == 4
    assert all(copies.values_list("confidential", flat=True))


# -- cost --------------------------------------------------------------------------------------------------------


def cost(client: Client, url: str) -> int:
    client.get(url)  # the opening is journalled once
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_pages_cost_the_same_for_many_rows(listed: Listed, client: Client) -> None:
    client.force_login(listed.author)
    school = reverse("lists:school", args=[listed.region.schools[0].public_id])
    pages = {LISTS: 6, page(listed.list): 9, school: 8}
    assert {url: cost(client, url) for url in pages} == pages
    for number in range(10):
        more = draft(listed.region, listed.author, title=f"Ещё {number}")
        actions.add_school(more, by=listed.author, organisation=listed.region.schools[0])
        actions.approve(more, by=listed.author)
    actions.reopen(listed.list, by=listed.author)
    for _ in range(10):
        added = organisation(parent=listed.region.municipalities[0])
        actions.add_school(listed.list, by=listed.author, organisation=added)
    assert {url: cost(client, url) for url in pages} == pages
