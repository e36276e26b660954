"""What groups of teachers lack most, and how many have plans: of places, never of fewer than five people.

Everything is put together of the cells of `development.groups`: of each closed diagnosis by itself, as its own page
shows them, and of plans over the whole region at once. So whatever is shown here, to whomever, is a union of cells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, F, FloatField, OuterRef, Q, Sum
from django.db.models.functions import Cast

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.development.groups import divided, sorted_out
from opora.development.models import Diagnosis, DiagnosisState, Score, Sitting, SittingState, Undertaking
from opora.development.queries.sittings import Totals
from opora.lists.queries import NEW_YEAR
from opora.registry.models import Organisation

IN_WORK, DONE = "в работе", "выполнен"


@dataclass(frozen=True, slots=True)
class Lack:
    """How often a deficit is met in a group: of so many results."""

    where: str
    people: int
    deficits: int

    @property
    def share(self) -> float:
        return self.deficits / self.people

    @property
    def percent(self) -> int:
        return round(100 * self.share)


@dataclass(frozen=True, slots=True)
class Deficit:
    """A scale of a subject: everywhere, and in the municipalities, the one that lacks it most first."""

    subject: str
    title: str
    every: Lack
    areas: list[Lack]


@dataclass(frozen=True, slots=True)
class Plans:
    """People with plans of these states, in all and by municipalities."""

    state: str
    people: int
    areas: list[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Places:
    """Schools that something was counted in, with their areas: two queries for all of them."""

    schools: dict[int, Organisation]

    @classmethod
    def of(cls, keys: Iterable[int]) -> Places:
        rows = Organisation.objects.filter(pk__in=set(keys)).select_related("parent").order_by("sort_name", "pk")
        return cls({row.pk: row for row in rows})

    def area(self, school: int) -> Organisation:
        one = self.schools[school]
        return one.parent or one

    def by_area(self, counts: Mapping[int, int]) -> dict[str, dict[int, int]]:
        """Counts of schools under the paths of their areas, by the names of both."""
        found: dict[str, dict[int, int]] = defaultdict(dict)
        for key in (one for one in self.schools if one in counts):
            found[self.area(key).path][key] = counts[key]
        return found

    def names(self, paths: Iterable[str]) -> str:
        areas = {area.path: area.short_name for area in map(self.area, self.schools)}
        return ", ".join(sorted(areas[path] for path in paths))


def _inside(user: Actor, paths: Iterable[str]) -> bool:
    """Whether all of these areas are those whose teachers the person develops."""
    return all(user.may(Permission.DEVELOPMENT_EDIT, path) for path in paths)


def closed(root: str) -> list[Diagnosis]:
    """Every closed diagnosis of the region, the newest first."""
    rows = Diagnosis.objects.filter(state=DiagnosisState.CLOSED, territory__path__startswith=root)
    return list(rows.select_related("version__instrument").order_by("-opens", "-pk"))


def year_of(one: Diagnosis) -> int:
    """The school year in which it was opened."""
    return one.opens.year if one.opens.month >= NEW_YEAR else one.opens.year - 1


def _scores(diagnoses: Iterable[Diagnosis]) -> dict[Diagnosis, Totals]:
    """What was summed up of each; one query."""
    share = Cast(F("points"), FloatField()) / F("most")
    rows = Score.objects.filter(sitting__state=SittingState.DONE, sitting__diagnosis__in=[one.pk for one in diagnoses])
    said = rows.values("sitting__diagnosis", "sitting__organisation", "scale", "title").annotate(
        people=Count("pk"), shares=Sum(share), deficits=Count("pk", filter=Q(deficit=True))
    )
    found: dict[int, Totals] = defaultdict(lambda: defaultdict(dict))
    for row in said.order_by("scale"):
        told = (row["title"], row["people"], row["shares"], row["deficits"])
        found[row["sitting__diagnosis"]][row["sitting__organisation"]][row["scale"]] = told
    return {one: found[one.pk] for one in diagnoses if one.pk in found}


def _sizes(totals: Totals) -> dict[int, int]:
    return {school: max(told[1] for told in scales.values()) for school, scales in totals.items()}


def deficits(user: Actor, diagnoses: Iterable[Diagnosis]) -> list[Deficit]:
    """By subject, the most frequent first; of the areas alone whose teachers the person develops."""
    found = _scores(diagnoses)
    places = Places.of(school for totals in found.values() for school in totals)
    sums: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for one, totals in found.items():
        for areas, cells in divided(places.by_area(_sizes(totals))):
            if not _inside(user, areas):
                continue
            name = places.names(areas)
            for school in (school for cell in cells for school in cell):
                for title, people, _, lacking in totals[school].values():
                    into = sums[one.version.instrument.subject, title][name]
                    into[0] += people
                    into[1] += lacking
    rows = [_deficit(subject, title, areas) for (subject, title), areas in sums.items()]
    return sorted(rows, key=lambda row: (-row.every.share, row.title))


def _deficit(subject: str, title: str, areas: Mapping[str, list[int]]) -> Deficit:
    rows = [Lack(name, people, lacking) for name, (people, lacking) in areas.items()]
    every = Lack("Все вместе", sum(row.people for row in rows), sum(row.deficits for row in rows))
    return Deficit(subject, title, every, sorted(rows, key=lambda row: (-row.share, row.where)))


def _planned(root: str) -> dict[str, dict[int, int]]:
    """How many people of each school have a plan with something to do, and how many one that is all done; one query."""
    lines = Undertaking.objects.filter(
        sitting__person=OuterRef("person"), sitting__organisation=OuterRef("organisation")
    )
    rows = Sitting.objects.filter(organisation__path__startswith=root).filter(Exists(lines))
    told = rows.values("organisation").annotate(
        people=Count("person", distinct=True),
        going=Count("person", distinct=True, filter=Exists(lines.filter(done_at=None))),
    )
    found: dict[str, dict[int, int]] = {IN_WORK: {}, DONE: {}}
    for row in told.order_by("organisation"):
        found[IN_WORK][row["organisation"]] = row["going"]
        found[DONE][row["organisation"]] = row["people"] - row["going"]
    return found


def _plan_cells(
    root: str,
) -> tuple[Places, dict[str, dict[int, int]], list[tuple[list[str], list[tuple[list[str], list[list[int]]]]]]]:
    counts = _planned(root)
    places = Places.of(school for schools in counts.values() for school in schools)
    return places, counts, sorted_out({state: places.by_area(schools) for state, schools in counts.items()})


def plans(user: Actor, root: str) -> list[Plans]:
    """In work and done, together where either is of few; of the areas alone whose teachers the person develops."""
    places, counts, cells = _plan_cells(root)
    found = []
    for states, areas in cells:
        seen = [
            (
                places.names(paths),
                sum(counts[state].get(school, 0) for state in states for cell in schools for school in cell),
            )
            for paths, schools in areas
            if _inside(user, paths)
        ]
        if seen:
            found.append(Plans(" или ".join(states), sum(people for _, people in seen), sorted(seen)))
    return found


@dataclass(frozen=True, slots=True)
class School:
    """What may be told of one school: plans by state, and deficits of each diagnosis; nothing of fewer than five."""

    plans: list[tuple[str, int]]
    diagnoses: list[tuple[Diagnosis, list[Lack]]]


def school(one: Organisation) -> School:
    """Where the school is a cell by itself."""
    root = one.root_path
    _, counts, cells = _plan_cells(root)
    alone = [
        (" или ".join(states), sum(counts[state].get(one.pk, 0) for state in states))
        for states, areas in cells
        if any([one.pk] in schools for _, schools in areas)
    ]
    found = _scores(closed(root))
    places = Places.of(school for totals in found.values() for school in totals)
    told = []
    for diagnosis, totals in found.items():
        if any([one.pk] in schools for _, schools in divided(places.by_area(_sizes(totals)))):
            rows = [Lack(title, people, lacking) for title, people, _, lacking in totals[one.pk].values()]
            told.append((diagnosis, rows))
    return School(alone, told)
