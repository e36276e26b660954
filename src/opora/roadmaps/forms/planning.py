"""Forms of the sending: what names mean, which dates stand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from django.db.models import QuerySet

from opora.core.actor import Actor
from opora.core.clock import today
from opora.documents.models import DocumentKind
from opora.registry.models import Organisation
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


class DeriveForm(forms.Form):
    """One's own road map from rows of the road map above: for whom, as what, which rows."""

    organisation = forms.ModelChoiceField(
        label="Для какой организации", queryset=Organisation.objects.none(), to_field_name="public_id", empty_label=None
    )
    kind = forms.ChoiceField(label="Вид документа", choices=DocumentKind.choices, initial=DocumentKind.PLAN)
    number = forms.CharField(label="Номер", max_length=100, required=False)
    date = forms.DateField(label="Дата", required=False, widget=DayInput)
    title = forms.CharField(label="Название", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    activities = forms.ModelMultipleChoiceField(
        label="Пункты",
        queryset=Activity.objects.none(),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
        help_text="Отмечены пункты, исполнители которых есть на вашей территории.",
    )

    def __init__(self, *args: Any, places: QuerySet[Organisation], rows: list[Activity], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place, activities = self.fields["organisation"], self.fields["activities"]
        if isinstance(place, forms.ModelChoiceField) and isinstance(activities, forms.ModelMultipleChoiceField):
            place.queryset = places
            activities.queryset = Activity.objects.filter(pk__in=[row.pk for row in rows]).order_by("order")
        self.initial.setdefault("activities", [row.public_id for row in rows])
