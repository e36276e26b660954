"""Reading sittings: one's own, those of one's staff, and what groups have on each scale."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, FloatField, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Cast

from opora.core.actor import Actor
from opora.core.clock import today
from opora.development.groups import LEAST, divided
from opora.development.models import Diagnosis, DiagnosisState, Score, Sitting, SittingState, Undertaking
from opora.development.models.sittings import SittingQuerySet, headed
from opora.development.scoring import LUCK, SURE, Change, change, luck
from opora.registry.models import Organisation, Person


def own(user: Actor) -> SittingQuerySet:
    return Sitting.objects.own(user).select_related("diagnosis__version", "organisation", "person")


def to_sit(user: Actor) -> SittingQuerySet:
    """One's own that wait: the nearest end first."""
    open_ = {"diagnosis__state": DiagnosisState.OPEN, "diagnosis__opens__lte": today()}
    waiting = own(user).filter(state__in=(SittingState.ASSIGNED, SittingState.STARTED), **open_)
    return waiting.filter(diagnosis__closes__gte=today()).order_by("diagnosis__closes", "pk")


def seen(user: Actor) -> SittingQuerySet:
    """Those of which the person may see the result by name."""
    rows = Sitting.objects.visible(user).select_related("diagnosis__version__instrument", "organisation", "person")
    return rows.prefetch_related("scores")


@dataclass(frozen=True, slots=True)
class Result:
    """What a person has sat, with its scores and the plan made of it."""

    sitting: Sitting
    scores: list[Score]
    plan: list[Undertaking]

    @property
    def deficits(self) -> list[Score]:
        return [one for one in self.scores if one.deficit]

    @property
    def done(self) -> int:
        return sum(one.done_at is not None for one in self.plan)

    @property
    def to_check(self) -> int:
        """What is done and waits for the head."""
        return sum(one.done_at is not None and one.checked_at is None for one in self.plan)

    @property
    def next(self) -> Undertaking | None:
        """What is due first of what is not done."""
        return min((one for one in self.plan if one.done_at is None), key=lambda one: one.due, default=None)


def with_plan() -> Prefetch[str, QuerySet[Undertaking], str]:
    """The plan of each, as `Result` reads it."""
    return Prefetch("plan", queryset=Undertaking.objects.order_by("due", "pk"))


def result(one: Sitting) -> Result:
    """Of a sitting whose scores and plan are read already."""
    return Result(one, list(one.scores.all()), list(one.plan.all()))


@dataclass(frozen=True, slots=True)
class Changed:
    """A scale in two sittings of one instrument, and what lies between them; `luck` where it was a deficit."""

    before: Score
    after: Score
    change: Change
    luck: float | None

    @property
    def title(self) -> str:
        return self.after.title

    @property
    def before_words(self) -> str:
        return _points(self.before)

    @property
    def after_words(self) -> str:
        return _points(self.after)

    @property
    def difference(self) -> str:
        """«+12 ± 25 п. п.», the error at 95 %."""
        told = f"{100 * self.change.by:+.0f} ± {100 * SURE * self.change.error:.0f} п. п."
        return told.replace("-", "−")

    @property
    def meaning(self) -> str:
        if not self.change.is_sure:
            return "в пределах погрешности: ни роста, ни спада не видно"
        if self.change.by < 0:
            return "стало хуже"
        if self.luck is not None and self.luck > LUCK:
            return "больше погрешности, но для шкалы, где в прошлый раз вышло мало, это ещё может быть удачей"
        return "стало лучше"


def _points(one: Score) -> str:
    word = ", дефицит" if one.deficit else ""
    return f"{one.points} из {one.most} ({100 * one.share:.0f} %){word}"


def _compared(before: Sitting, after: Sitting) -> list[Changed]:
    """Scales of one name in both."""
    old = {one.title: one for one in before.scores.all()}
    asked = before.diagnosis.version.said
    found = []
    for new in after.scores.all():
        if (was := old.get(new.title)) is None:
            continue
        pair = (was.share, was.tasks), (new.share, new.tasks)
        scale = asked.scale(was.scale)
        chance = luck(*pair, scale.threshold) if was.deficit and scale else None
        found.append(Changed(was, new, change(*pair), chance))
    return found


def _same(found: Sitting, user: Actor) -> QuerySet[Sitting]:
    """What the same person has sat with the same instrument, as far as the user may see it."""
    instrument = found.diagnosis.version.instrument_id
    rows = seen(user).filter(person=found.person_id, state=SittingState.DONE)
    return rows.filter(diagnosis__version__instrument=instrument).order_by("-done_at", "-pk")


def changed(found: Sitting, user: Actor) -> tuple[Sitting | None, list[Changed]]:
    """The sitting before with the same instrument, and the scales of both."""
    before = _same(found, user).filter(done_at__lt=found.done_at).first()
    return (before, _compared(before, found)) if before else (None, [])


def since(found: Sitting, user: Actor) -> list[tuple[Sitting, list[Changed]]]:
    """The sittings with the same instrument that came after, the newest first, each with the scales of both."""
    return [(after, _compared(found, after)) for after in _same(found, user).filter(done_at__gt=found.done_at)]


def on_paper(one: Diagnosis) -> QuerySet[Sitting]:
    """Those whose answers an operator may put in; never what they answered."""
    rows = Sitting.objects.filter(diagnosis=one).filter(Q(state=SittingState.ASSIGNED) | Q(on_paper=True))
    return rows.select_related("person", "organisation", "diagnosis__territory")


def search_on_paper(found: QuerySet[Sitting], text: str) -> QuerySet[Sitting]:
    """By the name of the person or of the school."""
    return found.filter(person__in=Person.objects.matching(text).values("pk"))


@dataclass(frozen=True, slots=True)
class Mean:
    """What a group has on a scale: of how many people, the mean share of points, how many have the deficit."""

    title: str
    people: int
    share: float
    deficits: int

    @property
    def percent(self) -> int:
        return round(100 * self.share)


@dataclass(frozen=True, slots=True)
class Group:
    """A group of which its means may be shown."""

    title: str
    people: int
    means: list[Mean]


Totals = dict[int, dict[str, tuple[str, int, float, int]]]  # by school and scale: title, people, shares, deficits


def _totals(one: Diagnosis) -> Totals:
    """One query, whatever the number of sittings."""
    rows = Score.objects.filter(sitting__diagnosis=one, sitting__state=SittingState.DONE)
    share = Cast(F("points"), FloatField()) / F("most")
    said = rows.values("sitting__organisation", "scale", "title").annotate(
        people=Count("pk"), shares=Sum(share), deficits=Count("pk", filter=Q(deficit=True))
    )
    found: Totals = defaultdict(dict)
    for row in said.order_by("scale"):
        told = (row["title"], row["people"], row["shares"], row["deficits"])
        found[row["sitting__organisation"]][row["scale"]] = told
    return found


def _group(title: str, totals: Totals, schools: Iterable[int]) -> Group:
    sums: dict[str, list[tuple[str, int, float, int]]] = defaultdict(list)
    for school in schools:
        for scale, told in totals[school].items():
            sums[scale].append(told)
    means = []
    for scale in sorted(sums, key=lambda key: (len(key), key)):
        rows = sums[scale]
        people = sum(row[1] for row in rows)
        means.append(Mean(rows[0][0], people, sum(row[2] for row in rows) / people, sum(row[3] for row in rows)))
    return Group(title, max((mean.people for mean in means), default=0), means)


def _named(names: list[str], rest: str) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} и ещё {len(names) - 1} ({rest})"


def groups(one: Diagnosis) -> tuple[Group | None, list[tuple[Group, list[Group]]]]:
    """All together, and each municipality with its schools: cells of `groups.divided`, and nothing else.

    Only of a closed diagnosis: what is shown while people are added tells what the last one added.
    """
    if one.state != DiagnosisState.CLOSED:
        return None, []
    totals = _totals(one)
    schools = {row.pk: row for row in Organisation.objects.filter(pk__in=totals).select_related("parent")}
    counts: dict[str, dict[int, int]] = defaultdict(dict)
    areas: dict[str, str] = {}
    for key in sorted(schools, key=lambda key: schools[key].sort_name):
        area = schools[key].parent or schools[key]
        areas[area.public_id] = area.short_name
        counts[area.public_id][key] = max(told[1] for told in totals[key].values())
    found = []
    for cell, places in divided(counts):
        whole = _group(_named([areas[area] for area in cell], "вместе"), totals, [key for row in places for key in row])
        parts = [_group(_named([schools[key].short_name for key in row], "вместе"), totals, row) for row in places]
        found.append((whole, parts))
    every = _group("Все вместе", totals, totals) if found else None
    return every, found


@dataclass(frozen=True, slots=True)
class Staff:
    """What the head of a school sees of a diagnosis: means where enough are not known by name, and those who are."""

    diagnosis: Diagnosis
    school: Organisation
    done: int
    group: Group | None
    named: list[Result]


def staff(user: Actor) -> list[Staff]:
    """Of every diagnosis that is closed, the newest first. A fixed number of queries for each that is shown."""
    rows = Sitting.objects.done().filter(organisation__path__in=headed(user), diagnosis__state=DiagnosisState.CLOSED)
    mine: dict[tuple[int, int], list[int]] = defaultdict(list)
    never: set[int] = set()  # known by name
    columns = ("diagnosis", "organisation", "pk", "named_at", "diagnosis__names_to_heads")
    for diagnosis, school, pk, named_at, open_ in rows.values_list(*columns).order_by("-diagnosis", "pk"):
        mine[diagnosis, school].append(pk)
        if named_at is None and not open_:
            never.add(pk)
    by_name = seen(user).filter(pk__in=[pk for pks in mine.values() for pk in pks]).prefetch_related(with_plan())
    known = {one.pk: one for one in by_name}
    diagnoses = Diagnosis.objects.in_bulk({diagnosis for diagnosis, _ in mine})
    schools = Organisation.objects.in_bulk({school for _, school in mine})
    means = _means([pk for pks in mine.values() for pk in pks])
    found = []
    for (diagnosis, school), pks in mine.items():
        named = [result(known[pk]) for pk in pks if pk in known]
        hidden = len(never.intersection(pks))
        shown = len(pks) >= LEAST and (hidden == 0 or hidden >= LEAST)
        group = _group("Школа", {school: means[diagnosis, school]}, [school]) if shown else None
        found.append(Staff(diagnoses[diagnosis], schools[school], len(pks), group, named))
    return found


def _means(sittings: list[int]) -> dict[tuple[int, int], dict[str, tuple[str, int, float, int]]]:
    """By diagnosis and school; one query."""
    share = Cast(F("points"), FloatField()) / F("most")
    said = (
        Score.objects.filter(sitting__in=sittings)
        .values("sitting__diagnosis", "sitting__organisation", "scale", "title")
        .annotate(people=Count("pk"), shares=Sum(share), deficits=Count("pk", filter=Q(deficit=True)))
    )
    found: dict[tuple[int, int], dict[str, tuple[str, int, float, int]]] = defaultdict(dict)
    for row in said.order_by("scale"):
        told = (row["title"], row["people"], row["shares"], row["deficits"])
        found[row["sitting__diagnosis"], row["sitting__organisation"]][row["scale"]] = told
    return found
