"""Forms are built piece by piece, published, and then never change under those who fill them in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.collection.actions import building
from opora.collection.definition import Definition, Field, Kind, Section, read, to_json
from opora.collection.editing import differences, moved, with_section, without
from opora.collection.forms.building import FieldForm
from opora.collection.models import Form, FormState, FormVersion
from opora.core.actor import Denied
from opora.core.workflow import Refused, Stale
from tests import factories


def sample() -> Definition:
    fields = [{"key": f"q{n}", "kind": "number", "title": f"Вопрос {n}"} for n in range(3)]
    return read(
        {
            "sections": [
                {"key": "a", "title": "Кадры", "fields": fields},
                {"key": "b", "title": "Ученики", "fields": [{"key": "r", "kind": "text", "title": "Об учениках"}]},
            ]
        }
    )


def keys(definition: Definition) -> list[str]:
    return list(definition.fields)


# -- pieces of a definition ----------------------------------------------------------------------------------------


def test_a_field_moves_within_its_section_and_on_into_the_next() -> None:
    assert keys(moved(sample(), "q0", 1)) == ["q1", "q0", "q2", "r"]
    crossed = moved(sample(), "q2", 1)
    place = crossed.section_of("q2")
    assert place is not None
    assert (place.key, keys(crossed)) == ("b", ["q0", "q1", "q2", "r"])
    assert keys(moved(sample(), "a", 1)) == ["r", "q0", "q1", "q2"]
    assert moved(sample(), "q0", -1) == sample()


@given(st.lists(st.tuples(st.sampled_from(["a", "b", "q0", "q1", "q2", "r"]), st.sampled_from([-1, 1])), max_size=12))
def test_no_way_of_moving_loses_or_doubles_a_field(steps: list[tuple[str, int]]) -> None:
    found = sample()
    for key, by in steps:
        found = moved(found, key, by)
    assert sorted(keys(found)) == ["q0", "q1", "q2", "r"]
    assert read(to_json(found)) == found


def test_a_section_goes_with_its_fields_and_a_changed_one_keeps_them() -> None:
    assert keys(without(sample(), "a")) == ["r"]
    section = sample().sections[0]
    renamed = with_section(sample(), type(section)("a", "Педагоги"), instead_of="a")
    assert (renamed.sections[0].title, keys(renamed)) == ("Педагоги", keys(sample()))
    with pytest.raises(Refused):
        without(sample(), "nothing")


def test_differences_name_what_came_went_and_changed() -> None:
    new = to_json(without(sample(), "q0"))
    new["sections"][0]["fields"][0]["required"] = True
    new["sections"][1]["fields"].append({"key": "n", "kind": "date", "title": "Дата"})
    told = {(one.title, one.what) for one in differences(sample(), read(new))}
    assert told == {("Вопрос 0", "удалено"), ("Вопрос 1", "изменено"), ("Дата", "добавлено")}


# -- actions -------------------------------------------------------------------------------------------------------


@pytest.fixture
def region() -> factories.Region:
    return factories.region()


@pytest.fixture
def builder(region: factories.Region) -> User:
    return region.user(RoleCode.REGIONAL_COORDINATOR)


@pytest.fixture
def form(region: factories.Region, builder: User) -> Form:
    return building.create(
        by=builder, territory=region.authority, title="Паспорт школы", kind="passport", definition=sample()
    )


def version(form: Form) -> FormVersion:
    return form.versions.latest("number")


@pytest.mark.django_db
def test_what_is_published_does_not_change_and_the_next_version_begins_as_it(form: Form, builder: User) -> None:
    first = building.publish(form, by=builder, revision=0)
    with pytest.raises(Refused):
        building.change(first, lambda one: without(one, "q0"), by=builder, revision=0)
    second = building.new_version(form, by=builder)
    assert building.new_version(form, by=builder) == second
    building.change(second, lambda one: without(one, "q0"), by=builder, revision=0)
    assert keys(FormVersion.objects.get(pk=first.pk).content) == ["q0", "q1", "q2", "r"]
    assert keys(FormVersion.objects.get(pk=second.pk).content) == ["q1", "q2", "r"]


@pytest.mark.django_db
def test_of_two_who_build_at_once_the_second_is_told(form: Form, builder: User) -> None:
    one, other = version(form), version(form)
    building.change(one, lambda whole: without(whole, "q0"), by=builder, revision=0)
    with pytest.raises(Stale):
        building.change(other, lambda whole: without(whole, "q1"), by=builder, revision=0)
    with pytest.raises(Stale):
        building.publish(form, by=builder, revision=0)
    assert keys(version(form).content) == ["q1", "q2", "r"]


@pytest.mark.django_db
def test_an_unready_form_is_not_published(form: Form, builder: User) -> None:
    data = to_json(sample())
    data["sections"][0]["fields"][0]["formula"] = "q9 +"
    building.change(version(form), lambda _: read(data), by=builder, revision=0)
    with pytest.raises(Refused, match="Вопрос 0"):
        building.publish(form, by=builder, revision=1)
    building.change(version(form), lambda whole: without(without(whole, "q0"), "r"), by=builder, revision=1)
    with pytest.raises(Refused, match="пуст"):
        building.publish(form, by=builder, revision=2)


@pytest.mark.django_db
@pytest.mark.parametrize("published", [False, True])
def test_out_of_the_archive_a_form_comes_as_it_went(form: Form, builder: User, published: bool) -> None:
    if published:
        building.publish(form, by=builder, revision=0)
    before = Form.objects.get(pk=form.pk).state
    building.archive(form, by=builder)
    with pytest.raises(Refused):
        building.new_version(form, by=builder)
    building.restore(form, by=builder)
    assert Form.objects.get(pk=form.pk).state == before == (FormState.PUBLISHED if published else FormState.DRAFT)


@pytest.mark.django_db
def test_a_school_builds_no_forms(region: factories.Region, form: Form) -> None:
    head = region.user(RoleCode.SCHOOL_HEAD)
    with pytest.raises(Denied):
        building.publish(form, by=head, revision=0)
    assert not Form.objects.visible(head).exists()


# -- pages ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_form_is_built_in_the_browser(client: Client, builder: User) -> None:
    client.force_login(builder)
    answer = client.post(reverse("collection:new_form"), {"title": "Сведения о кадрах", "kind": "free"})
    one = Form.objects.get()
    assert answer["Location"] == one.get_absolute_url()
    client.post(reverse("collection:new_section", args=[one.public_id]), {"title": "Учителя", "revision": "0"})
    place = version(one).content.sections[0].key
    url = reverse("collection:new_field", args=[one.public_id, place])
    bad = client.post(f"{url}?kind=choice", {"title": "Смена", "options": "первая", "revision": "1"})
    assert bad.status_code == 422
    assert "два варианта" in bad.content.decode()
    client.post(f"{url}?kind=choice", {"title": "Смена", "options": "первая\nвторая", "revision": "1"})
    table = {"title": "Вакансии", "columns": "Предмет\nЧасов | число\nСмена | выбор одного | первая; вторая"}
    client.post(f"{url}?kind=table", {**table, "revision": "2"})
    shift, vacancies = version(one).content.fields.values()
    assert shift.options == ("первая", "вторая")
    assert [column.kind for column in vacancies.columns] == [Kind.TEXT, Kind.NUMBER, Kind.CHOICE]
    client.post(reverse("collection:move_up", args=[one.public_id, vacancies.key]), {"revision": "3"})
    assert keys(version(one).content) == [vacancies.key, shift.key]
    assert "Предмет" in client.get(reverse("collection:preview", args=[one.public_id])).content.decode()
    remove = reverse("collection:remove", args=[one.public_id, shift.key])
    assert "Удалить из формы?" in client.post(remove, {"revision": "4"}).content.decode()
    client.post(remove, {"revision": "4", "confirmed": "1"})
    client.post(reverse("collection:publish", args=[one.public_id]), {"revision": "5"})
    client.post(reverse("collection:new_version", args=[one.public_id]))
    client.post(reverse("collection:new_section", args=[one.public_id]), {"title": "Ещё", "revision": "0"})
    assert (one.versions.count(), one.versions.published().count()) == (2, 1)
    told = client.get(reverse("collection:difference", args=[one.public_id, 2])).content.decode()
    assert "Поля не изменились" in told


def test_what_a_form_of_a_field_shows_it_reads_back() -> None:
    data: dict[str, Any] = {
        "key": "t",
        "kind": "table",
        "title": "Вакансии",
        "max": "5",
        "required": True,
        "checks": [{"expression": "q0 > 1", "message": "Мало"}],
        "columns": [
            {"key": "c1", "kind": "text", "title": "Предмет"},
            {"key": "c2", "kind": "choice", "title": "Смена", "options": ["первая", "вторая"]},
        ],
    }
    field = read({"sections": [{"key": "s", "title": "С", "fields": [data]}]}).fields["t"]
    said = {**FieldForm.said(field), "max": "5"}
    form = FieldForm(said, definition=sample(), kind=field.kind)
    assert form.is_valid(), form.errors
    assert form.field == field


def test_what_the_builder_does_not_ask_stays_as_it_was() -> None:
    hours = Field("c2", Kind.NUMBER, "Часов", unit="ч", min=Decimal(0), max=Decimal(36), required=True)
    old = Field("t", Kind.TABLE, "Нагрузка", columns=(Field("c1", Kind.TEXT, "Предмет"), hours), prefill="staff")
    definition = Definition((Section("s", "Учителя", (old,)),))
    said = FieldForm.said(old)
    same = FieldForm(said, definition=definition, kind=Kind.TABLE, old="t")
    assert same.is_valid(), same.errors
    assert same.field == old
    moved = {**said, "columns": "Часов | число\nКласс\nПредмет"}
    changed = FieldForm(moved, definition=definition, kind=Kind.TABLE, old="t")
    assert changed.is_valid(), changed.errors
    first, new, last = changed.field.columns
    assert (first, last) == (hours, old.columns[0])
    assert (new.title, new.key) == ("Класс", "c3")
