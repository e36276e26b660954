"""A definition as a form that people fill in: a field of Django for each of its own."""

from __future__ import annotations

from typing import Any

from django import forms

from opora.collection.definition import Definition, Field, Kind, Section
from opora.ui.forms import DayInput
from opora.ui.words import number

LONG = 200  # characters that one line holds


def asked(field: Field) -> forms.Field:
    """The question as it is asked; a table is not one field."""
    kwargs: dict[str, Any] = {"label": field.title, "required": field.required, "help_text": _hint(field)}
    if field.kind == Kind.CHOICE:
        return forms.ChoiceField(choices=[("", "не выбрано"), *((one, one) for one in field.options)], **kwargs)
    if field.kind == Kind.SEVERAL:
        choices = [(one, one) for one in field.options]
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **kwargs)
    if field.kind == Kind.DATE:
        return forms.DateField(widget=DayInput, **kwargs)
    if field.kind == Kind.FILE:
        return forms.FileField(**kwargs)
    if field.kind == Kind.NUMBER:
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)
    short = field.max is not None and field.max <= LONG
    return forms.CharField(widget=forms.TextInput() if short else forms.Textarea(attrs={"rows": 3}), **kwargs)


def _hint(field: Field) -> str:
    """The hint, then what limits the answer and when it is asked at all."""
    said = [field.hint]
    if field.kind == Kind.NUMBER:
        said += [f"Единица: {field.unit}." if field.unit else "", _limits(field)]
    if field.formula:
        said.append(f"Вычисляется: {field.formula}.")
    if field.condition:
        said.append(f"Спрашивается, только если {field.condition}.")
    return " ".join(filter(None, said))


def _limits(field: Field) -> str:
    low = f"от {number(field.min)}" if field.min is not None else ""
    high = f"до {number(field.max)}" if field.max is not None else ""
    return f"Можно {' '.join(filter(None, (low, high)))}." if low or high else ""


class Preview(forms.Form):
    """The form as it will look, with nothing to be sent."""

    def __init__(self, definition: Definition) -> None:
        super().__init__()
        self.definition = definition
        for key, field in definition.fields.items():
            if not field.is_table:
                self.fields[key] = asked(field)
                self.fields[key].disabled = True
                self.fields[key].required = field.required or bool(field.formula)  # nobody is asked to type it

    def parts(self) -> list[tuple[Section, list[tuple[Field, Any]]]]:
        """Each section with its fields; beside a field what asks it, nothing for a table."""
        return [
            (section, [(one, None if one.is_table else self[one.key]) for one in section.fields])
            for section in self.definition.sections
        ]
