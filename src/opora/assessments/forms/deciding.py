"""Forms of the draft of a list, of objections and of leaving."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet

from opora.assessments.actions.objecting import MOST, SUFFIXES
from opora.assessments.models import Decision, ObjectionState, Run, SelectionState
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.lists.forms import SchoolForm, past
from opora.lists.models import Category, SchoolList, school_year_label
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.ui import words
from opora.ui.forms import DayInput, FilesField, FilesInput, FilterForm


class ComposeForm(forms.Form):
    """What the draft of a list is called, and a list from outside to stand beside it."""

    title = forms.CharField(label="Название", max_length=300)
    category = forms.ChoiceField(label="Категория", choices=Category.choices)
    school_year = forms.TypedChoiceField(label="Учебный год", coerce=int)
    outside = forms.ModelChoiceField(
        label="Сравнить с внешним списком",
        queryset=SchoolList.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label="не сравнивать",
        help_text="Например, список ФИОКО: загрузите его в «Списки школ» как проект, тогда он появится здесь.",
    )

    def __init__(self, *args: Any, run: Run, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = sorted({*range(today().year - 2, today().year + 2), run.year}, reverse=True)
        self.fields["school_year"].choices = [(year, school_year_label(year)) for year in years]  # type: ignore[attr-defined]
        self.fields["outside"].queryset = SchoolList.objects.filter(territory=run.territory).order_by("-pk")  # type: ignore[attr-defined]
        year = school_year_label(run.year)
        self.initial["school_year"] = run.year
        self.initial["title"] = f"Школы с низкими образовательными результатами, {year}"


class ChoiceForm(forms.Form):
    """The decision on one school; why is asked wherever it differs from the rule's word."""

    decision = forms.ChoiceField(label="Решение", choices=Decision.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Основание",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Обязательно, если решение отличается от того, что говорит правило.",
    )


class AddForm(SchoolForm):
    """A school that the rule does not name, and why it is included all the same."""

    note = None  # type: ignore[assignment]
    reason = forms.CharField(label="Основание", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class ReturnForm(forms.Form):
    comment = forms.CharField(
        label="Что исправить", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), strip=True
    )


class ApproveForm(forms.Form):
    document_text = forms.CharField(
        label="Утверждающий документ",
        max_length=500,
        help_text="Как в документах, например: приказ министерства образования от 20.08.2026 № 412",
    )
    since = forms.DateField(
        label="Действует с", widget=DayInput, initial=today, help_text="День документа: с него школы стоят в списке."
    )

    def clean_since(self) -> dt.date | None:
        return past(self.cleaned_data["since"])


class ObjectionForm(forms.Form):
    text = forms.CharField(
        label="С чем школа не согласна и почему",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Назовите работу, год и показатель, который считаете неверным, и чем это подтверждается.",
    )
    evidence = FilesField(
        label="Подтверждения",
        required=False,
        most=MOST,
        widget=FilesInput(attrs={"accept": ",".join(SUFFIXES), "multiple": True, "data-drop": ""}),
        help_text="pdf, docx, xlsx или снимки, до 10 МБ каждый. Персональные данные учеников не прикладывайте.",
    )


class AnswerForm(forms.Form):
    verdict = forms.ChoiceField(
        label="Решение",
        choices=[
            ("reject", "Отклонить: школа остаётся в списке"),
            ("uphold", "Удовлетворить: школа выходит из списка"),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="Обоснование", max_length=5000, widget=forms.Textarea(attrs={"rows": 6}), help_text="Школа его увидит."
    )


def _run_told(run: Run) -> str:
    """Of many runs by one rule and year it is told when each was done and what it found."""
    done = f", {words.moment(run.finished_at)}" if run.finished_at else ""
    return f"{run}{done}: в списке {run.flagged} из {run.schools}"


class LeaveForm(forms.Form):
    """By which criteria a school leaves the list."""

    criteria = forms.CharField(
        label="Основание",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Показатели и годы, по которым школа больше не относится к списку, или решение рабочей группы.",
    )
    run = forms.ModelChoiceField(
        label="Расчёт, по которому школы уже нет в списке",
        queryset=Run.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label="без расчёта",
    )
    left_on = forms.DateField(label="Дата выхода", widget=DayInput, initial=today)
    document_text = forms.CharField(label="Документ", max_length=500, required=False)

    def __init__(self, *args: Any, runs: QuerySet[Run], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["run"].queryset = runs  # type: ignore[attr-defined]
        self.fields["run"].label_from_instance = _run_told  # type: ignore[attr-defined]


class SelectionFilter(FilterForm):
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *SelectionState.choices])

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        return queryset.filter(**chosen)


class ChoiceFilter(FilterForm):
    decision = forms.ChoiceField(label="Решение", choices=[("", "любое"), *Decision.choices])
    difference = forms.ChoiceField(
        label="Расхождение",
        choices=[
            ("", "не важно"),
            ("hand", "решено не по правилу"),
            ("rule_only", "по правилу да, во внешнем списке нет"),
            ("outside_only", "во внешнем списке да, по правилу нет"),
        ],
    )
    municipality = forms.ModelChoiceField(
        label="Муниципалитет", queryset=Organisation.objects.none(), to_field_name="public_id", empty_label="любой"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["municipality"].queryset = municipalities(self.user)  # type: ignore[attr-defined]

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> QuerySet[Any]:
        if "decision" in chosen:
            queryset = queryset.filter(decision=chosen["decision"])
        if "municipality" in chosen:
            queryset = queryset.filter(organisation__parent=chosen["municipality"])
        if "difference" in chosen:
            queryset = queryset.differing(chosen["difference"])
        found: QuerySet[Any] = queryset
        return found


class ByMunicipality(FilterForm):
    """The schools of one municipality; `place` is the way to it from a row."""

    place = "organisation__parent"
    municipality = forms.ModelChoiceField(
        label="Муниципалитет", queryset=Organisation.objects.none(), to_field_name="public_id", empty_label="любой"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["municipality"].queryset = municipalities(self.user)  # type: ignore[attr-defined]

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        return queryset.filter(**{self.place: chosen["municipality"]}) if "municipality" in chosen else queryset


class VerdictFilter(ByMunicipality):
    flagged = forms.ChoiceField(
        label="По правилу", choices=[("", "все школы"), ("1", "в списке"), ("0", "не в списке")]
    )
    field_order = ("flagged", "municipality")

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if "flagged" in chosen:
            queryset = queryset.filter(flagged=chosen["flagged"] == "1")
        return super().apply(queryset, chosen)


CHANGES = [("", "любое"), ("1", "входит"), ("0", "выходит")]


class DifferenceFilter(ByMunicipality):
    """Of the schools that only one of two runs lists."""

    place = "parent"
    change = forms.ChoiceField(label="Изменение", choices=CHANGES)
    field_order = ("change", "municipality")

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if "change" in chosen:
            queryset = queryset.filter(enters=chosen["change"] == "1")
        return super().apply(queryset, chosen)


class MovedFilter(ByMunicipality):
    """Of the schools that entered or left a list over the years of a trial."""

    year = forms.IntegerField(label="Год", min_value=2000, max_value=2100)
    change = forms.ChoiceField(label="Изменение", choices=CHANGES)
    field_order = ("year", "change", "municipality")

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if "year" in chosen:
            queryset = queryset.filter(run__year=chosen["year"])
        if "change" in chosen:
            queryset = queryset.filter(flagged=chosen["change"] == "1")
        return super().apply(queryset, chosen)


class ObjectionFilter(FilterForm):
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *ObjectionState.choices])

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        return queryset.filter(**chosen)


def municipalities(user: Actor) -> QuerySet[Organisation]:
    inside = Organisation.objects.filter(user.scope(Permission.LISTS_EDIT).q("path")).active()
    return inside.of_kind(OrganisationKind.MUNICIPAL_AUTHORITY).order_by("sort_name")
