"""Signs of objectivity, clusters and conditions as a person may see them: rows that were worked out, never a region."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import OuterRef, QuerySet, Subquery

from opora.assessments.models import (
    AreaLook,
    ClusterResult,
    Look,
    SchoolCluster,
    SchoolResult,
    SchoolSigns,
)
from opora.assessments.models.looks import AreaLookQuerySet, SchoolClusterQuerySet, SchoolSignsQuerySet
from opora.assessments.queries.looking import FEWEST, areas
from opora.core.actor import LEVEL, Actor, after
from opora.identification.objectivity import SIGNS
from opora.identification.titles import procedure_words
from opora.registry.models import Organisation

R = TypeVar("R", bound=QuerySet[Any])


def look_of(place: Organisation, year: int | None) -> Look | None:
    """When the year was worked out, and whether something has changed since."""
    if year is None:
        return None
    lines = [place.path[:end] for end in range(LEVEL, len(place.path) + 1, LEVEL)]
    return Look.objects.filter(territory__path__in=lines, year=year).order_by("territory__path").first()


def area_looks(public_id: str, user: Actor) -> list[AreaLook]:
    """All years of an area, the newest first, with the area; nothing where the person may not know of its schools."""
    known = areas(user).filter(public_id=public_id)
    rows = AreaLook.objects.visible(user).filter(area__in=known.order_by())
    return list(rows.select_related("area__parent", "look").order_by("-year"))


def municipalities(area: Organisation, year: int, user: Actor) -> AreaLookQuerySet:
    """The areas inside an area in a year, those with most schools that show a sign first."""
    inside = {"area__path__gt": area.path, "area__path__lt": after(area.path)}
    rows = AreaLook.objects.visible(user).filter(year=year, judged__gt=0, **inside)
    return rows.select_related("area").order_by("-shown", "area__sort_name")


def signs_in(area: Organisation, year: int, user: Actor) -> SchoolSignsQuerySet:
    """The schools of an area whose results could be judged."""
    inside = {"organisation__path__gte": area.path, "organisation__path__lt": after(area.path)}
    return SchoolSigns.objects.visible(user).filter(year=year, **inside).select_related("organisation__parent")


def search_signs(found: QuerySet[SchoolSigns], text: str) -> QuerySet[SchoolSigns]:
    return found.filter(organisation__in=Organisation.objects.matching(text).values("pk"))


def clusters_in(area: Organisation, year: int, user: Actor) -> SchoolClusterQuerySet:
    """The schools of an area with their clusters and conditions."""
    inside = {"organisation__path__gte": area.path, "organisation__path__lt": after(area.path)}
    return SchoolCluster.objects.visible(user).filter(year=year, **inside).select_related("organisation__parent")


def search_clusters(found: QuerySet[SchoolCluster], text: str) -> QuerySet[SchoolCluster]:
    return found.filter(organisation__in=Organisation.objects.matching(text).values("pk"))


def sign_choices() -> list[tuple[str, str]]:
    return [(sign.id, sign.title) for sign in SIGNS]


def signs_of(school: Organisation, user: Actor) -> list[SchoolSigns]:
    """All years of a school, the newest first."""
    return list(SchoolSigns.objects.visible(user).filter(organisation=school).order_by("-year"))


def clusters_of(school: Organisation, user: Actor) -> list[SchoolCluster]:
    """All years of a school, the newest first."""
    return list(SchoolCluster.objects.visible(user).filter(organisation=school).order_by("-year"))


def with_signs(rows: R, year: int) -> R:
    """Rows about an `organisation` with its `signs` shown in a year and their `sign_codes`; null where unknown."""
    same = SchoolSigns.objects.filter(organisation=OuterRef("organisation"), year=year)
    told = {"signs": Subquery(same.values("shown")[:1]), "sign_codes": Subquery(same.values("codes")[:1])}
    found: R = rows.annotate(**told)
    return found


def signs_words(row: Any) -> str:
    """«Завышенный средний балл: …; …» of a row `with_signs`."""
    if row.signs is None:
        return "не проверить"
    titles = {sign.id: sign.title for sign in SIGNS}
    return "; ".join(titles[code] for code in row.sign_codes.split()) or "нет"


def signs_in_year(school: Organisation, year: int, user: Actor) -> SchoolSigns | None:
    return SchoolSigns.objects.visible(user).filter(organisation=school, year=year).first()


def with_looks(school: Organisation, user: Actor) -> list[SchoolResult]:
    """All current rows of a school, each with `signs`, `judged` and `cluster` of its year: one query for its page."""
    same = {"organisation": OuterRef("organisation"), "year": OuterRef("year")}
    signs, clusters = SchoolSigns.objects.filter(**same), SchoolCluster.objects.filter(**same)
    rows = SchoolResult.objects.visible(user).current().filter(organisation=school).order_by("-year")
    return list(
        rows.annotate(
            signs=Subquery(signs.values("shown")[:1]),
            judged=Subquery(signs.values("judged")[:1]),
            cluster=Subquery(clusters.values("cluster")[:1]),
        )
    )


@dataclass(frozen=True, slots=True)
class Among:
    """One work of a school beside the schools of its cluster; shares of those who failed, fractions of 1."""

    work: str
    participants: int
    failed: int
    share: float
    schools: int
    lower: float
    middle: float
    upper: float
    place: int  # 1: the least who failed

    @property
    def side(self) -> str:
        """Where it stands, in words."""
        if self.share > self.upper:
            return "больше, чем у трёх четвертей школ кластера"
        if self.share < self.lower:
            return "меньше, чем у трёх четвертей школ кластера"
        return "в средней половине школ кластера"


def among_peers(school: Organisation, told: SchoolCluster, user: Actor) -> list[Among]:
    """Each work of a year in which enough schools of the same cluster took part; two queries."""
    rows = SchoolResult.objects.visible(user).current()
    own = list(rows.filter(organisation=school, year=told.year, participants__gt=0))
    lines = [school.path[:end] for end in range(LEVEL, len(school.path), LEVEL)]
    kept = ClusterResult.objects.filter(
        territory__path__in=lines, year=told.year, cluster=told.cluster, schools__gte=FEWEST
    )
    beside = {(one.procedure, one.subject, one.grade): one for one in kept}
    pairs = [(row, beside.get((row.procedure, row.subject, row.grade))) for row in own]
    return [_among(row, other) for row, other in pairs if other]


def _among(row: SchoolResult, other: ClusterResult) -> Among:
    share = row.failed / row.participants
    return Among(
        work=procedure_words(row.procedure, row.subject, row.grade),
        participants=row.participants,
        failed=row.failed,
        share=share,
        schools=other.schools,
        lower=other.lower,
        middle=other.middle,
        upper=other.upper,
        place=bisect_left(other.shares, round(share, 4)) + 1,
    )


def chosen_year(years: Sequence[int], asked: str) -> int | None:
    """The year that the address asks for, or else the newest."""
    return int(asked) if asked.isdigit() and int(asked) in years else (years[0] if years else None)
