"""Forms of the catalogue and of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from opora.core.clock import today
from opora.development.models import Help, HelpKind
from opora.identification.columns import SUBJECTS
from opora.ui.forms import DayInput, FilterForm

_ANY_SUBJECT = ("", "Любой")


class HelpForm(forms.Form):
    title = forms.CharField(label="Название", max_length=300)
    kind = forms.ChoiceField(label="Вид", choices=HelpKind.choices)
    subject = forms.ChoiceField(label="Предмет", required=False, choices=[_ANY_SUBJECT, *SUBJECTS.items()])
    deficit = forms.ChoiceField(
        label="Какой дефицит устраняет",
        help_text="Шкала опубликованного инструмента: по ней строка попадёт в планы тех, у кого этот дефицит.",
    )
    provider = forms.CharField(
        label="Кто проводит", max_length=300, help_text="Организация, наставник или тьютор: к кому обратиться."
    )
    hours = forms.IntegerField(label="Часов", required=False, min_value=1, max_value=2000)
    form = forms.CharField(label="Форма", required=False, max_length=100, help_text="Очно, дистанционно, стажировка…")
    link = forms.URLField(
        label="Ссылка", required=False, max_length=500, assume_scheme="https", help_text="Где записаться или прочесть."
    )

    def __init__(self, data: Any = None, *, titles: Sequence[str], old: Help | None = None) -> None:
        initial = {name: getattr(old, name) for name in self.base_fields} if old else None
        super().__init__(data, initial=initial)
        known = [old.deficit, *(one for one in titles if one != old.deficit)] if old else titles
        self.fields["deficit"].choices = [(one, one) for one in known]  # type: ignore[attr-defined]


class HelpFilter(FilterForm):
    kind = forms.ChoiceField(label="Вид", choices=[("", "Любой"), *HelpKind.choices])
    subject = forms.ChoiceField(label="Предмет", choices=[_ANY_SUBJECT, *SUBJECTS.items()])

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if chosen.get("kind"):
            queryset = queryset.filter(kind=chosen["kind"])
        return queryset.filter(subject__in=("", chosen["subject"])) if chosen.get("subject") else queryset


class KeptHelpFilter(HelpFilter):
    withdrawn = forms.BooleanField(label="Убранные из каталога")

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        queryset = super().apply(queryset, chosen)
        return queryset.filter(withdrawn_at__isnull=False) if chosen.get("withdrawn") else queryset


class LineForm(forms.Form):
    """A line of one's own, or one out of the catalogue: then its name and who helps are taken from there."""

    helped_by = forms.ChoiceField(label="Из каталога", required=False)
    deficit = forms.ChoiceField(label="Дефицит")
    title = forms.CharField(
        label="Что сделать", max_length=300, required=False, help_text="Можно не писать, если выбрано из каталога."
    )
    who = forms.CharField(
        label="Кто поможет", max_length=300, required=False, help_text="Наставник, коллега, организация."
    )
    due = forms.DateField(label="До какого дня", widget=DayInput)

    def __init__(self, data: Any = None, *, deficits: Sequence[str], helps: Iterable[Help]) -> None:
        super().__init__(data)
        self.helps = {one.public_id: one for one in helps}
        choices = [(key, f"{one}: {one.details}") for key, one in self.helps.items()]
        self.fields["deficit"].choices = [(one, one) for one in deficits]  # type: ignore[attr-defined]
        if choices:
            self.fields["helped_by"].choices = [("", "Своё, не из каталога"), *choices]  # type: ignore[attr-defined]
        else:
            del self.fields["helped_by"]

    def clean_due(self) -> Any:
        return coming(self.cleaned_data["due"])

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        chosen = self.helps.get(said.get("helped_by", ""))
        said["helped_by"] = chosen
        if chosen:
            said["title"] = said.get("title") or chosen.title
            said["who"] = said.get("who") or chosen.provider
        elif "title" not in self.errors and not said.get("title"):
            self.add_error("title", "Напишите, что сделать, или выберите из каталога.")
        return said


class ChangeLineForm(forms.Form):
    title = forms.CharField(label="Что сделать", max_length=300)
    who = forms.CharField(label="Кто поможет", max_length=300, required=False)
    due = forms.DateField(label="До какого дня", widget=DayInput)

    def clean_due(self) -> Any:
        return coming(self.cleaned_data["due"]) if "due" in self.changed_data else self.cleaned_data["due"]


def coming(day: Any) -> Any:
    if day < today():
        raise forms.ValidationError("Этот день уже прошёл. Назовите сегодняшний или следующий.")
    return day


class DoneForm(forms.Form):
    evidence = forms.CharField(
        label="Чем подтверждается",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Удостоверение с номером и датой, ссылка, отзыв. Увидит и руководитель, если видит результат.",
    )
