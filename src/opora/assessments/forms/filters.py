"""The filters of the tables of loaded results."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from opora.assessments.models import FileState, LoadingState, MatchState, PartState
from opora.assessments.models.procedures import Procedure
from opora.identification.columns import SUBJECTS
from opora.ui.forms import FilterForm


class _Plain(FilterForm):
    """Fields that are named as the columns they filter."""

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        return queryset.filter(**chosen)


class LoadingFilter(_Plain):
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *LoadingState.choices])


class FileFilter(_Plain):
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *FileState.choices])


class MatchFilter(_Plain):
    state = forms.ChoiceField(label="Решение", choices=[("", "любое"), *MatchState.choices])


class AsideFilter(FilterForm):
    file = forms.CharField(label="Файл", max_length=300)
    reason = forms.CharField(label="Причина содержит", max_length=100)

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if "file" in chosen:
            queryset = queryset.filter(file=chosen["file"])
        return queryset.filter(reason__contains=chosen["reason"]) if "reason" in chosen else queryset


class _Procedures(_Plain):
    year = forms.IntegerField(label="Год", min_value=2000, max_value=2100)
    procedure = forms.ChoiceField(label="Процедура", choices=[("", "любая"), *Procedure.choices])
    subject = forms.ChoiceField(label="Предмет", choices=[("", "любой"), *SUBJECTS.items()])
    grade = forms.IntegerField(label="Класс", min_value=1, max_value=11)


class PartFilter(_Procedures):
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *PartState.choices])


class ScaleFilter(_Procedures):
    pass
