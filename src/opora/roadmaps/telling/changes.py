"""What changed for an executor when the rows of a road map changed: one notice each."""

from __future__ import annotations

import hashlib

from django.urls import reverse

from opora.access.queries import who_in
from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.notices.actions import Telling, notify_many
from opora.notices.models import NoticeKind
from opora.roadmaps.models import ChangedWork, ChangeRun, RunState
from opora.roadmaps.telling.common import others

AT_ONCE = 500  # executors of one transaction
MOST = 12  # changes that a notice names


def head(run: ChangeRun) -> str:
    """«Изменено распоряжением № 5»; of what is taken back «Отменено: изменено распоряжением № 5»."""
    if run.state != RunState.UNDOING:
        return run.because
    return f"Отменено: {run.because[:1].lower()}{run.because[1:]}"


def tell_some(run: ChangeRun, *, by: Actor) -> bool:
    """Tell the next executors what changed for them; False where all know. The run remembers who was the last.

    What tells of lists goes to those alone who may know.
    """
    work = ChangedWork.objects.filter(run=run)
    behind = work.filter(executor__gt=run.passed).order_by("executor").values_list("executor", flat=True)
    executors = list(behind.distinct()[:AT_ONCE])
    if not executors:
        return False
    place = "back" if run.state == RunState.UNDOING else "said"
    found: dict[tuple[int, str, bool], set[int]] = {}
    rows = work.filter(executor__in=executors).order_by("executor", "pk")
    for executor, path, via_list, steps in rows.values_list(
        "executor", "executor__path", "assignment__via_list", "steps"
    ):
        found.setdefault((executor, path, via_list or run.roadmap.confidential), set()).update(steps)
    users = who_in(Permission.ASSIGNMENTS_REPORT, executors)
    url = f"{reverse('roadmaps:assignments')}?whose=mine&roadmap={run.roadmap.public_id}"
    tellings = []
    for (executor, path, restricted), steps in found.items():
        texts = list(dict.fromkeys(text for one in sorted(steps) if (text := run.steps[one][place])))
        if not texts:
            continue
        said = f"{head(run)}: {'; '.join(texts[:MOST])}" + ("; и другое." if len(texts) > MOST else ".")
        permission = Permission.LISTS_VIEW if restricted else Permission.ASSIGNMENTS_REPORT
        digest = hashlib.sha256(f"{executor}:{restricted}".encode()).hexdigest()[:16]
        key = f"{place}:{run.public_id}:{digest}"
        people = others(users.get(executor, ()), by)
        tellings.append(Telling(people, NoticeKind.CHANGED, said, url, run.roadmap, key, (permission, path)))
    notify_many(tellings)
    run.passed = executors[-1]
    return True
