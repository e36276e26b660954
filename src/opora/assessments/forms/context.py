"""The table with the conditions of schools."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from opora.core.clock import today

SUFFIXES = (".xlsx", ".csv")
LARGEST = 20 * 1024 * 1024


class ContextForm(forms.Form):
    year = forms.TypedChoiceField(label="За какой год", coerce=int)
    file = forms.FileField(
        label="Таблица",
        help_text="xlsx или csv, строка на школу: её код, как в реестре, и столбцы показателей.",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(SUFFIXES), "data-drop": ""}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = today().year
        self.fields["year"].choices = [(year, str(year)) for year in range(now, now - 8, -1)]  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if PurePath(file.name or "").suffix.lower() not in SUFFIXES:
            raise forms.ValidationError("Нужен файл xlsx или csv. Сохраните таблицу в одном из этих видов.")
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError("Файл больше 20 МБ: оставьте в нём только таблицу школ.")
        return file
