"""What answers amount to: formulas, in columns too; conditions; mistakes with their places."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from opora.collection.definition import Definition, read
from opora.collection.language import form_mistakes
from opora.collection.ready import ready
from opora.collection.working import previous_values, work_out, wrongs
from tests.collection.collecting import cells


def form(*fields: dict[str, Any]) -> Definition:
    section: dict[str, Any] = {"key": "s", "title": "Раздел", "fields": list(fields)}
    return read({"sections": [section]})


def number(key: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "kind": "number", "title": key, **more}


LOAD = form(
    number("weeks"),
    {
        "key": "lessons",
        "kind": "table",
        "title": "Нагрузка",
        "columns": [
            number("hours", min=0),
            number("classes"),
            number("week", formula="hours * classes"),
            number("year", formula="week * weeks", checks=[{"expression": "year < 1000", "message": "Слишком много."}]),
        ],
    },
    number("total", formula="сумма(lessons.year)"),
)


def test_columns_are_worked_out_row_by_row_and_fields_see_them() -> None:
    assert form_mistakes(LOAD) == []
    rows = [{"hours": "2", "classes": "3"}, {"hours": "5"}]
    found = work_out(LOAD, {"weeks": "34", "lessons": rows})
    assert cells(found.answers["lessons"]) == [
        {"hours": "2", "classes": "3", "week": "6", "year": "204"},
        {"hours": "5"},
    ]
    assert found.answers["total"] == "204"


def test_a_mistake_in_a_row_is_told_with_its_cell() -> None:
    answers = {"weeks": "34", "lessons": [{"hours": "-1", "classes": "x"}, {"hours": "30", "classes": "3"}]}
    found = wrongs(LOAD, work_out(LOAD, answers))
    assert [(one.place, one.message) for one in found] == [
        ("lessons-1-hours", "Не может быть меньше 0."),
        ("lessons-1-classes", "«x» — не число. Напишите цифрами, например 12 или 12,5."),
        ("lessons-2-year", "Слишком много."),
    ]


def test_formulas_of_columns_are_checked_with_the_form() -> None:
    table = {"key": "t", "kind": "table", "title": "Таблица", "columns": [number("c", formula="nothing + 1")]}
    assert form_mistakes(form(table)) == ["Поле «Таблица», столбец «c», формула: В форме нет поля «nothing»."]
    table["columns"] = [number("c", formula="all")]
    circle = form_mistakes(form(table, number("all", formula="сумма(t.c)")))
    assert len(circle) == 1
    assert "ходят по кругу" in circle[0]


def test_what_is_not_asked_counts_as_not_said() -> None:
    one = form(number("a"), number("b", condition="a > 1", required=True), number("c", formula="сумма(a; b)"))
    hidden = work_out(one, {"a": "1", "b": "5"})
    assert hidden.asked == {"a", "c"}
    assert hidden.answers == {"a": "1", "b": "5", "c": "1"}
    assert wrongs(one, hidden) == []
    shown = work_out(one, {"a": "2"})
    assert [said.place for said in wrongs(one, shown)] == ["b"]
    assert wrongs(one, shown, whole=False) == []


def test_the_last_period_is_seen_by_checks() -> None:
    one = form(number("a", checks=[{"expression": "a <= прошлое(a) * 2", "message": "Вдвое больше."}]))
    assert [w.message for w in wrongs(one, work_out(one, {"a": "9"}), previous_values(one, {"a": "4"}))] == [
        "Вдвое больше."
    ]
    assert wrongs(one, work_out(one, {"a": "9"})) == []


stored = st.one_of(
    st.none(), st.text(max_size=5), st.integers(-9, 9).map(str), st.lists(st.text(max_size=3), max_size=2)
)


@given(st.dictionaries(st.sampled_from(sorted(ready("passport").definition.fields)), stored, max_size=12))
def test_whatever_is_stored_is_worked_out_and_working_it_out_again_changes_nothing(answers: dict[str, Any]) -> None:
    definition = ready("passport").definition
    tables = {key for key, one in definition.fields.items() if one.is_table}
    answers = {key: said for key, said in answers.items() if said is not None and key not in tables}
    first = work_out(definition, answers)
    assert work_out(definition, first.answers) == first
    wrongs(definition, first)
