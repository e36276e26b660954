"""What the planner of pairs is told: listed schools without a pair, mentors with places left, in its own words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum

from opora.assessments.models import SchoolCluster, SchoolResult
from opora.core.actor import LEVEL
from opora.registry.models import Organisation
from opora.support.models import Case
from opora.support.models.mentoring import Mentor, Pair, PairState, Proposal, Proposed
from opora.support.planning.places import Place
from opora.support.planning.scores import Mentor as Offered
from opora.support.planning.scores import School as Asked

MUNICIPALITY = 2 * LEVEL  # digits of a municipality's path
_MATHEMATICS = ("mat_base", "mat_prof")


def to_pair(territory: Organisation, year: int) -> list[int]:
    """Schools (keys) with an open case of the year and no mentor yet."""
    cases = Case.objects.open().filter(territory.scope.q("school__path"), school_year=year)
    paired = Pair.objects.active().filter(school_year=year)
    found = cases.exclude(school__in=paired.values("school")).order_by("school__path")
    return list(found.values_list("school", flat=True))


def told(proposal: Proposal) -> tuple[list[Asked], list[Offered]]:
    """Both sides of a proposal; seven queries, however many there are."""
    rows = list(proposal.rows.select_related("school"))
    mentors = list(offering(proposal.territory, proposal.school_year))
    places = {one.school_id for one in rows} | {one.organisation_id for one in mentors}
    clusters, indices = conditions(places)
    needs = needs_of(one.school_id for one in rows)
    past = _past(proposal, rows)

    def around(organisation: int) -> tuple[str, float | None]:
        return clusters.get(organisation, ""), indices.get(organisation)

    asked = []
    for row in rows:
        cluster, index = around(row.school_id)
        place = place_of(row.school)
        key, known = str(row.school_id), past.get(row.school_id, frozenset())
        asked.append(Asked(key, str(row.school), place, needs.get(row.school_id, {}), cluster, index, known))
    offered = []
    for one in mentors:
        cluster, index = around(one.organisation_id)
        place = place_of(one.organisation)
        left = max(one.load - one.taken, 0)  # type: ignore[attr-defined]  # annotated
        strengths = {code: level / 3 for code, level in one.strengths.items()}
        offered.append(Offered(str(one.pk), str(one), place, left, strengths, cluster, index))
    return asked, offered


def place_of(organisation: Organisation) -> Place:
    return Place(organisation.path[:MUNICIPALITY], organisation.latitude, organisation.longitude)


def offering(territory: Organisation, year: int) -> QuerySet[Mentor]:
    """Mentors of the region with `taken`: how many schools of the year each has already."""
    taken = Count("pairs", filter=Q(pairs__state=PairState.ACTIVE, pairs__school_year=year))
    found = Mentor.objects.active().filter(territory.scope.q("organisation__path"))
    return found.annotate(taken=taken).select_related("organisation").order_by("organisation__path", "pk")


def own(asked: Sequence[Asked], proposal: Proposal) -> set[tuple[str, str]]:
    """A school is no mentor of itself."""
    keys = {one.key for one in asked}
    found = Mentor.objects.filter(organisation__in=proposal.rows.values("school")).values_list("organisation", "pk")
    return {(str(school), str(mentor)) for school, mentor in found if str(school) in keys}


def needs_of(schools: Iterable[int]) -> dict[int, dict[str, float]]:
    """The share that failed by subject, of the newest year of each school; subjects in which nobody failed are out."""
    here = SchoolResult.objects.current().filter(organisation__in=list(schools))
    newest = here.filter(organisation=OuterRef("organisation")).order_by("-year").values("year")[:1]
    rows = here.annotate(newest=Subquery(newest)).filter(year=F("newest")).order_by()
    summed = rows.values_list("organisation", "subject").annotate(Sum("failed"), Sum("participants"))
    counts: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for school, subject, failed, participants in summed:
        both = counts[school]["mat" if subject in _MATHEMATICS else subject]
        both[0] += failed
        both[1] += participants
    return {
        school: {code: failed / whole for code, (failed, whole) in subjects.items() if failed and whole}
        for school, subjects in counts.items()
    }


def conditions(organisations: Iterable[int]) -> tuple[dict[int, str], dict[int, float]]:
    """Cluster, and the place of its index of conditions among all that are known (0 to 1), of the newest year."""
    newest = SchoolCluster.objects.aggregate(year=Max("year"))["year"]
    rows = SchoolCluster.objects.filter(year=newest).order_by("index").values_list("organisation", "cluster", "index")
    wanted, clusters, known = set(organisations), {}, []
    for organisation, cluster, index in rows:
        if organisation in wanted:
            clusters[organisation] = cluster
        if index is not None:
            known.append(organisation)
    most = max(len(known) - 1, 1)
    return clusters, {one: number / most for number, one in enumerate(known) if one in wanted}


def _past(proposal: Proposal, rows: Sequence[Proposed]) -> dict[int, frozenset[str]]:
    """Mentors (keys) of earlier years by school."""
    found: dict[int, set[str]] = defaultdict(set)
    earlier = Pair.objects.filter(school__in=[one.school_id for one in rows], school_year__lt=proposal.school_year)
    for school, mentor in earlier.order_by().values_list("school", "mentor"):
        found[school].add(str(mentor))
    return {school: frozenset(keys) for school, keys in found.items()}
