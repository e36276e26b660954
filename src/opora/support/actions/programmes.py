"""The programme: drafted out of the chosen factors, changed by the school item by item, sent when it is complete."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from opora.core.actor import Actor, Denied
from opora.core.clock import today
from opora.core.workflow import Refused, Stale
from opora.journal.actions import record
from opora.support.actions import measures
from opora.support.actions.rights import may_act, may_do
from opora.support.actions.stepping import do_step
from opora.support.conditions import missing, with_conditions
from opora.support.gathering import sources
from opora.support.models import Case, Programme, ProgrammeRemark, ProgrammeVersion, Who
from opora.support.models.programmes import PROGRAMME_WORKFLOW, ProgrammeState
from opora.support.programmes import Content, Goal, Indicator, Measure, draft, lacks, past, to_json
from opora.support.queries import risks
from opora.support.queries.programmes import known_keys
from opora.support.scoring import shipped
from opora.support.telling import programmes as telling

TERM = dt.timedelta(weeks=10)  # of an agreed programme until its first review: about a school term
Item = Goal | Measure | Indicator
_STALE = "Пока вы работали, программу уже изменил кто-то другой. Обновите страницу и посмотрите."


def may_write(user: Actor, case: Case) -> bool:
    """The school and the region."""
    return may_act(user, case.school, Who.SCHOOL)


def may_approve(user: Actor, case: Case) -> bool:
    return may_act(user, case.school, Who.MUNICIPALITY)


def may_agree(user: Actor, case: Case) -> bool:
    return may_act(user, case.school, Who.REGION)


@transaction.atomic
def start(case: Case, *, by: Actor) -> Programme:
    """A draft out of the library by the factors that the school chose, with the figures that are known."""
    case = Case.objects.select_for_update(of=("self",)).select_related("school").get(pk=case.pk)
    if not may_write(by, case):
        raise Denied("Программу составляет школа.")
    if not case.is_open:
        raise Refused(f"Дело закрыто ({case.get_state_display()}): программу в нём не составляют.")
    if Programme.objects.filter(case=case).exists():
        raise Stale("Программа уже составлена: обновите страницу.")
    chosen = risks.chosen_scores(case)
    if not chosen:
        raise Refused("Сначала выберите факторы в рисковом профиле: по ним составляется программа.")
    content = draft(chosen, sources([case.school])[case.school_id], case.school_year, today())
    made = Programme.objects.create(case=case, content=to_json(content), made_by=by.label)
    _record("drafted", "составил(а) проект программы", made, by, {"goals": len(content.goals), "factors": [*chosen]})
    return made


@transaction.atomic
def put(programme: Programme, *, by: Actor, revision: int, item: Item, goal: str = "") -> None:
    """An item as it now is to be; a new one at the end: of the programme, or of the goal with that key.

    What compares versions goes by keys, so that one which was removed is never given anew.
    """
    old = programme.read.items.get(item.key)
    if old is None and not isinstance(item, Goal) and goal not in {one.key for one in programme.read.goals}:
        raise Stale(_STALE)
    if old is None and item.key in known_keys(programme):
        raise Stale(_STALE)
    data = {"old": old.said if old else "", "new": item.said}
    text = f"изменил(а) программу: {item.title}"
    _change(programme, by, revision, lambda content: content.put(item, goal), text, data)


@transaction.atomic
def remove(programme: Programme, *, by: Actor, revision: int, key: str) -> None:
    old = programme.read.items.get(key)
    if old is None:
        raise Stale(_STALE)
    text = f"убрал(а) из программы: {old.title}"
    _change(programme, by, revision, lambda content: content.without(key), text, {"old": old.said})


def _change(
    programme: Programme,
    by: Actor,
    revision: int,
    change: Callable[[Content], Content],
    text: str,
    data: dict[str, Any],
) -> None:
    """A compare-and-swap on the revision that was read."""
    if not may_write(by, programme.case):
        raise Denied("Программу меняет школа.")
    if not programme.is_written:
        raise Refused(f"Программу сейчас не меняют: она {programme.get_state_display()}.")
    content = to_json(change(programme.read))
    same = Programme.objects.filter(pk=programme.pk, revision=revision, state=programme.state)
    if same.update(content=content, revision=revision + 1) != 1:
        raise Stale(_STALE)
    programme.refresh_from_db()
    programme.__dict__.pop("read", None)
    _record("changed", text[:300], programme, by, data)


@transaction.atomic
def send(programme: Programme, *, by: Actor) -> ProgrammeVersion:
    """To the municipality, once it is complete; what was sent is kept as a version."""
    programme = locked(programme)
    if not may_write(by, programme.case):
        raise Denied("Программу отправляет школа.")
    chosen, agreed = risks.chosen(programme.case), programme.in_force
    missing_words = [one.text for one in lacks(programme.read, chosen, shipped().titles, today(), agreed)]
    if missing_words:
        raise Refused(f"Программа ещё не полна. {' '.join(missing_words[:5])}")
    number = programme.version + 1
    sent: dict[str, Any] = {
        "version": number,
        "sent_at": timezone.now(),
        "sent_by": by.label,
        "reason": "",
        "review_due": None,
    }
    unapproved: dict[str, Any] = {"approved_at": None, "approved_by": None, "approved_document": ""}
    PROGRAMME_WORKFLOW.move(programme, "send", **sent, **unapproved)
    made = ProgrammeVersion.objects.create(
        programme=programme,
        number=number,
        content=programme.content,
        sent_at=sent["sent_at"],
        sent_by=by.label,
    )
    _record("sent", f"отправил(а) на утверждение программу, версия {number}", programme, by, {"version": number})
    if not _advance(programme.case, "programme_sent", by, f"проект программы, версия {number}", f"version:{number}"):
        telling.sent(programme, by=by)
    return made


@transaction.atomic
def withdraw(programme: Programme, *, by: Actor) -> None:
    """The school takes back what it sent, until the municipality has decided; remarks and the sent version stay."""
    programme = locked(programme)
    if not may_write(by, programme.case):
        raise Denied("Программу отзывает школа, которая её отправила.")
    PROGRAMME_WORKFLOW.move(programme, "withdraw")
    data = {"version": programme.version}
    _record("withdrawn", f"отозвал(а) программу, версия {programme.version}", programme, by, data)
    telling.withdrawn(programme, by=by)


@transaction.atomic
def approve(programme: Programme, *, by: Actor, document_text: str) -> None:
    programme = locked(programme)
    if not may_approve(by, programme.case):
        raise Denied("Программу утверждает муниципалитет.")
    given = _document(document_text)
    _in_time(programme)
    told: dict[str, Any] = {"approved_at": timezone.now(), "approved_by": by.label, "approved_document": given}
    PROGRAMME_WORKFLOW.move(programme, "approve", **told)
    programme.versions.filter(number=programme.version).update(**told)
    _record("approved", "утвердил(а) программу", programme, by, {"document": given})
    advanced = _advance(programme.case, "programme_approved", by, given, f"approval:{programme.version}")
    telling.approved(programme, by=by, region=not advanced)


@transaction.atomic
def unapprove(programme: Programme, *, by: Actor) -> None:
    """The municipality takes its approval back until the region has decided: the programme is before it once more.

    Expertise that was given stays; who has not answered is not asked any more.
    """
    programme = locked(programme)
    if not may_approve(by, programme.case):
        raise Denied("Утверждение программы отзывает муниципалитет.")
    document = programme.approved_document
    none: dict[str, Any] = {"approved_at": None, "approved_by": None, "approved_document": ""}
    PROGRAMME_WORKFLOW.move(programme, "unapprove", review_due=None, **none)
    programme.versions.filter(number=programme.version).update(**none)
    _record("unapproved", "отозвал(а) утверждение программы", programme, by, {"document": document})
    telling.unapproved(programme, by=by)
    _ask_no_more(programme, by)


@transaction.atomic
def return_(programme: Programme, *, by: Actor, reason: str) -> None:
    """To the school: by the municipality, or once it has approved by the region. Who has not answered is not asked."""
    programme = locked(programme)
    from_region = programme.state == ProgrammeState.APPROVED
    if not (may_agree if from_region else may_approve)(by, programme.case):
        raise Denied("Программу возвращает тот, у кого она на рассмотрении.")
    PROGRAMME_WORKFLOW.move(programme, "return", comment=reason, reason=reason.strip())
    _record("returned", "вернул(а) программу", programme, by, {"reason": reason.strip()})
    telling.returned(programme, by=by, reason=reason.strip(), from_region=from_region)
    _ask_no_more(programme, by)


def _ask_no_more(programme: Programme, by: Actor) -> None:
    asked = programme.reviews.filter(version=programme.version, given_at=None).select_related("expert")
    for review in asked:
        telling.not_asked(review, by=by)
    asked.delete()


@transaction.atomic
def agree(programme: Programme, *, by: Actor, document_text: str) -> None:
    """By the regional group: once the experts who were asked have answered, and one of them at least has judged."""
    programme = locked(programme)
    if not may_agree(by, programme.case):
        raise Denied("Программу согласует региональная группа.")
    given = _document(document_text)
    reviews = list(programme.reviews.filter(version=programme.version))
    waiting = sum(one.given_at is None for one in reviews)
    if waiting:
        raise Refused(f"Ещё не ответили эксперты: {waiting}. Дождитесь их или снимите назначение.")
    if not any(one.given_at and not one.conflict for one in reviews):
        raise Refused("Программу не оценил ни один эксперт без конфликта интересов: назначьте эксперта.")
    _in_time(programme)
    told: dict[str, Any] = {"agreed_at": timezone.now(), "agreed_by": by.label, "agreed_document": given}
    programme.versions.filter(number=programme.version).update(**told)
    told["standing"] = programme.versions.get(number=programme.version)
    if programme.progress_due is None:  # reviews of the version before go on by their days
        told |= {"progress_due": today() + TERM, "progress_told": ""}
    PROGRAMME_WORKFLOW.move(programme, "agree", **told)
    _record("agreed", "согласовал(а) программу", programme, by, {"document": given})
    measures.carry_out(programme, by=by)
    _advance(programme.case, "programme_agreed", by, given, f"agreement_of_group:{programme.version}")
    telling.agreed(programme, by=by)


@transaction.atomic
def order_measures(programme: Programme, *, by: Actor) -> int:
    """Of a programme that was agreed before its measures became work; how many."""
    programme = locked(programme)
    if not may_agree(by, programme.case):
        raise Denied("Мероприятия программы поручает региональная группа.")
    if programme.state != ProgrammeState.AGREED or programme.works.exists():
        raise Stale("Мероприятия уже поручены, или программа не согласована. Обновите страницу и посмотрите.")
    return measures.carry_out(programme, by=by)


@transaction.atomic
def begin_version(programme: Programme, *, by: Actor) -> None:
    """The school changes an agreed programme; the agreed version stays in force until the new one is agreed."""
    programme = locked(programme)
    if not may_write(by, programme.case):
        raise Denied("Новую версию программы составляет школа.")
    PROGRAMME_WORKFLOW.move(programme, "revise", agreed_at=None, agreed_by=None, agreed_document="")
    _record("revised", "начал(а) новую версию согласованной программы", programme, by, {"version": programme.version})


@transaction.atomic
def drop_version(programme: Programme, *, by: Actor) -> None:
    """The new version is given up: the programme is again what is in force. Versions that were sent stay to be read."""
    programme = locked(programme)
    if not may_write(by, programme.case):
        raise Denied("От новой версии программы отказывается школа.")
    old = programme.standing
    if old is None:
        raise Refused("Эта программа ещё не согласована: отказаться можно только от новой версии действующей.")
    dropped = programme.content
    again: dict[str, Any] = {
        name: getattr(old, name)
        for name in ("content", "sent_at", "sent_by", "approved_at", "approved_by", "approved_document")
    }
    again |= {"agreed_at": old.agreed_at, "agreed_by": old.agreed_by, "agreed_document": old.agreed_document}
    again |= {"reason": "", "review_due": None, "revision": programme.revision + 1}
    PROGRAMME_WORKFLOW.move(programme, "drop", **again)
    programme.__dict__.pop("read", None)
    now = {"settled_at": timezone.now(), "settled_by": by.label}
    programme.remarks.filter(settled_at__isnull=True).update(**now)
    data = {"version": old.number, "dropped": dropped}
    _record("dropped", "отказался(ась) от новой версии программы", programme, by, data)


@transaction.atomic
def say(programme: Programme, *, by: Actor, key: str, text: str) -> ProgrammeRemark:
    """A remark to an item or to the whole, by anybody who may see the case and decides on its programme."""
    if not (may_approve(by, programme.case) or may_agree(by, programme.case)):
        raise Denied("Замечания к программе пишут муниципалитет и регион.")
    if not text.strip():
        raise Refused("Напишите замечание.")
    if key and key not in programme.read.items:
        raise Stale(_STALE)
    made = ProgrammeRemark.objects.create(programme=programme, key=key, text=text.strip()[:2000], who=by.label)
    _record("remarked", "написал(а) замечание к программе", programme, by, {"key": key, "text": made.text})
    return made


@transaction.atomic
def settle(remark: ProgrammeRemark, *, by: Actor) -> None:
    """The school has answered for it."""
    if not may_write(by, remark.programme.case):
        raise Denied("Замечание отмечает учтённым школа.")
    told = {"settled_at": timezone.now(), "settled_by": by.label}
    if ProgrammeRemark.objects.filter(pk=remark.pk, settled_at__isnull=True).update(**told) != 1:
        raise Stale("Замечание уже отмечено учтённым.")
    _record("settled", "учёл(ла) замечание к программе", remark.programme, by, {"text": remark.text})


def locked(programme: Programme) -> Programme:
    """As it now is, with the version in force; its case is open."""
    rows = Programme.objects.select_for_update(of=("self",)).select_related(
        "case__school__parent", "case__step", "standing"
    )
    found = rows.get(pk=programme.pk)
    if not found.case.is_open:
        raise Refused(f"Дело закрыто ({found.case.get_state_display()}): программу в нём уже не меняют.")
    return found


def _in_time(programme: Programme) -> None:
    """Nothing new is due before today: work that nobody could do any more is not ordered."""
    late = [one.text for one in past(programme.read, today(), programme.in_force)]
    if late:
        raise Refused(f"Верните программу школе, пусть исправит. {' '.join(late[:5])}")


def _document(text: str) -> str:
    if not text.strip():
        raise Refused("Укажите документ: название, дату и номер.")
    return text.strip()[:500]


def _advance(case: Case, code: str, by: Actor, document_text: str, paper: str) -> bool:
    """The next step of the case is done by this where it waits for nothing else; or it is left to people.

    Whether it is done, and so those of the step after it are told.
    """
    found = with_conditions(Case.objects.select_related("school__parent", "step", "step_set")).get(pk=case.pk)
    step = found.step
    if not (step and code in step.codes and may_do(by, found, step)) or missing(found):
        return False
    do_step(found, by=by, step=step, document_text=document_text, paper=paper)
    return True


def _record(event: str, text: str, programme: Programme, by: Actor, data: dict[str, Any]) -> None:
    school = programme.case.school
    record(
        f"support.programme_{event}",
        f"{text}; школа «{school}»",
        by=by,
        on=programme,
        path=school.path,
        confidential=True,
        data=data,
    )
