"""Raw results of assessments -> an explained, reproducible list of schools. Pure Python on Ibis, usable alone.

`identify(results, schools, rule, year)` runs a rule; `rules()` are those that come with Opora. A rule is written once
and runs on DuckDB in this process and on Spark on a cluster with the same result to the bit: engines deliver integer
counts, floating arithmetic happens once, in NumPy, in a fixed order. Names are resolved when they are used: Ibis alone
takes a second to import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opora.identification.rules import rules as rules
    from opora.identification.rules.base import Evidence as Evidence
    from opora.identification.rules.base import Outcome as Outcome
    from opora.identification.rules.base import Parameter as Parameter
    from opora.identification.rules.base import Rule as Rule
    from opora.identification.running import Aggregated as Aggregated
    from opora.identification.running import Run as Run
    from opora.identification.running import aggregate as aggregate
    from opora.identification.running import identify as identify

_HOMES = {
    "Aggregated": "running",
    "Evidence": "rules.base",
    "Outcome": "rules.base",
    "Parameter": "rules.base",
    "Rule": "rules.base",
    "Run": "running",
    "aggregate": "running",
    "identify": "running",
    "rules": "rules",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(f"opora.identification.{_HOMES[name]}"), name)
