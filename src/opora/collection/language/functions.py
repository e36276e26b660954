"""The actions that an expression may name, each total: what does not fit gives nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from opora.collection.values import Value

MANY = 100  # operands of an action
BIGGEST = 40  # digits before the comma that a value may have
CONTEXT = Context(prec=80, traps=[])  # nothing is raised; sums and products of what people type are exact


@dataclass(frozen=True, slots=True)
class Function:
    """`takes`: of its operands «numbers», «any», «yes»…, for the check of a form; `gives` likewise."""

    work: Callable[[tuple[Value, ...]], Value]
    takes: str
    gives: str
    usage: str
    least: int = 1
    most: int = MANY


def kept(value: Decimal) -> Decimal | None:
    """A number, or nothing where it is none or beyond what anybody counts."""
    return value if value.is_finite() and (not value or abs(value.adjusted()) <= BIGGEST) else None


def flat(given: tuple[Value, ...]) -> Iterator[Value]:
    """Single answers: columns of tables and lists of choices opened."""
    for one in given:
        if isinstance(one, tuple):
            yield from cast("tuple[Value, ...]", one)
        else:
            yield one


def is_empty(value: Any) -> bool:
    """Nothing, a blank text, or a list or column of nothing else."""
    if isinstance(value, tuple):
        return all(is_empty(one) for one in value)
    if isinstance(value, Mapping):
        return all(is_empty(one) for one in value.values())
    return value is None or (isinstance(value, str) and not value.strip())


def _numbers(given: tuple[Value, ...]) -> list[Decimal]:
    return [one for one in flat(given) if isinstance(one, Decimal)]


def _sum(given: tuple[Value, ...]) -> Value:
    found = _numbers(given)
    total = Decimal(0)
    for one in found:
        total = CONTEXT.add(total, one)
    return kept(total) if found else None


def _mean(given: tuple[Value, ...]) -> Value:
    total = _sum(given)
    return kept(CONTEXT.divide(total, Decimal(len(_numbers(given))))) if isinstance(total, Decimal) else None


def _least(given: tuple[Value, ...]) -> Value:
    return min(_numbers(given), default=None)


def _most(given: tuple[Value, ...]) -> Value:
    return max(_numbers(given), default=None)


def _count(given: tuple[Value, ...]) -> Value:
    return Decimal(sum(not is_empty(one) for one in flat(given)))


def _percent(given: tuple[Value, ...]) -> Value:
    part, whole = given
    if not isinstance(part, Decimal) or not isinstance(whole, Decimal) or not whole:
        return None
    return kept(CONTEXT.divide(CONTEXT.multiply(part, Decimal(100)), whole))


def _rounded(given: tuple[Value, ...]) -> Value:
    number, digits = given[0], given[1] if len(given) > 1 else Decimal(0)
    if not isinstance(number, Decimal) or not isinstance(digits, Decimal):
        return None
    if digits not in range(10) or kept(number) is None:
        return None
    return kept(number.quantize(Decimal(1).scaleb(-int(digits)), rounding=ROUND_HALF_UP, context=CONTEXT))


def _if(given: tuple[Value, ...]) -> Value:
    if not isinstance(given[0], bool):
        return None
    return given[1] if given[0] else given[2]


def _contains(given: tuple[Value, ...]) -> Value:
    where, what = given
    if where is None or not isinstance(what, str):
        return None
    return what in where if isinstance(where, tuple) else isinstance(where, str) and what.lower() in where.lower()


def _is_mail(given: tuple[Value, ...]) -> Value:
    address = given[0]
    if not isinstance(address, str) or is_empty(address):
        return None
    try:
        validate_email(address.strip())
    except ValidationError:
        return False
    return True


FUNCTIONS: dict[str, Function] = {
    "сумма": Function(_sum, "numbers", "number", "«сумма» складывает числа и столбцы: сумма(a; b; таблица.столбец)."),
    "среднее": Function(_mean, "numbers", "number", "«среднее» берёт числа и столбцы: среднее(таблица.столбец)."),
    "наименьшее": Function(_least, "numbers", "number", "«наименьшее» берёт числа и столбцы: наименьшее(a; b)."),
    "наибольшее": Function(_most, "numbers", "number", "«наибольшее» берёт числа и столбцы: наибольшее(a; b)."),
    "количество": Function(
        _count, "anything", "number", "«количество» считает заполненное: количество(таблица.столбец)."
    ),
    "процент": Function(_percent, "number", "number", "«процент» берёт часть и целое: процент(часть; целое).", 2, 2),
    "округлить": Function(
        _rounded, "number", "number", "«округлить» берёт число и знаков после запятой (0–9): округлить(a; 1).", 1, 2
    ),
    "если": Function(_if, "if", "if", "«если» берёт условие и два значения: если(a > 0; b; c).", 3, 3),
    "пусто": Function(lambda given: is_empty(given[0]), "anything", "yes", "«пусто» берёт одно поле: пусто(a).", 1, 1),
    "заполнено": Function(
        lambda given: not is_empty(given[0]), "anything", "yes", "«заполнено» берёт одно поле: заполнено(a).", 1, 1
    ),
    "почта": Function(
        _is_mail, "text", "yes", "«почта» проверяет адрес электронной почты: почта(поле). Пустое не проверяется.", 1, 1
    ),
    "содержит": Function(_contains, "contains", "yes", "«содержит» берёт поле и ответ: содержит(поле; «ответ»).", 2, 2),
}
