"""Two worlds that differ in one listed school alone, and a walk through everything that compares them byte by byte.

In both worlds the coordinator takes the list back into work, approves it again and sends the road map again; in the
world with the secret the second school stands in the list then, and it has been assigned, has reported, was returned,
reported anew, was looked for and copied. Both go on in the same way: documents, road maps, reports, invitations, copies
of all. What is asked in one world is asked in the other by the very same addresses.
"""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import io
import itertools
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from unittest import mock

import pypdfium2
import time_machine
from django.apps import apps
from django.core import mail
from django.core.files.base import ContentFile
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from opora.access.actions import invite
from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.marks import from_number
from opora.core.tasks import clock
from opora.documents.models import Document
from opora.exports import stamping
from opora.journal.actions import record
from opora.lists import actions as lists
from opora.notices.actions import open_feed
from opora.roadmaps.actions import building, sending, working
from opora.roadmaps.actions.working import Attachment
from opora.roadmaps.models import Assignment, Evidence, RoadMap
from tests.site.access_table import ALLAUTH, TABLE, TABLES
from tests.site.asking import address
from tests.site.rules import Place
from tests.site.world import World, decree

KNOW = {("inside", "regional_coordinator"), ("inside", "municipal_coordinator")}  # the second school, which is theirs
THOROUGH = {("inside", "observer"), ("near", "municipal_coordinator"), ("far", "regional_coordinator")}
KNOW |= {("beside", "school_head"), ("beside", "school_staff"), ("beside", "curator")}
LATER = dt.timedelta(minutes=1)
WORDS = ("Секретова", "Файл-секрет", "Тетрадь")  # the report of the secret school, its file, why it was returned


@dataclass(frozen=True)
class Step:
    """One request."""

    method: str
    url: str
    name: str  # of the address in the table

    def __str__(self) -> str:
        return f"{self.method} {self.url}"


@dataclass(frozen=True)
class Said:
    """Everything that an answer tells: status, headers, content; and what it asked the database."""

    status: int
    headers: str
    content: str
    letters: str
    statements: tuple[str, ...]


@dataclass
class Apart:
    """The world before anything differs."""

    world: World
    far: World
    now: dt.datetime
    feeds: dict[int, str] = field(init=False)  # the secret address of each person's calendar
    known: frozenset[str] = field(init=False)  # public ids that stand in both worlds

    def __post_init__(self) -> None:
        self.feeds = {user.pk: open_feed(user) for one in (self.world, self.far) for user in one.users.values()}
        self.known = frozenset(_public_ids())

    @contextmanager
    def lived(self, users: Iterable[User | None], *, secret: bool) -> Iterator[World]:
        """One of the two worlds, seen by the secret school: it stands where the first school stands in the table."""
        with transaction.atomic(), time_machine.travel(self.now, tick=False) as time, _no_letters():
            with TestCase.captureOnCommitCallbacks(execute=True):
                shadow = _history(self.world, secret=secret)
            time.shift(LATER)
            with TestCase.captureOnCommitCallbacks(execute=True):
                _common(self.world, users)
            time.shift(LATER)
            yield shadow
            transaction.set_rollback(True)

    def steps(self, shadow: World, who: Place, names: frozenset[str] | None = None) -> list[Step]:
        """Every address of the table, wherever the person is answered, and all of them as of the secret school.

        Pages are searched for what tells of the secret school, and taken as copies. What is written is asked of all who
        may, and of some who may not; the calendar by its secret address is that of the person himself.
        """
        thorough = who in THOROUGH
        found: dict[Step, None] = {}
        for name, rules in TABLE.items():
            if name in ALLAUTH or name == "notices:feed" or (names is not None and name not in names):
                continue
            answered = [rule for rule in rules if not rule.expected(who)]
            there = {address(name, rule, self.world): rule for rule in answered}
            secret = {address(name, rule, shadow): rule for rule in (rules if thorough else answered or rules[:1])}
            for url, rule in (secret | there).items():
                if "GET" in rule.methods:
                    found[Step("GET", url, name)] = None
                if "GET" in rule.methods and not rule.expected(who):
                    asked = self._queries(name, rule.general, shadow, thorough)
                    found |= dict.fromkeys(Step("GET", f"{url}?{query}", name) for query in asked)
            if "POST" in rules[0].methods and (answered or thorough):
                found[Step("POST", next(iter(secret)), name)] = None
        return list(found)

    def _queries(self, name: str, general: bool, shadow: World, thorough: bool) -> list[str]:
        """Copies, filters, and words of the secret school: its name, its work, report and file, its list."""
        school = shadow.region.schools[0]
        asked = [f"q={school.short_name}"] if general else []
        if name in TABLES:
            asked += ["to=csv", *(["to=xlsx", "page=2&size=100"] if thorough else [])]
        if name == "ui:search":
            own = [self.world.word(one) for one in ("Ро", "Тау", "Лямбда")]
            asked += [f"q={word}" for word in (*own, *WORDS, "12", "программа")]
        if name == "roadmaps:assignments":
            asked += [f"executor={school.public_id}", *FILTERS]
        return asked

    def walk(self, user: User | None, steps: list[Step]) -> dict[Step, Said]:
        """What is answered to each step. Whatever a request changes is taken back."""
        client = Client(raise_request_exception=False)
        if user:
            client.force_login(User.objects.get(pk=user.pk))
        feed = self.feeds.get(user.pk) if user else None
        own = [Step("GET", reverse("notices:feed", args=[feed]), "notices:feed")] if feed else []
        return {step: self._ask(client, step) for step in [*steps, *own]}

    def letters(self) -> dict[str, Said]:
        """What the clock sends in the days after, by address: digests, reminders, what is due and overdue."""
        found: dict[str, list[str]] = {}
        for day in (1, 30, 370):
            with time_machine.travel(self.now + dt.timedelta(days=day), tick=False):
                clock.tick()
        for letter in mail.outbox:
            for to in letter.to:
                found.setdefault(to, []).append(_text(letter))
        return {to: Said(0, "", "", Alike(self.known)("\n".join(texts)), ()) for to, texts in found.items()}

    def _ask(self, client: Client, step: Step) -> Said:
        statements: list[str] = []

        def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            statements.append(_SAVEPOINT.sub("savepoint", sql))
            return execute(sql, params, many, context)

        cookies, sent = dict(client.cookies), len(mail.outbox)
        marks = (from_number(number) for number in itertools.count(1_000_000))  # random ones, told by their order
        with transaction.atomic(), mock.patch.object(stamping, "new_mark", side_effect=marks):
            with connection.execute_wrapper(watch):
                response = client.get(step.url) if step.method == "GET" else client.post(step.url)
                content = b"".join(response) if response.streaming else response.content
            transaction.set_rollback(True)
        client.cookies.clear()
        client.cookies.update(cookies)
        letters = "\n".join(_text(letter) for letter in mail.outbox[sent:])
        del mail.outbox[sent:]
        alike = Alike(self.known)
        if step.name == "notices:feed" and "ETag" in response.headers:  # a digest of its events, random ids included
            response.headers["ETag"] = hashlib.sha256(Alike(self.known)(readable(content)).encode()).hexdigest()
        headers = "\n".join(f"{key}: {value}" for key, value in sorted(response.headers.items()))
        return Said(response.status_code, alike(headers), alike(readable(content)), alike(letters), tuple(statements))


FILTERS = ("state=reported", "whose=controlled", "sort=-executor", "sort=state", f"q={WORDS[0]}", "q=Ро1&to=csv")


def differences(one: Mapping[Step, Said], other: Mapping[Step, Said]) -> list[str]:
    """Every step that is not answered alike, with the first place where it differs."""
    assert list(one) == list(other)
    found = []
    for step, first in one.items():
        second = other[step]
        for what in ("status", "headers", "content", "letters", "statements"):
            here, there = getattr(first, what), getattr(second, what)
            if here != there:
                found.append(f"{step}: {what}: {_first_difference(here, there)}")
                break
    return found


def _first_difference(here: Any, there: Any) -> str:
    if isinstance(here, int):
        return f"{here} / {there}"
    place = next((n for n, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), min(len(here), len(there)))
    if isinstance(here, tuple):
        return f"{len(here)} / {len(there)} statements, {here[place : place + 1]} / {there[place : place + 1]}"
    return f"«{here[max(0, place - 60) : place + 90]}» / «{there[max(0, place - 60) : place + 90]}»"


# -- what is alike although it is not the same -----------------------------------------------------------------------

_SAVEPOINT = re.compile(r'"?s\d+_x\d+"?')
_RANDOM = re.compile(
    r"(?<![0-9a-z])(?P<id>[0-7][0-9a-hjkmnp-tv-z]{25})(?![0-9a-z])"
    r'|(?<=csrfmiddlewaretoken" value=")(?P<form>\w{64})|(?<=csrftoken=)(?P<cookie>\w{32})|(?<=sessionid=)(?P<s>\w{32})'
    r'|(?<="X-CSRFToken": ")(?P<head>\w{64})'
    r"|(?<=Date': 'D:)(?P<printed>\d{14})"  # Typst asks the clock itself
    r'|(?<=name="once" value=")(?P<once>[\w-]{22})'
)


class Alike:
    """Ids that are not in both worlds, and tokens: each is told by when it first stands in the answer."""

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known
        self._order: dict[str, int] = {}

    def __call__(self, text: str) -> str:
        return _RANDOM.sub(self._told, text)

    def _told(self, match: re.Match[str]) -> str:
        one = match[0]
        if one in self._known:
            return one
        return f"<{match.lastgroup} {self._order.setdefault(one, len(self._order) + 1)}>"


def readable(content: bytes) -> str:
    """Pages and tables byte by byte, an Office file by its parts, a PDF by its text and what it says of itself."""
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [(one.filename, archive.read(one)) for one in archive.infolist()]
        return "\n".join(f"{name}\n{part.decode('utf-8', 'replace')}" for name, part in parts)
    if content.startswith(b"%PDF"):
        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            return content.decode("utf-8", "replace")
        pages = [page.get_textpage().get_text_bounded() for page in document]
        return "\n".join([str(document.get_metadata_dict()), *pages])
    return content.decode("utf-8", "replace")


def _public_ids() -> Iterator[str]:
    for model in apps.get_models():
        if any(one.name == "public_id" for one in model._meta.fields):
            yield from model._base_manager.values_list("public_id", flat=True)


@contextmanager
def _no_letters() -> Iterator[None]:
    mail.outbox = []
    yield
    mail.outbox = []


def _text(letter: EmailMessage) -> str:
    alternatives = getattr(letter, "alternatives", ())
    return "\n".join([*letter.to, letter.subject, str(letter.body), *(str(one[0]) for one in alternatives)])


# -- what happens ----------------------------------------------------------------------------------------------------


def _again(user: User) -> User:
    return User.objects.get(pk=user.pk)


def _history(world: World, *, secret: bool) -> World:
    """The list is approved anew, with or without the second school; then the rest. The world as the school sees it."""
    region, by, municipal = world.region, _again(world.coordinator), _again(world.municipal)
    school = region.schools[1]
    shadow = copy.copy(world)
    shadow.region = replace(region, schools=[school, region.schools[0], *region.schools[2:]])
    lists.reopen(world.list, by=by)
    if secret:
        lists.add_school(world.list, by=by, organisation=school, note="Тетрадь примечаний")
    lists.approve(world.list, by=by)
    sending.send(_roadmap(world.sent), by=by)
    head = _again(world.users["beside", "school_head"])
    visitors = [Client() for _ in range(3)]
    for client, user in zip(visitors, (by, municipal, head), strict=True):
        client.force_login(user)  # when somebody was there last is known to administrators
    if not secret:
        return shadow
    work = Assignment.objects.select_related("activity", "executor", "roadmap__organisation").get(
        executor=school, via_list=True
    )
    working.start(work, by=head)
    for number, name in enumerate(WORDS[:2]):
        file = ContentFile(b"%PDF-1.7 proof", name=f"{WORDS[1]}{number}.pdf")
        proof = Attachment(f"{WORDS[1]}{number}.pdf", file)
        working.save_draft(work, by=head, text=f"Готовит {name}", attachments=[proof])
        working.submit(work, by=head, text=f"Сдала {name}")
        if not number:
            working.give_back(work, by=municipal, comment=f"{WORDS[2]}: переделать")
    shadow.listed_work = work
    shadow.listed_proof = Evidence.objects.filter(report__assignment=work).latest("pk")
    for client in visitors:
        for url in (
            f"/search/?q={school.short_name}",
            f"/search/?q={WORDS[0]}",
            reverse("roadmaps:assignment", args=[work.public_id]),
            reverse("lists:school", args=[school.public_id]),
            reverse("lists:list", args=[world.list.public_id]) + "?to=xlsx",
            reverse("roadmaps:assignments") + "?to=csv",
        ):
            client.get(url)
    return shadow


def _roadmap(one: RoadMap) -> RoadMap:
    return RoadMap.objects.select_related("organisation", "document").get(pk=one.pk)


def _common(world: World, users: Iterable[User | None]) -> None:
    """What goes on in both worlds: rows, numbers and entries that come after the secret ones."""
    region, by = world.region, _again(world.coordinator)
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
    rows = Assignment.objects.filter(roadmap=roadmap, activity__number="1").select_related(
        "activity", "executor", "roadmap__organisation"
    )
    for place, role in (("inside", "school_head"), ("near", "school_head"), ("beside", "school_head")):
        head = _again(world.users[place, role])
        work = rows.get(executor=head.active_memberships[0].organisation)
        working.submit(work, by=head, text="Общий отчёт")
    working.accept(rows.get(executor=region.schools[0]), by=by)
    invite(by=by, organisation=region.schools[3], role=RoleCode.SCHOOL_STAFF, display_name="Общая Анна")
    for user in filter(None, users):
        record("test.done", "сделал(а) своё", by=_again(user), on=document, path=region.authority.path)
