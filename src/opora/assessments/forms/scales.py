from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from opora.assessments.actions.scales import Limits
from opora.assessments.models.procedures import Procedure
from opora.assessments.scales import read_scales
from opora.core.clock import today
from opora.core.errors import Problem
from opora.core.workflow import Refused
from opora.identification.columns import SUBJECTS

MAX_BYTES = 2 * 1024 * 1024


class ScaleForm(forms.Form):
    """One scale, typed."""

    year = forms.IntegerField(label="Год, в котором писали работу", min_value=2000)
    procedure = forms.ChoiceField(label="Процедура", choices=Procedure.choices)
    subject = forms.ChoiceField(label="Предмет", choices=list(SUBJECTS.items()))
    grade = forms.IntegerField(label="Класс", min_value=1, max_value=11)
    last_2 = forms.IntegerField(
        label="Последний балл отметки «2»", min_value=0, max_value=1000, help_text="От 0 до этого балла — «2»."
    )
    last_3 = forms.IntegerField(label="Последний балл отметки «3»", min_value=0, max_value=1000)
    last_4 = forms.IntegerField(label="Последний балл отметки «4»", min_value=0, max_value=1000)
    highest = forms.IntegerField(
        label="Наибольший балл работы", min_value=1, max_value=1000, required=False, help_text="Больше него баллов нет."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("year", today().year)

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if year > today().year + 1:
            raise forms.ValidationError(f"До {year} года ещё далеко. Проверьте год.")
        return year

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            try:
                self.limits = Limits(**data)
                self.limits.check()
            except Refused as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return data


class ScalesForm(forms.Form):
    """Many scales in a table."""

    file = forms.FileField(
        label="Таблица шкал",
        help_text="xlsx или csv со столбцами: год, процедура, предмет, класс, «2» до, «3» до, «4» до, наибольший балл.",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    scales: list[Limits]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_BYTES:
            raise forms.ValidationError("Таблица шкал больше 2 МБ. Уберите из неё лишнее и загрузите снова.")
        try:
            self.scales = read_scales(file.read(), file.name or "")
        except (Problem, Refused) as error:
            raise forms.ValidationError(str(error)) from error
        return file
