"""Pairs of schools: made by hand or from a document, ended, renewed for the next year; what a pair plans and does."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.access.queries import who_in
from opora.core.actor import Actor, Denied, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.workflow import Refused, Stale
from opora.documents.models import Document, DocumentState
from opora.journal.actions import record
from opora.lists.capability import may_entrust
from opora.notices.actions.notifying import Telling, notify_many
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.support.models.mentoring import (
    MOST_LOAD,
    PAIR_WORKFLOW,
    Contact,
    Doer,
    Mentor,
    MentorKind,
    MentorState,
    Pair,
    PairKind,
    PairOrigin,
    PlanLine,
    year_of,
)

TO_PAIR = "назначать школам наставников"
_CHANGED = "Эту строку плана уже изменили. Обновите страницу и посмотрите."


@transaction.atomic
def make_pair(
    *,
    by: Actor,
    school: Organisation,
    mentor: Mentor,
    kind: str = PairKind.MENTOR,
    school_year: int | None = None,
    document_text: str = "",
    document_id: str = "",
    origin: str = PairOrigin.HAND,
    reason: str = "",
) -> Pair:
    """From now on the mentor's people know that the school is helped, and see this pair."""
    if not may_entrust(by, school.path):
        raise Denied(f"У вас нет права {TO_PAIR}. Обратитесь к региональному координатору.")
    year = year_of(today()) if school_year is None else school_year
    mentor = Mentor.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=mentor.pk)
    _check(school, mentor, year)
    made = Pair.objects.create(
        school=school,
        mentor=mentor,
        kind=kind,
        school_year=year,
        origin=origin,
        document_text=document_text.strip(),
        document_id=document_id,
        reason=reason.strip(),
        made_by=by.label,
    )
    _record("pair_made", f"назначил(а) школе «{school}» наставника: {mentor}", made, by)
    tell_pairs([made])
    return made


def _check(school: Organisation, mentor: Mentor, year: int) -> None:
    if school.kind != OrganisationKind.SCHOOL:
        raise Refused(f"«{school}» — не общеобразовательная организация.")
    if mentor.organisation_id == school.pk:
        raise Refused("Школа не может быть наставником самой себе: выберите другого наставника.")
    if mentor.organisation.root_path != school.root_path:
        raise Refused("Наставник и школа — из разных регионов.")
    if mentor.state != MentorState.ACTIVE:
        raise Refused(f"Наставник «{mentor}» в архиве: сначала верните его в реестр.")
    there = Pair.objects.active().filter(mentor=mentor, school_year=year)
    if there.filter(school=school).exists():
        raise Refused("Такая пара на этот учебный год уже есть.")
    if there.count() >= mentor.load:  # how many, whoever asks may not know: they may be others' schools
        raise Refused(f"Нагрузка наставника «{mentor}» занята: выберите другого или увеличьте её.")


def tell_pairs(made: Iterable[Pair]) -> None:
    """The heads of both sides."""
    pairs = list(made)
    _tell(
        pairs,
        "",
        lambda pair: f"Школе назначен наставник на {pair.year} учебный год: {pair.mentor}.",
        lambda pair: f"Вашей организации поручена новая пара на {pair.year} учебный год.",
    )


def _tell(pairs: Sequence[Pair], event: str, school: Callable[[Pair], str], mentor: Callable[[Pair], str]) -> None:
    """Words for the mentor's side name no school: only the page, behind its right, does."""
    heads = who_in(
        Permission.ASSIGNMENTS_SUBMIT, {one for pair in pairs for one in (pair.school_id, pair.mentor.organisation_id)}
    )

    def telling(pair: Pair, side: Organisation, text: str, right: Permission, url: str) -> Telling:
        users: list[User] = heads.get(side.pk, [])
        key = f"pair{event}:{pair.public_id}:{side.pk}"
        return Telling(users, NoticeKind.ENTRUSTED, text, url, pair, key, (right, side.path))

    told = []
    for pair in pairs:
        page = pair.get_absolute_url()
        told.append(telling(pair, pair.school, school(pair), Permission.LISTS_VIEW, page))
        place, seen = pair.mentor.organisation, page if pair.is_active else reverse("support:pairs")
        told.append(telling(pair, place, mentor(pair), Permission.ASSIGNMENTS_REPORT, seen))
    notify_many(told)


@transaction.atomic
def end_pair(pair: Pair, *, by: Actor, reason: str) -> None:
    """Both sides are told; the mentor's people see it no more."""
    if not may_entrust(by, pair.school.path):
        raise Denied(f"У вас нет права {TO_PAIR}. Обратитесь к региональному координатору.")
    values = {"ended_at": timezone.now(), "ended_by": by.label, "ended_reason": reason.strip()[:500]}
    PAIR_WORKFLOW.move(pair, "end", comment=reason, **values)
    _record("pair_ended", f"прекратил(а) пару «{pair}»: {reason.strip()}", pair, by)
    _tell(
        [pair],
        "-ended",
        lambda pair: f"Пара с наставником прекращена: {pair.mentor}. {reason.strip()[:300]}",
        lambda pair: f"Одна из пар вашей организации на {pair.year} учебный год прекращена.",
    )


@transaction.atomic
def renew_pair(pair: Pair, *, by: Actor) -> Pair:
    """The same pair for the next school year, with the lines of its plan that are not done."""
    if pair.school_year > year_of(today()):
        raise Refused("Учебный год этой пары ещё не начался: продлить её можно, когда он пойдёт.")
    made = make_pair(
        by=by,
        school=pair.school,
        mentor=pair.mentor,
        kind=pair.kind,
        school_year=pair.school_year + 1,
        origin=PairOrigin.RENEWAL,
        reason=f"Продолжение пары {pair.year} учебного года.",
    )
    lines = pair.plan.filter(done_at__isnull=True)
    PlanLine.objects.bulk_create(
        PlanLine(pair=made, text=one.text, due=_year_on(one.due), doer=one.doer, written_by=one.written_by)
        for one in lines
    )
    return made


def _year_on(day: dt.date) -> dt.date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap else day.day)


@transaction.atomic
def sign(pair: Pair, *, by: Actor, agreement: str) -> None:
    """Note the date and number of the signed agreement."""
    _require_work(pair, by)
    Pair.objects.filter(pk=pair.pk).update(agreement=agreement.strip())
    _record("pair_signed", f"отметил(а) соглашение пары «{pair}»: {agreement.strip()}", pair, by)


# -- what a pair does ----------------------------------------------------------------------------------------------


def may_work(user: Actor, pair: Pair) -> bool:
    """Either side, those above the school, and the region."""
    if not pair.is_active:
        return False
    path = pair.school.path
    if user.may(Permission.LISTS_VIEW, path) and user.may(Permission.ASSIGNMENTS_REPORT, path):
        return True
    place = pair.mentor.organisation.path
    return place in user.own.paths and user.may(Permission.ASSIGNMENTS_REPORT, place)


def _require_work(pair: Pair, by: Actor) -> None:
    if not may_work(by, pair):
        raise Denied("У вас нет права писать в этой паре: это делают её школа, наставник и те, кто их ведёт.")


@transaction.atomic
def add_line(pair: Pair, *, by: Actor, text: str, due: dt.date, doer: str = Doer.BOTH) -> PlanLine:
    _require_work(pair, by)
    if due < today():
        raise Refused("Этот день уже прошёл: выберите другой, а то, что было, запишите как контакт.")
    made = PlanLine.objects.create(pair=pair, text=text.strip(), due=due, doer=doer, written_by=by.label)
    _record("pair_planned", f"добавил(а) в совместный план пары «{pair}»: {made}", pair, by)
    return made


@transaction.atomic
def change_line(line: PlanLine, *, by: Actor, text: str, due: dt.date, doer: str = Doer.BOTH) -> None:
    _require_open(line, by)
    if due < today() and due != line.due:
        raise Refused("Этот день уже прошёл: выберите другой.")
    values = {"text": text.strip(), "due": due, "doer": doer, "changed_by": by.label}
    if not PlanLine.objects.filter(pk=line.pk, done_at__isnull=True).update(**values):
        raise Stale(_CHANGED)
    old = [line.text, line.due.isoformat(), line.doer]
    data = {"old": old, "new": [text.strip(), due.isoformat(), doer]}
    _record("pair_replanned", f"исправил(а) строку совместного плана пары «{line.pair}»: {line}", line.pair, by, data)


@transaction.atomic
def remove_line(line: PlanLine, *, by: Actor) -> None:
    _require_open(line, by)
    if not PlanLine.objects.filter(pk=line.pk, done_at__isnull=True).delete()[0]:
        raise Stale(_CHANGED)
    data = {"old": [line.text, line.due.isoformat()]}
    _record("pair_unplanned", f"убрал(а) из совместного плана пары «{line.pair}»: {line}", line.pair, by, data)


def _require_open(line: PlanLine, by: Actor) -> None:
    _require_work(line.pair, by)
    if line.done_at:
        raise Refused("Строка отмечена выполненной: сначала снимите отметку.")


@transaction.atomic
def do_line(line: PlanLine, *, by: Actor) -> None:
    _require_work(line.pair, by)
    values = {"done_at": timezone.now(), "done_by": by.label}
    if not PlanLine.objects.filter(pk=line.pk, done_at__isnull=True).update(**values):
        raise Stale("Эта строка плана уже отмечена. Обновите страницу и посмотрите.")
    _record("pair_done", f"отметил(а) выполненным в паре «{line.pair}»: {line}", line.pair, by)


@transaction.atomic
def undo_line(line: PlanLine, *, by: Actor) -> None:
    _require_work(line.pair, by)
    if not PlanLine.objects.filter(pk=line.pk, done_at__isnull=False).update(done_at=None, done_by=None):
        raise Stale("Эта строка плана и так не выполнена. Обновите страницу и посмотрите.")
    _record("pair_undone", f"снял(а) отметку в паре «{line.pair}»: {line}", line.pair, by)


@transaction.atomic
def add_contact(pair: Pair, *, by: Actor, on: dt.date, kind: str, text: str) -> Contact:
    _require_work(pair, by)
    if on > today():
        raise Refused("Эта дата ещё не наступила: то, что впереди, пишите в совместный план.")
    made = Contact.objects.create(pair=pair, on=on, kind=kind, text=text.strip(), written_by=by.label)
    _record("pair_met", f"записал(а) контакт пары «{pair}»: {made}", pair, by)
    return made


def _record(event: str, text: str, pair: Pair, by: Actor, more: dict[str, Any] | None = None) -> None:
    data = {"school_year": pair.school_year, "kind": pair.kind, "document": pair.document_text, **(more or {})}
    record(f"support.{event}", text[:500], by=by, on=pair, path=pair.school.path, confidential=True, data=data)


@transaction.atomic
def succeeded(old: Organisation, successor: Organisation, by: Actor) -> None:
    """The registry's point: the successor takes over pairs that are not doubled by it, and mentors."""
    for pair in Pair.objects.active().filter(school=old).select_related("school", "mentor__organisation"):
        same = Pair.objects.active().filter(school=successor, mentor=pair.mentor, school_year=pair.school_year)
        if same.exists() or pair.mentor.organisation_id == successor.pk:
            end_pair(pair, by=by, reason=f"Школа присоединена: {successor}")
        else:
            Pair.objects.filter(pk=pair.pk).update(school=successor)
    for mentor in Mentor.objects.filter(organisation=old):
        if not Mentor.objects.filter(organisation=successor, kind=mentor.kind, name=mentor.name).exists():
            Mentor.objects.filter(pk=mentor.pk).update(organisation=successor)


@transaction.atomic
def pairs_from_document(
    document: Document, rows: Iterable[dict[str, Any]], *, by: Actor
) -> tuple[list[Pair], list[str]]:
    """The pairs that an approved document names and that are not made yet (`queries.mentoring.read_pairs`).

    A mentor school that the registry lacks is entered with the load that the document gives it. What could not be made
    is told in sentences.
    """
    require(by, Permission.LISTS_EDIT, document.organisation.path, to=TO_PAIR)
    if document.state != DocumentState.APPROVED:
        raise Refused("Пары назначают по утверждённому документу.")
    wanted, lost = [], []
    for row in rows:
        lost += [row[f"{side}_text"] for side in ("mentor", "school") if row[side] is None]
        if row["school"] and row["mentor"] and not row["made"]:
            wanted.append((row["school"], row["mentor"]))
    told = "; ".join(dict.fromkeys(lost))
    problems = [f"Нет в реестре: {told}. Дайте школам эти названия в реестре и назначьте снова."] if lost else []
    loads = Counter(mentor.pk for _, mentor in wanted)
    made = []
    for school, organisation in wanted:
        values = {"load": min(loads[organisation.pk], MOST_LOAD)}
        mentor, _ = Mentor.objects.get_or_create(
            organisation=organisation, kind=MentorKind.SCHOOL, name="", defaults=values
        )
        try:
            made.append(
                make_pair(
                    by=by,
                    school=school,
                    mentor=mentor,
                    origin=PairOrigin.ORDER,
                    document_text=str(document)[:500],
                    document_id=document.public_id,
                )
            )
        except Refused as refusal:
            problems.append(f"{school}: {refusal}")
    return made, problems
