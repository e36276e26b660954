from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Actor, Denied, System
from opora.core.workflow import Refused
from opora.journal.models import Entry
from opora.registry import actions, points
from opora.registry.models import Alias, Organisation, Person, Post
from opora.registry.models.organisations import OrganisationKind as Kind
from opora.registry.resolve import resolve
from tests.factories import Region


@pytest.fixture
def editor(region: Region) -> User:
    return region.user(RoleCode.REGIONAL_COORDINATOR)


def last() -> Entry:
    entry = Entry.objects.first()
    assert entry is not None
    return entry


def test_a_new_organisation_stands_below_its_parent_and_in_the_journal(region: Region, editor: User) -> None:
    school = actions.create(
        by=editor, parent=region.municipalities[0], kind=Kind.SCHOOL, name="МБОУ «Ёлкинская СОШ»", code="77"
    )
    assert school.path.startswith(region.municipalities[0].path)
    assert school.search == " мбоу елкинская сош 77"
    assert last().text == "внёс(ла) в реестр организацию «МБОУ «Ёлкинская СОШ»»"
    assert (last().path, last().data["new"]["code"]) == (school.path, "77")


def test_codes_are_unique(region: Region, editor: User) -> None:
    actions.edit(region.schools[0], by=editor, code="1")
    with pytest.raises(Refused, match="Код «1» уже у организации"):
        actions.edit(region.schools[1], by=editor, code="1")


def test_a_region_is_made_by_the_system_alone(region: Region, editor: User) -> None:
    with pytest.raises(Denied):
        actions.create(by=editor, parent=None, kind=Kind.REGION_AUTHORITY, name="Другая область")
    assert actions.create(by=System(), parent=None, kind=Kind.REGION_AUTHORITY, name="Другая область").path


def test_editing_keeps_old_and_new_values(region: Region, editor: User) -> None:
    actions.edit(region.schools[0], by=editor, settlement="с. Озёрное", pupils=120)
    assert last().data == {"settlement": ["", "с. Озёрное"], "pupils": [None, 120]}
    assert last().text.endswith("населённый пункт, обучающихся")
    count = Entry.objects.count()
    actions.edit(region.schools[0], by=editor, settlement="с. Озёрное")
    assert Entry.objects.count() == count


@pytest.mark.parametrize("wrong", [{"latitude": 54.6}, {"latitude": 37.6, "longitude": 55.7}])
def test_a_place_is_told_whole_and_in_the_country(region: Region, editor: User, wrong: dict[str, float]) -> None:
    with pytest.raises(Refused):
        actions.edit(region.schools[0], by=editor, **wrong)
    with pytest.raises(Refused):
        actions.create(by=editor, parent=region.municipalities[0], kind="school", name="Новая", **wrong)


def test_an_old_name_still_leads_there(region: Region, editor: User) -> None:
    school = region.schools[0]
    actions.rename(school, by=editor, name="МБОУ «Гимназия «Родник»»")
    assert resolve("МБОУ «СОШ № 6», Луговой район", region.municipalities[0]) == school
    assert list(Organisation.objects.matching("6 лугов родник")) == [school]
    actions.remove_alias(Alias.objects.get(), by=editor)
    assert not Organisation.objects.matching("6 лугов родник").exists()


def test_a_name_means_one_thing_in_a_territory(region: Region, editor: User) -> None:
    actions.add_alias(by=editor, territory=region.authority, name="ИРО", organisation=region.institute)
    with pytest.raises(Refused, match="уже занято"):
        actions.add_alias(by=editor, territory=region.authority, name="«иро»", group="schools")


def test_moving_takes_the_subtree_along(
    region: Region, editor: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    municipality, new = region.municipalities
    with django_assert_max_num_queries(20):
        actions.move(municipality, by=editor, parent=new)
    for organisation in (*region.schools[:2], region.services[0]):
        organisation.refresh_from_db()
        assert organisation.path.startswith(new.path)
        assert len(organisation.path) == 32
    assert Organisation.objects.inside(new).count() == 8
    with pytest.raises(Refused, match="самой"):
        actions.move(new, by=editor, parent=Organisation.objects.get(pk=region.schools[0].pk))


def test_closing_hands_open_work_to_the_successor(region: Region, editor: User) -> None:
    told: list[tuple[Organisation, Organisation, Actor]] = []

    def listener(old: Organisation, new: Organisation, by: Actor) -> None:
        told.append((old, new, by))

    points.organisation_succeeded.register(listener)
    actions.close(region.schools[0], by=editor, successor=region.schools[1])
    assert told == [(region.schools[0], region.schools[1], editor)]
    assert "преемник — «МБОУ «СОШ № 12»" in last().text
    with pytest.raises(Refused, match="уже закрыта"):
        actions.close(region.schools[0], by=editor)
    with pytest.raises(Refused, match="сам закрыт"):
        actions.close(region.schools[1], by=editor, successor=Organisation.objects.get(pk=region.schools[0].pk))


def test_an_organisation_with_subordinates_is_not_closed(region: Region, editor: User) -> None:
    with pytest.raises(Refused, match="подчинённые"):
        actions.close(region.municipalities[0], by=editor)


def test_merging_brings_people_names_and_subordinates(region: Region, editor: User) -> None:
    old, new = region.municipalities
    person = actions.add_person(by=editor, organisation=old, title="начальник", last_name="Ким", is_head=True)
    actions.create_body(by=editor, organisation=old, name="Рабочая группа района")
    actions.merge(old, by=editor, into=new)
    old.refresh_from_db()
    assert (old.state, old.successor) == ("closed", new)
    assert Post.objects.get(person=person).organisation == new
    assert not Post.objects.get(person=person).is_head
    assert Organisation.objects.inside(new).active().count() == 7
    assert resolve("Управление образования, Луговой район", region.authority) == new
    assert last().text.startswith("присоединил(а) организацию")


def test_people_and_posts(region: Region, editor: User) -> None:
    school, other = region.schools[:2]
    person = actions.add_person(by=editor, organisation=school, title="директор", last_name="Ким", is_head=True)
    actions.edit_person(person, by=editor, email="kim@example.org")
    post = actions.add_post(person, by=editor, organisation=other, title="учитель")
    with pytest.raises(Refused, match="уже занимает"):
        actions.add_post(person, by=editor, organisation=other, title="учитель")
    actions.edit_post(post, by=editor, title="педагог", is_head=False)
    assert last().data["title"] == ["учитель", "педагог"]
    actions.remove_post(post, by=editor)
    with pytest.raises(Refused, match="единственная"):
        actions.remove_post(person.posts.get(), by=editor)
    actions.remove_person(person, by=editor)
    assert not Person.objects.exists()
    assert Entry.objects.filter(object_kind="person").count() == 6


def test_a_group_changes_its_members(region: Region, editor: User) -> None:
    member = actions.Member("Ким Анна", "директор", "chair")
    body = actions.create_body(by=editor, organisation=region.authority, name="РРГ", members=[member])
    actions.edit_body(body, by=editor, members=[member, actions.Member("Ли Пётр", organisation=region.schools[0])])
    assert [m.name for m in body.members.all()] == ["Ким Анна", "Ли Пётр"]
    assert last().data["members"][0] == ["Ким Анна, директор, руководитель"]
    actions.dissolve_body(body, by=editor)
    with pytest.raises(Refused):
        actions.dissolve_body(body, by=editor)


@pytest.mark.parametrize("role", [r for r in RoleCode if "coordinator" not in r])
def test_nobody_else_edits(region: Region, role: RoleCode) -> None:
    user, school = region.user(role), region.schools[0]
    person = Person.objects.create(last_name="Ким")
    post = Post.objects.create(person=person, organisation=school, title="директор")
    alias = Alias.objects.create(territory=region.authority, name="ИРО", organisation=region.institute)
    for attempt in (
        lambda: actions.create(by=user, parent=region.municipalities[0], kind=Kind.SCHOOL, name="А"),
        lambda: actions.edit(school, by=user, pupils=1),
        lambda: actions.rename(school, by=user, name="А"),
        lambda: actions.close(school, by=user),
        lambda: actions.merge(school, by=user, into=region.schools[1]),
        lambda: actions.move(school, by=user, parent=region.municipalities[1]),
        lambda: actions.add_alias(by=user, territory=region.municipalities[0], name="А", organisation=school),
        lambda: actions.remove_alias(alias, by=user),
        lambda: actions.add_person(by=user, organisation=school, title="учитель", last_name="Ли"),
        lambda: actions.edit_person(person, by=user, email="a@example.org"),
        lambda: actions.remove_person(person, by=user),
        lambda: actions.add_post(person, by=user, organisation=school, title="учитель"),
        lambda: actions.edit_post(post, by=user, title="учитель", is_head=False),
        lambda: actions.remove_post(post, by=user),
        lambda: actions.create_body(by=user, organisation=school, name="А"),
    ):
        with pytest.raises(Denied, match="права изменять"):
            attempt()
