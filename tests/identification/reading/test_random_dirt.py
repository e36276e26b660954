"""Whatever stands in a file, reading does not raise, and the good rows are all there."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.identification.reading import read
from opora.identification.reading.cells import amount, grade, mark, passed, score, text_of, year
from opora.identification.reading.facts import facts_in
from opora.identification.reading.headers import find
from opora.identification.reading.words import field_of
from opora.identification.samples import write_rows

HEADER = (
    "Год",
    "Процедура",
    "Предмет",
    "Класс",
    "Логин",
    "Код участника",
    "Отметка",
    "Балл",
    "Отметка за предыдущую четверть",
)
CELLS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        [
            "",
            "X",
            "Х",
            "не пройд.",
            "отсутствовал",
            "нет отметки",
            "всего",
            "Итого",
            "=1+1",
            "#ДЕЛ/0!",
            '"',
            "1",
            "6",
            "-1",
        ]
    ),
    st.integers(-10, 3000),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.none(),
)
ROWS = st.lists(CELLS, max_size=12)
#: Texts of a csv that keep their row: what would break out of a line is another test.
LINES = st.text(
    st.characters(codec="utf-8", exclude_characters='\r\n\x00\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"'), max_size=60
)


def good(number: int) -> tuple[Any, ...]:
    return (2022, "ВПР", "Математика", "5А", "sch1000", f"{number:05}", 2 + number % 4, number % 20, "нет отметки")


@settings(max_examples=30)
@given(st.lists(ROWS, max_size=6), st.sampled_from([".xlsx", ".csv"]))
def test_good_rows_stay_whatever_stands_between_them(dirt: list[list[Any]], ending: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{ending}"
        rows: list[Any] = [HEADER, good(0)]
        for number, row in enumerate(dirt, 1):
            rows += [[_printable(cell) for cell in row], good(number)]
        write_rows(path, rows, encoding="utf-8")
        reading = read(path, latest=2026)
    codes = {row["pupil_id"] for row in reading.results.to_pylist()}
    assert {f"5А/{number:05}" for number in range(len(dirt) + 1)} <= codes
    sheet = reading.files[0].sheets[0]
    assert sheet.rows == sheet.taken + sheet.set_aside + sheet.totals
    assert len(reading.rejected) == sheet.set_aside


def _printable(cell: Any) -> Any:
    """What an xlsx may hold; a text that begins like a formula would be written as one."""
    if not isinstance(cell, str):
        return cell
    return "".join(one for one in cell if one.isprintable()).lstrip("={")


@settings(max_examples=30)
@given(st.lists(LINES, max_size=6))
def test_good_lines_stay_whatever_lines_stand_between_them(dirt: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        lines = [";".join(HEADER)]
        for number, line in enumerate(dirt):
            lines += [";".join(map(str, good(number))), line]
        lines += [";".join(map(str, good(number))) for number in range(len(dirt), len(dirt) + 3)]
        path.write_text("\n".join(lines), encoding="utf-8")
        reading = read(path, latest=2026)
    codes = {row["pupil_id"] for row in reading.results.to_pylist()}
    assert {f"5А/{number:05}" for number in range(len(dirt) + 3)} <= codes


@settings(max_examples=80)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"a;b\n"]),
)
def test_bytes_never_raise(content: bytes, start: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        path.write_bytes(start + content)
        reading = read(path)
    assert reading.results.num_rows == 0
    assert len(reading.rejected) <= 1


@settings(max_examples=30)
@given(st.data())
def test_a_damaged_workbook_never_raises(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        write_rows(path, [HEADER, *map(good, range(5))])
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        name = data.draw(st.sampled_from(sorted(parts)))
        place = data.draw(st.integers(0, len(parts[name])))
        parts[name] = parts[name][:place] + data.draw(st.binary(max_size=4)) + parts[name][place + 1 :]
        with zipfile.ZipFile(path, "w") as archive:
            for one, content in parts.items():
                archive.writestr(one, content)
        reading = read(path, latest=2026)
    assert reading.taken <= 5
    assert reading.taken or reading.rejected or reading.questions or reading.findings


@settings(max_examples=100)
@given(CELLS | st.dates() | st.times() | st.datetimes() | st.timedeltas() | st.booleans() | st.floats())
def test_cells_never_raise(cell: Any) -> None:
    assert isinstance(text_of(cell), str)
    for parse in (mark, passed, score, grade, amount):
        parse(cell)
    year(cell, 2026)


@settings(max_examples=100)
@given(st.text(max_size=60))
def test_words_never_raise(text: str) -> None:
    field_of(text)
    facts_in([("имя", text)])


@settings(max_examples=30)
@given(st.lists(ROWS, max_size=5))
def test_headers_never_raise(rows: list[list[Any]]) -> None:
    head = find(rows, [], [])
    assert 0 <= head.first <= head.last


@pytest.mark.parametrize("count", [3, 4])
def test_the_reading_tells_the_same_twice(tmp_path: Path, count: int) -> None:
    write_rows(tmp_path / "a.csv", [HEADER, *map(good, range(count))], encoding="utf-8")
    assert read(tmp_path / "a.csv") == read(tmp_path / "a.csv")
