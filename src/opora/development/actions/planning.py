"""A teacher's plan: drafted from the deficits of a result, carried out with proof, checked by the head.

What a teacher does with the plan stands in the journal for him alone: that he has one tells of his deficits.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from opora.core.actor import Actor, Denied
from opora.core.clock import today
from opora.core.text import fold
from opora.core.workflow import Refused, Stale
from opora.development.models import Help, HelpKind, Sitting, SittingState, Undertaking
from opora.development.models.sittings import headed
from opora.journal.actions import record

NOTHING = "Выбрать, что поможет: в каталоге пока пусто"
MOST = 50  # lines of a plan
DAYS = {HelpKind.MENTOR: 60, HelpKind.EVENT: 90, HelpKind.COURSE: 180}  # until a drafted line is due


def _of_own(sitting: Sitting, by: Actor) -> Sitting:
    """The person's own result, locked: its plan is one."""
    mine = Sitting.objects.own(by).filter(pk=sitting.pk, state=SittingState.DONE)
    found = mine.select_for_update(of=("self",)).first()
    if found is None:
        raise Denied("План развития составляет сам педагог, по своему результату.")
    return found


@transaction.atomic
def draft(sitting: Sitting, *, by: Actor) -> int:
    """For each deficit the first of each kind that the catalogue has against it; how many lines."""
    one = _of_own(sitting, by)
    if one.plan.exists():
        raise Stale("План уже составлен. Обновите страницу: его можно дополнить.")
    deficits = [score.title for score in one.scores.all() if score.deficit]
    if not deficits:
        raise Refused("Дефицитов нет: составлять план не из чего. Добавьте строки сами, если хотите.")
    subject = one.diagnosis.version.instrument.subject
    offered = Help.objects.visible(by).offered().filter(subject__in=("", subject))
    # What is for this subject goes before what is for any.
    catalogue = list(offered.order_by("kind", "-subject", "sort_title", "pk"))
    lines = [line for deficit in deficits for line in _against(deficit, one, catalogue)]
    for line in sorted(lines, key=lambda line: line.due):
        line.save()
    _note("drafted", f"составил(а) план развития, строк: {len(lines)}", one, by)
    return len(lines)


def _against(deficit: str, sitting: Sitting, catalogue: list[Help]) -> list[Undertaking]:
    first: dict[HelpKind, Help] = {}
    for one in catalogue:
        if fold(one.deficit) == fold(deficit):
            first.setdefault(HelpKind(one.kind), one)
    if not first:
        due = today() + dt.timedelta(days=DAYS[HelpKind.EVENT])
        return [Undertaking(sitting=sitting, deficit=deficit, title=NOTHING, due=due)]
    return [
        Undertaking(
            sitting=sitting,
            deficit=deficit,
            helped_by=one,
            title=one.title,
            who=one.provider,
            due=today() + dt.timedelta(days=DAYS[kind]),
        )
        for kind, one in first.items()
    ]


@transaction.atomic
def add_line(
    sitting: Sitting, *, by: Actor, deficit: str, title: str, due: dt.date, who: str = "", helped_by: Help | None = None
) -> Undertaking:
    one = _of_own(sitting, by)
    if one.plan.count() >= MOST:
        raise Refused(f"В плане уже {MOST} строк. Уберите лишнее, прежде чем добавлять.")
    made = Undertaking.objects.create(sitting=one, deficit=deficit, title=title, due=due, who=who, helped_by=helped_by)
    _note("added", f"добавил(а) в план развития «{made}»", made, by)
    return made


@transaction.atomic
def change_line(line: Undertaking, *, by: Actor, title: str, due: dt.date, who: str = "") -> None:
    """What was done stays as it was."""
    _of_own(line.sitting, by)
    if Undertaking.objects.filter(pk=line.pk, done_at=None).update(title=title, due=due, who=who) != 1:
        raise Stale("Это уже сделано или убрано из плана: изменить нельзя.")
    _note("changed", f"изменил(а) в плане развития «{title}»", line, by)


@transaction.atomic
def remove_line(line: Undertaking, *, by: Actor) -> None:
    """What was done stays."""
    _of_own(line.sitting, by)
    if Undertaking.objects.filter(pk=line.pk, done_at=None).delete()[0] != 1:
        raise Stale("Сделанное из плана не убирают.")
    _note("removed", f"убрал(а) из плана развития «{line}»", line, by)


@transaction.atomic
def do_line(line: Undertaking, *, by: Actor, evidence: str) -> None:
    """Done, by what proves it."""
    _of_own(line.sitting, by)
    if not evidence.strip():
        raise Refused("Напишите, чем подтверждается: удостоверение, его номер и дата, ссылка.")
    fresh = Undertaking.objects.filter(pk=line.pk, done_at=None)
    if fresh.update(done_at=timezone.now(), evidence=evidence.strip()) != 1:
        raise Stale("Это уже отмечено сделанным или убрано из плана.")
    _note("done", f"отметил(а) сделанным в плане развития «{line}»", line, by)


@transaction.atomic
def undo_line(line: Undertaking, *, by: Actor) -> None:
    """Not done after all, while nobody has checked it."""
    _of_own(line.sitting, by)
    unchecked = Undertaking.objects.filter(pk=line.pk, done_at__isnull=False, checked_at=None)
    if unchecked.update(done_at=None, evidence="") != 1:
        raise Stale("Отметку не снять: руководитель уже проверил или её уже нет. Обновите страницу.")
    _note("undone", f"снял(а) отметку о выполнении в плане развития «{line}»", line, by)


@transaction.atomic
def check_line(line: Undertaking, *, by: Actor) -> None:
    """The head has looked at what proves it; as long as he may see the result. His own he does not check."""
    path = line.sitting.organisation.path
    if path not in headed(by) or not Sitting.objects.visible(by).filter(pk=line.sitting_id).exists():
        raise Denied("Проверить может руководитель школы, которому педагог показал результат.")
    if Sitting.objects.own(by).filter(pk=line.sitting_id).exists():
        raise Denied("Свой план проверяет не сам педагог.")
    done = Undertaking.objects.filter(pk=line.pk, done_at__isnull=False, checked_at=None)
    if done.update(checked_at=timezone.now(), checked_by=by.label) != 1:
        raise Stale("Проверять нечего: это не сделано или уже проверено.")
    _note("checked", f"проверил(а) выполнение плана развития: «{line}»", line, by)


def _note(event: str, text: str, on: Sitting | Undertaking, by: Actor) -> None:
    record(f"development.plan_{event}", text, by=by, on=on)
