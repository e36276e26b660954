"""Plans that go on over many pages of a PDF, and plans kept in Excel."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import openpyxl

from opora.decrees import read
from tests.decrees import typeset
from tests.decrees.layouts import HEAD, alarms, plan, said, titles, windows

if TYPE_CHECKING:
    from pathlib import Path


def test_a_long_plan_over_many_pages(tmp_path: Path) -> None:
    rows = [
        [
            [f"{n}"],
            [f"Выездная консультация для учителей школ района по теме № {n}"],
            [f"до {n % 28 + 1} мая 2024 года"],
            ["МОУО"],
        ]
        for n in range(1, 49)
    ]
    sheet = typeset.Sheet(HEAD, [typeset.Line(row) for row in rows], 0, is_roadmap=True)
    pieces: list[typeset.Piece] = [typeset.Prose(text) for text in plan() if isinstance(text, str) and text]
    decree = read(typeset.pdf(tmp_path / "a.pdf", [*pieces, sheet], height=150))
    assert [(row[0], row[3]) for row in said(decree)] == [(str(n), ["МОУО"]) for n in range(1, 49)]
    assert alarms(decree) == []


def test_a_plan_in_excel(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["План мероприятий по поддержке школ на 2024 год"])
    sheet.merge_cells("A1:D1")
    rows = [
        HEAD,
        ["1. Диагностика"],
        [1, "Срез знаний", dt.date(2024, 10, 15), "Школы"],
        [2, "Разбор", "ноябрь", "ИРО"],
    ]
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A3:D3")
    book.save(tmp_path / "a.xlsx")
    decree = read(tmp_path / "a.xlsx")
    assert decree.kind == "plan"
    assert titles(decree) == [("Диагностика", 2)]
    assert windows(decree) == [[("2024-10-15", "2024-10-15")], [("2024-11-01", "2024-11-30")]]
    assert alarms(decree) == []
