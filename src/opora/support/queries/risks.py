"""A risk profile as it is shown: each factor beside the mean of the school's cluster and of the region."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse

from opora.assessments.models import SchoolCluster
from opora.assessments.queries.looking import FEWEST
from opora.collection.ready import QUESTIONNAIRES, ready
from opora.core.actor import Actor, after
from opora.core.secrecy import knowledge
from opora.registry.models import Organisation
from opora.support.models import Case, RiskProfile, RiskScore
from opora.support.scoring import Finding, shipped, words_of
from opora.support.scoring.factors import RESULTS
from opora.support.scoring.scores import LEVELS, level

TONES = {"high": "danger", "middle": "warning", "low": "success", "unknown": "neutral"}


@dataclass(frozen=True, slots=True)
class Line:
    """A factor of a profile; `cluster` and `region` are means of enough schools of the lists, or None."""

    code: str
    title: str
    value: float | None
    findings: list[Finding]
    chosen: bool
    comment: str
    cluster: float | None
    region: float | None

    @property
    def level(self) -> str:
        return level(self.value)

    @property
    def level_words(self) -> str:
        return LEVELS[self.level]

    @property
    def tone(self) -> str:
        return TONES[self.level]

    @property
    def words(self) -> str:
        return words_of(self.value, self.findings)

    @property
    def sources(self) -> list[Finding]:
        """One finding of each form or year of results behind the score."""
        return list({one.source: one for one in self.findings if one.source}.values())

    @property
    def asks(self) -> list[str]:
        """Codes of the forms that would tell of it, in the order of its pieces."""
        return list(dict.fromkeys(piece.form for piece in _PIECES[self.code]))


_PIECES = {one.code: one.pieces for one in shipped().factors}


def apart(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Those with a score, the highest first, and those without."""
    known = sorted((one for one in lines if one.value is not None), key=lambda one: -(one.value or 0))
    return known, [one for one in lines if one.value is None]


def fillers(school: Organisation, unknown: Iterable[Line]) -> list[Filler]:
    """What would tell of the factors without a score, each with its page and the factors, the most telling first."""
    found: dict[str, list[str]] = {}
    for one in unknown:
        for code in one.asks:
            found.setdefault(code, []).append(one.title.lower())
    by_use = sorted(found.items(), key=lambda item: -len(item[1]))
    return [Filler(_TITLES[code], _address(school, code), titles) for code, titles in by_use]


@dataclass(frozen=True, slots=True)
class Filler:
    """A form, a questionnaire or results by which factors without data would get a score."""

    title: str
    url: str
    factors: list[str]


_TITLES = {
    "passport": "Паспорт школы",
    "self_analysis": "Самоанализ",
    **{code: ready(code).title for code in QUESTIONNAIRES},
    RESULTS: "Результаты школы",
}


def _address(school: Organisation, code: str) -> str:
    if code == RESULTS:
        return reverse("assessments:school", args=[school.public_id])
    page = "collection:questionnaires" if code in QUESTIONNAIRES else "collection:submissions"
    return f"{reverse(page)}?organisation={school.public_id}"


def profile_of(case: Case) -> RiskProfile | None:
    return RiskProfile.objects.filter(case=case).first()


def lines(case: Case, profile: RiskProfile, user: Actor) -> list[Line]:
    """Every factor in the order of the programme; two queries."""
    means = _means(case, user)
    rows = {one.factor: one for one in profile.scores.all()}
    found = []
    for code, title in shipped().titles.items():
        row = rows.get(code) or RiskScore(factor=code)
        findings = [Finding(**one) for one in row.evidence]
        cluster, region = means.get(code, (None, None))
        found.append(Line(code, title, row.value, findings, row.chosen, row.comment, cluster, region))
    return found


def _means(case: Case, user: Actor) -> dict[str, tuple[float | None, float | None]]:
    """By factor: of the school's cluster and of its region in the year; of fewer than enough schools nothing.

    Schools of which the person knows can be taken off: so of those he does not know there are none or enough, in the
    cluster, and in the region beside it.
    """
    root = case.school.root_path
    places = {"profile__case__school__path__gte": root, "profile__case__school__path__lt": after(root)}
    rows = RiskScore.objects.filter(value__isnull=False, profile__case__school_year=case.school_year, **places)
    newest = SchoolCluster.objects.filter(organisation=case.school_id).order_by("-year")
    like = SchoolCluster.objects.filter(
        organisation=OuterRef("profile__case__school"),
        year=Subquery(newest.values("year")[:1]),
        cluster=Subquery(newest.values("cluster")[:1]),
    )
    rows = rows.annotate(alike=Exists(like))
    alike, hidden = Q(alike=True), ~knowledge(user).q("profile__case__school__path")
    told = (
        rows.order_by()
        .values("factor")
        .annotate(
            mean=Avg("value"),
            count=Count("pk"),
            near=Avg("value", filter=alike),
            near_count=Count("pk", filter=alike),
            others=Count("pk", filter=hidden),
            near_others=Count("pk", filter=hidden & alike),
        )
    )
    return {row["factor"]: _shown(row) for row in told}


def _shown(row: dict[str, Any]) -> tuple[float | None, float | None]:
    others, near_others = row["others"], row["near_others"]
    whole = row["count"] >= FEWEST and _enough(others)
    near = row["near_count"] >= FEWEST and _enough(near_others) and (not whole or _enough(others - near_others))
    return (row["near"] if near else None, row["mean"] if whole else None)


def _enough(hidden: int) -> bool:
    return hidden == 0 or hidden >= FEWEST


def chosen_scores(case: Case) -> dict[str, float | None]:
    """The factors on which the school works, in the order of the programme, with their scores."""
    rows = RiskScore.objects.filter(profile__case=case, chosen=True).values_list("factor", "value")
    kept = dict(rows)
    return {code: kept[code] for code in shipped().titles if code in kept}


def chosen(case: Case) -> list[str]:
    return list(chosen_scores(case))
