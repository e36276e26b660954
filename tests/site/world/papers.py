"""Documents, letters and drafts, open and secret."""

from __future__ import annotations

import datetime as dt

import typst
from django.core.files.base import ContentFile
from django.utils import timezone

from opora import deadlines
from opora.access.models import User
from opora.core.clock import today
from opora.core.models import Job
from opora.core.tasks.running import run_job
from opora.decrees.model import Activity, Decree, RoadMap, Section, Source
from opora.decrees.reading.responsible import read_responsible
from opora.documents import actions as documents
from opora.documents.actions import drafts, letters, templates
from opora.documents.letters.shipped import shipped
from opora.documents.models import (
    Document,
    DocumentState,
    Draft,
    FactKind,
    Letter,
    LetterKind,
)
from opora.documents.printing import Heading, Printed, render
from opora.lists.models import Twin
from opora.lists.twin.making import Choices
from opora.registry.models import Organisation
from opora.roadmaps import models
from opora.roadmaps.actions import building
from tests.site.world.objects import World

LETTER = """МИНИСТЕРСТВО ОБРАЗОВАНИЯ
ПРИКАЗ
от 1 сентября 2026 года № 15
О поддержке школ {word}
ПРИКАЗЫВАЮ:
1. Утвердить план согласно приложению.
Министр\tА.А. Иванова

Приложение
План мероприятий на 2026/27 учебный год
№ п/п\tМероприятие\tСрок\tОтветственные
1\tПровести семинар для учителей\tдо 1 октября 2027\tМОУО
2\tСобрать предложения школ\tдо 1 декабря 2027\tМОУО
"""


def _read() -> None:
    for job in Job.objects.filter(state="queued", function__contains="documents"):
        run_job.func(job.public_id)


def _uploaded(world: World, name: str, content: bytes) -> Document:
    by, at = world.coordinator, world.region.authority
    file = ContentFile(content, name)
    found = documents.upload(by=by, organisation=at, file=file, name=name)
    _read()
    found.refresh_from_db()
    return found


def _approved(world: World, by: User, title: str, *, at: object = None, confidential: bool = False) -> Document:
    return Document.objects.create(
        organisation=at or world.region.authority,
        kind="directive",
        number=f"{world.number}-{title}",
        date=today(),
        title=title,
        issuer="Министерство",
        state=DocumentState.APPROVED,
        confidential=confidential,
        approved_at=timezone.now(),
        approved_by=by,
    )


def decree(title: str, *rows: tuple[str, ...]) -> Decree:
    """A plan of (text, who), due a year from now, or of (text, who, deadline)."""
    day = today() + dt.timedelta(days=365)
    due = f"до {day:%d.%m.%Y}"
    activities = [
        Activity(str(n), text, deadlines.read((*rest, due)[0], today()), read_responsible([who]), Source(line=n), 0.98)
        for n, (text, who, *rest) in enumerate(rows, 1)
    ]
    return Decree("directive", "77-р", today(), title, roadmaps=[RoadMap(title, None, None, [Section("", activities)])])


def add_documents(world: World) -> None:
    by, region = world.coordinator, world.region
    world.draft = _uploaded(world, f"{world.word('Файл-сигма')}.txt", LETTER.format(word=world.word("Сигма")).encode())
    world.scan = _uploaded(world, "скан.pdf", typst.compile(b"Orders"))
    world.local_draft = documents.create_by_hand(
        by=world.municipal, organisation=region.municipalities[0], kind="plan", title=f"План {world.word('Дельта')}"
    )
    documents.add_fact(
        world.local_draft, by=world.municipal, kind=FactKind.CLAUSE, fields={"number": "1", "text": "Провести"}
    )
    world.open_document = _approved(world, by, world.word("Альфа"))
    listed = "Школы с низкими образовательными результатами"
    rows: list[tuple[str, ...]] = [
        *[("Назначить", "МОУО"), (f"Программа {world.word('Ро')}", listed), ("Вести мониторинг", "МОУО, ОО")],
        ("Разобрать", "МОУО", "в течение 10 рабочих дней со дня получения письма"),
        ("Помочь", "МОУО", "в течение 5 рабочих дней со дня обращения"),
        ("Посетить", "МОУО", "по отдельному графику"),
    ]
    building.build(world.open_document, decree(f"План {world.word('Альфа')}", *rows), by)
    world.secret_document = _approved(world, by, world.word("Омега"), confidential=True)
    rows = [("Назначить кураторов", "МОУО")]
    building.build(world.secret_document, decree(f"План {world.word('Омега')}", *rows), by)
    world.twin = Twin.objects.create(
        original=world.secret_document, document=_public(world, by), choices=Choices().as_json()
    )
    local = _approved(world, world.municipal, "План района", at=region.municipalities[0])
    building.build(local, decree(f"План {world.word('Каппа')}", ("Собрать отчёты", "ОО")), world.municipal)
    maps = models.RoadMap.objects.select_related("organisation", "document")
    world.sent = maps.get(document=world.open_document)
    world.secret_map = maps.get(document=world.secret_document)
    world.prepared = maps.get(document=local)
    models.RoadMap.objects.filter(pk=world.prepared.pk).update(parent=world.sent)
    models.Derivation.objects.create(document=world.local_draft, parent=world.sent)


def _public(world: World, by: User) -> Document:
    """The open twin of the confidential document."""
    found = _approved(world, by, "Приказ об одной школе")
    found.file_name = "Приказ (открытая версия).docx"
    found.file.save(found.file_name, ContentFile(render(Printed(Heading(), lead=["Текст"]), "docx")))
    return found


def add_letters(world: World) -> None:
    """A letter to the first municipality, a secret one to the listed school, both sent; a draft; a template."""
    by, region, kind = world.coordinator, world.region, LetterKind.SUMMARY
    world.template = templates.replace_template(
        by=by, organisation=region.authority, kind=kind, content=shipped(kind), name=f"{world.word('Шаблон')}.docx"
    )

    def write(title: str, to: Organisation, *, confidential: bool = False, batch: str = "") -> Letter:
        rows = {"rows": [{"name": f"Строка {title}"}]}
        return letters.write(
            by=by,
            organisation=region.authority,
            kind=kind,
            title=title,
            content=rows,
            addressee=to,
            confidential=confidential,
            batch=batch,
        )

    municipality, school = region.municipalities[0], region.schools[0]
    world.letter_draft = write(world.word("Письмо-а"), municipality)
    open_letter = write(world.word("Письмо-б"), municipality, batch=f"batch{world.number}")
    secret = write(world.word("Письмо-в"), school, confidential=True, batch=f"batch{world.number}")
    world.letter, world.secret_letter = (letters.register(one, by=by) for one in (open_letter, secret))
    for one in (world.letter, world.secret_letter):
        letters.send(one, by=by)


def add_drafts(world: World) -> None:
    """Drafts of the authority: one before the municipality for its visa, one nobody was asked about, a secret one."""
    by, region = world.coordinator, world.region

    def start(title: str, *, confidential: bool = False) -> Draft:
        file = ContentFile(LETTER.format(word=title).encode(), name="проект.txt")
        return drafts.start_draft(
            by=by,
            organisation=region.authority,
            kind="order",
            title=title,
            file=file,
            name="проект.txt",
            confidential=confidential,
        )

    world.project, world.own_project = start(world.word("Проект-а")), start(world.word("Проект-б"))
    world.secret_project = start(world.word("Проект-в"), confidential=True)
    drafts.send_to_visas(world.project, by=by, asked=[drafts.Asked(1, region.municipalities[0])])
    _read()
    world.project.refresh_from_db()
