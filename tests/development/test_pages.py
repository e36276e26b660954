"""The pages of diagnostics without a script: built, taken from a workbook, sat, put in from paper; keys stay inside."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.clock import today
from opora.development import sheets
from opora.development.actions import giving
from opora.development.models import Answer, Diagnosis, Instrument, Sitting
from tests.development.conftest import CONTENT, RIGHT, Given, made, sit, teacher
from tests.factories import Region

pytestmark = pytest.mark.django_db


def page(client: Client, user: User, url: str, status: int = 200) -> str:
    client.force_login(user)
    answer = client.get(url)
    assert answer.status_code == status
    text: str = answer.content.decode()
    return text[text.index("<main") :] if "<main" in text else text


def post(client: Client, name: str, *args: object, **data: Any) -> Any:
    return client.post(reverse(f"development:{name}", args=args), data)


def test_an_instrument_is_built(region: Region, coordinator: User, client: Client) -> None:
    client.force_login(coordinator)
    post(client, "new_instrument", title="Методика", subject="mat", kind="method")
    one = Instrument.objects.get()
    assert "Начните с первой" in page(client, coordinator, one.get_absolute_url())
    post(client, "new_scale", one.public_id, title="Урок", threshold="60")
    post(client, "time", one.public_id, minutes="45")
    said = {"kind": "choice", "text": "Что?", "options": "да\nнет", "points": "1", "scale": "s1"}
    wrong = post(client, "new_task", one.public_id, **said, answer="3")
    assert "от 1 до 2" in wrong.content.decode()
    post(client, "new_task", one.public_id, **said, answer="1")
    post(client, "new_task", one.public_id, **{**said, "text": "Почему?"}, answer="2")
    post(client, "task_up", one.public_id, "t2")
    post(client, "drop_scale", one.public_id, "s1")
    post(client, "drop_task", one.public_id, "t1", confirmed="1")
    content = one.versions.get().said
    assert (content.minutes, len(content.scales)) == (45, 1)
    assert [(task.code, task.text, task.key) for task in content.tasks] == [("t2", "Почему?", (1,))]
    post(client, "publish", one.public_id, revision=str(one.versions.get().revision))
    assert one.versions.get().published_at
    assert "Изменить: новая версия" in page(client, coordinator, one.get_absolute_url())
    post(client, "new_version", one.public_id)
    assert one.versions.count() == 2
    former = page(client, coordinator, f"{one.get_absolute_url()}?version=1")
    assert "К последней версии" in former
    assert "новая версия" not in former


def test_a_workbook_comes_back_as_it_left(region: Region, coordinator: User, client: Client, tmp_path: Any) -> None:
    client.force_login(coordinator)
    one = made(coordinator, region.authority).instrument
    post(client, "new_version", one.public_id)
    left = client.get(reverse("development:workbook", args=[one.public_id])).content
    place = tmp_path / "one.xlsx"
    place.write_bytes(left)
    content, mistakes = sheets.read(place)
    assert not mistakes
    assert (content.scales, content.tasks) == (CONTENT.scales, CONTENT.tasks)
    book = openpyxl.load_workbook(io.BytesIO(left))
    tasks = book["Задания"]
    tasks["D2"], tasks["E3"], tasks["F4"], tasks["A5"] = "9", "много", "Нет такой", "сочинение"
    changed = io.BytesIO()
    book.save(changed)
    answer = post(client, "upload", one.public_id, file=SimpleUploadedFile("one.xlsx", changed.getvalue()))
    text = answer.content.decode()
    for cell in ("ячейка D2", "ячейка E3", "ячейка F4", "ячейка A5"):
        assert cell in text
    newest = one.versions.order_by("-number")[0]
    assert newest.revision == 0
    answer = post(client, "upload", one.public_id, file=SimpleUploadedFile("one.xlsx", left))
    newest.refresh_from_db()
    assert (answer.status_code, newest.revision, newest.said.minutes) == (302, 1, 30)
    answer = post(client, "upload", one.public_id, file=SimpleUploadedFile("one.xlsx", b"PK\x03\x04"))
    assert answer.status_code == 200


def test_keys_never_reach_the_one_who_sits(region: Region, given: Given, client: Client) -> None:
    user = teacher(region.schools[0])
    diagnosis = given()
    one = Sitting.objects.get()
    shown = page(client, user, one.get_absolute_url())
    assert "30 минут" in shown
    post(client, "start", one.public_id)
    pages = [page(client, user, reverse("development:sit", args=[one.public_id, at])) for at in range(1, 6)]
    pages.append(page(client, user, reverse("development:sitting", args=[one.public_id])))
    for text in [shown, *pages]:
        assert "секрет" not in text.lower()
        assert "12,5" not in text
        assert "checked" not in text
    assert pages[4].index(">3<") < pages[4].index(">4<")  # right sides in an order of their own
    assert diagnosis.version.said.tasks[4].pairs[0] == ("квадрат", "4")


def test_a_diagnosis_is_sat_without_a_script(region: Region, given: Given, client: Client) -> None:
    user = teacher(region.schools[0])
    given()
    one = Sitting.objects.get()
    client.force_login(user)
    post(client, "start", one.public_id)
    assert post(client, "sit", one.public_id, 1, answer="0").url.endswith("/tasks/2/")
    assert post(client, "sit", one.public_id, 2, answer=["0", "2"], back="1").url.endswith("/tasks/1/")
    assert "Это не число" in post(client, "sit", one.public_id, 3, answer="пять").content.decode()
    post(client, "sit", one.public_id, 3, answer="12,5")
    post(client, "sit", one.public_id, 4, answer="гроздь-секрет")
    assert post(client, "sit", one.public_id, 5, answer0="1", answer1="").url == one.get_absolute_url()
    kept = dict(Answer.objects.values_list("code", "given"))
    assert kept == {"t1": 0, "t2": [0, 2], "t3": "12,5", "t4": "гроздь-секрет", "t5": [1, None]}
    assert "Продолжить" not in page(client, user, one.get_absolute_url())  # everything is answered
    post(client, "sit", one.public_id, 4, answer="")
    assert "Продолжить с задания 4" in page(client, user, one.get_absolute_url())
    assert not Answer.objects.filter(code="t4").exists()
    asked = post(client, "finish", one.public_id).content.decode()
    assert "Без ответа осталось заданий: 1" in asked
    post(client, "finish", one.public_id, confirmed="1")
    shown = page(client, user, one.get_absolute_url())
    assert "Текстовые задачи" in shown
    assert "Только вы" in shown
    assert post(client, "sit", one.public_id, 1, answer="1").url == one.get_absolute_url()
    post(client, "consent", one.public_id)
    assert "Отозвать согласие" in page(client, user, one.get_absolute_url())
    post(client, "withdraw", one.public_id)
    one.refresh_from_db()
    assert one.consent_at is None


def test_an_answer_is_kept_at_once_with_a_script(region: Region, given: Given, client: Client) -> None:
    user = teacher(region.schools[0])
    given()
    one = Sitting.objects.get()
    client.force_login(user)
    post(client, "start", one.public_id)
    url = reverse("development:sit", args=[one.public_id, 1])
    assert "Ответ сохранён" in client.post(url, {"answer": "1"}, headers={"hx-request": "true"}).content.decode()
    assert Answer.objects.get().given == 1
    assert "Ответ не сохранён" in client.post(url, {"answer": "9"}, headers={"hx-request": "true"}).content.decode()
    left = reverse("development:left", args=[one.public_id])
    assert "30 минут" in client.get(left).content.decode()
    Sitting.objects.update(ends_at="2026-01-01T00:00:00Z")
    for answer in (client.get(left, headers={"hx-request": "true"}), client.post(url, headers={"hx-request": "true"})):
        assert answer.headers["HX-Redirect"] == one.get_absolute_url()
    assert Sitting.objects.get().state == "done"


@pytest.mark.parametrize("answer", ["0", "нет такого"])
def test_whose_time_ran_out_reads_so(answer: str, region: Region, given: Given, client: Client) -> None:
    """Whatever he sends, he is led to his result; the result says why it ended, and what counts."""
    user = teacher(region.schools[0])
    given()
    one = Sitting.objects.get()
    client.force_login(user)
    post(client, "start", one.public_id)
    post(client, "sit", one.public_id, 1, answer="0")
    Sitting.objects.update(ends_at="2026-01-01T00:00:00Z")
    assert post(client, "sit", one.public_id, 2, answer=[answer]).url == one.get_absolute_url()
    post(client, "finish", one.public_id)
    shown = page(client, user, one.get_absolute_url())
    assert "Время вышло" in shown
    assert "Засчитаны ответы, которые были сохранены до этого" in shown


def test_who_ends_in_time_reads_of_no_time(region: Region, given: Given, client: Client) -> None:
    user = teacher(region.schools[0])
    given()
    one = Sitting.objects.get()
    client.force_login(user)
    post(client, "start", one.public_id)
    post(client, "finish", one.public_id, confirmed="1")
    assert "Время вышло" not in page(client, user, one.get_absolute_url())


@pytest.mark.parametrize(("hour", "warned"), [(12, False), (23, True)])
def test_who_begins_late_on_the_last_day_is_warned(
    hour: int, warned: bool, region: Region, given: Given, client: Client
) -> None:
    user, day = teacher(region.schools[0]), today()
    given(closes=day)
    one = Sitting.objects.get()
    late = timezone.make_aware(dt.datetime.combine(day, dt.time(hour, 50)))
    with time_machine.travel(late, tick=False):
        shown = page(client, user, one.get_absolute_url())
    assert ("если начать сейчас, останется 10 минут" in shown) == warned


def test_it_is_prepared_given_and_put_in_from_paper(region: Region, coordinator: User, client: Client) -> None:
    client.force_login(coordinator)
    assert "опубликованных пока нет" in page(client, coordinator, reverse("development:new_diagnosis"))
    version = made(coordinator, region.authority)
    printed = page(client, coordinator, reverse("development:preview", args=[version.instrument.public_id]))
    assert "2) Оценка" in printed  # the numbers by which answers are put in
    assert "необязательно" not in printed
    assert printed.index("<li>3</li>") < printed.index("<li>4</li>")
    people = [teacher(region.schools[0], f"Бумажная{letter}", account=False).person for letter in "абвгд"]
    client.force_login(coordinator)
    said = {"version": version.pk, "title": "Осень", "place": region.authority.public_id, "post": "учитель"}
    wrong = post(client, "new_diagnosis", **said, opens="2026-01-02", closes="2026-01-01")
    assert "раньше первого" in wrong.content.decode()
    post(client, "new_diagnosis", **said, opens="2026-01-01", closes="2099-01-01")
    mistaken = Diagnosis.objects.get()
    assert "Удалить диагностику?" in post(client, "drop_diagnosis", mistaken.public_id).content.decode()
    post(client, "drop_diagnosis", mistaken.public_id, confirmed="1")
    post(client, "new_diagnosis", **said, opens="2026-01-01", closes="2099-01-01")
    one = Diagnosis.objects.get()
    assert "Назначить 5 педагогам" in page(client, coordinator, one.get_absolute_url())
    post(client, "give", one.public_id)
    assert post(client, "drop_diagnosis", one.public_id, confirmed="1").status_code == 409
    listed = page(client, coordinator, reverse("development:paper", args=[one.public_id]))
    printed = reverse("development:preview", args=[version.instrument.public_id])
    assert f'href="{printed}?version=1"' in listed
    for person in people:
        assert str(person) in listed
        sitting = Sitting.objects.get(person=person)
        wrong = post(client, "enter", one.public_id, sitting.public_id, t1="3")
        assert "Так ответить нельзя" in wrong.content.decode()
        empty = post(client, "enter", one.public_id, sitting.public_id, t1="")
        assert "Внести пустую работу?" in empty.content.decode()
        assert not Sitting.objects.get(person=person).on_paper
        post(client, "enter", one.public_id, sitting.public_id, t1="1", t2="1, 3", t3="12,5", t5="2 -")
        again = page(client, coordinator, reverse("development:enter", args=[one.public_id, sitting.public_id]))
        assert "12,5" not in again  # an operator does not look into what others answered
    paper = reverse("development:paper", args=[one.public_id])
    assert str(people[2]) in page(client, coordinator, f"{paper}?q=бумажнаяв")
    assert str(people[1]) not in page(client, coordinator, f"{paper}?q=бумажнаяв")
    assert "ничего не нашлось" in page(client, coordinator, f"{paper}?entered=no")
    assert "1–5 из 5" in page(client, coordinator, f"{paper}?entered=yes&sort=-person")
    assert dict(sitting.answers.values_list("code", "given")) == {"t1": 0, "t2": [0, 2], "t3": "12,5", "t5": [1, None]}
    post(client, "close", one.public_id, confirmed="1")
    shown = page(client, coordinator, one.get_absolute_url())
    assert "Все вместе" in shown
    assert "Бумажная" not in shown


def test_the_head_reads_of_his_staff(region: Region, coordinator: User, given: Given, client: Client) -> None:
    head = region.user(RoleCode.SCHOOL_HEAD)
    users = [teacher(region.schools[0], f"Учителева{number}") for number in range(6)]
    diagnosis = given()
    for user in users:
        sit(diagnosis, user, RIGHT)
    giving.close(diagnosis, by=coordinator)
    url = reverse("development:staff")
    with CaptureQueriesContext(connection) as few:
        assert "согласия никто не дал" in page(client, head, url)
    given(title="Ещё одна")
    for user in users:
        sit(Diagnosis.objects.get(title="Ещё одна"), user, RIGHT)
    giving.close(Diagnosis.objects.get(title="Ещё одна"), by=coordinator)
    Diagnosis.objects.update(names_to_heads=True)
    with CaptureQueriesContext(connection) as many:
        shown = page(client, head, url)
    assert "Учителева5" in shown
    assert len(many) <= len(few) + 2  # scores and plans of those seen by name
    assert "Учителева5" in page(
        client, head, Sitting.objects.get(person=users[5].person, diagnosis=diagnosis).get_absolute_url()
    )
    page(client, coordinator, url, status=403)
