"""Who took the copy: on the page «Проверить копию» and by `opora trace`."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.core.actor import Denied
from opora.core.marks import marks_in, new_mark, shown
from opora.exports.actions import release
from opora.exports.commands import trace
from opora.exports.models import Copy
from opora.journal.models import Entry
from opora.journal.verify import verify
from tests import factories
from tests.factories import Region

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(region: Region) -> User:
    return region.user("regional_coordinator")


def taken(region: Region, by: User, *, confidential: bool = False, original: bool = False, kind: str = "txt") -> bytes:
    return release(
        by=by, name="Список", kind=kind, content=b"Text", on=region.schools[0], path=region.schools[0].path,
        confidential=confidential, original=original,
    ).content  # fmt: skip


def asked(path: Path, by: User, *codes: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return trace([path], codes, by=by, out=out, err=err), out.getvalue(), err.getvalue()


def test_a_leaked_file_names_who_took_it(region: Region, coordinator: User, tmp_path: Path) -> None:
    leaker = region.user("municipal_coordinator")
    file = tmp_path / "leaked.txt"
    file.write_bytes(taken(region, leaker).replace(b"Text", b"Another text"))
    status, out, _ = asked(file, coordinator)
    copy = Copy.objects.get()
    assert status == 0
    assert leaker.label in out
    assert shown(copy.mark) in out
    assert f"журнала № {copy.entry}" in out
    assert "Список.txt" in out
    entry = Entry.objects.get(code="exports.traced")
    assert entry.actor_id == coordinator.actor_id
    assert shown(copy.mark) in entry.text
    assert verify() == []


def test_an_original_without_a_mark_is_known_by_its_bytes(region: Region, coordinator: User, tmp_path: Path) -> None:
    leaker, other = region.user("municipal_coordinator"), region.user("methodist")
    file = tmp_path / "photo.bin"
    file.write_bytes(taken(region, leaker, original=True, kind="bin"))
    taken(region, other, original=True, kind="bin")
    status, out, _ = asked(file, coordinator)
    assert status == 0
    assert leaker.label in out  # everybody who took the same original
    assert other.label in out


def test_what_nobody_took_is_not_found(coordinator: User, tmp_path: Path) -> None:
    file = tmp_path / "other.txt"
    file.write_text("Text", encoding="utf-8")
    assert asked(file, coordinator)[0] == 1
    file.write_text(f"Копия № {shown(new_mark())}", encoding="utf-8")
    assert asked(file, coordinator)[0] == 1


def test_what_cannot_be_read_is_said(coordinator: User, tmp_path: Path) -> None:
    file = tmp_path / "broken.pdf"
    file.write_bytes(b"%PDF-1.7 broken")
    status, _, err = asked(file, coordinator)
    assert (status, "повреждён" in err) == (2, True)
    assert asked(tmp_path / "absent", coordinator)[0] == 2
    assert trace([], ["КП-7F3K"], by=coordinator, out=io.StringIO(), err=io.StringIO()) == 2
    assert trace([], [], by=coordinator, out=io.StringIO(), err=io.StringIO()) == 2


def test_others_may_not_trace(region: Region, tmp_path: Path) -> None:
    for role in ("municipal_coordinator", "school_head", "observer", "curator"):
        with pytest.raises(Denied):
            asked(tmp_path, region.user(role))


def test_the_administrator_does_not_learn_of_confidential_copies(region: Region, tmp_path: Path) -> None:
    administrator, leaker = region.user("administrator"), region.user("municipal_coordinator")
    file = tmp_path / "leaked.txt"
    file.write_bytes(taken(region, leaker, confidential=True))
    status, out, _ = asked(file, administrator)
    assert status == 1
    assert leaker.label not in out
    file.write_bytes(taken(region, leaker))
    assert asked(file, administrator)[0] == 0


def test_the_page_answers_for_a_file_and_for_a_code(region: Region, coordinator: User, client: Client) -> None:
    leaker = region.user("municipal_coordinator")
    client.force_login(leaker)
    content, url = taken(region, leaker), reverse("exports:check")
    client.force_login(coordinator)
    copy = Copy.objects.get()
    for data in (
        {"file": SimpleUploadedFile("x.txt", content)},
        {"code": shown(copy.mark).lower()},
        {"code": copy.mark},
    ):
        answer = client.post(url, data)
        assert answer.status_code == 200
        assert leaker.label in answer.content.decode()
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"code": "КП-7F3K-9A4M"}).status_code == 422
    assert client.post(url, {"file": SimpleUploadedFile("x.pdf", b"%PDF-1.7 x")}).status_code == 422
    assert "Ничего не найдено" in client.post(url, {"code": shown(new_mark())}).content.decode()


def test_a_printed_page_tells_who_and_in_which_hour(region: Region, coordinator: User, client: Client) -> None:
    reader, elsewhere = region.user("school_head"), factories.region("Дальняя область").user("regional_coordinator")
    client.force_login(reader)
    out = io.StringIO()
    with time_machine.travel(timezone.now().replace(minute=5) + dt.timedelta(days=2), tick=False):
        client.force_login(reader)
        page, now = client.get("/").content.decode(), timezone.localtime()
        (mark,) = marks_in(page)
        assert trace([], [shown(mark)], by=coordinator, out=out, err=io.StringIO()) == 0
        assert trace([], [shown(mark)], by=elsewhere, out=io.StringIO(), err=io.StringIO()) == 1
    assert f"Копия № {shown(mark)}: {reader.label}" in page
    assert Copy.objects.count() == 0  # reading writes nothing
    assert reader.label in out.getvalue()
    assert f"{now:%d.%m.%Y}, в {now:%H}-м часу" in out.getvalue()


def test_the_address_of_the_network_is_kept(region: Region, coordinator: User, client: Client) -> None:
    client.force_login(coordinator)
    client.get(reverse("journal:entries"), {"to": "csv"}, REMOTE_ADDR="10.1.2.3")
    assert Copy.objects.get().address == "10.1.2.3"
