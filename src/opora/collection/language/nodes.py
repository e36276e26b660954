"""What an expression is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opora.collection.values import Value


@dataclass(frozen=True, slots=True)
class Literal:
    value: Value


@dataclass(frozen=True, slots=True)
class Name:
    """The answer of a field, or of a `column` of a table; `previous`: last period's."""

    key: str
    column: str = ""
    previous: bool = False

    def __str__(self) -> str:
        return f"{self.key}.{self.column}" if self.column else self.key


@dataclass(frozen=True, slots=True)
class Today:
    """The day on which it is worked out."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands of equal rank, left to right: numbers by + − × ÷, yes and no by «и», «или»."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    left: Node
    sign: str
    right: Node


@dataclass(frozen=True, slots=True)
class Opposite:
    """«не» of yes and no, or the minus of a number."""

    sign: str
    of: Node


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    given: tuple[Node, ...]


Node = Literal | Name | Today | Chain | Comparison | Opposite | Call


@dataclass(frozen=True, slots=True)
class Expression:
    text: str
    node: Node


def parts(node: Node) -> tuple[Node, ...]:
    """The nodes right below."""
    if isinstance(node, Chain):
        return (node.first, *(one for _, one in node.rest))
    if isinstance(node, Comparison):
        return (node.left, node.right)
    if isinstance(node, Opposite):
        return (node.of,)
    return node.given if isinstance(node, Call) else ()


def walk(node: Node) -> Iterator[Node]:
    yield node
    for one in parts(node):
        yield from walk(one)
