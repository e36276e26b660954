"""A form as a file goes to a school and back, or many to a municipality: told what is wrong, seen, chosen, taken."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.collection import uploads
from opora.collection.actions import bringing, filling, workbooks
from opora.collection.models import FilledWorkbook, Submission, WorkbookUpload
from opora.core.actor import Denied
from opora.core.tasks import clock
from opora.core.workflow import Refused, Stale
from tests.collection.collecting import Collecting, cells, collecting, of
from tests.collection.filled import Change, answered, changed, file, marked

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Collecting:
    return collecting()


def brought(one: Submission, by: User, *files: SimpleUploadedFile) -> FilledWorkbook:
    made = bringing.take_in(files, by=by, only=one).files.get()
    return FilledWorkbook.objects.select_related("submission__campaign__version__form", "submission__organisation").get(
        pk=made.pk
    )


def test_a_school_fills_its_form_in_without_a_network(world: Collecting, client: Client) -> None:
    one = world.submission()
    client.force_login(world.staff)
    page = client.get(one.get_absolute_url()).content.decode()
    taken = client.get(reverse("collection:workbook", args=[one.public_id]))
    assert reverse("collection:workbook", args=[one.public_id]) in page
    assert taken.headers["Content-Disposition"].startswith("attachment")

    def fill(book: Any) -> None:
        answered(book, pupils=120, teachers="много")
        book["Учителя"]["B4"].value, book["Учителя"]["C4"].value = "Иванова", 18
        book["Учителя"]["B6"].value = "Петров"  # a row is left empty between

    content = changed(b"".join(taken.streaming_content) if taken.streaming else taken.content, fill)
    url = reverse("collection:bring_workbook", args=[one.public_id])
    seen = client.post(url, {"workbooks": SimpleUploadedFile("ответ.xlsx", content)}, follow=True)
    said = seen.content.decode()
    assert "Лист «О школе», ячейка C6, «много»: «много» — не число" in said
    assert "лист «О школе», ячейка C5" in said
    assert of(one.campaign, world.school).revision == 0, "nothing counts before it is seen"
    take = seen.redirect_chain[-1][0] + "take/"
    done = client.post(take, {"revision": "0"}, follow=True).content.decode()
    assert "Ответы из файла внесены: 2" in done
    now = of(one.campaign, world.school)
    assert now.answers["pupils"] == "120"
    assert cells(now.answers["people"]) == [{"who": "Иванова", "hours": "18", "twice": "36"}, {"who": "Петров"}]
    assert "teachers" not in now.answers
    assert now.answers["name"] == str(world.school), "what the registry says stays"
    again = client.post(take, {"revision": "1"}).content.decode()
    assert "уже внесён" in again


def test_what_was_entered_meanwhile_is_chosen_cell_by_cell(world: Collecting, client: Client) -> None:
    one = world.submission()
    people = [{"who": "Иванова", "hours": "18"}, {"who": "Петров", "hours": "20"}]
    filling.save(one, {"pupils": "100", "teachers": "5", "people": people}, by=world.head, revision=0)

    def change(book: Any) -> None:
        answered(book, pupils=120, teachers=6)
        book["Учителя"]["C4"].value = 19

    given = file(one, world.staff, change)
    people[0]["hours"] = "17"
    filling.save(one, {"pupils": "101", "people": people}, by=world.head, revision=1)
    made = brought(one, world.staff, given)
    assert (made.changed, made.clashes, made.mistakes) == (1, 2, 0)
    client.force_login(world.staff)
    page = client.get(made.get_absolute_url()).content.decode()
    assert "Учителя, строка 1: Часов" in page
    assert world.head.label.split(" (")[0] in page
    take = reverse("collection:take_workbook", args=[made.public_id])
    half = client.post(take, {"revision": "2", "choice-pupils": "file"})
    assert half.status_code == 422
    assert "не выбрано 1" in half.content.decode()
    assert of(one.campaign, world.school).revision == 2
    client.post(take, {"revision": "2", "choice-pupils": "here", "choice-people-1-hours": "file"})
    now = of(one.campaign, world.school).answers
    assert (now["pupils"], now["teachers"]) == ("101", "6")
    assert cells(now["people"]) == [
        {"who": "Иванова", "hours": "19", "twice": "38"},
        {"who": "Петров", "hours": "20", "twice": "40"},
    ]


def test_what_changed_while_it_was_looked_at_is_shown_again(world: Collecting, client: Client) -> None:
    one = world.submission()
    made = brought(one, world.staff, file(one, world.staff, lambda book: answered(book, pupils=120)))
    filling.save(one, {"pupils": "7"}, by=world.head, revision=0)
    made.refresh_from_db()
    with pytest.raises(Stale):
        workbooks.apply(made, by=world.staff, revision=0, chosen=(), left=())
    client.force_login(world.staff)
    url = reverse("collection:take_workbook", args=[made.public_id])
    again = client.post(url, {"revision": "0"})
    assert again.status_code == 409
    assert 'name="choice-pupils"' in again.content.decode()
    assert of(one.campaign, world.school).answers["pupils"] == "7"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (marked(1, "чужой"), "не файл формы"),
        (marked(2, "0" * 26), "по другой версии"),
        (marked(3, "0" * 26), "другой организации или другого сбора"),
        (marked(4, "99"), "новее ответов"),
    ],
)
def test_a_file_that_is_not_of_the_form_is_refused(world: Collecting, change: Change, told: str) -> None:
    one = world.submission()
    with pytest.raises(Refused, match=told):
        bringing.take_in([file(one, world.staff, change)], by=world.staff, only=one)
    assert not WorkbookUpload.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("форма.pdf", b"%PDF-1.7", "Нужен файл .xlsx"),
        ("форма.xlsx", b"%PDF-1.7", "Это не таблица"),
        ("форма.xlsx", b"PK\x03\x04 torn", "повреждён"),
        ("форма.xlsx", b"a;b\n1;2", "не файл .xlsx"),
        ("форма.xlsx", b"PK" + b"0" * uploads.LARGEST, "больше 5 МБ"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused(world: Collecting, name: str, content: bytes, told: str) -> None:
    one = world.submission()
    with pytest.raises(Refused, match=told):
        bringing.take_in([SimpleUploadedFile(name, content)], by=world.staff, only=one)


def test_a_form_that_was_sent_is_neither_given_out_nor_taken(world: Collecting) -> None:
    one = world.submission()
    given = file(one, world.staff)
    filling.save(one, {"pupils": "100", "teachers": "5", "people": [{"who": "Иванова"}]}, by=world.head, revision=0)
    filling.send(one, by=world.head, revision=1)
    one = of(one.campaign, world.school)
    with pytest.raises(Refused, match="изменить ответы нельзя"):
        workbooks.issue(one, by=world.staff)
    with pytest.raises(Refused, match="изменить ответы нельзя"):
        bringing.take_in([given], by=world.staff, only=one)
    with pytest.raises(Denied):
        workbooks.issue(one, by=world.region.user("methodist"))


def test_a_row_that_both_filled_in_is_kept_twice_if_they_say_so(world: Collecting, client: Client) -> None:
    """The workbook came back, was corrected, and came back again."""
    one = world.submission()
    content = workbooks.issue(one, by=world.staff)

    def with_row(who: str) -> SimpleUploadedFile:
        def change(book: Any) -> None:
            book["Учителя"]["B4"].value = who

        return SimpleUploadedFile("форма.xlsx", changed(content, change))

    client.force_login(world.staff)
    for who in ("Иванова", "Петров"):
        made = brought(one, world.staff, with_row(who))
        page = client.get(made.get_absolute_url()).content.decode()
        now = of(one.campaign, world.school)
        words = {"revision": str(now.revision)}
        if who == "Петров":
            assert "Учителя, строка 1" in page
            assert "Оставить обе строки" in page
            [place] = re.findall(r'name="(choice-people-[^"]+)"[^>]+value="both"', page)
            words[place] = "both"
        else:
            assert "Учителя: новая строка" in page
        client.post(reverse("collection:take_workbook", args=[made.public_id]), words)
        one = of(one.campaign, world.school)
    assert [row["who"] for row in one.answers["people"]] == ["Иванова", "Петров"]


def test_whose_form_one_may_not_know_of_is_not_found(world: Collecting) -> None:
    """The same words as of a form that does not exist."""
    one = world.submission(confidential=True)
    given = file(one, world.head)
    stranger = world.region.user("methodist")
    [row] = bringing.take_in([given], by=stranger).files.all()
    assert (row.submission, row.content) == (None, {})
    assert "не найдена среди открытых вам" in row.refused


def test_what_was_read_is_forgotten_in_a_day(world: Collecting) -> None:
    one = world.submission()
    brought(one, world.staff, file(one, world.staff))
    with time_machine.travel(timezone.now() + dt.timedelta(hours=25), tick=False):
        clock.tick()
    assert not FilledWorkbook.objects.exists()
