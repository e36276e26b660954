"""The tables of instruments and diagnoses."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from opora.development.forms.planning import HelpFilter, KeptHelpFilter
from opora.development.models import Diagnosis, DiagnosisState, Help, Instrument, Sitting
from opora.development.queries import giving as queries
from opora.development.queries import planning, sittings
from opora.identification.columns import SUBJECTS
from opora.identification.titles import subject_words
from opora.ui.forms import FilterForm
from opora.ui.tables import Column, Table


class InstrumentFilter(FilterForm):
    subject = forms.ChoiceField(label="Предмет", choices=[("", "Любой"), *SUBJECTS.items()])

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        return queryset.filter(subject=chosen["subject"])


class InstrumentTable(Table[Instrument]):
    name = "instruments"
    title = "Инструменты диагностики"
    columns = (
        Column("title", "Название", lambda row: row.title, sort=("sort_title",), link=Instrument.get_absolute_url),
        Column("subject", "Предмет", lambda row: subject_words(row.subject), sort=("subject", "sort_title")),
        Column("kind", "Что проверяет", lambda row: row.get_kind_display(), sort=("kind", "sort_title")),
        Column("version", "Версия", lambda row: row.newest, sort=("newest",), align="end"),
        Column("published", "Опубликована", lambda row: row.published or "ещё нет", sort=("published",)),
        Column("territory", "Чей", lambda row: row.territory, sort=("territory__sort_name",)),
    )
    default_sort = "title"
    search = staticmethod(queries.search_instruments)
    filters = InstrumentFilter


class DiagnosisFilter(FilterForm):
    state = forms.ChoiceField(label="Состояние", choices=[("", "Любое"), *DiagnosisState.choices])

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        return queryset.filter(state=chosen["state"])


class DiagnosisTable(Table[Diagnosis]):
    name = "diagnoses"
    title = "Диагностика педагогов"
    columns = (
        Column("title", "Название", lambda row: row.title, sort=("sort_title",), link=Diagnosis.get_absolute_url),
        Column("place", "Где", lambda row: row.place, sort=("place__sort_name",)),
        Column("opens", "С", lambda row: row.opens, sort=("opens",)),
        Column("closes", "По", lambda row: row.closes, sort=("closes",)),
        Column(
            "state",
            "Состояние",
            lambda row: row.get_state_display(),
            sort=("state", "sort_title"),
            template="development/parts/diagnosis_state.html",
        ),
        Column("given", "Назначено", lambda row: row.given, sort=("given",), align="end"),
        Column("done", "Пройдено", lambda row: row.done, sort=("done",), align="end"),
    )
    default_sort = "-opens"
    search = staticmethod(queries.search_diagnoses)
    filters = DiagnosisFilter


class PaperFilter(FilterForm):
    entered = forms.ChoiceField(label="Ответы", choices=[("", "Любые"), ("no", "не внесены"), ("yes", "внесены")])

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        return queryset.filter(on_paper=chosen["entered"] == "yes")


class PaperTable(Table[Sitting]):
    """Whose answers may be put in from paper."""

    name = "on_paper"
    title = "Педагоги"
    columns = (
        Column(
            "person",
            "Педагог",
            lambda row: row.person,
            sort=("person__sort_name", "pk"),
            link=lambda row: reverse("development:enter", args=[row.diagnosis.public_id, row.public_id]),
        ),
        Column("school", "Школа", lambda row: row.organisation, sort=("organisation__sort_name", "person__sort_name")),
        Column(
            "entered",
            "Ответы",
            lambda row: "внесены" if row.on_paper else "не внесены",
            sort=("on_paper", "organisation__sort_name", "person__sort_name"),
            template="development/parts/on_paper.html",
        ),
    )
    default_sort = "school"
    search = staticmethod(sittings.search_on_paper)
    filters = PaperFilter


class HelpTable(Table[Help]):
    name = "helps"
    title = "Каталог помощи"
    columns: tuple[Column, ...] = (
        Column(
            "title", "Название", lambda row: row.title, sort=("sort_title",), link=Help.get_absolute_url, clamp=True
        ),
        Column("deficit", "Дефицит", lambda row: row.deficit, sort=("deficit", "sort_title")),
        Column("kind", "Вид", lambda row: row.get_kind_display(), sort=("kind", "sort_title")),
        Column(
            "subject", "Предмет", lambda row: subject_words(row.subject) if row.subject else "любой", sort=("subject",)
        ),
        Column("provider", "Кто проводит", lambda row: row.provider, sort=("provider", "sort_title"), clamp=True),
        Column("hours", "Часов", lambda row: row.hours, sort=("hours",), align="end"),
        Column("form", "Форма", lambda row: row.form, sort=("form", "sort_title")),
        Column("territory", "Чей", lambda row: row.territory, sort=("territory__sort_name", "sort_title")),
    )
    default_sort = "title"
    search = staticmethod(planning.search_helps)
    filters = HelpFilter


class KeptHelpTable(HelpTable):
    """For those who keep the catalogue: with what was taken out of it."""

    columns = (
        *HelpTable.columns,
        Column("state", "В каталоге", lambda row: "убрано" if row.withdrawn_at else "да", sort=("withdrawn_at",)),
    )
    filters = KeptHelpFilter
