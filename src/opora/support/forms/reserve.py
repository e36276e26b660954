"""Forms of the management reserve and of rewards; and how their tables are filtered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.registry.forms import OrganisationField, PlacedForm
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.support.models.reserve import Appointment, Candidate, CandidateState, RewardKind, Side, UseKind
from opora.ui.forms import DayInput, FilterForm

_PURPOSES = [("", "любое"), ("mentoring", "наставничество"), ("headship", "руководство школой")]


def _areas(user: Actor, permission: Permission) -> QuerySet[Organisation]:
    inside = Organisation.objects.filter(user.scope(permission).q("path")).active()
    return inside.of_kind(OrganisationKind.MUNICIPAL_AUTHORITY).order_by("sort_name")


def _area() -> forms.ModelChoiceField[Organisation]:
    return forms.ModelChoiceField(
        label="Муниципалитет", queryset=Organisation.objects.none(), to_field_name="public_id", empty_label="любой"
    )


class CandidateFilter(FilterForm):
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *CandidateState.choices])
    purpose = forms.ChoiceField(label="Для чего", choices=_PURPOSES)
    used = forms.ChoiceField(
        label="Назначения", choices=[("", "не важно"), ("yes", "действуют"), ("no", "не действуют")]
    )
    municipality = _area()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = _areas(self.user, Permission.REGISTRY_EDIT)
        self.fields["municipality"].queryset = areas  # type: ignore[attr-defined]

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if "state" in chosen:
            queryset = queryset.filter(state=chosen["state"])
        if "purpose" in chosen:
            queryset = queryset.filter(**{f"for_{chosen['purpose']}": True})
        if "municipality" in chosen:
            place: Organisation = chosen["municipality"]
            queryset = queryset.filter(place.scope.q("organisation__path"))
        if "used" in chosen:
            running = Appointment.objects.visible(self.user).filter(until=None).values("candidate")
            inside = {"pk__in": running}
            queryset = queryset.filter(**inside) if chosen["used"] == "yes" else queryset.exclude(**inside)
        return queryset


def _long(label: str, hint: str, length: int = 2000) -> forms.CharField:
    return forms.CharField(label=label, max_length=length, help_text=hint, widget=forms.Textarea(attrs={"rows": 4}))


class CandidateForm(forms.Form):
    """`organisation` is asked for once, where the candidate is new."""

    name = forms.CharField(label="Фамилия, имя, отчество", max_length=200)
    post = forms.CharField(label="Должность", max_length=300)
    for_mentoring = forms.BooleanField(label="Для наставничества", required=False)
    for_headship = forms.BooleanField(label="Для руководства школой", required=False)
    grounds = _long("Основания", "Чем человек доказал, что управляет хорошо: результаты, проекты, опыт.")
    consent = forms.CharField(
        label="Письменное согласие человека",
        max_length=300,
        help_text="Дата и где хранится, например: от 12.10.2026, в управлении образования. Без согласия не предлагают.",
    )

    def __init__(
        self, *args: Any, user: Actor, territory: Organisation, candidate: Candidate | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if candidate is None:
            place = OrganisationField(label="Где работает").place(user, territory)
            self.fields = {"organisation": place, **self.fields}
        else:
            names = ("name", "post", "for_mentoring", "for_headship", "grounds", "consent")
            self.initial.update({name: getattr(candidate, name) for name in names})


class IncludeForm(forms.Form):
    document_text = forms.CharField(
        label="Документ", max_length=500, required=False, help_text="Например: приказ от 20.11.2026 № 311."
    )


class WhyForm(forms.Form):
    reason = _long("Почему", "Причину увидит муниципалитет; она останется на странице кандидата и в журнале.", 1000)


class AppointForm(PlacedForm):
    kind = forms.ChoiceField(label="Кем", choices=UseKind.choices)
    school = OrganisationField(label="В какую школу")
    since = forms.DateField(label="С какого дня", widget=DayInput, initial=today)
    document_text = forms.CharField(
        label="Документ", max_length=500, required=False, help_text="Например: приказ от 25.11.2026 № 320-к."
    )

    def __init__(self, *args: Any, candidate: Candidate, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("kind", UseKind.MENTOR if candidate.for_mentoring else UseKind.HEAD)
        self.fields["kind"].help_text = f"Для чего предложен(а): {candidate.purposes}."


class EndAppointmentForm(forms.Form):
    until = forms.DateField(label="По какой день", widget=DayInput, initial=today)
    reason = _long("Почему закончилось", "Останется на странице кандидата и в журнале.", 500)


class RewardFilter(FilterForm):
    side = forms.ChoiceField(label="Кого", choices=[("", "любая сторона"), *Side.choices])
    kind = forms.ChoiceField(label="Чем", choices=[("", "любое"), *RewardKind.choices])
    municipality = _area()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = _areas(self.user, Permission.LISTS_EDIT)
        self.fields["municipality"].queryset = areas  # type: ignore[attr-defined]

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        names = {"side": "side", "kind": "kind", "municipality": "pair__school__parent"}
        return queryset.filter(**{names[name]: value for name, value in chosen.items()})


class RewardForm(forms.Form):
    side = forms.ChoiceField(label="Кого поощряют", choices=Side.choices)
    kind = forms.ChoiceField(label="Чем", choices=RewardKind.choices)
    ground = _long("За что", "Что сделала эта сторона пары.", 1000)
    document_text = forms.CharField(label="Документ", max_length=500, help_text="Например: приказ от 25.11.2026 № 320.")
    on = forms.DateField(label="Когда", widget=DayInput, initial=today)
