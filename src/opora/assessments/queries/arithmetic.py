"""The counts behind a verdict: those that the run was given, whatever counts today."""

from __future__ import annotations

from collections.abc import Iterable

from opora.assessments.models import Run, SchoolResult
from opora.assessments.rules import rule_as_run
from opora.core.actor import Actor
from opora.core.workflow import Refused
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
    """Those of the rows that the rule counts; all up to its year where the rule is gone."""
    try:
        rule = rule_as_run(run)
    except Refused:
        return [row for row in rows if row.year <= run.year]
    years, pairs = rule.years(run.year, run.values), rule.wanted(run.values)
    return [row for row in rows if row.year in years and (pairs is None or (row.procedure, row.subject) in pairs)]
