"""Documents of the demo, uploaded and read at once."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest
from django.core.files.base import ContentFile

import opora
from opora.access.models import User
from opora.core.models import Job
from opora.core.tasks.running import run_job
from opora.documents.actions import upload
from opora.documents.models import Document
from opora.registry.models import Organisation
from tests.factories import Region

DEMO = Path(opora.__file__).parent / "site" / "demo" / "documents"
TEXT = """МИНИСТЕРСТВО ОБРАЗОВАНИЯ ОЗЁРНОЙ ОБЛАСТИ
ПРИКАЗ
от 1 сентября 2026 года № 15
О поддержке школ
ПРИКАЗЫВАЮ:
1. Утвердить план согласно приложению.
2. Контроль за исполнением приказа оставляю за собой.
Министр\tА.А. Иванова

Приложение
План мероприятий на 2026/27 учебный год
№ п/п\tМероприятие\tСрок\tОтветственные
1\tПровести семинар для учителей\tдо 1 октября 2026\tМОУО
2\tПодготовить отчёт о результатах\tкогда-нибудь\tИнститут
3\tСобрать предложения школ\tдо 1 декабря 2026\tМОУО
"""


class Reading(Protocol):
    def __call__(self, content: bytes | str | Path, name: str = "", **values: object) -> Document: ...


@pytest.fixture
def coordinator(region: Region) -> User:
    return region.user("regional_coordinator")


def work() -> None:
    """What a worker does: the jobs that wait."""
    for job in Job.objects.filter(state="queued"):
        run_job.func(job.public_id)


@pytest.fixture
def reading(region: Region, coordinator: User) -> Reading:
    """Upload a file (a text, bytes, or one of the demo by its path) and read it."""

    def read(content: bytes | str | Path, name: str = "приказ.txt", **values: object) -> Document:
        if isinstance(content, Path):
            name, content = content.name, content.read_bytes()
        data = content.encode() if isinstance(content, str) else content
        organisation = values.pop("organisation", region.authority)
        by = values.pop("by", coordinator)
        assert isinstance(organisation, Organisation)
        assert isinstance(by, User)
        confidential = bool(values.pop("confidential", False))
        file = ContentFile(data, name)
        document = upload(by=by, organisation=organisation, file=file, name=name, confidential=confidential)
        work()
        document.refresh_from_db()
        return document

    return read


@pytest.fixture
def directive(reading: Reading) -> Document:
    return reading(DEMO / "directive.docx")


@pytest.fixture
def order(reading: Reading) -> Document:
    return reading(TEXT)
