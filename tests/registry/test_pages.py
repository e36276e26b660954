from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import System
from opora.registry import actions
from opora.registry.models import Alias, Body, Organisation, Person, Upload
from opora.registry.queries import find_organisations, find_people
from opora.ui.points import menu_of
from tests.factories import Region, organisation, user

FILE = "код;краткое наименование;адрес\n1;МБОУ «СОШ № 6», Луговой район;ул. Лесная\n"


def client_of(account: User) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def editor(region: Region) -> User:
    Organisation.objects.filter(pk=region.schools[0].pk).update(code="1")
    return region.user(RoleCode.REGIONAL_COORDINATOR)


def person_at(place: Organisation, name: str = "Королёва") -> Person:
    return actions.add_person(
        by=System(), organisation=place, title="директор", last_name=name, first_name="Анна", is_head=True
    )


def addresses(region: Region) -> dict[str, list[str]]:
    """The pages by the right they need at the first school."""
    school, person = region.schools[0], person_at(region.schools[0])
    post = person.posts.get()
    body = actions.create_body(by=System(), organisation=school, name="Рабочая группа школы")
    one, who, group = [school.public_id], [person.public_id], [body.public_id]
    return {
        "view": [
            reverse("registry:organisations"),
            reverse("registry:organisation", args=one),
            reverse("registry:export"),
        ],
        "people": [
            reverse("registry:people"),
            reverse("registry:person", args=who),
            reverse("registry:body", args=group),
        ],
        "edit": [
            reverse("registry:create"),
            reverse("registry:import"),
            *(
                reverse(f"registry:{name}", args=one)
                for name in ("edit", "move", "close", "merge", "add_alias", "add_person", "add_body")
            ),
            *(reverse(f"registry:{name}", args=who) for name in ("edit_person", "add_post")),
            reverse("registry:edit_post", args=[person.public_id, post.pk]),
            reverse("registry:edit_body", args=group),
        ],
    }


@pytest.mark.parametrize(
    ("role", "opened"),
    [
        (RoleCode.REGIONAL_COORDINATOR, {"view", "people", "edit"}),
        (RoleCode.MUNICIPAL_COORDINATOR, {"view", "people", "edit"}),
        (RoleCode.SCHOOL_HEAD, {"view", "people"}),
        (RoleCode.OBSERVER, {"view"}),
        (RoleCode.ADMINISTRATOR, {"view"}),
    ],
)
def test_each_page_opens_to_its_right(region: Region, role: RoleCode, opened: set[str]) -> None:
    client = client_of(region.user(role))
    for right, pages in addresses(region).items():
        for page in pages:
            expected = {200} if right in opened else {403, 404}
            assert client.get(page).status_code in expected, page


def test_people_of_another_school_are_not_there(region: Region) -> None:
    client = client_of(region.user(RoleCode.SCHOOL_HEAD, region.schools[1]))
    pages = addresses(region)
    assert [client.get(page).status_code for page in pages["people"]] == [200, 404, 404]
    assert "Королёва" not in client.get(pages["view"][1]).content.decode()
    assert "Королёва" not in client.get(pages["people"][0]).content.decode()


def test_what_is_sent_needs_the_right_as_well(region: Region) -> None:
    client = client_of(region.user(RoleCode.SCHOOL_HEAD))
    for page in addresses(region)["edit"]:
        assert client.post(page, {"confirmed": "1"}).status_code == 403, page
    person, body, school = Person.objects.get(), Body.objects.get(), region.schools[0]
    alias = Alias.objects.create(territory=region.municipalities[0], name="Ш", organisation=school)
    for page in (
        reverse("registry:remove_person", args=[person.public_id]),
        reverse("registry:remove_post", args=[person.public_id, person.posts.get().pk]),
        reverse("registry:dissolve_body", args=[body.public_id]),
        reverse("registry:remove_alias", args=[school.public_id, alias.pk]),
    ):
        assert client.post(page, {"confirmed": "1"}).status_code == 403, page
        assert client.get(page).status_code == 405


def test_another_region_is_not_there(region: Region, editor: User) -> None:
    other = organisation(kind="region_authority", name="Другая область")
    for name in ("organisation", "edit", "close"):
        assert client_of(editor).get(reverse(f"registry:{name}", args=[other.public_id])).status_code == 404


def test_without_a_role_nothing_opens(region: Region) -> None:
    client = client_of(user())
    pages = addresses(region)
    codes = {client.get(page).status_code for group in pages.values() for page in group}
    assert codes == {403, 404}


@pytest.mark.parametrize("count", [5, 50])
def test_the_lists_cost_the_same_for_any_number_of_rows(
    region: Region, editor: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(count):
        person_at(organisation(parent=region.municipalities[0]), f"Ким{number}")
    client = client_of(editor)
    client.get(reverse("registry:people"))
    with django_assert_num_queries(
        7
    ):  # session, user, memberships, one for all counts of the menu, filter, count, page
        client.get(reverse("registry:organisations"), {"size": 100})
    with django_assert_num_queries(7):  # session, user, memberships, one for all counts of the menu, count, page, posts
        client.get(reverse("registry:people"), {"size": 100})
    with django_assert_num_queries(10):  # with people, groups, names, and the table of children
        client.get(reverse("registry:organisation", args=[region.municipalities[0].public_id]))


def test_the_list_searches_filters_and_sorts(region: Region, editor: User) -> None:
    client = client_of(editor)
    url = reverse("registry:organisations")

    def found(**query: str) -> list[str]:
        return [row.short_name for row in client.get(url, query).context["table"].page]

    assert found(q="сош 6 лугов") == ["МБОУ «СОШ № 6», Луговой район"]
    assert found(kind="institute") == ["Институт развития образования, Озёрная область"]
    assert len(found(municipality=region.municipalities[0].public_id)) == 4
    assert found(kind="school", sort="name")[:2] == ["МБОУ «СОШ № 6», Луговой район", "МБОУ «СОШ № 6», Полевой район"]


def test_menu_and_search_show_people_to_those_who_may_see_them(region: Region, editor: User) -> None:
    person_at(region.schools[0])
    observer = region.user(RoleCode.OBSERVER)
    assert [item.label for item in menu_of(editor) if item.group == "Реестр"] == ["Организации", "Люди"]
    assert [item.label for item in menu_of(observer) if item.group == "Реестр"] == ["Организации"]
    organisations, people = find_organisations(editor, "сош 6", 1), find_people(editor, "корол луг", 5)
    assert organisations is not None
    assert people is not None
    assert (len(organisations.hits), organisations.total) == (1, 2)
    assert people.hits[0].detail == "директор, МБОУ «СОШ № 6», Луговой район"
    assert find_people(observer, "корол", 5) is None
    assert "Королёва Анна" in client_of(editor).get(reverse("ui:search"), {"q": "королева"}).content.decode()


def test_an_organisation_is_made_and_changed_by_forms(region: Region, editor: User) -> None:
    client = client_of(editor)
    given = {"parent": "Управление образования, Луговой район", "kind": "school", "name": "Школа", "short_name": "Шк"}
    response = client.post(reverse("registry:create"), given)
    school = Organisation.objects.get(short_name="Шк")
    assert response.headers["Location"] == reverse("registry:organisation", args=[school.public_id])
    client.post(reverse("registry:edit", args=[school.public_id]), {**given, "short_name": "Новая", "pupils": 5})
    school.refresh_from_db()
    assert (school.short_name, school.pupils) == ("Новая", 5)
    assert Alias.objects.get().name == "Шк"
    page = client.post(reverse("registry:edit", args=[school.public_id]), {**given, "code": "1"})
    assert "уже у организации" in page.content.decode()
    client.post(reverse("registry:move", args=[school.public_id]), {"parent": "Управление образования, Полевой район"})
    school.refresh_from_db()
    assert school.parent == region.municipalities[1]
    unknown = client.post(reverse("registry:move", args=[school.public_id]), {"parent": "нет такой"})
    assert "Такой организации нет" in unknown.content.decode()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("54.601234, 46.8", (54.601234, 46.8)),
        ("54,601234 46,8", (54.601234, 46.8)),
        ("66.08,-169.81", (66.08, -169.81)),
        ("", None),
    ],
)
def test_coordinates_are_pasted_from_a_map(
    region: Region, editor: User, text: str, place: tuple[float, float] | None
) -> None:
    school, client = region.schools[0], client_of(editor)
    Organisation.objects.filter(pk=school.pk).update(latitude=55.5, longitude=60.25)
    url, shown = (
        reverse("registry:edit", args=[school.public_id]),
        reverse("registry:organisation", args=[school.public_id]),
    )
    assert "55,5° северной широты, 60,25° восточной долготы" in client.get(shown).content.decode()
    assert 'value="55.5, 60.25"' in client.get(url).content.decode()
    given = {"kind": "school", "name": school.name, "short_name": school.short_name, "code": "1"}
    assert client.post(url, {**given, "coordinates": text}).status_code == 302
    school.refresh_from_db()
    assert school.coordinates == place
    assert ("Координаты не указаны" in client.get(shown).content.decode()) is (place is None)


@pytest.mark.parametrize(
    ("text", "said"), [("54.6", "два числа"), ("54°36′ с. ш.", "два числа"), ("37.6, 55.7", "не переставлены ли")]
)
def test_what_is_no_place_is_said_beside_the_field(region: Region, editor: User, text: str, said: str) -> None:
    school = region.schools[0]
    given = {"kind": "school", "name": school.name, "short_name": school.short_name, "coordinates": text}
    page = client_of(editor).post(reverse("registry:edit", args=[school.public_id]), given)
    assert said in page.content.decode()
    school.refresh_from_db()
    assert school.coordinates is None


def test_closing_and_merging_ask_once(region: Region, editor: User) -> None:
    client, school = client_of(editor), region.schools[0]
    given = {"successor": "СОШ № 12", "on": "2026-08-31"}
    page = client.post(reverse("registry:close", args=[school.public_id]), given)
    school.refresh_from_db()
    assert (page.status_code, school.state) == (200, "active")
    assert "перейдут преемнику" in page.content.decode()
    client.post(reverse("registry:close", args=[school.public_id]), {**given, "confirmed": "1"})
    school.refresh_from_db()
    assert (school.state, school.successor) == ("closed", region.schools[1])
    shown = client.get(reverse("registry:organisation", args=[school.public_id])).content.decode()
    assert "преемник" in shown
    merging = {"into": "СОШ № 6", "on": "2026-08-31", "confirmed": "1"}
    client.post(reverse("registry:merge", args=[region.schools[3].public_id]), merging)
    region.schools[3].refresh_from_db()
    assert region.schools[3].successor == region.schools[2]


def test_names_people_and_groups_are_kept_by_forms(region: Region, editor: User) -> None:
    client, school = client_of(editor), region.schools[0]
    one = [school.public_id]
    client.post(reverse("registry:add_alias", args=one), {"name": "Школа у реки"})
    alias = Alias.objects.get()
    remove = reverse("registry:remove_alias", args=[school.public_id, alias.pk])
    assert client.post(remove).status_code == 200
    assert client.post(remove, {"confirmed": "1"}).status_code == 302
    assert not Alias.objects.exists()
    client.post(reverse("registry:add_person", args=one), {"last_name": "Ким", "title": "директор"})
    person = Person.objects.get()
    who = [person.public_id]
    client.post(reverse("registry:edit_person", args=who), {"last_name": "Ким", "email": "k@example.org"})
    client.post(reverse("registry:add_post", args=who), {"organisation": "СОШ № 12", "title": "учитель"})
    assert person.posts.count() == 2
    post = person.posts.get(title="учитель")
    client.post(reverse("registry:edit_post", args=[*who, post.pk]), {"title": "педагог"})
    assert client.post(reverse("registry:remove_post", args=[*who, post.pk])).status_code == 200
    client.post(reverse("registry:remove_post", args=[*who, post.pk]), {"confirmed": "1"})
    assert person.posts.count() == 1
    rows = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": "Ким", "form-0-role": "chair"}
    client.post(reverse("registry:add_body", args=one), {"kind": "commission", "name": "Комиссия", **rows})
    body = Body.objects.get()
    shown = client.get(reverse("registry:body", args=[body.public_id])).content.decode()
    assert "руководитель" in shown
    client.post(
        reverse("registry:edit_body", args=[body.public_id]),
        {"kind": "commission", "name": "К", **rows, "form-0-name": ""},
    )
    body.refresh_from_db()
    assert (body.name, body.members.count()) == ("К", 0)
    client.post(reverse("registry:dissolve_body", args=[body.public_id]), {"confirmed": "1"})
    assert client.post(reverse("registry:remove_person", args=who)).status_code == 200
    client.post(reverse("registry:remove_person", args=who), {"confirmed": "1"})
    assert not Person.objects.exists()


def test_a_file_is_shown_then_applied_once(region: Region, editor: User) -> None:
    client = client_of(editor)
    response = client.post(reverse("registry:import"), {"file": SimpleUploadedFile("р.csv", FILE.encode())})
    page = client.get(response.headers["Location"])
    text = page.content.decode()
    assert "изменённых: 1" in text
    assert "ул. Лесная" in text
    assert not Organisation.objects.exclude(address="").exists()
    Organisation.objects.filter(code="1").update(address="ул. Речная")
    digest = {"digest": page.context["plan"].digest}
    client.post(response.headers["Location"], digest)
    assert Organisation.objects.get(code="1").address == "ул. Речная"
    page = client.get(response.headers["Location"])
    assert "изменился после предпросмотра" in page.content.decode()
    client.post(response.headers["Location"], {"digest": page.context["plan"].digest})
    assert Organisation.objects.get(code="1").address == "ул. Лесная"
    assert not Upload.objects.exists()


def test_a_faulty_file_comes_back_with_its_errors(region: Region, editor: User) -> None:
    file = SimpleUploadedFile("р.csv", FILE.replace("\n1;", "\n2;").encode())
    page = client_of(editor).post(reverse("registry:import"), {"file": file})
    assert "строка 2, столбец «вид»" in page.content.decode()
    assert not Upload.objects.exists()


def test_an_upload_is_its_owners(region: Region, editor: User) -> None:
    response = client_of(editor).post(reverse("registry:import"), {"file": SimpleUploadedFile("р.csv", FILE.encode())})
    other = client_of(region.user(RoleCode.REGIONAL_COORDINATOR))
    assert other.get(response.headers["Location"]).status_code == 404


def test_the_registry_is_handed_over_as_a_file(region: Region, editor: User) -> None:
    response = client_of(editor).post(reverse("registry:export"), {"kind": "csv"})
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "МБОУ «СОШ № 12», Полевой район" in response.content.decode("utf-8-sig")
    observer = client_of(region.user(RoleCode.OBSERVER))
    assert observer.post(reverse("registry:export"), {"kind": "people.csv"}).status_code == 200  # the form again
    assert "attachment" in observer.post(reverse("registry:export"), {"kind": "xlsx"}).headers["Content-Disposition"]
