"""«Разослать»: one assignment per activity, organisation and window. Sending again sends only what is missing."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Q

from opora.core.actor import LEVEL, Actor, System, require
from opora.core.bulk import insert
from opora.core.clock import today
from opora.core.models import Job, new_public_ids
from opora.core.permissions import Permission
from opora.core.tasks import Progress, enqueue, task
from opora.core.text import plural
from opora.core.workflow import Refused
from opora.deadlines import from_json
from opora.journal.actions import record
from opora.registry.models import Organisation
from opora.roadmaps.actions.dating.asking import ask_for_dates
from opora.roadmaps.controllers import Controllers
from opora.roadmaps.expansion import expand
from opora.roadmaps.lines import Expansion, Line, Target
from opora.roadmaps.models import Activity, Assignment, AssignmentState, RoadMap, RoadMapState, Window, WindowOrigin
from opora.roadmaps.models.plans import ROADMAP_WORKFLOW
from opora.roadmaps.telling.sending import Sending
from opora.roadmaps.windows import windows_for

CHUNK = 4000  # assignments of one transaction: a fraction of a second
PIECES = 200
BREATH = 0.02  # seconds between chunks, in which others get at a database with one writer
COLUMNS = (
    *("public_id", "roadmap", "activity", "part", "window", "executor", "controller", "body", "person", "role"),
    *("step", "state", "via_list", "starts", "due", "region", "executor_path", "controller_path"),
)
RIGHT = "рассылать поручения"


def request_sending(roadmap: RoadMap, *, by: Actor, url: str) -> Job:
    """Start the sending in the background. Pressing twice starts one; sending later again sends what is missing."""
    require(by, Permission.ROADMAPS_SEND, roadmap.organisation.path, to=RIGHT)
    if roadmap.state == RoadMapState.CLOSED:
        raise Refused("Дорожная карта завершена. Возобновите её, чтобы разослать поручения.")
    expansion = expand(roadmap)
    if not expansion.new:
        raise Refused("Рассылать нечего: все поручения уже разосланы, или ни один ответственный не найден.")
    count = Assignment.objects.filter(roadmap=roadmap).count()
    return enqueue(
        send_in_background,
        by=by,
        name=f"Рассылка: {roadmap.title[:150]}",
        key=f"roadmaps.send:{roadmap.public_id}:{count}:{expansion.total}",
        url=url,
        roadmap=roadmap.public_id,
        actor=by.actor_id,
    )


@task(queue="bulk")
def send_in_background(job: Progress, *, roadmap: str, actor: str) -> None:
    from opora.access.models import User

    found = RoadMap.objects.select_related("organisation", "document").get(public_id=roadmap)
    by: Actor = User.objects.get(public_id=actor)
    send(found, by=by, progress=job)


def send(
    roadmap: RoadMap,
    *,
    by: Actor,
    progress: Progress | None = None,
    windows: Collection[int] | None = None,
    controlled: Mapping[int, Organisation] | None = None,
) -> int:
    """Make the missing assignments in chunks, each a transaction with one journal row; how many were made.

    `windows` (keys) narrows it to those: what nobody has looked at in the preview is not sent along. Stopped or killed
    anywhere, it goes on with what is missing when it is sent again. `controlled`: who accepts the work of an executor
    (key), where that is not whom `Controllers` would name.
    """
    require(by, Permission.ROADMAPS_SEND, roadmap.organisation.path, to=RIGHT)
    expansion = expand(roadmap)
    wanted = expansion.total
    controllers = Controllers(roadmap.organisation, controlled)
    teller = Sending(roadmap, by=by, key=progress.job.public_id if progress else f"{roadmap.public_id}:{today()}")
    made = sent = 0
    for chunk in _chunks(expansion, windows):
        made += _store(roadmap, chunk, by, controllers, teller)
        sent += sum(len(piece.targets) for piece in chunk)
        if progress:
            progress.step(sent, wanted, f"Разослано {sent} из {wanted}")
            time.sleep(BREATH)
    join(expansion)
    if windows is None:
        ask_for_dates(roadmap, by=by, expansion=expansion)
    return made


@transaction.atomic
def join(expansion: Expansion) -> None:
    """Tie the work of named organisations that report together to the one that leads; again, it changes nothing."""
    for line in expansion.lines:
        joint = line.joint
        if joint is None:
            continue
        rows = Assignment.objects.filter(window__in=line.sendable).exclude(state=AssignmentState.CANCELLED)
        leads = {row.window_id: row for row in rows.filter(executor=joint.leader)}
        for row in rows.filter(executor__in=joint.others, lead=None, state=AssignmentState.SENT):
            if row.window_id in leads:
                row.lead = leads[row.window_id]
                row.save(update_fields=["lead"])


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some of the organisations that a window of a line is sent to, in the order of their keys."""

    line: Line
    window: Window
    targets: list[Target]

    def missing(self, there: set[tuple[int, int]]) -> list[Target]:
        return [one for one in self.targets if (self.window.pk, one.organisation.pk) not in there]


def _chunks(expansion: Expansion, windows: Collection[int] | None) -> Iterator[list[_Piece]]:
    """Pieces of at most `CHUNK` organisations together: the work of one transaction."""
    chunk: list[_Piece] = []
    room = CHUNK
    for line in expansion.lines:
        for window in line.sendable:
            if windows is not None and window.pk not in windows:
                continue
            targets = sorted(line.targets_of(window), key=lambda one: one.organisation.pk)
            while targets:
                chunk.append(_Piece(line, window, targets[:room]))
                targets = targets[room:]
                room -= len(chunk[-1].targets)
                if not room or len(chunk) == PIECES:
                    yield chunk
                    chunk, room = [], CHUNK
    if chunk:
        yield chunk


@transaction.atomic
def _store(roadmap: RoadMap, chunk: list[_Piece], by: Actor, controllers: Controllers, teller: Sending) -> int:
    """Store those that are not there yet; of two who send at once the second finds them."""
    RoadMap.objects.select_for_update(no_key=True).get(pk=roadmap.pk)
    wanted = {piece.window.pk for piece in chunk}
    still = set(Window.objects.filter(pk__in=wanted, skipped=False).values_list("pk", flat=True))
    chunk = [piece for piece in chunk if piece.window.pk in still]  # a day may have been taken back meanwhile
    there = _there(chunk)
    missing = [(piece, piece.missing(there)) for piece in chunk]
    count = sum(len(targets) for _, targets in missing)
    if not count:
        return 0
    ids = new_public_ids(count)
    insert(Assignment, COLUMNS, _rows(roadmap, missing, iter(ids), controllers))
    secret = roadmap.confidential or any(one.via_list for _, targets in missing for one in targets)
    teller.tell((one.organisation, one.via_list) for _, targets in missing for one in targets)
    words = plural(count, "поручение", "поручения", "поручений")
    record(
        "assignments.sent",
        f"разослал(а) {count} {words} по дорожной карте «{roadmap.title[:120]}»",
        by=by,
        on=roadmap,
        path=roadmap.organisation.path,
        confidential=secret,
        data={"count": count, "sha256": hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest()},
    )
    if roadmap.state == RoadMapState.PREPARED:
        ROADMAP_WORKFLOW.move(roadmap, "send", sent_on=today())
    return count


def _there(chunk: list[_Piece]) -> set[tuple[int, int]]:
    """(window, executor) of the assignments that the chunk would make again."""
    found = Q(pk__in=[])
    for piece in chunk:
        first, last = piece.targets[0].organisation.pk, piece.targets[-1].organisation.pk
        found |= Q(window=piece.window, executor__gte=first, executor__lte=last)
    return set(Assignment.objects.filter(found).order_by().values_list("window", "executor"))


def _rows(
    roadmap: RoadMap, missing: list[tuple[_Piece, list[Target]]], ids: Iterator[str], controllers: Controllers
) -> Iterator[tuple[Any, ...]]:
    """The values of `COLUMNS`, one row for each organisation."""
    for piece, targets in missing:
        line, window = piece.line, piece.window
        part = line.part.pk if line.part else None
        for one in targets:
            executor, controller = one.organisation, controllers.of(one.organisation)
            yield (
                next(ids),
                roadmap.pk,
                line.activity.pk,
                part,
                window.pk,
                executor.pk,
                controller.pk,
                one.body.pk if one.body else None,
                one.person.pk if one.person else None,
                one.role,
                one.step,
                AssignmentState.WAITING.value if one.step else AssignmentState.SENT.value,
                one.via_list,
                window.starts,
                window.due,
                executor.path[:LEVEL],
                executor.path,
                controller.path,
            )


def continue_recurrences() -> None:
    """The clock: recurring windows stay unrolled a year ahead, and their assignments follow by themselves."""
    running = RoadMap.objects.filter(state=RoadMapState.SENT).select_related("organisation", "document")
    recurring = Window.objects.filter(origin=WindowOrigin.RECURRENCE).values("activity__roadmap")
    for roadmap in running.filter(pk__in=recurring):
        new = _unroll(roadmap)
        if new:
            send(roadmap, by=System(), windows=new)


@transaction.atomic
def _unroll(roadmap: RoadMap) -> set[int]:
    RoadMap.objects.select_for_update().get(pk=roadmap.pk)
    made: list[Window] = []
    issued = roadmap.document.date or roadmap.sent_on or today()
    activities = Activity.objects.in_force().filter(roadmap=roadmap, windows__origin=WindowOrigin.RECURRENCE).distinct()
    for activity in activities.prefetch_related("windows"):
        if not activity.deadline:
            continue
        known = {w.first_due for w in activity.windows.all()}
        last = max((w.first_due for w in activity.windows.all() if w.first_due), default=None)
        horizon = today() + relativedelta(years=1)
        for one in windows_for(from_json(activity.deadline), issued, horizon, (roadmap.starts, roadmap.ends)):
            new = one.due is not None and one.due not in known and (last is None or one.due > last)
            if one.origin == WindowOrigin.RECURRENCE and new:
                made.append(
                    Window(activity=activity, starts=one.starts, due=one.due, origin=one.origin, first_due=one.due)
                )
    return {window.pk for window in Window.objects.bulk_create(made)}
