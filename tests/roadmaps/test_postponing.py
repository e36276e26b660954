"""Postponement: asked for, decided, withdrawn; the first deadline is kept."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.workflow import Refused, Stale
from opora.journal.models import Entry
from opora.notices.models import Notice
from opora.roadmaps.actions import sending, working
from opora.roadmaps.models import Assignment, Postponement, PostponementState, RoadMap
from tests import factories

pytestmark = pytest.mark.django_db
LATER = dt.date(2026, 12, 10)


@pytest.fixture(autouse=True)
def _on_a_day() -> object:
    with time_machine.travel(dt.datetime(2026, 9, 15, 9, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def task(roadmap: RoadMap, coordinator: User, region: factories.Region) -> Assignment:
    """The programme of the listed school, due on 20 November."""
    sending.send(roadmap, by=coordinator)
    return rows().get(executor=region.schools[0], activity__number="2")


def rows() -> object:
    return Assignment.objects.select_related("activity", "executor", "controller", "roadmap__organisation")


@pytest.fixture
def head(region: factories.Region) -> User:
    return region.user(RoleCode.SCHOOL_HEAD)


@pytest.fixture
def municipal(region: factories.Region) -> User:
    return region.user(RoleCode.MUNICIPAL_COORDINATOR)


def test_asked_and_granted_keeps_the_first_deadline(task: Assignment, head: User, municipal: User) -> None:
    first = task.due
    asked = working.ask(task, by=head, due=LATER, reason="Ждём методистов")
    assert Assignment.objects.get(pk=task.pk).asked_due == LATER
    told = Notice.objects.filter(user=municipal).get()
    assert "Просят перенести срок на 10.12.2026" in told.text
    assert told.closed  # the work is there because the school is listed
    working.grant(asked, by=municipal, due=dt.date(2026, 12, 1), comment="Не позже первого декабря")
    task.refresh_from_db()
    assert (task.first_due, task.due, task.moved, task.asked_due) == (first, dt.date(2026, 12, 1), 1, None)
    again = working.ask(task, by=head, due=LATER, reason="Болезнь")
    working.grant(again, by=municipal)
    task.refresh_from_db()
    assert (task.first_due, task.due, task.moved) == (first, LATER, 2)
    codes = list(Entry.objects.filter(object_id=task.public_id).order_by("number").values_list("code", flat=True))
    assert codes == ["assignments.postponement_asked", "assignments.postponed"] * 2
    assert Notice.objects.filter(user=head, text__contains="Срок перенесён с 20.11.2026 на 01.12.2026").exists()


def test_refused_says_why_and_leaves_the_deadline(task: Assignment, head: User, municipal: User) -> None:
    asked = working.ask(task, by=head, due=LATER, reason="Не успеваем")
    with pytest.raises(Refused, match="комментарий"):
        working.refuse(asked, by=municipal, comment=" ")
    working.refuse(asked, by=municipal, comment="Срок федеральный")
    task.refresh_from_db()
    assert (task.due, task.first_due, task.asked_due, task.moved) == (dt.date(2026, 11, 20), None, None, 0)
    asked.refresh_from_db()
    assert (asked.state, asked.comment) == ("refused", "Срок федеральный")


def test_who_may_ask_and_decide(task: Assignment, head: User, municipal: User, region: factories.Region) -> None:
    teacher, other = region.user(RoleCode.SCHOOL_STAFF), region.user(RoleCode.SCHOOL_HEAD, region.schools[1])
    for user in (teacher, other, region.user(RoleCode.CURATOR)):
        with pytest.raises(Denied):
            working.ask(task, by=user, due=LATER, reason="хочу")
    asked = working.ask(task, by=head, due=LATER, reason="Не успеваем")
    for user in (head, region.user(RoleCode.MUNICIPAL_COORDINATOR, region.municipalities[1])):
        with pytest.raises(Denied):
            working.grant(asked, by=user)
        with pytest.raises(Denied):
            working.move(task, by=user, due=LATER, reason="сам")
    with pytest.raises(Denied):
        working.withdraw(asked, by=teacher)


@pytest.mark.parametrize(
    ("due", "reason", "said"),
    [
        (dt.date(2026, 11, 20), "так", "позже нынешнего"),
        (dt.date(2026, 11, 1), "так", "позже нынешнего"),
        (LATER, "  ", "причину"),
    ],
)
def test_what_is_refused_at_once(task: Assignment, head: User, due: dt.date, reason: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        working.ask(task, by=head, due=due, reason=reason)


def test_the_second_of_two_decisions_is_told(task: Assignment, head: User, municipal: User) -> None:
    asked = working.ask(task, by=head, due=LATER, reason="Не успеваем")
    other = Postponement.objects.get(pk=asked.pk)
    working.grant(asked, by=municipal)
    with pytest.raises((Stale, Refused)), transaction.atomic():
        working.refuse(other, by=municipal, comment="нет")
    task.refresh_from_db()
    assert task.due == LATER


def test_a_report_answers_the_request(task: Assignment, head: User) -> None:
    asked = working.ask(task, by=head, due=LATER, reason="Не успеваем")
    working.submit(task, by=head, text="Всё же успели")
    asked.refresh_from_db()
    task.refresh_from_db()
    assert (asked.state, task.asked_due) == ("withdrawn", None)


def test_who_sent_it_moves_it_himself(task: Assignment, head: User, coordinator: User) -> None:
    asked = working.ask(task, by=head, due=LATER, reason="Не успеваем")
    working.move(task, by=coordinator, due=dt.date(2026, 10, 30), reason="Совещание раньше")
    asked.refresh_from_db()
    task.refresh_from_db()
    assert (task.due, task.first_due, asked.state) == (dt.date(2026, 10, 30), dt.date(2026, 11, 20), "granted")
    with pytest.raises(Refused, match="причину"):
        working.move(task, by=coordinator, due=LATER, reason="")


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ask", "withdraw", "grant", "refuse", "move", "report", "return"]), st.integers(0, 60)
        ),
        max_size=8,
    )
)
def test_any_order_of_steps_keeps_the_first_deadline(
    task: Assignment, head: User, municipal: User, coordinator: User, steps: list[tuple[str, int]]
) -> None:
    """The first deadline never changes, the count of moves is that of granted rows, at most one request waits."""
    first = expected = dt.date(2026, 11, 20)
    outer = transaction.atomic()
    outer.__enter__()
    try:
        for step, days in steps:
            one = rows().get(pk=task.pk)
            due = dt.date(2026, 11, 1) + dt.timedelta(days=days)
            waiting = (
                Postponement.objects.filter(assignment=one, state="asked")
                .select_related(
                    "assignment__activity", "assignment__executor", "assignment__controller", "assignment__roadmap"
                )
                .first()
            )
            acts = {
                "ask": lambda o=one, d=due: working.ask(o, by=head, due=d, reason="не успеваем"),
                "move": lambda o=one, d=due: working.move(o, by=coordinator, due=d, reason="так решено"),
                "report": lambda o=one: working.submit(o, by=head, text="готово"),
                "return": lambda o=one: working.give_back(o, by=municipal, comment="нет"),
            }
            if waiting:
                acts |= {
                    "withdraw": lambda w=waiting: working.withdraw(w, by=head),
                    "grant": lambda w=waiting, d=due: working.grant(w, by=municipal, due=d),
                    "refuse": lambda w=waiting: working.refuse(w, by=municipal, comment="нет"),
                }
            try:
                with transaction.atomic():
                    acts.get(step, lambda: None)()
            except Refused:
                pass
            else:
                expected = due if step == "move" or (step == "grant" and waiting) else expected
            one = Assignment.objects.get(pk=task.pk)
            granted = Postponement.objects.filter(assignment=one, state=PostponementState.GRANTED)
            asked = Postponement.objects.filter(assignment=one, state=PostponementState.ASKED).first()
            assert one.moved == granted.count()
            assert one.first_due == (first if one.moved else None)
            assert one.due == expected
            assert one.asked_due == (asked.asked_due if asked else None)
            assert not (asked and one.state not in ("sent", "in_progress", "returned"))
    finally:
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)
