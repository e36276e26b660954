"""What the lists of road maps and assignments are narrowed by."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from opora.registry.models import Organisation
from opora.roadmaps.models import Activity, AssignmentState, RoadMap, RoadMapState
from opora.roadmaps.models.assignments import OPEN
from opora.roadmaps.queries.cascade import below as below_row
from opora.roadmaps.queries.work import TO_DECIDE, cut_of
from opora.ui.forms import DayInput, FilterForm

WHOSE = [("", "Все"), ("mine", "Мои"), ("given", "Поручено мне"), ("controlled", "На моём контроле")]
WHEN = [
    ("", "Любой"),
    ("overdue", "Срок истёк"),
    ("week", "На этой неделе"),
    ("later", "Позже"),
    ("undated", "Без срока"),
]


BY_STATE = {"open": Q(state__in=OPEN), "decide": TO_DECIDE}


class AssignmentFilter(FilterForm):
    whose = forms.ChoiceField(label="Чьи", choices=WHOSE)
    state = forms.ChoiceField(
        label="Состояние",
        choices=[("", "Любое"), ("open", "не сданы"), ("decide", "ждут решения"), *AssignmentState.choices],
    )
    when = forms.ChoiceField(label="Срок", choices=WHEN)
    since = forms.DateField(label="Срок с", widget=DayInput)
    till = forms.DateField(label="Срок по", widget=DayInput)
    roadmap = forms.ModelChoiceField(
        label="Дорожная карта", queryset=RoadMap.objects.none(), to_field_name="public_id", empty_label="Любая"
    )
    executor = forms.CharField(widget=forms.HiddenInput, label="Исполнитель")
    activity = forms.CharField(widget=forms.HiddenInput, label="Пункт")
    below = forms.CharField(widget=forms.HiddenInput, label="Территория")
    origin = forms.CharField(widget=forms.HiddenInput, label="Ниже по пункту")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["roadmap"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = RoadMap.objects.visible(self.user).exclude(state=RoadMapState.PREPARED)

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if chosen.get("whose") == "mine":
            queryset = queryset.filter(executor_path__in=self.user.own.paths)
        elif chosen.get("whose") == "given":
            queryset = queryset.filter(assignee__public_id=self.user.actor_id)
        elif chosen.get("whose") == "controlled":
            queryset = queryset.filter(controller_path__in=self.user.own.paths)
        state = chosen.get("state")
        if state:
            queryset = queryset.filter(BY_STATE.get(state) or Q(state=state))
        if "when" in chosen:
            queryset = queryset.filter(cut_of(chosen["when"]), state__in=OPEN)
        if "since" in chosen:
            queryset = queryset.filter(due__gte=chosen["since"])
        if "till" in chosen:
            queryset = queryset.filter(due__lte=chosen["till"])
        if "roadmap" in chosen:
            queryset = queryset.filter(roadmap=chosen["roadmap"])
        if "executor" in chosen:
            queryset = queryset.filter(executor__public_id=chosen["executor"])
        if "activity" in chosen:
            queryset = queryset.filter(activity__public_id=chosen["activity"])
        if "origin" in chosen:
            queryset = queryset.filter(below_row(chosen["origin"]))
        if "below" in chosen:
            top = Organisation.objects.visible(self.user).filter(public_id=chosen["below"]).first()
            inside = Organisation.objects.inside(top) if top else Organisation.objects.none()
            queryset = queryset.filter(executor__in=inside)
        return queryset

    def _words(self, name: str, value: Any) -> str:
        if name in ("executor", "below"):
            found = Organisation.objects.visible(self.user).filter(public_id=value).first()
            return str(found or "неизвестно")
        if name in ("activity", "origin"):
            return str(Activity.objects.visible(self.user).filter(public_id=value).first() or "неизвестен")
        return super()._words(name, value)


class RoadMapFilter(FilterForm):
    state = forms.ChoiceField(label="Состояние", choices=[("", "Любое"), *RoadMapState.choices])

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        return queryset.filter(state=chosen["state"])
