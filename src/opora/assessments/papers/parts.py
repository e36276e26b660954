"""What all papers are put together of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from opora.core.actor import Actor
from opora.core.clock import today
from opora.documents.printing import Heading, PrintedColumn, PrintedPicture, PrintedSection, PrintedTable
from opora.registry.models import Organisation
from opora.ui.charts import Chart, png, svg

CLOSED = ["Для служебного пользования"]


def heading(organisation: Organisation, kind: str, title: str, *, closed: bool = False) -> Heading:
    return Heading(organisation.name, kind, date=today(), title=title, stamp=CLOSED if closed else [])


def text(title: str, *lines: str) -> PrintedTable:
    """A part that says something and has no table."""
    return PrintedTable(title, intro=[line for line in lines if line])


def chart(title: str, one: Chart, *lines: str) -> PrintedTable:
    """A part with a picture, what is seen on it in words before."""
    drawn = PrintedPicture(str(svg(one)), png(one), one.summary)
    return PrintedTable(title, intro=[*(line for line in lines if line), one.summary, one.note], picture=drawn)


def table(
    title: str | None, columns: Sequence[tuple[str, float]], rows: Iterable[Sequence[object]], *lines: str
) -> PrintedTable:
    """A part with a table; of its columns the first is words, the others are centred where they are narrow."""
    heads = [
        PrintedColumn(name, width, "center" if at and width <= 1.5 else "left")
        for at, (name, width) in enumerate(columns)
    ]
    cells = [["" if value is None else str(value) for value in row] for row in rows]
    return PrintedTable(title, heads, [PrintedSection(None, cells)], [line for line in lines if line])


def maker(user: Actor) -> str:
    return f"Подготовил(а): {user.label}"
