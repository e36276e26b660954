"""The doctor finds what is wrong, each thing on its own, and nothing where all is well."""

from __future__ import annotations

import datetime as dt
import io
import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from opora.core.actor import System
from opora.core.health import Level
from opora.core.models import Beat, Job, JobState
from opora.documents.models import Document
from opora.journal.actions import record
from opora.journal.models import Entry
from opora.site.operations.commands import doctor
from opora.site.operations.doctor import examine
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def healthy(settings: LazySettings, tmp_path: Path, region: factories.Region) -> None:
    """Workers beat, the journal has an entry, the folders are there."""
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.DATA, settings.MEDIA_ROOT = tmp_path, str(tmp_path / "files")
    (tmp_path / "files").mkdir()
    for queue in ("default", "bulk"):
        Beat.objects.create(queue=queue, at=timezone.now())
    record("test.done", "сделал(а)", by=System(), on=region.authority)


def found(level: Level) -> list[str]:
    return [f"{one.subject}: {one.text}" for one in examine() if one.level is level]


def test_all_is_well() -> None:
    out = io.StringIO()
    assert doctor(out) == 0, out.getvalue()
    assert "Всё в порядке." in out.getvalue()
    assert "Журнал: цепь цела, записей 1" in out.getvalue()


def test_a_silent_worker_is_found() -> None:
    Beat.objects.filter(queue="bulk").update(at=timezone.now() - dt.timedelta(minutes=10))
    Beat.objects.filter(queue="default").delete()
    assert [one.split(":")[0] for one in found(Level.ERROR)] == ["Обработчик «default»", "Обработчик «bulk»"]


def test_work_that_waits_or_failed_is_found() -> None:
    now = timezone.now()
    Job.objects.create(key="a", name="Рассылка", queue="bulk", actor_id="x", function="f")
    Job.objects.update(created_at=now - dt.timedelta(hours=1))
    Job.objects.create(
        key="b",
        name="Чтение",
        queue="bulk",
        actor_id="x",
        function="f",
        state=JobState.FAILED,
        finished_at=timezone.now(),
    )
    assert found(Level.WARNING) == [
        "Фоновые работы: ждут дольше 15 минут: 1",
        "Фоновые работы: не удались за сутки: 1 (Чтение)",
    ]


def test_an_altered_journal_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = Entry.objects.get()
    monkeypatch.setattr("opora.journal.verify.seal", lambda entry, before: "0" * 64)
    assert [one for one in found(Level.ERROR) if str(sealed.number) in one and one.startswith("Журнал")]


def test_files_without_rows_and_rows_without_files_are_found(region: factories.Region) -> None:
    document = Document.objects.create(organisation=region.authority, title="Письмо")
    document.file.save("письмо.docx", ContentFile(b"x"))
    name = document.file.name
    default_storage.save("evidence/left", ContentFile(b"y"))
    assert found(Level.WARNING) == ["Файлы: без записи в базе: 1 (evidence/left)"]
    default_storage.delete(name)
    assert found(Level.ERROR) == [f"Файлы: нет на месте: 1 ({name})"]


def test_a_full_disk_and_a_closed_folder_are_found(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage(100, 100, 1 << 20))
    assert [one for one in found(Level.ERROR) if one.startswith("Диск: свободно 0.0 ГБ")]
    settings.DATA = Path("/nowhere")
    assert "Диск: в папку /nowhere нельзя писать" in found(Level.ERROR)


def test_settings_that_are_not_safe_are_found(settings: LazySettings, tmp_path: Path) -> None:
    settings.DEBUG, settings.ALLOWED_HOSTS, settings.SESSION_COOKIE_SECURE = True, ["opora.example.org"], False
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    key = tmp_path / "keys" / "journal.key"
    key.parent.mkdir()
    key.write_text("k")
    key.chmod(0o644)
    said = "\n".join([*found(Level.ERROR), *found(Level.WARNING)])
    for word in ("отладка", "без HTTPS", "письма складываются", "читают не только владелец"):
        assert word in said


def test_pending_changes_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    migration = namedtuple("migration", "app_label name")("roadmaps", "0099_later")
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *a, **k: [(migration, False)])
    assert "База данных: не применены изменения: roadmaps.0099_later" in found(Level.ERROR)


def test_counts_that_are_wrong_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "opora.roadmaps.tallies._told", lambda: [(1, "0" * 8, "0" * 8, 1, 1, 1, None, False, "sent", 5)]
    )
    assert [one for one in found(Level.ERROR) if one.startswith("Счётчики поручений: не сходятся с поручениями: 1")]
