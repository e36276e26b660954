"""Files as they should not be: each has its sentence, and what is good in it is read."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from opora.identification import samples
from opora.identification.reading import opening, pieces, read, sheets
from opora.identification.samples import SampleCounts, write_rows
from tests.identification.reading.conftest import SCHOOLS, counts, dice
from tests.identification.reading.rows import COUNTS, GOOD, PUPILS, changed


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "cp866", "koi8_r", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_encodings_and_delimiters(tmp_path: Path, table: pa.Table, encoding: str, delimiter: str) -> None:
    made = counts(dice(1))
    samples.flat(tmp_path / "a.xlsx", made, percent=True)
    rows = [list(row) for _, row in sheets.sheets_of(tmp_path / "a.xlsx")[0].rows()]
    write_rows(tmp_path / "ВПР.csv", rows, encoding=encoding, delimiter=delimiter)
    reading = read(tmp_path / "ВПР.csv", schools=table)
    assert reading.rejected == []
    assert reading.taken == len(made)
    assert {one.how for one in reading.schools} == {"code"}


def test_a_broken_quote_costs_one_row(tmp_path: Path) -> None:
    lines = [",".join(PUPILS)]
    lines += [f"2022,vpr,mat,5,s{number},p,4,12,20,4" for number in range(2000)]
    lines[1000] = '2022,vpr,mat,5,"s999,p,4'
    (tmp_path / "a.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    reading = read(tmp_path / "a.csv")
    (rejected,) = reading.rejected
    assert (rejected.row, rejected.kind) == (1001, "row")
    assert reading.taken == 1999


def test_a_cell_of_several_lines_in_quotes_is_one_cell(tmp_path: Path) -> None:
    text = 'Год;Класс;Предмет;"Логин\nОО";Кол-во участников;2;3;4;5\n2022;5;Математика;"s1";6;1;2;2;1\n'
    (tmp_path / "ВПР.csv").write_text(text, encoding="cp1251")
    reading = read(tmp_path / "ВПР.csv")
    assert reading.rejected == []
    assert reading.taken == 1


def test_a_decimal_comma_in_a_table_with_commas_is_told(tmp_path: Path) -> None:
    text = f"{','.join(COUNTS)}\n2022,vpr,mat,5,s1,23,8,7,34,8,39,1,17,4\n2022,vpr,mat,5,s2,23,2,8,9,4\n"
    (tmp_path / "a.csv").write_text(text)
    reading = read(tmp_path / "a.csv")
    (rejected,) = reading.rejected
    assert "больше значений, чем столбцов" in rejected.reason
    assert reading.taken == 1


def test_a_formula_without_a_value_is_no_absent_pupil(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(PUPILS)
    book.active.append([*GOOD[:6], "=2+2", *GOOD[7:]])
    book.active.append(changed())
    book.save(tmp_path / "a.xlsx")
    reading = read(tmp_path / "a.xlsx")
    (rejected,) = reading.rejected
    assert (rejected.row, rejected.column, rejected.kind) == (2, "mark", "value")
    assert "не вычислено" in rejected.reason
    assert reading.taken == 1


def test_a_formula_with_a_value_is_its_value(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, PUPILS)
        sheet.write_row(1, 0, GOOD)
        sheet.write_formula(1, 6, "=1+1", None, 2)
    assert [row["mark"] for row in read(tmp_path / "a.xlsx").results.to_pylist()] == [2]


def test_titles_empty_rows_numbers_of_columns_and_a_footer(tmp_path: Path, table: pa.Table) -> None:
    made = counts(dice(3))
    rows: list[Sequence[Any]] = [
        ["Результаты ВПР по математике, 5 класс, 2022 год"],
        [],
        ["№", "Муниципалитет", "Логин"],
    ]
    rows[2] = ["№", "Муниципалитет", "Логин ОО", "ОО", "Кол-во участников", "2", "3", "4", "5"]
    rows.append(list(range(1, 10)))
    for number, one in enumerate(made, 1):
        rows += [[number, one.school.municipality, one.school.login, one.school.name, one.total, *one.marks], []]
    rows += [["", "Итого", "", "", 999, 1, 2, 3, 4], [], ["Исполнитель: Иванова И. И., тел. 22-33"]]
    write_rows(tmp_path / "a.xlsx", rows)
    reading = read(tmp_path / "a.xlsx", schools=table)
    assert reading.rejected == []
    (sheet,) = reading.files[0].sheets
    assert (sheet.taken, sheet.totals, sheet.notes) == (len(made), 1, 2)
    assert sheet.facts == {"procedure": "vpr", "subject": "mat", "grade": "5", "year": "2022"}


def _unread(path: Path) -> str:
    reading = read(path)
    assert reading.taken == 0
    assert reading.files[0].unread == reading.rejected[0].reason
    return reading.files[0].unread


def _book(path: Path, sheet: str, extra: dict[str, bytes] | None = None) -> Path:
    """An xlsx whose sheet is this XML."""
    write_rows(path, [PUPILS, GOOD])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    if sheet:
        parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts, **(extra or {})}.items():
            archive.writestr(name, content)
    return path


def test_files_that_are_no_tables(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"")
    assert "пуст" in _unread(path)
    path.write_bytes(b"%PDF-1.7 ...")
    assert "не таблица" in _unread(path)
    path.write_bytes(b"<html><table><tr><td>1</td></tr></table></html>")
    assert "HTML" in _unread(path)
    path.write_bytes(b"PK\x03\x04 broken")
    assert "повреждён" in _unread(path)
    path.write_bytes(b"\x00\x01\x02\x03" * 300)
    assert "не текст" in _unread(path)
    path.write_bytes(b"PAR1 broken")
    assert "parquet повреждён" in read(path).rejected[0].reason
    assert "не удалось открыть" in _unread(tmp_path / "нет.csv")


def test_a_bomb_and_entities_are_refused(tmp_path: Path) -> None:
    bomb = _book(tmp_path / "bomb.xlsx", "", {"xl/media/x.bin": b"0" * (64 * opening.MEGABYTE)})
    assert "слишком большой объём" in _unread(bomb)
    entities = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    assert "объявления XML" in _unread(_book(tmp_path / "entities.xlsx", entities))


def test_a_far_cell_does_not_fill_the_memory(tmp_path: Path) -> None:
    rows = "".join(
        f'<row r="{number}">'
        + "".join(
            f'<c r="{opening.column_letters(column)}{number}" t="inlineStr"><is><t>{value}</t></is></c>'
            for column, value in enumerate(row)
        )
        + "</row>"
        for number, row in enumerate([PUPILS, GOOD], 1)
    )
    start = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    far = '<row r="1048576"><c r="ZZ1048576"><v>1</v></c></row></sheetData></worksheet>'
    reading = read(_book(tmp_path / "far.xlsx", start + rows + far))
    assert reading.taken == 1
    further = far.replace("ZZ", "XFD")
    reading = read(_book(tmp_path / "further.xlsx", start + rows + further))
    assert "больше 1000 столбцов" in reading.rejected[0].reason


def test_a_large_sheet_is_read_in_pieces_with_the_same_result(
    tmp_path: Path, table: pa.Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [SampleCounts(one, 2023, "rus", 11, failed=1, participants=9) for one in SCHOOLS]
    samples.ege(tmp_path / "a.xlsx", made)
    fast = read(tmp_path / "a.xlsx", schools=table)
    assert fast.results.num_rows == len(made)
    monkeypatch.setattr(sheets, "FAST_PLACES", 0)
    for size in (300, 2000, pieces.PIECE):  # bytes: a row, some rows, the whole sheet
        monkeypatch.setattr(pieces, "PIECE", size)
        slow = read(tmp_path / "a.xlsx", schools=table)
        assert fast.results.equals(slow.results)
        assert slow.rejected == []


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls"])
def test_a_sheet_that_is_written_unusually_is_read_all_the_same(tmp_path: Path, name: str) -> None:
    """Rows and cells need not tell where they stand, and the name may say another kind."""
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in row) + "</row>"
        for row in [PUPILS, GOOD, changed()]
    )
    start = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    path = _book(tmp_path / "a.xlsx", f"{start}{cells}</sheetData></worksheet>").rename(tmp_path / name)
    reading = read(path)
    assert reading.rejected == []
    assert reading.taken == 2


def test_a_workbook_is_opened_by_what_it_is(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.xlsx", [PUPILS, GOOD])
    assert read((tmp_path / "a.xlsx").rename(tmp_path / "a.xls")).taken == 1


def test_a_workbook_without_rows_is_not_read(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.xlsx", [])
    assert "нет ни одной строки" in _unread(tmp_path / "a.xlsx")


def test_parquet(tmp_path: Path) -> None:
    table = pa.table({name: [value, value] for name, value in zip(PUPILS, GOOD, strict=True)})
    table = table.set_column(5, "pupil_id", pa.array(["a", "b"])).set_column(6, "mark", pa.array([4, 6]))
    pq.write_table(table, tmp_path / "a.parquet")
    reading = read(tmp_path / "a.parquet", folder=tmp_path)
    assert (reading.taken, reading.rejected[0].row) == (1, 3)
    assert reading.parquet == tmp_path / "results.parquet"
    assert reading.results.to_pylist() == read(tmp_path / "a.parquet").results.to_pylist()


def test_one_bad_file_costs_no_other(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.csv", [PUPILS, GOOD], encoding="utf-8")
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04")
    reading = read([tmp_path / "b.xlsx", tmp_path / "a.csv"])
    assert [one.file for one in reading.rejected] == ["b.xlsx"]
    assert reading.taken == 1


def test_headers_that_nobody_knows_are_asked(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.xlsx", [["Альфа", "Бета"], ["x", "y"]])
    reading = read(tmp_path / "a.xlsx")
    (question,) = reading.questions
    assert question.field == "columns"
    assert [one.header for one in reading.files[0].sheets[0].mapping.columns] == ["Альфа", "Бета"]
