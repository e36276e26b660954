"""Two worlds that differ in one listed school alone, and a walk through everything that compares them byte by byte.

In both worlds the coordinator takes the list back into work, approves it again and sends the road map again; in the
world with the secret the second school stands in the list then, and has a history of all kinds (`history`). Both go on
in the same way: documents, road maps, reports, invitations, copies of all. What is asked in one world is asked in the
other by the very same addresses, with the same chance (`alike.Seed`), so that answers are the same bytes of the same
compressed size; those that are not are compared again without the ids that chance made.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.test import Client, RequestFactory, TestCase
from django.test.client import ClientHandler
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.tasks import clock
from opora.notices.actions import open_feed
from opora.registry.models import Organisation
from tests import factories
from tests.site.access_table import ALLAUTH, TABLE, TABLES
from tests.site.alike import Alike, Seed, public_ids, readable, seeded
from tests.site.asking import address
from tests.site.briefly import briefly
from tests.site.history import WORDS, common_history, secret_history
from tests.site.rules import Place
from tests.site.world import World

KNOW = {("inside", "regional_coordinator"), ("inside", "municipal_coordinator")}  # the second school, which is theirs
THOROUGH = {("inside", "observer"), ("near", "municipal_coordinator"), ("far", "regional_coordinator")}
KNOW |= {("beside", "school_head"), ("beside", "school_staff"), ("beside", "curator")}
LATER = dt.timedelta(minutes=1)
HISTORY, COMMON, ASKED = 1_000_000, 2_000_000, 3_000_000  # where the numbers of the seed begin


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
    packed: bytes  # the content, compressed as on its way
    letters: str
    statements: tuple[str, ...]
    known: frozenset[str] = field(compare=False, repr=False)

    @property
    def content(self) -> bytes:
        return zlib.decompress(self.packed) if self.packed else b""

    def alike(self) -> Said:
        """The same without what chance made."""
        alike = Alike(self.known)
        headers, content = alike(self.headers), alike(readable(self.content)).encode()
        return Said(self.status, headers, _packed(content), alike(self.letters), self.statements, self.known)


@dataclass
class Apart:
    """The world before anything differs."""

    world: World
    far: World
    now: dt.datetime
    feeds: dict[int, str] = field(init=False)  # the secret address of each person's calendar
    known: frozenset[str] = field(init=False)  # public ids that stand in both worlds
    seed: Seed = field(init=False)
    keeper: User = field(init=False)  # a curator to whom the secret school is entrusted
    beside: Organisation = field(init=False)  # a school without people that stands in the list of the secret one
    second: User = field(init=False)  # another coordinator, who approves what the first proposed

    def __post_init__(self) -> None:
        self.beside = factories.organisation(parent=self.world.region.municipalities[0])
        self.second = factories.user(RoleCode.REGIONAL_COORDINATOR, self.world.region.authority)
        self.keeper = factories.user(RoleCode.CURATOR, self.world.region.institute)
        self.feeds = {user.pk: open_feed(user) for one in (self.world, self.far) for user in one.users.values()}
        self.known = frozenset(public_ids())

    @contextmanager
    def lived(self, users: Iterable[User | None], *, secret: bool) -> Iterator[World]:
        """One of the two worlds, seen by the secret school: it stands where the first school stands in the table."""
        frozen = time_machine.travel(self.now, tick=False)
        with transaction.atomic(), frozen as time, _quiet(), seeded() as self.seed:
            self.seed.restart(HISTORY)
            with TestCase.captureOnCommitCallbacks(execute=True):
                shadow = secret_history(
                    self.world, self.keeper, self.second, self.beside, secret=secret, seed=self.seed
                )
            time.shift(LATER)
            self.seed.restart(COMMON)
            with TestCase.captureOnCommitCallbacks(execute=True):
                common_history(self.world, users)
            time.shift(LATER)
            yield shadow
            transaction.set_rollback(True)

    def steps(self, shadow: World, *who: Place, names: frozenset[str] | None = None) -> list[Step]:
        """Every address of the table, wherever one of these is answered, and all of them as of the secret school.

        Pages are searched for what tells of the secret school, and taken as copies. What is written is asked of all who
        may, and of some who may not; the calendar by its secret address is that of the person himself.
        """
        thorough = any(one in THOROUGH for one in who)
        found: dict[Step, None] = {}
        for name, rules in TABLE.items():
            if name in ALLAUTH or name == "notices:feed" or (names is not None and name not in names):
                continue
            answered = [rule for rule in rules if not all(rule.expected(one) for one in who)]
            there = {address(name, rule, self.world): rule for rule in answered}
            secret = {address(name, rule, shadow): rule for rule in (rules if thorough else answered or rules[:1])}
            for url, rule in (secret | there).items():
                if "GET" in rule.methods:
                    found[Step("GET", url, name)] = None
                if "GET" in rule.methods and rule in answered:
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
            asked += [f"q={word}" for word in (*own, *WORDS, "12", "программа")[:: 1 if thorough else 3]]
        if name == "roadmaps:assignments":
            asked += [f"executor={school.public_id}", *FILTERS[:: 1 if thorough else 2]]
        return asked

    def walk(self, user: User | None, steps: list[Step]) -> dict[Step, Said]:
        """What is answered to each step. Whatever a request changes is taken back."""
        visitor = Visitor(user)
        feed = self.feeds.get(user.pk) if user else None
        own = [Step("GET", reverse("notices:feed", args=[feed]), "notices:feed")] if feed else []
        with briefly():
            return {step: self._ask(visitor, step) for step in [*steps, *own]}

    def letters(self) -> dict[str, Said]:
        """What the clock sends in the days after, by address: digests, reminders, what is due and overdue."""
        found: dict[str, list[str]] = {}
        for day in (1, 30, 370):
            with time_machine.travel(self.now + dt.timedelta(days=day), tick=False):
                clock.tick()
        for letter in mail.outbox:
            for to in letter.to:
                found.setdefault(to, []).append(_text(letter))
        return {to: Said(0, "", b"", "\n".join(texts), (), self.known) for to, texts in found.items()}

    def _ask(self, visitor: Visitor, step: Step) -> Said:
        statements: list[str] = []

        def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            statements.append(_SAVEPOINT.sub("savepoint", sql))
            return execute(sql, params, many, context)

        sent = len(mail.outbox)
        self.seed.restart(ASKED)
        with transaction.atomic():
            with connection.execute_wrapper(watch):
                response = visitor.ask(step)
                content = b"".join(response) if response.streaming else response.content
            transaction.set_rollback(True)
        letters = "\n".join(_text(letter) for letter in mail.outbox[sent:])
        del mail.outbox[sent:]
        if step.name == "notices:feed" and "ETag" in response.headers:  # a digest of its events, random ids included
            response.headers["ETag"] = hashlib.sha256(Alike(self.known)(readable(content)).encode()).hexdigest()
        headers = "\n".join(f"{key}: {value}" for key, value in sorted(response.headers.items()))
        headers += str(response.cookies)
        return Said(response.status_code, headers, _packed(content), letters, tuple(statements), self.known)


class Visitor(RequestFactory):
    """Somebody in front of the browser, without what `Client` keeps of each template."""

    def __init__(self, user: User | None) -> None:
        super().__init__()
        self.handler = ClientHandler(enforce_csrf_checks=False)
        if user:
            client = Client()
            client.force_login(User.objects.get(pk=user.pk))
            self.cookies = client.cookies

    def ask(self, step: Step) -> Any:
        asked = self.get(step.url) if step.method == "GET" else self.post(step.url)
        return self.handler(asked.environ)


def _packed(content: bytes) -> bytes:
    return zlib.compress(content, 1) if content else b""


FILTERS = ("state=reported", "whose=controlled", "sort=-executor", "sort=state", f"q={WORDS[0]}", "q=Ро1&to=csv")


def differences(one: Mapping[Step, Said], other: Mapping[Step, Said]) -> list[str]:
    """Every step that is not answered alike, with the first place where it differs."""
    assert list(one) == list(other)
    found = []
    for step, first in one.items():
        second = other[step]
        if first == second:
            continue
        first, second = first.alike(), second.alike()
        for what in ("status", "headers", "content", "letters", "statements"):
            here, there = getattr(first, what), getattr(second, what)
            if here != there:
                found.append(f"{step}: {what}: {_first_difference(here, there)}")
                break
    return found


def _first_difference(here: Any, there: Any) -> str:
    if isinstance(here, int):
        return f"{here} / {there}"
    if isinstance(here, bytes):
        here, there = here.decode("utf-8", "replace"), there.decode("utf-8", "replace")
    place = next((n for n, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), min(len(here), len(there)))
    if isinstance(here, tuple):
        return f"{len(here)} / {len(there)} statements, {here[place : place + 1]} / {there[place : place + 1]}"
    return f"«{here[max(0, place - 60) : place + 90]}» / «{there[max(0, place - 60) : place + 90]}»"


_SAVEPOINT = re.compile(r'"?s\d+_x\d+"?')


@contextmanager
def _quiet() -> Iterator[None]:
    mail.outbox = []
    logging.disable(logging.WARNING)  # a line for each refusal
    yield
    logging.disable(logging.NOTSET)
    mail.outbox = []


def _text(letter: EmailMessage) -> str:
    alternatives = getattr(letter, "alternatives", ())
    return "\n".join([*letter.to, letter.subject, str(letter.body), *(str(one[0]) for one in alternatives)])
