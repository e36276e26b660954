"""Accounts at every place, the directory, the confidential list, notices."""

from __future__ import annotations

from dataclasses import replace

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from opora.access.actions import invite
from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.clock import today
from opora.lists import actions as lists
from opora.lists import importing
from opora.lists.files import SourceRow
from opora.lists.queries import period
from opora.notices.actions import notify, open_feed
from opora.notices.models import Mail, Notice, NoticeKind
from opora.registry import actions as registry
from opora.registry.actions.imports import keep_upload
from opora.support.actions import programmes, proving, risks
from opora.support.actions.concerns import raise_concern
from opora.support.actions.sets import start_draft
from opora.support.models import Case, StepFile
from tests.site.world.objects import PLACES, World


def add_people(world: World) -> None:
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
        name=f"Шестая {_number_name(world)}",
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


def _number_name(world: World) -> str:
    return f"школа {world.number}"


def add_lists(world: World) -> None:
    by, region = world.coordinator, world.region
    year, _ = period(today())
    made = lists.create_list(by=by, territory=region.authority, school_year=year, title=world.word("Тау"))
    lists.add_school(made, by=by, organisation=region.schools[0], note=world.word("Фи"))
    world.list = lists.approve(made, by=by)
    world.step_set = start_draft(region.authority, by=by)
    world.case = Case.objects.get(school=region.schools[0])
    world.first_step = world.case.done.get()
    proof = SimpleUploadedFile(f"{world.word('Скан')}.pdf", b"%PDF-1.7 scan")
    proving.attach(world.first_step, by=by, attached=[proof])
    world.step_file = StepFile.objects.get(done=world.first_step)
    risks.score(world.case, by=by)
    risks.choose(world.case, by=by, chosen=["climate"], comments={"climate": world.word("Помеха")})
    said = world.word("Тревога")
    world.concern = raise_concern(world.case, by=by, text=said, rank=4)
    world.shared_concern = raise_concern(world.case, by=by, text=said, shared=True)
    made = programmes.start(world.case, by=by)
    aim = replace(made.read.goals[0], title=world.word("Мечта"))
    programmes.put(made, by=by, revision=made.revision, item=aim)
    made.versions.create(number=1, content=made.content, sent_at=timezone.now(), sent_by="Кто")
    world.programme_remark = programmes.say(made, by=by, key=aim.key, text="Уточните")
    world.review = made.reviews.create(expert=by, version=0)
    world.list_draft = lists.create_list(
        by=by, territory=region.authority, school_year=year + 1, title=world.word("Ипсилон")
    )
    lists.add_school(world.list_draft, by=by, organisation=region.schools[1])
    rows = [SourceRow(1, region.schools[2].short_name, "", "")]
    world.list_import = importing.keep(world.list_draft, by=by, rows=rows)


def add_notices(world: World) -> None:
    by, text = world.coordinator, f"Проверьте {world.word('Йота')}."
    notify([by], kind=NoticeKind.DECISION, text=text, url="/assignments/", on=by, key="iota")
    world.notice = Notice.objects.get(user=by, key="iota")
    failed = {"state": "failed", "finished_at": timezone.now(), "attempts": 8, "error": "550"}
    world.mail = Mail.objects.create(user=world.account, **failed)
    world.token = open_feed(world.municipal)
