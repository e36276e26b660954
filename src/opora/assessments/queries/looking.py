"""Results as they are looked at: of an area by its sums, of a school by its rows, points by the stored tallies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db.models import ExpressionWrapper, F, FloatField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import NullIf

from opora.assessments import store
from opora.assessments.figures import Counted
from opora.assessments.models import AreaResult, Part, Scale, SchoolContext, SchoolResult
from opora.assessments.models.results import SchoolResultQuerySet
from opora.core.actor import LEVEL, Actor, after
from opora.core.secrecy import knowledge
from opora.identification.columns import HUNDREDTHS
from opora.identification.reading.scales import Scales
from opora.identification.titles import procedure_words
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind

FEWEST = 5  # schools under which the sum of an area is not shown beside one of them
AREAS = (OrganisationKind.REGION_AUTHORITY, OrganisationKind.MUNICIPAL_AUTHORITY)


@dataclass(frozen=True, order=True, slots=True)
class Work:
    """A procedure whatever the year: «vpr-rus-5» in addresses."""

    procedure: str
    subject: str
    grade: int

    @classmethod
    def of(cls, row: Counted) -> Work:
        return cls(row.procedure, row.subject, row.grade)

    @property
    def code(self) -> str:
        return f"{self.procedure}-{self.subject}-{self.grade}"

    def __str__(self) -> str:
        return procedure_words(self.procedure, self.subject, self.grade)

    @property
    def fields(self) -> dict[str, object]:
        return {"procedure": self.procedure, "subject": self.subject, "grade": self.grade}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a page shows of the results there are: a year and a work, as the URL asks or the newest and largest."""

    years: Sequence[int]
    works: Sequence[Work]
    year: int | None
    work: Work | None

    @classmethod
    def among(cls, rows: Iterable[Counted], year: str, work: str) -> Chosen:
        rows = list(rows)
        years = sorted({row.year for row in rows}, reverse=True)
        chosen = int(year) if year.isdigit() and int(year) in years else (years[0] if years else None)
        written = Counter[Work]()
        for row in rows:
            if row.year == chosen:
                written[Work.of(row)] += row.participants
        known = {Work.of(row).code: Work.of(row) for row in rows}
        largest = max(written, key=lambda one: (written[one], one), default=None)
        return cls(years, sorted(known.values()), chosen, known.get(work, largest))


def areas(user: Actor) -> QuerySet[Organisation]:
    """Regions and municipalities of all of whose schools the person may see the results."""
    return Organisation.objects.active().filter(knowledge(user).q("path")).of_kind(*AREAS).order_by("path")


def schools(user: Actor) -> QuerySet[Organisation]:
    """Schools whose results the person may see."""
    return Organisation.objects.filter(knowledge(user).q("path")).of_kind(OrganisationKind.SCHOOL)


def area_rows(area: Organisation, user: Actor) -> list[AreaResult]:
    """All sums of an area: years × works."""
    return list(AreaResult.objects.visible(user).filter(area=area))


def compared(school: Organisation) -> list[AreaResult]:
    """The sums of the school's region and municipality, beside which it is shown: so many pupils that none is told."""
    paths = [school.path[:LEVEL], school.path[: 2 * LEVEL]]
    return list(AreaResult.objects.filter(area__path__in=paths, schools__gte=FEWEST).select_related("area"))


def school_rows(school: Organisation, user: Actor) -> list[SchoolResult]:
    """All current rows of a school: years × works."""
    return list(SchoolResult.objects.visible(user).current().filter(organisation=school).order_by("-year"))


def of_work(area: Organisation, year: int, work: Work, user: Actor) -> SchoolResultQuerySet:
    """The schools of an area in one work of a year, with `share`: failed of participants."""
    inside = {"organisation__path__gte": area.path, "organisation__path__lt": after(area.path)}
    share = ExpressionWrapper(F("failed") * Value(1.0) / NullIf(F("participants"), Value(0)), FloatField())
    rows = SchoolResult.objects.visible(user).current().filter(year=year, **work.fields, **inside)
    return rows.annotate(share=share).select_related("organisation__parent")


@dataclass(frozen=True, slots=True)
class Points:
    """How many pupils have how many primary points, and the first points of the marks «3», «4» and «5»."""

    pupils: Counter[float]
    limits: list[tuple[float, str]]


def points_of(place: Organisation, year: int, work: Work) -> Points:
    """The points of the rows that count of a school, or of the schools of an area; one query, two for an area."""
    if place.kind == OrganisationKind.SCHOOL:
        counted = SchoolResult.objects.current().filter(organisation=place, year=year, **work.fields)
        parts = list(_scaled(Part.objects.filter(pk__in=counted.values("part"))))
        schools: dict[int, list[str]] = {one.pk: [place.public_id] for one in parts}
        return Points(_counted(parts, schools), _limits(parts, work))
    inside = {"organisation__path__gte": place.path, "organisation__path__lt": after(place.path)}
    rows = SchoolResult.objects.current().filter(year=year, **work.fields, **inside)
    schools = {}
    for part, school in rows.values_list("part", "organisation__public_id"):
        schools.setdefault(part, []).append(school)
    parts = list(_scaled(Part.objects.filter(pk__in=schools)))
    return Points(_counted(parts, schools), _limits(parts, work))


def _scaled(parts: QuerySet[Part]) -> QuerySet[Part]:
    """With `last_2`, `last_3`, `last_4` of the region's own scale, where it has one."""
    same = {name: OuterRef(name) for name in ("territory", "year", "procedure", "subject", "grade")}
    own = Scale.objects.current().filter(**same)
    return parts.annotate(**{name: Subquery(own.values(name)[:1]) for name in ("last_2", "last_3", "last_4")})


def _limits(parts: Sequence[Any], work: Work) -> list[tuple[float, str]]:
    """By the region's scale, else by the shipped one; none where there is neither."""
    for part in parts:
        shipped = Scales.shipped().of((work.procedure, part.year, work.subject, work.grade))
        own = (part.last_2, part.last_3, part.last_4)
        last = own if part.last_2 is not None else shipped.last if shipped else None
        if last:
            return [(point + 1, f"«{mark}»") for mark, point in zip((3, 4, 5), last, strict=True)]
    return []


def _counted(parts: Iterable[Part], schools: Mapping[int, Sequence[str]]) -> Counter[float]:
    """The points in the stored tallies of these schools, by part."""
    found: Counter[float] = Counter()
    for part in parts:
        if not part.tallies:
            continue
        with store.opened(part.tallies) as path:
            wanted = [("school_id", "in", list(schools[part.pk]))]
            table = pq.read_table(path, columns=["school_id", "score", "pupils"], filters=wanted)
        sums = table.filter(pc.is_valid(table.column("score"))).group_by("score").aggregate([("pupils", "sum")])
        for score, pupils in zip(sums.column("score").to_pylist(), sums.column("pupils_sum").to_pylist(), strict=True):
            found[score / HUNDREDTHS] += pupils
    return found


def series(school: Organisation, rows: Sequence[SchoolResult], work: Work | None) -> dict[str, list[Counted]]:
    """One work over the years: of the school, its municipality and its region."""
    found: dict[str, list[Counted]] = {school.short_name: [row for row in rows if Work.of(row) == work]}
    for area in compared(school):
        if Work.of(area) == work:
            found.setdefault("Регион" if len(area.area.path) == LEVEL else "Муниципалитет", []).append(area)
    return found


def years(territory: Organisation) -> list[int]:
    """The years of which there are results, the newest first."""
    found = AreaResult.objects.filter(area=territory).order_by("-year").values_list("year", flat=True)
    return list(dict.fromkeys(found))


def search_results(found: QuerySet[SchoolResult], text: str) -> QuerySet[SchoolResult]:
    return found.filter(organisation__in=Organisation.objects.matching(text).values("pk"))


def contexts(user: Actor) -> QuerySet[SchoolContext]:
    return SchoolContext.objects.visible(user).select_related("organisation__parent")


def search_contexts(found: QuerySet[SchoolContext], text: str) -> QuerySet[SchoolContext]:
    return found.filter(organisation__in=Organisation.objects.matching(text).values("pk"))
