"""Changed rows reach the work sent out: step by step, in chunks, each a transaction with one journal row.

A run keeps how far it is in the transaction of each chunk: killed anywhere it goes on from there, nothing lost and
nothing done twice; stopped, it can be continued or taken back. What every assignment was before is kept beside it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Max, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from opora.core.actor import Actor
from opora.core.models import Job
from opora.core.tasks import Progress, enqueue, task
from opora.core.text import plural
from opora.core.workflow import Refused
from opora.documents.models import Document
from opora.journal.actions import record
from opora.roadmaps.actions.rows import Rewriting
from opora.roadmaps.actions.working.postponing import settle_request
from opora.roadmaps.actions.working.stepping import go_on, must_wait
from opora.roadmaps.changing.reach import REACH, day_of, reached
from opora.roadmaps.changing.rows import Json
from opora.roadmaps.models import (
    Assignment,
    AssignmentState,
    ChangedWork,
    ChangeRun,
    Part,
    Postponement,
    PostponementState,
    Report,
    ReportState,
    RoadMap,
    RunState,
    Version,
    Window,
)
from opora.roadmaps.models.assignments import ASSIGNMENT_WORKFLOW
from opora.roadmaps.models.runs import GOING, RUN_WORKFLOW
from opora.roadmaps.telling import changes as telling

S = AssignmentState
CHUNK = 500  # assignments of one transaction: a fraction of a second
AT_ONCE = 1000  # so many are changed in the request itself
BREATH = 0.02  # seconds between chunks, in which others get at a database with one writer
FIELDS = ("state", "remark", "starts", "due", "first_due", "moved", "inner_due", "lead_id", "asked_due")
_DAYS = ("starts", "due", "first_due", "inner_due", "asked_due")


def begin(
    rewriting: Rewriting, *, by: Actor, url: str, document: Document | None, version: Version | None
) -> ChangeRun:
    """Inside the transaction that changed the rows: carry the steps out, or begin to where the work is much."""
    run = ChangeRun.objects.create(
        roadmap=rewriting.roadmap,
        document=document,
        version=version,
        actor_id=by.actor_id,
        because=rewriting.because,
        steps=rewriting.steps,
        last=Assignment.objects.aggregate(Max("pk"))["pk__max"] or 0,
        total=expected(rewriting.steps),
        before=rewriting.before,
        after=rewriting.after(),
    )
    return start(run, by=by, url=url)


def start(run: ChangeRun, *, by: Actor, url: str) -> ChangeRun:
    """Carry the run on: at once where it is small, else in the background."""
    if run.total > AT_ONCE:
        name = "Отмена изменений" if run.state == RunState.UNDOING else "Применение изменений"
        title = f"{name}: {run.roadmap.title[:150]}"
        enqueue(carry_in_background, by=by, name=title, key=_key(run), url=url, run=run.public_id)
        return run
    carrying = Carrying(run, by)
    while not run.ended:
        carrying.chunk(AT_ONCE)
    return run


def settled(roadmap: RoadMap) -> None:
    """Two runs never work on one road map."""
    if ChangeRun.objects.filter(roadmap=roadmap, state__in=GOING).exists():
        raise Refused(
            "Прошлые изменения этой дорожной карты ещё применяются. Дождитесь конца работы; "
            "если она остановлена, продолжите её на вкладке «Изменения» того документа."
        )


def job_of(run: ChangeRun) -> Job | None:
    """The job that carries it on; none where it was small."""
    return Job.objects.filter(key=_key(run)).first()


def _key(run: ChangeRun) -> str:
    undoing = run.state in (RunState.UNDOING, RunState.UNDONE)
    return f"roadmaps.{'unchange' if undoing else 'change'}:{run.public_id}"


def expected(steps: Iterable[Json]) -> int:
    """How many assignments steps reach at most."""
    return sum(reached(step).count() for step in steps if step["do"] in REACH)


@task(queue="bulk")
def carry_in_background(job: Progress, *, run: str) -> None:
    going = True
    while going:
        going, touched, total = _chunk(run)
        job.step(min(touched, total), total, f"Изменено поручений: {touched} из {total}" if going else "")
        time.sleep(BREATH)
    job.step(total, total, f"Изменено поручений: {touched}")


@transaction.atomic
def _chunk(public_id: str) -> tuple[bool, int, int]:
    """One chunk of the run, which two workers cannot carry out at once; whether more is to do, how much is done."""
    from opora.access.models import User

    rows = ChangeRun.objects.select_for_update(of=("self",)).select_related("roadmap__organisation", "document")
    run = rows.get(public_id=public_id)
    if not run.ended:
        Carrying(run, User.objects.get(public_id=run.actor_id)).chunk(CHUNK, journal=True)
    return not run.ended, run.touched, run.total


class Carrying:
    """Carries one run on in the name of `by`. Inside a transaction that holds the run."""

    def __init__(self, run: ChangeRun, by: Actor) -> None:
        self.run, self.by = run, by
        self.place = 0
        self._ids: list[str] = []

    def chunk(self, room: int, *, journal: bool = False) -> None:
        """The next `room` assignments; behind the last step, the next executors are told."""
        run = self.run
        self._ids = []
        while room > 0 and run.step < len(run.steps):
            room -= self._some(room)
        if self._ids and journal:
            self._note()
        if room > 0:
            told = telling.tell_some(run, by=self.by)
            if not told:
                undoing = run.state == RunState.UNDOING
                RUN_WORKFLOW.move(run, "restore" if undoing else "finish", finished_at=timezone.now())
        run.save()

    def _some(self, room: int) -> int:
        """Some of the step in hand; how many were looked at."""
        run = self.run
        step, self.place = run.steps[run.step], run.step
        do: Callable[[Json, int], list[int]] = getattr(self, f"_{step['do']}")
        seen = do(step, room)
        if len(seen) < room:
            run.step, run.passed = run.step + 1, 0
        else:
            run.passed = seen[-1]
        return len(seen)

    def _next(self, rows: QuerySet[Assignment], room: int) -> list[Assignment]:
        rows = rows.filter(pk__gt=self.run.passed).order_by("pk").select_for_update(of=("self",))
        return list(rows.select_related("executor", "roadmap", "activity")[:room])

    def _named(self, step: Json, rows: list[Assignment]) -> list[Assignment]:
        """Those whose executors the step names, where it names any."""
        named = set(step["executors"]) if "executors" in step else None
        return rows if named is None else [one for one in rows if one.executor_id in named]

    # -- what was before -----------------------------------------------------------------------------------------

    def _keep(self, rows: list[Assignment], *, quiet: bool = False, new: bool = False) -> list[int]:
        """Write down what the rows are before this step changes them; their keys."""
        keys = [one.pk for one in rows]
        place = [] if quiet else [self.place]
        known = {one.assignment_id: one for one in ChangedWork.objects.filter(run=self.run, assignment__in=keys)}
        for one in known.values():
            one.steps = sorted({*one.steps, *place})
        ChangedWork.objects.bulk_update(known.values(), ["steps"])
        fresh = [one for one in rows if one.pk not in known]
        reports = Report.objects.filter(assignment__in=keys, state=ReportState.SUBMITTED)
        given = dict(reports.values_list("assignment", "pk"))
        asked = Postponement.objects.filter(assignment__in=keys, state=PostponementState.ASKED)
        requests = dict(asked.values_list("assignment", "pk"))
        ChangedWork.objects.bulk_create(
            ChangedWork(
                run=self.run,
                assignment=one,
                executor_id=one.executor_id,
                steps=place,
                before={} if new else {**_values(one), "report": given.get(one.pk), "request": requests.get(one.pk)},
            )
            for one in fresh
        )
        self._ids += [one.public_id for one in fresh]
        self.run.touched += len(fresh)
        self.run.listed = self.run.listed or self.run.roadmap.confidential or any(one.via_list for one in rows)
        return keys

    def _mark(self, keys: Iterable[int]) -> None:
        """As the run leaves them: what differs later was touched by somebody."""
        revision = Assignment.objects.filter(pk=OuterRef("assignment")).values("revision")[:1]
        ChangedWork.objects.filter(run=self.run, assignment__in=list(keys)).update(revision=Subquery(revision))

    # -- the steps -----------------------------------------------------------------------------------------------

    def _word(self, step: Json, room: int) -> list[int]:
        keys = self._keep(self._next(reached(step), room))
        self._mark(keys)
        return keys

    def _move(self, step: Json, room: int) -> list[int]:
        """The first day is kept."""
        keys = self._keep(self._next(reached(step), room))
        due = day_of(step["due"])
        self.run.moved += Assignment.objects.filter(pk__in=keys).update(
            first_due=Coalesce(F("first_due"), F("due")),
            moved=F("moved") + 1,
            starts=day_of(step["starts"]),
            due=due,
            inner_due=F("inner_due")
            if due is None
            else Case(When(inner_due__gt=due, then=Value(due)), default=F("inner_due")),
        )
        self._mark(keys)
        return keys

    def _cancel(self, step: Json, room: int) -> list[int]:
        rows = self._next(reached(step), room)
        self.run.cancelled += self._cancelled(self._named(step, rows), step["said"])
        return [one.pk for one in rows]

    def _cancelled(self, found: list[Assignment], said: str, *, new: bool = False) -> int:
        if not found:
            return 0
        keys = self._keep(found, new=new)
        joined = list(Assignment.objects.filter(lead__in=keys).exclude(pk__in=keys))
        freed = self._keep(joined, quiet=True)
        Report.objects.filter(assignment__in=keys, state=ReportState.SUBMITTED).update(
            state=ReportState.RETURNED,
            decided_at=timezone.now(),
            decided_by=self.by.label,
            comment="Поручение отменено.",
        )
        Assignment.objects.filter(pk__in=freed).update(
            lead=None, state=Case(When(state=S.WAITING, then=Value(S.SENT)), default=F("state"))
        )
        because = telling.head(self.run)
        count = Assignment.objects.filter(pk__in=keys).update(state=S.CANCELLED, remark=f"{because}: {said}.")
        for one in found:
            if one.asked_due:
                settle_request(one, self.by)
        self._mark([*keys, *freed])
        return count

    def _open(self, step: Json, room: int) -> list[int]:
        """Behind a step that cancelled: what waited for the cancelled goes on."""
        work = Assignment.objects.filter(activity=step["activity"])
        later = work.filter(step__gt=0, state=S.WAITING)
        gone = work.filter(state=S.CANCELLED, changed__run=self.run, window__in=later.values("window"))
        rows = self._next(gone, room)
        waiting = {one.pk: one for one in later.filter(window__in={one.window_id for one in rows})}
        for one in rows:
            go_on(one, self.by)
        opened = Assignment.objects.filter(pk__in=list(waiting), state=S.SENT).values_list("pk", flat=True)
        self._mark(self._keep([waiting[pk] for pk in opened], quiet=True))
        return [one.pk for one in rows]

    def _take_in(self, step: Json, room: int) -> list[int]:
        rows = self._next(reached(step), room)
        keys = self._keep(self._named(step, rows))
        mine = Assignment.objects.filter(pk__in=keys)
        window = Window.objects.filter(pk=OuterRef("window"))
        moved = mine.filter(due__isnull=False).exclude(due=F("window__due"))  # while the work was not theirs
        Assignment.objects.filter(pk__in=list(moved.values_list("pk", flat=True))).update(
            first_due=Coalesce(F("first_due"), F("due")), moved=F("moved") + 1
        )
        days: dict[str, Any] = {name: Subquery(window.values(name)[:1]) for name in ("starts", "due")}
        self.run.returned += mine.update(state=S.SENT, remark="", inner_due=None, **days)
        for one in mine.filter(step__gt=0).select_related("executor"):
            if must_wait(one):
                ASSIGNMENT_WORKFLOW.move(one, "hold")
        self._mark(keys)
        return [one.pk for one in rows]

    # -- taking back ---------------------------------------------------------------------------------------------

    def _restore(self, step: Json, room: int) -> list[int]:
        """What the run changed is again as it was; what somebody has touched meanwhile stays."""
        rows = ChangedWork.objects.filter(run=self.run, pk__gt=self.run.passed).order_by("pk")
        found = list(rows.select_related("assignment")[:room])
        mine = [one for one in found if one.revision == one.assignment.revision and one.before]
        left = [one.pk for one in found if one.revision != one.assignment.revision]
        ChangedWork.objects.filter(pk__in=left).update(steps=[])
        groups: dict[tuple[Any, ...], list[ChangedWork]] = {}
        for one in mine:
            groups.setdefault(tuple(one.before[name] for name in FIELDS), []).append(one)
        for values, some in groups.items():
            named = {k: day_of(v) if k in _DAYS else v for k, v in zip(FIELDS, values, strict=True)}
            Assignment.objects.filter(pk__in=[one.assignment_id for one in some]).update(**named)
        reports = [one.before["report"] for one in mine if one.before["report"]]
        undecided: dict[str, Any] = {"decided_at": None, "decided_by": None, "comment": ""}
        Report.objects.filter(pk__in=reports).update(state=ReportState.SUBMITTED, **undecided)
        requests = [one.before["request"] for one in mine if one.before["request"]]
        Postponement.objects.filter(pk__in=requests).update(state=PostponementState.ASKED, **undecided)
        self._ids += [one.assignment.public_id for one in mine]
        self.run.touched += len(mine)
        return [one.pk for one in found]

    def _withdraw(self, step: Json, room: int) -> list[int]:
        """Sent since the rows changed: cancelled where the rows as they were do not ask for it, else on their day."""
        rows = self._next(reached(step).select_related("window"), room)
        asked = set(step["executors"])
        gone = [one for one in rows if one.window.skipped or one.executor_id not in asked]
        self._cancelled(gone, step["said"], new=True)
        kept = {one.pk for one in rows} - {one.pk for one in gone}
        days = Window.objects.filter(pk=OuterRef("window"))
        moved = Assignment.objects.filter(pk__in=kept).exclude(due=F("window__due"))
        moved.filter(pk__in=list(moved.values_list("pk", flat=True))).update(
            **{name: Subquery(days.values(name)[:1]) for name in ("starts", "due")}
        )
        return [one.pk for one in rows]

    def _bare(self, step: Json, room: int) -> list[int]:
        """Parts that the rows had for a while: cancelled work keeps the words of its row; the last goes with them."""
        rows = [one.pk for one in self._next(reached(step), room)]
        Assignment.objects.filter(pk__in=rows).update(part=None)
        if len(rows) < room:
            Window.objects.filter(part__in=step["parts"]).update(part=None)
            Part.objects.filter(pk__in=step["parts"]).delete()
        return rows

    # -- the journal ---------------------------------------------------------------------------------------------

    def _note(self) -> None:
        run, count = self.run, len(self._ids)
        undoing = run.state == RunState.UNDOING
        words = plural(count, "поручение", "поручения", "поручений")
        record(
            "assignments.unamended" if undoing else "assignments.amended",
            f"{'вернул(а) прежними' if undoing else 'изменил(а)'} {count} {words} «{run.roadmap.title[:120]}»: "
            f"{telling.head(run)}",
            by=self.by,
            on=run.roadmap,
            path=run.roadmap.organisation.path,
            confidential=run.listed or run.roadmap.confidential,
            data={
                "count": count,
                "sha256": hashlib.sha256("\n".join(sorted(self._ids)).encode()).hexdigest(),
                "run": run.public_id,
            },
        )


def _values(one: Assignment) -> Json:
    found = {name: getattr(one, name) for name in FIELDS}
    return {k: v.isoformat() if isinstance(v, dt.date) else v for k, v in found.items()}
