"""The work of a country, for measuring: millions of assignments with their reports, stored as fast as they can be."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TextIO

from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from opora.access.models import User
from opora.core.actor import LEVEL
from opora.core.bulk import insert
from opora.core.clock import today
from opora.core.models import new_public_ids
from opora.documents.models import Document, DocumentState
from opora.journal.actions import record
from opora.registry.models import Organisation
from opora.roadmaps import tallies
from opora.roadmaps.models import Activity, Assignment, AssignmentState, Report, Responsible, RoadMap, Section, Window
from opora.site.demo.region import Region
from opora.site.demo.work import REMARKS, TEXTS

S = AssignmentState
CHUNK = 20_000  # rows of a transaction
EACH = 30  # activities of a road map
SUBJECTS = (
    "Провести мониторинг качества подготовки обучающихся по предмету «{}»",
    "Организовать диагностику профессиональных дефицитов учителей предмета «{}»",
    "Разработать программу повышения результатов по предмету «{}»",
    "Провести открытые уроки и мастер-классы по предмету «{}»",
    "Обеспечить участие учителей в семинарах по предмету «{}»",
)
FIELDS = (
    *("русский язык", "математика", "физика", "химия", "биология", "история", "география", "обществознание"),
    *("информатика", "литература", "английский язык", "окружающий мир"),
)
COLUMNS = (
    *("id", "public_id", "roadmap", "activity", "window", "executor", "controller", "region", "executor_path"),
    *("controller_path", "due", "state", "reported_at", "reported_by", "decided_at", "decided_by", "remark"),
)
REPORTS = (
    *("public_id", "assignment", "text", "author", "state"),
    *("submitted_at", "submitted_by", "decided_at", "decided_by", "comment"),
)
# (days until the deadline, at most): per cent accepted, on check, returned, in work; the rest is sent
LUCK = ((-1, (84, 4, 2, 7)), (20, (15, 12, 3, 40)), (10_000, (0, 2, 0, 23)))


@dataclass(frozen=True, slots=True)
class _Place:
    """As much of an organisation as an assignment needs."""

    key: int
    path: str
    above: int
    above_path: str
    name: str


def build_country(region: Region, coordinator: User, assignments: int, rng: random.Random, out: TextIO) -> None:
    """Road maps for every school until there are `assignments`, and one for every municipality."""
    authority = region.authority
    parents = {one.pk: one for one in region.municipalities}
    schools = [
        _Place(one.pk, one.path, parents[one.parent_id].pk, parents[one.parent_id].path, one.short_name)
        for one in region.schools
        if one.parent_id
    ]
    above = [_Place(one.pk, one.path, authority.pk, authority.path, one.short_name) for one in region.municipalities]
    made, number = 0, 1
    while made < assignments:
        places = above if number == 2 else schools  # the second is for municipalities
        count = min(EACH, -(-(assignments - made) // len(places)))
        roadmap = _roadmap(authority, number, count, "МОУО" if places is above else "ОО", coordinator)
        made = _fill(roadmap, places, coordinator, rng, made, assignments, out)
        number += 1
    tallies.compact()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


@transaction.atomic
def _roadmap(authority: Organisation, number: int, count: int, who: str, coordinator: User) -> RoadMap:
    """A road map of `count` activities, one window each, from four months ago to seven months ahead."""
    day = today()
    document = Document.objects.create(
        organisation=authority,
        kind="directive",
        number=f"{400 + number}-р",
        date=day - dt.timedelta(days=150),
        title=f"О поддержке школ, часть {number}",
        issuer=authority.name,
        state=DocumentState.APPROVED,
        approved_at=timezone.now(),
        approved_by=coordinator,
    )
    roadmap = RoadMap.objects.create(
        document=document,
        organisation=authority,
        title=f"Дорожная карта поддержки школ, часть {number}",
        starts=day - dt.timedelta(days=150),
        ends=day + dt.timedelta(days=240),
        state="sent",
        sent_on=day - dt.timedelta(days=140),
    )
    section = Section.objects.create(roadmap=roadmap, title="Качество образования")
    for order in range(count):
        text = SUBJECTS[order % len(SUBJECTS)].format(FIELDS[order % len(FIELDS)])
        activity = Activity.objects.create(
            roadmap=roadmap, section=section, order=order, number=str(order + 1), text=text
        )
        Responsible.objects.create(activity=activity, text=who, kind="group")
        due = day - dt.timedelta(days=120) + dt.timedelta(days=order * 330 // max(count, 1))
        Window.objects.create(activity=activity, starts=due - dt.timedelta(days=30), due=due, first_due=due)
    return roadmap


def _fill(
    roadmap: RoadMap,
    places: list[_Place],
    coordinator: User,
    rng: random.Random,
    made: int,
    wanted: int,
    out: TextIO,
) -> int:
    """The assignments of one road map; how many there are now of all."""
    for window in Window.objects.filter(activity__roadmap=roadmap).order_by("pk"):
        for start in range(0, len(places), CHUNK):
            some = places[start : start + CHUNK]
            with transaction.atomic():
                _chunk(roadmap, window, some, rng)
                record(
                    "assignments.sent",
                    f"разослал(а) {len(some)} поручений по дорожной карте «{roadmap.title}»",
                    by=coordinator,
                    on=roadmap,
                    path=roadmap.organisation.path,
                    data={"count": len(some)},
                )
            made += len(some)
        out.write(f"\rПоручений: {made:,} из {wanted:,}".replace(",", " "))
        out.flush()
    out.write("\n")
    return made


def _chunk(roadmap: RoadMap, window: Window, places: list[_Place], rng: random.Random) -> None:
    first = (Assignment.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    states = [_state(window.due or today(), rng) for _ in places]
    insert(Assignment, COLUMNS, _assignments(roadmap, window, places, states, first))
    rows = [(first + at, places[at], state) for at, state in enumerate(states) if state not in (S.SENT, S.IN_PROGRESS)]
    insert(Report, REPORTS, _reports(window, rows, rng))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [Assignment]):
                cursor.execute(statement)


def _state(due: dt.date, rng: random.Random) -> str:
    left = (due - today()).days
    shares = next(shares for limit, shares in LUCK if left <= limit)
    luck = rng.randrange(100)
    for share, state in zip(shares, (S.ACCEPTED, S.REPORTED, S.RETURNED, S.IN_PROGRESS), strict=True):
        luck -= share
        if luck < 0:
            return state.value
    return S.SENT.value


def _assignments(
    roadmap: RoadMap, window: Window, places: list[_Place], states: list[str], first: int
) -> Iterator[tuple[Any, ...]]:
    ids = new_public_ids(len(places))
    reported, decided = _days(window)
    for at, (place, state) in enumerate(zip(places, states, strict=True)):
        handed_in = state in (S.REPORTED, S.ACCEPTED, S.RETURNED)
        over = state in (S.ACCEPTED, S.RETURNED)
        yield (
            *(first + at, ids[at], roadmap.pk, window.activity_id, window.pk, place.key, place.above),
            *(place.path[:LEVEL], place.path, place.above_path, window.due, state),
            *((reported, place.name) if handed_in else (None, None)),
            *((decided, "Управление образования") if over else (None, None)),
            REMARKS[at % len(REMARKS)] if state == S.RETURNED else "",
        )


def _reports(window: Window, rows: list[tuple[int, _Place, str]], rng: random.Random) -> Iterator[tuple[Any, ...]]:
    ids = new_public_ids(len(rows))
    reported, decided = _days(window)
    kinds = {S.REPORTED: "submitted", S.ACCEPTED: "accepted", S.RETURNED: "returned"}
    for public_id, (key, place, state) in zip(ids, rows, strict=True):
        over = state != S.REPORTED
        yield (
            *(public_id, key, TEXTS[rng.randrange(len(TEXTS))], place.name, kinds[S(state)], reported, place.name),
            *((decided, "Управление образования") if over else (None, None)),
            REMARKS[key % len(REMARKS)] if state == S.RETURNED else "",
        )


def _days(window: Window) -> tuple[dt.datetime, dt.datetime]:
    """When reports on the window were handed in, and when they were decided on."""
    latest = timezone.now() - dt.timedelta(hours=2)
    due = timezone.make_aware(dt.datetime.combine(window.due or today(), dt.time(12)))
    handed_in = min(due - dt.timedelta(days=3), latest)
    return handed_in, min(handed_in + dt.timedelta(days=2), latest + dt.timedelta(hours=1))
