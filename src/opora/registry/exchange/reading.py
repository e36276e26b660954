"""A file -> Plan: everything is read and checked against the registry, nothing is written."""

from __future__ import annotations

from pathlib import Path

from opora.core.actor import Actor
from opora.registry.exchange.columns import MAX_BYTES, ORGANISATIONS, PEOPLE
from opora.registry.exchange.organisations import Organisations
from opora.registry.exchange.people import People
from opora.registry.exchange.plan import Plan
from opora.registry.exchange.tables import Unreadable, as_problem, tables


def read(source: Path | bytes, name: str = "", *, by: Actor | None = None) -> Plan:
    """What the file would change. With `by`, rows outside the part of the tree he may edit are problems, and nothing
    of what the registry knows about them is told.
    """
    if isinstance(source, bytes):
        content = source
    else:
        with source.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        name = name or source.name
    plan = Plan(name, content)
    try:
        sheets = tables(content, name)
    except Unreadable as error:
        plan.problems.append(as_problem(error))
        return plan
    organisations = Organisations(plan, by)
    organisations.read(sheets.get(ORGANISATIONS, []))
    People(plan, organisations).read(sheets.get(PEOPLE, []))
    plan.problems.sort(key=lambda problem: (problem.sheet, problem.row))
    return plan
