from __future__ import annotations

from typing import Any

from django import forms

from opora.assessments.models.procedures import Procedure
from opora.assessments.sheets import columns_of
from opora.core.clock import today
from opora.identification.columns import SUBJECTS
from opora.identification.reading.mapping import FIELDS
from opora.identification.titles import grades

FIRST_YEAR = 2000
NOT_READ = "не читать"


class ColumnsForm(forms.Form):
    """What each column of a sheet holds; columns with names of people are not offered."""

    def __init__(self, *args: Any, sheet: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns_of(sheet)
        choices = [("", NOT_READ), *((name, title) for name, title in FIELDS.items())]
        for column in self.columns:
            if column.names:
                continue
            examples = f"Например: {'; '.join(column.examples)}" if column.examples else "Первые строки пусты."
            facts = f"Относится к: {column.facts}. " if column.facts else ""
            self.fields[f"column_{column.index}"] = forms.ChoiceField(
                label=column.header or f"Столбец {column.index + 1}",
                choices=choices,
                required=False,
                initial=column.field,
                help_text=facts + examples,
            )

    @property
    def chosen(self) -> list[str]:
        """A field for each column, in order."""
        return [str(self.cleaned_data.get(f"column_{column.index}", "")) for column in self.columns]


class AnswersForm(forms.Form):
    """What a sheet does not say itself, or says wrongly; empty fields leave it as it was read."""

    year = forms.IntegerField(
        label="Год, в котором писали работу",
        min_value=FIRST_YEAR,
        required=False,
        help_text="Календарный год: для работы весной учебного года 2025/26 это 2026.",
    )
    procedure = forms.ChoiceField(
        label="Процедура", choices=[("", "как прочитано"), *Procedure.choices], required=False
    )
    subject = forms.ChoiceField(label="Предмет", choices=[("", "как прочитано"), *SUBJECTS.items()], required=False)
    grade = forms.ChoiceField(label="Класс", choices=[("", "как прочитано"), *grades()], required=False)

    def clean_year(self) -> int | None:
        year: int | None = self.cleaned_data["year"]
        if year and year > today().year:
            raise forms.ValidationError(f"Год {year} ещё не наступил. Укажите год, в котором писали работу.")
        return year

    @property
    def said(self) -> dict[str, str]:
        return {name: str(value or "") for name, value in self.cleaned_data.items()}
