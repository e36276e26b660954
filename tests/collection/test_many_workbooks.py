"""Many filled files at once, in archives too: each read for itself, in the background with progress, taken together."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opora.collection import uploads
from opora.collection.actions import bringing, filling, workbooks
from opora.collection.models import BroughtFile, FilledWorkbook, WorkbookUpload
from opora.core.models import Job
from opora.core.tasks import Progress, clock, queue
from opora.core.tasks.running import run_job, take
from opora.core.workflow import Refused
from tests.collection.collecting import Collecting, collecting, of
from tests.collection.filled import Change, answered, file, marked

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Collecting:
    return collecting()


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
        file(first, world.municipal, marked(3, "0" * 26), "потерянная.xlsx"),
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
