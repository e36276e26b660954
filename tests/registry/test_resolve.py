from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from opora.core.clock import today
from opora.registry.models import Alias, Body, Organisation, Person, Post
from opora.registry.models.organisations import AliasTarget, OrganisationKind, OrganisationState
from opora.registry.resolve import Resolver, resolve, resolve_person
from tests.factories import Region, organisation


@pytest.mark.parametrize(
    "text",
    [
        "МБОУ «СОШ № 6», Луговой район",
        "МБОУ СОШ №6",
        "МБОУ СОШ № 6",
        "МАОУ «СОШ №06»",
        "СОШ 6",
        "Муниципальное бюджетное общеобразовательное учреждение «Средняя общеобразовательная школа № 6»",
        "Средняя школа № 6",
        "сош № 6 лугово́й район".replace("\u0301", ""),
    ],
)
def test_a_school_of_the_territory_is_known_by_many_names(region: Region, text: str) -> None:
    assert resolve(text, region.municipalities[0]) == region.schools[0]


@pytest.mark.parametrize("text", ["", "СОШ № 7", "ООШ № 6", "Лицей № 6", "школы района"])
def test_what_the_territory_lacks_stays_unresolved(region: Region, text: str) -> None:
    assert resolve(text, region.municipalities[0]) is None


def test_a_number_that_two_municipalities_have_is_ambiguous_in_the_region(region: Region) -> None:
    assert resolve("МБОУ СОШ № 6", region.authority) is None
    assert resolve("СОШ № 6 (Полевой район)", region.authority) == region.schools[2]


def test_a_number_never_leads_into_another_municipality(region: Region) -> None:
    organisation(parent=region.municipalities[1], name="МБОУ «СОШ № 9»")
    assert resolve("МБОУ «СОШ № 9»", region.municipalities[0]) is None


def test_a_name_that_says_where_leads_there(region: Region) -> None:
    assert resolve("МБОУ СОШ № 6, Полевой район", region.municipalities[0]) == region.schools[2]


def test_a_school_finds_its_neighbours_and_the_region(region: Region) -> None:
    school = region.schools[0]
    assert resolve("Управление образования, Луговой район", school) == region.municipalities[0]
    assert resolve("СОШ № 12", school) == region.schools[1]
    assert resolve("институт развития образования, озерная область", school) == region.institute


def test_yo_case_and_quotes_do_not_matter(region: Region) -> None:
    village = organisation(parent=region.municipalities[0], name="МБОУ «Берёзовская СОШ»")
    assert resolve("мкоу “БЕРЕЗОВСКАЯ сош”", region.municipalities[0]) == village


def test_an_alias_of_the_nearest_territory_wins(region: Region) -> None:
    for territory, target in ((region.authority, region.institute), (region.municipalities[0], region.services[0])):
        Alias.objects.create(territory=territory, name="Центр «Рост»", organisation=target)
    assert resolve("центр рост", region.schools[0]) == region.services[0]
    assert resolve("Центр «Рост»", region.municipalities[1]) == region.institute


def test_a_group_is_no_organisation(region: Region) -> None:
    Alias.objects.create(
        territory=region.authority, name=region.institute.name, target=AliasTarget.GROUP, group="schools"
    )
    assert resolve(region.institute.name, region.authority) is None


def test_a_body_is_found_by_its_name_and_alias(region: Region) -> None:
    body = Body.objects.create(organisation=region.authority, name="Региональная рабочая группа")
    Alias.objects.create(territory=region.authority, name="РРГ", target=AliasTarget.BODY, body=body)
    assert resolve("региональная рабочая группа", region.schools[0]) == body
    assert resolve("РРГ", region.schools[0]) == body


def test_a_closed_school_stands_for_its_successor(region: Region) -> None:
    Organisation.objects.filter(pk=region.schools[0].pk).update(
        state="closed", closed_on="2026-08-01", successor=region.schools[1]
    )
    assert resolve("МБОУ СОШ № 6", region.municipalities[0]) == region.schools[1]


def test_names_are_loaded_once(region: Region, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(3):
        resolver = Resolver(region.municipalities[0])
    with django_assert_num_queries(0):
        assert resolver.resolve("СОШ № 12") == region.schools[1]
        assert resolver.resolve("СОШ № 6") == region.schools[0]


@pytest.mark.parametrize("text", ["Королёва А.П.", "А. П. Королева", "Королёва Анна Петровна", "Королева А."])
def test_a_person_is_known_by_surname_and_initials(region: Region, text: str) -> None:
    person = Person.objects.create(last_name="Королёва", first_name="Анна", middle_name="Петровна")
    Post.objects.create(person=person, organisation=region.schools[0], title="директор")
    assert resolve_person(text, region.municipalities[0]) == person
    assert resolve_person(text, region.municipalities[1]) is None
    namesake = Person.objects.create(last_name="Королёва", first_name="Алла", middle_name="Павловна")
    Post.objects.create(person=namesake, organisation=region.schools[1], title="учитель")
    whole = "Анна" in text
    assert resolve_person(text, region.municipalities[0]) == (person if whole else None)


@pytest.mark.parametrize("text", ["", "директор", "Королёва О.П.", "А.П.К.", "Совет при губернаторе области по делам"])
def test_who_is_no_person_stays_unresolved(region: Region, text: str) -> None:
    person = Person.objects.create(last_name="Королёва", first_name="Анна", middle_name="Петровна")
    Post.objects.create(person=person, organisation=region.schools[0], title="директор")
    assert resolve_person(text, region.municipalities[0]) is None


# -- what is read ------------------------------------------------------------------------------------------------

WORDS = st.sampled_from(
    "МБОУ МКОУ СОШ ООШ Средняя общеобразовательная школа №6 № 06 6а №12 №60 Луговая Полевой район Ёлкино лицей "
    "гимназия имени Пушкина Центр «Рост» Управление образования Институт развития 1 имени".split()
)
SAID = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)


@example(names=["№", "СОШ"], closed=False, asked=["№"])
@given(names=st.lists(SAID, min_size=1, max_size=8), closed=st.booleans(), asked=st.lists(SAID, max_size=4))
@settings(max_examples=30)
def test_reading_what_the_names_need_finds_what_reading_all_finds(
    region: Region, names: list[str], closed: bool, asked: list[str]
) -> None:
    outer = transaction.atomic()
    outer.__enter__()
    try:
        made = [
            organisation(OrganisationKind.SCHOOL, region.municipalities[number % 2], name)
            for number, name in enumerate(names)
        ]
        if closed:
            gone = {"state": OrganisationState.CLOSED, "successor": region.schools[1], "closed_on": today()}
            Organisation.objects.filter(pk=made[0].pk).update(**gone)
        texts = [*names, *asked, "СОШ № 6", "школа", *(one.name for one in region.schools)]
        for territory in (region.authority, region.municipalities[0], region.schools[0]):
            whole, few = Resolver(territory), Resolver(territory, texts)
            found = [whole.resolve(one) for one in texts]
            assert [few.resolve(one) for one in texts] == found
            assert [Resolver(territory, [one]).resolve(one) for one in texts] == found
    finally:
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


def test_few_names_read_little(region: Region, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    for place in region.municipalities * 10:
        organisation(OrganisationKind.SCHOOL, place, "Лицей имени Пушкина")
    with django_assert_max_num_queries(6):
        resolver = Resolver(region.authority, ["СОШ № 6, Полевой район", "Центр «Рост»", "Нет такой"])
    assert len(resolver._organisations) < 10 < Organisation.objects.count() / 2
    with django_assert_max_num_queries(0):
        assert resolver.resolve("СОШ № 6, Полевой район") == region.schools[2]
        assert resolver.resolve("Нет такой") is None
    with django_assert_max_num_queries(4):
        assert resolver.resolve("СОШ № 12, Луговой район") == region.schools[1]
