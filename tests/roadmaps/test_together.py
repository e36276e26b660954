"""Several at one work: joint reports, steps of one activity, people of one organisation, two who write one draft."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.workflow import Refused
from opora.decrees.model import Decree, RoadMap, Section
from opora.documents.models import Document
from opora.lists.models import SchoolList
from opora.notices.models import Notice
from opora.registry import actions as registry
from opora.roadmaps import models
from opora.roadmaps.actions import planning, sending, working
from opora.roadmaps.actions.building import build
from opora.roadmaps.expansion import expand
from opora.roadmaps.models import Assignment, Evidence, Report, Revision
from tests import factories
from tests.roadmaps.conftest import ISSUED, row
from tests.roadmaps.test_working import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_day() -> object:
    with time_machine.travel(dt.datetime(2026, 9, 15, 9, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def plan(document: Document, coordinator: User, listed: SchoolList, region: factories.Region) -> models.RoadMap:
    """One joint work of the ministry and the institute, and programmes that pass three steps."""
    for name, one in (("ДОО ТО", region.authority), ("ТОИПКРО", region.institute)):
        registry.add_alias(by=coordinator, territory=region.authority, name=name, organisation=one)
    steps = ("МОУО (утверждение)", "ДОО ТО (согласование)")
    rows = [
        row("1", "Провести конференцию", "до 1 ноября 2026", "ДОО ТО, ТОИПКРО"),
        row("2", "Утвердить программы", "до 20 ноября 2026", *steps),
        row("3", "Собрать сведения", "до 1 декабря 2026", "ОО"),
    ]
    decree = Decree("directive", "78-р", ISSUED, "План", roadmaps=[RoadMap("План", None, None, [Section("", rows)])])
    build(document, decree, coordinator)
    return models.RoadMap.objects.select_related("organisation", "document").get()


@pytest.fixture
def sent(plan: models.RoadMap, coordinator: User) -> models.RoadMap:
    sending.send(plan, by=coordinator)
    return plan


def fresh(**which: object) -> Assignment:
    related = ("activity", "executor", "controller", "roadmap__organisation", "lead", "assignee")
    return Assignment.objects.select_related(*related).get(**which)


# -- joint reports -------------------------------------------------------------------------------------------------


@pytest.fixture
def specialist(region: factories.Region) -> User:
    return region.user(RoleCode.REGIONAL_SPECIALIST)


def pair(region: factories.Region) -> tuple[Assignment, Assignment]:
    lead = fresh(activity__number="1", executor=region.authority)
    return lead, fresh(activity__number="1", executor=region.institute)


def test_named_organisations_report_together_and_the_first_leads(
    sent: models.RoadMap, region: factories.Region, coordinator: User, specialist: User
) -> None:
    lead, other = pair(region)
    assert (lead.lead, other.lead) == (None, lead)
    assert not Assignment.objects.filter(activity__number="3").exclude(lead=None).exists()  # groups stay separate
    with pytest.raises(Refused, match="ведущий"):
        working.submit(other, by=specialist, text="сами сдадим")
    working.contribute(other, by=specialist, text="Секция проведена", attachments=[pdf()])
    assert other.state == "waiting"
    assert Notice.objects.filter(user=coordinator, text__contains="свою часть").exists()
    given_part = Report.objects.visible(coordinator).get(state="given")
    assert Evidence.objects.visible(coordinator).filter(report=given_part).exists()
    report = working.submit(lead, by=coordinator, text="Конференция проведена")
    other.refresh_from_db()
    assert other.state == "reported"
    assert Report.objects.visible(specialist).filter(pk=report.pk).exists()  # a co-executor reads the joint report
    with pytest.raises(Refused, match="ведущего"):
        working.accept(other, by=coordinator)
    working.give_back(lead, by=coordinator, comment="Нет списка участников")
    other.refresh_from_db()
    assert (other.state, other.remark) == ("returned", "Нет списка участников")
    working.submit(lead, by=coordinator, text="Список приложен")
    working.accept(lead, by=coordinator)
    other.refresh_from_db()
    assert (lead.state, other.state) == ("accepted", "accepted")
    working.reconsider(lead, by=coordinator)
    other.refresh_from_db()
    assert other.state == "reported"


def test_a_part_can_be_taken_back_until_the_lead_hands_in(
    sent: models.RoadMap, region: factories.Region, coordinator: User, specialist: User
) -> None:
    lead, other = pair(region)
    working.contribute(other, by=specialist, text="Секция")
    working.take_back(other, by=specialist)
    assert (other.state, other.reports.get().state) == ("in_progress", "draft")
    working.submit(lead, by=coordinator, text="Без вас")
    other.refresh_from_db()
    with pytest.raises(Refused):
        working.take_back(other, by=specialist)


def test_strangers_do_not_read_a_joint_report(
    sent: models.RoadMap, region: factories.Region, coordinator: User
) -> None:
    lead, _ = pair(region)
    report = working.submit(lead, by=coordinator, text="Готово")
    for role in (RoleCode.SCHOOL_HEAD, RoleCode.MUNICIPAL_COORDINATOR, RoleCode.METHODIST):
        assert not Report.objects.visible(region.user(role)).filter(pk=report.pk).exists()


def test_without_its_lead_each_answers_for_itself(
    sent: models.RoadMap, region: factories.Region, coordinator: User, specialist: User
) -> None:
    lead, other = pair(region)
    working.contribute(other, by=specialist, text="Секция")
    working.cancel(lead, by=coordinator, comment="Не нужно")
    other = fresh(pk=other.pk)
    assert (other.state, other.lead) == ("in_progress", None)
    working.submit(other, by=specialist, text="Сами")


def test_the_sender_chooses_who_leads_or_that_nobody_does(
    plan: models.RoadMap, region: factories.Region, coordinator: User
) -> None:
    first = plan.activities.get(number="1")
    planning.set_joint(first, by=coordinator, leader=region.institute)
    line = next(one for one in expand(plan).lines if one.activity.number == "1")
    assert line.joint is not None
    assert (line.joint.leader, line.joint.others) == (region.institute, [region.authority])
    planning.set_joint(first, by=coordinator, leader=None)
    sending.send(plan, by=coordinator)
    assert not Assignment.objects.exclude(lead=None).exists()
    with pytest.raises(Refused, match="уже разосланы"):
        planning.set_joint(first, by=coordinator, leader=region.institute)


# -- steps ---------------------------------------------------------------------------------------------------------


def steps(region: factories.Region) -> tuple[list[Assignment], Assignment]:
    approve = [fresh(activity__number="2", executor=one) for one in region.municipalities]
    return approve, fresh(activity__number="2", executor=region.authority)


def approved(one: Assignment, coordinator: User) -> None:
    working.submit(one, by=coordinator, text="Утверждено")
    working.accept(one, by=coordinator)


def test_what_is_approved_is_then_agreed_on(sent: models.RoadMap, region: factories.Region, coordinator: User) -> None:
    (first, second), agree = steps(region)
    assert [one.state for one in (first, second, agree)] == ["sent", "sent", "waiting"]
    with pytest.raises(Refused):
        working.submit(agree, by=coordinator, text="рано")
    approved(first, coordinator)
    assert fresh(pk=agree.pk).state == "waiting"
    approved(second, coordinator)
    agree = fresh(pk=agree.pk)
    assert agree.state == "sent"
    working.agree(agree, by=coordinator, text="Согласовано")
    assert agree.state == "accepted"


def test_refused_at_the_next_step_goes_back_with_a_comment_and_comes_again(
    sent: models.RoadMap, region: factories.Region, coordinator: User
) -> None:
    (first, second), agree = steps(region)
    municipal = region.user(RoleCode.MUNICIPAL_COORDINATOR)
    for one in (first, second):
        approved(one, coordinator)
    agree = fresh(pk=agree.pk)
    with pytest.raises(Refused, match="комментарий"):
        working.disagree(agree, by=coordinator, earlier=[fresh(pk=first.pk)], comment=" ")
    agree = fresh(pk=agree.pk)
    with pytest.raises(Refused, match="Выберите"):
        working.disagree(agree, by=coordinator, earlier=[], comment="Нет показателей")
    working.disagree(agree, by=coordinator, earlier=[fresh(pk=first.pk)], comment="Нет показателей")
    first, second, agree = fresh(pk=first.pk), fresh(pk=second.pk), fresh(pk=agree.pk)
    assert (first.state, first.remark) == ("returned", "Нет показателей")
    assert (second.state, agree.state) == ("accepted", "waiting")
    assert Notice.objects.filter(user=municipal, text__contains="Не согласовано").exists()
    approved(first, coordinator)
    assert fresh(pk=agree.pk).state == "sent"


def test_an_acceptance_is_undone_only_until_the_next_step_has_begun(
    sent: models.RoadMap, region: factories.Region, coordinator: User
) -> None:
    (first, second), agree = steps(region)
    for one in (first, second):
        approved(one, coordinator)
    working.reconsider(first, by=coordinator)
    assert fresh(pk=agree.pk).state == "waiting"
    working.accept(first, by=coordinator)
    working.start(fresh(pk=agree.pk), by=coordinator)
    with pytest.raises(Refused, match="уже начат"), transaction.atomic():
        working.reconsider(first, by=coordinator)
    assert fresh(pk=first.pk).state == "accepted"


def test_a_cancelled_step_holds_nobody_up(sent: models.RoadMap, region: factories.Region, coordinator: User) -> None:
    (first, second), agree = steps(region)
    approved(first, coordinator)
    working.cancel(second, by=coordinator, comment="Школ нет")
    assert fresh(pk=agree.pk).state == "sent"


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["report", "accept", "return", "reconsider", "cancel", "restore", "agree", "disagree"]),
            st.integers(0, 1),
        ),
        max_size=12,
    )
)
def test_in_any_order_the_next_step_never_runs_ahead(
    sent: models.RoadMap, region: factories.Region, coordinator: User, acts: list[tuple[str, int]]
) -> None:
    """The later step is open or done only while all earlier ones are accepted or cancelled; it waits only for some."""
    approve, later = steps(region)

    def act(name: str, which: int) -> Callable[[], object]:
        one, agree = fresh(pk=approve[which].pk), fresh(pk=later.pk)
        by = coordinator
        return {
            "report": lambda: working.submit(one, by=by, text="готово"),
            "accept": lambda: working.accept(one, by=by),
            "return": lambda: working.give_back(one, by=by, comment="нет"),
            "reconsider": lambda: working.reconsider(one, by=by),
            "cancel": lambda: working.cancel(one, by=by, comment="нет"),
            "restore": lambda: working.restore(one, by=by),
            "agree": lambda: working.agree(agree, by=by, text="да"),
            "disagree": lambda: working.disagree(agree, by=by, earlier=[one], comment="нет"),
        }[name]

    outer = transaction.atomic()
    outer.__enter__()
    try:
        for name, which in acts:
            try:
                with transaction.atomic():
                    act(name, which)()
            except Refused:
                continue
            finished = all(fresh(pk=one.pk).state in ("accepted", "cancelled") for one in approve)
            state = fresh(pk=later.pk).state
            assert finished == (state != "waiting"), (acts, state)
    finally:
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


# -- inside an organisation ------------------------------------------------------------------------------------------


@pytest.fixture
def work(sent: models.RoadMap, region: factories.Region) -> Assignment:
    return fresh(activity__number="3", executor=region.schools[0])


def test_given_to_a_person_returned_and_recalled(work: Assignment, region: factories.Region) -> None:
    head, teacher, other = (region.user(role) for role in (RoleCode.SCHOOL_HEAD, *[RoleCode.SCHOOL_STAFF] * 2))
    given_to = working.delegate(work, by=head, to=teacher, note="Собрать по классам", due=dt.date(2026, 11, 20))
    work = fresh(pk=work.pk)
    assert (work.assignee, work.inner_due) == (teacher, dt.date(2026, 11, 20))
    assert Notice.objects.get(user=teacher).text.startswith("Вам поручено до 20.11.2026")
    with pytest.raises(Denied):
        working.hand_back(work, by=other, comment="не я")
    with pytest.raises(Refused, match="почему"):
        working.hand_back(work, by=teacher, comment="")
    working.hand_back(work, by=teacher, comment="Болею")
    given_to.refresh_from_db()
    assert (given_to.end, fresh(pk=work.pk).assignee) == ("returned", None)
    working.delegate(work, by=head, to=other)
    working.delegate(work, by=head, to=teacher)
    assert list(work.delegations.values_list("end", flat=True)) == ["returned", "passed", ""]
    working.recall(work, by=head)
    assert fresh(pk=work.pk).assignee is None
    with pytest.raises(Refused, match="никому"):
        working.recall(work, by=head)


def test_whom_it_may_be_given_to_and_until_when(work: Assignment, region: factories.Region) -> None:
    head, teacher = region.user(RoleCode.SCHOOL_HEAD), region.user(RoleCode.SCHOOL_STAFF)
    for stranger in (region.user(RoleCode.SCHOOL_STAFF, region.schools[1]), region.user(RoleCode.CURATOR)):
        with pytest.raises(Refused, match="кто работает"):
            working.delegate(work, by=head, to=stranger)
    with pytest.raises(Refused, match="позже срока"):
        working.delegate(work, by=head, to=teacher, due=dt.date(2026, 12, 2))
    with pytest.raises(Refused, match="прошёл"):
        working.delegate(work, by=head, to=teacher, due=dt.date(2026, 9, 1))
    with pytest.raises(Denied):
        working.delegate(work, by=teacher, to=teacher)


def test_two_people_write_one_draft_and_nothing_is_lost(work: Assignment, region: factories.Region) -> None:
    head, teacher = region.user(RoleCode.SCHOOL_HEAD), region.user(RoleCode.SCHOOL_STAFF)
    begun = working.save_draft(work, by=teacher, text="Начало", version=0)
    working.save_draft(work, by=head, text="Начало, дополнил директор", version=begun.version)
    with pytest.raises(working.Overtaken) as told:
        working.save_draft(work, by=teacher, text="Начало, дописал учитель", version=begun.version)
    assert told.value.report.text == "Начало, дополнил директор"
    merged = "Начало, дополнил директор, дописал учитель"
    draft = working.save_draft(work, by=teacher, text=merged, version=told.value.report.version)
    written = Revision.objects.filter(report=draft).values_list("author_user", "text")
    assert list(written) == [
        (teacher.pk, "Начало"),
        (head.pk, "Начало, дополнил директор"),
        (teacher.pk, merged),
    ]
    with pytest.raises(working.Overtaken):
        working.submit(work, by=head, text="Старое", version=begun.version)
    assert fresh(pk=work.pk).state == "sent"


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 1), st.booleans(), st.text("аб", max_size=3)), max_size=10))
def test_no_order_of_saving_overwrites_what_was_not_read(
    work: Assignment, region: factories.Region, saves: list[tuple[int, bool, str]]
) -> None:
    """Each of two people saves with the version last read; what the other has saved since is never overwritten."""
    people = [region.user(RoleCode.SCHOOL_HEAD), region.user(RoleCode.SCHOOL_STAFF)]
    outer = transaction.atomic()
    outer.__enter__()
    try:
        read, stored = [0, 0], (0, "")
        for who, reads_again, text in saves:
            if reads_again:
                read[who] = stored[0]
            try:
                draft = working.save_draft(work, by=people[who], text=text, version=read[who])
            except working.Overtaken:
                assert read[who] != stored[0]
                assert Report.objects.get(assignment=work).text == stored[1]
            else:
                assert read[who] == stored[0] or text == stored[1]
                stored = (draft.version, draft.text)
                read[who] = draft.version
            if stored[0]:
                assert Revision.objects.filter(report__assignment=work, text=stored[1]).exists()
    finally:
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)
