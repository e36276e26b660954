from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Prefetch, Q, QuerySet

from opora.access.models import Membership, User
from opora.access.roles import ROLES
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.documents.actions.drafts import Asked
from opora.documents.actions.uploading import READABLE, SUFFIXES
from opora.documents.forms.documents import CONFIDENTIAL, Registered
from opora.documents.models import DocumentKind, Draft, DraftState, Visa, VisaState
from opora.ui.forms import DayInput, FilterForm

MOST = 500  # people that a choice offers
_FILE = forms.ClearableFileInput(attrs={"accept": ",".join(SUFFIXES)})


class DraftForm(Registered):
    title = forms.CharField(label="О чём документ", max_length=500)
    kind = forms.ChoiceField(label="Вид", choices=DocumentKind.choices, initial=DocumentKind.ORDER)
    file = forms.FileField(label="Файл проекта", widget=_FILE, help_text=f"Документ {READABLE}. Он будет проверен.")
    confidential = forms.BooleanField(label="С ограниченным доступом", required=False, help_text=CONFIDENTIAL)

    field_order = ("file", "title", "kind", "organisation", "confidential")


class VersionForm(forms.Form):
    """Another version; where visas were given, who is asked again: those with remarks are proposed."""

    file = forms.FileField(label="Новая версия", widget=_FILE)
    note = forms.CharField(
        label="Что изменено", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, visas: list[Visa], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given = [one for one in visas if one.state in (VisaState.AGREED, VisaState.REMARKS)]
        if given:
            self.fields["again"] = forms.MultipleChoiceField(
                label="Кого спросить заново",
                required=False,
                widget=forms.CheckboxSelectMultiple,
                choices=[(str(one.pk), f"{one.who}: {one.get_state_display()}") for one in given],
                initial=[str(one.pk) for one in given if one.state == VisaState.REMARKS],
                help_text="Отказавших и тех, кто ещё не ответил, спросят в любом случае.",
            )

    @property
    def again(self) -> set[int]:
        return {int(one) for one in self.cleaned_data.get("again", [])}


def people_of(draft: Draft) -> list[Membership]:
    """Who can be asked: members of the organisation, of those above it and of those right below, who read documents.

    For a confidential draft only those who may know what it tells.
    """
    place = draft.organisation
    roles = [code for code, role in ROLES.items() if Permission.DOCUMENTS_VIEW in role.grants]
    near = Q(organisation__path__in=[*place.ancestor_paths, place.path]) | Q(organisation__parent=place)
    active = Membership.objects.on(today()).select_related("user__person", "organisation")
    rows = active.filter(near, role__in=roles, user__is_active=True).exclude(organisation__kind="school")
    read_along: Prefetch[str] = Prefetch("user__memberships", queryset=active, to_attr="active_memberships")
    found = rows.order_by("organisation__path", "user__sort_name", "pk")[:MOST]
    if draft.confidential:
        return [one for one in found.prefetch_related(read_along) if knowledge(one.user).of(place.path)]
    return list(found)


class AskForm(forms.Form):
    """One row of the route: who, at which stage, until when."""

    who = forms.ChoiceField(label="Кто согласует", required=False)
    stage = forms.IntegerField(
        label="Этап", min_value=1, max_value=20, initial=1, help_text="Одинаковый — одновременно."
    )
    due = forms.DateField(label="Срок", required=False, widget=DayInput)

    def __init__(self, *args: Any, members: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(one.pk): one for one in members}
        self.places = {f"o{one.organisation_id}": one.organisation for one in members}
        people = [(key, f"{one.user}, {one.organisation.short_name}") for key, one in self.members.items()]
        places = [(key, f"{place.short_name}: любой, кто утверждает документы") for key, place in self.places.items()]
        self.fields["who"].choices = [("", "—"), ("Люди", people), ("Организации", places)]  # type: ignore[attr-defined]

    @property
    def asked(self) -> Asked | None:
        given = self.cleaned_data  # empty of a row that nobody touched
        who = given.get("who")
        if not who:
            return None
        stage, due = given["stage"], given["due"]
        if who in self.places:
            return Asked(stage, self.places[who], None, due)
        member = self.members[who]
        return Asked(stage, member.organisation, member.user, due)


Route = forms.formset_factory(AskForm, extra=5, max_num=40)


class VisaForm(forms.Form):
    act = forms.ChoiceField(
        label="Виза",
        widget=forms.RadioSelect,
        choices=[("agree", "согласовано"), ("remarks", "согласовано с замечаниями"), ("refuse", "отказ")],
    )
    comment = forms.CharField(
        label="Замечания",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="При замечаниях и отказе обязательны.",
    )


class HandOnForm(forms.Form):
    to = forms.ModelChoiceField(
        label="Кому передать", queryset=User.objects.none(), to_field_name="public_id", empty_label="выберите"
    )
    reason = forms.CharField(label="Почему", max_length=500, help_text="Например: в отпуске до 5 декабря.")

    def __init__(self, *args: Any, visa: Visa, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Membership.objects.on(today()).filter(organisation=visa.organisation)
        found = User.objects.filter(pk__in=members.values("user"), is_active=True).exclude(pk=visa.person_id or 0)
        self.fields["to"].queryset = found.select_related("person").order_by("sort_name")  # type: ignore[attr-defined]


class SignForm(forms.Form):
    name = forms.CharField(label="Кто подписал", max_length=300, help_text="Должность и имя.")
    day = forms.DateField(label="Когда", widget=DayInput, initial=today)
    scan = forms.FileField(
        label="Скан подписанного", required=False, widget=forms.ClearableFileInput(attrs={"accept": ".pdf"})
    )


class RegisterForm(forms.Form):
    number = forms.CharField(label="Номер", max_length=100)
    day = forms.DateField(label="Дата", widget=DayInput, initial=today)


class WithdrawForm(forms.Form):
    reason = forms.CharField(label="Почему", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class MarkForm(forms.Form):
    key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    decision = forms.CharField(widget=forms.HiddenInput, max_length=6)
    comment = forms.CharField(max_length=1000, required=False)


class DraftFilter(FilterForm):
    kind = forms.ChoiceField(label="Вид", choices=[("", "любой"), *DocumentKind.choices])
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *DraftState.choices])
    waiting = forms.BooleanField(label="Ждут моей визы")

    def apply(self, queryset: QuerySet[Draft], chosen: dict[str, Any]) -> QuerySet[Draft]:
        rows = queryset.filter(**{name: value for name, value in chosen.items() if name != "waiting"})
        return rows.filter(pk__in=Visa.objects.waiting_for(self.user).values("draft")) if "waiting" in chosen else rows
