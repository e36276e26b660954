"""The laboratory's forms: years, simulated regions and cost beside the parameters of a rule."""

from __future__ import annotations

from typing import Any

from django import forms

from opora.assessments.actions.trials import MOST_REGIONS
from opora.assessments.forms.running import ParametersForm

MOST_COST = 1_000_000_000  # roubles


class TrialForm(ParametersForm):
    first_year = forms.TypedChoiceField(label="С года", coerce=int)
    last_year = forms.TypedChoiceField(label="По год", coerce=int)
    regions = forms.IntegerField(
        label="Моделируемых регионов",
        min_value=0,
        max_value=MOST_REGIONS,
        initial=3,
        required=False,
        help_text="На них известно, какие школы действительно самые слабые. 0 — не моделировать.",
    )
    cost = forms.IntegerField(
        label="Поддержка одной школы в год, рублей",
        min_value=0,
        max_value=MOST_COST,
        initial=0,
        required=False,
        help_text="Чтобы увидеть, во что обойдётся список. Потом можно изменить.",
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(year, str(year)) for year in years]
        for name in ("first_year", "last_year"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if years:
            self.initial.setdefault("first_year", years[-1])
            self.initial.setdefault("last_year", years[0])

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("first_year", 0) > data.get("last_year", 9999):
            self.add_error("first_year", "Первый год позже последнего.")
        return {**data, "regions": data.get("regions") or 0, "cost": data.get("cost") or 0}


class CostForm(forms.Form):
    """The cost by which an open trial is priced, from the URL."""

    cost = forms.IntegerField(
        label="Поддержка одной школы в год, рублей", min_value=0, max_value=MOST_COST, required=False
    )
