"""Reminders of campaigns: once each, made up for where no worker ran; of questionnaires, that few have answered."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from opora.collection.actions import campaigns, questionnaires, reminding
from opora.collection.actions.reminding import AFTER, BEFORE, MISSED
from opora.collection.models import Campaign, Questionnaire, Response
from opora.core.clock import today
from opora.notices.models import Notice, NoticeKind
from opora.ui import words
from tests.collection.collecting import Collecting, collecting

pytestmark = pytest.mark.django_db
AHEAD = 10  # days from sending to the day of a campaign


@pytest.fixture
def world() -> Collecting:
    return collecting()


def run(*days: int) -> None:
    """The clock ticks on these days from today."""
    now = dt.datetime.combine(today(), dt.time(12), tzinfo=dt.UTC)
    for later in days:
        with time_machine.travel(now + dt.timedelta(days=later), tick=False):
            reminding.remind()


def kinds(world: Collecting) -> list[str]:
    rows = Notice.objects.filter(user=world.head).exclude(kind=NoticeKind.ASSIGNED)
    return list(rows.order_by("pk").values_list("kind", flat=True))


def test_reminders_come_once_before_on_and_after_the_day(world: Collecting) -> None:
    one = world.campaign(due=today() + dt.timedelta(days=BEFORE))
    run(0, 0, BEFORE, BEFORE + AFTER)
    assert kinds(world) == [NoticeKind.SOON, NoticeKind.DUE, NoticeKind.OVERDUE]
    texts = Notice.objects.filter(user=world.head).values_list("text", flat=True)
    assert all(words.day(one.due) in text for text in texts)
    assert not [text for text in texts if "через" in text]  # it would be wrong on the morrow
    assert Campaign.objects.get(pk=one.pk).reminded_on == today() + dt.timedelta(days=BEFORE + AFTER)


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ((AHEAD - BEFORE - 1, AHEAD - 1, AHEAD - 1), [NoticeKind.SOON]),
        ((AHEAD - BEFORE, AHEAD + AFTER + 2), [NoticeKind.SOON, NoticeKind.OVERDUE]),
        ((AHEAD, AHEAD + AFTER + MISSED), [NoticeKind.DUE, NoticeKind.OVERDUE]),
        ((AHEAD + AFTER + MISSED + 1,), []),  # so late it is no reminder
        ((1, 2), []),
    ],
)
def test_what_no_worker_told_of_is_made_up_for_once(world: Collecting, days: tuple[int], told: list[str]) -> None:
    world.campaign(due=today() + dt.timedelta(days=AHEAD))
    run(*days)
    assert kinds(world) == told


def test_what_was_sent_after_the_day_of_a_reminder_is_not_reminded_of_at_once(world: Collecting) -> None:
    world.campaign(due=today() + dt.timedelta(days=BEFORE - 1))
    run(0, 1)
    assert kinds(world) == []
    run(BEFORE - 1)
    assert kinds(world) == [NoticeKind.DUE]


def test_a_deadline_put_off_is_reminded_of_anew(world: Collecting) -> None:
    one = world.campaign(due=today() + dt.timedelta(days=BEFORE))
    run(0)
    campaigns.put_off(one, by=world.coordinator, due=today() + dt.timedelta(days=2 * BEFORE))
    run(1, BEFORE + 1)
    assert kinds(world) == [NoticeKind.SOON] * 2


@pytest.mark.parametrize(("came", "told"), [(0, 2), (4, 2), (5, 0), (9, 0)])
def test_a_questionnaire_that_shows_nothing_yet_is_reminded_of(came: int, told: int) -> None:
    """As few as are not told of: of none the same words as of four. After its day nobody can mend it."""
    world = collecting(kind="questionnaire", ready="pupils")
    one = world.campaign(due=today() + dt.timedelta(days=AHEAD)).questionnaires.get()
    for number in range(came):
        Response.objects.create(questionnaire=one, day=today(), sheet=str(number))
    run(AHEAD - BEFORE + 1, AHEAD, AHEAD + AFTER)
    assert kinds(world) == [NoticeKind.SOON, NoticeKind.DUE][:told]
    texts = {note.text for note in Notice.objects.filter(user=world.head).exclude(kind=NoticeKind.ASSIGNED)}
    assert all("меньше 5" in text and "Раздайте ссылку" in text for text in texts)
    assert len(texts) == bool(told)


def test_a_questionnaire_closed_by_the_school_is_left_in_peace() -> None:
    world = collecting(kind="questionnaire", ready="pupils")
    one = world.campaign(due=today() + dt.timedelta(days=AHEAD)).questionnaires.get()
    questionnaires.close(Questionnaire.objects.get(pk=one.pk), by=world.head)
    run(AHEAD)
    assert kinds(world) == []


def test_a_questionnaire_by_a_list_is_reminded_of_without_its_name() -> None:
    world = collecting(kind="questionnaire", ready="pupils")
    one = world.campaign(due=today() + dt.timedelta(days=AHEAD), confidential=True)
    run(AHEAD)
    (note,) = Notice.objects.filter(user=world.head, kind=NoticeKind.DUE)
    assert str(one.version.form) not in note.text
    assert note.needs_permission == "lists.view"
