"""Forms of seasons and visits; and how the table of visits is filtered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from opora.core.clock import today
from opora.registry.forms import OrganisationField, PlacedForm
from opora.registry.models import Organisation
from opora.support.forms.mentoring import TAUGHT, offer
from opora.support.models.mentoring import Mentor
from opora.support.models.sheets import ObservationSheet
from opora.support.models.visits import Advice, NoteKind, Visit, VisitState
from opora.ui import words
from opora.ui.forms import DayInput, FilterForm, ManyBoxes, WorkbookField

_WHEN = [("", "не важно"), ("ahead", "впереди"), ("past", "прошли, отчёта нет")]
_LONG = forms.Textarea(attrs={"rows": 4})


class VisitFilter(FilterForm):
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *VisitState.choices])
    when = forms.ChoiceField(label="Когда", choices=_WHEN)
    waits = forms.BooleanField(label="Ждут согласия")
    school = forms.ModelChoiceField(
        label="Школа", queryset=Organisation.objects.none(), to_field_name="public_id", widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Visit.objects.visible(self.user).values("school")
        self.fields["school"].queryset = Organisation.objects.filter(pk__in=here)  # type: ignore[attr-defined]

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if "state" in chosen:
            queryset = queryset.filter(state=chosen["state"])
        if "when" in chosen:
            ahead = chosen["when"] == "ahead"
            days = {"day__gte": today()} if ahead else {"day__lt": today()}
            queryset = queryset.filter(state=VisitState.PLANNED, **days)
        if "waits" in chosen:
            missing = Q(school_agreed_at=None) | Q(area_agreed_at=None)
            queryset = queryset.filter(missing, state=VisitState.PLANNED)
        if "school" in chosen:
            queryset = queryset.filter(school=chosen["school"])
        return queryset


class SeasonForm(forms.Form):
    first = forms.DateField(label="Первый день", widget=DayInput)
    last = forms.DateField(label="Последний день", widget=DayInput)
    per_week = forms.IntegerField(label="Выездов методиста в неделю, не больше", min_value=1, max_value=5, initial=2)


class VisitForm(PlacedForm):
    school = OrganisationField(label="Школа")
    day = forms.DateField(label="День", widget=DayInput)
    team = forms.ModelMultipleChoiceField(
        label="Кто едет",
        queryset=Mentor.objects.none(),
        to_field_name="public_id",
        widget=ManyBoxes,
        help_text="Методисты и тьюторы из реестра наставников.",
    )

    def __init__(self, *args: Any, mentors: QuerySet[Mentor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["team"], mentors)


class ReportForm(forms.Form):
    report = forms.CharField(label="Отчёт о визите", max_length=10_000, widget=forms.Textarea(attrs={"rows": 8}))


class CancelForm(forms.Form):
    reason = forms.CharField(label="Почему визит отменяется", max_length=500, widget=_LONG)


class MoveForm(forms.Form):
    day = forms.DateField(label="Новый день", widget=DayInput)
    reason = forms.CharField(label="Почему переносится", max_length=500, widget=_LONG)


class NoteForm(forms.Form):
    """A lesson or a consultation; only a lesson is judged."""

    kind = forms.ChoiceField(label="Что было", choices=NoteKind.choices)
    subject = forms.ChoiceField(label="Предмет", choices=list(TAUGHT.items()))
    about = forms.CharField(label="Класс, тема, с кем", max_length=300, help_text="Например: 7 «А», линейные функции.")

    def __init__(self, *args: Any, sheet: ObservationSheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._criteria = sheet.criteria
        choices = [("", "не оценивалось"), *enumerate(sheet.scale)]
        for key, title in sheet.criteria.items():
            self.fields[f"m_{key}"] = forms.ChoiceField(label=title, choices=choices, required=False)
        self.fields["text"] = forms.CharField(label="Выводы", max_length=3000, required=False, widget=_LONG)

    @property
    def given(self) -> dict[str, Any]:
        """What the action takes."""
        data = dict(self.cleaned_data)
        marks = {key: data.pop(f"m_{key}") for key in self._criteria}
        lesson = data["kind"] == NoteKind.LESSON
        return data | {"marks": {key: int(mark) for key, mark in marks.items() if mark and lesson}}


class SheetForm(forms.Form):
    """A sheet as a text: one criterion a line, one word of the scale a line."""

    criteria = forms.CharField(
        label="Критерии",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Каждый с новой строки, в том порядке, в котором они стоят на листе.",
    )
    scale = forms.CharField(
        label="Слова шкалы",
        max_length=500,
        widget=_LONG,
        help_text="От худшего к лучшему, каждое с новой строки: «нет», «отчасти», «да».",
    )

    @staticmethod
    def of(sheet: ObservationSheet) -> dict[str, str]:
        """What it is filled with."""
        return {"criteria": "\n".join(sheet.criteria.values()), "scale": "\n".join(sheet.scale)}

    @property
    def given(self) -> dict[str, list[str]]:
        """What the action takes."""
        return {
            name: [line.strip() for line in self.cleaned_data[name].splitlines() if line.strip()]
            for name in ("criteria", "scale")
        }


class BookForm(forms.Form):
    file = WorkbookField(label="Заполненный файл визита", hint="Файл «Отчёт о визите», скачанный на странице визита.")


class AdviceForm(forms.Form):
    text = forms.CharField(label="Что сделать школе", max_length=500)
    due = forms.DateField(label="До какого дня", widget=DayInput)


class OrderForm(forms.Form):
    """A choice for each recommendation, and who accepts what the school reports."""

    def __init__(self, *args: Any, advice: Sequence[Advice], places: Mapping[str, Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._advice = advice
        who = [("school", str(places["school"])), ("area", str(places["area"])), ("none", "не поручать")]
        for one in advice:
            self.fields[f"e_{one.public_id}"] = forms.ChoiceField(
                label=one.text, help_text=f"До {words.day(one.due)}.", choices=who, initial="school"
            )
        self.fields["controller"] = forms.ChoiceField(
            label="Кто принимает отчёты школы",
            choices=[(code, str(places[code])) for code in ("area", "region")],
            help_text="Отчёты муниципалитета принимает регион.",
        )

    @property
    def given(self) -> dict[str, Any]:
        """What the action takes."""
        chosen = {one.public_id: self.cleaned_data[f"e_{one.public_id}"] for one in self._advice}
        executors = {key: code for key, code in chosen.items() if code != "none"}
        return {"executors": executors, "controller": self.cleaned_data["controller"]}
