"""The pages of cases: what they say, to whom, and what can be done there without a script."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.lists.models import SchoolList
from opora.support.models import Case, CaseState, Watching
from opora.support.queries import cases as queries
from tests.factories import Region
from tests.support.conftest import case_of

pytestmark = pytest.mark.django_db


def page(client: Client, user: User, url: str, status: int = 200, **query: str) -> str:
    client.force_login(user)
    answer = client.get(url, query)
    assert answer.status_code == status
    text: str = answer.content.decode()
    return text[text.index("<main") :]


def test_the_case_says_what_is_next_and_what_holds_it_up(
    case: Case, region: Region, coordinator: User, client: Client
) -> None:
    url = reverse("support:school", args=[case.school.public_id])
    shown = page(client, coordinator, url)
    for text in ("Школа оповещена", "Письмо школе".lower(), "у руководителя школы нет учётной записи", "приказ № 1"):
        assert text in shown
    assert "Отменить этот шаг" not in shown
    table = page(client, coordinator, reverse("support:cases"))
    for text in (shown, table):
        assert f'<a href="{reverse("access:invite")}">' in text  # where it is mended
    Case.objects.filter(pk=case.pk).update(step=case.step_set.steps.get(key="diagnosed"))
    user = region.user(RoleCode.SCHOOL_HEAD)
    own = page(client, user, reverse("support:cases"))
    assert reverse("support:risks", args=[case.public_id]) in own
    assert reverse("access:invite") not in own


def test_a_step_is_done_and_undone_in_the_browser(
    case: Case, coordinator: User, region: Region, client: Client
) -> None:
    region.user(RoleCode.SCHOOL_HEAD)
    client.force_login(coordinator)
    url = reverse("support:do", args=[case.public_id])
    assert client.post(url, {"comment": "Да"}).status_code == 422
    assert client.post(url, {"document_text": "письмо № 7", "comment": "Да"}).status_code == 302
    moved = case_of(case.school)
    assert moved.step
    assert moved.step.key == "diagnosed"
    shown = page(client, coordinator, moved.get_absolute_url())
    assert "письмо № 7" in shown
    done = case.done.all().standing().get(step__key="informed")
    undo = reverse("support:undo", args=[case.public_id, done.public_id])
    assert undo in shown
    assert client.post(undo, {"reason": "Не то письмо"}).status_code == 302
    assert "Не то письмо" in page(client, coordinator, moved.get_absolute_url())


def test_the_table_finds_what_is_held_up(case: Case, listed: SchoolList, coordinator: User, client: Client) -> None:
    other = case_of(Case.objects.exclude(pk=case.pk).get().school)
    url, names = reverse("support:cases"), (case.school.short_name, other.school.short_name)

    def found(**query: str) -> tuple[bool, ...]:
        shown = page(client, coordinator, url, **query)
        table = shown[shown.index("<tbody") :] if "<tbody" in shown else ""
        return tuple(name in table for name in names)

    assert found(held="head") == (True, True)
    assert found(held="curator") == (False, False)  # a condition of a later step holds nothing up yet
    Case.objects.filter(pk=other.pk).update(due="2026-01-01")
    assert found(held="overdue") == (False, True)
    assert found(municipality=case.school.parent.public_id if case.school.parent else "") == (True, False)
    assert found(step="informed", who="municipality") == (True, True)
    assert found(who="school") == (False, False)
    assert found(state="done") == (False, False)
    client.post(reverse("support:watch", args=[case.public_id]))
    assert found(watched="on") == (True, False)
    client.post(reverse("support:unwatch", args=[case.public_id]))
    assert not Watching.objects.exists()


def test_a_case_that_is_done_says_how_the_school_leaves_or_goes_on(
    case: Case, coordinator: User, region: Region, client: Client
) -> None:
    Case.objects.filter(pk=case.pk).update(state=CaseState.DONE, step=None, closed_at=timezone.now())
    shown = page(client, coordinator, case.get_absolute_url())
    assert f'href="{reverse("lists:list", args=[case.entry.list.public_id])}"' in shown
    assert "отметьте выход с основанием" in shown
    shown = page(client, region.user(RoleCode.SCHOOL_HEAD), case.get_absolute_url())
    assert "Выход школы из списка отмечает регион" in shown


def test_the_board_counts_by_step(case: Case, coordinator: User, client: Client) -> None:
    piles, ended = queries.board(coordinator, case.school_year)
    assert [(one.key, one.count, one.overdue, len(one.cases), one.rest) for one in piles] == [("informed", 2, 0, 2, 0)]
    assert ended == {}
    shown = page(client, coordinator, reverse("support:board"))
    assert "2 школы" in shown
    assert case.school.short_name in shown


def test_a_municipality_and_a_school_see_their_own(
    case: Case, listed: SchoolList, region: Region, client: Client
) -> None:
    other = region.schools[2]
    for role in (RoleCode.MUNICIPAL_COORDINATOR, RoleCode.SCHOOL_HEAD, RoleCode.CURATOR):
        user = region.user(role)
        assert [one.school for one in Case.objects.visible(user)] == [case.school]
        for url in (reverse("support:cases"), reverse("support:board")):
            shown = page(client, user, url)
            assert case.school.short_name in shown
            assert other.short_name not in shown
        page(client, user, reverse("support:school", args=[other.public_id]), status=404)


def test_a_school_without_a_case_is_told_so(
    listed: SchoolList, region: Region, coordinator: User, client: Client
) -> None:
    shown = page(client, coordinator, reverse("support:school", args=[region.schools[1].public_id]))
    assert "Дела у школы нет" in shown


def test_a_region_changes_its_steps_in_the_browser(coordinator: User, client: Client) -> None:
    client.force_login(coordinator)
    assert "Опора предлагает сама" in page(client, coordinator, reverse("support:step_sets"))
    draft = client.post(reverse("support:start_set"))["Location"]
    shown = page(client, coordinator, draft)
    assert "Ввести в действие" in shown
    given = {"title": "Встреча с главой", "who": "region", "days": "7", "document": "", "conditions": ["curator"]}
    assert client.post(f"{draft}add/", {**given, "title": ""}).status_code == 422
    assert client.post(f"{draft}add/", given).status_code == 302
    assert "Встреча с главой" in page(client, coordinator, draft)
    assert client.post(f"{draft}own_1/up/").status_code == 302
    assert client.post(f"{draft}own_1/", {**given, "title": "Беседа с главой"}).status_code == 302
    assert "Беседа с главой" in page(client, coordinator, draft)
    assert "Убрать шаг" in client.post(f"{draft}informed/remove/").content.decode()
    assert client.post(f"{draft}informed/remove/", {"confirmed": "1"}).status_code == 302
    assert client.post(f"{draft}publish/", {"confirmed": "1"}).status_code == 302
    shown = page(client, coordinator, reverse("support:step_sets"))
    assert "Действует версия 2" in shown
    assert "2. Школа оповещена" not in shown
