"""An instrument as a workbook: filled in by those who write tasks, taken back with every mistake at its cell."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from opora.development.content import MOST_SCALES, MOST_TASKS, Content, Kind, Scale, Task, free
from opora.development.wording import Wrong, answer_of, made, options_of
from opora.identification.reading.opening import check_form
from opora.identification.reading.sheets import sheets_of

SCALES, TASKS = "Шкалы", "Задания"
SCALE_HEADS = ("Шкала", "Порог дефицита, %")
TASK_HEADS = ("Вид", "Задание", "Варианты", "Верный ответ", "Баллы", "Шкала")
_COLUMNS = {"kind": 0, "text": 1, "options": 2, "answer": 3, "points": 4, "scale": 5}
_MOST_ROWS = 1000
MARKED = "Копия № "  # the line that every copy bears below its rows
_KINDS = {str(kind.label): kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Mistake:
    sheet: str
    cell: str
    said: str


def write(content: Content, title: str) -> bytes:
    """The workbook with what there is, drop-downs for what is chosen."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    book.set_properties({"title": title})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    scales, tasks = book.add_worksheet(SCALES), book.add_worksheet(TASKS)
    scales.write_row(0, 0, SCALE_HEADS, head)
    scales.set_column(0, 0, 40, text)
    scales.set_column(1, 1, 20, text)
    for row, one in enumerate(content.scales, start=1):
        scales.write_string(row, 0, one.title, text)
        scales.write_number(row, 1, one.threshold, text)
    tasks.write_row(0, 0, TASK_HEADS, head)
    for column, width in enumerate((18, 60, 40, 20, 8, 30)):
        tasks.set_column(column, column, width, text)
    titles = {one.key: one.title for one in content.scales}
    for row, task in enumerate(content.tasks, start=1):
        said = (task.kind.label, task.text, options_of(task), answer_of(task), task.points, titles[task.scale])
        for column, value in enumerate(said):
            (tasks.write_number if isinstance(value, int) else tasks.write_string)(row, column, value, text)
    last = MOST_TASKS
    tasks.data_validation(1, 0, last, 0, {"validate": "list", "source": list(_KINDS)})
    tasks.data_validation(1, 5, last, 5, {"validate": "list", "source": f"='{SCALES}'!$A$2:$A${MOST_SCALES + 1}"})
    for sheet in (scales, tasks):
        sheet.freeze_panes(1, 0)
    book.close()
    return buffer.getvalue()


def read(path: Path) -> tuple[Content, list[Mistake]]:
    """What the workbook holds, and its mistakes; nothing is to be taken where there are any. Raises `Unreadable`."""
    check_form(path)
    sheets = {one.name: _rows(one.rows()) for one in sheets_of(path)}
    mistakes: list[Mistake] = []
    for name in (SCALES, TASKS):
        if name not in sheets:
            mistakes.append(Mistake(name, "", f"Листа «{name}» нет. Скачайте файл инструмента и заполните его."))
    if mistakes:
        return Content(), mistakes
    content = _tasks(_scales(sheets[SCALES], mistakes), sheets[TASKS], mistakes)
    return content, mistakes


def _rows(rows: Any) -> list[tuple[int, list[str]]]:
    """The rows below the head that say anything, with their numbers from 0."""
    found = []
    for number, cells in rows:
        if number > _MOST_ROWS:
            break
        said = [_text(cell) for cell in cells[: len(TASK_HEADS)]]
        if number > 1 and any(said) and not said[0].startswith(MARKED):
            found.append((number - 1, said + [""] * (len(TASK_HEADS) - len(said))))
    return found


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else str(cell).replace(".", ",")
    return str(cell).strip()


def _scales(rows: list[tuple[int, list[str]]], mistakes: list[Mistake]) -> Content:
    scales: list[Scale] = []
    for row, cells in rows:
        title, threshold = cells[0], cells[1].removesuffix("%").strip()
        if not title or len(title) > 200 or title in {one.title for one in scales}:
            said = "Название шкалы нужно, не длиннее 200 знаков, и каждое один раз."
            mistakes.append(Mistake(SCALES, xl_rowcol_to_cell(row, 0), said))
        elif not threshold.isdecimal() or len(threshold) > 3 or not 1 <= int(threshold) <= 100:
            mistakes.append(Mistake(SCALES, xl_rowcol_to_cell(row, 1), "Порог — целое число от 1 до 100."))
        else:
            scales.append(Scale(free({one.key for one in scales}, "s"), title, int(threshold)))
    if len(scales) > MOST_SCALES:
        mistakes.append(Mistake(SCALES, "", f"Шкал больше {MOST_SCALES}."))
    return Content(scales=tuple(scales))


def _tasks(content: Content, rows: list[tuple[int, list[str]]], mistakes: list[Mistake]) -> Content:
    keys = {one.title: one.key for one in content.scales}
    tasks: list[Task] = []
    for row, cells in rows:
        kind, text, options, answer, points, scale = cells
        try:
            if kind not in _KINDS:
                raise Wrong("kind", f"Вид задания — один из: {', '.join(_KINDS)}.")
            if scale not in keys:
                raise Wrong("scale", f"Шкалы «{scale[:60]}» нет на листе «{SCALES}».")
            if not points.isdecimal() or len(points) > 3:
                raise Wrong("points", "Баллы — целое число.")
            code = free({one.code for one in tasks}, "t")
            said = {"text": text, "options": options, "answer": answer, "points": int(points), "scale": keys[scale]}
            tasks.append(made(code=code, kind=_KINDS[kind], **said))  # type: ignore[arg-type]
        except Wrong as wrong:
            mistakes.append(Mistake(TASKS, xl_rowcol_to_cell(row, _COLUMNS[wrong.field]), str(wrong)))
    if len(tasks) > MOST_TASKS:
        mistakes.append(Mistake(TASKS, "", f"Заданий больше {MOST_TASKS}."))
    return replace(content, tasks=tuple(tasks))
