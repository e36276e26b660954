"""The counts behind a verdict: those that the run was given, whatever counts today."""

from __future__ import annotations

from collections.abc import Iterable

from opora.assessments.models import Run, SchoolResult
from opora.assessments.rules import counted_by
from opora.core.actor import Actor
from opora.registry.models import Organisation


def counted(run: Run, school: Organisation, user: Actor) -> list[SchoolResult]:
    """A school's rows of the works that the rule counts, the newest year first.

    A part that was replaced for other schools alone stands in the run beside its successor: of two rows of one work
    the run had the later.
    """
    rows = SchoolResult.objects.visible(user).filter(organisation=school, part__in=run.parts.values("pk"))
    newest = {(row.year, row.procedure, row.subject, row.grade): row for row in rows.order_by("part__pk")}
    return sorted(of_rule(run, newest.values()), key=lambda row: (-row.year, row.procedure, row.subject, row.grade))


def of_rule(run: Run, rows: Iterable[SchoolResult]) -> list[SchoolResult]:
    """Those of the rows that the rule counts; all of the run's years where the rule is gone."""
    years, pairs = counted_by(run)
    return [row for row in rows if row.year in years and (pairs is None or (row.procedure, row.subject) in pairs)]
