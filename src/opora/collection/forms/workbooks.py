from __future__ import annotations

from django import forms

from opora.collection.actions.bringing import MOST_FILES
from opora.collection.uploads import LARGEST, LARGEST_ZIP
from opora.ui.forms import FilesField, FilesInput

_HINT = f"Файл .xlsx, скачанный из Опоры и заполненный, не больше {LARGEST // 1024 // 1024} МБ."


class WorkbookForm(forms.Form):
    """One file of one form."""

    workbooks = FilesField(
        label="Заполненный файл", most=1, widget=FilesInput(attrs={"accept": ".xlsx", "data-drop": ""}), help_text=_HINT
    )


class WorkbooksForm(forms.Form):
    """Files of many forms; what is wrong with one of them, even that it is empty, is told of it alone."""

    workbooks = FilesField(
        label="Заполненные файлы",
        most=MOST_FILES,
        allow_empty_file=True,
        widget=FilesInput(attrs={"accept": ".xlsx,.zip", "multiple": True, "data-drop": ""}),
        help_text=f"{_HINT} Можно выбрать до {MOST_FILES} файлов сразу или архив .zip с ними, не больше "
        f"{LARGEST_ZIP // 1024 // 1024} МБ: каждый файл найдёт свою форму.",
    )
