"""The registry as a file: read into a plan, shown, applied once; written in the same form."""

from opora.registry.exchange.applying import apply, apply_content
from opora.registry.exchange.plan import Change, Plan, Problem
from opora.registry.exchange.reading import read
from opora.registry.exchange.writing import KINDS, export

__all__ = ["KINDS", "Change", "Plan", "Problem", "apply", "apply_content", "export", "read"]
