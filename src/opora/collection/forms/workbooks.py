from __future__ import annotations

from django import forms

from opora.collection.actions.workbooks import LARGEST, MOST_FILES
from opora.ui.forms import FilesField, FilesInput

_HINT = f"Файл .xlsx, скачанный из Опоры и заполненный, не больше {LARGEST // 1024 // 1024} МБ."


class WorkbookForm(forms.Form):
    """One file of one form."""

    workbooks = FilesField(
        label="Заполненный файл", most=1, widget=FilesInput(attrs={"accept": ".xlsx", "data-drop": ""}), help_text=_HINT
    )


class WorkbooksForm(forms.Form):
    workbooks = FilesField(
        label="Заполненные файлы",
        most=MOST_FILES,
        widget=FilesInput(attrs={"accept": ".xlsx", "multiple": True, "data-drop": ""}),
        help_text=f"{_HINT} Можно выбрать до {MOST_FILES} файлов сразу: каждый найдёт свою форму.",
    )
