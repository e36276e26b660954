"""The filters of signs and clusters, and the thresholds of clusters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from opora.assessments.queries.looks import sign_choices
from opora.core.secrecy import knowledge
from opora.identification.clusters import TITLES, Thresholds
from opora.identification.errors import Unfit
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.ui.forms import FilterForm


class _ByPlace(FilterForm):
    municipality = forms.ModelChoiceField(
        label="Муниципалитет", queryset=Organisation.objects.none(), to_field_name="public_id", empty_label="любой"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = Organisation.objects.filter(knowledge(self.user).q("path")).active()
        areas = inside.of_kind(OrganisationKind.MUNICIPAL_AUTHORITY).order_by("sort_name")
        self.fields["municipality"].queryset = areas  # type: ignore[attr-defined]

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if "municipality" in chosen:
            queryset = queryset.filter(organisation__parent=chosen["municipality"])
        return queryset


class SignsFilter(_ByPlace):
    sign = forms.ChoiceField(label="Признак", choices=[("", "любой"), *sign_choices()])
    any = forms.ChoiceField(
        label="Есть ли признаки",
        choices=[
            ("", "не важно"),
            ("2", "есть признаки двух видов и больше"),
            ("1", "есть хотя бы один"),
            ("0", "нет ни одного"),
        ],
    )
    field_order = ("sign", "any", "municipality")

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        queryset = super().apply(queryset, chosen)
        if "sign" in chosen:
            queryset = queryset.filter(codes__contains=f" {chosen['sign']} ")
        if "any" in chosen:
            kinds = int(chosen["any"])
            queryset = queryset.filter(kinds__gte=kinds) if kinds else queryset.filter(shown=0)
        return queryset


class ClusterFilter(_ByPlace):
    cluster = forms.ChoiceField(label="Кластер", choices=[("", "любой"), *TITLES.items()])
    field_order = ("cluster", "municipality")

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        queryset = super().apply(queryset, chosen)
        return queryset.filter(cluster=chosen["cluster"]) if "cluster" in chosen else queryset


class ConditionsFilter(_ByPlace):
    told = forms.ChoiceField(
        label="Сведения",
        choices=[("", "не важно"), ("all", "индекс посчитан"), ("none", "индекс не посчитать")],
    )
    field_order = ("told", "municipality")

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        queryset = super().apply(queryset, chosen)
        return queryset.filter(index__isnull=chosen["told"] == "none") if "told" in chosen else queryset


def _percent(label: str, hint: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=1, max_value=99, help_text=hint)


class ThresholdsForm(forms.Form):
    """Percents of schools."""

    low = _percent(
        "Низкие результаты, % школ",
        "Столько школ с наибольшей долей неуспешных работ считаются школами с низкими результатами.",
    )
    good = _percent(
        "Хорошие результаты, % школ",
        "Столько школ с наименьшей долей неуспешных работ. Школа из них в неблагоприятных условиях — резильентная.",
    )
    leading = _percent("Лидирующие, % школ", "Столько школ с наименьшей долей считаются лидирующими.")
    adverse = _percent("Неблагоприятные условия, % школ", "Столько школ с наибольшим индексом условий.")

    def __init__(self, *args: Any, now: Thresholds, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.initial.setdefault(name, round(100 * getattr(now, name)))

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                Thresholds(**self.shares)
            except Unfit as problem:
                raise forms.ValidationError(str(problem)) from None
        return given

    @property
    def shares(self) -> dict[str, float]:
        return {name: self.cleaned_data[name] / 100 for name in self.fields}
