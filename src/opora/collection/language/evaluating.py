"""The value of an expression over answers: total, exact, without a loop that answers could lengthen.

Nothing (`None`) stands for «не сказано»: arithmetic and comparisons with it give nothing again, «и» and «или» know
what they can («нет и пусто» is «нет»), a condition that is nothing asks nothing and a check that is nothing is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from opora.collection.language.functions import CONTEXT, FUNCTIONS, is_empty, kept
from opora.collection.language.nodes import Call, Chain, Comparison, Expression, Literal, Name, Node, Opposite, Today
from opora.collection.language.parsing import Mistake, parse
from opora.collection.values import Value
from opora.core.clock import today

Values = Mapping[str, Value]


def evaluate(expression: Expression | str, values: Values, previous: Values | None = None) -> Value:
    """The value over the answers by key and those of the last period; a text that is no expression has none."""
    if isinstance(expression, str):
        try:
            expression = parse(expression)
        except Mistake:
            return None
    return _value(expression.node, values, previous or {})


def _value(node: Node, values: Values, previous: Values) -> Value:
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Today):
        return today()
    if isinstance(node, Name):
        return _named(node, previous if node.previous else values)
    if isinstance(node, Opposite):
        return _opposite(node.sign, _value(node.of, values, previous))
    if isinstance(node, Comparison):
        return _compared(_value(node.left, values, previous), node.sign, _value(node.right, values, previous))
    if isinstance(node, Call):
        return FUNCTIONS[node.function].work(tuple(_value(one, values, previous) for one in node.given))
    return _chained(node, values, previous)


def _named(name: Name, values: Values) -> Value:
    found = values.get(name.key)
    if not name.column:
        return _sound(found)
    if not isinstance(found, tuple):
        return None
    cells: Any = tuple(_sound(row.get(name.column)) for row in found if isinstance(row, Mapping))
    return cells  # type: ignore[no-any-return]


def _sound(value: Value) -> Value:
    return kept(value) if isinstance(value, Decimal) else value


def _opposite(sign: str, value: Value) -> Value:
    if sign == "не":
        return not value if isinstance(value, bool) else None
    return value.copy_negate() if isinstance(value, Decimal) else None


def _chained(chain: Chain, values: Values, previous: Values) -> Value:
    found = _value(chain.first, values, previous)
    for sign, node in chain.rest:
        other = _value(node, values, previous)
        found = _joined(found, sign, other) if sign in ("и", "или") else _counted(found, sign, other)
    return found


def _joined(left: Value, sign: str, right: Value) -> Value:
    """«и», «или» of three values: yes, no, not said."""
    decides = sign == "или"
    if left is decides or right is decides:
        return decides
    return (not decides) if isinstance(left, bool) and isinstance(right, bool) else None


def _counted(left: Value, sign: str, right: Value) -> Value:
    if isinstance(left, dt.date):
        return _days(left, sign, right)
    if not isinstance(left, Decimal) or not isinstance(right, Decimal):
        return None
    if sign == "+":
        return kept(CONTEXT.add(left, right))
    if sign == "−":
        return kept(CONTEXT.subtract(left, right))
    if sign == "×":
        return kept(CONTEXT.multiply(left, right))
    return kept(CONTEXT.divide(left, right)) if right else None


def _days(day: dt.date, sign: str, other: Value) -> Value:
    """Between two days, in days; or the day so many days later."""
    if isinstance(other, dt.date):
        return Decimal((day - other).days) if sign == "−" else None
    if not isinstance(other, Decimal) or sign not in "+−" or abs(other) > 1_000_000 or other % 1:
        return None
    try:
        return day + dt.timedelta(days=int(other if sign == "+" else -other))
    except OverflowError:
        return None


def _compared(left: Value, sign: str, right: Value) -> Value:
    if is_empty(left) or is_empty(right):
        return None
    if not any(isinstance(left, kind) and isinstance(right, kind) for kind in (Decimal, dt.date, str)):
        same = type(left) is type(right) and sign in ("=", "≠")
        return (left == right) is (sign == "=") if same else None
    one: Any = left
    return _ordered((one > right) - (one < right), sign)


def _ordered(order: int, sign: str) -> bool:
    return {"=": order == 0, "≠": order != 0, "<": order < 0, ">": order > 0, "≤": order <= 0, "≥": order >= 0}[sign]
