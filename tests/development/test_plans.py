"""A plan is drafted from deficits, carried out with proof, checked by the head who may see the result."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.workflow import Refused, Stale
from opora.development.actions import giving, helping, planning, sitting
from opora.development.models import Help, Sitting, Undertaking
from opora.journal.models import Entry
from tests.development.conftest import RIGHT, Given, made, sit, teacher
from tests.development.test_pages import page, post
from tests.factories import Region

pytestmark = pytest.mark.django_db


def helped(by: User, region: Region, title: str, **values: object) -> Help:
    said = {"kind": "course", "deficit": "Планирование урока", "provider": "ИРО", **values}
    return helping.add(by=by, territory=region.authority, title=title, **said)


def test_a_plan_is_drafted_from_the_catalogue(region: Region, coordinator: User, given: Given) -> None:
    helped(coordinator, region, "Курс А", deficit="планирование урока")
    helped(coordinator, region, "Курс Я", subject="mat")  # for the subject goes before what is for any
    helped(coordinator, region, "Физикам", subject="phy", kind="event")
    helped(coordinator, region, "Наставник", kind="mentor", provider="Иванова")
    gone = helped(coordinator, region, "Вебинар", kind="event")
    helping.withdraw(gone, by=coordinator)
    user = teacher(region.schools[0])
    one = sit(given(), user, {})
    assert planning.draft(one, by=user) == 3
    assert [(line.deficit, line.title, line.who) for line in one.plan.order_by("due", "pk")] == [
        ("Планирование урока", "Наставник", "Иванова"),
        ("Текстовые задачи", "Выбрать, что поможет: в каталоге пока пусто", ""),
        ("Планирование урока", "Курс Я", "ИРО"),
    ]
    with pytest.raises(Stale):
        planning.draft(one, by=user)
    with pytest.raises(Denied):
        planning.draft(one, by=coordinator)


def test_a_plan_is_journalled_for_the_teacher_alone(region: Region, coordinator: User, given: Given) -> None:
    """That somebody has a plan tells of his deficits."""
    user = teacher(region.schools[0])
    one = sit(given(), user, {})
    planning.draft(one, by=user)
    line = one.plan.all()[0]
    planning.do_line(line, by=user, evidence="отзыв")
    sitting.consent(one, by=user, given=True)
    planning.check_line(line, by=region.user(RoleCode.SCHOOL_HEAD))
    plans = Entry.objects.filter(code__startswith="development.plan_")
    assert list(plans.visible(user).values_list("code", flat=True).order_by("number")) == [
        "development.plan_drafted",
        "development.plan_done",
    ]
    assert plans.count() == 3
    assert not plans.visible(coordinator).exists()


def test_no_deficit_drafts_nothing(region: Region, given: Given) -> None:
    user = teacher(region.schools[0])
    one = sit(given(), user, RIGHT)
    with pytest.raises(Refused, match="Дефицитов нет"):
        planning.draft(one, by=user)


def test_what_is_done_is_proved_and_checked(region: Region, given: Given, client: Client) -> None:
    user, head = teacher(region.schools[0]), region.user(RoleCode.SCHOOL_HEAD)
    one = sit(given(), user, {})
    url = reverse("development:plan", args=[one.public_id])
    assert "Составить по дефицитам" in page(client, user, url)
    post(client, "draft_plan", one.public_id)
    later = today() + dt.timedelta(days=30)
    said = {"deficit": "Текстовые задачи", "who": "Коллега"}
    wrong = post(client, "add_line", one.public_id, **said, title="", due="2020-01-01").content.decode()
    assert "Этот день уже прошёл" in wrong
    assert "Напишите, что сделать" in wrong
    post(client, "add_line", one.public_id, **said, title="Прочесть книгу", due=later)
    line = Undertaking.objects.get(title="Прочесть книгу")
    args = (one.public_id, line.public_id)
    post(client, "change_line", *args, title="Прочесть статью", who="Иванова А.А.", due=later)
    changed = page(client, user, url)
    assert "Прочесть статью" in changed
    assert "Кто поможет: Иванова А.А.<" in changed
    assert "Обязательное поле" in post(client, "do_line", *args, evidence="").content.decode()
    post(client, "do_line", *args, evidence="отзыв № 7")
    assert post(client, "remove_line", *args, confirmed="1").status_code == 409
    assert "Это уже сделано" in post(client, "change_line", *args, title="Иное", due=later).content.decode()
    shown = page(client, user, url)
    assert "отзыв № 7" in shown
    assert "не проверил" not in shown  # nobody sees it yet who could
    page(client, head, url, status=404)
    with pytest.raises(Denied):
        planning.check_line(Undertaking.objects.get(pk=line.pk), by=head)
    sitting.consent(one, by=user, given=True)
    giving.close(one.diagnosis, by=region.user(RoleCode.REGIONAL_COORDINATOR))
    assert "руководитель ещё не проверил" in page(client, user, url)
    assert "ждёт проверки" in page(client, head, reverse("development:staff"))
    assert "Проверено" in page(client, head, url)
    assert post(client, "check_line", *args).status_code == 302
    assert post(client, "check_line", *args).status_code == 409
    assert post(client, "do_line", *args, evidence="x").status_code == 404  # the plan is the teacher's own
    line.refresh_from_db()
    assert line.checked_by == head.label
    with pytest.raises(Stale, match="проверил"):
        planning.undo_line(line, by=user)


def test_a_mark_is_taken_back_while_nobody_has_checked_it(region: Region, given: Given, client: Client) -> None:
    user = teacher(region.schools[0])
    one = sit(given(), user, {})
    client.force_login(user)
    post(client, "draft_plan", one.public_id)
    first, second = one.plan.all()
    post(client, "do_line", one.public_id, first.public_id, evidence="отзыв")
    assert "«отзыв»" in post(client, "undo_line", one.public_id, first.public_id).content.decode()
    post(client, "undo_line", one.public_id, first.public_id, confirmed="1")
    first.refresh_from_db()
    assert (first.done_at, first.evidence) == (None, "")
    post(client, "remove_line", one.public_id, second.public_id)
    assert one.plan.count() == 2
    post(client, "remove_line", one.public_id, second.public_id, confirmed="1")
    assert list(one.plan.all()) == [first]


def test_a_line_is_taken_from_the_catalogue(region: Region, coordinator: User, given: Given, client: Client) -> None:
    course, other = helped(coordinator, region, "Курс"), helped(coordinator, region, "Физикам", subject="phy")
    user = teacher(region.schools[0])
    one = sit(given(), user, {})
    client.force_login(user)
    shown = client.get(reverse("development:add_line", args=[one.public_id])).content.decode()
    assert course.public_id in shown
    assert other.public_id not in shown
    due = today() + dt.timedelta(days=9)
    post(client, "add_line", one.public_id, helped_by=course.public_id, deficit="Планирование урока", due=due)
    line = one.plan.get()
    assert (line.title, line.who, line.helped_by) == ("Курс", "ИРО", course)


def test_everything_of_a_teacher_stands_in_one_place(region: Region, given: Given, client: Client) -> None:
    user, url = teacher(region.schools[0]), reverse("development:own")
    assert "Результатов пока нет" in page(client, user, url)
    one = sit(given(), user, {"t1": 0, "t2": [0, 2]})
    assert "Составить план" in page(client, user, url)
    planning.draft(one, by=user)
    shown = page(client, user, url)
    assert "Текстовые задачи (0 из 4)" in shown
    assert "Планирование урока" not in shown
    assert "Дальше: Выбрать, что поможет" in shown


def test_a_second_diagnosis_tells_what_has_changed(region: Region, given: Given, client: Client) -> None:
    """Three tasks of a scale say nothing for sure, however well they went."""
    user = teacher(region.schools[0])
    one = sit(given(), user, {})
    planning.draft(one, by=user)
    Sitting.objects.update(done_at=timezone.now() - dt.timedelta(days=90))
    sit(given(title="Повторная"), user, RIGHT)
    shown = page(client, user, reverse("development:plan", args=[one.public_id]))
    assert "После плана: повторная диагностика" in shown
    assert "«Повторная»" in shown
    assert "+100 ±" in shown
    assert "стало лучше" not in shown
    assert "может быть удачей" in shown


def test_the_catalogue_is_kept_and_read(region: Region, coordinator: User, client: Client) -> None:
    client.force_login(coordinator)
    said = {"kind": "course", "deficit": "Текстовые задачи", "provider": "ИРО", "hours": "36"}
    assert "Сначала опубликуйте" in page(client, coordinator, reverse("development:new_help"))
    made(coordinator, region.authority)
    post(client, "new_help", title="Курс", **said)
    one = Help.objects.get()
    post(client, "edit_help", one.public_id, title="Курс о другом", **said)
    read = reverse("development:helps")
    reader = region.user(RoleCode.SCHOOL_HEAD)
    assert "Курс о другом" in page(client, reader, read)
    assert "ИРО" in page(client, reader, one.get_absolute_url())
    page(client, reader, reverse("development:edit_help", args=[one.public_id]), status=404)
    client.force_login(coordinator)
    post(client, "withdraw_help", one.public_id)
    assert "Курс о другом" in page(client, coordinator, f"{read}?withdrawn=on")
    page(client, reader, one.get_absolute_url(), status=404)
    client.force_login(coordinator)
    post(client, "return_help", one.public_id)
    one.refresh_from_db()
    assert one.withdrawn_at is None
