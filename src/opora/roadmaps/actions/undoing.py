"""What a document changed is taken back: rows, windows, the work sent out; while no executor has acted on it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from opora.access.queries import who_in
from opora.core.actor import Actor, require
from opora.core.clock import today
from opora.core.models import JobState
from opora.core.permissions import Permission
from opora.core.text import plural
from opora.core.workflow import Refused
from opora.documents.models import Document
from opora.journal.actions import record
from opora.notices.actions import Telling, notify_many
from opora.notices.models import NoticeKind
from opora.roadmaps.actions import runs, versions
from opora.roadmaps.changing.effects import Reckoning
from opora.roadmaps.changing.rows import Json
from opora.roadmaps.changing.snapshots import forget, put_back, same, snapshot
from opora.roadmaps.models import (
    Activity,
    Assignment,
    AssignmentState,
    ChangedWork,
    ChangeRun,
    Handed,
    HandedState,
    Postponement,
    Report,
    RoadMap,
    RunState,
    Version,
    Window,
)
from opora.roadmaps.models.runs import RUN_WORKFLOW
from opora.roadmaps.queries.versions import before
from opora.roadmaps.telling.common import others

S = AssignmentState
RIGHT = "отменять изменения этой дорожной карты"
NAMED = 3  # organisations that a reason names
ANEW = "Издайте документ, который меняет эти пункты ещё раз."
OLD = f"Эти изменения применены до того, как отмена стала возможной. {ANEW}"


def runs_of(document: Document) -> list[ChangeRun]:
    """What the document did to the road maps it changes, as far as it stands."""
    found = ChangeRun.objects.filter(document=document, roadmap__document__amended_by=document.pk)
    rows = found.exclude(state=RunState.UNDONE).select_related("roadmap__organisation", "version", "document")
    return list(rows.order_by("pk"))


def may_undo(document: Document, user: Actor) -> bool:
    """Who sends there and may know of lists: what stands in the way may tell of them."""
    rights = (Permission.DOCUMENTS_APPROVE, Permission.ROADMAPS_SEND, Permission.LISTS_VIEW)
    return all(user.may(one, document.organisation.path) for one in rights)


def obstacle(document: Document) -> str:
    """Why the changes cannot be taken back now, and what to do; empty where they can."""
    found = runs_of(document)
    if not found and Version.objects.filter(document=document).exclude(roadmap__document=document).exists():
        return OLD
    return next((why for run in found if (why := _obstacle(run))), "")


def _obstacle(run: ChangeRun) -> str:
    job = runs.job_of(run)
    if run.state == RunState.UNDOING:
        return "Изменения уже отменяются."
    if job and job.state in (JobState.QUEUED, JobState.RUNNING):
        return "Изменения ещё применяются. Дождитесь конца работы или остановите её, затем отменяйте."
    title = run.roadmap.title[:120]
    later = Version.objects.filter(roadmap=run.roadmap, number__gt=run.version.number if run.version else 0)
    last = later.order_by("number").last()
    if last:
        return f"После этого дорожная карта «{title}» изменилась ещё раз ({last}). Сначала отмените то изменение."
    accepted = Handed.objects.filter(document=run.document, roadmap__parent=run.roadmap, state=HandedState.ACCEPTED)
    below = list(accepted.values_list("roadmap__organisation__short_name", flat=True).distinct()[: NAMED + 1])
    if below:
        return f"Изменения уже приняты в дорожные карты ниже: {_names(below)}. {ANEW}"
    now = snapshot([int(key) for key in run.after])
    if any(key not in now or not same(row, now[key]) for key, row in run.after.items()):
        return f"Пункты или сроки дорожной карты «{title}» после этого меняли вручную. {ANEW}"
    acted = _acted(run)
    count = acted.count()
    if count:
        names = list(acted.order_by("pk").values_list("executor__short_name", flat=True).distinct()[: NAMED + 1])
        words = plural(count, "поручение", "поручения", "поручений")
        return f"По изменённому уже работают или его уже меняли: {count} {words} ({_names(names)}). {ANEW}"
    return ""


def _names(names: list[str]) -> str:
    return ", ".join(names[:NAMED]) + (" и другие" if len(names) > NAMED else "")


def _acted(run: ChangeRun) -> QuerySet[Assignment]:
    """Work that somebody has touched since the run left it, or that was sent since and is begun."""
    asked = Postponement.objects.filter(assignment=OuterRef("pk"), created_at__gt=run.created_at)
    written = Report.objects.filter(assignment=OuterRef("pk"), saved_at__gt=run.created_at)
    busy = Q(Exists(asked)) | Q(Exists(written))
    other = ChangedWork.objects.filter(run=run).exclude(assignment__revision=F("revision"))
    changed = Assignment.objects.filter(changed__run=run).filter(busy)
    begun = _sent_since(run).filter(~Q(state__in=[S.SENT, S.WAITING, S.CANCELLED]) | busy)
    return Assignment.objects.filter(
        Q(pk__in=other.values("assignment")) | Q(pk__in=changed.values("pk")) | Q(pk__in=begun.values("pk"))
    )


def _sent_since(run: ChangeRun) -> QuerySet[Assignment]:
    """By the changed and the new rows, after the run began."""
    rows = Assignment.objects.filter(activity__in=list(map(int, run.after)), pk__gt=run.last)
    return rows.exclude(pk__in=ChangedWork.objects.filter(run=run).values("assignment"))


def preview(document: Document) -> list[str]:
    """What taking back will do, in sentences."""
    said = []
    for run in runs_of(document):
        summary = run.version.summary if run.version else ""
        gone = _sent_since(run).filter(state__in=[S.SENT, S.WAITING]).count()
        counts = [
            (run.moved, "прежний срок вернётся у поручений"),
            (run.cancelled, "снова станут поручениями отменённые"),
            (run.returned, "снова отменятся возвращённые"),
            (gone, "проверятся разосланные после этого"),
        ]
        work = "".join(f"; {words}: {number}" for number, words in counts if number)
        said.append(f"«{run.roadmap.title[:120]}»: отменятся изменения ({summary}){work}.")
    return [*said, "Каждый исполнитель получит уведомление, что стало для него прежним."] if said else []


@transaction.atomic
def undo(document: Document, *, by: Actor) -> list[ChangeRun]:
    """Take back what the document did: rows at once, the work sent out at once or in the background."""
    found = runs_of(document)
    for run in found:
        path = run.roadmap.organisation.path
        require(by, Permission.ROADMAPS_SEND, path, to=RIGHT)
        require(by, Permission.LISTS_VIEW, path, to=RIGHT)
        RoadMap.objects.select_for_update().get(pk=run.roadmap_id)
    why = obstacle(document)
    if why:
        raise Refused(f"Отменить изменения нельзя. {why}")
    for run in runs_of(document):
        _undo(run, document, by)
    return found


def _undo(run: ChangeRun, document: Document, by: Actor) -> None:
    roadmap = run.roadmap
    parts = [part for key, row in run.before.items() for part in put_back(key, row)]
    added = Activity.objects.filter(pk__in=[int(key) for key in run.after if key not in run.before])
    added.update(dropped_on=today())
    forget(Window.objects.filter(activity__in=added).values_list("pk", flat=True))
    steps = [*run.steps, {"do": "restore", "said": "", "back": ""}, *_withdrawals(run, added)]
    if parts:
        steps.append({"do": "bare", "parts": parts, "said": "", "back": ""})
    count = run.work.count() + runs.expected(steps[len(run.steps) + 1 :])
    at = len(run.steps)
    RUN_WORKFLOW.move(run, "undo", finished_at=None, steps=steps, step=at, passed=0, touched=0, total=count)
    if run.version:
        day = max(run.version.on, today())
        said = f"Отменено применение документа «{document}»"
        versions.keep(roadmap, by=by, on=day, document=None, summary=said, like=before(run.version))
    record(
        "roadmaps.unamended",
        f"отменил(а) изменения дорожной карты «{roadmap.title[:120]}» документом «{document}»",
        by=by,
        on=roadmap,
        path=roadmap.organisation.path,
        confidential=True,
        data={"document": document.public_id, "run": run.public_id, "count": count},
    )
    _take_from_below(run, by)
    ChangeRun.objects.filter(pk=run.pk).update(actor_id=by.actor_id)
    run.actor_id = by.actor_id
    runs.start(run, by=by, url=reverse("roadmaps:amendment", args=[document.public_id]))


def _withdrawals(run: ChangeRun, added: Iterable[Activity]) -> list[Json]:
    """For each row by which something was sent since: whom the row as it was still asks."""
    rows = Activity.objects.filter(pk__in=_sent_since(run).values("activity"))
    gone = {one.pk for one in added}
    reckoning = Reckoning(run.roadmap, today())
    steps = []
    for activity in rows:
        people = [] if activity.pk in gone else run.before[str(activity.pk)]["people"]
        at = f"пункт {activity.number}" if activity.number else f"пункт «{activity.text[:60]}»"
        said = f"{at}: это поручение отменено"
        steps.append(
            {
                "do": "withdraw",
                "activity": activity.pk,
                "executors": sorted(reckoning.targets(people)),
                "last": run.last,
                "run": run.pk,
                "said": said,
                "back": said,
            }
        )
    return steps


def _take_from_below(run: ChangeRun, by: Actor) -> None:
    """What road maps below were asked to decide about is no question any more."""
    handed = Handed.objects.filter(document=run.document, roadmap__parent=run.roadmap)
    rows = list(handed.filter(via_list=False).select_related("roadmap__organisation"))
    children = {one.roadmap_id: one.roadmap for one in rows}
    users = who_in(Permission.ROADMAPS_EDIT, {child.organisation_id for child in children.values()})
    permission = Permission.LISTS_VIEW if run.roadmap.confidential else Permission.ROADMAPS_EDIT
    notify_many(
        [
            Telling(
                others(users.get(child.organisation_id, ()), by),
                NoticeKind.CHANGED,
                f"Изменения дорожной карты «{run.roadmap.title[:120]}» отменены: решать о них больше не нужно.",
                reverse("roadmaps:above", args=[child.public_id]),
                child,
                f"unhanded:{run.public_id}:{child.public_id}",
                (permission, child.organisation.path),
            )
            for child in children.values()
        ]
    )
    handed.delete()


@transaction.atomic
def go_on(run: ChangeRun, *, by: Actor, url: str) -> ChangeRun:
    """Continue a run that was stopped or failed."""
    require(by, Permission.ROADMAPS_SEND, run.roadmap.organisation.path, to="продолжать изменение этой дорожной карты")
    if not stopped(run):
        raise Refused("Продолжать нечего: работа идёт или уже закончена.")
    ChangeRun.objects.filter(pk=run.pk).update(actor_id=by.actor_id)
    run.actor_id = by.actor_id
    return runs.start(run, by=by, url=url)


def stopped(run: ChangeRun) -> bool:
    job = runs.job_of(run)
    return not run.ended and (job is None or job.finished)
