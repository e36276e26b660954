"""What a programme says, as pure data: its goals, a draft out of the library, what it lacks, how versions differ."""

from opora.support.programmes.checking import lacks, past
from opora.support.programmes.content import RISK_POINTS, Content, Goal, Indicator, Measure, read, to_json
from opora.support.programmes.differing import Difference, differences
from opora.support.programmes.library import draft, shelf

__all__ = [
    "RISK_POINTS",
    "Content",
    "Difference",
    "Goal",
    "Indicator",
    "Measure",
    "differences",
    "draft",
    "lacks",
    "past",
    "read",
    "shelf",
    "to_json",
]
