"""«Разослать»: one assignment per activity, organisation and window. Sending again sends only what is missing."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from itertools import islice

from dateutil.relativedelta import relativedelta
from django.db import transaction

from opora.core.actor import Actor, System, require
from opora.core.clock import today
from opora.core.models import Job
from opora.core.permissions import Permission
from opora.core.tasks import Progress, enqueue, task
from opora.core.text import plural
from opora.core.workflow import Refused
from opora.deadlines import from_json
from opora.journal.actions import record
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.roadmaps.expansion import Expansion, controller_for, expand
from opora.roadmaps.models import Activity, Assignment, RoadMap, RoadMapState, Window, WindowOrigin
from opora.roadmaps.models.plans import ROADMAP_WORKFLOW
from opora.roadmaps.telling import Sending
from opora.roadmaps.windows import windows_for

CHUNK = 500
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
    roadmap: RoadMap, *, by: Actor, progress: Progress | None = None, windows: Collection[int] | None = None
) -> int:
    """Make the missing assignments in chunks, one journal row a chunk; how many were made.

    `windows` (keys) narrows it to those: what nobody has looked at in the preview is not sent along.
    """
    require(by, Permission.ROADMAPS_SEND, roadmap.organisation.path, to=RIGHT)
    expansion = expand(roadmap)
    wanted = expansion.total
    made = sent = 0
    rows = _rows(expansion, windows)
    teller = Sending(roadmap, by=by, key=progress.job.public_id if progress else f"{roadmap.public_id}:{today()}")
    while chunk := list(islice(rows, CHUNK)):
        made += _store(roadmap, chunk, by, teller)
        sent += len(chunk)
        if progress:
            progress.step(sent, wanted, f"Разослано {sent} из {wanted}")
    if made and roadmap.state == RoadMapState.PREPARED:
        ROADMAP_WORKFLOW.move(roadmap, "send", sent_on=today())
    return made


def _rows(expansion: Expansion, windows: Collection[int] | None) -> Iterator[Assignment]:
    roadmap = expansion.roadmap
    parents = {
        o.path: o
        for o in Organisation.objects.inside(roadmap.organisation).of_kind(OrganisationKind.MUNICIPAL_AUTHORITY)
    }
    for line in expansion.lines:
        for window in line.sendable:
            if windows is not None and window.pk not in windows:
                continue
            for target in line.targets_of(window):
                yield Assignment(
                    roadmap=roadmap,
                    activity=line.activity,
                    part=line.part,
                    window=window,
                    executor=target.organisation,
                    controller=controller_for(target.organisation, roadmap.organisation, parents),
                    body=target.body,
                    person=target.person,
                    role=target.role,
                    via_list=target.via_list,
                    starts=window.starts,
                    due=window.due,
                )


@transaction.atomic
def _store(roadmap: RoadMap, chunk: list[Assignment], by: Actor, teller: Sending) -> int:
    """Store those that are not there yet; the unique key decides where two send at once."""
    RoadMap.objects.select_for_update().get(pk=roadmap.pk)
    windows = {row.window_id for row in chunk}
    there = set(Assignment.objects.filter(window__in=windows).values_list("window", "executor"))
    missing = [row for row in chunk if (row.window_id, row.executor_id) not in there]
    if not missing:
        return 0
    Assignment.objects.bulk_create(missing, batch_size=CHUNK)
    digest = hashlib.sha256("\n".join(sorted(row.public_id for row in missing)).encode()).hexdigest()
    count = len(missing)
    words = plural(count, "поручение", "поручения", "поручений")
    record(
        "assignments.sent",
        f"разослал(а) {count} {words} по дорожной карте «{roadmap.title[:120]}»",
        by=by,
        on=roadmap,
        path=roadmap.organisation.path,
        confidential=roadmap.confidential or any(row.via_list for row in missing),
        data={"count": count, "sha256": digest},
    )
    teller.tell(missing)
    return count


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
    activities = Activity.objects.filter(roadmap=roadmap, windows__origin=WindowOrigin.RECURRENCE).distinct()
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
