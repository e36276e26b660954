from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from opora.ui.forms import DayInput


class ActivityCampaignForm(forms.Form):
    """Whom to ask stands in the road map; the day is its deadline unless the person says another."""

    title = forms.CharField(label="Название сбора", max_length=300)
    due = forms.DateField(label="Срок", widget=DayInput)
    note = forms.CharField(
        label="Пояснение для заполняющих", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, data: Any, *, title: str, due: dt.date | None) -> None:
        super().__init__(data, initial={"title": title, "due": due})
        said = "Предложен срок поручения." if due else "Срок поручения прошёл или не назван: назначьте день."
        self.fields["due"].help_text = said
