"""The life of an assignment: who may do what, what is refused, what is kept."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.workflow import Refused, Stale
from opora.journal.models import Entry
from opora.registry import actions as registry
from opora.registry.models import Organisation
from opora.roadmaps.actions import sending, working
from opora.roadmaps.actions.working import Attachment
from opora.roadmaps.models import Assignment, AssignmentState, Evidence, Report, RoadMap
from opora.roadmaps.models.assignments import ASSIGNMENT_WORKFLOW
from tests import factories

pytestmark = pytest.mark.django_db
ALONE = (
    "accept",
    "cancel",
    "reconsider",
    "report",
    "restore",
    "return",
    "start",
    "take_again",
)  # steps that need no other assignment


@pytest.fixture(autouse=True)
def _on_a_day() -> object:
    with time_machine.travel(dt.datetime(2026, 9, 15, 9, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def sent(roadmap: RoadMap, coordinator: User) -> RoadMap:
    sending.send(roadmap, by=coordinator)
    return roadmap


@pytest.fixture
def task(sent: RoadMap, region: factories.Region) -> Assignment:
    """The programme of the listed school."""
    return Assignment.objects.select_related("activity", "executor", "controller", "roadmap__organisation").get(
        executor=region.schools[0], activity__number="2"
    )


@pytest.fixture
def head(region: factories.Region) -> User:
    return region.user(RoleCode.SCHOOL_HEAD)


@pytest.fixture
def municipal(region: factories.Region) -> User:
    return region.user(RoleCode.MUNICIPAL_COORDINATOR)


def pdf(name: str = "протокол.pdf", content: bytes = b"%PDF-1.7 protocol") -> Attachment:
    return Attachment(name, ContentFile(content, name=name))


def test_reported_returned_reported_again_accepted(task: Assignment, head: User, municipal: User) -> None:
    working.start(task, by=head)
    working.submit(task, by=head, text="Программа составлена", figures=[("Целей", "3")], attachments=[pdf()])
    assert task.state == "reported"
    working.give_back(task, by=municipal, comment="Нет показателей")
    assert (task.state, task.remark) == ("returned", "Нет показателей")
    working.submit(task, by=head, text="Показатели добавлены")
    working.accept(task, by=municipal, comment="Хорошо")
    task.refresh_from_db()
    assert task.state == "accepted"
    assert [r.state for r in task.reports.all()] == ["returned", "accepted"]
    first = task.reports.first()
    assert first is not None
    assert first.figures == [["Целей", "3"]]
    assert Evidence.objects.get().name == "протокол.pdf"
    codes = Entry.objects.filter(object_id=task.public_id).order_by("number").values_list("code", flat=True)
    assert list(codes) == [f"assignments.{c}" for c in ("started", "reported", "returned", "reported", "accepted")]
    assert Entry.objects.filter(code="assignments.accepted", confidential=True).exists()


def test_a_return_needs_its_comment(task: Assignment, head: User, municipal: User) -> None:
    working.submit(task, by=head, text="Готово")
    with pytest.raises(Refused, match="комментарий"):
        working.give_back(task, by=municipal, comment="  ")
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.filter(pk=task.pk).update(state="returned", remark="")


def test_a_report_needs_its_text_and_whoever_may_hand_it_in(
    task: Assignment, head: User, region: factories.Region
) -> None:
    teacher = region.user(RoleCode.SCHOOL_STAFF)
    draft = working.save_draft(task, by=teacher, text="черновик учителя", attachments=[pdf()])
    with pytest.raises(Denied, match="руководитель"):
        working.submit(task, by=teacher, text="сам сдам")
    with pytest.raises(Refused, match="что сделано"):
        working.submit(task, by=head, text=" ")
    report = working.submit(task, by=head, text="сдаёт директор")
    assert report.pk == draft.pk
    assert report.evidence.count() == 1


@pytest.mark.parametrize(
    "role", [RoleCode.OBSERVER, RoleCode.ADMINISTRATOR, RoleCode.CURATOR, RoleCode.REGIONAL_SPECIALIST]
)
def test_others_neither_report_nor_decide(task: Assignment, head: User, region: factories.Region, role: str) -> None:
    stranger = region.user(role)
    with pytest.raises(Denied):
        working.submit(task, by=stranger, text="за других")
    working.submit(task, by=head, text="готово")
    for act in (lambda: working.accept(task, by=stranger), lambda: working.give_back(task, by=stranger, comment="нет")):
        with pytest.raises(Denied):
            act()


def test_a_school_does_not_accept_its_own_report(task: Assignment, head: User) -> None:
    working.submit(task, by=head, text="готово")
    with pytest.raises(Denied):
        working.accept(task, by=head)


def test_the_second_decision_is_told_that_somebody_was_first(task: Assignment, head: User, municipal: User) -> None:
    working.submit(task, by=head, text="готово")
    other = Assignment.objects.select_related("activity", "executor", "controller", "roadmap").get(pk=task.pk)
    working.accept(task, by=municipal)
    with pytest.raises(Stale, match="кто-то другой"):
        working.give_back(other, by=municipal, comment="поздно")


def test_an_acceptance_can_be_undone(task: Assignment, head: User, municipal: User) -> None:
    working.submit(task, by=head, text="готово")
    working.accept(task, by=municipal)
    working.reconsider(task, by=municipal)
    assert (task.state, task.decided_at) == ("reported", None)
    working.accept(task, by=municipal)


def test_cancelled_and_restored_by_who_sent_it(task: Assignment, head: User, coordinator: User) -> None:
    with pytest.raises(Denied):
        working.cancel(task, by=head, comment="не хочу")
    working.submit(task, by=head, text="готово")
    working.cancel(task, by=coordinator, comment="Школа закрывается")
    assert (task.state, task.remark) == ("cancelled", "Школа закрывается")
    assert not Report.objects.filter(assignment=task, state="submitted").exists()
    working.restore(task, by=coordinator)
    assert task.state == "sent"


def test_overdue_is_worked_out(task: Assignment, head: User) -> None:
    assert not Assignment.objects.overdue().filter(pk=task.pk).exists()
    with time_machine.travel(dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC), tick=False):
        assert Assignment.objects.overdue().filter(pk=task.pk).exists()
        assert task.is_overdue
        working.submit(task, by=head, text="поздно, но готово")
        assert not Assignment.objects.overdue().filter(pk=task.pk).exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("вирус.exe", b"MZ", "не принимается"),
        ("пусто.pdf", b"", "пуст"),
        ("картинка.docx", b"\x89PNG....", "не docx"),
        ("большой.txt", b"x" * (20 * 1024 * 1024 + 1), "больше 20 МБ"),
    ],
)
def test_bad_files_are_refused_in_words_and_nothing_is_stored(
    task: Assignment, head: User, name: str, content: bytes, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        working.submit(task, by=head, text="готово", attachments=[pdf(name, content)])
    assert not Report.objects.exists()
    assert not Evidence.objects.exists()


def test_the_same_file_twice_is_kept_once_and_a_draft_can_lose_it(task: Assignment, head: User) -> None:
    draft = working.save_draft(task, by=head, text="", attachments=[pdf(), pdf()])
    evidence = draft.evidence.get()
    working.detach(evidence, by=head)
    assert not draft.evidence.exists()
    working.submit(task, by=head, text="готово", attachments=[pdf()])
    with pytest.raises(Refused, match="уже сдан"):
        working.detach(Evidence.objects.get(), by=head)


def test_stored_names_tell_nothing(task: Assignment, head: User) -> None:
    working.submit(task, by=head, text="готово", attachments=[pdf("../../список школ.pdf")])
    evidence = Evidence.objects.get()
    assert "список" not in evidence.file.name
    assert ".." not in evidence.file.name


def test_open_work_passes_to_the_successor(sent: RoadMap, coordinator: User, region: factories.Region) -> None:
    old, new = region.schools[0], region.schools[1]
    before = Assignment.objects.filter(executor=old).count()
    doubled = Assignment.objects.filter(executor=new).count()
    registry.merge(old, by=coordinator, into=new)
    assert Assignment.objects.filter(executor=old).exclude(state="cancelled").count() == 0
    assert Assignment.objects.filter(executor=new).count() == before  # the listed school had one row more
    assert Assignment.objects.filter(executor=old, state="cancelled").count() == doubled


def test_what_tells_of_the_list_is_seen_by_those_who_may_know(task: Assignment, region: factories.Region) -> None:
    def sees(role: str, at: Organisation | None = None) -> bool:
        user = region.user(role, at)
        return Assignment.objects.visible(user).filter(pk=task.pk).exists()

    assert sees(RoleCode.REGIONAL_COORDINATOR)
    assert sees(RoleCode.MUNICIPAL_COORDINATOR)
    assert sees(RoleCode.SCHOOL_HEAD)
    assert sees(RoleCode.CURATOR)
    assert not sees(RoleCode.OBSERVER)
    assert not sees(RoleCode.MUNICIPAL_COORDINATOR, region.municipalities[1])
    assert not sees(RoleCode.SCHOOL_HEAD, region.schools[1])
    assert not sees(RoleCode.REGIONAL_SPECIALIST)
    assert not sees(RoleCode.ADMINISTRATOR)


@settings(max_examples=40)
@given(st.lists(st.sampled_from(ALONE), max_size=8))
def test_any_order_of_steps_leaves_a_sound_assignment(
    task: Assignment, head: User, municipal: User, coordinator: User, steps: list[str]
) -> None:
    """Whatever is tried in whatever order, the database accepts the result and the table of transitions is kept."""
    acts = {
        "start": lambda one: working.start(one, by=head),
        "report": lambda one: working.submit(one, by=head, text="готово"),
        "accept": lambda one: working.accept(one, by=municipal),
        "return": lambda one: working.give_back(one, by=municipal, comment="нет"),
        "reconsider": lambda one: working.reconsider(one, by=municipal),
        "take_again": lambda one: working.take_again(one, by=municipal),
        "cancel": lambda one: working.cancel(one, by=coordinator, comment="нет"),
        "restore": lambda one: working.restore(one, by=coordinator),
    }
    outer = transaction.atomic()
    outer.__enter__()
    try:
        for step in steps:
            one = Assignment.objects.select_related("activity", "executor", "controller", "roadmap__organisation").get(
                pk=task.pk
            )
            allowed = one.state in ASSIGNMENT_WORKFLOW.transitions[step].sources
            if allowed:
                acts[step](one)
                one.refresh_from_db()
                assert one.state == ASSIGNMENT_WORKFLOW.transitions[step].target
            else:
                with pytest.raises(Refused), transaction.atomic():
                    acts[step](one)
            drafts = Report.objects.filter(assignment=one, state="submitted").count()
            assert drafts == (1 if one.state == AssignmentState.REPORTED else 0)
    finally:
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)
