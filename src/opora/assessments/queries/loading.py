"""Loadings, and what is shown of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from opora.assessments.models import FileState, LoadedFile, Loading, SchoolMatch, SetAside
from opora.assessments.models.loading import LoadingQuerySet
from opora.assessments.sheets import ColumnView, columns_of, layout_words
from opora.core.actor import Actor
from opora.core.text import fold
from opora.identification.reading.mapping import FIELDS
from opora.identification.titles import fact_words


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
class QuestionShown:
    """What is asked of a sheet, and where it is answered."""

    place: str
    text: str
    url: str
    act: str


def questions_shown(loading: Loading) -> list[QuestionShown]:
    if not loading.questions:
        return []
    files = {name: file for file, name in zip(*named(list(read_files(loading))), strict=True)}
    found = []
    for one in loading.questions:
        file = files.get(one["file"])
        sheets = [sheet["sheet"] for sheet in file.sheets] if file else []
        place = f"{one['file']}, лист «{one['sheet']}»" if one["sheet"] else one["file"]
        if one["field"] == "scale" or file is None or one["sheet"] not in sheets:
            url, act = reverse("assessments:new_scale"), "Внести шкалу"
        else:
            page, act = ("columns", "Указать столбцы") if one["field"] == "columns" else ("answers", "Ответить")
            url = reverse(f"assessments:{page}", args=[file.public_id, sheets.index(one["sheet"])])
        found.append(QuestionShown(place, one["text"], url, act))
    return found


def read_files(loading: Loading) -> QuerySet[LoadedFile]:
    """Those that are read: not left out, not loaded already, still there."""
    return loading.files.exclude(state__in=[FileState.EXCLUDED, FileState.KNOWN]).exclude(original="")


def named(files: list[LoadedFile]) -> tuple[list[LoadedFile], list[str]]:
    """The files with their names; of two alike the second is told by its place."""
    names: list[str] = []
    for file in files:
        name = file.file_name
        names.append(name if name not in names else f"{name} (файл {file.order})")
    return files, names


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
