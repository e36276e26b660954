"""Why a school stands in a list: what the rule says of it, from which counts, and what people decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from opora.assessments.models import Choice, ObjectionState, SchoolResult, Verdict
from opora.assessments.queries.arithmetic import of_rule
from opora.assessments.queries.deciding import listed_in
from opora.assessments.rules import values_in_words
from opora.assessments.terms import objections_until
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.secrecy import knowledge
from opora.lists.models import SchoolList
from opora.registry.models import Organisation


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A verdict with the parameters of its rule and the rows of results that it counted."""

    verdict: Verdict
    values: list[tuple[str, str]]
    counted: list[SchoolResult]

    @classmethod
    def of(cls, verdict: Verdict, rows: Iterable[SchoolResult]) -> Arithmetic:
        """`rows` are all rows of the school."""
        return cls(verdict, values_in_words(verdict.run), of_rule(verdict.run, rows))


@dataclass(frozen=True, slots=True)
class Basis:
    """Of one school in one list: without a run no arithmetic; `decided` is a person's reason, where he gave one."""

    arithmetic: Arithmetic | None
    decided: str


def basis(school: Organisation, school_list: SchoolList, rows: Sequence[SchoolResult], user: Actor) -> Basis:
    """For whoever may know that the school is listed; one query."""
    if not knowledge(user).of(school.path):
        return Basis(None, "")
    (found,) = _with_basis(SchoolList.objects.filter(pk=school_list.pk), school)
    return _basis(school, found, rows)


@dataclass(frozen=True, slots=True)
class Place:
    """A school's place in an approved list, as its page shows it."""

    list: SchoolList
    basis: Basis
    until: dt.date | None  # up to when the school may object
    is_open: bool  # whether it still may, and has no objection before the region


def places(school: Organisation, rows: Sequence[SchoolResult], user: Actor) -> list[Place]:
    """The lists in which the school stands, where the person may know; one query."""
    return [
        Place(
            one,
            _basis(school, one, rows),
            until := objections_until(one),
            one.objection_state != ObjectionState.FILED and (until is None or today() <= until),
        )
        for one in _with_basis(listed_in(school, user), school)
    ]


def _with_basis(found: QuerySet[SchoolList], school: Organisation) -> list[Any]:
    """The lists, each with what its draft and its run say of the school, in one query."""
    choice = Choice.objects.included().filter(selection__school_list=OuterRef("pk"), organisation=school)
    verdict = Verdict.objects.filter(run__selections__school_list=OuterRef("pk"), organisation=school)
    told = {f"choice_{name}": Subquery(choice.values(name)[:1]) for name in ("reason", "by_rule")}
    told |= {f"verdict_{name}": Subquery(verdict.values(name)[:1]) for name in ("reason", "evidence")}
    return list(found.select_related("selection__run").annotate(**told))


def _basis(school: Organisation, one: Any, rows: Iterable[SchoolResult]) -> Basis:
    """Of a list that `_with_basis` found: the school's own part of a run, which is seen whole by those alone who write
    lists. A list that came of no draft of this system has none."""
    selection = getattr(one, "selection", None)
    decided = one.choice_reason or ""
    if selection is None or selection.run is None or one.verdict_reason is None:
        return Basis(None, decided)
    verdict = Verdict(
        run=selection.run,
        organisation=school,
        flagged=bool(one.choice_by_rule),
        reason=one.verdict_reason,
        evidence=one.verdict_evidence,
    )
    return Basis(Arithmetic.of(verdict, rows), decided)
