"""A form as a file goes to a school and back, or many to a municipality: told what is wrong, seen, chosen, taken."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.collection import uploads
from opora.collection.actions import bringing, filling, workbooks
from opora.collection.models import BroughtFile, FilledWorkbook, Submission, WorkbookUpload
from opora.core.actor import Denied
from opora.core.models import Job
from opora.core.tasks import Progress, clock, queue
from opora.core.tasks.running import run_job, take
from opora.core.workflow import Refused, Stale
from tests.collection.collecting import Collecting, cells, collecting, of

pytestmark = pytest.mark.django_db
Change = Callable[[Any], None]


@pytest.fixture
def world() -> Collecting:
    return collecting()


def answered(book: Any, **answers: object) -> None:
    """Cells of the questions by their keys."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=4):
            if row[0].value in answers:
                row[2].value = answers[row[0].value]


def changed(content: bytes, change: Change) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def file(one: Submission, by: User, change: Change = lambda book: None, name: str = "форма.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, changed(workbooks.issue(one, by=by), change))


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


def _marked(row: int, value: str) -> Change:
    def change(book: Any) -> None:
        book["Опора"].cell(row, 1).value = value

    return change


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_marked(1, "чужой"), "не файл формы"),
        (_marked(2, "0" * 26), "по другой версии"),
        (_marked(3, "0" * 26), "другой организации или другого сбора"),
        (_marked(4, "99"), "новее ответов"),
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


def test_a_municipality_brings_many_files_at_once(world: Collecting, client: Client) -> None:
    schools = world.region.schools[:2]
    campaign = world.campaign(*schools)
    first, second = (of(campaign, one) for one in schools)
    fill: Change = lambda book: answered(book, pupils=50)  # noqa: E731
    files = [file(first, world.municipal, fill, "первая.xlsx"), file(second, world.municipal, fill, "вторая.xlsx")]
    filling.save(second, {"pupils": "40"}, by=world.coordinator, revision=0)
    files += [
        file(first, world.municipal, fill, "первая 2.xlsx"),
        SimpleUploadedFile("чужая.xlsx", b"PK\x03\x04 torn"),
        file(first, world.municipal, _marked(3, "0" * 26), "потерянная.xlsx"),
    ]
    client.force_login(world.municipal)
    page = client.post(reverse("collection:bring_workbooks"), {"workbooks": files}, follow=True)
    said = page.content.decode()
    for told in ("Ещё один файл той же формы, что «первая.xlsx»", "повреждён", "не найдена среди открытых вам"):
        assert told in said
    assert "Внести файлы без расхождений: 1" in said
    upload = WorkbookUpload.objects.get()
    done = client.post(reverse("collection:take_workbooks", args=[upload.public_id]), follow=True)
    assert "Внесено файлов: 1. Ждут вашего выбора: 1 файл." in done.content.decode()
    now = [of(campaign, one).answers["pupils"] for one in schools]
    assert now == ["50", "40"]
    client.force_login(world.coordinator)
    assert client.get(upload.get_absolute_url()).status_code == 404, "one's own alone"


def zipped(*files: SimpleUploadedFile, name: str = "формы.zip", **more: bytes) -> SimpleUploadedFile:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in files:
            archive.writestr(f"../../Школы/{one.name}", one.read())
        for inner, content in more.items():
            archive.writestr(inner, content)
    return SimpleUploadedFile(name, kept.getvalue())


def test_a_zip_of_files_is_as_the_files(world: Collecting) -> None:
    schools = world.region.schools[:2]
    campaign = world.campaign(*schools)
    fill: Change = lambda book: answered(book, pupils=50)  # noqa: E731
    files = [file(of(campaign, one), world.municipal, fill, f"{one.pk}.xlsx") for one in schools]
    strange = {"readme.txt": b"x", "__MACOSX/1.xlsx": b"x", "empty.xlsx": b"", "torn.xlsx": b"PK\x03\x04 torn"}
    upload = bringing.take_in([zipped(*files, **strange), SimpleUploadedFile("пустой.xlsx", b"")], by=world.municipal)
    told = {one.name: one.refused for one in upload.files.all()}
    assert {name for name, refused in told.items() if not refused} == {one.name for one in files}
    assert "1.xlsx" not in told
    for name, said in (("readme.txt", "Нужен файл .xlsx"), ("empty.xlsx", "пуст"), ("torn.xlsx", "повреждён")):
        assert said in told[name]
    assert "пуст" in told["пустой.xlsx"]
    assert workbooks.apply_all(upload, by=world.municipal) == (2, 0)
    assert [of(campaign, one).answers["pupils"] for one in schools] == ["50", "50"]


def test_a_zip_that_swells_or_is_torn_spoils_no_other(world: Collecting, monkeypatch: pytest.MonkeyPatch) -> None:
    one = world.submission()
    good = file(one, world.municipal, name="форма.xlsx")
    monkeypatch.setattr(uploads, "LARGEST", 200_000)
    bomb = zipped(**{"bomb.xlsx": b"0" * 300_000, "second.xlsx": good.read()}, name="бомба.zip")
    good.seek(0)
    torn = SimpleUploadedFile("рваный.zip", bomb.read()[:-30])
    bomb.seek(0)
    upload = bringing.take_in([bomb, torn, SimpleUploadedFile("нет.zip", b"x")], by=world.municipal)
    told = {each.name: each.refused for each in upload.files.all()}
    assert "слишком велик" in told["bomb.xlsx"]
    assert told["second.xlsx"] == ""
    assert "повреждён" in told["рваный.zip"]
    assert "повреждён" in told["нет.zip"]


def test_a_zip_of_more_files_than_may_be_is_refused(world: Collecting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bringing, "MOST_FILES", 2)
    with pytest.raises(Refused, match="считая те, что в архивах"):
        bringing.take_in([zipped(**{f"{n}.xlsx": b"x" for n in range(3)})], by=world.municipal)
    assert not WorkbookUpload.objects.exists()


def test_many_files_are_taken_in_the_background(
    world: Collecting, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    schools = world.region.schools[:2]
    campaign = world.campaign(*schools)
    fill: Change = lambda book: answered(book, pupils=50)  # noqa: E731
    files = [file(of(campaign, one), world.municipal, fill, f"{one.pk}.xlsx") for one in schools]
    upload = bringing.take_in(files, by=world.municipal)
    monkeypatch.setattr(workbooks, "AT_ONCE", 1)
    client.force_login(world.municipal)
    answer = client.post(reverse("collection:take_workbooks", args=[upload.public_id]))
    job = Job.objects.get()
    assert answer.headers["Location"] == reverse("ui:job", args=[job.public_id])
    workbooks.apply_in_background(Progress(job), upload=upload.public_id, actor=world.municipal.public_id)
    assert (job.done, job.message) == (2, "Внесено файлов: 2.")
    assert [of(campaign, one).answers["pupils"] for one in schools] == ["50", "50"]


@pytest.fixture
def many(world: Collecting, monkeypatch: pytest.MonkeyPatch) -> list[SimpleUploadedFile]:
    """More files than are read while the person waits: two in a zip, one torn, one more of the first's form."""
    monkeypatch.setattr(bringing, "AT_ONCE", 3)
    schools = world.region.schools[:2]
    campaign = world.campaign(*schools)
    fill: Change = lambda book: answered(book, pupils=50)  # noqa: E731
    first, second = (file(of(campaign, one), world.municipal, fill, f"{one.pk}.xlsx") for one in schools)
    again = SimpleUploadedFile("ещё раз.xlsx", first.read())
    first.seek(0)
    return [zipped(first, second), SimpleUploadedFile("рваный.xlsx", b"PK\x03\x04 torn"), again]


def read(upload: WorkbookUpload) -> Job:
    job = take(upload.job_id)
    assert job
    bringing.read_in_background(Progress(job), **job.arguments)
    return job


def test_many_files_are_read_in_the_background(
    world: Collecting, client: Client, many: list[SimpleUploadedFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(world.municipal)
    answer = client.post(reverse("collection:bring_workbooks"), {"workbooks": many})
    upload = WorkbookUpload.objects.get()
    assert answer.headers["Location"] == reverse("ui:job", args=[upload.job_id])
    assert "Файлы ещё читаются" in client.get(upload.get_absolute_url()).content.decode()
    assert upload.get_absolute_url() in client.get(reverse("collection:bring_workbooks")).content.decode()
    one = bringing.Workbook.filled

    def spoilt(book: Any, definition: Any) -> Any:
        if FilledWorkbook.objects.count() == 1:
            raise ZeroDivisionError
        return one(book, definition)

    monkeypatch.setattr(bringing.Workbook, "filled", spoilt)
    job = read(upload)
    assert (job.done, job.total, job.message) == (4, 4, "Прочитано файлов: 4 из 4.")
    told = [file.refused for file in upload.files.all()]
    assert told[0] == ""
    assert "ошибка в системе" in told[1]
    assert "повреждён" in told[2]
    assert "Ещё один файл той же формы" in told[3]
    assert upload.is_read
    assert not BroughtFile.objects.exists()
    page = client.get(upload.get_absolute_url()).content.decode()
    assert "читаются" not in page
    assert "Внести файлы без расхождений: 1" in page


def test_reading_that_was_stopped_goes_on_after_the_last_file(
    world: Collecting, client: Client, many: list[SimpleUploadedFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = bringing.take_in(many, by=world.municipal)

    class Dies(Progress):
        def step(self, done: int, total: int, message: str = "") -> None:
            raise KeyboardInterrupt

    job = take(upload.job_id)
    assert job
    with pytest.raises(KeyboardInterrupt):
        bringing.read_in_background(Dies(job), **job.arguments)
    assert upload.files.count() == 1
    queue.stop(job, by=world.municipal)
    client.force_login(world.municipal)
    assert "Чтение остановилось" in client.get(upload.get_absolute_url()).content.decode()
    url = reverse("collection:read_workbooks", args=[upload.public_id])
    assert client.post(url).headers["Location"] == reverse("ui:job", args=[job.public_id])
    first = upload.files.get()
    read(upload)
    assert upload.files.count() == 4
    assert upload.files.first() == first
    assert [bool(one.refused) for one in upload.files.all()] == [False, False, True, True]
    assert "уже прочитаны" in client.post(url, follow=True).content.decode()


def test_files_nobody_read_are_forgotten_in_a_day(world: Collecting, many: list[SimpleUploadedFile]) -> None:
    upload = bringing.take_in(many, by=world.municipal)
    stored = upload.brought.first()
    assert stored
    assert stored.file.storage.exists(stored.file.name)
    with time_machine.travel(timezone.now() + dt.timedelta(hours=25), tick=False):
        clock.tick()
    assert not WorkbookUpload.objects.exists()
    assert not stored.file.storage.exists(stored.file.name)
    run_job.func(upload.job_id)
    assert "старше суток" in Job.objects.get(public_id=upload.job_id).message


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
