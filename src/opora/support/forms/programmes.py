"""Forms of a programme: its items, decisions, remarks, experts; the filter of the queue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from opora.access.models import User
from opora.core.clock import today
from opora.support.actions.reviewing import CRITERIA, POINTS
from opora.support.models import Programme, ProgrammeState
from opora.support.programmes import Goal, Indicator, Measure
from opora.support.queries import programmes as queries
from opora.ui import words
from opora.ui.forms import DayInput, FilterForm, ManyBoxes


class NumberField(forms.FloatField):
    """«12,5» as people type it."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def to_python(self, value: Any) -> float | None:  # type: ignore[override]  # the stubs take a float for an integer
        text = "".join(str(value or "").split()).replace(",", ".")
        return super().to_python(text)

    def prepare_value(self, value: Any) -> Any:
        return words.number(value) if isinstance(value, float) else value


class ItemForm(forms.Form):
    """An item of a programme; `revision` is that which was read. What is left empty is asked for before it is sent."""

    says_optional = False
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def item(self, old: Any) -> Any:
        raise NotImplementedError

    def told(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}


class FiguresForm(ItemForm):
    title = forms.CharField(label="Название", max_length=300)
    baseline = NumberField(label="Исходное значение", required=False, min_value=0, max_value=1_000_000)
    target = NumberField(label="Целевое значение", required=False, min_value=0, max_value=1_000_000)
    unit = forms.CharField(label="Единица", max_length=40, required=False, help_text="Например: %, чел., баллов риска.")
    due = forms.DateField(label="Срок", required=False, widget=DayInput)


class GoalForm(FiguresForm):
    factor = forms.ChoiceField(label="Фактор риска")

    def __init__(self, *args: Any, factors: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["factor"].choices = list(factors)  # type: ignore[attr-defined]
        self.order_fields(["revision", "factor", "title"])


class MeasureForm(ItemForm):
    title = forms.CharField(label="Мероприятие", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    owner = forms.CharField(label="Ответственный", max_length=200, required=False)
    due = forms.DateField(label="Срок", required=False, widget=DayInput)
    resources = forms.CharField(
        label="Чем обеспечено", max_length=300, required=False, help_text="Люди, деньги, часы, договоры."
    )
    proof = forms.CharField(
        label="Уже выполнено: чем подтверждается",
        max_length=300,
        required=False,
        help_text="Если мероприятие уже провели: документ, его дата и номер. Иначе оставьте пустым.",
    )


class IndicatorForm(FiguresForm):
    source = forms.CharField(
        label="Откуда берётся значение", max_length=200, required=False, help_text="Например: результаты ВПР и ОГЭ."
    )


KINDS: dict[str, tuple[type, str, str]] = {
    "goal": (Goal, "Новая цель", "Цель"),
    "measure": (Measure, "Новое мероприятие", "Мероприятие"),
    "indicator": (Indicator, "Новый показатель", "Показатель"),
}


def form_of(kind: str, factors: Sequence[tuple[str, str]], data: Any, initial: dict[str, Any]) -> ItemForm:
    if kind == "goal":
        return GoalForm(data, initial=initial, factors=factors)
    return (MeasureForm if kind == "measure" else IndicatorForm)(data, initial=initial)


class DocumentForm(forms.Form):
    document_text = forms.CharField(
        label="Документ", max_length=500, help_text="Название, дата и номер, например: приказ от 14.11.2026 № 25"
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Что исправить",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Школа увидит это и замечания к отдельным пунктам.",
    )


class RemarkForm(forms.Form):
    text = forms.CharField(label="Замечание", max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class AssignForm(forms.Form):
    """Experts for all approved programmes that have fewer of them than are wanted."""

    experts = forms.ModelMultipleChoiceField(
        label="Эксперты", queryset=User.objects.none(), to_field_name="public_id", widget=ManyBoxes
    )
    each = forms.IntegerField(label="Экспертов на программу", min_value=1, max_value=5, initial=1)
    due = forms.DateField(label="Срок экспертизы", widget=DayInput)

    def __init__(self, *args: Any, experts: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = User.objects.filter(pk__in=[one.pk for one in experts])
        self.fields["experts"].queryset = known  # type: ignore[attr-defined]


class ReviewForm(forms.Form):
    """Points by every criterion, or that the expert steps aside."""

    says_optional = False
    conflict = forms.BooleanField(
        label="У меня конфликт интересов: оценивать эту программу не могу",
        required=False,
        help_text="Тогда баллы не ставятся; напишите, в чём конфликт.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, title in CRITERIA.items():
            choices = [("", "—"), *((points, f"{points} — {words}") for points, words in POINTS.items())]
            self.fields[code] = forms.TypedChoiceField(
                label=title, choices=choices, coerce=int, required=False, empty_value=None
            )
        self.fields["comment"] = forms.CharField(
            label="Заключение", max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
        )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("conflict"):
            for code in CRITERIA:
                if given.get(code) is None and code not in self.errors:
                    self.add_error(code, "Выберите балл.")
        return given

    @property
    def scores(self) -> dict[str, int]:
        return {code: self.cleaned_data[code] for code in CRITERIA if self.cleaned_data[code] is not None}


class ProgrammeFilter(FilterForm):
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *ProgrammeState.choices])
    year = forms.IntegerField(label="Учебный год начался в")
    late = forms.BooleanField(label="Срок экспертизы истёк")
    mine = forms.BooleanField(label="Ждут моей экспертизы")

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> QuerySet[Any]:
        if "state" in chosen:
            queryset = queryset.filter(state=chosen["state"])
        if "year" in chosen:
            queryset = queryset.filter(case__school_year=chosen["year"])
        if "late" in chosen:
            queryset = queryset.filter(state=ProgrammeState.APPROVED, review_due__lt=today())
        found: QuerySet[Any] = queryset.filter(queries.mine(self.user)) if "mine" in chosen else queryset
        return found


def factors_of(codes: Sequence[str], titles: dict[str, str], programme: Programme) -> list[tuple[str, str]]:
    """Those that the school chose, and those of goals that are there."""
    known = [*codes, *(goal.factor for goal in programme.read.goals)]
    return [(code, titles.get(code, code)) for code in dict.fromkeys(known)]
