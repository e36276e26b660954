"""The steps (`ready/steps.yaml`) and the observation sheet (`ready/observation.yaml`) that Opora ships."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from opora.support.models import Step

_READY = Path(__file__).parent / "ready"


@cache
def _read() -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = yaml.safe_load((_READY / "steps.yaml").read_text(encoding="utf-8"))["steps"]
    return steps


def shipped_steps() -> list[Step]:
    """The rows, in order, of no set yet."""
    return [
        Step(
            key=one["key"],
            title=one["title"],
            order=number,
            who=one["who"],
            days=one.get("days"),
            document=one.get("document", ""),
            conditions=spaced(one.get("conditions", ())),
        )
        for number, one in enumerate(_read(), start=1)
    ]


@cache
def shipped_sheet() -> dict[str, Any]:
    """`criteria` and `scale` of the sheet by which lessons are observed."""
    found: dict[str, Any] = yaml.safe_load((_READY / "observation.yaml").read_text(encoding="utf-8"))
    return {"criteria": dict(found["criteria"]), "scale": list(found["scale"])}


def spaced(codes: Any) -> str:
    """Codes as a step keeps them: « head results », so that each is found by itself."""
    return f" {' '.join(codes)} " if codes else ""
