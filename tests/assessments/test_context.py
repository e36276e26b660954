"""A table of conditions: looked at, taken, taken back; what a table does not tell stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.assessments.actions import context as actions
from opora.assessments.models import ContextUpload, SchoolContext, UploadState
from opora.core.actor import Denied
from opora.core.workflow import Refused
from tests import factories
from tests.factories import Region

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> Region:
    return factories.region()


@pytest.fixture
def writer(region: Region) -> User:
    return region.user(RoleCode.REGIONAL_COORDINATOR)


def look_at(region: Region, by: User, folder: Path, *rows: str) -> ContextUpload:
    path = folder / "passport.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return actions.look_at(path, by=by, territory=region.authority, year=2025, name="passport.csv")


def told(region: Region, number: int = 0) -> tuple[object, ...] | None:
    row = SchoolContext.objects.filter(organisation=region.schools[number], year=2025).first()
    return (row.pupils, row.settlement, row.figures) if row else None


def test_what_a_table_does_not_tell_stays(region: Region, writer: User, tmp_path: Path) -> None:
    one, two, *_ = region.schools
    head = "school_id;pupils;доля детей из малообеспеченных семей;on_record"
    first = look_at(region, writer, tmp_path, head, f"{one.public_id};200;0,2;0,01", f"{two.public_id};90;0,1;")
    assert (first.new, first.changed, first.same) == (2, 0, 0)
    actions.apply(first, by=writer)
    assert told(region) == (200, None, {"low_income": 0.2, "on_record": 0.01})
    assert told(region, 1) == (90, None, {"low_income": 0.1})
    second = look_at(region, writer, tmp_path, "school_id;low_income", f"{one.public_id};0,3", f"{two.public_id};")
    assert (second.new, second.changed, second.same) == (0, 1, 1)
    actions.apply(second, by=writer)
    assert told(region) == (200, None, {"low_income": 0.3, "on_record": 0.01})
    assert told(region, 1) == (90, None, {"low_income": 0.1})


def test_an_upload_is_taken_back_the_last_first(region: Region, writer: User, tmp_path: Path) -> None:
    one = region.schools[0].public_id
    first = actions.apply(look_at(region, writer, tmp_path, "school_id;pupils", f"{one};200"), by=writer)
    second = actions.apply(look_at(region, writer, tmp_path, "school_id;pupils", f"{one};210"), by=writer)
    with pytest.raises(Refused, match="изменила другая загрузка"):
        actions.undo(first, by=writer)
    actions.undo(second, by=writer)
    assert told(region) == (200, None, {})
    actions.undo(first, by=writer)
    assert told(region) is None
    with pytest.raises(Refused, match="сейчас невозможно"):
        actions.undo(first, by=writer)


def test_a_preview_overtaken_by_another_is_not_taken(region: Region, writer: User, tmp_path: Path) -> None:
    one = region.schools[0].public_id
    early = look_at(region, writer, tmp_path, "school_id;pupils", f"{one};200")
    actions.apply(look_at(region, writer, tmp_path, "school_id;pupils", f"{one};210"), by=writer)
    with pytest.raises(Refused, match="изменила другая загрузка"):
        actions.apply(early, by=writer)
    assert told(region) == (210, None, {})


def test_only_those_who_load_results(region: Region, writer: User, tmp_path: Path) -> None:
    one = region.schools[0].public_id
    upload = look_at(region, writer, tmp_path, "school_id;pupils", f"{one};200")
    for role in (RoleCode.MUNICIPAL_COORDINATOR, RoleCode.SCHOOL_HEAD, RoleCode.OBSERVER):
        user = region.user(role)
        with pytest.raises(Denied):
            actions.apply(upload, by=user)
        assert not ContextUpload.objects.visible(user).exists()


def test_from_the_file_to_the_undo_in_the_browser(region: Region, writer: User, client: Client) -> None:
    client.force_login(writer)
    school = region.schools[0]
    content = f"school_id;pupils;цвет\n{school.public_id};240;синий\n9999;5;\n".encode()
    file = SimpleUploadedFile("паспорта.csv", content)
    answer = client.post(reverse("assessments:upload_context"), {"year": "2025", "file": file})
    assert answer.status_code == 302
    seen = client.get(answer.url).content.decode()
    assert "Пока ничего не изменилось" in seen
    assert "обучающихся: нет сведений → 240" in seen
    assert "Такой школы нет в реестре" in seen
    assert "цвет" in seen
    assert told(region) is None
    upload = ContextUpload.objects.get()
    client.post(reverse("assessments:apply_context", args=[upload.public_id]))
    assert told(region) == (240, None, {})
    assert "паспорта.csv" in client.get(reverse("assessments:contexts")).content.decode()
    client.post(reverse("assessments:undo_context", args=[upload.public_id]))
    assert told(region) is None
    upload.refresh_from_db()
    assert upload.state == UploadState.UNDONE
    nothing = SimpleUploadedFile("a.csv", b"school_id;pupils\n9999;5\n")
    refused = client.post(reverse("assessments:upload_context"), {"year": "2025", "file": nothing})
    assert refused.status_code == 422
    assert "Ни одна школа файла не найдена" in refused.content.decode()
