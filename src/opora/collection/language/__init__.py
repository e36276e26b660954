"""What formulas, conditions and checks of a form mean."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from opora.collection.values import Value


def evaluate(expression: str, values: Mapping[str, Value], previous: Mapping[str, Value] | None = None) -> Value:
    """The value of an expression over the answers by key, and those of the last period; None where it has none."""
    return None


def mistakes(expression: str, keys: Collection[str]) -> list[str]:
    """What is wrong in an expression that may name these keys, in Russian; nothing where it can be used."""
    return []
