"""Concerns: raised, taken up and down the levels, checked, decided on, resolved; each with its reason."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from opora.access.models import User
from opora.access.queries import who
from opora.core.actor import Actor, Denied, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused, Stale
from opora.journal.actions import record
from opora.notices.actions.notifying import notify
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation
from opora.support.levels import Level, levels, newest
from opora.support.models import Case, Who
from opora.support.models.concerns import CONCERN_WORKFLOW, Concern, ConcernEvent, ConcernStep

TO_RAISE = "подавать тревожные сигналы о школе"


def may_raise(user: Actor, path: str) -> bool:
    """The region and the municipality, which know that the school is listed."""
    return user.may(Permission.LISTS_VIEW, path) and user.may(Permission.ASSIGNMENTS_DECIDE, path)


def may_put(user: Actor, path: str, level: Level) -> bool:
    """Whether the person may put a concern on this level, or take it from there."""
    return may_raise(user, path) and (level.who != Who.REGION or user.may(Permission.LISTS_EDIT, path))


@transaction.atomic
def raise_concern(case: Case, *, by: Actor, text: str, rank: int = 1, shared: bool = False) -> Concern:
    """Say what is wrong with a school of which there is an open case."""
    path = case.school.path
    require(by, Permission.LISTS_VIEW, path, to=TO_RAISE)
    require(by, Permission.ASSIGNMENTS_DECIDE, path, to=TO_RAISE)
    if not case.is_open:
        raise Refused("Дело школы закрыто: сигнал о ней не подать.")
    text = _said(text, "Напишите, что случилось.")
    level = _level(newest(), rank)
    _may(by, path, level)
    concern = Concern.objects.create(
        case=case, version=newest(), rank=rank, text=text, shared=shared, raised_by=by.label
    )
    _event(concern, ConcernStep.RAISED, text, by)
    _record("raised", f"подал(а) тревожный сигнал о школе «{case.school}»: {level.title}", concern, by, {"text": text})
    _tell(concern, by, f"Тревожный сигнал о школе «{case.school}»: {level.title}.")
    return concern


@transaction.atomic
def put(concern: Concern, *, by: Actor, rank: int, reason: str, document_text: str = "") -> Concern:
    """Take a concern up or down to another level."""
    concern = _locked(concern, by)
    old, new = _level(concern.version, concern.rank), _level(concern.version, rank)
    if old.rank == new.rank:
        raise Refused(f"Сигнал уже на этом уровне: {new.title}.")
    _may(by, concern.case.school.path, old)
    _may(by, concern.case.school.path, new)
    reason = _said(reason, "Напишите, почему меняется уровень.")
    if Concern.objects.open().filter(pk=concern.pk, rank=old.rank).update(rank=new.rank) != 1:
        raise Stale("Пока вы работали, сигнал уже изменил кто-то другой. Обновите страницу и посмотрите.")
    concern.rank = new.rank
    kind = ConcernStep.UP if new.rank > old.rank else ConcernStep.DOWN
    _event(concern, kind, reason, by, document_text)
    text = f"изменил(а) уровень сигнала о школе «{concern.case.school}»: {old.title} → {new.title}"
    _record("put", text, concern, by, {"old": old.key, "new": new.key, "reason": reason})
    _tell(concern, by, f"Сигнал о школе «{concern.case.school}»: теперь {new.title}.")
    return concern


@transaction.atomic
def decide(concern: Concern, *, by: Actor, text: str, document_text: str = "") -> None:
    """Write down what was decided about it."""
    concern = _locked(concern, by)
    text = _said(text, "Напишите, что решено.")
    _event(concern, ConcernStep.DECISION, text, by, document_text)
    _record("decided", f"записал(а) решение по сигналу о школе «{concern.case.school}»", concern, by, {"text": text})
    _tell(concern, by, f"По сигналу о школе «{concern.case.school}» принято решение.")


@transaction.atomic
def tick(concern: Concern, *, by: Actor, item: str, needed: bool = True, note: str = "") -> None:
    """A line of the checklist of its level is done, or not needed."""
    concern = _locked(concern, by)
    level = _level(concern.version, concern.rank)
    found = level.item(item)
    if found is None:
        raise Refused("Этого пункта в контрольном листе уровня нет. Обновите страницу и посмотрите.")
    if not needed:
        note = _said(note, "Напишите, почему пункт не нужен.")
    now = {"needed": needed, "note": note.strip()[:500], "at": timezone.now(), "who": by.label}
    concern.ticks.update_or_create(rank=level.rank, item=item, defaults=now)
    words = "отметил(а)" if needed else "отметил(а) ненужным"
    text = f"{words} в листе сигнала о школе «{concern.case.school}»: {found.title}"
    _record("ticked", text, concern, by, {"item": item, "needed": needed, "note": note})


@transaction.atomic
def untick(concern: Concern, *, by: Actor, item: str) -> None:
    concern = _locked(concern, by)
    if concern.ticks.filter(rank=concern.rank, item=item).delete()[0]:
        text = f"снял(а) отметку в листе сигнала о школе «{concern.case.school}»"
        _record("unticked", text, concern, by, {"item": item})


@transaction.atomic
def share(concern: Concern, *, by: Actor) -> None:
    """Address it to the school, which sees it from now on."""
    concern = _locked(concern, by)
    if concern.shared:
        return
    Concern.objects.filter(pk=concern.pk).update(shared=True)
    concern.shared = True
    _event(concern, ConcernStep.SHARED, "", by)
    _record("shared", f"показал(а) сигнал школе «{concern.case.school}»", concern, by, {})
    _tell(concern, by, f"О школе «{concern.case.school}» подан сигнал, он адресован ей.")


@transaction.atomic
def resolve(concern: Concern, *, by: Actor, reason: str, document_text: str = "") -> None:
    """It is over: every line of the checklist of its level is done or not needed."""
    concern = _locked(concern, by)
    level = _level(concern.version, concern.rank)
    _may(by, concern.case.school.path, level)
    ticked = set(concern.ticks.filter(rank=level.rank).values_list("item", flat=True))
    if missing := [one.title for one in level.checklist if one.key not in ticked]:
        raise Refused(f"Сигнал пока не снять: в контрольном листе не отмечено: {'; '.join(missing)}.")
    CONCERN_WORKFLOW.move(concern, "resolve", comment=reason, resolved_at=timezone.now(), resolved_by=by.label)
    _event(concern, ConcernStep.RESOLVED, reason.strip(), by, document_text)
    _record("resolved", f"снял(а) сигнал о школе «{concern.case.school}»", concern, by, {"reason": reason})
    _tell(concern, by, f"Сигнал о школе «{concern.case.school}» снят.")


@transaction.atomic
def reopen(concern: Concern, *, by: Actor, reason: str) -> None:
    concern = _locked(concern, by, closed=True)
    _may(by, concern.case.school.path, _level(concern.version, concern.rank))
    CONCERN_WORKFLOW.move(concern, "reopen", comment=reason, resolved_at=None, resolved_by=None)
    _event(concern, ConcernStep.REOPENED, reason.strip(), by)
    _record("reopened", f"снова открыл(а) сигнал о школе «{concern.case.school}»", concern, by, {"reason": reason})
    _tell(concern, by, f"Сигнал о школе «{concern.case.school}» открыт снова.")


def _said(text: str, otherwise: str) -> str:
    text = text.strip()
    if not text:
        raise Refused(otherwise)
    return text


def _level(version: int, rank: int) -> Level:
    found = next((one for one in levels(version) if one.rank == rank), None)
    if found is None:
        raise Refused("Такого уровня нет. Обновите страницу и посмотрите.")
    return found


def _may(by: Actor, path: str, level: Level) -> None:
    if not may_put(by, path, level):
        raise Denied(f"Уровень «{level.title}» ставит и снимает только регион.")


def _locked(concern: Concern, by: Actor, *, closed: bool = False) -> Concern:
    """The concern as it now is, locked; open, unless a closed one is meant."""
    path = concern.case.school.path
    require(by, Permission.LISTS_VIEW, path, to=TO_RAISE)
    require(by, Permission.ASSIGNMENTS_DECIDE, path, to=TO_RAISE)
    rows = Concern.objects.select_for_update(of=("self",)).select_related("case__school__parent")
    found = rows.get(pk=concern.pk)
    if not closed and not found.is_open:
        raise Refused("Сигнал уже снят. Чтобы продолжить по нему работу, откройте его снова.")
    return found


def _event(concern: Concern, kind: ConcernStep, text: str, by: Actor, document_text: str = "") -> None:
    ConcernEvent.objects.create(
        concern=concern,
        kind=kind,
        rank=concern.rank,
        text=text,
        document_text=document_text.strip()[:500],
        at=timezone.now(),
        who=by.label,
    )


def _record(event: str, text: str, concern: Concern, by: Actor, data: dict[str, Any]) -> None:
    path = concern.case.school.path
    record(f"support.concern_{event}", text, by=by, on=concern, path=path, confidential=True, data=data)


def _tell(concern: Concern, by: Actor, text: str) -> None:
    """The municipality, the region, and the school where it is addressed to it; not the one who did it."""
    school = concern.case.school
    places: Iterable[tuple[Permission, Organisation | None]] = [
        (Permission.ASSIGNMENTS_DECIDE, school.parent),
        (Permission.LISTS_EDIT, Organisation.objects.get(path=school.root_path)),
        *([(Permission.ASSIGNMENTS_SUBMIT, school)] if concern.shared else []),
    ]
    people: dict[int, User] = {}
    for permission, place in places:
        people |= {one.pk: one for one in who(permission, place)} if place else {}
    notify(
        [one for one in people.values() if one.actor_id != by.actor_id],
        kind=NoticeKind.LISTED,
        text=text,
        url=concern.get_absolute_url(),
        on=concern,
        key=f"concern:{concern.public_id}:{concern.events.count()}",
        needs=(Permission.LISTS_VIEW, school.path),
    )
