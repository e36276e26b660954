"""Trials of the laboratory: their years as rows, who entered and left, two trials side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from opora.assessments.figures import percent
from opora.assessments.models import Run, RunState, Trial, Verdict
from opora.assessments.models.laboratory import TrialQuerySet
from opora.assessments.models.runs import VerdictQuerySet
from opora.assessments.queries.comparing import Overlap
from opora.core.actor import Actor


def trials(user: Actor) -> TrialQuerySet:
    return Trial.objects.visible(user).select_related("territory")


def comparable(trial: Trial, user: Actor) -> QuerySet[Trial]:
    """Other finished trials over the same schools, the newest first."""
    found = trials(user).filter(territory=trial.territory, state=RunState.DONE)
    return found.exclude(pk=trial.pk).order_by("-pk")


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year of a trial as the page shows it; shares are fractions of 1 or None, `cost` roubles."""

    year: int
    told: dict[str, Any]
    cost: int

    @property
    def url(self) -> str:
        """Of the year's verdicts."""
        return reverse("assessments:run", args=[self.told["run"]])

    @property
    def compared(self) -> bool:
        """Whether there is a year before to set it beside."""
        return "entered" in self.told

    def part(self, name: str) -> str:
        """A share in words, a dash where it is not known."""
        value = self.told.get(name)
        return "—" if value is None else percent(value)

    @property
    def small(self) -> str:
        """«40 % (среди всех 30 %)»"""
        return self._beside("small")

    @property
    def rural(self) -> str:
        return self._beside("rural")

    @property
    def common(self) -> str:
        return self.part("jaccard")

    def _beside(self, name: str) -> str:
        listed, of_all = self.part(name), self.part(f"{name}_of_all")
        return listed if listed == of_all == "—" else f"{listed} (среди всех {of_all})"


def years(trial: Trial, cost: int) -> list[YearRow]:
    """The years that could be run; `cost`: roubles a school."""
    told = trial.figures.get("years", {})
    return [YearRow(int(year), one, cost * one["listed"]) for year, one in sorted(told.items())]


def truth(trial: Trial) -> dict[str, Any]:
    """What the simulated regions say, with `found` in words; nothing where none were asked for."""
    told: dict[str, Any] = trial.figures.get("truth", {})
    if told.get("found") is None:
        return told
    return {**told, "listed": round(told["listed"], 1), "found": percent(told["found"])}


def moved(trial: Trial, user: Actor) -> VerdictQuerySet:
    """The verdicts of a trial's years that list a school whom the year before did not, or the other way round; with
    `before`, the sentence of the year before. Of schools that both years judged."""
    year_before = Verdict.objects.filter(
        run__trial=trial, run__year=OuterRef("run__year") - 1, organisation=OuterRef("organisation")
    )
    found = Verdict.objects.visible(user).filter(run__trial=trial, run__state=RunState.DONE)
    entered, left = Exists(year_before.filter(flagged=False)), Exists(year_before.filter(flagged=True))
    found = found.filter(Q(flagged=True) & entered | Q(flagged=False) & left)
    found = found.annotate(before=year_before.values("reason")[:1])
    return found.select_related("organisation__parent", "run")


@dataclass(frozen=True, slots=True)
class Pair:
    """One year of two trials."""

    year: int
    first: Run
    second: Run
    overlap: Overlap

    @property
    def share(self) -> str:
        return percent(self.overlap.share)


def pairs(trial: Trial, other: Trial) -> list[Pair]:
    """The years that both trials have, with the lists of each side by side."""
    ours, theirs = (
        {run.year: run for run in one.runs.filter(state=RunState.DONE).order_by("year")} for one in (trial, other)
    )
    listed = Verdict.objects.filter(run__trial=other, run__year=OuterRef("run__year"), flagged=True)
    common = Verdict.objects.filter(
        Exists(listed.filter(organisation=OuterRef("organisation"))), run__trial=trial, flagged=True
    )
    both = dict(common.values_list("run__year").annotate(Count("pk")))
    return [
        Pair(year, run, theirs[year], Overlap.of(run, theirs[year], both.get(year, 0)))
        for year, run in ours.items()
        if year in theirs
    ]
