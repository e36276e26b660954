"""Files with results as regions get them, for the schools of the test region."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.assessments.actions import taking, uploading
from opora.assessments.actions.matching import accept_all
from opora.assessments.models import Loading
from opora.core.models import Job
from opora.core.tasks.running import run_job
from tests import factories

CODES = ("edu520001", "edu520002", "edu520003", "edu520004")
HEAD = ("Год", "Процедура", "Предмет", "Класс", "Код ОО", "Код участника", "Отметка")


@pytest.fixture
def coded(region: factories.Region) -> factories.Region:
    """The region whose schools have the codes of the federal system."""
    for school, code in zip(region.schools, CODES, strict=True):
        school.code = code
        school.pupils = 100
        school.save()
    return region


@pytest.fixture
def coordinator(coded: factories.Region) -> User:
    return coded.user(RoleCode.REGIONAL_COORDINATOR)


def table(rows: Sequence[Sequence[object]], head: Sequence[str] = HEAD) -> bytes:
    """A csv as Russian spreadsheet programs save it."""
    lines = [";".join(map(str, row)) for row in (head, *rows)]
    return ("\r\n".join(lines) + "\r\n").encode("cp1251")


def marks(code: str, text: str, *, year: int = 2025, subject: str = "математика", grade: int = 5) -> list[list[object]]:
    """A row for each mark of «22345»; «-» is an absent pupil."""
    rows = []
    for number, mark in enumerate(text, start=1):
        shown = "отсутствовал" if mark == "-" else mark
        rows.append([year, "ВПР", subject, grade, code, f"{grade}А/{number}", shown])
    return rows


def file(content: bytes, name: str) -> tuple[ContentFile[bytes], str]:
    return ContentFile(content, name=name), name


def work() -> None:
    """What waits in the background."""
    for job in Job.objects.filter(state="queued").order_by("pk"):
        run_job.func(job.public_id)


def load(by: User, region: factories.Region, *files: tuple[bytes, str]) -> Loading:
    """Upload and read."""
    made = uploading.upload(by=by, territory=region.authority, files=[file(*one) for one in files])
    work()
    made.refresh_from_db()
    return made


def taken(by: User, region: factories.Region, *files: tuple[bytes, str]) -> Loading:
    """Upload, read, say yes to every school, take."""
    made = load(by, region, *files)
    accept_all(made, by=by)
    taking.take(made, by=by)
    work()
    made.refresh_from_db()
    return made


def content_of(path: Path) -> bytes:
    return path.read_bytes()


def zipped(*files: tuple[bytes, str]) -> bytes:
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for content, name in files:
            archive.writestr(name, content)
    return buffer.getvalue()
