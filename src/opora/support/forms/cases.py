"""Filters of the cases; forms of their steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.text import Truncator

from opora.core.secrecy import knowledge
from opora.lists.models import school_year_label
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.support.actions.proving import KINDS_TOLD, MOST, SUFFIXES
from opora.support.conditions import CONDITIONS, choices, held_by
from opora.support.models import Case, CaseState, Step, Who
from opora.support.queries.concerns import has_concern
from opora.support.queries.proofs import Proof, likely
from opora.ui.forms import FilesField, FilesInput, FilterForm

PAPER = 120  # characters of a paper to choose

_OVERDUE = "overdue"


class CaseFilter(FilterForm):
    """`step` is the key of a step: a link of the board leads here."""

    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *CaseState.choices])
    step = forms.ChoiceField(label="Что дальше", choices=[("", "любой шаг")])
    held = forms.ChoiceField(
        label="Что задерживает",
        choices=lambda: [
            ("", "не важно"),
            (_OVERDUE, "срок истёк"),
            *((one.code, one.missing) for one in CONDITIONS.values()),
        ],
    )
    who = forms.ChoiceField(label="За кем шаг", choices=[("", "за кем угодно"), *Who.choices])
    year = forms.TypedChoiceField(label="Учебный год", coerce=int, empty_value=None)
    municipality = forms.ModelChoiceField(
        label="Муниципалитет", queryset=Organisation.objects.none(), to_field_name="public_id", empty_label="любой"
    )
    alarmed = forms.BooleanField(label="Только с открытым тревожным сигналом")
    watched = forms.BooleanField(label="Только те, за которыми слежу")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = Case.objects.visible(self.user)
        steps: dict[str, str] = {}
        years = set()
        kept = mine.order_by("step__order", "step_set__number")
        for year, key, title in kept.values_list("school_year", "step__key", "step__title").distinct():
            years.add(year)
            if key:
                steps[key] = title
        step_field, year_field = self.fields["step"], self.fields["year"]
        step_field.choices = [("", "любой шаг"), *steps.items()]  # type: ignore[attr-defined]
        labels = [(year, school_year_label(year)) for year in sorted(years, reverse=True)]
        year_field.choices = [("", "любой"), *labels]  # type: ignore[attr-defined]
        inside = Organisation.objects.filter(knowledge(self.user).q("path")).active()
        areas = inside.of_kind(OrganisationKind.MUNICIPAL_AUTHORITY).order_by("sort_name")
        self.fields["municipality"].queryset = areas  # type: ignore[attr-defined]

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> QuerySet[Any]:
        plain = {"state": "state", "step": "step__key", "who": "step__who", "year": "school_year"}
        queryset = queryset.filter(**{plain[name]: value for name, value in chosen.items() if name in plain})
        if {"step", "who"} & chosen.keys():
            queryset = queryset.open()
        if "municipality" in chosen:
            queryset = queryset.filter(school__parent=chosen["municipality"])
        if "held" in chosen:
            held = chosen["held"]
            queryset = queryset.overdue() if held == _OVERDUE else held_by(queryset, held)
        if "alarmed" in chosen:
            queryset = queryset.filter(has_concern(self.user))
        found: QuerySet[Any] = queryset.watched_by(self.user) if "watched" in chosen else queryset
        return found


class DocumentFiles(FilesField):
    """The document of a step as files."""

    def __init__(self, **given: Any) -> None:
        picker = FilesInput(attrs={"accept": ",".join(SUFFIXES), "data-drop": ""})
        super().__init__(most=MOST, widget=picker, help_text=f"{KINDS_TOLD[0].upper()}{KINDS_TOLD[1:]}.", **given)


class DoForm(forms.Form):
    """That a step was done: the document that proves it is asked for where the step has one."""

    paper = forms.ChoiceField(
        label="Документ, который уже есть в деле",
        required=False,
        help_text="Тогда называть и прикладывать его не нужно.",
    )
    document_text = forms.CharField(label="Название, дата и номер документа", max_length=500, required=False)
    attached = DocumentFiles(label="Файлы документа", required=False)
    comment = forms.CharField(
        label="Комментарий", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, step: Step, known: Mapping[str, Proof], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        example = "Например: приказ от 14.09.2026 № 25."
        need = f"Нужен документ: {step.document}. " if step.document else ""
        self.fields["document_text"].help_text = f"{need}{example}"
        if not known:
            del self.fields["paper"]
            return
        found = self.fields["paper"]
        rows = [(one.key, Truncator(one.label).chars(PAPER)) for one in known.values()]
        found.choices = [("", "другой: назову или приложу"), *rows]  # type: ignore[attr-defined]
        found.initial = likely(step, known)


class AttachForm(forms.Form):
    attached = DocumentFiles(label="Файлы документа")


class UndoForm(forms.Form):
    reason = forms.CharField(
        label="Почему шаг отменяется",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Останется в событиях дела вместе с отменённым шагом.",
    )


class StepForm(forms.Form):
    title = forms.CharField(
        label="Название", max_length=120, help_text="Что верно, когда шаг выполнен: «Школа оповещена»."
    )
    who = forms.ChoiceField(label="Кто выполняет", choices=Who.choices)
    days = forms.IntegerField(
        label="Срок, дней",
        required=False,
        min_value=1,
        max_value=1000,
        help_text="От выполнения предыдущего шага. Пусто — без срока.",
    )
    document = forms.CharField(
        label="Документ",
        max_length=200,
        required=False,
        help_text="Чем шаг подтверждается, например: протокол региональной группы. Пусто — документ не нужен.",
    )
    conditions = forms.MultipleChoiceField(
        label="Условия",
        required=False,
        choices=choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Пока условие не выполнено, шаг отметить нельзя.",
    )

    @classmethod
    def of(cls, step: Step, data: Any = None) -> StepForm:
        given = {name: getattr(step, name) for name in ("title", "who", "days", "document")}
        return cls(data, initial={**given, "conditions": step.codes})
