"""The tables of studies: their schedule, and the schools of one."""

from __future__ import annotations

from typing import Any

from opora.development.forms.studies import StudyFilter, StudySchoolFilter
from opora.development.models.studies import MARKS, Study, StudySchool
from opora.development.queries import studies as queries
from opora.ui.tables import Column, Table


class StudyTable(Table[Study]):
    name = "studies"
    title = "Мониторинговые исследования"
    saved = True
    confidential = True
    columns = (
        Column("title", "Название", lambda row: row.title, sort=("sort_title",), link=Study.get_absolute_url),
        Column("kind", "Вид", lambda row: row.get_kind_display(), sort=("kind", "opens")),
        Column("what", "Предмет и классы", lambda row: row.what, sort=("subject", "opens")),
        Column("where", "Кто проводит и где", lambda row: row.where, sort=("territory__sort_name", "place__sort_name")),
        Column("opens", "Дни", lambda row: row.days, sort=("opens", "pk")),
        Column(
            "state",
            "Состояние",
            lambda row: row.get_state_display(),
            sort=("state", "opens"),
            template="development/studies/state.html",
        ),
        Column("invited", "Школ", lambda row: row.invited, sort=("invited",), align="end"),
        Column("entered", "Внесли", lambda row: row.entered, sort=("entered",), align="end"),
    )
    default_sort = "-opens"
    filters = StudyFilter
    search = staticmethod(queries.search)


def _municipality(row: StudySchool) -> str:
    return str(row.school.parent or "")


def _marks(grade: int) -> Column:
    """What a class got, in words: for the page."""

    def said(row: Any) -> str:
        numbers = row.counts.get(str(grade))
        heads = (*(f"«{mark}»" for mark in MARKS), "не писали")
        return ", ".join(f"{head} — {number}" for head, number in zip(heads, numbers, strict=True)) if numbers else ""

    return Column(f"class{grade}", f"{grade} класс", said)


def _numbers(grade: int) -> list[Column]:
    """The same, a number in each cell: for copies."""

    def number(place: int) -> Any:
        return lambda row: row.counts[str(grade)][place] if str(grade) in row.counts else None

    heads = (*(f"«{mark}»" for mark in MARKS), "не писали")
    return [
        Column(f"class{grade}-{place}", f"{grade} класс: {head}", number(place), align="end", total=True)
        for place, head in enumerate(heads)
    ]


class StudySchoolTable(Table[StudySchool]):
    """The schools of a study of whom the person may know."""

    name = "study_schools"
    title = "Школы исследования"
    confidential = True
    columns = (
        Column("school", "Школа", lambda row: row.school, sort=("school__sort_name",)),
        Column("municipality", "Муниципалитет", _municipality, sort=("school__parent__sort_name", "school__sort_name")),
    )
    default_sort = "school"
    filters = StudySchoolFilter
    search = staticmethod(queries.search_schools)


ENTERED = (
    Column(
        "state",
        "Результаты",
        lambda row: "внесено" if row.entered_at else "ждём",
        sort=("entered_at", "school__sort_name"),
        template="development/studies/entered.html",
    ),
    Column("entered", "Когда внесены", lambda row: row.entered_at, sort=("entered_at", "school__sort_name")),
)
ENTER = Column(
    "enter",
    "Внести",
    lambda row: row.entered_at,
    template="development/studies/enter.html",
    export=False,
)


def school_columns(study: Study, *, may_enter: bool, copied: bool) -> tuple[Column, ...]:
    """Before a study begins there is nothing to tell of its schools but who they are."""
    found = list(StudySchoolTable.columns)
    if not study.is_open:
        found += ENTERED if copied else ENTERED[:1]
        for grade in study.grades:
            found += _numbers(grade) if copied else [_marks(grade)]
    if may_enter and (study.is_running or study.is_planned):
        found.append(ENTER)
    return tuple(found)
