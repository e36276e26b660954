"""A region with something of everything, each thing named by a word that must not leak to those who may not know it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import typst
from django.core.files.base import ContentFile
from django.utils import timezone

from opora import deadlines
from opora.access.actions import invite
from opora.access.models import Invitation, Membership, User
from opora.access.roles import RoleCode
from opora.assessments.models import LoadedFile, Loading, LoadingState, Part, Scale, SchoolMatch
from opora.core.clock import today
from opora.core.models import Job
from opora.core.tasks.queue import enqueue
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
    Fact,
    FactKind,
    Letter,
    LetterKind,
    LetterTemplate,
)
from opora.documents.printing import Heading, Printed, render
from opora.lists import actions as lists
from opora.lists import importing
from opora.lists.files import SourceRow
from opora.lists.models import Entrustment, ListImport, SchoolList, Twin
from opora.lists.twin.making import Choices
from opora.notices.actions import notify, open_feed
from opora.notices.models import Mail, Notice, NoticeKind
from opora.registry import actions as registry
from opora.registry.actions.imports import keep_upload
from opora.registry.models import Alias, Body, Organisation, Person, Post, Upload
from opora.roadmaps import models
from opora.roadmaps.actions import building, sending, working
from opora.roadmaps.actions.dating import events
from opora.roadmaps.actions.working import Attachment
from opora.roadmaps.models import Assignment, Comment, Evidence, MassDecision, Postponement
from opora.ui.models import SavedFilter
from opora.ui.saved import save_filter
from tests import factories
from tests.site.identified import Identified, identified

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

# Who stands where: «inside» at the first municipality and its first school, «beside» at the second school of the same
# municipality, «near» at the other municipality, «far» in another region.
PLACES = {
    "inside": tuple(RoleCode.values),
    "beside": ("school_head", "school_staff", "curator"),
    "near": ("municipal_coordinator", "methodist", "school_head", "school_staff", "curator"),
    "far": tuple(RoleCode.values),
}
SHORT = {
    "rc": "regional_coordinator",
    "rs": "regional_specialist",
    "mc": "municipal_coordinator",
    "me": "methodist",
    "sh": "school_head",
    "ss": "school_staff",
    "cu": "curator",
    "ob": "observer",
    "ad": "administrator",
}


def decree(title: str, *rows: tuple[str, ...]) -> Decree:
    """A plan of (text, who), due a year from now, or of (text, who, deadline)."""
    day = today() + dt.timedelta(days=365)
    due = f"до {day:%d.%m.%Y}"
    activities = [
        Activity(str(n), text, deadlines.read((*rest, due)[0], today()), read_responsible([who]), Source(line=n), 0.98)
        for n, (text, who, *rest) in enumerate(rows, 1)
    ]
    return Decree("directive", "77-р", today(), title, roadmaps=[RoadMap(title, None, None, [Section("", activities)])])


@dataclass
class World:
    """Objects of one region; `word` marks a name as that of this region."""

    number: int
    region: factories.Region
    users: dict[tuple[str, str], User] = field(default_factory=dict)
    job: Job = field(init=False)
    open_document: Document = field(init=False)
    secret_document: Document = field(init=False)
    draft: Document = field(init=False)
    local_draft: Document = field(init=False)
    scan: Document = field(init=False)
    sent: models.RoadMap = field(init=False)
    secret_map: models.RoadMap = field(init=False)
    prepared: models.RoadMap = field(init=False)
    listed_work: Assignment = field(init=False)
    work: Assignment = field(init=False)
    begun: Assignment = field(init=False)
    secret_work: Assignment = field(init=False)
    listed_proof: Evidence = field(init=False)
    listed_comment: Comment = field(init=False)
    comment: Comment = field(init=False)
    listed_request: Postponement = field(init=False)
    mass_decision: MassDecision = field(init=False)
    proof: Evidence = field(init=False)
    draft_proof: Evidence = field(init=False)
    twin: Twin = field(init=False)
    list: SchoolList = field(init=False)
    list_draft: SchoolList = field(init=False)
    list_import: ListImport = field(init=False)
    person: Person = field(init=False)
    post: Post = field(init=False)
    body: Body = field(init=False)
    alias: Alias = field(init=False)
    upload: Upload = field(init=False)
    event: models.Occurrence = field(init=False)
    waiting: Assignment = field(init=False)
    date_request: models.DateRequest = field(init=False)
    saved_filter: SavedFilter = field(init=False)
    invitation: Invitation = field(init=False)
    notice: Notice = field(init=False)
    mail: Mail = field(init=False)
    token: str = ""  # of the municipal coordinator's calendar
    letter: Letter = field(init=False)
    secret_letter: Letter = field(init=False)
    letter_draft: Letter = field(init=False)
    template: LetterTemplate = field(init=False)
    project: Draft = field(init=False)
    own_project: Draft = field(init=False)
    secret_project: Draft = field(init=False)
    loading: Loading = field(init=False)
    loaded_file: LoadedFile = field(init=False)
    match: SchoolMatch = field(init=False)
    part: Part = field(init=False)
    other_part: Part = field(init=False)
    scale: Scale = field(init=False)
    identified: Identified = field(init=False)
    code: str = ""

    def word(self, name: str) -> str:
        return f"{name}{self.number}"

    def user(self, place: str, role: str) -> User:
        return self.users[place, role]

    @property
    def coordinator(self) -> User:
        return self.users["inside", "regional_coordinator"]

    @property
    def municipal(self) -> User:
        return self.users["inside", "municipal_coordinator"]

    @property
    def account(self) -> User:
        """The head of the first school, with a login that only administrators may learn."""
        return self.users["inside", "school_head"]

    @property
    def entrustment(self) -> Entrustment:
        """The first school, entrusted to its curator."""
        return Entrustment.objects.get(curator=self.users["inside", "curator"])

    @property
    def membership(self) -> Membership:
        return self.account.memberships.get()

    def fact(self, document: Document, kind: str = FactKind.ACTIVITY) -> Fact:
        found = document.facts.filter(kind=kind).first()
        assert found is not None
        return found


def build(number: int, name: str) -> World:
    world = World(number, factories.region(name))
    _people(world)
    _lists(world)
    _documents(world)
    _work(world)
    _notices(world)
    _letters(world)
    _projects(world)
    _results(world)
    world.identified = identified(world)
    world.job = enqueue(
        sending.send_in_background,
        by=world.coordinator,
        name=f"Рассылка {world.word('Бета')}",
        key=f"test:{number}",
        roadmap="",
        actor="",
    )
    return world


def _results(world: World) -> None:
    by, territory = world.coordinator, world.region.authority
    world.loading = Loading.objects.create(
        territory=territory, title=f"Результаты {world.word('Гамма')}", state=LoadingState.ASKING, loaded_by=by.label
    )
    mapping = {"columns": [{"header": "Код", "field": "school_id", "facts": {}}], "constants": {}, "signature": "s"}
    figures = dict.fromkeys(("rows", "taken", "absent", "set_aside", "totals"), 1)
    sheet = {"sheet": "", "layout": "pupils", "mapping": mapping, "facts": {}, "sources": {}, "examples": [], **figures}
    world.loaded_file = world.loading.files.create(
        file_name=f"{world.word('Гамма')}.csv", file_size=1, sha256="0" * 64, state="read", sheets=[sheet]
    )
    world.loaded_file.original.save("a.csv", ContentFile(b"1"))
    said = f"Школа {world.word('Гамма')}"
    world.match = world.loading.matches.create(
        key="?1", said=said, rows=1, organisation=world.region.schools[0], state="proposed"
    )
    world.loading.set_aside.create(file="a.csv", row=1, reason=f"Отметка {world.word('Гамма')}")
    done = Loading.objects.create(
        territory=territory,
        title="Принятые",
        state="taken",
        taken_at=timezone.now(),
        taken_by="Кто",
        loaded_by=by.label,
    )
    world.part, world.other_part = (_part(world, done, state) for state in ("current", "replaced"))
    limits = {"last_2": 1, "last_3": 2, "last_4": 3}
    world.scale = Scale.objects.create(
        territory=territory, year=2020, subject="mat", grade=5, made_by=world.word("Гамма"), **limits
    )


def _part(world: World, loading: Loading, state: str) -> Part:
    """Results of the first school, one pupil in its grade for each region's number."""
    key = {"year": 2020, "procedure": "vpr", "subject": "mat", "grade": 5 if state == "current" else 6}
    made = Part.objects.create(
        loading=loading, territory=loading.territory, **key, state=state, schools=1, accepted_at=timezone.now()
    )
    figures = {"participants": 5, "failed": 2, "marks_2": 2, "marks_3": 3}
    made.results.create(organisation=world.region.schools[0], **key, **figures, current=state == "current")
    return made


def _notices(world: World) -> None:
    by, text = world.coordinator, f"Проверьте {world.word('Йота')}."
    notify([by], kind=NoticeKind.DECISION, text=text, url="/assignments/", on=by, key="iota")
    world.notice = Notice.objects.get(user=by, key="iota")
    failed = {"state": "failed", "finished_at": timezone.now(), "attempts": 8, "error": "550"}
    world.mail = Mail.objects.create(user=world.account, **failed)
    world.token = open_feed(world.municipal)


def _people(world: World) -> None:
    region = world.region
    for role in PLACES["inside"]:
        world.users["inside", role] = region.user(role)
    for role in PLACES["beside"]:
        world.users["beside", role] = region.user(role, region.schools[1])
    there = {"municipal_coordinator": region.municipalities[1], "methodist": region.services[1]}
    for role in PLACES["near"]:
        world.users["near", role] = region.user(role, there.get(role, region.schools[2]))
    User.objects.filter(pk=world.account.pk).update(username=world.word("Пси"))
    world.account.refresh_from_db()
    world.person = registry.add_person(
        by=world.municipal,
        organisation=region.schools[0],
        title="учитель",
        last_name=world.word("Телефонова"),
        phone=f"+7 900 111-22-3{world.number}",
    )
    world.post = world.person.posts.get()
    world.body = registry.create_body(
        by=world.municipal,
        organisation=region.municipalities[0],
        name=f"Группа {world.word('Хи')}",
        members=[registry.Member("Ветрова А.Б.", "начальник отдела", "chair")],
    )
    world.alias = registry.add_alias(
        by=world.municipal,
        territory=region.municipalities[0],
        name=f"Шестая {number_name(world)}",
        organisation=region.schools[0],
    )
    content = b"\xef\xbb\xbfcode;name\r\n"
    world.upload = keep_upload(by=world.coordinator, name=f"{world.word('Эта')}.csv", content=content, digest="0" * 64)
    administrator = world.users["inside", "administrator"]
    world.invitation, world.code = invite(
        by=administrator,
        organisation=region.schools[0],
        role=RoleCode.SCHOOL_STAFF,
        display_name=f"Иванова {world.word('Дзета')}",
    )


def number_name(world: World) -> str:
    return f"школа {world.number}"


def _lists(world: World) -> None:
    by, region = world.coordinator, world.region
    day = today()
    year = day.year if day.month >= 9 else day.year - 1
    made = lists.create_list(by=by, territory=region.authority, school_year=year, title=world.word("Тау"))
    lists.add_school(made, by=by, organisation=region.schools[0], note=world.word("Фи"))
    world.list = lists.approve(made, by=by)
    world.list_draft = lists.create_list(
        by=by, territory=region.authority, school_year=year + 1, title=world.word("Ипсилон")
    )
    lists.add_school(world.list_draft, by=by, organisation=region.schools[1])
    rows = [SourceRow(1, region.schools[2].short_name, "", "")]
    world.list_import = importing.keep(world.list_draft, by=by, rows=rows)


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


def _documents(world: World) -> None:
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


def _proof(world: World, name: str) -> Attachment:
    name = f"{world.word(name)}.pdf"
    return Attachment(name, ContentFile(b"%PDF-1.7 proof", name=name))


def _work(world: World) -> None:
    region, head = world.region, world.account
    for one in (world.sent, world.secret_map):
        sending.send(one, by=world.coordinator)
        one.refresh_from_db()
    rows = Assignment.objects.select_related("activity", "executor", "controller", "roadmap__organisation")
    world.listed_work = rows.get(via_list=True, executor=region.schools[0])
    world.work = rows.get(via_list=False, executor=region.schools[0])
    world.begun = rows.get(executor=region.municipalities[0], activity__number="1", roadmap=world.sent)
    world.secret_work = rows.get(executor=region.municipalities[0], roadmap=world.secret_map)
    _dates(world)
    later = (world.listed_work.due or today()) + dt.timedelta(days=30)
    world.listed_request = working.ask(world.listed_work, by=head, due=later, reason=f"Болезнь {world.word('Зета')}")
    world.listed_comment = working.comment(world.listed_work, by=head, text=f"Спросить {world.word('Мю')}")
    world.comment = working.comment(world.work, by=head, text=f"Спросить {world.word('Эпсилон')}")
    world.mass_decision = MassDecision.objects.create(actor_id=world.municipal.actor_id, assignments=[])
    for one, name in ((world.listed_work, "Лямбда"), (world.work, "Ню")):
        text, proof = f"Сделано {world.word(name)}", _proof(world, f"Файл-{name.lower()}")
        working.submit(one, by=head, text=text, attachments=[proof])
    world.listed_proof = Evidence.objects.get(report__assignment=world.listed_work)
    world.proof = Evidence.objects.get(report__assignment=world.work)
    draft = working.save_draft(
        world.begun, by=world.municipal, text=f"Набросок {world.word('Кси')}", attachments=[_proof(world, "Файл-кси")]
    )
    world.draft_proof = draft.evidence.get()


def _dates(world: World) -> None:
    """An event that came, one that executors record themselves, and a schedule whose dates are asked for."""
    activities = models.Activity.objects.filter(roadmap=world.sent).select_related("roadmap__organisation")
    world.event = events.record_event(activities.get(number="4"), by=world.coordinator, happened=today())
    events.set_recorder(activities.get(number="5"), by=world.coordinator, executors=True)
    world.waiting = Assignment.objects.get(activity__number="5", executor=world.region.municipalities[0])
    world.saved_filter = save_filter(by=world.coordinator, table="assignments", name="Мои", query="whose=mine")
    world.date_request = models.DateRequest.objects.get(roadmap=world.sent)


def _letters(world: World) -> None:
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


def _projects(world: World) -> None:
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
