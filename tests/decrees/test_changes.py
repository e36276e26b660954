"""Amending documents: what each provision changes, in every layout; what is not understood is kept as said."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.decrees.layout import Layout, Paragraph
from opora.decrees.model import Change, Decree, Source
from opora.decrees.reading import read_layout
from tests.decrees.layouts import HEAD, SIGNATURE, Block, Sheet, reading

if TYPE_CHECKING:
    from pathlib import Path

TOP = [
    "УПРАВЛЕНИЕ ОБРАЗОВАНИЯ АДМИНИСТРАЦИИ ЛЕСНОГО РАЙОНА",
    "",
    "ПРИКАЗ",
    "",
    "14.01.2024 № 15",
    "",
    "О внесении изменений в приказ от 12.09.2023 № 318",
    "",
    "В связи с изменением сроков",
    "",
    "ПРИКАЗЫВАЮ:",
    "",
]
OPENING = "1. Внести в приказ управления образования от 12.09.2023 № 318 «О мерах поддержки» следующие изменения:"
CONTROL = "2. Контроль за исполнением приказа оставляю за собой."
FORMS = pytest.mark.parametrize("form", ["docx", "pdf", "txt"])


def order(*provisions: Block) -> list[Block]:
    return [*TOP, OPENING, *provisions, CONTROL, *SIGNATURE]


def short(change: Change) -> tuple[object, ...]:
    """(kind, number, what there is of column, old and new words, text, deadline, responsible)"""
    found = (change.piece, change.column, change.old, change.new, change.text)
    found = (*found, change.deadline and change.deadline.text)
    people = [one.text for one in change.responsible]
    return (change.kind, change.target, *(one for one in found if one is not None), *([people] if people else []))


def changes(decree: Decree) -> list[tuple[object, ...]]:
    return [short(one) for one in decree.changes]


@FORMS
def test_the_amended_document_is_named(tmp_path: Path, form: str) -> None:
    decree = reading(tmp_path, form, order("1.1. Пункт 4 исключить."))
    assert decree.amends is not None
    assert (decree.amends.kind, decree.amends.number, decree.amends.date) == ("order", "318", dt.date(2023, 9, 12))
    assert changes(decree) == [("remove", "4")]
    assert decree.changes[0].said == "Пункт 4 исключить."
    assert decree.changes[0].source != Source()


@FORMS
def test_words_replaced_added_and_taken_out(tmp_path: Path, form: str) -> None:
    decree = reading(
        tmp_path,
        form,
        order(
            "1.1. В пункте 5 слова «до 1 марта 2024 года» заменить словами «до 1 апреля 2024 года»;",
            "1.2. В пункте 6 слова «МОУО» заменить словами «ММС», цифры «12» цифрами «14».",
            "1.3. В графе «Ответственный» строки 7 слова «МОУО» заменить на «ИРО».",
            "1.4. В пункте 8 после слов «провести семинар» дополнить словами «и круглый стол».",
            "1.5. В пункте 9 слова «по возможности» исключить.",
        ),
    )
    assert changes(decree) == [
        ("words", "5", "до 1 марта 2024 года", "до 1 апреля 2024 года"),
        ("words", "6", "МОУО", "ММС"),
        ("words", "6", "12", "14"),
        ("words", "7", "responsible", "МОУО", "ИРО"),
        ("words", "8", "провести семинар", "провести семинар и круглый стол"),
        ("words", "9", "по возможности", ""),
    ]
    assert decree.findings == []


@FORMS
def test_rows_as_sentences(tmp_path: Path, form: str) -> None:
    decree = reading(
        tmp_path,
        form,
        order(
            "1.1. Пункт 3 изложить в следующей редакции:",
            "«3. Провести вебинар «Качество» для учителей. Срок – до 1 апреля 2024 года. Ответственные: ИРО, МОУО.».",
            "1.2. Дополнить пунктом 12 следующего содержания: «12. Собрать отчёты школ до 20 мая 2024 года».",
            "1.3. Срок исполнения пункта 7 продлить до 1 июня 2024 года.",
        ),
    )
    webinar = "Провести вебинар «Качество» для учителей."
    assert changes(decree) == [
        ("replace", "3", webinar, "до 1 апреля 2024 года", ["ИРО", "МОУО"]),
        ("add", "12", "Собрать отчёты школ до 20 мая 2024 года", "до 20 мая 2024 года"),
        ("replace", "7", "deadline", "до 1 июня 2024 года"),
    ]
    assert [(r.windows[0][1]) for c in decree.changes if (r := c.deadline)] == [
        dt.date(2024, 4, 1),
        dt.date(2024, 5, 20),
    ]


@FORMS
@pytest.mark.parametrize("headed", [True, False], ids=["heads", "rows"])
def test_rows_as_a_table(tmp_path: Path, form: str, headed: bool) -> None:
    row = ["3", "Провести семинар для учителей", "до 1 апреля 2024", "МОУО"]
    table = Sheet([HEAD, row] if headed else [row])
    decree = reading(tmp_path, form, order("1.1. Строку 3 приложения изложить в следующей редакции:", table))
    assert changes(decree) == [("replace", "3", "Провести семинар для учителей", "до 1 апреля 2024", ["МОУО"])]
    assert decree.roadmaps == []


@FORMS
def test_a_whole_new_annex(tmp_path: Path, form: str) -> None:
    annex = ["Приложение", "к приказу управления образования", "от 14.01.2024 № 15", ""]
    table = Sheet([HEAD, ["1", "Провести семинар", "до 1 марта 2024", "МОУО"], ["2", "Собрать", "май 2024", "ОО"]])
    said = (
        "1. Внести изменения в приказ управления образования от 12.09.2023 № 318, изложив приложение в новой редакции."
    )
    decree = reading(tmp_path, form, [*TOP, said, CONTROL, *SIGNATURE, *annex, "План мероприятий", "", table])
    assert changes(decree) == [("annex", None)]
    assert [row.text for row in decree.roadmaps[0].sections[0].activities] == ["Провести семинар", "Собрать"]


@FORMS
def test_rows_in_the_annex_and_heads_above_provisions(tmp_path: Path, form: str) -> None:
    annex = ["Приложение", "к приказу управления образования", "от 14.01.2024 № 15", ""]
    table = Sheet([HEAD, ["10", "Провести совещание", "до 1 марта 2024", "МОУО"]])
    body = order(
        "1) в пункте 2 приказа слова «до 1 марта» заменить словами «до 1 апреля»;",
        "2) в разделе II приложения:",
        "а) пункты 5 – 7 исключить;",
        "б) признать утратившим силу пункт 9;",
        "в) пункт 10 изложить в редакции согласно приложению к настоящему приказу.",
    )
    decree = reading(tmp_path, form, [*body, *annex, table])
    assert changes(decree) == [
        ("words", "2", "до 1 марта", "до 1 апреля"),
        *(("remove", number) for number in "5679"),
        ("replace", "10", "Провести совещание", "до 1 марта 2024", ["МОУО"]),
    ]
    assert [one.part for one in decree.changes] == ["clause", *["row"] * 5]
    assert [one.section for one in decree.changes] == [None, *["II"] * 5]
    assert decree.roadmaps == []


@FORMS
def test_what_is_not_understood_is_kept_with_a_finding(tmp_path: Path, form: str) -> None:
    said = "Привести пункты плана в соответствие с новым порядком."
    decree = reading(tmp_path, form, order(f"1.1. {said}", "1.2. Абзацы второй и третий пункта 3 исключить."))
    assert [(one.kind, one.said) for one in decree.changes] == [
        ("unknown", said),
        ("unknown", "Абзацы второй и третий пункта 3 исключить."),
    ]
    assert [one.code for one in decree.findings] == ["change-unclear", "change-unclear"]


@FORMS
def test_subpoints_and_paragraphs_of_a_row(tmp_path: Path, form: str) -> None:
    decree = reading(
        tmp_path,
        form,
        order(
            "1.1. Подпункт «а» пункта 3 исключить.",
            "1.2. Подпункт 2 пункта 5 изложить в следующей редакции: «2) собрать отчёты школ;».",
            "1.3. В абзаце втором пункта 7 слова «до 1 марта» заменить словами «до 1 апреля».",
            "1.4. Абзац третий пункта 8 признать утратившим силу.",
            "1.5. Пункт 9 дополнить абзацем следующего содержания: «Итоги обсудить на совещании.».",
            "1.6. Пункт 10 дополнить подпунктом «в» следующего содержания: «в) провести опрос».",
            "1.7. Подпункт 11.2 исключить.",
            "1.8. Пункт 12 дополнить подпунктом 12.4 следующего содержания: «12.4. Провести сверку до 1 мая 2024».",
            "1.9. В пункте 13:",
            "а) подпункт «б» исключить;",
            "б) в подпункте «в» слова «ИРО» заменить словами «ММС».",
        ),
    )
    assert changes(decree) == [
        ("remove", "3", "подпункт а"),
        ("replace", "5", "подпункт 2", "text", "2) собрать отчёты школ;"),
        ("words", "7", "абзац 2", "до 1 марта", "до 1 апреля"),
        ("remove", "8", "абзац 3"),
        ("words", "9", "новый абзац", "text", "", "Итоги обсудить на совещании."),
        ("words", "10", "новый абзац", "text", "", "в) провести опрос"),
        ("remove", "11.2"),
        ("add", "12.4", "Провести сверку до 1 мая 2024", "до 1 мая 2024"),
        ("remove", "13", "подпункт б"),
        ("words", "13", "подпункт в", "ИРО", "ММС"),
    ]
    assert decree.findings == []


@FORMS
def test_rows_are_renumbered(tmp_path: Path, form: str) -> None:
    said = ("1.1. Дополнить пунктом 4 следующего содержания: «4. Провести сверку до 1 мая 2024 года».",)
    more = ("1.2. Пункты 4 – 6 считать соответственно пунктами 5 – 7.", "1.3. Пункты 9 и 10 считать пунктами 8, 9.")
    wrong = "1.4. Пункты 20 – 22 считать пунктами 21, 22."
    decree = reading(tmp_path, form, order(*said, *more, wrong))
    assert changes(decree)[1:-1] == [
        ("number", old, new) for old, new in zip("4 5 6 9 10".split(), "56789", strict=True)
    ]
    assert [one.kind for one in decree.changes[-1:]] == ["unknown"]  # three cannot be two


@FORMS
def test_an_ordinary_order_changes_nothing(tmp_path: Path, form: str) -> None:
    points = ["1. Дополнить план работы мероприятиями до 1 марта 2024 года.", "2. Исключить случаи опозданий."]
    decree = reading(tmp_path, form, [*TOP[:6], "О работе школ", "", "ПРИКАЗЫВАЮ:", "", *points, CONTROL, *SIGNATURE])
    assert (decree.amends, decree.changes) == (None, [])


# -- any order, any number of provisions -------------------------------------------------------------------------

_NUMBERS = st.lists(st.integers(1, 60), min_size=1, max_size=12, unique=True)
_WORD = st.sampled_from("семинар,вебинар,отчёт,анализ,центр «Точка роста»,план-график,справка".split(","))
_DAYS = st.dates(dt.date(2024, 2, 1), dt.date(2024, 12, 31))


_PIECES = (
    ("подпункт «а»", "подпункт а"),
    ("подпункт б)", "подпункт б"),
    ("подпункт 3", "подпункт 3"),
    ("абзац первый", "абзац 1"),
    ("абзац четвёртый", "абзац 4"),
)


@st.composite
def provisions(draw: st.DrawFn) -> list[tuple[str, tuple[object, ...]]]:
    """(sentence, what it means) for each of several rows."""
    made: list[tuple[str, tuple[object, ...]]] = []
    for number in draw(_NUMBERS):
        n, word, day = str(number), draw(_WORD), f"до {draw(_DAYS):%d.%m.%Y}"
        kinds = ["words", "remove", "add", "replace", "moved", "unknown", "piece", "number"]
        kind = draw(st.sampled_from(kinds))
        if kind == "words":
            made.append((f"в пункте {n} слова «{word}» заменить словами «{day}»", ("words", n, word, day)))
        elif kind == "remove":
            verb = draw(st.sampled_from(["пункт {} исключить", "признать утратившим силу пункт {}"]))
            made.append((verb.format(n), ("remove", n)))
        elif kind in ("add", "replace"):
            head = f"дополнить пунктом {n} следующего содержания:"
            head = head if kind == "add" else f"пункт {n} изложить в следующей редакции:"
            said = f"{head} «{n}. Провести {word}. Срок – {day}. Ответственные: МОУО»"
            made.append((said, (kind, n, f"Провести {word}.", day, ["МОУО"])))
        elif kind == "piece":
            say, piece = draw(st.sampled_from(_PIECES))
            act = draw(st.sampled_from(["{} пункта {} исключить", "признать утратившим силу {} пункта {}"]))
            made.append((act.format(say, n), ("remove", n, piece)))
        elif kind == "number":
            made.append((f"пункт {n} считать пунктом {int(n) + 1}", ("number", n, str(int(n) + 1))))
        elif kind == "moved":
            made.append((f"срок исполнения пункта {n} перенести на {day[3:]}", ("replace", n, "deadline", day)))
        else:
            made.append((f"обратить внимание на пункт {n}", ("unknown", None)))
    return made


@settings(max_examples=60)
@given(provisions(), st.sampled_from(["1.{}. ", "{}) ", "– "]))
def test_every_provision_is_one_change_and_none_is_lost(made: list[tuple[str, tuple[object, ...]]], label: str) -> None:
    lines = [
        *TOP,
        OPENING,
        *(f"{label.format(place)}{said};" for place, (said, _) in enumerate(made, 1)),
        CONTROL,
        *SIGNATURE,
    ]
    blocks = [Paragraph(text, Source(line=n), apart=not lines[n - 2]) for n, text in enumerate(lines, 1) if text]
    decree = read_layout(Layout(blocks))
    assert changes(decree) == [meaning for _, meaning in made]
    assert sum(one.code == "change-unclear" for one in decree.findings) == sum(m[0] == "unknown" for _, m in made)
