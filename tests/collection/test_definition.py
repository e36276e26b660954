"""What a form may be, and what may be answered: read strictly, said in Russian, never raising anything else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.collection.definition import Field, Kind, Malformed, read, to_json
from opora.collection.values import Wrong, shown, typed
from opora.collection.values import read as answer

SAMPLE: dict[str, Any] = {
    "sections": [
        {
            "key": "staff",
            "title": "Кадры",
            "fields": [
                {"key": "teachers", "kind": "number", "title": "Учителей", "unit": "чел.", "min": "0", "max": "500"},
                {"key": "shift", "kind": "choice", "title": "Смена", "options": ["первая", "вторая"]},
                {
                    "key": "posts",
                    "kind": "table",
                    "title": "Вакансии",
                    "columns": [{"key": "subject", "kind": "text", "title": "Предмет", "required": True}],
                },
            ],
        }
    ]
}


def test_what_is_written_reads_back() -> None:
    assert to_json(read(SAMPLE)) == SAMPLE


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ({"key": "Имя", "kind": "text", "title": "А"}, "код"),
        ({"key": "a", "kind": "choice", "title": "А", "options": ["один"]}, "два варианта"),
        ({"key": "a", "kind": "table", "title": "А"}, "хотя бы один столбец"),
        ({"key": "a", "kind": "number", "title": "А", "min": 2, "max": 1}, "больше наибольшего"),
        ({"key": "a", "kind": "number", "title": "А", "min": "NaN"}, "не число"),
        ({"key": "a", "kind": "text", "title": ""}, "вопрос"),
        ({"key": "a", "kind": "text", "title": "А", "colour": "red"}, "colour"),
    ],
)
def test_a_mistake_is_said_with_its_place(field: dict[str, Any], said: str) -> None:
    with pytest.raises(Malformed) as mistake:
        read({"sections": [{"key": "s", "title": "С", "fields": [field]}]})
    assert said in str(mistake.value)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["sections", "key", "title", "fields", "kind", "min", "columns"]), inner)
    ),
    max_leaves=12,
)


@given(_JSON)
def test_whatever_comes_is_read_or_refused_in_words(data: Any) -> None:
    mistakes: list[str] = []
    try:
        found = read(data)
    except Malformed as mistake:
        mistakes = mistake.mistakes
    assert mistakes or read(to_json(found)) == found


NUMBER = Field("n", Kind.NUMBER, "Число", min=Decimal(-5), max=Decimal(10_000), decimals=1)


@pytest.mark.parametrize(("text", "stored"), [("1 234,5", "1234.5"), ("-2", "-2"), ("10", "10"), ("0,0", "0")])
def test_numbers_are_typed_as_people_do(text: str, stored: str) -> None:
    assert answer(NUMBER, text) == stored
    assert typed(NUMBER, stored) == Decimal(stored)


@pytest.mark.parametrize("text", ["много", "1,25", "-6", "10001", "NaN", "1e400"])
def test_what_does_not_fit_is_refused(text: str) -> None:
    with pytest.raises(Wrong):
        answer(NUMBER, text)


@given(st.sampled_from(list(Kind)).filter(lambda kind: kind != Kind.TABLE), st.text(max_size=30))
def test_whatever_is_typed_is_stored_or_refused(kind: Kind, text: str) -> None:
    field = Field("f", kind, "Поле", options=("да", "нет"), decimals=2)
    said = ""
    try:
        stored = answer(field, text)
    except Wrong as wrong:
        said = str(wrong)
    assert said or isinstance(shown(field, stored), str)
