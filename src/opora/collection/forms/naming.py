from __future__ import annotations

from django import forms

from opora.ui.forms import DayInput


class ActivityCampaignForm(forms.Form):
    """Whom to ask stands in the road map; the day is its deadline unless the person says another."""

    title = forms.CharField(label="Название сбора", max_length=300)
    due = forms.DateField(label="Срок", widget=DayInput, help_text="Предложен срок поручения.")
    note = forms.CharField(
        label="Пояснение для заполняющих", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
