"""An expression against the form it stands in: fields that are there, kinds that fit, formulas that end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from opora.collection.definition import Definition, Field, Kind
from opora.collection.language.functions import FUNCTIONS
from opora.collection.language.nodes import Call, Chain, Comparison, Expression, Literal, Name, Node, Opposite, Today
from opora.collection.language.parsing import Mistake, moves, names, parse

NUMBER, TEXT, YES, DAY, LIST, ANY = "number", "text", "yes", "day", "list", ""
_WORDS = {NUMBER: "число", TEXT: "текст", YES: "да или нет", DAY: "дата", LIST: "список"}
_ONLY_CHECKED = "«сегодня» бывает только в проверках: иначе отправленные ответы менялись бы сами. Спросите дату полем."
_KINDS = {Kind.NUMBER: NUMBER, Kind.DATE: DAY, Kind.SEVERAL: LIST, Kind.TABLE: LIST, Kind.FILE: YES}


def mistakes(expression: str, fields: Mapping[str, Field], wanted: str = ANY, *, lasting: bool = False) -> list[str]:
    """What is wrong in an expression of a form with these fields, in Russian; nothing where it can be used.

    `wanted` is what it has to give: `YES` of a condition or check, `NUMBER` or `TEXT` of a formula. What is `lasting`
    may not change with the day: answers that were sent would change by themselves.
    """
    try:
        found = parse(expression)
    except Mistake as error:
        return [str(error)]
    if lasting and moves(found):
        return [_ONLY_CHECKED]
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
    """What is worked out, each after what it needs: keys of fields, and «table.column» of columns.

    Raises `Mistake` naming what stands in a circle.
    """
    formulas: dict[str, tuple[str, Field | None]] = {
        key: (one.formula, None) for key, one in definition.fields.items() if one.formula
    }
    titles = {key: one.title for key, one in definition.fields.items()}
    formulas |= {
        f"{key}.{column.key}": (column.formula, one)
        for key, one in definition.fields.items()
        for column in one.columns
        if column.formula
    }
    titles |= {f"{key}.{c.key}": c.title for key, one in definition.fields.items() for c in one.columns}
    graph: dict[str, list[str]] = {}
    for key, (formula, table) in formulas.items():
        try:
            found = names(parse(formula))
        except Mistake:
            continue
        read = {_place(name, table) for name in found if not name.previous}
        graph[key] = [one for one in formulas if one in read or one.partition(".")[0] in read]
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = [f"«{titles[key]}»" for key in reversed(error.args[1])]
        said = "; ".join(f"{one} считается через {other}" for one, other in pairwise(circle))
        raise Mistake(f"Формулы ходят по кругу: {said}. Исправьте одну из них.") from None


def form_mistakes(definition: Definition) -> list[str]:
    """Everything that is wrong in the expressions of a form, each with its place."""
    found: list[str] = []
    fields = definition.fields

    def look(place: str, expression: str, wanted: str, known: Mapping[str, Field] = fields) -> None:
        found.extend(f"{place}: {one}" for one in mistakes(expression, known, wanted, lasting=True) if expression)

    def check(place: str, expression: str, known: Mapping[str, Field] = fields) -> None:
        found.extend(f"{place}, проверка: {one}" for one in mistakes(expression, known, YES))

    for section in definition.sections:
        look(f"Раздел «{section.title}», условие", section.condition, YES)
        for field in section.fields:
            place = f"Поле «{field.title}»"
            look(f"{place}, условие", field.condition, YES)
            look(f"{place}, формула", field.formula, NUMBER if field.kind == Kind.NUMBER else TEXT)
            for one in field.checks:
                check(place, one.expression)
            within = {**fields, **{one.key: one for one in field.columns}}
            for column in field.columns:
                beside = f"{place}, столбец «{column.title}»"
                look(f"{beside}, формула", column.formula, NUMBER if column.kind == Kind.NUMBER else TEXT, within)
                for one in column.checks:
                    check(beside, one.expression, within)
    try:
        order(definition)
    except Mistake as error:
        found.append(str(error))
    return found


def _place(name: Name, table: Field | None) -> str:
    """What a name of a formula reads; in a column of `table` the cells of the row come before fields."""
    if table and not name.column and any(one.key == name.key for one in table.columns):
        return f"{table.key}.{name.key}"
    return str(name)


def _unknown(name: Name, fields: Mapping[str, Field]) -> str:
    field = fields.get(name.key)
    if field is None:
        near = get_close_matches(name.key, fields, 1)
        return f"В форме нет поля «{name.key}»." + (f" Может быть, «{near[0]}»?" if near else "")
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
        if isinstance(node, Today):
            return DAY
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
            elif function.takes in (NUMBER, TEXT):
                self.need(one, function.takes, where=where)
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
