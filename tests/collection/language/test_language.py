"""Formulas: what they mean, what is said of those that mean nothing, and that neither texts nor answers break them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from opora.collection.definition import read
from opora.collection.language import Mistake, dependencies, evaluate, form_mistakes, mistakes, order, parse
from opora.collection.language.functions import FUNCTIONS
from opora.collection.values import Value

_STAFF: tuple[dict[str, Value], ...] = (
    {"ставок": Decimal("1.5"), "имя": "А"},
    {"ставок": None, "имя": ""},
    {"ставок": Decimal(2), "имя": "Б"},
)
VALUES: dict[str, Value] = {
    "учеников": Decimal(120),
    "учителей": Decimal("12.5"),
    "ноль": Decimal(0),
    "молчит": None,
    "тип": "сельская",
    "выбор": ("один", "два"),
    "открыта": dt.date(2020, 9, 1),
    "есть": True,
    "кадры": _STAFF,
}
PREVIOUS: dict[str, Value] = {"учеников": Decimal(100), "кадры": ({"ставок": Decimal(4)},)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("учеников / учителей", Decimal("9.6")),
        ("учеников ÷ ноль", None),
        ("учеников + молчит", None),
        ("0,1 + 0,2", Decimal("0.3")),
        ("2 + 3 × 4 − −1", Decimal(15)),
        ("(2 + 3) * 4", Decimal(20)),
        ("округлить(процент(1; 3); 1)", Decimal("33.3")),
        ("округлить(2,5)", Decimal(3)),
        ("сумма(кадры.ставок; 1)", Decimal("4.5")),
        ("среднее(кадры.ставок)", Decimal("1.75")),
        ("количество(кадры.имя)", Decimal(2)),
        ("наибольшее(кадры.ставок)", Decimal(2)),
        ("сумма(молчит)", None),
        ("учеников − прошлое(учеников)", Decimal(20)),
        ("сумма(прошлое(кадры.ставок))", Decimal(4)),
        ("прошлое(учителей)", None),
        ("Если(учеников > 100; «много»; «мало»)", "много"),
        ("если(молчит > 1; 1; 2)", None),
        ("пусто(молчит) и не пусто(тип)", True),
        ("молчит > 1 или да", True),
        ("молчит > 1 и нет", False),
        ("молчит > 1 и да", None),
        ("тип = «сельская» и есть = да", True),
        ('содержит(выбор; "два")', True),
        ("содержит(выбор; «три»)", False),
        ("открыта ≥ 01.09.2020", True),
        ("открыта + 30 = 01.10.2020", True),
        ("02.09.2020 - открыта", Decimal(1)),
        ("открыта + 9999999", None),
        ("тип > 1", None),
        ("учеников ≠ 120", False),
        ("иное", None),
        ("открыта ≤ Сегодня", True),
        ("сегодня − 31.08.2026", Decimal(1)),
        ("сегодня ≥ 02.09.2026", False),
        ("сегодняшний", None),
        ("почта(«school@example.ru»)", True),
        ("почта(«school@пример.рф»)", True),
        ("почта(« a@b.ru »)", True),
        ("почта(тип)", False),
        ("почта(«a@b»)", False),
        ("почта(«a b@c.ru»)", False),
        ("почта(молчит)", None),
        ("почта(учеников)", None),
    ],
)
@time_machine.travel("2026-09-01 09:00Z", tick=False)
def test_the_value_of_an_expression(text: str, value: object) -> None:
    assert evaluate(parse(text), VALUES, PREVIOUS) == value


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("1 +", 4, "не закончено"),
        ("2 +, 3", 4, "дробная часть — после запятой"),
        ("учеников учителей", 10, "не ожидается «учителей»"),
        ("корень(2)", 1, "нет действия «корень»"),
        ("если(да)", 1, "если(a > 0; b; c)"),
        ("31.02.2020", 1, "такого дня нет"),
        ("прошлое(1 + 2)", 1, "одно поле"),
        ("прошлое(сегодня)", 1, "одно поле"),
        ("сегодня()", 8, "не ожидается «()»"),
        (" ", 1, "пустое"),
        ("не " * 600 + "да", 1, "вложенных"),
        ("1" * 2001, 2001, "длиннее 2000"),
    ],
)
def test_a_mistake_says_its_place_and_what_to_do(text: str, place: int, said: str) -> None:
    with pytest.raises(Mistake) as found:
        parse(text)
    assert found.value.place == place
    assert said in str(found.value)


def test_dependencies_are_of_this_period() -> None:
    assert dependencies(parse("а + сумма(таблица.б) − прошлое(в)")) == {"а", "таблица"}


_FORM = {
    "sections": [
        {
            "key": "one",
            "title": "Первый",
            "fields": [
                {"key": "pupils", "kind": "number", "title": "Учеников"},
                {"key": "kind", "kind": "choice", "title": "Вид", "options": ["а", "б"]},
                {
                    "key": "staff",
                    "kind": "table",
                    "title": "Кадры",
                    "columns": [
                        {"key": "rate", "kind": "number", "title": "Ставок"},
                        {"key": "name", "kind": "text", "title": "Имя"},
                    ],
                },
            ],
        }
    ]
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pupil + 1", "В форме нет поля «pupil». Может быть, «pupils»?"),
        ("unknown + 1", "В форме нет поля «unknown»."),
        ("сумма(staff.years)", "В поле «Кадры» нет столбца «years»."),
        ("сумма(staff.name)", "В «сумма»: «Имя» — не числа."),
        ("pupils + kind", "После «+»: нужно число, а стоит текст."),
        ("pupils = «а»", "Сравниваются разные вещи: число и текст."),
        ("если(pupils > 1; 1; kind)", "В «если» два значения разного вида: число и текст."),
        ("pupils ≤ сегодня", "Сравниваются разные вещи: число и дата."),
        ("почта(pupils)", "В «почта»: нужно текст, а стоит число."),
        ("pupils и да", "Перед «и»: нужно да или нет, а стоит число."),
    ],
)
def test_an_expression_is_checked_against_its_form(text: str, said: str) -> None:
    assert mistakes(text, read(_FORM).fields) == [said]


def test_a_condition_has_to_give_yes_or_no() -> None:
    form = read({"sections": [{"key": "s", "title": "С", "condition": "1 + 1"}]})
    assert form_mistakes(form) == ["Раздел «С», условие: Здесь нужно да или нет, а получается число."]


def test_what_changes_with_the_day_stands_in_checks_alone() -> None:
    """An answer that was sent would change by itself."""
    field = {
        "key": "since",
        "kind": "date",
        "title": "С какого дня",
        "condition": "сегодня > 01.01.2026",
        "checks": [{"expression": "since ≤ сегодня", "message": "Рано."}],
    }
    days = {"key": "days", "kind": "number", "title": "Дней", "formula": "сегодня − since"}
    form = read({"sections": [{"key": "s", "title": "С", "condition": "да", "fields": [field, days]}]})
    found = form_mistakes(form)
    assert [one.partition(":")[0] for one in found] == ["Поле «С какого дня», условие", "Поле «Дней», формула"]
    assert all("только в проверках" in one for one in found)


def _formulas(**formulas: str) -> object:
    fields = [{"key": k, "kind": "number", "title": k.upper(), "formula": text} for k, text in formulas.items()]
    return {"sections": [{"key": "s", "title": "С", "fields": fields}]}


def test_formulas_are_ordered_by_need() -> None:
    assert order(read(_formulas(a="b + c", b="c", c="1"))) == ("c", "b", "a")


def test_a_circle_of_formulas_names_its_fields() -> None:
    [said] = form_mistakes(read(_formulas(a="b + 1", b="a", c="a")))
    assert said.startswith("Формулы ходят по кругу:")
    assert "«A» считается через «B»" in said
    assert "«C»" not in said


_ATOMS = st.sampled_from("a t.x прошлое(a) 1,5 «слово» да сегодня 01.02.2020 ( ) ; если( сумма(".split())
_TOKENS = st.one_of(_ATOMS, st.sampled_from("+ - × ÷ < ≥ = и или не . ,".split()), st.text(max_size=3))


@given(st.one_of(st.text(max_size=80), st.lists(_TOKENS, max_size=30).map(" ".join)))
def test_no_text_raises_anything_but_the_one_mistake(text: str) -> None:
    found = _mistake(text)
    assert found is None or (1 <= found.place <= len(text) + 1 and str(found).strip())


def _mistake(text: str) -> Mistake | None:
    try:
        parse(text)
    except Mistake as mistake:
        return mistake
    return None


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["+", "−", "×", "÷", "и", "или", "=", "<", "≥", "≠"])
    names = st.sampled_from(
        ["сумма", "среднее", "наименьшее", "наибольшее", "количество", "пусто", "заполнено", "почта"]
    )
    pairs = st.sampled_from(["процент", "округлить", "содержит"])
    return st.one_of(
        st.tuples(inner, signs, inner).map(lambda one: f"({one[0]} {one[1]} {one[2]})"),
        st.tuples(names, inner).map(lambda one: f"{one[0]}({one[1]})"),
        st.tuples(pairs, inner, inner).map(lambda one: f"{one[0]}({one[1]}; {one[2]})"),
        st.tuples(inner, inner, inner).map(lambda one: f"если({one[0]}; {one[1]}; {one[2]})"),
        inner.map(lambda one: f"(не {one})"),
        inner.map(lambda one: f"(−{one})"),
    )


_LEAVES = st.sampled_from("a b t.x t прошлое(a) прошлое(t.x) 0 1,5 «слово» да сегодня 01.02.2020".split())
_SINGLE = st.one_of(st.none(), st.decimals(), st.text(max_size=5), st.booleans(), st.dates())
_ANSWERS = st.one_of(
    _SINGLE,
    st.lists(st.text(max_size=3), max_size=3).map(tuple),
    st.lists(st.dictionaries(st.just("x"), _SINGLE), max_size=3).map(tuple),
)


@given(st.recursive(_LEAVES, _grown, max_leaves=12), *[st.dictionaries(st.sampled_from("abt"), _ANSWERS)] * 2)
def test_no_answers_raise(text: str, values: dict[str, object], previous: dict[str, object]) -> None:
    found = evaluate(parse(text), values, previous)  # type: ignore[arg-type]
    assert not isinstance(found, Decimal) or found.is_finite()


_NUMBERS = st.decimals(-1000, 1000, places=2).map(lambda one: (format(one, "f").replace(".", ","), Fraction(one)))


def _arithmetic(inner: st.SearchStrategy[tuple[str, Fraction]]) -> st.SearchStrategy[tuple[str, Fraction]]:
    def joined(one: tuple[str, Fraction], sign: str, other: tuple[str, Fraction]) -> tuple[str, Fraction]:
        worth = {"+": one[1] + other[1], "−": one[1] - other[1], "×": one[1] * other[1]}[sign]
        return f"({one[0]} {sign} {other[0]})", worth

    return st.builds(joined, inner, st.sampled_from("+−×"), inner)


@given(st.recursive(_NUMBERS, _arithmetic, max_leaves=8))
def test_arithmetic_is_exact(one: tuple[str, Fraction]) -> None:
    found = evaluate(one[0], {})
    assert isinstance(found, Decimal)
    assert Fraction(found) == one[1]


@given(st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1)), st.integers(-20_000, 20_000))
def test_today_is_the_day_it_is(day: dt.date, shift: int) -> None:
    since: dict[str, Value] = {"с": day + dt.timedelta(days=shift)}
    with time_machine.travel(f"{day} 09:00Z", tick=False):
        assert evaluate("с ≤ сегодня", since) is (shift <= 0)
        assert evaluate("с − сегодня", since) == shift


def test_the_page_of_the_language_names_every_action() -> None:
    page = Path("docs/method/formulas.md").read_text(encoding="utf-8")
    assert [name for name in (*FUNCTIONS, "прошлое", "сегодня") if f"`{name}" not in page] == []
