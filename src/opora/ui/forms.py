"""Pieces of forms: what an action refused, the day picker, and filters of tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet

from opora.core.actor import Actor
from opora.core.workflow import Refused
from opora.ui import words


def carried_out(form: forms.Form, action: Callable[[], object]) -> bool:
    """Whether the action went through; what it refused stands on top of the form."""
    try:
        action()
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    return True


class DayInput(forms.DateInput):
    """The browser's own day picker; its value travels as 2026-08-20 whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class ManyBoxes(forms.CheckboxSelectMultiple):
    """Boxes to tick that may be dozens, organisations or people: the page lets one search them."""


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once, cleaned to a list: at most `most`."""

    widget = FilesInput

    def __init__(self, *args: Any, most: int = 20, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.most = most

    def clean(self, data: Any, initial: Any = None) -> Any:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        if self.required and not given:
            raise forms.ValidationError("Выберите хотя бы один файл.")
        if len(given) > self.most:
            raise forms.ValidationError(f"Не больше {self.most} файлов за один раз.")
        cleaned, wrong = [], []
        for one in given:
            try:
                cleaned.append(super().clean(one, initial))
            except forms.ValidationError as error:  # of many files it must be said which one
                wrong += [f"«{getattr(one, 'name', one)}»: {text}" for text in error.messages]
        if wrong:
            raise forms.ValidationError(wrong)
        return cleaned


class WorkbookField(forms.FileField):
    """One xlsx that a person has filled in; `hint` says which. What opens it judges the content."""

    LARGEST = 5 * 1024 * 1024  # bytes

    def __init__(self, *, hint: str, **given: Any) -> None:
        picker = forms.ClearableFileInput(attrs={"accept": ".xlsx"})
        super().__init__(widget=picker, help_text=f"{hint} До {self.LARGEST // 1024 // 1024} МБ.", **given)

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if file and file.size > self.LARGEST:
            raise forms.ValidationError(f"Файл больше {self.LARGEST // 1024 // 1024} МБ. Уберите из него лишнее.")
        return file


class FilterForm(forms.Form):
    """The filters of a table, all optional, read from the URL. A subclass declares fields and says what they mean.

    A field that cannot be read shows its error and filters nothing.
    """

    def __init__(self, data: Any, *, user: Actor, prefix: str | None = None) -> None:
        self.user = user
        super().__init__(data, prefix=prefix)
        for field in self.fields.values():
            field.required = False

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        """The queryset narrowed to `chosen`: the filled fields alone, as cleaned values."""
        raise NotImplementedError

    @property
    def chosen(self) -> dict[str, Any]:
        """The filled fields with their cleaned values."""
        self.is_valid()
        empty: tuple[Any, ...] = (None, "", False, [], ())
        found = {name: value for name, value in self.cleaned_data.items() if value not in empty}
        return {name: value for name, value in found.items() if not (isinstance(value, QuerySet) and not value)}

    def said(self) -> list[tuple[str, str]]:
        """(field name, «Состояние: просрочено») of each filled field."""
        return [(name, self._say(name, value)) for name, value in self.chosen.items()]

    def _say(self, name: str, value: Any) -> str:
        label = str(self[name].label)
        if value is True:
            return label
        return f"{label}: {', '.join(self._words(name, one) for one in _several(value))}"

    def _words(self, name: str, value: Any) -> str:
        field = self.fields[name]
        if isinstance(value, dt.date):
            return words.day(value)
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            return str(dict(_flat(field.choices)).get(str(value), value))
        return str(value)


def _several(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple | QuerySet) else [value]


def _flat(choices: Any) -> Iterable[tuple[str, Any]]:
    for key, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield str(key), label
