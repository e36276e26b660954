"""The choice of factors: one box for each, and what the school says of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from opora.support.queries.risks import Line
from opora.ui import words


class ChooseForm(forms.Form):
    chosen = forms.MultipleChoiceField(
        label="Над чем работаем",
        widget=forms.CheckboxSelectMultiple,
        help_text="Выберите главное: не больше пяти факторов. По ним будет составлен проект программы.",
        error_messages={"required": "Выберите хотя бы один фактор, над которым школа будет работать."},
    )

    def __init__(self, data: Any = None, *, lines: Sequence[Line]) -> None:
        initial: dict[str, Any] = {"chosen": [one.code for one in lines if one.chosen]}
        initial |= {f"comment_{one.code}": one.comment for one in lines}
        super().__init__(data, initial=initial)
        self.fields["chosen"].choices = [(one.code, _label(one)) for one in lines]  # type: ignore[attr-defined]
        self.codes = [one.code for one in lines]
        for one in lines:
            self.fields[f"comment_{one.code}"] = forms.CharField(
                label=f"{one.title}: что говорит школа", max_length=1000, required=False
            )

    @property
    def given(self) -> dict[str, Any]:
        comments = {code: self.cleaned_data[f"comment_{code}"] for code in self.codes}
        return {"chosen": self.cleaned_data["chosen"], "comments": comments}


def _label(one: Line) -> str:
    if one.value is None:
        return f"{one.title} (нет данных)"
    return f"{one.title} ({words.number(round(one.value))} из 100, {one.level_words})"
