"""Concerns: up and down the levels by those who may, over when all is checked, seen by those to whom they are."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.workflow import Refused
from opora.journal.models import Entry
from opora.notices.models import Notice
from opora.support.actions import concerns as actions
from opora.support.levels import levels, newest, title_of
from opora.support.models import Case, Concern, ConcernStep
from tests import factories
from tests.factories import Region
from tests.support.conftest import approved, case_of

pytestmark = pytest.mark.django_db
LEVELS = levels(newest())


def seen(user: User) -> set[str]:
    return set(Concern.objects.visible(user).values_list("text", flat=True))


def test_the_school_sees_what_is_addressed_to_it(case: Case, municipal: User, head: User, region: Region) -> None:
    hidden = actions.raise_concern(case, by=municipal, text="Нет учителя")
    actions.raise_concern(case, by=municipal, text="Срыв уроков", shared=True)
    curator, near = region.user(RoleCode.CURATOR), region.user(RoleCode.MUNICIPAL_COORDINATOR, region.municipalities[1])
    assert seen(municipal) == {"Нет учителя", "Срыв уроков"}
    assert seen(head) == {"Срыв уроков"}
    assert seen(curator) == seen(near) == set()
    assert Notice.objects.visible(head).count() == 1
    actions.share(hidden, by=municipal)
    assert seen(head) == {"Нет учителя", "Срыв уроков"}
    assert Notice.objects.visible(head).count() == 2
    with pytest.raises(Denied):
        actions.decide(hidden, by=head, text="Всё хорошо")


def test_only_the_region_takes_it_to_care_and_back(case: Case, municipal: User, coordinator: User) -> None:
    concern = actions.raise_concern(case, by=municipal, text="Нет учителя")
    with pytest.raises(Denied, match="только регион"):
        actions.raise_concern(case, by=municipal, text="Нет учителя", rank=4)
    with pytest.raises(Denied, match="только регион"):
        actions.put(concern, by=municipal, rank=4, reason="Хуже")
    actions.put(concern, by=municipal, rank=2, reason="Хуже")
    with pytest.raises(Refused, match="почему"):
        actions.put(concern, by=coordinator, rank=4, reason=" ")
    actions.put(concern, by=coordinator, rank=4, reason="Хуже", document_text="приказ № 1")
    assert title_of(Concern.objects.get().rank) == "Режим управленческой опеки"
    with pytest.raises(Denied, match="только регион"):
        actions.put(concern, by=municipal, rank=2, reason="Лучше")
    kinds = [event.kind for event in concern.events.order_by("pk")]
    assert kinds == [ConcernStep.RAISED, ConcernStep.UP, ConcernStep.UP]
    entries = Entry.objects.filter(code__startswith="support.concern")
    assert entries.count() == 3
    assert all(entry.confidential for entry in entries)


def test_it_is_over_when_everything_is_checked(case: Case, municipal: User) -> None:
    concern = actions.raise_concern(case, by=municipal, text="Нет учителя")
    first, *rest = LEVELS[0].checklist
    for item in rest:
        actions.tick(concern, by=municipal, item=item.key)
    with pytest.raises(Refused, match=first.title):
        actions.resolve(concern, by=municipal, reason="Учитель найден")
    with pytest.raises(Refused, match="почему"):
        actions.tick(concern, by=municipal, item=first.key, needed=False)
    actions.tick(concern, by=municipal, item=first.key, needed=False, note="Руководитель новый")
    with pytest.raises(Refused, match="комментарий"):
        actions.resolve(concern, by=municipal, reason=" ")
    actions.resolve(concern, by=municipal, reason="Учитель найден")
    with pytest.raises(Refused, match="уже снят"):
        actions.decide(concern, by=municipal, text="Ещё")
    actions.reopen(concern, by=municipal, reason="Учитель ушёл")
    concern.refresh_from_db()
    assert (concern.is_open, concern.resolved_at) == (True, None)


def test_cases_with_a_concern_are_found(case: Case, coordinator: User, municipal: User, client: Client) -> None:
    other = case_of(Case.objects.exclude(pk=case.pk).get().school)
    actions.raise_concern(case, by=municipal, text="Нет учителя")
    client.force_login(coordinator)
    shown = client.get(reverse("support:cases"), {"alarmed": "on"}).content.decode()
    assert case.school.short_name in shown
    assert other.school.short_name not in shown
    assert "На внимании муниципалитета" in shown
    assert "alarmed=on" in client.get(reverse("support:board")).content.decode().partition('class="piles"')[2]


def test_a_concern_goes_on_in_the_browser(case: Case, coordinator: User, client: Client) -> None:
    client.force_login(coordinator)
    form = reverse("support:raise_concern", args=[case.public_id])
    assert form in client.get(case.get_absolute_url()).content.decode()
    assert client.post(form, {"text": "", "rank": "1"}).status_code == 422
    url = client.post(form, {"text": "Нет учителя", "rank": "1"})["Location"]
    assert client.post(f"{url}level/", {"rank": "3", "reason": "Хуже"}).status_code == 302
    assert client.get(f"{url}tick/talk/").status_code == 404
    assert client.post(f"{url}tick/group/", {"needed": "yes"}).status_code == 302
    assert client.post(f"{url}decide/", {"text": "Выезд в школу"}).status_code == 302
    assert "Показать сигнал школе?" in client.post(f"{url}share/").content.decode()
    assert client.post(f"{url}share/", {"confirmed": "1"}).status_code == 302
    assert client.post(f"{url}resolve/", {"reason": "Всё"}).status_code == 422
    shown = client.get(url).content.decode()
    for text in ("На контроле региона", "Выезд в школу", "Снять отметку", "Школа видит сигнал"):
        assert text in shown


class TestAnyWay(TestCase):
    """Whatever is done, the history says where the concern stands, and a closed one never moves."""

    @settings(max_examples=8)
    @given(st.lists(st.one_of(st.integers(1, len(LEVELS)), st.sampled_from(["resolve", "reopen", "tick"])), max_size=9))
    def test_the_history_says_where_it_stands(self, moves: list[int | str]) -> None:
        region = factories.region()
        by = region.user(RoleCode.REGIONAL_COORDINATOR)
        approved(by, region, region.schools[0])
        concern = actions.raise_concern(case_of(region.schools[0]), by=by, text="Нет учителя")
        for move in moves:
            before = Concern.objects.get(pk=concern.pk)
            try:
                if isinstance(move, int):
                    actions.put(concern, by=by, rank=move, reason="Так")
                elif move == "tick":
                    for item in LEVELS[before.rank - 1].checklist:
                        actions.tick(concern, by=by, item=item.key)
                else:
                    getattr(actions, move)(concern, by=by, reason="Так")
            except Refused:
                continue
            after = Concern.objects.get(pk=concern.pk)
            last = after.events.order_by("-pk")[0]
            assert last.rank == after.rank
            assert after.is_open or last.kind == ConcernStep.RESOLVED
            assert before.is_open or move == "reopen"


def test_the_municipality_is_told_how_the_region_takes_over(
    case: Case, municipal: User, coordinator: User, client: Client
) -> None:
    concern = actions.raise_concern(case, by=municipal, text="Нет учителя")
    url, said = concern.get_absolute_url(), "Выше сигнал поднимает регион"
    client.force_login(municipal)
    assert said in client.get(f"{url}level/").content.decode()
    actions.put(concern, by=coordinator, rank=4, reason="Хуже")
    shown = client.get(url).content.decode()
    assert "Уровень меняет и сигнал снимает регион" in shown
    assert "Уровень повышен: Режим управленческой опеки" in shown
    client.force_login(coordinator)
    asked = client.get(f"{url}level/").content.decode()
    assert said not in asked
    assert asked.index("ниже: На контроле региона") < asked.index("ниже: На контроле муниципалитета")
    assert "Сначала отметьте в контрольном листе: Издан приказ" in client.get(f"{url}resolve/").content.decode()


def test_a_school_reads_who_acts_on_a_concern_addressed_to_it(
    case: Case, municipal: User, region: Region, client: Client
) -> None:
    concern = actions.raise_concern(case, by=municipal, text="Нет учителя", shared=True)
    client.force_login(region.user(RoleCode.SCHOOL_HEAD))
    shown = client.get(concern.get_absolute_url()).content.decode()
    assert "Сигнал адресован вашей школе" in shown
    assert "Школа видит сигнал" not in shown
