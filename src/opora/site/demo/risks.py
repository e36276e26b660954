"""Risk profiles of the demo: worked out from what is known of its schools; those on their way have chosen factors."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from opora.access.models import User
from opora.journal.actions import record
from opora.support.actions.risks import score_cases
from opora.support.models import Case, RiskProfile, RiskScore
from opora.support.scoring.scores import MIDDLE

_CHUNK = 500
CHOSEN = 2  # factors of a school, the highest
_DRAFTED = 4  # the step at which a programme is drafted
COMMENTS = {
    "competence": "Двум учителям математики нужна помощь с методикой; от курсов ждём уроков, а не часов.",
    "failure_risk": "Больше всего отстают в 7–8 классах, с 5 класса накопились пробелы.",
    "adaptivity": "Все получают одни и те же задания: сильным скучно, слабые не успевают.",
}


def build_risks(coordinator: User) -> None:
    """All cases but those of which every third has not come to it yet."""
    cases = list(Case.objects.select_related("school", "step").order_by("pk"))
    wanted = [one for number, one in enumerate(cases) if number % 3 or _on_way(one)]
    for at in range(0, len(wanted), _CHUNK):
        score_cases(wanted[at : at + _CHUNK], by=coordinator)
    _choose(RiskProfile.objects.filter(Q(case__step__order__gte=_DRAFTED) | Q(case__step__isnull=True)), coordinator)
    if wanted:
        text = f"посчитал(а) рисковые профили школ: {len(wanted)}"
        place = coordinator.memberships.select_related("organisation")[0].organisation
        record("support.risks_scored", text, by=coordinator, on=place, path=place.path, confidential=True)


def _on_way(case: Case) -> bool:
    return case.step is None or case.step.order >= _DRAFTED


def _choose(profiles: QuerySet[RiskProfile], coordinator: User) -> None:
    rows = RiskScore.objects.filter(profile__in=profiles, value__isnull=False).order_by("profile", "-value")
    taken: dict[int, list[RiskScore]] = {}
    for one in rows:
        mine = taken.setdefault(one.profile_id, [])
        if len(mine) < CHOSEN and (not mine or (one.value or 0) >= MIDDLE):
            one.chosen, one.comment = True, COMMENTS.get(one.factor, "")
            mine.append(one)
    every = [one for some in taken.values() for one in some]
    RiskScore.objects.bulk_update(every, ["chosen", "comment"], batch_size=500)
    RiskProfile.objects.filter(pk__in=taken).update(chosen_at=timezone.now(), chosen_by=coordinator.label)
