"""Who takes part in a study: all of a place or a part, shown before anybody is told, changed until it begins."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.workflow import Refused
from opora.development import study_calendar as calendar
from opora.development.actions import studies as actions
from opora.development.models import Study
from opora.development.models.studies import Taking
from opora.development.participants import Who
from opora.development.queries import studies as queries
from opora.journal.models import Entry
from opora.lists import actions as lists
from opora.lists.queries import period
from opora.notices.models import Notice
from opora.registry.models import Body, Organisation
from tests.development.test_studies import ordered, prepared, seen
from tests.factories import Region
from tests.support.test_pages import page

pytestmark = pytest.mark.django_db
LISTED = Who(taking=Taking.LISTED, group="listed_low")


def listed(region: Region, by: User, *schools: Organisation) -> None:
    made = lists.create_list(by=by, territory=region.authority, school_year=period(today())[0], title="Список")
    for school in schools:
        lists.add_school(made, by=by, organisation=school)
    lists.approve(made, by=by)


def taking(study: Study) -> set[Organisation]:
    return set(Organisation.objects.filter(pk__in=study.schools.values("school")))


def test_each_choice_takes_its_schools(region: Region, coordinator: User) -> None:
    schools, one = region.schools, prepared(coordinator, region.authority)
    assert taking(one) == set(schools)
    place = region.municipalities[1]
    actions.take(one, by=coordinator, who=Who(Taking.MUNICIPALITIES, picked=(place,)))
    assert taking(one) == {school for school in schools if school.path.startswith(place.path)} != set()
    actions.take(one, by=coordinator, who=Who(Taking.CHOSEN, picked=(schools[0], schools[2])))
    assert taking(one) == {schools[0], schools[2]}
    body = Body.objects.create(organisation=region.authority, name="Группа наставников")
    body.members.create(name="Иванов И. И.", organisation=schools[1])
    actions.take(one, by=coordinator, who=Who(Taking.BODY, body=body))
    assert taking(one) == {schools[1]}
    listed(region, coordinator, schools[0])
    actions.take(one, by=coordinator, who=LISTED)
    assert taking(one) == {schools[0]}
    for who in (Who(Taking.CHOSEN), Who(Taking.BODY), Who(Taking.LISTED), Who(Taking.CHOSEN, picked=(place,))):
        with pytest.raises(Refused):
            actions.take(one, by=coordinator, who=who)
    one.refresh_from_db()
    assert (one.taking, taking(one)) == (Taking.LISTED, {schools[0]})


def test_nobody_is_told_before_it_is_announced(region: Region, coordinator: User, client: Client) -> None:
    head, one = region.user(RoleCode.SCHOOL_HEAD), prepared(coordinator, region.authority)
    shown = page(client, coordinator, one.get_absolute_url())
    assert f"Примут участие {len(region.schools)}" in shown
    assert (seen(head), Notice.objects.visible(head).count(), list(calendar.events(head))) == (0, 0, [])
    with pytest.raises(Refused):
        actions.start(one, by=coordinator)
    actions.announce(one, by=coordinator)
    assert (seen(head), Notice.objects.visible(head).count(), len(list(calendar.events(head)))) == (1, 1, 1)
    with pytest.raises(Refused, match="отменить, но не удалить"):
        actions.drop(one, by=coordinator)
    other = prepared(coordinator, region.authority)
    actions.drop(other, by=coordinator)
    assert not Study.objects.filter(pk=other.pk).exists()


def test_those_that_came_and_went_are_told_until_it_begins(region: Region, coordinator: User) -> None:
    heads = [region.user(RoleCode.SCHOOL_HEAD, school) for school in region.schools[:2]]
    one = prepared(coordinator, region.authority)
    actions.take(one, by=coordinator, who=Who(Taking.CHOSEN, picked=(region.schools[0],)))
    actions.announce(one, by=coordinator)
    actions.take(one, by=coordinator, who=Who(Taking.CHOSEN, picked=(region.schools[1],)))
    told = [list(Notice.objects.visible(head).order_by("pk").values_list("text", flat=True)) for head in heads]
    assert [[text.partition(" ")[0] for text in texts] for texts in told] == [["Назначено", "Ваша"], ["Назначено"]]
    assert [seen(head) for head in heads] == [0, 1]
    with pytest.raises(Refused, match="уже объявлено"):
        actions.take(one, by=coordinator, who=Who(confidential=True))
    one.refresh_from_db()
    actions.start(one, by=coordinator)
    with pytest.raises(Refused, match="уже началось"):
        actions.take(one, by=coordinator, who=Who())


def test_by_the_list_it_is_as_secret_as_the_list(region: Region, coordinator: User, client: Client) -> None:
    first, second = region.schools[0], region.schools[1]
    head, staff = (region.user(role, first) for role in (RoleCode.SCHOOL_HEAD, RoleCode.SCHOOL_STAFF))
    listed(region, coordinator, first, region.schools[2])
    one = prepared(coordinator, region.authority, title="Работа-тайна")
    actions.take(one, by=coordinator, who=LISTED)
    actions.announce(one, by=coordinator)
    municipal = region.user(RoleCode.MUNICIPAL_COORDINATOR)
    blind = [
        region.user(RoleCode.REGIONAL_SPECIALIST, region.institute),
        region.user(RoleCode.METHODIST),
        region.user(RoleCode.SCHOOL_HEAD, second),
        region.user(RoleCode.CURATOR),
        region.user(RoleCode.OBSERVER, region.authority),
    ]
    assert [seen(user) for user in (coordinator, municipal, head, staff)] == [1, 1, 1, 1]
    assert [seen(user) for user in blind] == [0] * len(blind)
    for user in blind:
        assert not Notice.objects.filter(user=user, object_id=one.public_id).exists()
        assert not list(calendar.events(user))
        client.force_login(user)
        assert client.get(one.get_absolute_url()).status_code == 404
    counted = [queries.studies(user).get().invited for user in (coordinator, municipal, head)]  # type: ignore[attr-defined]
    assert counted == [2, 1, 1]
    (event,) = calendar.events(head)
    assert "тайна" not in f"{event.title}{event.note}"
    assert Notice.objects.visible(head).get(object_id=one.public_id).closed
    assert Entry.objects.get(code="development.study_ordered").confidential
    assert Entry.objects.get(code="development.study_taking").confidential


def test_only_who_knows_the_lists_of_the_whole_place_uses_them(region: Region, client: Client) -> None:
    institute = region.user(RoleCode.REGIONAL_SPECIALIST, region.institute)
    one = prepared(institute, region.authority)
    for who in (LISTED, Who(confidential=True)):
        with pytest.raises(Denied):
            actions.take(one, by=institute, who=who)
    shown = page(client, institute, f"{one.get_absolute_url()}who/")
    assert "утверждённого списка" not in shown
    assert "выбранные школы" in shown


def test_who_takes_part_is_chosen_in_the_browser(region: Region, coordinator: User, client: Client) -> None:
    one, school = prepared(coordinator, region.authority), region.schools[0]
    client.force_login(coordinator)
    url = f"{one.get_absolute_url()}who/"
    for said, text in (
        ({"taking": "chosen"}, "Назовите хотя бы одну школу"),
        ({"taking": "chosen", "pasted": "Школа, которой нет"}, "Не найдены"),
        ({"taking": "chosen", "pasted": str(region.municipalities[0])}, "Это не школы"),
        ({"taking": "places"}, "Отметьте хотя бы один муниципалитет"),
        ({"taking": "body"}, "Выберите рабочую группу"),
        ({"taking": "listed"}, "Выберите список"),
        ({"taking": "listed", "group": "listed_low"}, "ни одна действующая школа"),
    ):
        answer = client.post(url, said)
        assert answer.status_code == 422
        assert text in answer.content.decode()
    assert client.post(url, {"taking": "chosen", "pasted": school.short_name}).status_code == 302
    assert "Примет участие 1" in page(client, coordinator, one.get_absolute_url())
    assert re.search(rf'value="{school.public_id}"[^>]* checked', page(client, coordinator, url))
    both = {"taking": "chosen", "picked": region.schools[1].public_id, "pasted": school.short_name}
    assert client.post(url, both).status_code == 302
    assert "Примут участие 2" in page(client, coordinator, one.get_absolute_url())
    assert client.post(f"{one.get_absolute_url()}drop/", {"confirmed": "1"}).status_code == 302
    assert not Study.objects.exists()


def test_a_change_of_days_keeps_the_schools(region: Region, coordinator: User) -> None:
    one = ordered(coordinator, region.authority, days=3)
    actions.change(one, by=coordinator, title="Иначе", opens=one.opens, closes=one.closes)
    assert taking(one) == set(region.schools)
