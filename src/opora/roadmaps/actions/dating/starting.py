"""A day that was set later reaches the work: what waited for it gets it, what is missing is made; or all that back.

Much work gets it in the background, in chunks, each a transaction with one journal row. Killed anywhere it goes on with
what is left; it ends by itself where the day was taken back meanwhile.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from opora.core.actor import Actor
from opora.core.models import Job
from opora.core.tasks import Progress, enqueue, task
from opora.roadmaps.actions.dating.common import UNREPORTED, inside, undated, write_down
from opora.roadmaps.actions.dating.making import send_windows
from opora.roadmaps.actions.sending import BREATH
from opora.roadmaps.models import Activity, Assignment, AssignmentState, RoadMap, Window, WindowOrigin
from opora.roadmaps.telling.days import tell_cancelled, tell_dated

CHUNK = 500  # assignments of a transaction; a request does no more by itself
NAMED = (WindowOrigin.EVENT, WindowOrigin.SCHEDULE)  # days that an undated window waits for
WRONG = "Дата назначена по ошибке."


@dataclass(frozen=True, slots=True)
class Started:
    """What the request did itself, or the job that does it."""

    dated: int = 0
    made: int = 0
    job: Job | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """Why executors are told of another day, and the name of this change: nobody is told of it twice.

    `remark` is what cancelled work says.
    """

    why: str
    key: str
    remark: str = WRONG


def start(activity: Activity, windows: Sequence[Window], *, by: Actor, telling: Telling, url: str) -> Started:
    """Give the days of new or moved windows of one activity to its work."""
    if not _much(activity):
        dated = sum(_follow(window, by, telling) for window in windows)
        return Started(dated, send_windows(activity.roadmap, windows, by))
    keys = [window.pk for window in windows]
    return Started(job=_enqueue(start_in_background, activity, by, telling, url, windows=keys))


def withdraw(window: Window, since: dt.datetime | None, *, by: Actor, telling: Telling, url: str) -> Started:
    """Take the day of a skipped window back: what was there before `since` waits again, what came is cancelled.

    Without `since`, those who have no other day wait again.
    """
    if _much(window.activity):
        at = since and since.isoformat()
        job = _enqueue(withdraw_in_background, window.activity, by, telling, url, window=window.pk, since=at)
        return Started(job=job)
    count = _back(window, since, by, telling)
    _drop(window)
    return Started(dated=count)


def job_of(key: str) -> Job | None:
    """The job that `start` or `withdraw` has begun under this key of a telling."""
    return Job.objects.filter(key=f"roadmaps.days:{key}").first()


def _much(activity: Activity) -> bool:
    return Assignment.objects.filter(activity=activity).order_by()[: CHUNK + 1].count() > CHUNK


def _enqueue(
    function: Callable[..., None], activity: Activity, by: Actor, telling: Telling, url: str, **arguments: object
) -> Job:
    return enqueue(
        function,
        by=by,
        name=f"Сроки поручений: {activity.label[:150]}",
        key=f"roadmaps.days:{telling.key}",
        url=url,
        actor=by.actor_id,
        why=telling.why,
        change=telling.key,
        remark=telling.remark,
        **arguments,
    )


@task(queue="bulk")
def start_in_background(
    job: Progress, *, windows: list[int], actor: str, why: str, change: str, remark: str = WRONG
) -> None:
    by, telling = _actor(actor), Telling(why, change, remark)
    found = list(_windows().filter(pk__in=windows))
    done, total = 0, sum(_behind(window).count() for window in found)
    for window in found:
        while count := _step(window, by, telling):
            done += count
            _say(job, done, total, "Срок получили")
    if found:
        send_windows(found[0].activity.roadmap, found, by, progress=job)


@task(queue="bulk")
def withdraw_in_background(
    job: Progress, *, window: int, since: str | None, actor: str, why: str, change: str, remark: str = WRONG
) -> None:
    found = _windows().filter(pk=window).first()
    if found is None:
        return
    done, total = 0, _left(found).count()
    at = dt.datetime.fromisoformat(since) if since else None
    by, telling = _actor(actor), Telling(why, change, remark)
    while count := _step_back(found, at, by, telling):
        done += count
        _say(job, done, total, "Срок снят с")
    _drop(found)


def _say(job: Progress, done: int, total: int, words: str) -> None:
    total = max(done, total)
    job.step(done, total, f"{words} {done} из {total}")
    time.sleep(BREATH)


def _actor(public_id: str) -> Actor:
    from opora.access.models import User

    found: Actor = User.objects.get(public_id=public_id)
    return found


def _windows() -> QuerySet[Window]:
    return Window.objects.select_related(
        "activity__roadmap__organisation", "activity__roadmap__document", "organisation", "part"
    )


# -- forward -----------------------------------------------------------------------------------------------------


@transaction.atomic
def _step(window: Window, by: Actor, telling: Telling) -> int:
    """The next chunk; none where all is done, or the day was taken back."""
    RoadMap.objects.select_for_update(no_key=True).get(pk=window.activity.roadmap_id)
    if not Window.objects.filter(pk=window.pk, skipped=False).exists():
        return 0
    return _follow(window, by, telling, chunk=True)


def _follow(window: Window, by: Actor, telling: Telling, *, chunk: bool = False) -> int:
    """Give a chunk of assignments the day of the window; how many got it."""
    rows = _some(_behind(window))
    Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(
        window=window, starts=window.starts, due=window.due
    )
    for row in rows:
        row.window, row.starts, row.due = window, window.starts, window.due
    tell_dated(rows, by=by, why=telling.why, key=telling.key)
    if rows and chunk:
        _note("dated", f"назначен срок, поручений {len(rows)}", window, rows, by)
    return len(rows)


def _behind(window: Window) -> QuerySet[Assignment]:
    """What waits without a day for this window, and what it has with another day that nobody postponed."""
    waiting = undated(window.activity, window.part)
    found = Q(window=window, moved=0) & ~Q(due=window.due)
    if waiting:
        found |= inside(window) & Q(window=waiting)
    return Assignment.objects.filter(found, state__in=UNREPORTED)


# -- and back ----------------------------------------------------------------------------------------------------


@transaction.atomic
def _step_back(window: Window, since: dt.datetime | None, by: Actor, telling: Telling) -> int:
    RoadMap.objects.select_for_update(no_key=True).get(pk=window.activity.roadmap_id)
    return _back(window, since, by, telling, chunk=True)


def _back(window: Window, since: dt.datetime | None, by: Actor, telling: Telling, *, chunk: bool = False) -> int:
    rows = _some(_left(window))
    waiting = undated(window.activity, window.part)
    gone = _gone(window, since, waiting, rows)
    came = [row for row in rows if row.pk in gone]
    back = [row for row in rows if row.pk not in gone]
    Assignment.objects.filter(pk__in=[row.pk for row in back]).update(window=waiting, starts=None, due=None)
    Assignment.objects.filter(pk__in=gone).update(state=AssignmentState.CANCELLED, remark=telling.remark)
    for row in back:
        row.due = None
    tell_dated(back, by=by, why=telling.why, key=telling.key)
    tell_cancelled(came, by=by, why=telling.why, key=telling.key)
    if rows and chunk:
        _note("undated", f"срок снят, поручений {len(rows)}", window, rows, by)
    return len(rows)


def _gone(window: Window, since: dt.datetime | None, waiting: Window | None, rows: list[Assignment]) -> set[int]:
    """Keys of those that are cancelled: they came with the day, have another day, or wait already."""
    if waiting is None:
        return {row.pk for row in rows}
    executors = [row.executor_id for row in rows]
    there = set(Assignment.objects.filter(window=waiting, executor__in=executors).values_list("executor", flat=True))
    if since:
        return {row.pk for row in rows if row.created_at >= since or row.executor_id in there}
    named = Window.objects.filter(activity=window.activity, part=window.part, origin__in=NAMED, skipped=False)
    others = named.exclude(pk=window.pk).select_related("organisation")
    paths = tuple(one.organisation.path if one.organisation else "" for one in others)
    return {row.pk for row in rows if row.executor.path.startswith(paths) or row.executor_id in there}


def _left(window: Window) -> QuerySet[Assignment]:
    return Assignment.objects.filter(window=window, state__in=UNREPORTED)


@transaction.atomic
def _drop(window: Window) -> None:
    """An empty window is of no use; one with cancelled or reported work stays, skipped."""
    if not Assignment.objects.filter(window=window).exists():
        window.delete()


def _some(rows: QuerySet[Assignment]) -> list[Assignment]:
    locked = rows.select_for_update(of=("self",)).order_by("pk")
    return list(locked.select_related("executor", "activity", "roadmap__organisation")[:CHUNK])


def _note(code: str, text: str, window: Window, rows: Iterable[Assignment], by: Actor) -> None:
    ids = sorted(row.public_id for row in rows)
    digest = hashlib.sha256("\n".join(ids).encode()).hexdigest()
    write_down(code, text, window.activity, by, window, count=len(ids), sha256=digest)
