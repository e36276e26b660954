"""The form of a rule: its year, and a field for each of its parameters."""

from __future__ import annotations

from typing import Any

from django import forms

from opora.identification.errors import Unfit
from opora.identification.rules.base import Parameter, Rule


class RunForm(forms.Form):
    """The year and what the rule's parameters are set to; the rule itself reads and checks what was written."""

    year = forms.TypedChoiceField(label="Год", coerce=int)

    def __init__(self, *args: Any, rule: Rule, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
        for one in rule.parameters:
            self.fields[_name(one)] = _field(one)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        said = {}
        for one in self.rule.parameters:
            text = data.get(_name(one))
            if text in (None, ""):
                continue
            try:
                one.read(text)
            except Unfit as problem:
                self.add_error(_name(one), str(problem))
            else:
                said[one.name] = text
        data["said"] = said
        return data


def _name(parameter: Parameter) -> str:
    return f"parameter_{parameter.name}"


def _field(one: Parameter) -> forms.Field:
    label = f"{one.title}, {one.unit}" if one.unit else one.title
    if one.kind == "choice":
        return forms.ChoiceField(
            label=label, choices=[(c, c) for c in one.choices], initial=one.default, required=False
        )
    shown = f"{100 * float(one.default):g} %".replace(".", ",") if one.kind == "share" else str(one.default)
    return forms.CharField(label=label, initial=shown, required=False, max_length=200, help_text=f"Обычно: {shown}.")
