"""Two runs side by side: whom each lists, who enters and who leaves, and why."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from opora.assessments.models import Run, Verdict
from opora.assessments.queries.deciding import runs
from opora.assessments.rules import values_in_words
from opora.core.actor import Actor
from opora.core.subqueries import Counted
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationQuerySet

OFFERED = 100  # runs beside which one may be put without another search


def comparable(run: Run, user: Actor) -> QuerySet[Run]:
    """Other finished runs over the same schools, the newest first; for a year of a trial its other years too."""
    found = runs(user).done().filter(territory=run.territory).exclude(pk=run.pk)
    return found.filter(Q(trial=None) | Q(trial__isnull=False, trial=run.trial_id)).order_by("-pk")


def beside(run: Run, asked: str, user: Actor) -> QuerySet[Run]:
    """The same, of the one that is asked for with `both`: how many schools both list."""
    listed = Verdict.objects.filter(run=OuterRef(OuterRef("pk")), organisation=OuterRef("organisation"), flagged=True)
    both = Counted(run.verdicts.filter(Exists(listed), flagged=True).values("pk"))
    return comparable(run, user).annotate(both=Case(When(public_id=asked, then=both), default=None))


def differing(run: Run, other: Run, user: Actor) -> OrganisationQuerySet:
    """The schools that only one of two runs lists, with `reason` and `other_reason`, nothing where not judged.

    From `other` to `run`: `enters` where `run` lists the school.
    """
    mine, theirs = (Verdict.objects.visible(user).filter(run=one, organisation=OuterRef("pk")) for one in (run, other))
    here, there = Exists(mine.filter(flagged=True)), Exists(theirs.filter(flagged=True))
    found = Organisation.objects.filter(here & ~there | ~here & there).select_related("parent")
    said = {"reason": mine.values("reason")[:1], "other_reason": theirs.values("reason")[:1]}
    return found.annotate(enters=here, run_id=Value(run.public_id), other_id=Value(other.public_id), **said)


def search_schools(found: QuerySet[Organisation], text: str) -> QuerySet[Organisation]:
    return found.filter(pk__in=Organisation.objects.matching(text).values("pk"))


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many schools both list, only the one, only the other."""

    both: int
    first: int
    second: int

    @classmethod
    def of(cls, run: Run, other: Run, both: int) -> Overlap:
        return cls(both, run.flagged - both, other.flagged - both)

    @property
    def share(self) -> float:
        """Of the schools that any of the two lists, the part that both list (Jaccard); 1 where neither lists any."""
        union = self.both + self.first + self.second
        return self.both / union if union else 1.0


def overlap(run: Run, other: Run) -> Overlap:
    """Of two runs, the other as `beside` gives it or any."""
    both = getattr(other, "both", None)
    if both is None:
        listed = Verdict.objects.filter(run=other, organisation=OuterRef("organisation"), flagged=True)
        both = run.verdicts.filter(Exists(listed), flagged=True).count()
    return Overlap.of(run, other, both)


def settings_of(run: Run, other: Run) -> list[tuple[str, str, str]]:
    """(what, of the one, of the other): rule, version, year, parameters and data, where two runs differ in them."""
    found = [
        ("Правило", run.rule_title, other.rule_title),
        ("Версия правила", run.rule_version, other.rule_version),
        ("Год", str(run.year), str(other.year)),
    ]
    ours, theirs = dict(values_in_words(run)), dict(values_in_words(other))
    for name in [*ours, *(name for name in theirs if name not in ours)]:
        found.append((name, ours.get(name, "—"), theirs.get(name, "—")))
    data = [one.provenance.get("results") for one in (run, other)]
    if (run.year, run.rule_id) == (other.year, other.rule_id) and data[0] != data[1]:
        found.append(("Данные", "загружены иначе", "загружены иначе"))
    return [one for one in found if one[1] != one[2] or one[0] == "Данные"]
