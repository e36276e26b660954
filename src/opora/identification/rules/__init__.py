"""The rules that come with Opora, by id. `base` says what a rule is."""

from __future__ import annotations

from importlib import import_module

from opora.identification.rules.base import Rule

_HOMES: dict[str, str] = {
    "fair": "fair:Fair",
}


def rules() -> tuple[Rule, ...]:
    """Every rule that comes with Opora, in the order in which people meet them."""
    return tuple(rule(name) for name in _HOMES)


def rule(name: str) -> Rule:
    """The rule with this id; `KeyError` where there is none."""
    home, _, kind = _HOMES[name].partition(":")
    found: Rule = getattr(import_module(f"opora.identification.rules.{home}"), kind)()
    return found
