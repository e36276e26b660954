"""What happens in two worlds: in one of them a second school is listed, and all that comes of it; then both go on."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opora.access.actions import invite
from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.clock import today
from opora.development.actions import studies
from opora.documents import actions as documents
from opora.documents.actions import drafts, letters, visas
from opora.documents.models import Document, Draft, Letter, LetterKind
from opora.journal.actions import record
from opora.lists import actions as lists
from opora.registry.models import Organisation
from opora.roadmaps.actions import building, deriving, sending, working
from opora.roadmaps.actions.working import Attachment
from opora.roadmaps.models import Assignment, ChangeRun, Evidence, RoadMap, RunState
from opora.roadmaps.queries import cascade
from opora.support.actions import concerns, minutes, reserve
from opora.support.models import Case
from tests.roadmaps.amended import amending, change
from tests.site import judged
from tests.site.alike import Seed
from tests.site.world import World, decree
from tests.site.world.meetings import meeting
from tests.site.world.seminars import ask_too, seminar
from tests.site.world.teachers import LISTED, studied

# The report of the secret school, its file, why it was returned; why it asked for time, what it was written.
WORDS = ("Секретова", "Файл-секрет", "Тетрадь", "Отсрочкина", "Упомянутова", "Выписка-секрет", "Проект-секрет")
WORDS += ("Тревожнова", "Заседалова", "Лекторова", *judged.WORDS)
RELATED = ("activity", "executor", "controller", "assignee", "roadmap__organisation")


STUDIED = 1_500_000  # where the numbers of the seed begin for what the first school knows in both worlds


def secret_history(
    world: World, keeper: User, second: User, beside: Organisation, *, secret: bool, seed: Seed
) -> World:
    """The list is approved anew, with or without the second school; then the rest. The world as the school sees it."""
    region, by, municipal = world.region, again(world.coordinator), again(world.municipal)
    school = region.schools[1]
    shadow = copy.copy(world)
    shadow.region = replace(region, schools=[school, region.schools[0], *region.schools[2:]])
    lists.reopen(world.list, by=by)
    if secret:
        lists.add_school(world.list, by=by, organisation=school, note="Тетрадь примечаний")
    lists.approve(world.list, by=by)
    shadow.loading = judged.loaded(world, by)
    shadow.part = shadow.loading.parts.get()
    seed.restart(STUDIED)
    shadow.secret_study = studied(world, region.authority, "Работа школ списка", LISTED)
    sending.send(_roadmap(world.sent), by=by)
    visitors = [Client() for _ in range(3)]
    for client, user in zip(visitors, (by, municipal, again(world.users["beside", "school_head"])), strict=True):
        client.force_login(user)  # when somebody was there last is known to administrators
    if secret:
        shadow.listed_work = work = Assignment.objects.select_related(*RELATED).get(executor=school, via_list=True)
        shadow.case = Case.objects.get(school=school)
        shadow.first_step = shadow.case.done.get()
        _alarmed(shadow)
        reserve.appoint(
            world.near_candidate, by=by, kind="mentor", school=school, since=today(), document_text=WORDS[7]
        )
        _put_off(shadow, work)
        _reported(shadow, work)
        shadow.secret_study_school = row = shadow.secret_study.schools.get(school=school)
        head = again(world.users["beside", "school_head"])
        studies.enter(row, by=head, counts={5: [1, 2, 3, 4, 0]})
        shadow.secret_meeting = meeting(shadow, WORDS[8], True)
        minutes.approve(shadow.secret_meeting, by=again(world.coordinator))
        shadow.secret_seminar = seminar(shadow, WORDS[9], secret=True)
    ask_too(world.secret_seminar, by, [school] if secret else [])
    if secret:
        shadow.secret_letter = [_letter(shadow, kind) for kind in (LetterKind.REMINDER, LetterKind.EXTRACT)][-1]
        shadow.secret_project = _agreed(shadow)
        lists.entrust(by=by, curator=again(keeper), schools=[school])
        _visited(shadow, visitors)
        head = again(world.users["beside", "school_head"])
        judged.judged(shadow, beside, by, again(second), head, visitors)
    return shadow


def _alarmed(world: World) -> None:
    """One concern goes up to the region and is checked, another is addressed to the school and over."""
    by, municipal, said = again(world.coordinator), again(world.municipal), f"Встревожена {WORDS[7]}"
    world.concern = concerns.raise_concern(world.case, by=municipal, text=said)
    world.concern = concerns.put(world.concern, by=by, rank=4, reason=said)
    concerns.tick(world.concern, by=by, item="order", note=said)
    world.shared_concern = concerns.raise_concern(world.case, by=municipal, text=said, shared=True)
    concerns.decide(world.shared_concern, by=by, text=said)


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def _roadmap(one: RoadMap) -> RoadMap:
    return RoadMap.objects.select_related("organisation", "document").get(pk=one.pk)


def _put_off(world: World, work: Assignment) -> None:
    """Time asked for and granted, asked for and refused; given to one of the staff; talked over."""
    head, staff = (again(world.users["beside", role]) for role in ("school_head", "school_staff"))
    municipal = again(world.municipal)
    due = work.due or today()
    working.start(work, by=head)
    asked = working.ask(work, by=head, due=due + dt.timedelta(days=20), reason=f"Болеет {WORDS[3]}")
    working.grant(asked, by=municipal, comment=f"{WORDS[3]} поправится")
    world.listed_request = working.ask(work, by=head, due=due + dt.timedelta(days=60), reason=f"Ещё болеет {WORDS[3]}")
    working.refuse(world.listed_request, by=municipal, comment="Довольно")
    working.delegate(work, by=head, to=staff, note=f"Подготовит {WORDS[0]}")
    working.comment(work, by=head, text=f"@{working.handle(municipal)} и @{working.handle(staff)}, спросит {WORDS[4]}")
    world.listed_comment = working.comment(work, by=municipal, text=f"Ответит @{working.handle(head)} {WORDS[4]}")


def _reported(world: World, work: Assignment) -> None:
    """Reported twice, returned between."""
    head, municipal = again(world.users["beside", "school_head"]), again(world.municipal)
    for number, name in enumerate(WORDS[:2]):
        file = ContentFile(b"%PDF-1.7 proof", name=f"{WORDS[1]}{number}.pdf")
        proof = Attachment(f"{WORDS[1]}{number}.pdf", file)
        working.save_draft(work, by=head, text=f"Готовит {name}", attachments=[proof])
        working.submit(work, by=head, text=f"Сдала {name}")
        if not number:
            working.give_back(work, by=municipal, comment=f"{WORDS[2]}: переделать")
    world.listed_proof = Evidence.objects.filter(report__assignment=work).latest("pk")


def _letter(world: World, kind: LetterKind) -> Letter:
    """A secret letter to the school, numbered and sent."""
    by, school = again(world.coordinator), world.region.schools[0]
    rows = {"rows": [{"name": f"Строка {WORDS[5]}"}]}
    made = letters.write(
        by=by,
        organisation=world.region.authority,
        kind=kind,
        title=WORDS[5],
        content=rows,
        addressee=school,
        confidential=True,
    )
    made = letters.register(made, by=by)
    letters.send(made, by=by)
    return made


def _draft(world: World, title: str, asked: Organisation, *, confidential: bool) -> Draft:
    by, file = again(world.coordinator), ContentFile(f"ПРИКАЗ\nО школе {title}".encode(), name="проект.txt")
    made = drafts.start_draft(
        by=by,
        organisation=world.region.authority,
        kind="order",
        title=title,
        file=file,
        name="проект.txt",
        confidential=confidential,
    )
    return drafts.send_to_visas(made, by=by, asked=[drafts.Asked(1, asked)])


def _agreed(world: World) -> Draft:
    """A secret draft with a visa asked for and given with remarks."""
    made = _draft(world, WORDS[6], world.region.authority, confidential=True)
    visas.decide(made.visas.get(), by=again(world.coordinator), act="remarks", comment=f"Школа не та: {WORDS[6]}")
    made.refresh_from_db()
    return made


def _visited(world: World, visitors: list[Client]) -> None:
    """Looked for, opened and copied by those who may."""
    school = world.region.schools[0]
    for client in visitors:
        for url in (
            f"/search/?q={school.short_name}",
            f"/search/?q={WORDS[0]}",
            reverse("roadmaps:assignment", args=[world.listed_work.public_id]),
            reverse("lists:school", args=[school.public_id]),
            reverse("lists:list", args=[world.list.public_id]) + "?to=xlsx",
            reverse("roadmaps:assignments") + "?to=csv",
            reverse("documents:letter_copy", args=[world.secret_letter.public_id, "docx"]),
            reverse("documents:draft", args=[world.secret_project.public_id]),
        ):
            client.get(url)


def common_history(world: World, users: Iterable[User | None]) -> None:
    """What goes on in both worlds: rows, numbers and entries that come after the secret ones."""
    region, by = world.region, again(world.coordinator)
    document = Document.objects.create(
        organisation=region.authority,
        kind="order",
        number="Общий",
        date=timezone.localdate(),
        title="Общий приказ",
        issuer="Министерство",
        state="approved",
        approved_at=timezone.now(),
        approved_by=by,
    )
    mixed = "Школы с низкими образовательными результатами, ОО"
    rows = [("Общее дело", "МОУО, ОО, ИРО, методические службы"), ("Смешанное дело", mixed)]
    building.build(document, decree("Общий план", *rows), by)
    roadmap = RoadMap.objects.select_related("organisation", "document").get(document=document)
    sending.send(roadmap, by=by)
    shared = Assignment.objects.filter(roadmap=roadmap, activity__number="1").select_related(*RELATED)
    for place, role in (("inside", "school_head"), ("near", "school_head"), ("beside", "school_head")):
        head = again(world.users[place, role])
        work = shared.get(executor=head.active_memberships[0].organisation)
        working.submit(work, by=head, text="Общий отчёт")
    working.accept(shared.get(executor=region.schools[0]), by=by)
    invite(by=by, organisation=region.schools[3], role=RoleCode.SCHOOL_STAFF, display_name="Общая Анна")
    _below(world)
    _amended(world)
    _draft(world, "Общий проект", region.municipalities[1], confidential=False)
    for user in filter(None, users):
        record("test.done", "сделал(а) своё", by=again(user), on=document, path=region.authority.path)


def _below(world: World) -> None:
    """The municipality derives its own road map, the row for listed schools included, and sends it."""
    by, place, parent = again(world.municipal), world.region.municipalities[0], _roadmap(world.sent)
    rows = [one for one in cascade.concerning(parent, place, by) if one.number in ("2", "3")]
    assert len(rows) == 2
    draft = deriving.derive(parent, by=by, organisation=place, kind="plan", title="План ниже", activities=rows)
    documents.approve(draft, by=by)
    sending.send(RoadMap.objects.select_related("organisation", "document").get(document=draft), by=by)


def _amended(world: World) -> None:
    """A document moves the day of the row for listed schools: their work and the road map below follow."""
    by, sent = again(world.coordinator), _roadmap(world.sent)
    ChangeRun.objects.filter(pk=world.run.pk).update(state=RunState.DONE, finished_at=timezone.now())
    later = today() + dt.timedelta(days=500)
    row = change("replace", "2", column="deadline", new=f"до {later:%d.%m.%Y}")
    document = amending(sent.document, by, row, date=today(), number="500-р")
    documents.approve(document, by=by)
