"""The risk profile: worked out from what is known, then the school says which factors it works on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from opora.core.actor import Actor, Denied
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.support.actions.rights import may_act
from opora.support.gathering import sources
from opora.support.models import Case, RiskProfile, RiskScore, Who
from opora.support.scoring import Score, scored, shipped

MOST = 5  # factors of one programme: of more none is worked on


def may_compose(user: Actor, case: Case) -> bool:
    """The school, its municipality and the region."""
    return any(may_act(user, case.school, who) for who in (Who.SCHOOL, Who.MUNICIPALITY))


@transaction.atomic
def score(case: Case, *, by: Actor) -> RiskProfile:
    """Work the profile out anew from the latest data."""
    case = _locked(case, by)
    profile = score_cases([case], by=by)[0]
    _record("risks_scored", f"посчитал(а) рисковый профиль школы «{case.school}»", case, by, {})
    return profile


def score_cases(cases: Sequence[Case], *, by: Actor) -> list[RiskProfile]:
    """The same of many; what was chosen and written stays. Within the caller's transaction and right."""
    known, factors, now = sources([one.school for one in cases]), shipped(), timezone.now()
    fresh = {"version": factors.version, "scored_at": now, "scored_by": by.label}
    made = RiskProfile.objects.bulk_create(
        [RiskProfile(case=one, **fresh) for one in cases],
        update_conflicts=True,
        unique_fields=["case"],
        update_fields=list(fresh),
    )
    profiles = {one.case_id: one for one in RiskProfile.objects.filter(case__in=[one.case_id for one in made])}
    rows = [_row(profiles[one.pk], score) for one in cases for score in scored(factors, known[one.school_id])]
    RiskScore.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["profile", "factor"],
        update_fields=["value", "evidence"],
    )
    return [profiles[one.pk] for one in cases]


def _row(profile: RiskProfile, one: Score) -> RiskScore:
    evidence = [finding.json() for finding in one.findings]
    return RiskScore(profile=profile, factor=one.factor, value=one.value, evidence=evidence)


@transaction.atomic
def choose(case: Case, *, by: Actor, chosen: Sequence[str], comments: Mapping[str, str]) -> RiskProfile:
    """The factors the school works on, and what it says of each."""
    case = _locked(case, by)
    profile = RiskProfile.objects.select_for_update().filter(case=case).first()
    if profile is None:
        raise Refused("Сначала посчитайте профиль: нажмите «Посчитать».")
    if not chosen:
        raise Refused("Выберите хотя бы один фактор, над которым школа будет работать.")
    if len(chosen) > MOST:
        raise Refused(f"Выбрано слишком много факторов: {len(chosen)}. Оставьте не больше {MOST} главных.")
    rows = list(profile.scores.all())
    strange = set(chosen) - {one.factor for one in rows}
    if strange:
        raise Refused("Такого фактора в профиле нет. Обновите страницу.")
    for one in rows:
        one.chosen, one.comment = one.factor in chosen, comments.get(one.factor, "").strip()[:1000]
    RiskScore.objects.bulk_update(rows, ["chosen", "comment"])
    profile.chosen_at, profile.chosen_by = timezone.now(), by.label
    profile.save(update_fields=["chosen_at", "chosen_by"])
    data: dict[str, object] = {
        "chosen": sorted(chosen),
        "comments": {one.factor: one.comment for one in rows if one.comment},
    }
    _record("risks_chosen", f"выбрал(а) факторы риска школы «{case.school}»: {len(chosen)}", case, by, data)
    return profile


def _locked(case: Case, by: Actor) -> Case:
    """The open case as it now is, locked."""
    found = Case.objects.select_for_update(of=("self",)).select_related("school").get(pk=case.pk)
    if not may_compose(by, found):
        raise Denied("Рисковый профиль составляют школа, её муниципалитет и регион.")
    if not found.is_open:
        raise Refused(f"Дело закрыто ({found.get_state_display()}): профиль в нём уже не меняют.")
    return found


def _record(event: str, text: str, case: Case, by: Actor, data: dict[str, object]) -> None:
    record(f"support.{event}", text, by=by, on=case, path=case.school.path, confidential=True, data=data)
