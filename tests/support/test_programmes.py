"""A programme from the draft to the agreement: by whom, in which order, what it does to the case."""

from __future__ import annotations

import datetime as dt
import re
from copy import deepcopy
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.workflow import Refused, Stale
from opora.journal.models import Entry
from opora.notices.models import Notice
from opora.support.actions import programmes as actions
from opora.support.actions import reviewing
from opora.support.models import Case, Programme, ProgrammeState, Review
from opora.support.programmes import Indicator, lacks
from opora.support.queries import programmes as queries
from tests import factories
from tests.factories import Region
from tests.support.conftest import case_of
from tests.support.programming import again, approved, completed
from tests.support.test_pages import page

pytestmark = pytest.mark.django_db
SCORES = dict.fromkeys(reviewing.CRITERIA, 2)


def test_a_draft_is_completed_and_sent(programme: Programme, head: User) -> None:
    assert programme.read.goals
    with pytest.raises(Refused, match="У цели 1 нет исходного значения"):
        actions.send(programme, by=head)
    whole = completed(programme, head)
    assert not lacks(whole.read, ["climate"], {}, today())
    with pytest.raises(Stale):
        actions.put(whole, by=head, revision=0, item=whole.read.goals[0])
    actions.send(whole, by=head)
    sent = again(whole)
    assert (sent.state, sent.version, sent.versions.get().content) == (ProgrammeState.SENT, 1, whole.content)
    step = case_of(sent.case.school).step
    assert step
    assert step.key == "approved"
    with pytest.raises(Refused, match="сейчас не меняют"):
        actions.put(sent, by=head, revision=sent.revision, item=sent.read.goals[0])


def test_each_decides_in_his_turn(
    programme: Programme, head: User, municipal: User, coordinator: User, region: Region
) -> None:
    region.user(RoleCode.CURATOR)
    Case.objects.filter(pk=programme.case_id).update(step=programme.case.step_set.steps.get(key="drafted"))
    actions.send(completed(programme, head), by=head)
    for other in (head, region.user(RoleCode.CURATOR)):
        with pytest.raises(Denied):
            actions.approve(again(programme), by=other, document_text="приказ")
    with pytest.raises(Denied):
        actions.agree(again(programme), by=municipal, document_text="протокол")
    key = programme.read.goals[0].key
    remark = actions.say(again(programme), by=municipal, key=key, text="Уточните срок")
    actions.return_(again(programme), by=municipal, reason="Уточните сроки")
    back = again(programme)
    assert (back.state, back.reason) == (ProgrammeState.RETURNED, "Уточните сроки")
    actions.settle(remark, by=head)
    actions.put(back, by=head, revision=back.revision, item=replace(back.read.goals[0], title="Иначе"))
    actions.send(again(back), by=head)
    actions.approve(again(back), by=municipal, document_text="приказ № 5")
    with pytest.raises(Denied):
        actions.return_(again(back), by=municipal, reason="Нет")
    last = again(back)
    assert (last.state, last.version, last.approved_document) == (ProgrammeState.APPROVED, 2, "приказ № 5")
    codes = set(Entry.objects.filter(code__startswith="support.programme_").values_list("code", "confidential"))
    assert {confidential for _, confidential in codes} == {True}


def test_experts_judge_before_the_region_agrees(
    programme: Programme, head: User, municipal: User, coordinator: User, region: Region
) -> None:
    other = factories.user(RoleCode.REGIONAL_COORDINATOR, region.authority)
    one = approved(programme, head, municipal)
    with pytest.raises(Refused, match="ни один эксперт"):
        actions.agree(one, by=coordinator, document_text="протокол")
    later = today() + dt.timedelta(days=7)
    told = {"chosen": [coordinator, other], "due": later}
    assert reviewing.assign([one], by=coordinator, each=2, **told) == 2
    assert reviewing.assign([one], by=coordinator, each=2, **told) == 0
    assert Notice.objects.filter(key__startswith="reviews:").count() == 2
    first, second = Review.objects.filter(programme=one).order_by("pk").select_related("programme")
    with pytest.raises(Denied):
        reviewing.give(second, by=first.expert, scores=SCORES, comment="Хорошо")
    with pytest.raises(Refused, match="по каждому критерию"):
        reviewing.give(first, by=first.expert, scores={"aims": 9}, comment="Хорошо")
    reviewing.step_aside(first, by=first.expert, comment="Работала в этой школе")
    with pytest.raises(Stale):
        reviewing.give(first, by=first.expert, scores=SCORES, comment="Хорошо")
    with pytest.raises(Refused, match="Ещё не ответили"):
        actions.agree(one, by=coordinator, document_text="протокол")
    reviewing.give(second, by=second.expert, scores=SCORES, comment="Хорошо")
    assert reviewing.points_of(list(Review.objects.all())) == pytest.approx(200 / 3)
    actions.agree(again(one), by=coordinator, document_text="протокол № 2")
    assert again(one).state == ProgrammeState.AGREED


def asked(client: Client, user: User) -> str:
    """The words of what waits for the person in cases of schools."""
    shown = page(client, user, reverse("roadmaps:home"))
    return shown[at:].partition("</section>")[0] if (at := shown.find('id="heap-cases"')) >= 0 else ""


def told(user: User) -> str:
    return "|".join(Notice.objects.filter(user=user).order_by("pk").values_list("text", flat=True))


def test_each_is_told_and_finds_it_among_his_affairs(
    programme: Programme, head: User, municipal: User, coordinator: User, region: Region, client: Client
) -> None:
    other = region.user(RoleCode.SCHOOL_HEAD, region.schools[1])
    assert "Проект готовится" in asked(client, head)
    actions.send(completed(programme, head), by=head)
    assert "Ждёт утверждения, версия 1" in asked(client, municipal)
    assert not asked(client, head)
    actions.return_(again(programme), by=municipal, reason="Уточните сроки")
    assert "Что исправить: Уточните сроки" in asked(client, head)
    assert not asked(client, municipal)
    assert "Программа возвращена школе" in told(head)
    actions.send(again(programme), by=head)
    assert "Программа ждёт утверждения" in told(municipal)  # the step had been done before: only this tells it
    actions.approve(again(programme), by=municipal, document_text="приказ № 1")
    assert "передана региональной группе" in told(head)
    assert "Ждёт согласования, версия 2: нужны эксперты" in asked(client, coordinator)
    expert = factories.user(RoleCode.REGIONAL_COORDINATOR, region.authority)
    reviewing.assign([again(programme)], by=coordinator, chosen=[expert], each=1, due=today())
    assert "Ждут вашей экспертизы" in asked(client, expert)
    assert not asked(client, coordinator)
    review = Review.objects.get(expert=expert)
    assert "Вам назначена экспертиза" in told(expert)
    reviewing.give(review, by=expert, scores=SCORES, comment="Готова")
    assert "Эксперты ответили" in told(coordinator)
    assert "Ждёт согласования, версия 2: эксперты ответили" in asked(client, coordinator)
    assert not asked(client, region.user(RoleCode.CURATOR))
    actions.agree(again(programme), by=coordinator, document_text="протокол № 1")
    assert "Программа согласована" in told(head)
    assert "Программа согласована" in told(municipal)
    assert not asked(client, coordinator)
    assert not asked(client, other)
    assert not told(other)


def test_an_expert_who_is_not_asked_after_all_is_told(
    programme: Programme, head: User, municipal: User, coordinator: User, region: Region
) -> None:
    actions.send(completed(programme, head), by=head)
    actions.approve(again(programme), by=municipal, document_text="приказ № 1")
    expert = factories.user(RoleCode.REGIONAL_COORDINATOR, region.authority)
    reviewing.assign([again(programme)], by=coordinator, chosen=[expert], each=1, due=today())
    reviewing.withdraw(Review.objects.get(expert=expert), by=coordinator)
    assert "больше не нужна" in told(expert)
    assert "Эксперты ответили" not in told(expert)  # nobody has judged


def test_experts_share_many_programmes_evenly(listed: object, coordinator: User, region: Region, head: User) -> None:
    other = factories.user(RoleCode.REGIONAL_COORDINATOR, region.authority)
    now = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    sent = {"sent_at": now, "sent_by": "Кто", "approved_at": now, "approved_by": "Кто"}
    for case in Case.objects.all():
        Programme.objects.create(case=case, made_by="Кто", version=1, state=ProgrammeState.APPROVED, **sent)
    every = list(Programme.objects.all())
    due = today()
    assert reviewing.assign(every, by=coordinator, chosen=[coordinator, other], each=1, due=due) == len(every)
    assert {Review.objects.filter(expert=one).count() for one in (coordinator, other)} == {len(every) // 2}
    waiting = queries.programmes(other).filter(queries.mine(other))
    assert waiting.count() == len(every) // 2
    with pytest.raises(Refused, match="Срок экспертизы уже прошёл"):
        reviewing.assign(every, by=coordinator, chosen=[other], each=1, due=due - dt.timedelta(days=1))
    with pytest.raises(Denied):
        reviewing.assign(every, by=head, chosen=[other], each=1, due=due)


def test_a_school_writes_it_in_the_browser(programme: Programme, head: User, client: Client) -> None:
    url = programme.get_absolute_url()
    shown = page(client, head, url)
    assert "Чего не хватает" in shown
    assert "Отправить на утверждение" not in shown
    add = reverse("support:add_item", args=[programme.case.public_id, "measure"])
    goal = programme.read.goals[0].key
    shown = page(client, head, f"{add}?goal={goal}&from=0")
    assert "Провести опрос о школьном климате" in shown
    assert client.get(add).status_code == 404
    given = {"revision": programme.revision, "title": "День открытых дверей", "owner": "Завуч", "due": "2027-01-20"}
    assert client.post(f"{add}?goal={goal}", {**given, "title": ""}).status_code == 422
    assert client.post(f"{add}?goal={goal}", given).status_code == 302
    assert client.post(f"{add}?goal={goal}", given).status_code == 422  # read before the change
    shown = page(client, head, url)
    assert "День открытых дверей" in shown
    assert "нет ресурсов" in shown
    item = next(key for key, one in again(programme).read.items.items() if one.title == "День открытых дверей")
    remove = reverse("support:remove_item", args=[programme.case.public_id, item])
    assert "Убрать «День" in client.post(remove).content.decode()
    assert client.post(remove, {"confirmed": "1"}).status_code == 302
    indicator = again(programme).read.goals[0].indicators[0].key
    edit = reverse("support:item", args=[programme.case.public_id, indicator])
    now = {
        "revision": again(programme).revision,
        "title": "Конфликтов",
        "baseline": "4,5",
        "target": "2",
        "unit": "ед.",
    }
    assert client.post(edit, now).status_code == 302
    changed = again(programme).read.items[indicator]
    assert isinstance(changed, Indicator)
    assert (changed.baseline, changed.form) == (4.5, "passport")


def test_it_is_decided_in_the_browser(
    programme: Programme, head: User, municipal: User, coordinator: User, client: Client
) -> None:
    whole = completed(programme, head)
    url, of_case = whole.get_absolute_url(), [whole.case.public_id]
    client.force_login(head)
    send = reverse("support:send_programme", args=of_case)
    assert "Отправить программу на утверждение?" in client.post(send).content.decode()
    assert client.post(send, {"confirmed": "1"}).status_code == 302
    client.force_login(municipal)
    remark = reverse("support:remark_programme", args=of_case)
    assert client.post(f"{remark}?item={whole.read.goals[0].key}", {"text": "Уточните <цель>"}).status_code == 302
    shown = page(client, municipal, url)
    assert "Уточните &lt;цель&gt;" in shown
    buttons = re.findall(r'class="(btn(?: [^"]+)?)"', shown[shown.find("<h1") :].partition("<section")[0])
    assert buttons == ["btn btn-primary", "btn", "btn"]  # to approve, to return, and the menu of files
    approve = reverse("support:approve_programme", args=of_case)
    assert client.post(approve, {"document_text": "приказ № 5"}).status_code == 302
    client.force_login(coordinator)
    assign = reverse("support:assign_experts")
    given = {"experts": [coordinator.public_id], "each": "1", "due": (today() + dt.timedelta(days=3)).isoformat()}
    assert client.post(assign, given).status_code == 302
    assert whole.case.school.short_name in page(client, coordinator, reverse("support:programmes"), mine="on")
    review = reverse("support:review", args=[Review.objects.get().public_id])
    assert client.post(review, {"comment": "Хорошо", "aims": "3"}).status_code == 422
    assert client.post(review, {"comment": "Хорошо", **dict.fromkeys(SCORES, "3")}).status_code == 302
    agree = reverse("support:agree_programme", args=of_case)
    assert client.post(agree, {"document_text": "протокол № 2"}).status_code == 302
    shown = page(client, head, url)
    assert "Экспертиза: 100 из 100" in shown
    assert "согласована" in shown
    version = reverse("support:programme_version", args=[*of_case, 1])
    assert "добавлено" in page(client, head, version)
    assert client.get(reverse("support:export_programme", args=[*of_case, "xls"])).status_code == 404


@pytest.mark.parametrize("kind", ["docx", "pdf"])
def test_it_is_printed_with_a_sheet_of_approval(programme: Programme, head: User, client: Client, kind: str) -> None:
    client.force_login(head)
    answer = client.get(reverse("support:export_programme", args=[programme.case.public_id, kind]))
    assert answer.status_code == 200
    content: bytes = answer.content
    assert content.startswith(b"PK" if kind == "docx" else b"%PDF")
    if kind == "docx":
        text = _text(content)
        for said in ("Для служебного пользования", "Лист утверждения и согласования", programme.read.goals[0].title):
            assert said in text


def _text(content: bytes) -> str:
    from io import BytesIO

    from docx import Document

    found = Document(BytesIO(content))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in found.paragraphs), *cells])


def test_what_holds_a_returned_programme_up_and_how_it_was_mended(
    programme: Programme, head: User, municipal: User, client: Client
) -> None:
    actions.send(completed(programme, head), by=head)
    actions.say(again(programme), by=municipal, key="", text="Нет сроков")
    actions.return_(again(programme), by=municipal, reason="Смотрите замечание")
    case = reverse("support:school", args=[programme.case.school.public_id])
    shown = page(client, municipal, case)
    assert "программа снова у школы: её исправляют" in shown
    assert "не утверждена муниципалитетом" not in shown
    assert reverse("support:do", args=[programme.case.public_id]) not in shown  # nothing to mark yet
    assert "Отметить шаг можно будет, когда условия выполнены" in shown
    actions.settle(again(programme).remarks.get(), by=head)
    actions.send(again(programme), by=head)
    remark = reverse("support:remark_programme", args=[programme.case.public_id])
    assert remark in page(client, municipal, programme.get_absolute_url())
    actions.approve(again(programme), by=municipal, document_text="приказ № 1")
    assert remark not in page(client, municipal, programme.get_absolute_url())  # now it is the region's to say
    settled = page(client, municipal, programme.get_absolute_url()).partition("Учтённые замечания")[2]
    assert "Нет сроков" in settled
    assert head.label in settled


def test_a_double_press_still_says_what_was_done(programme: Programme, head: User, client: Client) -> None:
    """A browser drops the first answer with its cookies and shows the second."""
    completed(programme, head)
    client.force_login(head)
    before = deepcopy(client.cookies)
    address = reverse("support:send_programme", args=[programme.case.public_id])
    for _ in range(2):
        client.cookies = deepcopy(before)
        assert client.post(address, {"once": "t" * 20, "confirmed": "1"}).status_code == 302
    assert "Программа отправлена муниципалитету: версия 1." in client.get(programme.get_absolute_url()).content.decode()
