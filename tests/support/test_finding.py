"""Mentors, pairs, candidates, rewards and meetings are found by name and title as people type them: in any case."""

from __future__ import annotations

import pytest

from opora.access.models import User
from opora.core.clock import today
from opora.lists.models import SchoolList
from opora.support.actions import mentors, pairing, reserve, rewards
from opora.support.models import Candidate, Meeting, Mentor, Pair, Reward
from opora.support.queries import meetings as of_meetings
from opora.support.queries import mentoring as of_mentors
from opora.support.queries import reserve as of_reserve
from tests.factories import Region
from tests.support.test_meetings import group, planned

pytestmark = pytest.mark.django_db
TYPED = ["Семёнова", "СЕМЕНОВА", "анна семенова"]
SAID = {"post": "Директор", "grounds": "Школа вышла из списка", "consent": "от 12.10.2026", "for_mentoring": True}


@pytest.fixture
def mentor(region: Region, coordinator: User) -> Mentor:
    """Of the institute, known by another name at first."""
    strengths = {"mat": 3}
    made = mentors.add_mentor(by=coordinator, organisation=region.institute, kind="tutor", name="Иванова Анна")
    mentors.change_mentor(
        made, by=coordinator, kind="tutor", name="Семёнова Анна", strengths=strengths, good_at="", load=3
    )
    return made


@pytest.fixture
def pair(listed: SchoolList, region: Region, coordinator: User, mentor: Mentor) -> Pair:
    return pairing.make_pair(by=coordinator, school=region.schools[0], mentor=mentor)


@pytest.mark.parametrize("typed", TYPED)
def test_mentors_with_their_pairs_and_rewards(typed: str, pair: Pair, coordinator: User) -> None:
    said = {"kind": "letter", "ground": "Рост результатов", "document_text": "приказ № 7"}
    made = rewards.reward(pair, by=coordinator, side="mentor", on=today(), **said)
    assert list(of_mentors.search_mentors(Mentor.objects.all(), typed)) == [pair.mentor]
    assert list(of_mentors.search_pairs(Pair.objects.all(), typed)) == [pair]
    assert list(of_reserve.search_rewards(Reward.objects.all(), typed)) == [made]
    assert not of_mentors.search_mentors(Mentor.objects.all(), "Иванова").exists()


@pytest.mark.parametrize("typed", TYPED)
def test_candidates(typed: str, region: Region, municipal: User) -> None:
    school = region.schools[0]
    other = reserve.propose(by=municipal, organisation=school, name="Яковлева Анна", **SAID)
    one = reserve.propose(by=municipal, organisation=school, name="Иванова Анна", **SAID)
    reserve.change_candidate(one, by=municipal, name="Семёнова Анна", **SAID)
    assert list(of_reserve.search_candidates(Candidate.objects.all(), typed)) == [one]
    assert list(of_reserve.search_candidates(Candidate.objects.all(), "АННА")) == [one, other]


@pytest.mark.parametrize("typed", ["итоги диагностики", "ДИАГНОСТИКИ", "итоги 2026", "Региональная итоги"])
def test_meetings(typed: str, region: Region, coordinator: User) -> None:
    body = group(region, coordinator)
    one = planned(body, coordinator, title="Итоги диагностики 2026 года")
    planned(body, coordinator, title="О наставниках")
    assert list(of_meetings.search(Meeting.objects.all(), typed)) == [one]
