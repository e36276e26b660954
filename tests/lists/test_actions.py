from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.workflow import Refused, Stale
from opora.journal.models import Entry
from opora.lists import actions
from opora.lists.models import WORKFLOW, Category, ListState, SchoolList
from opora.lists.queries import is_listed, listed_schools
from opora.registry.actions import close, merge
from tests.factories import Region
from tests.lists.conftest import Listed, draft

AUTUMN = dt.date(2026, 9, 1)


def codes() -> list[str]:
    return list(Entry.objects.filter(code__startswith="lists.").order_by("number").values_list("code", flat=True))


# -- writing -----------------------------------------------------------------------------------------------------


def test_every_action_asks_for_the_right(listed: Listed) -> None:
    school, territory = listed.region.schools[0], listed.region.municipalities[0]
    for role in RoleCode.values:
        if role == RoleCode.REGIONAL_COORDINATOR:
            continue
        user = listed.region.user(role)
        for call in (
            lambda user=user: actions.create_list(by=user, territory=territory, school_year=2026, title="x"),
            lambda user=user: actions.edit(listed.list, by=user, title="x"),
            lambda user=user: actions.add_school(listed.list, by=user, organisation=school),
            lambda user=user: actions.remove_school(listed.list, by=user, organisation=school),
            lambda user=user: actions.replace_entries(listed.list, by=user, entries=[]),
            lambda user=user: actions.approve(listed.list, by=user),
            lambda user=user: actions.reopen(listed.list, by=user),
        ):
            with pytest.raises(Denied):
                call()


def test_approval_and_back(region: Region, author: User) -> None:
    made = draft(region, author)
    with pytest.raises(Refused, match="нет ни одной школы"):
        actions.approve(made, by=author)
    actions.add_school(made, by=author, organisation=region.schools[0])
    made = actions.approve(made, by=author)
    assert (made.state, made.approved_by) == (ListState.APPROVED, author.label)
    made.refresh_from_db()
    assert made.approved_at
    with pytest.raises(Refused, match="утверждён"):
        actions.approve(made, by=author)
    made = actions.reopen(made, by=author)
    made.refresh_from_db()
    assert (made.state, made.approved_at, made.approved_by) == (ListState.DRAFT, None, None)
    assert codes() == ["lists.created", "lists.school_added", "lists.approved", "lists.reopened"]


def test_of_two_who_approve_at_once_one_is_told(listed: Listed) -> None:
    seen = SchoolList.objects.get(pk=listed.list.pk)
    actions.reopen(listed.list, by=listed.author)
    with pytest.raises(Stale):
        WORKFLOW.move(seen, "reopen", approved_at=None, approved_by=None)


def test_an_approved_list_does_not_change(listed: Listed) -> None:
    school = listed.region.schools[0]
    for call in (
        lambda: actions.edit(listed.list, by=listed.author, title="другое"),
        lambda: actions.add_school(listed.list, by=listed.author, organisation=listed.region.schools[1]),
        lambda: actions.remove_school(listed.list, by=listed.author, organisation=school),
        lambda: actions.replace_entries(listed.list, by=listed.author, entries=[(school, "")]),
    ):
        with pytest.raises(Refused, match="верните его в работу"):
            call()


def test_only_working_schools_of_the_territory_once(region: Region, author: User) -> None:
    made = draft(region, author, at=0)
    actions.add_school(made, by=author, organisation=region.schools[0])
    for organisation, why in (
        (region.schools[0], "уже есть"),
        (region.schools[2], "не относится"),
        (region.services[0], "не общеобразовательная"),
    ):
        with pytest.raises(Refused, match=why):
            actions.add_school(made, by=author, organisation=organisation)
    closed = close(region.schools[1], by=author)
    with pytest.raises(Refused, match="закрыта"):
        actions.add_school(made, by=author, organisation=closed)
    actions.remove_school(made, by=author, organisation=region.schools[0])
    with pytest.raises(Refused, match="уже нет"):
        actions.remove_school(made, by=author, organisation=region.schools[0])


def test_the_same_edit_or_replacement_twice_writes_nothing(region: Region, author: User) -> None:
    made = draft(region, author)
    entries = [(region.schools[1], ""), (region.schools[0], "первая")]
    assert actions.replace_entries(made, by=author, entries=entries)
    made = actions.edit(made, by=author, title="Другое", category=Category.ADVERSE_CONDITIONS)
    before = codes()
    assert not actions.replace_entries(made, by=author, entries=entries)
    actions.edit(made, by=author, title="Другое")
    assert codes() == before == ["lists.created", "lists.replaced", "lists.edited"]
    data = Entry.objects.get(code="lists.replaced").data
    assert [key for key, _ in data["added"]] == [school.public_id for school, _ in entries]
    with pytest.raises(Refused, match="несколько раз"):
        actions.replace_entries(made, by=author, entries=[entries[0], entries[0]])


def test_an_unknown_field_is_a_mistake_of_the_program(region: Region, author: User) -> None:
    with pytest.raises(TypeError):
        actions.edit(draft(region, author), by=author, state="approved")


# -- pages -------------------------------------------------------------------------------------------------------


def test_a_list_from_beginning_to_end_by_hand(region: Region, author: User, client: Client) -> None:
    client.force_login(author)
    form = {
        "territory": region.authority.pk,
        "title": "ШНОР 2026",
        "category": Category.LOW_RESULTS,
        "school_year": 2026,
        "document_text": "приказ от 20.08.2026 № 412",
    }
    assert "Новый список" in client.get("/lists/").content.decode()
    assert client.get("/lists/new/").status_code == 200
    assert client.post("/lists/new/", {**form, "title": ""}).status_code == 200
    client.post("/lists/new/", {**form, "once": "один-раз"})
    client.post("/lists/new/", {**form, "once": "один-раз"})
    made = SchoolList.objects.get()

    def url(name: str, *more: str) -> str:
        return reverse(f"lists:{name}", args=[made.public_id, *more])

    assert client.get(url("add")).status_code == 200
    assert "Подходят несколько школ" in client.post(url("add"), {"school": "СОШ № 6"}).content.decode()
    client.post(url("add"), {"school": "СОШ № 6, Луговой район", "note": "важно"})
    assert "уже есть" in client.post(url("add"), {"school": region.schools[0].name}).content.decode()
    assert made.entries.get().organisation == region.schools[0]
    assert client.get(url("edit")).status_code == 200
    client.post(url("edit"), {**form, "title": "ШНОР"})
    made.refresh_from_db()
    assert made.title == "ШНОР"
    assert url("remove", region.schools[0].public_id) in client.get(url("list")).content.decode()
    assert client.get(url("remove", region.schools[1].public_id)).status_code == 404
    assert "Убрать школу?" in client.get(url("remove", region.schools[0].public_id)).content.decode()
    client.post(url("remove", region.schools[0].public_id), {"confirmed": "1"})
    assert not made.entries.exists()
    assert client.post(url("approve")).status_code == 409
    client.post(url("add"), {"school": region.schools[0].name})
    client.post(url("approve"))
    made.refresh_from_db()
    assert made.state == ListState.APPROVED
    assert client.get(url("edit")).status_code == 409
    assert "Вернуть список в работу?" in client.post(url("reopen")).content.decode()
    client.post(url("reopen"), {"confirmed": "1"})
    made.refresh_from_db()
    assert made.state == ListState.DRAFT


def test_the_territory_has_to_be_ones_own(region: Region, author: User, client: Client) -> None:
    client.force_login(author)
    form = {"territory": region.institute.pk, "title": "x", "category": "low_results", "school_year": 2026}
    assert client.post("/lists/new/", form).status_code == 200
    assert not SchoolList.objects.exists()


def test_tables_search_and_filter(listed: Listed, client: Client) -> None:
    client.force_login(listed.author)
    page = reverse("lists:list", args=[listed.list.public_id])

    def shown(url: str, **query: str) -> int:
        return int(client.get(url, query).context["table"].total)

    assert shown(page, q="луговой") == 1
    assert shown(page, q="12") == 0
    assert shown(page, municipality=listed.region.municipalities[1].public_id) == 1
    assert shown("/lists/", q="шнор") == 1
    assert shown("/lists/", q="2026") == 1
    assert shown("/lists/", category="adverse_conditions") == 0


# -- who is listed -----------------------------------------------------------------------------------------------


def test_listed_schools_of_a_territory(listed: Listed) -> None:
    region = listed.region
    assert set(listed_schools(region.authority, AUTUMN)) == {region.schools[0], region.schools[2]}
    assert set(listed_schools(region.municipalities[0], AUTUMN)) == {region.schools[0]}
    assert set(listed_schools(region.schools[1], AUTUMN)) == set()
    assert not listed_schools(region.authority, AUTUMN, Category.ADVERSE_CONDITIONS).exists()
    assert is_listed(region.schools[0], AUTUMN)
    assert is_listed(region.schools[0], AUTUMN, Category.LOW_RESULTS)
    assert not is_listed(region.schools[1], AUTUMN)
    assert not is_listed(region.municipalities[0], AUTUMN)


def test_a_draft_and_a_closed_school_do_not_count(listed: Listed) -> None:
    close(listed.region.schools[0], by=listed.author)
    assert list(listed_schools(listed.region.authority, AUTUMN)) == [listed.region.schools[2]]
    actions.reopen(listed.list, by=listed.author)
    assert not listed_schools(listed.region.authority, AUTUMN).exists()


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        ("2026-06-30", False),
        ("2026-07-01", True),
        ("2026-08-31", True),
        ("2026-09-01", True),
        ("2027-01-15", True),
        ("2027-06-30", True),
        ("2027-07-01", True),
        ("2027-08-31", True),
        ("2027-09-01", False),
    ],
)
def test_the_school_year_of_a_day(listed: Listed, day: str, counts: bool) -> None:
    assert is_listed(listed.region.schools[0], dt.date.fromisoformat(day)) is counts


def test_in_summer_the_coming_list_takes_the_place_of_the_ending_one(listed: Listed) -> None:
    region, author = listed.region, listed.author
    coming = draft(region, author, year=2027)
    actions.add_school(coming, by=author, organisation=region.schools[1])
    day = dt.date(2027, 7, 10)
    assert not is_listed(region.schools[1], day)
    actions.approve(coming, by=author)
    assert set(listed_schools(region.authority, day)) == {region.schools[1]}
    assert set(listed_schools(region.authority, dt.date(2027, 6, 10))) == {region.schools[0], region.schools[2]}


def test_a_coming_list_of_another_territory_or_category_leaves_this_one(listed: Listed) -> None:
    region, author = listed.region, listed.author
    other = draft(region, author, at=1, year=2027)
    actions.add_school(other, by=author, organisation=region.schools[3])
    actions.approve(other, by=author)
    adverse = actions.create_list(
        by=author, territory=region.authority, school_year=2027, title="x", category=Category.ADVERSE_CONDITIONS
    )
    actions.add_school(adverse, by=author, organisation=region.schools[1])
    actions.approve(adverse, by=author)
    assert set(listed_schools(region.authority, dt.date(2027, 8, 1))) == set(region.schools)


def test_the_successor_of_a_listed_school_stands_in_its_place(region: Region) -> None:
    coordinator = region.user(RoleCode.REGIONAL_COORDINATOR)
    made = actions.create_list(by=coordinator, territory=region.authority, school_year=2026, title="Перечень")
    actions.replace_entries(made, by=coordinator, entries=[(region.schools[0], ""), (region.schools[2], "")])
    merge(region.schools[0], by=coordinator, into=region.schools[1])
    assert {entry.organisation for entry in made.entries.all().standing()} == {region.schools[1], region.schools[2]}
    merge(region.schools[1], by=coordinator, into=region.schools[2])
    assert [entry.organisation for entry in made.entries.all().standing()] == [region.schools[2]]
