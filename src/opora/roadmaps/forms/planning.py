"""Forms of the sending: what names mean, which dates stand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction

from opora.core.actor import Actor
from opora.core.clock import today
from opora.roadmaps.actions import planning
from opora.roadmaps.groups import GROUPS
from opora.roadmaps.models import Activity, Window
from opora.ui.forms import DayInput


class NameForm(forms.Form):
    """What a name of the document means: a group, or an organisation by its name or code."""

    name = forms.CharField(widget=forms.HiddenInput)
    group = forms.ChoiceField(label="Группа", required=False)
    organisation = forms.CharField(label="или организация", required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"] = forms.ChoiceField(
            label="Группа",
            required=False,
            choices=[("", "— выберите —"), *((group.code, group.title) for group in GROUPS)],
        )


class MoveForm(forms.Form):
    due = forms.DateField(label="Перенести на", widget=DayInput)

    def clean_due(self) -> Any:
        if self.cleaned_data["due"] < today():
            raise forms.ValidationError("Этот день уже прошёл. Выберите другой.")
        return self.cleaned_data["due"]


class DatesForm(forms.Form):
    """The windows of one activity, and one more date."""

    add = forms.DateField(label="Добавить срок отчёта", required=False, widget=DayInput)

    def __init__(self, *args: Any, windows: list[Window], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.windows = windows
        for window in windows:
            self.fields[f"due_{window.pk}"] = forms.DateField(
                label="Срок", required=False, widget=DayInput, initial=window.due
            )
            self.fields[f"skip_{window.pk}"] = forms.BooleanField(
                label="не рассылать", required=False, initial=window.skipped
            )

    def apply(self, activity: Activity, *, by: Actor) -> None:
        """Carry out what was changed; all or nothing."""
        with transaction.atomic():
            for window in self.windows:
                due = self.cleaned_data[f"due_{window.pk}"]
                skipped = self.cleaned_data[f"skip_{window.pk}"]
                if due and due != window.due:
                    planning.set_windows(activity.roadmap, [window], by=by, due=due)
                if skipped != window.skipped:
                    planning.set_windows(activity.roadmap, [window], by=by, skipped=skipped)
            if self.cleaned_data["add"]:
                planning.add_window(activity, by=by, due=self.cleaned_data["add"])
