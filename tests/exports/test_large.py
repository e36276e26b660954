"""Copies of very many rows: made in the background, marked, taken by the person they are for, forgotten after a day."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import re
import zipfile

import openpyxl
import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.marks import marks_in
from opora.core.models import Job, JobState
from opora.core.tasks import stop
from opora.core.tasks.running import run_job
from opora.core.workflow import Refused
from opora.exports import large, queries
from opora.exports.models import Copy, LargeCopy
from opora.journal.models import Entry
from opora.registry.models import Organisation
from opora.ui import copies
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "AT_ONCE", 3)


@pytest.fixture
def user(region: factories.Region) -> User:
    return region.user(RoleCode.REGIONAL_COORDINATOR)


@pytest.fixture
def client(user: User, client: Client) -> Client:
    client.force_login(user)
    return client


def prepared(client: Client, address: str) -> LargeCopy:
    """The copy of the table at the address, as the person presses, made by the worker."""
    page = client.get(address).content.decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    response = client.post("/copies/large/", {"token": token[1].replace("&amp;", "&"), "title": "Организации"})
    job = Job.objects.latest("pk")
    assert response.headers["Location"].endswith(f"{job.public_id}/")
    assert not LargeCopy.objects.get().made_at
    assert client.get(LargeCopy.objects.get().get_absolute_url() + "file/").status_code == 409
    run_job.func(job.public_id)
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.DONE, job.total)
    return LargeCopy.objects.get()


def taken(client: Client, copy: LargeCopy) -> bytes:
    response = client.get(f"{copy.get_absolute_url()}file/")
    assert response.headers["Content-Disposition"].startswith("attachment")
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_all_rows_as_they_were_asked_for(client: Client, user: User, region: factories.Region) -> None:
    copy = prepared(client, "/organisations/?kind=school&sort=-name&to=xlsx")
    schools = [one.short_name for one in Organisation.objects.filter(kind="school").order_by("-sort_name", "-pk")]
    assert copy.rows == len(schools) > 3
    content = taken(client, copy)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    said = [str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert said[: len(schools)] == schools
    assert marks_in(said[-1]) == [copy.mark]
    assert hashlib.sha256(content).hexdigest() == copy.sha256


def test_the_mark_is_in_every_place_where_copies_have_it(client: Client, user: User, region: factories.Region) -> None:
    copy = prepared(client, "/organisations/?to=xlsx")
    content = taken(client, copy)
    parts = zipfile.ZipFile(io.BytesIO(content))
    assert marks_in(parts.read("docProps/core.xml").decode()) == [copy.mark]
    assert marks_in(parts.read("docProps/custom.xml").decode()) == [copy.mark]
    sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<drawing " in sheet
    assert "<legacyDrawingHF " in sheet
    assert "&amp;G" in sheet
    found = queries.trace_file(user, content)
    assert {one.mark for one in found} == {copy.mark}


def test_a_csv_ends_with_its_mark(client: Client, region: factories.Region) -> None:
    copy = prepared(client, "/organisations/?to=csv")
    rows = list(csv.reader(io.StringIO(taken(client, copy).decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == copy.rows + 2
    assert marks_in(rows[-1][0]) == [copy.mark]
    assert len({len(row) for row in rows[:-1]}) == 1


def test_what_no_sheet_holds_is_csv(client: Client, region: factories.Region, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "LARGEST", 5)
    assert prepared(client, "/organisations/?to=xlsx").kind == "csv"


def test_taking_it_is_journalled_each_first_time(client: Client, user: User, region: factories.Region) -> None:
    copy = prepared(client, "/organisations/?to=csv")
    assert not Copy.objects.exists()
    taken(client, copy)
    taken(client, copy)
    noted = Copy.objects.get()
    assert (noted.mark, noted.sha256, noted.actor_id) == (copy.mark, copy.sha256, user.actor_id)
    entry = Entry.objects.get(code="exports.released")
    assert entry.data["sha256"] == copy.sha256


def test_nobody_else_takes_it(client: Client, region: factories.Region) -> None:
    copy = prepared(client, "/organisations/?to=csv")
    other = Client()
    other.force_login(region.user(RoleCode.REGIONAL_COORDINATOR))
    for url in (copy.get_absolute_url(), f"{copy.get_absolute_url()}file/"):
        assert other.get(url).status_code == 404


def test_another_address_is_not_asked_in_the_name_of_the_person(client: Client, region: factories.Region) -> None:
    signed = large.signed("/organisations/?to=csv")
    for token in ("", "/organisations/?to=csv", signed.replace("organisations", "people")):
        assert client.post("/copies/large/", {"token": token, "title": "Люди"}).status_code == 409
    assert not Job.objects.exists()


def test_who_lost_the_right_gets_no_copy(client: Client, user: User, region: factories.Region) -> None:
    job = large.prepare(large.signed("/assignments/?whose=controlled&to=csv"), "Поручения", by=user)
    user.memberships.all().delete()
    run_job.func(job.public_id)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert not LargeCopy.objects.get().file


def test_stopped_or_killed_it_leaves_nothing_half_made(
    client: Client, user: User, region: factories.Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large, "STEP", 2)
    monkeypatch.setattr("opora.core.tasks.running.STORED_EVERY", 0)
    job = large.prepare(large.signed("/organisations/?to=xlsx"), "Организации", by=user)
    told = large._told

    def stops(*arguments: object) -> object:
        for number, row in enumerate(told(*arguments)):  # type: ignore[arg-type]
            if number == 2:
                stop(job, by=user)
            yield row

    monkeypatch.setattr(large, "_told", stops)
    run_job.func(job.public_id)
    job.refresh_from_db()
    assert job.state == JobState.STOPPED
    copy = LargeCopy.objects.get()
    assert (copy.made_at, copy.file.name) == (None, "")
    with pytest.raises(Refused):
        stop(job, by=user)


def test_after_a_day_it_is_forgotten(client: Client, region: factories.Region) -> None:
    copy = prepared(client, "/organisations/?to=csv")
    name = copy.file.name or ""
    large.forget_large()
    assert default_storage.exists(name)
    with time_machine.travel(timezone.now() + dt.timedelta(days=1, minutes=1), tick=False):
        large.forget_large()
    assert not default_storage.exists(name)
    assert not LargeCopy.objects.exists()
