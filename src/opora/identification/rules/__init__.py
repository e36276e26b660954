"""The rules that come with Opora, by id. `base` says what a rule is."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from opora.identification.rules.base import Rule

_HOMES: Final = {
    "fioko-2025": "fioko:Fioko2025",
    "stable-low": "stable_low:StableLow",
    "worst-share": "worst_share:WorstShare",
    "lowest-quartile": "lowest_quartile:LowestQuartile",
    "rating-sum": "rating_sum:RatingSum",
    "fair": "fair:Fair",
}


def known() -> tuple[str, ...]:
    """The ids of the rules that come with Opora, in the order in which people meet them."""
    return tuple(_HOMES)


def rules() -> tuple[Rule, ...]:
    return tuple(rule(name) for name in _HOMES)


def rule(name: str) -> Rule:
    """The rule with this id; `KeyError` where there is none."""
    home, _, kind = _HOMES[name].partition(":")
    found: Rule = getattr(import_module(f"opora.identification.rules.{home}"), kind)()
    return found
