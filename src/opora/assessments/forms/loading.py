from __future__ import annotations

from django import forms
from django.conf import settings

from opora.assessments.actions.files import MAX_FILES, SUFFIXES
from opora.ui.forms import FilesField, FilesInput


class UploadForm(forms.Form):
    results = FilesField(
        label="Файлы с результатами",
        most=MAX_FILES,
        widget=FilesInput(attrs={"accept": ",".join(SUFFIXES), "multiple": True, "data-drop": ""}),
    )
    title = forms.CharField(
        label="Название загрузки",
        max_length=300,
        required=False,
        help_text="Например: ВПР весна 2026. Без названия будет имя первого файла.",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["results"].help_text = (
            "Протоколы ФИС ОКО, таблицы региона или свои: xlsx, xls, csv, parquet или архив zip с ними, каждый не "
            f"больше {settings.OPORA_RESULTS_MB} МБ. Можно выбрать много файлов сразу или перетащить их сюда."
        )
