"""The form of a rule: a field for each of its parameters, and the year of a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from opora.identification.errors import Unfit
from opora.identification.rules.base import Parameter, Rule, Value


class ParametersForm(forms.Form):
    """What the rule's parameters are set to (`said`); the rule itself reads and checks what was written."""

    def __init__(self, *args: Any, rule: Rule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
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
                self.add_error(_name(one), f"{problem.what[:1].upper()}{problem.what[1:]} {problem.advice}".strip())
            else:
                said[one.name] = text
        data["said"] = said
        return data


class RunForm(ParametersForm):
    year = forms.TypedChoiceField(label="Год", coerce=int)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]


def written(values: Mapping[str, Value], rule: Rule) -> dict[str, str]:
    """The fields of a form that is to begin with these values, as addresses carry them."""
    known = {one.name: one for one in rule.parameters}
    return {_name(known[name]): _shown(known[name], value) for name, value in values.items() if name in known}


def _name(parameter: Parameter) -> str:
    return f"parameter_{parameter.name}"


def _field(one: Parameter) -> forms.Field:
    label = f"{one.title}, {one.unit}" if one.unit else one.title
    if one.kind == "choice":
        return forms.ChoiceField(
            label=label, choices=[(c, str(one.told(c))) for c in one.choices], initial=one.default, required=False
        )
    shown = _shown(one, one.default)
    return forms.CharField(label=label, initial=shown, required=False, max_length=200, help_text=f"Обычно: {shown}.")


def _shown(one: Parameter, value: Value) -> str:
    """«30 %», «ВПР; математика», as people write it."""
    if one.kind == "share":
        return f"{100 * float(value):g}\u00a0%".replace(".", ",")
    return str(one.told(value) if one.kind == "text" else value)
