"""Every queryset asks `core.secrecy` of whom a person may know: nothing else turns the right into a condition."""

from __future__ import annotations

import re
from pathlib import Path

import opora

OURS = Path(opora.__file__).parent


def test_nobody_makes_a_condition_of_the_right_by_himself() -> None:
    own = {
        str(path.relative_to(OURS))
        for path in OURS.rglob("*.py")
        if re.search(r"scope\(\s*Permission\.LISTS_VIEW", path.read_text())
    }
    assert own == {"core/secrecy.py"}
