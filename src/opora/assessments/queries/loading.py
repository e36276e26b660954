"""Loadings, and what is shown of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from opora.assessments.models import LoadedFile, Loading, SchoolMatch, SetAside
from opora.assessments.models.loading import LoadingQuerySet
from opora.assessments.procedures import fact_words
from opora.assessments.sheets import ColumnView, columns_of, layout_words
from opora.core.actor import Actor
from opora.core.text import fold
from opora.identification.reading.mapping import FIELDS


def loadings(user: Actor) -> LoadingQuerySet:
    return Loading.objects.visible(user).select_related("territory").counted()


def search_loadings(rows: QuerySet[Loading], text: str) -> QuerySet[Loading]:
    return rows.filter(pk__in=Loading.objects.matching(text).values("pk"))


def search_files(rows: QuerySet[LoadedFile], text: str) -> QuerySet[LoadedFile]:
    return rows.filter(search__contains=fold(text))


def search_aside(rows: QuerySet[SetAside], text: str) -> QuerySet[SetAside]:
    return rows.filter(search__contains=fold(text))


def search_matches(rows: QuerySet[SchoolMatch], text: str) -> QuerySet[SchoolMatch]:
    return rows.filter(search__contains=fold(text))


def recognised(file: LoadedFile) -> str:
    """What the file was taken for: «Протокол ФИС ОКО 2021; ВПР, математика, 5 класс, 2021»."""
    said: list[str] = []
    for sheet in file.sheets:
        facts: dict[str, Any] = sheet["facts"]
        words = [
            fact_words(name, str(facts[name])) for name in ("procedure", "subject", "grade", "year") if name in facts
        ]
        said.append(": ".join(filter(None, [layout_words(sheet["layout"]), ", ".join(words)])))
    return "; ".join(dict.fromkeys(said))


@dataclass(frozen=True, slots=True)
class SheetShown:
    """One sheet of a file for its page."""

    number: int
    name: str
    layout: str
    rows: int
    taken: int
    absent: int
    set_aside: int
    totals: int
    facts: list[tuple[str, str, str]]  # what, its value, where it was found
    columns: list[ColumnView]
    questions: list[str]


def sheets_shown(file: LoadedFile) -> list[SheetShown]:
    questions = [one for one in file.loading.questions if one["file"].startswith(file.file_name)]
    found = []
    for number, sheet in enumerate(file.sheets):
        facts = [
            (FIELDS[name].capitalize(), fact_words(name, str(value)), str(sheet["sources"].get(name, "")))
            for name, value in sheet["facts"].items()
        ]
        asked = [one["text"] for one in questions if one["sheet"] == sheet["sheet"]]
        figures = {name: sheet[name] for name in ("rows", "taken", "absent", "set_aside", "totals")}
        layout = layout_words(sheet["layout"])
        found.append(
            SheetShown(
                number, sheet["sheet"], layout, **figures, facts=facts, columns=columns_of(sheet), questions=asked
            )
        )
    return found
