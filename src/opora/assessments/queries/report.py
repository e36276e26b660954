"""The quality report as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from opora.assessments.models import Loading, MatchState
from opora.identification.titles import procedure_words


@dataclass(frozen=True, slots=True)
class Procedures:
    """One procedure of the loading in figures."""

    words: str
    year: int
    schools: int
    participants: int
    failed: int
    absent: int
    fresh: int | None  # schools that have none of it yet; None where it was not worked out
    changed: int | None  # that have other figures now
    same: int | None


@dataclass(frozen=True, slots=True)
class Report:
    procedures: list[Procedures]
    matches: dict[str, int]  # state -> schools
    data: dict[str, Any]

    @property
    def replaces(self) -> bool:
        """Whether schools have results of these procedures already."""
        return any(one.changed or one.same for one in self.procedures)

    @property
    def open_matches(self) -> int:
        return self.matches.get(MatchState.PROPOSED, 0) + self.matches.get(MatchState.MISSING, 0)

    @property
    def all_matches(self) -> int:
        return sum(self.matches.values())


def report_of(loading: Loading) -> Report:
    states = dict(loading.matches.order_by().values_list("state").annotate(Count("pk")))
    figures = ("schools", "participants", "failed", "absent")
    procedures = [
        Procedures(
            procedure_words(one["procedure"], one["subject"], one["grade"]),
            one["year"],
            *(one[name] for name in figures),
            *(one.get(name) for name in ("fresh", "changed", "same")),
        )
        for one in loading.report.get("procedures", [])
    ]
    empty: dict[str, Any] = {
        **{name: [] for name in ("missing", "fewer", "crowded", "absent", "names", "reasons", "unchanged", "changed")},
        **dict.fromkeys(
            ("aside", "repeated", "changed_count", "crowded_count", "absent_count", "parts", "replaced"), 0
        ),
    }
    return Report(procedures, states, empty | loading.report)
