"""An official document -> Decree. Pure Python, usable alone.

`read(path)` opens a file of any supported format and reads it; `read_layout` reads what a format gave; `to_json` and
`from_json` are the published form (`parse.schema.json`). A file that cannot be opened raises `Unreadable`.
"""

from __future__ import annotations

from pathlib import Path

from opora.decrees.errors import Unreadable
from opora.decrees.form import from_json, to_json
from opora.decrees.model import Decree


def read(path: Path) -> Decree:
    """The reading of a file."""
    from opora.decrees.formats import open_layout
    from opora.decrees.reading import read_layout

    return read_layout(open_layout(path))


__all__ = ["Decree", "Unreadable", "from_json", "read", "to_json"]
