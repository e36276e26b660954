import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opora.core.marks import ALPHABET, LENGTH, as_code, checked, marks_in, new_mark, shown
from opora.exports.seals import page_mark, read_page_mark

MARKS = st.text(alphabet=ALPHABET, min_size=LENGTH, max_size=LENGTH).map(checked)
LOOK_ALIKE = str.maketrans("ACEHKMPTYX346", "АСЕНКМРТУХЗЧБ")


def test_marks_differ_and_look_as_promised() -> None:
    marks = {new_mark() for _ in range(500)}
    assert len(marks) == 500
    assert all(len(shown(mark)) == 19 and shown(mark).startswith("КП-") for mark in marks)


@given(MARKS, st.sampled_from(["", " ", "-", " – ", "\n"]))
def test_a_mark_is_read_however_it_is_typed(mark: str, gap: str) -> None:
    for text in (mark, mark.lower(), mark.translate(LOOK_ALIKE)):
        for prefix in ("КП", "кп", "KP", "КР"):
            typed = gap.join([prefix, text[:4], text[4:8], text[8:12], text[12:]])
            assert marks_in(f"Копия № {typed}: Иванова А. П.") == [mark]
    assert marks_in(as_code(mark)) == [mark]


@given(MARKS, st.integers(0, LENGTH), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_noticed(mark: str, place: int, character: str) -> None:
    wrong = mark[:place] + character + mark[place + 1 :]
    assert wrong == mark or marks_in(shown(wrong)) == []


@given(MARKS, st.integers(0, LENGTH - 2))
def test_two_characters_changed_about_are_noticed(mark: str, place: int) -> None:
    wrong = mark[:place] + mark[place + 1] + mark[place] + mark[place + 2 :]
    assert wrong == mark or marks_in(shown(wrong)) == []


@given(st.integers(0, 2**26 - 1), st.integers(0, 3_000_000_000))
def test_the_mark_of_a_page_tells_who_and_in_which_hour(account: int, seconds: int) -> None:
    at = dt.datetime(2020, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=seconds)
    read = read_page_mark(page_mark(account, at))
    assert read == (account, at.replace(minute=0, second=0, microsecond=0))


def test_the_marks_of_pages_tell_nothing_to_those_without_the_key(settings: pytest.FixtureRequest) -> None:
    at = dt.datetime(2026, 8, 20, 14, tzinfo=dt.UTC)
    mine, next_account = page_mark(7, at), page_mark(8, at)
    assert sum(a == b for a, b in zip(mine, next_account, strict=True)) < 6
    settings.OPORA_JOURNAL_KEY = b"another"  # type: ignore[attr-defined]
    assert read_page_mark(mine) != (7, at)


def test_a_made_up_mark_is_hardly_ever_that_of_a_page() -> None:
    assert sum(read_page_mark(new_mark()) is not None for _ in range(2000)) < 40
