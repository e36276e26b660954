"""The pages: what is asked of me, tables under filters, forms that keep what was typed, printed copies."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.models import Job
from opora.core.tasks.running import run_job
from opora.decrees import read
from opora.roadmaps.actions import sending, working
from opora.roadmaps.models import Assignment, RoadMap, Window
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_day() -> object:
    with time_machine.travel(dt.datetime(2026, 9, 15, 9, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def sent(roadmap: RoadMap, coordinator: User) -> RoadMap:
    sending.send(roadmap, by=coordinator)
    roadmap.refresh_from_db()
    return roadmap


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def task_of(region: factories.Region, number: str = "2") -> Assignment:
    found = Assignment.objects.filter(executor=region.schools[0], activity__number=number)
    return found.select_related("activity", "executor", "controller", "roadmap").get()


def url(name: str, one: Assignment | RoadMap, *more: str) -> str:
    return reverse(f"roadmaps:{name}", args=[one.public_id, *more])


def test_the_first_page_asks_in_order(sent: RoadMap, region: factories.Region) -> None:
    head = region.user(RoleCode.SCHOOL_HEAD)
    with time_machine.travel(dt.datetime(2026, 10, 1, 9, tzinfo=dt.UTC), tick=False):
        body = signed_in(head).get("/").content.decode()
    assert body.index("Срок истёк") < body.index("Позже")
    assert "Вести мониторинг" in body
    assert "срок истёк вчера" in body


def test_nothing_asked_says_so_and_names_the_next_day(sent: RoadMap, region: factories.Region) -> None:
    observer = region.user(RoleCode.OBSERVER)
    assert "На сегодня всё." in signed_in(observer).get("/").content.decode()


def test_the_administrator_is_led_to_his_own_first_page(region: factories.Region) -> None:
    response = signed_in(region.user(RoleCode.ADMINISTRATOR)).get("/")
    assert response.status_code == 302


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("whose=mine", 5),
        ("whose=mine&state=open", 5),
        ("state=accepted", 0),
        ("when=undated", 0),
        ("q=мониторинг", 4),
        ("q=програм+перех", 1),
    ],
)
def test_the_table_keeps_its_state_in_the_url(sent: RoadMap, region: factories.Region, query: str, count: int) -> None:
    response = signed_in(region.user(RoleCode.SCHOOL_HEAD)).get(f"{reverse('roadmaps:assignments')}?{query}")
    assert response.context["table"].total == count


def test_a_report_from_the_page_and_the_decision_on_it(sent: RoadMap, region: factories.Region) -> None:
    task, school = task_of(region), signed_in(region.user(RoleCode.SCHOOL_HEAD))
    file = SimpleUploadedFile("протокол.pdf", b"%PDF-1.4 x", content_type="application/pdf")
    data = {"text": "Составлена", "figures": "Целей: 3", "attached": [file], "link": "", "do": "submit"}
    assert school.post(url("report", task), data).status_code == 302
    municipal = signed_in(region.user(RoleCode.MUNICIPAL_COORDINATOR))
    page = municipal.get(url("assignment", task)).content.decode()
    assert "Составлена" in page
    assert "протокол.pdf" in page
    refused = municipal.post(url("decide", task), {"do": "return", "comment": ""})
    assert refused.status_code == 422
    assert "напишите комментарий" in refused.content.decode()
    assert municipal.post(url("decide", task), {"do": "accept", "comment": ""}).status_code == 302
    task.refresh_from_db()
    assert task.state == "accepted"
    copy = municipal.get(reverse("roadmaps:evidence", args=[task.reports.get().evidence.get().public_id]))
    assert copy.headers["Content-Disposition"].startswith("attachment")


def test_a_form_that_does_not_fit_keeps_what_was_typed(sent: RoadMap, region: factories.Region) -> None:
    task, school = task_of(region), signed_in(region.user(RoleCode.SCHOOL_HEAD))
    data = {"text": "Длинный рассказ", "figures": "без двоеточия", "link": "", "do": "submit"}
    response = school.post(url("report", task), data)
    assert response.status_code == 422
    body = response.content.decode()
    assert "Длинный рассказ" in body
    assert "напишите название, двоеточие и значение" in body
    assert not task.reports.exists()


def test_the_road_map_counts_by_activity_and_municipality(sent: RoadMap, coordinator: User) -> None:
    client = signed_in(coordinator)
    body = client.get(url("roadmap", sent)).content.decode()
    assert "0 из 2" in body
    assert client.get(url("municipalities", sent)).status_code == 200
    assert client.get(url("history", sent)).status_code == 200


def test_sending_from_the_page(roadmap: RoadMap, coordinator: User, region: factories.Region) -> None:
    client = signed_in(coordinator)
    page = client.get(url("sending", roadmap)).content.decode()
    assert "Центр неизвестности" in page
    assert "Разослать" in page
    wrong = client.post(
        url("name", roadmap), {"name": "Центр неизвестности", "organisation": "Нигде", "do": "remember"}
    )
    assert wrong.status_code == 422
    assert "Такой организации нет" in wrong.content.decode()
    assert 'value="Нигде"' in wrong.content.decode()
    right = {"name": "Центр неизвестности", "organisation": region.services[0].short_name, "do": "remember"}
    assert client.post(url("name", roadmap), right).status_code == 302
    response = client.post(url("send", roadmap))
    job = Job.objects.get()
    assert response.headers["Location"] == reverse("ui:job", args=[job.public_id])
    run_job.call(job.public_id)
    job.refresh_from_db()
    assert job.state == "done"
    assert Assignment.objects.exists()


@pytest.mark.parametrize("kind", ["docx", "pdf", "xlsx"])
def test_the_printed_road_map_is_read_back(
    sent: RoadMap, coordinator: User, region: factories.Region, tmp_path: Path, kind: str
) -> None:
    task = task_of(region)
    working.submit(task, by=region.user(RoleCode.SCHOOL_HEAD), text="Программа составлена и утверждена")
    working.accept(task, by=region.user(RoleCode.MUNICIPAL_COORDINATOR))
    response = signed_in(coordinator).get(url("export", sent, kind))
    file = tmp_path / f"map.{kind}"
    file.write_bytes(response.content)
    decree = read(file)
    found = [a for m in decree.roadmaps for s in m.sections for a in s.activities]
    original = list(sent.activities.order_by("order"))
    assert [a.number for a in found] == [a.number for a in original]
    assert [a.text for a in found] == [a.text for a in original]
    assert [s.title for m in decree.roadmaps for s in m.sections] == ["Организация", "Сопровождение"]
    for printed, activity in zip(found, original, strict=True):
        assert (printed.deadline.text if printed.deadline else "") == activity.deadline_text
        assert [r.text for r in printed.responsible] == [
            r.text for r in activity.responsible.filter(part=None).order_by("order")
        ]
    marks = {a.number: a.completion for a in found}
    assert marks["2"] == "Исполнено 15.09.2026. Программа составлена и утверждена"
    assert marks["1"] == "Исполнено 0 из 2"


def test_marks_count_what_the_person_may_see(sent: RoadMap, region: factories.Region, tmp_path: Path) -> None:
    """An observer's copy says nothing of the row that only listed schools have."""
    response = signed_in(region.user(RoleCode.OBSERVER)).get(url("export", sent, "docx"))
    file = tmp_path / "map.docx"
    file.write_bytes(response.content)
    marks = {a.number: a.completion for m in read(file).roadmaps for s in m.sections for a in s.activities}
    assert marks["2"] is None
    assert marks["1"] == "Исполнено 0 из 2"


def test_report_dates_of_an_activity_can_be_changed(roadmap: RoadMap, coordinator: User) -> None:
    client, fifth = signed_in(coordinator), roadmap.activities.get(number="5")
    page = url("dates", roadmap, fifth.public_id)
    assert client.get(page).status_code == 200
    first, *rest = Window.objects.filter(activity=fifth).order_by("due")
    data = {f"due_{w.pk}": w.due.isoformat() for w in (first, *rest) if w.due}
    data |= {f"due_{first.pk}": "2026-12-20", f"skip_{rest[-1].pk}": "on", "add": "2027-02-15"}
    assert client.post(page, data).status_code == 302
    windows = {w.due: w.skipped for w in Window.objects.filter(activity=fifth)}
    assert windows[dt.date(2026, 12, 20)] is False
    assert windows[rest[-1].due] is True
    assert dt.date(2027, 2, 15) in windows


def test_an_assignment_leads_to_its_place_in_the_document(sent: RoadMap, region: factories.Region) -> None:
    body = signed_in(region.user(RoleCode.SCHOOL_HEAD)).get(url("assignment", task_of(region))).content.decode()
    assert f"{sent.document.get_absolute_url()}#source-" in body


def test_a_name_left_out_can_be_taken_in_again(roadmap: RoadMap, coordinator: User) -> None:
    client, name = signed_in(coordinator), "Центр неизвестности"
    client.post(url("name", roadmap), {"name": name, "do": "skip"})
    page = client.get(url("sending", roadmap)).content.decode()
    assert "Вернуть в рассылку" in page
    assert "Кто это?" not in page
    assert client.post(url("name", roadmap), {"name": name, "do": "unskip"}).status_code == 302
    assert "Кто это?" in client.get(url("sending", roadmap)).content.decode()


def test_territories_are_listed_with_their_counts_a_page_at_a_time(
    client: Client, sent: RoadMap, coordinator: User, region: factories.Region
) -> None:
    client.force_login(coordinator)
    page = client.get(url("municipalities", sent), {"q": "Луговой"}).content.decode()
    assert "Управление образования, Луговой район" in page
    assert "Управление образования, Полевой район" not in page
    assert f"below={region.municipalities[0].public_id}" in page
    copy = client.get(url("municipalities", sent), {"to": "csv"}).content.decode("utf-8-sig")
    assert "Управление образования, Полевой район" in copy


def test_who_controls_is_found_by_words_and_chosen_of_several(
    sent: RoadMap, coordinator: User, region: factories.Region
) -> None:
    one, client = task_of(region), signed_in(coordinator)
    page = client.get(url("controller", one)).content.decode()
    assert page.count("<option") == 0
    for said, why in (
        ("", "Обязательное поле"),
        ("нет такой", "нет. Проверьте слова"),
        (region.schools[0].name, "нет."),
    ):
        answer = client.post(url("controller", one), {"controller": said})
        assert answer.status_code == 422
        assert why in answer.content.decode()
    answer = client.post(url("controller", one), {"controller": "район"}).content.decode()
    here, there = region.municipalities
    assert here.public_id in answer
    assert there.public_id in answer
    wrong = client.post(url("controller", one), {"controller": "район", "chosen": region.schools[0].public_id})
    assert wrong.status_code == 422
    chosen = {"controller": "район", "chosen": there.public_id}
    assert client.post(url("controller", one), chosen).status_code == 302
    assert task_of(region).controller == there
    assert client.post(url("controller", one), {"controller": here.short_name}).status_code == 302
    assert task_of(region).controller == here
