"""Forms of deadlines that start later."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from opora.core.actor import Actor
from opora.core.clock import today
from opora.deadlines import Offset, calendar, offset_of
from opora.registry.forms import OrganisationField, PlacedForm
from opora.registry.models import Organisation
from opora.roadmaps.actions.dating.common import deadline_of
from opora.roadmaps.actions.dating.schedules import Day
from opora.roadmaps.models import Activity, Part, Window
from opora.ui.forms import DayInput

NEW = 3  # empty fields for further dates


class EventForm(PlacedForm):
    """«Событие наступило»: when, for whom, and until when where the document does not say."""

    happened = forms.DateField(label="Когда наступило событие", widget=DayInput)
    due = forms.DateField(label="Исполнить до", widget=DayInput)
    part = forms.ModelChoiceField(label="Часть мероприятия", queryset=Part.objects.none(), empty_label=None)
    organisation = OrganisationField(
        label="Только для организации",
        required=False,
        help_text="Название или код. Оставьте пустым, если событие наступило для всех исполнителей.",
    )

    def __init__(self, *args: Any, activity: Activity, user: Actor, alone: bool = False, **kwargs: Any) -> None:
        """`alone`: an executor records the event of his own organisation."""
        super().__init__(*args, user=user, territory=activity.roadmap.organisation, **kwargs)
        self.activity = activity
        parts = activity.parts.all() if activity.divided else Part.objects.none()
        if parts:
            self.fields["part"] = forms.ModelChoiceField(label="Часть мероприятия", queryset=parts, empty_label=None)
        else:
            del self.fields["part"]
        if alone:
            del self.fields["organisation"]
        offset = self.offset(None)
        self.fields["happened"].initial = today()
        self.fields["due"].required = offset is None and not parts
        self.fields["due"].help_text = (
            f"По документу: {offset.words}. Оставьте пустым: срок посчитается сам." if offset else ""
        )

    def offset(self, part: Part | None) -> Offset | None:
        stated = deadline_of(self.activity, part)
        return offset_of(stated.text) if stated else None


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Почему убираете",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Причину увидят исполнители. Например: «Дата названа по ошибке, посещение в марте».",
    )


class ScheduleForm(forms.Form):
    """The dates of a schedule: those named before may change, further ones come; or one for each municipality."""

    def __init__(
        self,
        *args: Any,
        windows: Sequence[Window],
        fixed: Iterable[int],
        municipalities: Sequence[Organisation] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.windows = {f"due_{one.pk}": one for one in windows if one.pk not in set(fixed)}
        have = {one.organisation_id for one in windows}
        self.places = {f"at_{one.public_id}": one for one in municipalities if one.pk not in have}
        for name, window in self.windows.items():
            label = window.organisation.short_name if window.organisation else "Дата"
            self.fields[name] = self._day(label, required=True, initial=window.due)
        for name, place in self.places.items():
            self.fields[name] = self._day(place.short_name)
        if not municipalities:
            for number in range(1, NEW + 1):
                self.fields[f"new_{number}"] = self._day("Дата" if number == 1 else "Ещё одна дата")

    @staticmethod
    def _day(label: str, *, required: bool = False, initial: dt.date | None = None) -> forms.DateField:
        hint = calendar.hint(initial) if initial else ""
        return forms.DateField(label=label, required=required, initial=initial, widget=DayInput, help_text=hint)

    def days(self) -> list[Day]:
        """What was filled in, each date once."""
        given = {name: day for name, day in self.cleaned_data.items() if day}
        found = [Day(day, window=self.windows[name]) for name, day in given.items() if name in self.windows]
        found += [Day(day, self.places[name]) for name, day in given.items() if name in self.places]
        new = dict.fromkeys(day for name, day in given.items() if name.startswith("new_"))
        return found + [Day(day) for day in new]


def said_of(days: Iterable[dt.date]) -> str:
    """What to know of days that were set: those on which nobody works, years without a production calendar."""
    wanted = sorted(set(days))
    hints = [f"{day:%d.%m.%Y} — {calendar.hint(day)}." for day in wanted if calendar.hint(day)]
    return " ".join(filter(None, [*hints, calendar.unpublished(*wanted)]))
