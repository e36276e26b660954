"""A file with the mark of its copy: seen on every page, kept in its properties, drawn as a code for photographs."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone
from pypdfium2 import PdfiumError

from opora.core.actor import Actor
from opora.core.marks import new_mark, shown


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who takes the copy, when, and its mark."""

    mark: str
    who: str
    at: dt.datetime

    @classmethod
    def of(cls, by: Actor) -> Stamp:
        return cls(new_mark(), by.label, timezone.now())

    @property
    def code(self) -> str:
        """«КП-7F3K-9Q4M-4XTA-H»"""
        return shown(self.mark)

    @property
    def line(self) -> str:
        """«Копия № КП-…: Иванова А. П. (…), 20.08.2026 14:05»: the line every copy carries."""
        return f"Копия № {self.code}: {self.who}, {timezone.localtime(self.at):%d.%m.%Y %H:%M}"


def stamped(content: bytes, kind: str, stamp: Stamp) -> bytes:
    """The file with its mark, seen and hidden; as it is where a file of its kind can carry none or it is not sound."""
    return _by(_visible(), content, kind, stamp)


def tagged(content: bytes, kind: str, stamp: Stamp) -> bytes:
    """An original with the mark in its properties alone: what it says and how it looks stays; what is signed does
    not change at all."""
    return _by(_hidden(), content, kind, stamp)


Marks = dict[str, Callable[[bytes, Stamp], bytes]]


def _by(marks: Marks, content: bytes, kind: str, stamp: Stamp) -> bytes:
    mark = marks.get(kind.rsplit(".", 1)[-1].lower())
    if mark is None:
        return content
    try:
        return mark(content, stamp)
    except (zipfile.BadZipFile, PdfiumError, KeyError, ValueError):  # a foreign file is not sound
        return content


def _visible() -> Marks:
    from opora.exports.stamping.bundle import stamped_zip
    from opora.exports.stamping.docx import stamped_docx
    from opora.exports.stamping.pdf import stamped_pdf
    from opora.exports.stamping.text import stamped_calendar, stamped_table, stamped_text
    from opora.exports.stamping.xlsx import stamped_xlsx

    return {
        "docx": stamped_docx,
        "xlsx": stamped_xlsx,
        "pdf": stamped_pdf,
        "csv": stamped_table,
        "txt": stamped_text,
        "ics": stamped_calendar,
        "zip": stamped_zip,
    }


def _hidden() -> Marks:
    from opora.exports.stamping.package import tagged_package
    from opora.exports.stamping.pdf import tagged_pdf

    return {"docx": tagged_package, "xlsx": tagged_package, "pdf": tagged_pdf}
