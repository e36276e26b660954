"""An expression against the form it stands in: fields that are there, kinds that fit, formulas that end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from opora.collection.definition import Definition, Field, Kind
from opora.collection.language.functions import FUNCTIONS
from opora.collection.language.nodes import Call, Chain, Comparison, Expression, Literal, Name, Node, Opposite
from opora.collection.language.parsing import Mistake, names, parse

NUMBER, TEXT, YES, DAY, LIST, ANY = "number", "text", "yes", "day", "list", ""
_WORDS = {NUMBER: "число", TEXT: "текст", YES: "да или нет", DAY: "дата", LIST: "список"}
_KINDS = {Kind.NUMBER: NUMBER, Kind.DATE: DAY, Kind.SEVERAL: LIST, Kind.TABLE: LIST, Kind.FILE: YES}


def mistakes(expression: str, fields: Mapping[str, Field], wanted: str = ANY) -> list[str]:
    """What is wrong in an expression of a form with these fields, in Russian; nothing where it can be used.

    `wanted` is what it has to give: `YES` of a condition or check, `NUMBER` or `TEXT` of a formula.
    """
    try:
        found = parse(expression)
    except Mistake as error:
        return [str(error)]
    unknown = list(dict.fromkeys(_unknown(name, fields) for name in names(found)))
    wrong = [one for one in unknown if one]
    if wrong:
        return wrong
    checker = _Checker(fields)
    given = checker.kind(found.node)
    if not checker.wrong and wanted and given not in (wanted, ANY):
        checker.wrong.append(f"Здесь нужно {_WORDS[wanted]}, а получается {_WORDS[given]}.")
    return list(dict.fromkeys(checker.wrong))


def dependencies(expression: Expression) -> frozenset[str]:
    """Keys of the fields of this period that it reads."""
    return frozenset(name.key for name in names(expression) if not name.previous)


def order(definition: Definition) -> tuple[str, ...]:
    """Keys of the fields with formulas, each after those it needs. Raises `Mistake` naming the fields of a circle."""
    needs: dict[str, frozenset[str]] = {}
    for key, field in definition.fields.items():
        if field.formula:
            try:
                needs[key] = dependencies(parse(field.formula))
            except Mistake:
                continue
    graph = {key: sorted(one for one in found if one in needs) for key, found in needs.items()}
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = list(reversed(error.args[1]))
        titles = [f"«{definition.fields[key].title}»" for key in circle]
        said = "; ".join(f"{one} считается через {other}" for one, other in pairwise(titles))
        raise Mistake(f"Формулы ходят по кругу: {said}. Исправьте одну из них.") from None


def form_mistakes(definition: Definition) -> list[str]:
    """Everything that is wrong in the expressions of a form, each with its place."""
    found: list[str] = []
    fields = definition.fields

    def look(place: str, expression: str, wanted: str) -> None:
        found.extend(f"{place}: {one}" for one in mistakes(expression, fields, wanted) if expression)

    for section in definition.sections:
        look(f"Раздел «{section.title}», условие", section.condition, YES)
        for field in section.fields:
            place = f"Поле «{field.title}»"
            look(f"{place}, условие", field.condition, YES)
            look(f"{place}, формула", field.formula, NUMBER if field.kind == Kind.NUMBER else TEXT)
            for check in field.checks:
                look(f"{place}, проверка", check.expression, YES)
    try:
        order(definition)
    except Mistake as error:
        found.append(str(error))
    return found


def _unknown(name: Name, fields: Mapping[str, Field]) -> str:
    field = fields.get(name.key)
    if field is None:
        return f"В форме нет поля «{name.key}»."
    if name.column and not any(one.key == name.column for one in field.columns):
        return f"В поле «{field.title}» нет столбца «{name.column}»."
    return ""


class _Checker:
    def __init__(self, fields: Mapping[str, Field]) -> None:
        self.fields = fields
        self.wrong: list[str] = []

    def need(self, node: Node, *wanted: str, where: str) -> str:
        given = self.kind(node)
        if given not in (*wanted, ANY):
            words = " или ".join(_WORDS[one] for one in wanted)
            self.wrong.append(f"{where}: нужно {words}, а стоит {_WORDS[given]}.")
        return given

    def kind(self, node: Node) -> str:
        if isinstance(node, Literal):
            return _literal(node)
        if isinstance(node, Name):
            return LIST if node.column else _KINDS.get(self.fields[node.key].kind, TEXT)
        if isinstance(node, Opposite):
            wanted = YES if node.sign == "не" else NUMBER
            self.need(node.of, wanted, where=f"После «{node.sign}»")
            return wanted
        if isinstance(node, Comparison):
            return self.compared(node)
        return self.called(node) if isinstance(node, Call) else self.chained(node)

    def compared(self, node: Comparison) -> str:
        left = self.need(node.left, NUMBER, TEXT, YES, DAY, where=f"Слева от «{node.sign}»")
        right = self.need(node.right, NUMBER, TEXT, YES, DAY, where=f"Справа от «{node.sign}»")
        if left and right and left != right and LIST not in (left, right):
            self.wrong.append(f"Сравниваются разные вещи: {_WORDS[left]} и {_WORDS[right]}.")
        return YES

    def chained(self, node: Chain) -> str:
        kind = ANY
        for index, (sign, one) in enumerate([("", node.first), *node.rest]):
            shown = sign or node.rest[0][0]
            where = f"{'После' if index else 'Перед'} «{shown}»"
            if shown in ("и", "или"):
                self.need(one, YES, where=where)
                kind = YES
            elif not index:
                kind = self.need(one, *((NUMBER, DAY) if shown in "+−" else (NUMBER,)), where=where)
            elif kind == DAY:
                given = self.need(one, *((NUMBER, DAY) if sign == "−" else (NUMBER,)), where=where)
                kind = NUMBER if given == DAY else DAY
            else:
                self.need(one, NUMBER, where=where)
                kind = NUMBER
        return kind

    def called(self, node: Call) -> str:
        function = FUNCTIONS[node.function]
        where = f"В «{node.function}»"
        if function.takes == "if":
            self.need(node.given[0], YES, where=where)
            yes, no = self.kind(node.given[1]), self.kind(node.given[2])
            if yes and no and yes != no:
                self.wrong.append(f"{where} два значения разного вида: {_WORDS[yes]} и {_WORDS[no]}.")
            return yes or no
        if function.takes == "contains":
            self.need(node.given[0], LIST, TEXT, where=where)
            self.need(node.given[1], TEXT, where=where)
            return function.gives
        for one in node.given:
            if function.takes == "numbers":
                self.numbers(one, where)
            elif function.takes == "number":
                self.need(one, NUMBER, where=where)
            else:
                self.kind(one)
        return function.gives

    def numbers(self, node: Node, where: str) -> None:
        """Numbers, or a column of them."""
        if self.need(node, NUMBER, LIST, where=where) != LIST or not isinstance(node, Name):
            return
        field = self.fields[node.key]
        column = next((one for one in field.columns if one.key == node.column), None)
        if column is None or column.kind != Kind.NUMBER:
            self.wrong.append(f"{where}: «{(column or field).title}» — не числа.")


def _literal(node: Literal) -> str:
    value = node.value
    if isinstance(value, bool):
        return YES
    return NUMBER if isinstance(value, Decimal) else DAY if isinstance(value, dt.date) else TEXT
