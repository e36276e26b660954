"""The forms of campaigns: whom and until when; the filters of their tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from opora.collection.actions.campaigns import Plan
from opora.collection.forms.questionnaires import way_field
from opora.collection.models import Campaign, CampaignState, FormKind, FormVersion, SubmissionState
from opora.collection.models.campaigns import OPEN
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.registry.forms import ByHandForm
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.roadmaps.groups import GROUPS
from opora.ui.forms import DayInput, FilterForm

PICKED = "picked"
PLACES = (OrganisationKind.REGION_AUTHORITY, OrganisationKind.MUNICIPAL_AUTHORITY)


class CampaignForm(ByHandForm):
    """Groups by the lists are offered to those alone who may know the lists of the whole territory."""

    field_order = ("title", "due", "group", "place", "picked", "pasted", "confidential", "note")
    title = forms.CharField(label="Название сбора", max_length=300)
    due = forms.DateField(label="Срок", widget=DayInput)
    group = forms.ChoiceField(label="Кто заполняет", initial="schools")
    place = forms.ModelChoiceField(
        label="Где",
        queryset=Organisation.objects.none(),
        to_field_name="public_id",
        empty_label=None,
        help_text="Вся территория или один муниципалитет.",
    )
    confidential = forms.BooleanField(
        label="С ограниченным доступом",
        required=False,
        help_text="Сбор увидят только те, кто вправе знать список школ. По списку школ — всегда.",
    )
    note = forms.CharField(
        label="Пояснение для заполняющих", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, *args: Any, user: Actor, version: FormVersion, picked: Iterable[Organisation] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        territory = version.form.territory
        knows = user.may(Permission.LISTS_VIEW, territory.path)
        groups = [(one.code, one.title) for one in GROUPS if knows or not one.listed]
        self.fields["group"].choices = [*groups, (PICKED, "выбранные вручную")]  # type: ignore[attr-defined]
        places = Organisation.objects.inside(territory).active().filter(Q(pk=territory.pk) | Q(kind__in=PLACES))
        self.fields["place"].queryset = places.order_by("path")  # type: ignore[attr-defined]
        if version.form.kind == FormKind.QUESTIONNAIRE:
            self.fields["way"] = way_field()
        self.initial.setdefault("title", version.form.title)
        self.initial.setdefault("place", territory.public_id)
        self.fields["picked"].help_text = "Если заполняют выбранные вручную."
        self.offer(Organisation.objects.inside(territory).active().order_by("sort_name"), territory, picked)

    def clean_due(self) -> Any:
        due = self.cleaned_data["due"]
        if due < today():
            raise forms.ValidationError("Срок уже прошёл. Назначьте день не раньше сегодняшнего.")
        return due

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("group") != PICKED:
            self.errors.pop("pasted", None)
        elif not self.by_hand and "pasted" not in self.errors:
            self.add_error("picked" if "picked" in self.fields else "pasted", "Назовите хотя бы одну организацию.")
        return data

    @property
    def plan(self) -> Plan:
        given = {name: one for name, one in self.cleaned_data.items() if name not in ("picked", "pasted")}
        by_hand = given["group"] == PICKED
        return Plan(**{**given, "group": "" if by_hand else given["group"], "picked": self.by_hand if by_hand else ()})

    @staticmethod
    def said(campaign: Campaign) -> dict[str, Any]:
        """A campaign as the form shows it."""
        return {
            "title": campaign.title,
            "due": campaign.due,
            "group": campaign.group or PICKED,
            "place": campaign.place.public_id,
            "confidential": campaign.confidential,
            "note": campaign.note,
            "way": campaign.way,
        }


class DueForm(forms.Form):
    due = forms.DateField(label="Новый срок", widget=DayInput)


class CampaignFilter(FilterForm):
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *CampaignState.choices])

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        return queryset.filter(**chosen)


class SubmissionFilter(FilterForm):
    """`open` are those that the organisation has to act on."""

    state = forms.ChoiceField(
        label="Состояние", choices=[("", "любое"), ("open", "у организации"), *SubmissionState.choices]
    )
    late = forms.BooleanField(label="Срок истёк")
    organisation = forms.CharField(label="Организация", widget=forms.HiddenInput)

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        state = chosen.get("state")
        if state:
            queryset = queryset.filter(state__in=OPEN) if state == "open" else queryset.filter(state=state)
        if chosen.get("late"):
            queryset = queryset.filter(state__in=OPEN, campaign__due__lt=today(), campaign__state=CampaignState.SENT)
        if chosen.get("organisation"):
            queryset = queryset.filter(organisation__public_id=chosen["organisation"])
        return queryset
