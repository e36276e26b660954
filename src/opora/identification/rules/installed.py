"""The rules that the administrator of a server put into its folder: `.py` and `.yaml`, each checked when it is read.

A Python file is a program with all the rights of the server: it gets here by the hands of those who run it alone.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from opora.identification.errors import Unfit
from opora.identification.rules.base import Rule
from opora.identification.rules.loading import ENDINGS, found

TRIED_ON = 40  # schools of the invented region on which a rule is tried
TRIED_IN = (2023, 2024, 2025)


@dataclass(frozen=True, slots=True)
class Installed:
    """A file of the folder: its rule, or why it is not used."""

    path: Path
    rule: Rule | None
    problem: str = ""


def folder() -> Path:
    """`OPORA_RULES`, else `rules` in the data folder."""
    return Path(os.environ.get("OPORA_RULES") or Path(os.environ.get("OPORA_DATA") or "data") / "rules").resolve()


def installed(place: Path) -> list[Installed]:
    """The files of a folder by name, each with its rule; of two with one id neither is used."""
    read = [_read(path) for path in sorted(place.glob("*")) if path.suffix.lower() in ENDINGS and path.is_file()]
    ids = [one.rule.id for one in read if one.rule]
    return [
        Installed(one.path, None, f"Код правила «{one.rule.id}» есть и в другом файле папки. Оставьте один.")
        if one.rule and ids.count(one.rule.id) > 1
        else one
        for one in read
    ]


def _read(path: Path) -> Installed:
    try:
        if path.stat().st_mode & stat.S_IWOTH:
            raise Unfit("файл может изменить любой пользователь сервера.", f"Выполните: chmod o-w {path.name}.")
        return Installed(path, found(str(path)))
    except (Unfit, OSError) as error:
        what = f"{error.what} {error.advice}".strip() if isinstance(error, Unfit) else str(error)
        return Installed(path, None, what[:1].upper() + what[1:])


def tried(rule: Rule) -> str:
    """Run a rule on an invented region with its defaults; what it answered. Raises `Unfit` where it cannot be run."""
    from opora.identification.running import Aggregated, identify
    from opora.identification.simulation import region

    place = region(1, TRIED_ON, TRIED_IN)
    data = Aggregated(place.counts, place.tallies if rule.tallied else None)
    try:
        outcome = identify(data, place.schools, rule, TRIED_IN[-1]).outcome.table
        judged, listed = outcome.num_rows, sum(outcome.column("flagged").to_pylist())
    except Unfit:
        raise
    except Exception as error:
        raise Unfit(f"на вымышленном регионе правило упало: {type(error).__name__}: {error}.", where=rule.id) from error
    if outcome.column("school_id").to_pylist() != sorted(place.ids):
        raise Unfit("правило вернуло не все школы или не по порядку кодов.", where=rule.id)
    return f"вымышленный регион, школ {judged}: в списке {listed}"
