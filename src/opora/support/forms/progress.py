"""How each goal goes, and the values of indicators that nobody else tells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django import forms

from opora.core.clock import today
from opora.support.actions.progress import Said
from opora.support.forms.programmes import NumberField
from opora.support.models import Light, Programme, ProgressReview
from opora.ui import words
from opora.ui.forms import DayInput

TERM = dt.timedelta(days=75)  # from a review to the next

ASKED = {"reason": "Напишите, почему цель идёт не по плану.", "step": "Напишите, что сделаете дальше."}
BEHIND = "Если цель идёт не по плану."


def _long() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 3})


class ProgressForm(forms.Form):
    says_optional = False

    def __init__(
        self, data: Any = None, *, programme: Programme, known: Mapping[str, float], last: ProgressReview | None
    ) -> None:
        super().__init__(data)
        before = {row["key"]: row["value"] for row in last.values} if last else {}
        self.programme = programme
        for number, goal in enumerate(programme.in_force.goals, 1):
            self.fields[f"light_{goal.key}"] = forms.ChoiceField(
                label=f"Цель {number}. {goal.title}",
                choices=Light.choices,
                widget=forms.RadioSelect,
                error_messages={"required": "Выберите, как идёт цель."},
            )
            self.fields[f"reason_{goal.key}"] = forms.CharField(
                label=f"Цель {number}: почему", max_length=1000, required=False, help_text=BEHIND, widget=_long()
            )
            self.fields[f"step_{goal.key}"] = forms.CharField(
                label=f"Цель {number}: что сделаем дальше",
                max_length=1000,
                required=False,
                help_text=BEHIND,
                widget=_long(),
            )
            for one in goal.indicators:
                hint = f"{one.numbers}; источник: {one.source or 'не указан'}"
                if last and before.get(one.key) is not None:
                    hint = (
                        f"{hint}. Разбор {words.day(last.day)}: {words.number(before[one.key])}{words.NBSP}{one.unit}"
                    )
                field = NumberField(label=f"Показатель: {one.title}", required=False, min_value=0, max_value=1_000_000)
                if one.key in known:
                    field.disabled, field.initial = True, known[one.key]
                    hint = f"{hint}. Подставлено по данным: {words.number(known[one.key])}{words.NBSP}{one.unit}"
                field.help_text = hint
                self.fields[f"value_{one.key}"] = field
        self.fields["next_day"] = forms.DateField(label="Следующий разбор", widget=DayInput, initial=today() + TERM)

    def clean(self) -> dict[str, Any]:
        """What is behind is explained, each beside its goal."""
        told: dict[str, Any] = super().clean() or {}
        for goal in self.programme.in_force.goals:
            if told.get(f"light_{goal.key}", Light.GREEN) == Light.GREEN:
                continue
            for name, asked in ASKED.items():
                if f"{name}_{goal.key}" in told and not told[f"{name}_{goal.key}"]:
                    self.add_error(f"{name}_{goal.key}", asked)
        return told

    @property
    def given(self) -> dict[str, Any]:
        told, aims = self.cleaned_data, self.programme.in_force.goals
        goals = {
            goal.key: Said(told[f"light_{goal.key}"], told[f"reason_{goal.key}"], told[f"step_{goal.key}"])
            for goal in aims
        }
        named = ((one.key, told[f"value_{one.key}"]) for goal in aims for one in goal.indicators)
        values = {key: value for key, value in named if value is not None}
        return {"goals": goals, "values": values, "next_day": told["next_day"]}
