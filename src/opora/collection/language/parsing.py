"""A text becomes an expression, once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import LarkError, UnexpectedCharacters, UnexpectedEOF, UnexpectedToken, VisitError

from opora.collection.language.functions import FUNCTIONS
from opora.collection.language.nodes import (
    Call,
    Chain,
    Comparison,
    Expression,
    Literal,
    Name,
    Node,
    Opposite,
    Today,
    walk,
)
from opora.core.workflow import Refused

LONGEST = 2000  # characters of an expression
DEEPEST = 40  # parts within parts

_GRAMMAR = r"""
?start: any
?any: all (OR all)*         -> chain
?all: denial (AND denial)*  -> chain
?denial: NOT denial         -> opposite
       | comparison
?comparison: sum [SIGN sum]
?sum: product ((PLUS | MINUS) product)*  -> chain
?product: signed (TIMES signed)*         -> chain
?signed: MINUS signed       -> opposite
       | atom
?atom: NUMBER               -> number
     | DAY                  -> day
     | TEXT                 -> text
     | YES                  -> yes
     | NO                   -> no
     | TODAY                -> today
     | NAME                 -> name
     | NAME "." NAME        -> name
     | NAME "(" [any (";" any)*] ")" -> call
     | "(" any ")"

OR.2: /или(?!\w)/i
AND.2: /и(?!\w)/i
NOT.2: /не(?!\w)/i
YES.2: /да(?!\w)/i
NO.2: /нет(?!\w)/i
TODAY.2: /сегодня(?!\w)/i
DAY.3: /[0-9]{2}\.[0-9]{2}\.[0-9]{4}(?![0-9])/
NUMBER.2: /[0-9]+([.,][0-9]+)?/
NAME: /[^\W\d]\w*/
TEXT: /"[^"]*"|«[^«»]*»/
SIGN: "<=" | ">=" | "<>" | "!=" | "≤" | "≥" | "≠" | "=" | "<" | ">"
PLUS: "+"
MINUS: "-" | "−" | "–"
TIMES: "*" | "×" | "·" | "/" | "÷"
%ignore /\s+/
"""
_SIGNS = {"<=": "≤", ">=": "≥", "<>": "≠", "!=": "≠", "*": "×", "·": "×", "/": "÷", "-": "−", "–": "−"}


class Mistake(Refused):
    """The text is no expression. `place` counts its characters from 1; the message is a Russian sentence."""

    def __init__(self, message: str, place: int = 1) -> None:
        self.place = place
        super().__init__(message)


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """The expression that `text` states. Raises `Mistake` and nothing else."""
    if not text.strip():
        raise Mistake("Выражение пустое. Напишите его, например: учеников / учителей.")
    if len(text) > LONGEST:
        raise Mistake(f"Выражение длиннее {LONGEST} знаков. Разделите его на несколько полей.", LONGEST + 1)
    parser = _parser()
    try:
        found: Any = parser.parse(text)
    except (UnexpectedToken, UnexpectedCharacters, UnexpectedEOF) as error:
        raise _unexpected(text, error) from None
    except VisitError as error:
        raise error.orig_exc if isinstance(error.orig_exc, Mistake) else _unclear() from None
    except LarkError:
        raise _unclear() from None
    return Expression(text, found.node)


@cache
def _parser() -> Lark:
    """Without a tree between: what is built is built while reading, never by recursion over what somebody typed."""
    return Lark(_GRAMMAR, parser="lalr", transformer=_Builder(), maybe_placeholders=False)


def _unclear() -> Mistake:
    return Mistake("Выражение непонятно. Проверьте скобки и знаки.")


def _unexpected(text: str, error: UnexpectedToken | UnexpectedCharacters | UnexpectedEOF) -> Mistake:
    place = getattr(error, "pos_in_stream", None)
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        place = None
    if place is None:
        return Mistake(
            "Выражение не закончено: после последнего знака ожидается число, поле или скобка.", len(text) + 1
        )
    word = text[place:].split(maxsplit=1)[0][:20] if text[place:].strip() else text[place : place + 1]
    hint = " Знаки препинания между частями — «;», дробная часть — после запятой." if word.startswith(",") else ""
    return Mistake(f"Знак {place + 1}: здесь не ожидается «{word}».{hint}", place + 1)


class _Built:
    """A node with how deep it is, while it is being built."""

    __slots__ = ("depth", "node")
    depth: int
    node: Node

    def __init__(self, node: Node, *inner: _Built) -> None:
        self.node = node
        self.depth = 1 + max((one.depth for one in inner), default=0)
        if self.depth > DEEPEST:
            raise Mistake("Слишком много вложенных частей. Разделите выражение на несколько полей.")


class _Builder(Transformer[Token, _Built]):
    def chain(self, found: list[Any]) -> _Built:
        if len(found) == 1:
            return found[0]  # type: ignore[no-any-return]
        rest = tuple((_sign(sign), one.node) for sign, one in zip(found[1::2], found[2::2], strict=True))
        return _Built(Chain(found[0].node, rest), *found[::2])

    def comparison(self, found: list[Any]) -> _Built:
        left, sign, right = found
        return _Built(Comparison(left.node, _sign(sign), right.node), left, right)

    def opposite(self, found: list[Any]) -> _Built:
        return _Built(Opposite(_sign(found[0]), found[1].node), found[1])

    def number(self, found: list[Token]) -> _Built:
        return _Built(Literal(Decimal(found[0].replace(",", "."))))

    def day(self, found: list[Token]) -> _Built:
        try:
            return _Built(Literal(dt.date(*map(int, reversed(found[0].split("."))))))
        except ValueError:
            raise Mistake(f"«{found[0]}» — такого дня нет.", (found[0].start_pos or 0) + 1) from None

    def text(self, found: list[Token]) -> _Built:
        return _Built(Literal(found[0][1:-1]))

    def yes(self, found: list[Token]) -> _Built:
        return _Built(Literal(True))

    def no(self, found: list[Token]) -> _Built:
        return _Built(Literal(False))

    def today(self, _found: list[Token]) -> _Built:
        return _Built(Today())

    def name(self, found: list[Token]) -> _Built:
        return _Built(Name(str(found[0]), str(found[1]) if len(found) > 1 else ""))

    def call(self, found: list[Any]) -> _Built:
        token, given = found[0], found[1:]
        name, place = token.lower(), (token.start_pos or 0) + 1
        nodes = tuple(one.node for one in given)
        if name == "прошлое":
            if len(nodes) != 1 or not isinstance(nodes[0], Name) or nodes[0].previous:
                raise Mistake(f"Знак {place}: в скобках после «прошлое» ожидается одно поле.", place)
            return _Built(Name(nodes[0].key, nodes[0].column, previous=True))
        function = FUNCTIONS.get(name)
        if function is None:
            known = ", ".join(sorted([*FUNCTIONS, "прошлое"]))
            raise Mistake(f"Знак {place}: нет действия «{token[:40]}». Есть: {known}.", place)
        if not function.least <= len(nodes) <= function.most:
            raise Mistake(f"Знак {place}: {function.usage}", place)
        return _Built(Call(name, nodes), *given)


def _sign(token: Token) -> str:
    word = token.lower()
    return _SIGNS.get(word, word)


def names(expression: Expression) -> list[Name]:
    """The fields it reads, in order."""
    return [one for one in walk(expression.node) if isinstance(one, Name)]


def moves(expression: Expression) -> bool:
    """Whether its value changes by itself, with the day."""
    return any(isinstance(one, Today) for one in walk(expression.node))
