"""A risk profile as it is shown: each factor beside the mean of the school's cluster and of the region."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Avg, Count, Exists, OuterRef, Q, Subquery

from opora.assessments.models import SchoolCluster
from opora.assessments.queries.looking import FEWEST
from opora.core.actor import after
from opora.support.models import Case, RiskProfile, RiskScore
from opora.support.scoring import Finding, shipped, words_of
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


def profile_of(case: Case) -> RiskProfile | None:
    return RiskProfile.objects.filter(case=case).first()


def lines(case: Case, profile: RiskProfile) -> list[Line]:
    """Every factor in the order of the programme; two queries."""
    means = _means(case)
    rows = {one.factor: one for one in profile.scores.all()}
    found = []
    for code, title in shipped().titles.items():
        row = rows.get(code) or RiskScore(factor=code)
        findings = [Finding(**one) for one in row.evidence]
        cluster, region = means.get(code, (None, None))
        found.append(Line(code, title, row.value, findings, row.chosen, row.comment, cluster, region))
    return found


def _means(case: Case) -> dict[str, tuple[float | None, float | None]]:
    """By factor: of the school's cluster and of its region in the year; of fewer than enough schools nothing."""
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
    alike = Q(alike=True)
    told = (
        rows.order_by()
        .values("factor")
        .annotate(
            mean=Avg("value"), count=Count("pk"), near=Avg("value", filter=alike), near_count=Count("pk", filter=alike)
        )
    )
    return {
        row["factor"]: (
            row["near"] if row["near_count"] >= FEWEST else None,
            row["mean"] if row["count"] >= FEWEST else None,
        )
        for row in told
    }


def chosen_scores(case: Case) -> dict[str, float | None]:
    """The factors on which the school works, in the order of the programme, with their scores."""
    rows = RiskScore.objects.filter(profile__case=case, chosen=True).values_list("factor", "value")
    kept = dict(rows)
    return {code: kept[code] for code in shipped().titles if code in kept}


def chosen(case: Case) -> list[str]:
    return list(chosen_scores(case))
