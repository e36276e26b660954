"""The mark as a square code (QR) that a photograph of the page still holds."""

from __future__ import annotations

import io
from functools import lru_cache

import segno

from opora.core.marks import as_code

SIDE = 13  # mm on paper: half a millimetre for each of its points
SCALE = 8  # pixels of one of its points
BORDER = 2  # points of white around it


def _code(mark: str) -> segno.QRCode:
    return segno.make_qr(as_code(mark), error="q")


def png(mark: str, *, side: float | None = None) -> bytes:
    """A picture; `side` is how many millimetres it says that it measures."""
    buffer, code = io.BytesIO(), _code(mark)
    points = code.symbol_size(scale=SCALE, border=BORDER)[0]
    dpi = round(points / side * 25.4) if side else None
    code.save(buffer, kind="png", scale=SCALE, border=BORDER, dpi=dpi)
    return buffer.getvalue()


def svg(mark: str) -> bytes:
    """A file of its own, for printing."""
    buffer = io.BytesIO()
    _code(mark).save(buffer, kind="svg", border=BORDER)
    return buffer.getvalue()


@lru_cache(maxsize=2000)
def path(mark: str) -> tuple[str, int]:
    """For a page: the outline of the dark points as `d` of a path, and the side of its square in points."""
    return outline(_code(mark))


def outline(code: segno.QRCode) -> tuple[str, int]:
    """The same of any code."""
    rows = [bytes(row) for row in code.matrix_iter(border=BORDER)]
    drawn = []
    for y, row in enumerate(rows):
        start = None
        for x, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                drawn.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
                start = None
    return "".join(drawn), len(rows)
