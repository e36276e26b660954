"""The management reserve: proposed with consent, considered by the region, used where it may be known; rewards."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from functools import partial
from io import BytesIO

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from python_calamine import CalamineWorkbook

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.workflow import Refused
from opora.journal.models import Entry
from opora.lists.models import SchoolList
from opora.notices.models import Notice
from opora.support.actions import mentors, pairing, rewards
from opora.support.actions import reserve as actions
from opora.support.models import Appointment, Candidate, CandidateState, Pair, Reward
from tests import factories
from tests.factories import Region
from tests.support.test_pages import page

pytestmark = pytest.mark.django_db
SAID = {"post": "Директор", "grounds": "Школа вышла из списка", "consent": "от 12.10.2026"}


@pytest.fixture
def candidate(region: Region, coordinator: User, municipal: User) -> Candidate:
    """Of the second school, which is not listed."""
    return actions.propose(by=municipal, organisation=region.schools[1], name="Орлова Анна", for_mentoring=True, **SAID)


def told(user: User) -> list[str]:
    return list(Notice.objects.visible(user).order_by("pk").values_list("text", flat=True))


def test_the_region_considers_and_the_municipality_sees_its_own(
    candidate: Candidate, region: Region, coordinator: User, municipal: User
) -> None:
    near, head = (
        region.user(RoleCode.MUNICIPAL_COORDINATOR, region.municipalities[1]),
        region.user(RoleCode.SCHOOL_HEAD),
    )
    seen = [Candidate.objects.visible(user).count() for user in (coordinator, municipal, near, head)]
    assert seen == [1, 1, 0, 0]
    assert any("Орлова Анна" in text for text in told(coordinator))
    for act in (actions.include, lambda one, by: actions.decline(one, by=by, reason="Нет")):
        with pytest.raises(Denied):
            act(candidate, by=municipal)
    with pytest.raises(Refused, match="комментарий"):
        actions.decline(candidate, by=coordinator, reason=" ")
    actions.decline(candidate, by=coordinator, reason="Мало опыта")
    assert told(municipal)[-1].startswith("Орлова Анна: кандидат в резерв отклонён")
    with pytest.raises(Refused, match="уже решено"):
        actions.change_candidate(candidate, by=municipal, name="Орлова", for_mentoring=True, **SAID)
    actions.propose_again(candidate, by=municipal)
    actions.include(candidate, by=coordinator, document_text="приказ № 5")
    candidate.refresh_from_db()
    assert (candidate.state, candidate.reason, candidate.decided_by) == ("included", "", coordinator.label)
    codes = Entry.objects.filter(object_id=candidate.public_id).order_by("pk").values_list("code", flat=True)
    events = ["proposed", "declined", "proposed_again", "included"]
    assert list(codes) == [f"support.candidate_{event}" for event in events]


@pytest.mark.parametrize("missing", ["post", "grounds", "consent", "purpose"])
def test_nobody_is_proposed_without_grounds_and_consent(missing: str, region: Region, municipal: User) -> None:
    said = {**SAID, missing: " "} if missing in SAID else SAID
    meant = {"for_mentoring": missing != "purpose"}
    with pytest.raises(Refused):
        actions.propose(by=municipal, organisation=region.schools[1], name="Орлова", **said, **meant)
    assert not Candidate.objects.exists()


def test_where_he_is_used_is_known_where_the_school_is(
    candidate: Candidate, region: Region, listed: SchoolList, coordinator: User, municipal: User, client: Client
) -> None:
    near, far = region.schools[0], region.schools[2]  # listed ones of either municipality
    with pytest.raises(Refused, match="сначала включите"):
        actions.appoint(candidate, by=coordinator, kind="mentor", school=near, since=today())
    actions.include(candidate, by=coordinator)
    asked = page(client, coordinator, reverse("support:appoint_candidate", args=[candidate.public_id]))
    assert "Для чего предложен(а): наставничество." in asked
    for kind, school in (("mentor", near), ("head", far)):
        actions.appoint(candidate, by=coordinator, kind=kind, school=school, since=today())
    with pytest.raises(Refused, match="уже действует"):
        actions.appoint(candidate, by=coordinator, kind="head", school=far, since=today())
    with pytest.raises(Denied):
        actions.appoint(candidate, by=municipal, kind="head", school=near, since=today())
    url = candidate.get_absolute_url()
    shown = page(client, municipal, url)
    assert near.short_name in shown
    assert far.short_name not in shown
    assert far.short_name not in page(client, municipal, reverse("support:reserve"))
    assert {school.short_name in page(client, coordinator, url) for school in (near, far)} == {True}
    assert all(one.confidential for one in Entry.objects.filter(code="support.appointed"))
    one = Appointment.objects.get(school=near)
    with pytest.raises(Refused, match="раньше"):
        actions.end_appointment(one, by=coordinator, until=today() - dt.timedelta(1), reason="Переехал")
    actions.end_appointment(one, by=coordinator, until=today(), reason="Переехал")
    assert "Переехал" in page(client, coordinator, url)
    running = page(client, coordinator, f"{reverse('support:reserve')}?used=yes")
    assert "Орлова Анна" in running
    assert "Орлова Анна" not in page(client, municipal, f"{reverse('support:reserve')}?used=yes")


def test_the_reserve_as_a_workbook(candidate: Candidate, coordinator: User, client: Client) -> None:
    client.force_login(coordinator)
    answer = client.get(reverse("support:reserve"), {"to": "xlsx"})
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer))).get_sheet_by_index(0).to_python()  # type: ignore[arg-type]
    assert any("Орлова Анна" in row and "на рассмотрении" in row for row in rows)


def test_rewards_of_both_sides_are_seen_by_the_region(
    region: Region, listed: SchoolList, coordinator: User, municipal: User, client: Client
) -> None:
    mentor = mentors.add_mentor(by=coordinator, organisation=region.schools[3], kind="school")
    pair = pairing.make_pair(by=coordinator, school=region.schools[0], mentor=mentor)
    said = {"kind": "letter", "ground": "Рост результатов", "document_text": "приказ № 7"}
    with pytest.raises(Denied):
        rewards.reward(pair, by=municipal, side="mentor", on=today(), **said)
    with pytest.raises(Refused, match="не наступил"):
        rewards.reward(pair, by=coordinator, side="mentor", on=today() + dt.timedelta(1), **said)
    for side in ("mentor", "school"):
        rewards.reward(pair, by=coordinator, side=side, on=today(), **said)
    url = reverse("support:rewards")
    assert "Рост результатов" in page(client, coordinator, pair.get_absolute_url())
    assert "Рост результатов" not in page(client, municipal, pair.get_absolute_url())
    page(client, municipal, url, status=403)
    assert page(client, coordinator, f"{url}?side=mentor").count("Рост результатов") == 1
    first = Reward.objects.visible(coordinator).filter(side="mentor").get()
    client.post(reverse("support:remove_reward", args=[first.public_id]))
    assert Reward.objects.count() == 2  # it asks first
    client.post(reverse("support:remove_reward", args=[first.public_id]), {"confirmed": "1"})
    assert Reward.objects.get().rewarded == str(pair.school)
    assert Pair.objects.get().rewards.count() == 1


def test_a_candidate_goes_on_in_the_browser(region: Region, coordinator: User, municipal: User, client: Client) -> None:
    client.force_login(municipal)
    form = reverse("support:new_candidate")
    school = region.schools[1]
    values = {**SAID, "organisation": school.name, "name": "Орлова Анна", "for_headship": "on"}
    assert client.post(form, {**values, "consent": ""}).status_code == 422
    url = client.post(form, values)["Location"]
    assert client.post(f"{url}edit/", {**values, "post": "Завуч"}).status_code == 302
    assert client.post(f"{url}include/", {"document_text": ""}).status_code == 403
    client.force_login(coordinator)
    assert client.post(f"{url}include/", {"document_text": ""}).status_code == 302
    sent = {"kind": "head", "school": region.schools[0].name, "since": today().isoformat()}
    assert client.post(f"{url}appoint/", sent).status_code == 302
    one = Appointment.objects.get()
    ended = {"until": today().isoformat(), "reason": "Конец срока"}
    assert client.post(f"{url}{one.public_id}/end/", ended).status_code == 302
    assert client.post(f"{url}withdraw/", {"reason": "Уехала"}).status_code == 302
    assert "Предложить снова?" in client.post(f"{url}again/").content.decode()
    assert client.post(f"{url}again/", {"confirmed": "1"}).status_code == 302
    assert Candidate.objects.get().state == CandidateState.PROPOSED


class Considering(TestCase):
    """Whatever is pressed in whatever order, the state is one of the table and says who decided where it must."""

    @settings(max_examples=15, deadline=None)
    @given(st.lists(st.sampled_from(["include", "decline", "withdraw", "propose_again"]), max_size=8))
    def test_any_order(self, presses: list[str]) -> None:
        region = factories.region()
        by = region.user(RoleCode.REGIONAL_COORDINATOR)
        one = actions.propose(by=by, organisation=region.schools[1], name="Орлова", for_mentoring=True, **SAID)
        to = {"include": "included", "decline": "declined", "withdraw": "withdrawn", "propose_again": "proposed"}
        leads = {
            "include": {"proposed"},
            "decline": {"proposed"},
            "withdraw": {"proposed", "included"},
            "propose_again": {"declined", "withdrawn"},
        }
        for press in presses:
            before, why = one.state, {"reason": "Так"} if press in ("decline", "withdraw") else {}
            if before in leads[press]:
                getattr(actions, press)(one, by=by, **why)
                assert one.state == to[press]
            else:
                with pytest.raises(Refused):
                    getattr(actions, press)(one, by=by, **why)
            one.refresh_from_db()
            assert (one.decided_at is None) == (one.state == "proposed")


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """What each was refused by, done in threads of their own where the engine lets them write at once."""
    said: list[str] = []

    def apart(deed: Callable[[], object]) -> None:
        try:
            deed()
        except Refused as refused:
            said.append(str(refused))
        finally:
            if threading.current_thread() is not threading.main_thread():
                connections.close_all()

    if connection.vendor == "sqlite":
        for deed in deeds:
            apart(deed)
        return said
    threads = [threading.Thread(target=apart, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_is_refused(
    listed: SchoolList, region: Region, coordinator: User, municipal: User
) -> None:
    """In words, not by a constraint of the database."""
    place, school = region.schools[1], region.schools[0]
    told = {"organisation": place, "for_mentoring": True, **SAID}

    def propose() -> None:
        actions.propose(by=municipal, name="Орлова Анна", **told)

    assert ["уже предлагали" in text for text in at_once(propose, propose)] == [True]
    others = [actions.propose(by=municipal, name=name, **told) for name in ("Белова Вера", "Белова Нина")]

    def rename(one: Candidate) -> None:
        actions.change_candidate(one, by=municipal, name="Белова Анна", for_mentoring=True, **SAID)

    assert ["уже предлагали" in text for text in at_once(*(partial(rename, one) for one in others))] == [True]
    one = Candidate.objects.get(name="Орлова Анна")
    actions.include(one, by=coordinator)

    def appoint() -> None:
        actions.appoint(one, by=coordinator, kind="head", school=school, since=today())

    assert at_once(appoint, appoint) == ["Такое назначение уже действует."]
    assert one.appointments.count() == 1
