"""The tables of loaded results; those that name schools with results are confidential, and so are their copies."""

from __future__ import annotations

from django.urls import reverse

from opora.assessments.forms.filters import AsideFilter, FileFilter, LoadingFilter, MatchFilter, PartFilter, ScaleFilter
from opora.assessments.models import LoadedFile, Loading, Part, Scale, SchoolMatch, SetAside
from opora.assessments.queries.loading import recognised, search_aside, search_files, search_loadings, search_matches
from opora.identification.titles import procedure_words, subject_words
from opora.registry.models import Organisation
from opora.ui.tables import Column, Table


class LoadingTable(Table[Loading]):
    name = "loadings"
    title = "Загрузки результатов"
    columns = (
        Column(
            "title", "Загрузка", lambda row: row.title, sort=("sort_title",), link=lambda row: row.get_absolute_url()
        ),
        Column("when", "Когда", lambda row: row.created_at, sort=("pk",)),
        Column("who", "Кто загрузил", lambda row: row.loaded_by, clamp=True),
        Column("taken", "Строк", lambda row: row.taken, sort=("taken",), align="end"),
        Column("aside", "Отложено", lambda row: row.aside, sort=("aside",), align="end"),
        Column("state", "Состояние", lambda row: row.get_state_display(), template="assessments/parts/state.html"),
    )
    default_sort = "-when"
    filters = LoadingFilter
    search = staticmethod(search_loadings)


class FileTable(Table[LoadedFile]):
    name = "files"
    title = "Файлы"
    prefix = "file"
    columns = (
        Column("name", "Файл", lambda row: row.file_name, sort=("file_name",), link=lambda row: row.get_absolute_url()),
        Column("layout", "Что узнано", recognised, clamp=True),
        Column("taken", "Строк", lambda row: row.rows_taken, sort=("rows_taken",), align="end"),
        Column("absent", "Не писали", lambda row: row.rows_absent, sort=("rows_absent",), align="end"),
        Column("aside", "Отложено", lambda row: row.rows_aside, sort=("rows_aside",), align="end"),
        Column("state", "Состояние", lambda row: row.get_state_display(), template="assessments/parts/file.html"),
        Column("order", "№", lambda row: row.order, sort=("order",), align="end"),
    )
    default_sort = "order"
    filters = FileFilter
    search = staticmethod(search_files)


class AsideTable(Table[SetAside]):
    name = "aside"
    title = "Отложенные строки"
    confidential = True
    columns = (
        Column("file", "Файл", lambda row: row.file, sort=("file", "pk")),
        Column("sheet", "Лист", lambda row: row.sheet, sort=("sheet", "pk")),
        Column("row", "Строка", lambda row: row.row, sort=("row", "pk"), align="end"),
        Column("column", "Столбец", lambda row: row.column, sort=("column", "pk")),
        Column("value", "Значение", lambda row: row.value),
        Column("reason", "Причина", lambda row: row.reason, sort=("reason", "pk"), clamp=True),
    )
    default_sort = "file"
    filters = AsideFilter
    search = staticmethod(search_aside)


def match_url(row: SchoolMatch) -> str:
    return reverse("assessments:match", args=[row.public_id])


def _place(row: SchoolMatch) -> str:
    """What the file says beside the code."""
    return ", ".join(filter(None, [row.name if row.name != row.said else "", row.municipality]))


class MatchTable(Table[SchoolMatch]):
    name = "matches"
    title = "Школы, не найденные в реестре по коду"
    confidential = True
    columns = (
        Column("said", "Как в файле", lambda row: row.said, sort=("said",), link=match_url),
        Column("name", "Название и муниципалитет", _place),
        Column("rows", "Строк", lambda row: row.rows, sort=("rows",), align="end"),
        Column("school", "Школа", lambda row: row.organisation, sort=("organisation__sort_name",)),
        Column("how", "Как найдена", lambda row: row.how, sort=("how",)),
        Column("state", "Решение", lambda row: row.get_state_display(), template="assessments/parts/match.html"),
    )
    default_sort = "said"
    filters = MatchFilter
    search = staticmethod(search_matches)


class PartTable(Table[Part]):
    name = "parts"
    title = "Загруженные результаты"
    columns = (
        Column("year", "Год", lambda row: str(row.year), sort=("year", "pk")),
        Column(
            "procedure",
            "Процедура",
            lambda row: procedure_words(row.procedure, row.subject, row.grade),
            sort=("procedure", "subject", "grade", "pk"),
            link=lambda row: row.get_absolute_url(),
        ),
        Column("schools", "Школ", lambda row: row.schools, sort=("schools",), align="end"),
        Column("participants", "Участников", lambda row: row.participants, sort=("participants",), align="end"),
        Column("failed", "Не справились", lambda row: row.failed, sort=("failed",), align="end"),
        Column("accepted", "Принято", lambda row: row.accepted_at, sort=("accepted_at",)),
        Column("state", "Состояние", lambda row: row.get_state_display(), template="assessments/parts/part.html"),
    )
    default_sort = "-year"
    filters = PartFilter


def _changing(name: str, label: str) -> Column:
    return Column(name, label, lambda row: getattr(row, name), sort=(name,), align="end")


class DifferenceTable(Table[Organisation]):
    """Schools whose results differ between two versions of one procedure."""

    name = "difference"
    title = "Что изменилось по школам"
    confidential = True
    columns = (
        Column("school", "Школа", lambda row: row.short_name, sort=("sort_name",)),
        Column("municipality", "Муниципалитет", lambda row: row.parent, sort=("parent__sort_name",)),
        _changing("before_participants", "Участников было"),
        _changing("after_participants", "стало"),
        _changing("before_failed", "Не справились было"),
        _changing("after_failed", "стало"),
    )
    default_sort = "school"


class ScaleTable(Table[Scale]):
    name = "scales"
    title = "Шкалы перевода баллов в отметки"
    columns = (
        Column("year", "Год", lambda row: str(row.year), sort=("year", "pk")),
        Column("procedure", "Процедура", lambda row: row.get_procedure_display(), sort=("procedure", "pk")),
        Column(
            "subject",
            "Предмет",
            lambda row: subject_words(row.subject),
            sort=("subject", "pk"),
            link=lambda row: reverse("assessments:scale", args=[row.public_id]),
        ),
        Column("grade", "Класс", lambda row: row.grade, sort=("grade", "pk"), align="end"),
        Column("last_2", "«2» до", lambda row: row.last_2, align="end"),
        Column("last_3", "«3» до", lambda row: row.last_3, align="end"),
        Column("last_4", "«4» до", lambda row: row.last_4, align="end"),
        Column("highest", "Наибольший", lambda row: row.highest, align="end"),
        Column("version", "Версия", lambda row: row.version, sort=("version", "pk"), align="end"),
        Column("who", "Кто внёс", lambda row: row.made_by, clamp=True),
    )
    default_sort = "-year"
    filters = ScaleFilter
