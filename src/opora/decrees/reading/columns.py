"""What the columns of a table are for, by the words of their heads."""

from __future__ import annotations

import re
from dataclasses import dataclass

from opora.decrees.reading.heads import role_of
from opora.decrees.reading.nodes import Grid, GridRow, key

_MARK = re.compile(r"^\W*(?:[xхvѵ+✓✔*]|да)?\W*$", re.IGNORECASE)
_DIVIDING = {"start", "finish", "quarter", "month"}


@dataclass(slots=True)
class Columns:
    """`roles[column]`, the titles of the heads, and how many rows they take."""

    roles: list[str]
    titles: list[str]
    rows: int

    def find(self, role: str) -> int | None:
        return self.roles.index(role) if role in self.roles else None

    def all(self, role: str) -> list[int]:
        return [index for index, found in enumerate(self.roles) if found == role]

    @property
    def is_roadmap(self) -> bool:
        has = set(self.roles)
        timed = has & {"deadline", "start", "finish", "quarter", "month"}
        return "text" in has and bool(timed | (has & {"responsible"})) and "mentor" not in has


def columns_of(grid: Grid) -> Columns | None:
    """The heads of a table: one row, or two where a head is divided; None where the first rows are no heads."""
    for start in range(min(3, len(grid.rows))):
        row = grid.rows[start]
        titles = [row.text(c) for c in range(grid.width)]
        roles = [role_of(title) for title in titles]
        if len({role for role in roles if role}) < 2:
            continue
        rows = start + 1
        divided = [c for c in range(grid.width) if row.spans[c] > 1]
        if rows < len(grid.rows) and _divides(grid.rows[rows], divided, row):
            below = grid.rows[rows]
            over = ""
            for c in range(grid.width):
                over = row.text(c) or over
                if below.cells[c] and c not in below.inherited:
                    roles[c] = role_of(below.text(c)) or roles[c]
                    titles[c] = _under(over, below.text(c), roles[c])
            rows += 1
        return Columns(_single_text(roles, titles), titles, rows)
    return None


def _divides(below: GridRow, divided: list[int], row: GridRow) -> bool:
    """Whether the row below divides heads: it stands under spanning ones and names roles or repeats nothing else."""
    own = set(below.filled)
    if not divided:  # in a text the heads that were merged are empty
        empty = [c for c in own if not row.cells[c]]
        return len(own) >= 2 and len(empty) >= len(own) - 1 and {role_of(below.text(c)) for c in own} <= _DIVIDING
    under = {c for d in divided for c in range(d, d + row.spans[d])}
    return bool(own) and own <= under and len(below.filled) >= 2


def _under(over: str, title: str, role: str) -> str:
    """A divided head: a quarter or month takes the year that stands above it."""
    if role not in ("quarter", "month"):
        return f"{over} {title}".strip()
    year = re.search(r"20\d\d", over)
    return title if not year or re.search(r"20\d\d", title) else f"{title} {year.group()} года"


def _single_text(roles: list[str], titles: list[str]) -> list[str]:
    """One column is the activity's text: the one that says so best; a second one such as «Направление» is a result."""
    texts = [c for c, role in enumerate(roles) if role == "text"]
    if len(texts) > 1:
        best = max(texts, key=lambda c: (_weight(titles[c]), -c))
        roles = ["result" if role == "text" and c != best else role for c, role in enumerate(roles)]
    if "text" not in roles and "responsible" in roles and {"deadline", "start", "quarter", "month"} & set(roles):
        free = [c for c, role in enumerate(roles) if role == "" and titles[c]]
        if free:
            roles[free[0]] = "text"
    for double in ("number", "responsible", "name", "mentor"):
        places = [c for c, role in enumerate(roles) if role == double]
        roles = [
            "" if role == double and c != places[0] and double != "responsible" else role
            for c, role in enumerate(roles)
        ]
    return roles


def _weight(title: str) -> int:
    folded = title.lower()
    order = ("направлени", "задач", "вид", "наименовани", "содержани", "действи", "работ", "мероприяти", "поручени")
    return max((index for index, word in enumerate(order, 1) if word in folded), default=0)


def is_repeated(row: GridRow, columns: Columns) -> bool:
    """A header said again, or the row of column numbers «1 2 3 4» below it."""
    texts = [row.text(c) for c in range(len(columns.titles))]
    if [key(text) for text in texts] == [key(title) for title in columns.titles]:
        return True
    filled = [text.strip(" .") for text in texts if text]
    return len(filled) >= 3 and filled == [str(n) for n in range(1, len(filled) + 1)]


def is_mark(text: str) -> bool:
    """«х», «+», «✓» in a column of a quarter or month."""
    return bool(text.strip()) and bool(_MARK.match(text))
