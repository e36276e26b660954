"""What the doctor asks of road maps."""

from __future__ import annotations

from collections.abc import Iterator

from opora.core.health import Finding, error, fine
from opora.roadmaps import tallies


def counts() -> Iterator[Finding]:
    """Do the tallies say what the assignments say? Reads every assignment."""
    wrong = tallies.differences()
    if wrong:
        said = f"не сходятся с поручениями: {len(wrong)} ({wrong[0]})"
        yield error("Счётчики поручений", said, "Сообщите разработчикам; восстановление из копии считает их заново.")
    else:
        yield fine("Счётчики поручений", "сходятся")
