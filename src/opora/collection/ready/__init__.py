"""Forms that Opora ships, as data; `factors.yaml` says which of their fields stand behind each factor of risk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from opora.collection.definition import Definition, read

QUESTIONNAIRES = ("teachers", "pupils", "parents")  # that people answer without a name
CODES = ("passport", "self_analysis", *QUESTIONNAIRES)
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Ready:
    """A shipped form: `kind` is a code of `models.FormKind`."""

    code: str
    title: str
    kind: str
    definition: Definition


@dataclass(frozen=True, slots=True)
class Behind:
    """What a factor of risk is told by: keys of fields by the codes of forms."""

    title: str
    fields: Mapping[str, tuple[str, ...]]


@cache
def ready(code: str) -> Ready:
    data = _data(code)
    return Ready(data["code"], data["title"], data["kind"], read(data["definition"]))


@cache
def factors() -> dict[str, Behind]:
    """The twelve factors by their codes, in the order of the programme."""
    return {
        code: Behind(one["title"], {form: tuple(keys) for form, keys in one.items() if form != "title"})
        for code, one in _data("factors").items()
    }


def _data(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return found
