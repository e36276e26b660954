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


@dataclass(frozen=True, slots=True)
class Report:
    procedures: list[Procedures]
    matches: dict[str, int]  # state -> schools
    data: dict[str, Any]

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
        )
        for one in loading.report.get("procedures", [])
    ]
    empty: dict[str, Any] = {
        **{name: [] for name in ("missing", "fewer", "crowded", "absent", "names", "reasons", "unchanged")},
        **dict.fromkeys(("aside", "repeated", "crowded_count", "absent_count", "parts", "replaced"), 0),
    }
    return Report(procedures, states, empty | loading.report)
