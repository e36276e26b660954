"""Filters of meetings; forms of a meeting, of who was there, of what was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Count, QuerySet

from opora.access.models import User
from opora.registry.forms import OrganisationsField, PickedOrganisationsField
from opora.registry.models import Body, Organisation
from opora.support.models.meetings import Attendance, Meeting, MeetingDecision, MeetingState
from opora.ui.forms import DayInput, FilterForm, ManyBoxes

SIGN = "|"  # between a question and who speaks to it, a guest and his position


class MeetingFilter(FilterForm):
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *MeetingState.choices])
    since = forms.DateField(label="С", widget=DayInput())
    until = forms.DateField(label="По", widget=DayInput())

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> QuerySet[Any]:
        if "state" in chosen:
            queryset = queryset.filter(state=chosen["state"])
        if "since" in chosen:
            queryset = queryset.filter(day__gte=chosen["since"])
        found: QuerySet[Any] = queryset.filter(day__lte=chosen["until"]) if "until" in chosen else queryset
        return found


class _PairsField(forms.CharField):
    """Lines «first | second», cleaned to pairs; the second may be absent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20_000, widget=forms.Textarea(attrs={"rows": 5}), required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        lines = [line.partition(SIGN) for line in super().clean(value).splitlines()]
        return [(" ".join(one.split()), " ".join(two.split())) for one, _, two in lines if one.strip()]


def _written(pairs: list[tuple[str, str]]) -> str:
    return "\n".join(f"{one} {SIGN} {two}" if two else one for one, two in pairs)


class MeetingForm(forms.Form):
    title = forms.CharField(label="О чём", max_length=300, help_text="Например: итоги входной диагностики.")
    day = forms.DateField(label="Дата", widget=DayInput())
    starts = forms.TimeField(label="Начало", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    minutes = forms.IntegerField(label="Сколько минут", min_value=1, max_value=600, initial=90)
    place = forms.CharField(label="Место", max_length=300, required=False)
    link = forms.URLField(label="Ссылка на видеосвязь", max_length=500, required=False, assume_scheme="https")
    agenda = _PairsField(
        label="Повестка",
        help_text="Каждый вопрос с новой строки; докладчик — после знака «|»: Итоги диагностики | Орлов Д.С.",
    )
    guests = _PairsField(
        label="Приглашённые", help_text="Кроме членов группы, каждый с новой строки: Иванова А.П. | директор школы № 5"
    )
    confidential = forms.BooleanField(
        label="Говорят о школах списка",
        required=False,
        help_text="Увидят те, кому открыты списки всей территории группы. Остальным её членам регион открывает школы "
        "поимённо и на срок: на странице заседания, «Открыть школы участникам».",
    )

    @classmethod
    def of(cls, meeting: Meeting, data: Any = None, **other: Any) -> MeetingForm:
        """Filled as the meeting is; `other` wins."""
        names = ("title", "day", "starts", "minutes", "place", "link", "confidential")
        agenda = [(one.text, one.speaker) for one in meeting.agenda.order_by("order")]
        guests = [(one.name, one.position) for one in meeting.people.filter(role="").order_by("order")]
        given = {name: getattr(meeting, name) for name in names}
        return cls(data, initial={**given, "agenda": _written(agenda), "guests": _written(guests), **other})


class NewMeetingForm(MeetingForm):
    body = forms.ModelChoiceField(
        label="Рабочая группа",
        queryset=Body.objects.none(),
        empty_label="выберите группу",
        to_field_name="public_id",
        help_text="Группы ведут в реестре, на странице организации.",
    )
    field_order = ("body",)

    def __init__(self, *args: Any, bodies: QuerySet[Body], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]


class AttendanceForm(forms.Form):
    present = forms.TypedMultipleChoiceField(
        label="Кто присутствовал", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: list[Attendance], **kwargs: Any) -> None:
        here = [one.pk for one in people if one.present]
        super().__init__(*args, **{**kwargs, "initial": {"present": here}})
        said = [(one.pk, ", ".join(filter(None, [one.name, one.get_role_display() or "приглашён"]))) for one in people]
        self.fields["present"].choices = said  # type: ignore[attr-defined]


class DecisionForm(forms.Form):
    text = forms.CharField(
        label="Что решено",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Как в протоколе: «Представить сведения о методистах».",
    )
    due = forms.DateField(label="Срок", widget=DayInput())
    responsible = OrganisationsField(label="Ответственные")

    def __init__(self, *args: Any, territory: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].territory = territory  # type: ignore[attr-defined]

    @staticmethod
    def given(decision: MeetingDecision) -> dict[str, Any]:
        return {
            "text": decision.text,
            "due": decision.due,
            "responsible": "\n".join(_called(decision)),
        }


class AdmitForm(forms.Form):
    people = forms.ModelMultipleChoiceField(
        label="Кому",
        queryset=User.objects.none(),
        to_field_name="public_id",
        widget=ManyBoxes,
        help_text="Участники с учётной записью, которым списки всей территории не открыты.",
    )
    schools = PickedOrganisationsField(label="Какие школы", help_text="Только те, о которых будут говорить.")
    until = forms.DateField(label="По какой день", widget=DayInput(), help_text="После него доступ закроется сам.")

    def __init__(
        self, *args: Any, people: Sequence[User], schools: QuerySet[Organisation], until: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        known = User.objects.filter(pk__in=[one.pk for one in people]).select_related("person").order_by("sort_name")
        self.fields["people"].queryset = known  # type: ignore[attr-defined]
        self.fields["schools"].queryset = schools  # type: ignore[attr-defined]
        self.initial["until"] = until


def _called(decision: MeetingDecision) -> list[str]:
    """Its organisations by their names, or where several bear a name by their codes."""
    found = list(decision.responsible.all())
    same = Organisation.objects.inside(decision.meeting.body.organisation)
    rows = same.filter(short_name__in=[one.short_name for one in found]).order_by().values_list("short_name")
    shared = {name for name, count in rows.annotate(Count("pk")) if count > 1}
    return [one.code if one.short_name in shared and one.code else one.short_name for one in found]


class CancelForm(forms.Form):
    reason = forms.CharField(
        label="Почему отменяется",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Прочтут все, кого приглашали.",
    )
