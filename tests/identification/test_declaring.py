"""A region's rule as a YAML: every mistake with its line and what to do; nothing else than a rule comes out."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.identification import Aggregated, identify
from opora.identification.columns import COUNTS, arrow_schema
from opora.identification.rules.declared import Declared
from opora.identification.rules.declaring import MOST_BYTES, read

GOOD = """\
id: ours
version: "1.10"
title: Наше правило
source: Приказ № 1
join: all
indicators:
  - name: rus
    title: Русский язык
    counted: vpr:rus
    threshold: 0,3
  - name: mat
    counted: vpr:mat
    years: 2
    threshold: 25 %
    min_participants: 5
"""


def told(text: str) -> list[str]:
    rule, mistakes = read(text.encode())
    assert (rule is None) is bool(mistakes)
    return [str(one) for one in mistakes]


def test_a_good_file_is_a_rule() -> None:
    rule, mistakes = read(GOOD.encode())
    assert mistakes == []
    assert rule is not None
    assert (rule.id, rule.version, rule.title) == ("ours", "1.10", "Наше правило")
    assert rule.read({}) == {
        "join": 2, "threshold_rus": 0.3, "min_participants_rus": 10, "threshold_mat": 0.25, "min_participants_mat": 5,
    }  # fmt: skip
    assert rule.years(2026, {}) == (2025, 2026)
    assert rule.wanted({}) == (("vpr", "mat"), ("vpr", "rus"))
    assert [one.title for one in rule.indicators] == ["Русский язык", "mat"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("id: ours", "id: Наше", "Строка 1: код правила «Наше» не подходит. Нужны строчные"),
        ("id: ours", "id: fair", "Строка 1: код «fair» занят правилом Опоры. Дайте своему другой."),
        ("title: Наше правило\n", "", "Строка 1: не указано: title. Добавьте строку, например «title: Школы"),
        ("source: Приказ № 1", "source:", "не указано: source"),
        ("title: Наше правило", "title: [Наше]", "Строка 3: в поле title нужен текст"),
        ("title: Наше правило", f"title: {'я' * 301}", "Строка 3: поле title длиннее 300 знаков"),
        (
            "join: all",
            "join: 3",
            "Строка 5: join: «3» не подходит. Напишите any (любой), all (все) или число от 1 до 2",
        ),
        ("join: all", "joins: all", "Строка 5: у правила нет поля joins. Похоже на join."),
        ("join: all", "join: all\njoin: any", "Строка 6: поле join уже указано в строке 5"),
        ("indicators:", "indicators: []\nlimits:", "Строка 6: в indicators нет показателей"),
        ("  - name: rus", "  - name: Рус", "Строка 7: имя показателя «Рус» не подходит"),
        ("  - name: rus\n", "  - years: 1\n", "Строка 7: у показателя нет имени (name)"),
        ("  - name: mat", "  - name: rus", "Строка 11: показатель rus уже назван в строке 7"),
        ("counted: vpr:rus", "counted: впр:rus", "Строка 9: counted: процедуры «впр» нет. Есть: vpr"),
        ("counted: vpr:rus", "counted: rus", "Строка 9: counted: не указано ни процедуры"),
        ("counted: vpr:rus", "counted: [vpr, rus]", "Строка 9: в поле counted нужен текст"),
        ("    counted: vpr:rus\n", "", "Строка 7: у показателя rus не указано counted"),
        ("threshold: 0,3", "treshold: 0,3", "Строка 10: у показателя нет поля treshold. Похоже на threshold."),
        (
            "threshold: 0,3",
            "threshold: 30",
            "Строка 10: threshold: «30» не подходит. Возможно от 0 до 1. Долю пишут так: «30 %»",
        ),
        ("threshold: 0,3", "threshold: треть", "Строка 10: threshold: «треть» не подходит. Нужно число."),
        ("years: 2", "years: 11", "Строка 13: years: «11» не подходит. Возможно от 1 до 10."),
        ("years: 2", "years: 1.5", "Строка 13: years: «1.5» не подходит. Нужно целое число."),
        ("  - name: rus", "  - rus", "Строка 8: YAML не разобран"),
        ("id: ours", "id: ours: x", "Строка 1: YAML не разобран. Проверьте отступы"),
        ("join: all", "\tjoin: all", "Строка 5: отступ сделан табуляцией. Замените её пробелами."),
        ("id: ours", "--- \nid: ours\n---", "в файле два документа"),
        ("join: all", "join: &a all\nlimits: *a", "Строка 6: ссылка «*a» не читается"),
        ("id: ours", "id: !!python/object/apply:os.system [ls]", "Строка 1: в поле id нужен текст"),
        ("id: ours", "id: o\0urs", "недопустимый знак"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_to_do(old: str, new: str, words: str) -> None:
    assert old in GOOD
    assert words in "\n".join(told(GOOD.replace(old, new, 1)))


def test_all_mistakes_are_told_at_once_in_order() -> None:
    bad = GOOD.replace("id: ours", "id: O").replace("0,3", "x").replace("years", "year").replace("join: all", "join: z")
    assert [one.split(":")[0] for one in told(bad)] == ["Строка 1", "Строка 5", "Строка 10", "Строка 13"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "файл пуст"),
        ("- одно\n- другое".encode(), "описание правила – не набор полей"),
        ("id: ours\ntitle: Наше".encode("cp1251"), "Строка 2: файл не в UTF-8. Сохраните"),
        (b"a" * (MOST_BYTES + 1), "больше 64 КБ"),
        (b"[" * 30_000 + b"]" * 30_000, "вложены слишком глубоко"),
        (b"{? [a] : 1}", "нет поля с таким именем"),
    ],
)
def test_what_is_no_rule_at_all_is_told_too(content: bytes, words: str) -> None:
    rule, mistakes = read(content)
    assert rule is None
    assert words in str(mistakes[0])


scraps = st.sampled_from(
    ["id", "version", "title", "source", "join", "indicators", "name", "counted", "threshold", "years", ":", ": ", "\n",
     "\n  - ", "- ", "[", "]", "{", "}", "'", '"', "&a ", "*a", "!!int ", "|", ">", "# ", "%", "0.3", "all",
     "ours", "\n  ", "vpr:rus", "я", "\t", "\0", "---\n", "? "]
)  # fmt: skip


@settings(max_examples=300)
@given(st.one_of(st.binary(max_size=200), st.lists(scraps, max_size=40).map(lambda one: "".join(one).encode())))
def test_whatever_is_uploaded_is_a_rule_or_a_told_mistake(content: bytes) -> None:
    rule, mistakes = read(content)
    assert (rule is None) is bool(mistakes)
    assert all(one.line >= 1 and one.what for one in mistakes)


@settings(max_examples=200)
@given(st.integers(0, 14), st.lists(scraps, min_size=1, max_size=6).map("".join))
def test_a_good_file_with_one_line_spoilt(number: int, line: str) -> None:
    lines = GOOD.splitlines(keepends=True)
    lines[number] = line + "\n"
    rule, mistakes = read("".join(lines).encode())
    assert (rule is None) is bool(mistakes)


def test_a_rule_that_another_file_declares_is_measured_anew(tmp_path: Path) -> None:
    """The kept query of one file never serves another of the same id and version."""
    row = {"year": 2026, "procedure": "vpr", "grade": 5, "school_id": "s1", "participants": 20}
    row |= {"marks_2": 0, "marks_3": 0, "marks_4": 0, "marks_5": 0, "absent": 0}
    rows = [{**row, "subject": "rus", "failed": 2}, {**row, "subject": "mat", "failed": 8}]
    data = Aggregated(pa.Table.from_pylist(rows, schema=arrow_schema(COUNTS)))
    text = yaml.safe_dump(
        {"id": "ours", "version": "1", "title": "Т", "source": "И", "indicators": [
            {"name": "one", "counted": "vpr:rus", "threshold": 0.3}]}, allow_unicode=True
    )  # fmt: skip
    shares = []
    for said in (text, text.replace("vpr:rus", "vpr:mat")):
        rule, _ = read(said.encode())
        assert isinstance(rule, Declared)
        done = identify(data, pa.table({"school_id": ["s1"]}), rule, 2026)
        shares.append(done.outcome.table.column("share_one").to_pylist())
        assert done.provenance["code"] == rule.code
    assert shares == [[0.1], [0.4]]
