"""The scoring script that lies beside the project, as a module, and what readings are compared by."""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from tests.decrees.corpus import DECREES, SHARED

if TYPE_CHECKING:
    from types import ModuleType

SCRIPT = SHARED / "tools" / "score_decree.py"
SCHEMA = SHARED / "design" / "parse.schema.json"


@cache
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score_decree", SCRIPT)
    if spec is None or spec.loader is None:
        raise ImportError(str(SCRIPT))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def misses(name: str, reading: dict[str, Any]) -> list[str]:
    """What a reading of a real document has wrong."""
    gold = json.loads((DECREES / f"{name}.gold.json").read_text(encoding="utf-8"))
    found: list[str] = []
    tally = script().Tally(False)
    count = tally.count

    def counted(figure: str, right: Any, what: str = "") -> None:
        count(figure, right, what)
        if not right:
            found.append(f"{figure}: {what}")

    tally.count = counted
    script().score(gold, reading, tally)
    return found


def rows(reading: dict[str, Any]) -> list[tuple[Any, ...]]:
    """The activities with what matters of them, for comparing two forms of one document."""
    return [
        (
            activity["number"],
            script().normal(activity["text"]).replace(" ", "").replace("-", ""),
            [(one["text"], one["kind"], one["name"], one["role"]) for one in activity["responsible"]],
            activity["deadline"]
            and tuple(str(activity["deadline"][key]) for key in ("kind", "windows", "recurrence", "note")),
            activity["submit_to"],
        )
        for activity in script().activities(reading)
    ]
