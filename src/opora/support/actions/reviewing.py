"""Experts of the regional group: asked about many programmes at once, each answers with scores or steps aside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from opora.access.models import User
from opora.access.queries import who
from opora.core.actor import Actor, Denied
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Refused, Stale
from opora.journal.actions import record
from opora.notices.actions.notifying import notify
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation
from opora.support.actions.programmes import locked, may_agree
from opora.support.models import Programme, Review
from opora.support.models.programmes import ProgrammeState
from opora.support.telling import programmes as telling

CRITERIA = {
    "aims": "Цели отвечают выбранным рискам и измеримы",
    "measures": "Мероприятия ведут к целям",
    "indicators": "Показатели достоверны: есть исходное значение, цель и источник",
    "means": "Сроки и ресурсы реальны",
}
POINTS = {0: "не так", 1: "отчасти", 2: "в основном", 3: "полностью"}  # of a criterion
BEST = max(POINTS)
MOST = 5  # experts of a programme


def experts(region: Organisation) -> list[User]:
    """Those who may know of all lists of the region."""
    return who(Permission.LISTS_VIEW, region)


@transaction.atomic
def assign(programmes: Sequence[Programme], *, by: Actor, chosen: Sequence[User], each: int, due: dt.date) -> int:
    """Share the experts out among approved programmes, `each` to one, so that nobody has more than others; how many.

    Who is asked about a programme already stays so.
    """
    if not chosen:
        raise Refused("Выберите хотя бы одного эксперта.")
    if not 1 <= each <= min(MOST, len(chosen)):
        raise Refused(f"Экспертов на программу: от 1 до {min(MOST, len(chosen))}.")
    if due < today():
        raise Refused("Срок экспертизы уже прошёл: выберите другой день.")
    rows = Programme.objects.select_for_update(of=("self",)).select_related("case__school")
    rows = rows.filter(pk__in=[one.pk for one in programmes])
    kept = list(rows.order_by("pk"))
    asked: dict[int, set[int]] = {one.pk: set() for one in kept}
    there = Review.objects.filter(programme__in=kept, version=F("programme__version"))
    for programme, expert in there.values_list("programme", "expert"):
        asked[programme].add(expert)
    load = dict.fromkeys((one.pk for one in chosen), 0)
    for expert in Review.objects.waiting().filter(expert__in=chosen).values_list("expert", flat=True):
        load[expert] += 1
    made = []
    for one in kept:
        if not may_agree(by, one.case):
            raise Denied("Экспертов назначает региональная группа.")
        if any(not knowledge(expert).of(one.case.school.path) for expert in chosen):
            raise Denied("Экспертом может быть тот, кому открыты списки школ.")
        if one.state != ProgrammeState.APPROVED:
            raise Refused(f"Программа школы «{one.case.school}» не ждёт экспертизы: она {one.get_state_display()}.")
        free = sorted((expert for expert in load if expert not in asked[one.pk]), key=lambda pk: (load[pk], pk))
        for expert in free[: max(0, each - len(asked[one.pk]))]:
            load[expert] += 1
            made.append(Review(programme=one, expert_id=expert, version=one.version))
    Review.objects.bulk_create(made, batch_size=500)
    Programme.objects.filter(pk__in=[one.pk for one in kept]).update(review_due=due)
    _told(made, chosen, kept, due, by)
    return len(made)


def _told(made: Sequence[Review], chosen: Sequence[User], kept: Sequence[Programme], due: dt.date, by: Actor) -> None:
    if not made:
        return
    region = Organisation.objects.get(path=kept[0].case.school.root_path)
    data: dict[str, Any] = {"programmes": len(kept), "reviews": len(made), "due": due.isoformat()}
    text = f"назначил(а) экспертов программ: программ {len(kept)}, экспертиз {len(made)}"
    record("support.reviews_assigned", text, by=by, on=region, path=region.path, confidential=True, data=data)
    for expert in chosen:
        count = sum(one.expert_id == expert.pk for one in made)
        if count:
            notify(
                [expert],
                kind=NoticeKind.LISTED,
                text=f"Вам назначена экспертиза программ школ: {count}. Срок — {due:%d.%m.%Y}.",
                url="/cases/programmes/?mine=on",
                on=region,
                key=f"reviews:{timezone.now():%Y%m%d%H%M%S}:{expert.pk}",
                needs=(Permission.LISTS_VIEW, region.path),
            )


@transaction.atomic
def give(review: Review, *, by: User, scores: Mapping[str, int], comment: str) -> None:
    """What the expert says: points by every criterion, and in words."""
    if set(scores) != set(CRITERIA) or any(points not in range(BEST + 1) for points in scores.values()):
        raise Refused(f"Поставьте баллы от 0 до {BEST} по каждому критерию.")
    if not comment.strip():
        raise Refused("Напишите заключение: что хорошо и что исправить.")
    _answer(review, by, conflict=False, scores=dict(scores), comment=comment.strip())


@transaction.atomic
def step_aside(review: Review, *, by: User, comment: str) -> None:
    """The expert declares a conflict of interest: he scores nothing."""
    if not comment.strip():
        raise Refused("Напишите, в чём конфликт интересов.")
    _answer(review, by, conflict=True, scores={}, comment=comment.strip())


def _answer(review: Review, by: User, **told: Any) -> None:
    if review.expert_id != by.pk:
        raise Denied("Эта экспертиза назначена другому эксперту.")
    programme = locked(review.programme)
    if programme.state != ProgrammeState.APPROVED or programme.version != review.version:
        raise Refused(f"Программа уже не на экспертизе: она {programme.get_state_display()}.")
    mine = Review.objects.filter(pk=review.pk, given_at__isnull=True)
    if mine.update(given_at=timezone.now(), **told) != 1:
        raise Stale("Экспертиза уже дана: обновите страницу.")
    said = "заявил(а) конфликт интересов по программе" if told["conflict"] else "дал(а) экспертизу программы"
    school = programme.case.school
    text = f"{said} школы «{school}»"
    record("support.reviewed", text, by=by, on=review, path=school.path, confidential=True, data=told)
    telling.judged(programme, by=by)


@transaction.atomic
def withdraw(review: Review, *, by: Actor) -> None:
    """An expert is not asked after all."""
    programme = review.programme
    if not may_agree(by, programme.case):
        raise Denied("Экспертов назначает региональная группа.")
    locked(programme)
    if not Review.objects.filter(pk=review.pk, given_at=None).exists():
        raise Refused("Экспертиза уже дана: снять назначение нельзя.")
    school, expert = programme.case.school, str(review.expert)
    data = {"expert": expert}
    text = f"снял(а) назначение эксперта: школа «{school}»"
    record("support.review_withdrawn", text, by=by, on=review, path=school.path, confidential=True, data=data)
    telling.not_asked(review, by=by)
    review.delete()
    telling.judged(programme, by=by)


def is_judged(reviews: Sequence[Review]) -> bool:
    """That all who were asked have answered, and one of them at least has judged."""
    return all(one.given_at for one in reviews) and any(not one.conflict for one in reviews)


def points_of(reviews: Sequence[Review]) -> float | None:
    """The mean of those who judged, 0–100; None where nobody did."""
    given = [sum(one.scores.values()) for one in reviews if one.given_at and not one.conflict]
    return 100 * sum(given) / (len(given) * BEST * len(CRITERIA)) if given else None
