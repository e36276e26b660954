"""Forms as files that somebody filled in."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from opora.access.models import User
from opora.collection.actions import workbooks
from opora.collection.models import Submission

Change = Callable[[Any], None]


def answered(book: Any, **answers: object) -> None:
    """Cells of the questions by their keys."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=4):
            if row[0].value in answers:
                row[2].value = answers[row[0].value]


def changed(content: bytes, change: Change) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def file(one: Submission, by: User, change: Change = lambda book: None, name: str = "форма.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, changed(workbooks.issue(one, by=by), change))


def marked(row: int, value: str) -> Change:
    def change(book: Any) -> None:
        book["Опора"].cell(row, 1).value = value

    return change
