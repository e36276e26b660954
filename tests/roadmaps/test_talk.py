"""Comments with mentions, decisions on several at once, the pages of both; who may see is who may be called."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from opora.access.models import Membership, User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.workflow import Refused
from opora.notices.models import Notice
from opora.roadmaps.actions import sending, working
from opora.roadmaps.models import Assignment, MassDecision, Postponement, Report, RoadMap, Typed
from opora.roadmaps.queries.people import onlookers
from tests import factories

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 9, 15, 9, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _on_a_day() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def sent(roadmap: RoadMap, coordinator: User) -> RoadMap:
    sending.send(roadmap, by=coordinator)
    return roadmap


def rows() -> object:
    return Assignment.objects.select_related("activity", "executor", "controller", "roadmap__organisation")


@pytest.fixture
def task(sent: RoadMap, region: factories.Region) -> Assignment:
    """The programme of the listed school."""
    return rows().get(executor=region.schools[0], activity__number="2")


@pytest.fixture
def head(region: factories.Region) -> User:
    return region.user(RoleCode.SCHOOL_HEAD)


@pytest.fixture
def municipal(region: factories.Region) -> User:
    return region.user(RoleCode.MUNICIPAL_COORDINATOR)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(name: str, *args: str) -> str:
    return reverse(f"roadmaps:{name}", args=args)


def test_those_who_may_be_called_are_those_who_see_it(sent: RoadMap, region: factories.Region) -> None:
    """The rule in Python says of every person and assignment what the query says."""
    for role in RoleCode.values:
        region.user(role)
    people = list(User.objects.all())
    for one in rows():
        seen = {user.pk for user in people if Assignment.objects.visible(user).filter(pk=one.pk).exists()}
        assert {user.pk for user in onlookers(one)} == seen, str(one)


def test_a_mention_reaches_those_alone_who_see_the_assignment(
    task: Assignment, head: User, municipal: User, region: factories.Region
) -> None:
    observer = region.user(RoleCode.OBSERVER)
    text = f"@{working.handle(municipal)}, посмотрите; и вы, @{working.handle(observer)}"
    said = working.comment(task, by=head, text=text)
    assert said.mentioned == [[municipal.public_id, working.handle(municipal)]]
    told = Notice.objects.filter(text__startswith="Вас упомянули")
    assert [notice.user for notice in told] == [municipal]
    assert told[0].closed
    working.comment(task, by=municipal, text="Посмотрел")
    assert Notice.objects.filter(user=head, text__startswith="Новый комментарий").count() == 1
    with pytest.raises(Denied):
        working.comment(task, by=observer, text="А что здесь?")


def test_a_comment_is_changed_while_fresh_and_leaves_a_trace(task: Assignment, head: User, municipal: User) -> None:
    said = working.comment(task, by=head, text="Опечатка")
    with pytest.raises(Refused):
        working.edit(said, by=municipal, text="чужое")
    working.edit(said, by=head, text="Исправлено")
    with time_machine.travel(NOW + dt.timedelta(minutes=16), tick=False), pytest.raises(Refused, match="15 минут"):
        working.edit(said, by=head, text="поздно")
    with pytest.raises(Denied):
        working.remove(said, by=municipal)
    working.remove(said, by=head)
    said.refresh_from_db()
    assert (said.text, said.mentioned) == ("", [])
    page = signed_in(municipal).get(url("assignment", task.public_id)).content.decode()
    assert "Комментарий удалён" in page
    assert "Исправлено" not in page


def test_names_on_the_page_are_of_those_who_see_it(task: Assignment, head: User, region: factories.Region) -> None:
    observer, other = region.user(RoleCode.OBSERVER), region.user(RoleCode.SCHOOL_HEAD, region.schools[1])
    page = signed_in(head).get(url("assignment", task.public_id)).content.decode()
    handles = set(re.findall(r'data-handle="([^"]+)"', page))
    assert not handles & {working.handle(observer), working.handle(other)}
    assert handles
    ids = re.findall(r' id="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))  # a label leads to its own field


def reported(region: factories.Region, head: User) -> list[Assignment]:
    """Two reports of one school that wait for the municipality."""
    found = list(rows().filter(executor=region.schools[0]).order_by("pk")[:2])
    for one in found:
        working.submit(one, by=head, text="готово")
    return found


def test_several_are_accepted_after_they_are_named_and_taken_back_at_once(
    sent: RoadMap, region: factories.Region, head: User, municipal: User
) -> None:
    found, client = reported(region, head), signed_in(municipal)
    data = {"assignment": [one.public_id for one in found], "back": "home"}
    asked = client.post(url("decide_several"), data)
    assert asked.status_code == 200
    assert "Будут приняты 2" in asked.content.decode()
    assert set(rows().filter(pk__in=[one.pk for one in found]).values_list("state", flat=True)) == {"reported"}
    done = client.post(url("decide_several"), {**data, "confirmed": "1", "comment": "Хорошо"}, follow=True)
    assert "Принято 2" in done.content.decode()
    assert set(rows().filter(pk__in=[one.pk for one in found]).values_list("state", flat=True)) == {"accepted"}
    decision = MassDecision.objects.get()
    assert signed_in(head).post(url("undo_decision", decision.public_id)).status_code == 404
    client.post(url("undo_decision", decision.public_id))
    assert set(rows().filter(pk__in=[one.pk for one in found]).values_list("state", flat=True)) == {"reported"}
    assert client.post(url("undo_decision", decision.public_id)).status_code == 409


def test_what_cannot_be_accepted_is_told_and_does_not_stop_the_rest(
    sent: RoadMap, region: factories.Region, head: User, municipal: User
) -> None:
    first, second = reported(region, head)
    working.give_back(fresh(second), by=municipal, comment="нет")
    stranger = rows().filter(executor=region.schools[2]).first()
    data = {"assignment": [one.public_id for one in (first, second, stranger)], "confirmed": "1"}
    page = signed_in(municipal).post(url("decide_several"), data, follow=True).content.decode()
    assert "Принято 1 отчёт" in page
    assert "Не принято" in page
    assert [fresh(one).state for one in (first, second, stranger)] == ["accepted", "returned", "sent"]


def test_several_are_returned_with_one_comment_and_taken_again_at_once(
    sent: RoadMap, region: factories.Region, head: User, municipal: User
) -> None:
    found, client = reported(region, head), signed_in(municipal)
    data = {"assignment": [one.public_id for one in found], "back": "home", "do": "return"}
    assert "Будут возвращены на доработку 2" in client.post(url("decide_several"), data).content.decode()
    silent = client.post(url("decide_several"), {**data, "confirmed": "1", "comment": " "})
    assert (silent.status_code, {fresh(one).state for one in found}) == (422, {"reported"})
    done = client.post(url("decide_several"), {**data, "confirmed": "1", "comment": "Нет подписи"}, follow=True)
    assert "Возвращено 2 отчёта" in done.content.decode()
    assert {(fresh(one).state, fresh(one).remark) for one in found} == {("returned", "Нет подписи")}
    assert Notice.objects.filter(user=head, text__contains="Нет подписи").count() == 2
    first, second = found
    working.save_draft(fresh(first), by=head, text="Подпись добавлена")
    undone = client.post(url("undo_decision", MassDecision.objects.get().public_id), follow=True).content.decode()
    assert "Возврат отменён: 1 отчёт" in undone
    assert "Осталось возвращённым" in undone
    assert [fresh(one).state for one in found] == ["returned", "reported"]
    assert fresh(second).reports.get().comment == ""


def test_what_was_returned_is_written_on_and_the_controller_is_not_asked_for_it(
    sent: RoadMap, region: factories.Region, head: User, municipal: User
) -> None:
    one, _ = reported(region, head)
    working.give_back(fresh(one), by=municipal, comment="Нет подписи")
    page = signed_in(head).get(url("assignment", one.public_id)).content.decode()
    assert re.search(r"<textarea[^>]*>\s*готово</textarea>", page)
    assert "Отчитаться за исполнителя" not in page
    working.save_draft(fresh(one), by=head, text="Подпись есть")
    page = signed_in(head).get(url("assignment", one.public_id)).content.decode()
    assert re.search(r"<textarea[^>]*>\s*Подпись есть</textarea>", page)
    assert "Отчитаться за исполнителя" in signed_in(municipal).get(url("assignment", one.public_id)).content.decode()
    choices = signed_in(head).get(url("delegate", one.public_id)).content.decode()
    assert f'value="{head.public_id}"' not in choices


def test_a_return_is_undone_by_who_returned_it(
    sent: RoadMap, region: factories.Region, head: User, municipal: User
) -> None:
    one, _ = reported(region, head)
    client = signed_in(municipal)
    page = client.post(url("decide", one.public_id), {"do": "return", "comment": "Нет подписи"}, follow=True)
    assert url("take_again", one.public_id) in page.content.decode()
    with pytest.raises(Refused, match="вернули не вы"):
        working.take_again(fresh(one), by=region.user(RoleCode.REGIONAL_COORDINATOR))
    client.post(url("take_again", one.public_id))
    assert fresh(one).state == "reported"
    assert Notice.objects.filter(user=head, text__contains="Возврат отменён").exists()
    client.post(url("decide", one.public_id), {"do": "return", "comment": "Нет подписи"})
    assert Notice.objects.filter(user=head, text__contains="Отчёт вернули").count() == 2


def fresh(one: Assignment) -> Assignment:
    return rows().get(pk=one.pk)


def test_several_requests_are_decided_at_once(
    sent: RoadMap, region: factories.Region, head: User, municipal: User
) -> None:
    found = list(rows().filter(executor=region.schools[0], due__isnull=False)[:2])
    asked = [working.ask(one, by=head, due=one.due + dt.timedelta(days=30), reason="Ремонт") for one in found]
    client = signed_in(municipal)
    page = client.get(url("postponements")).content.decode()
    assert page.count('name="postponement"') == 2
    data = {"postponement": [one.public_id for one in asked]}
    assert client.post(url("decide_postponements"), {**data, "do": "refuse"}).status_code == 409
    client.post(url("decide_postponements"), {**data, "do": "grant"})
    assert set(Postponement.objects.values_list("state", flat=True)) == {"granted"}
    assert [fresh(one).due for one in found] == [one.due + dt.timedelta(days=30) for one in found]
    assert "перенесён с" in client.get(url("assignment", found[0].public_id)).content.decode()


def test_my_work_asks_the_person_who_was_given_it(
    sent: RoadMap, region: factories.Region, head: User, task: Assignment
) -> None:
    teacher, other = region.user(RoleCode.SCHOOL_STAFF), region.user(RoleCode.SCHOOL_STAFF)
    working.delegate(task, by=head, to=teacher, due=dt.date(2026, 11, 1))
    home = {user.pk: signed_in(user).get("/").content.decode() for user in (head, teacher, other)}
    assert "поручено вам" in home[teacher.pk]
    assert task.public_id in home[head.pk]
    assert task.public_id not in home[other.pk]
    listed = signed_in(teacher).get(f"{url('assignments')}?whose=given").content.decode()
    assert listed.count("поручено вам") == 1
    Membership.objects.filter(user=teacher).delete()
    assert signed_in(teacher).get(url("assignment", task.public_id)).status_code == 404


def test_what_is_typed_is_kept_and_a_draft_saved_as_it_is_typed(
    task: Assignment, head: User, municipal: User, region: factories.Region
) -> None:
    client, place = signed_in(head), url("draft", task.public_id)
    saved = client.post(place, {"text": "Набрано", "figures": "Целей: 3", "version": "0"}).content.decode()
    assert "Черновик сохранён в 14:00" in saved or "Черновик сохранён в" in saved
    draft = Report.objects.get()
    assert (draft.text, draft.figures, f'value="{draft.version}"' in saved) == ("Набрано", [["Целей", "3"]], True)
    unfinished = client.post(place, {"text": "Набрано ещё", "figures": "Целей", "version": draft.version})
    assert unfinished.status_code == 200
    draft.refresh_from_db()
    assert (draft.text, draft.figures) == ("Набрано ещё", [["Целей", "3"]])
    teacher = region.user(RoleCode.SCHOOL_STAFF)
    late = signed_in(teacher).post(place, {"text": "Своё", "figures": "", "version": "1"})
    assert late.headers["HX-Reswap"] == "outerHTML"
    assert "Набрано ещё" in late.content.decode()
    draft.refresh_from_db()
    assert draft.text == "Набрано ещё"
    with_form = signed_in(teacher).post(url("report", task.public_id), {"text": "Своё", "version": "1", "do": "draft"})
    assert with_form.status_code == 422
    both = with_form.content.decode()
    assert "Набрано ещё" in both
    assert "Своё" in both
    working.submit(task, by=head, text="Сдано")
    client = signed_in(municipal)
    client.post(url("typed", task.public_id, "decision"), {"comment": "Почти хорошо"})
    assert "Почти хорошо" in client.get(url("assignment", task.public_id)).content.decode()
    client.post(url("decide", task.public_id), {"do": "accept", "comment": "Хорошо"})
    assert not Typed.objects.exists()
    late_work = rows().filter(executor=task.executor, state="sent").exclude(due=None).latest("due")
    asked = working.ask(late_work, by=head, due=dt.date(2027, 12, 30), reason="Не успеваем")
    client.post(url("typed", late_work.public_id, "postponement"), {"comment": "Уже второй раз"})
    assert "Уже второй раз" in client.get(url("assignment", late_work.public_id)).content.decode()
    client.post(url("decide_postponement", asked.public_id), {"do": "refuse", "due": "2027-12-30", "comment": "Нет"})
    assert not Typed.objects.exists()
    expired = Client().post(place, {"text": "без входа"}, headers={"HX-Request": "true"})
    assert expired.status_code == 204
    assert "login" in expired.headers["HX-Redirect"]
