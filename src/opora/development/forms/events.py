"""Filters of events; forms of an event, of who comes, of what was thought of it, of a certificate."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from opora.development.actions.events.keeping import Said
from opora.development.actions.events.places import Comer
from opora.development.codes import read
from opora.development.models import ASKED, Audience, Certificate, Event, EventKind, Registration
from opora.registry.models import Organisation, Person
from opora.registry.resolve import named
from opora.roadmaps.uploads import KINDS
from opora.ui.forms import DayInput, FilterForm

SIGN = "|"
_TIME = re.compile(r"\d{1,2}[:.]\d{2}")


class CalendarFilter(FilterForm):
    """Of the calendar, which has days of its own."""

    kind = forms.ChoiceField(label="Вид", choices=[("", "любой"), *EventKind.choices])
    mine = forms.BooleanField(label="Где я записан(а)")

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if "kind" in chosen:
            queryset = queryset.filter(kind=chosen["kind"])
        return queryset.filter(mine=True) if "mine" in chosen else queryset


class EventFilter(CalendarFilter):
    when = forms.ChoiceField(label="Когда", choices=[("", "любое время"), ("ahead", "впереди"), ("past", "прошли")])
    since = forms.DateField(label="С", widget=DayInput())
    till = forms.DateField(label="По", widget=DayInput())

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        queryset = super().apply(queryset, chosen)
        if "when" in chosen:
            after = chosen["when"] == "ahead"
            queryset = queryset.filter(**{"ends_at__gte" if after else "ends_at__lt": timezone.now()})
        if "since" in chosen:
            queryset = queryset.filter(ends_at__gte=_moment(chosen["since"], dt.time()))
        if "till" in chosen:
            queryset = queryset.filter(begins_at__lt=_moment(chosen["till"] + dt.timedelta(days=1), dt.time()))
        return queryset


class PeopleFilter(FilterForm):
    state = forms.ChoiceField(
        label="Состояние", choices=[("", "любое"), *Registration._meta.get_field("state").flatchoices]
    )

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        return queryset.filter(**chosen)


class _Time(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class EventForm(forms.Form):
    kind = forms.ChoiceField(label="Вид", choices=EventKind.choices)
    title = forms.CharField(label="Название", max_length=300)
    about = forms.CharField(label="О чём", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    day = forms.DateField(label="День", widget=DayInput())
    starts = forms.TimeField(label="Начало", widget=_Time())
    ends = forms.TimeField(label="Окончание", widget=_Time())
    last_day = forms.DateField(
        label="Последний день", required=False, widget=DayInput(), help_text="Если событие идёт несколько дней."
    )
    place = forms.CharField(label="Место", max_length=300, required=False)
    link = forms.URLField(label="Ссылка на трансляцию", max_length=500, required=False, assume_scheme="https")
    programme = forms.CharField(
        label="Программа",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Каждый пункт с новой строки: 10:00 | Открытие | Орлов Д.С. Время и докладчика можно не указывать.",
    )
    audience = forms.ChoiceField(label="Для кого", choices=Audience.choices, initial=Audience.TERRITORY)
    invited = forms.CharField(
        label="Приглашённые организации",
        required=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Для названных и приглашённых: названия или коды, каждое с новой строки.",
    )
    confidential = forms.BooleanField(
        label="Для школ списка",
        required=False,
        help_text="Только по приглашению. Увидят приглашённые школы и те, кому открыты списки всей территории.",
    )
    places = forms.IntegerField(
        label="Мест", required=False, min_value=1, max_value=100_000, help_text="Пусто — без ограничения."
    )
    closes = forms.DateField(
        label="Запись до", required=False, widget=DayInput(), help_text="Пусто — до самого начала."
    )
    hours = forms.IntegerField(
        label="Академических часов",
        min_value=0,
        max_value=500,
        initial=0,
        help_text="Пишутся в сертификате. 0 — без сертификатов.",
    )

    def __init__(self, *args: Any, territory: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.territory = territory

    def clean_invited(self) -> list[Organisation]:
        found, unknown = named(self.cleaned_data["invited"], self.territory)
        if unknown:
            said = "; ".join(unknown[:10])
            raise forms.ValidationError(f"Не найдены или названы неоднозначно: {said}. Уточните названия.")
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("audience") in ASKED and "invited" in data and not data["invited"]:
            self.add_error("invited", "Назовите хотя бы одну организацию.")
        if data.get("confidential") and data.get("audience") != Audience.CLOSED:
            self.add_error("audience", "Для школ списка — только по приглашению.")
        if {"day", "starts", "ends"} <= data.keys():
            data["begins_at"] = _moment(data["day"], data["starts"])
            data["ends_at"] = _moment(data.get("last_day") or data["day"], data["ends"])
            if data["ends_at"] <= data["begins_at"]:
                self.add_error("ends", "Событие кончается раньше, чем начинается. Проверьте время.")
            if data.get("closes") and data["closes"] > data["day"]:
                self.add_error("closes", "Запись не может кончаться позже, чем начнётся событие.")
        return data

    @property
    def said(self) -> Said:
        other = ("day", "starts", "ends", "last_day", "programme")
        given = {name: value for name, value in self.cleaned_data.items() if name not in other}
        lines = filter(str.strip, self.cleaned_data["programme"].splitlines())
        return Said(**given, programme=[_point(line) for line in lines])

    @staticmethod
    def given(event: Event) -> dict[str, Any]:
        """An event as the form shows it."""
        names = ("kind", "title", "about", "place", "link", "audience", "confidential", "places", "closes", "hours")
        begins, ends = timezone.localtime(event.begins_at), timezone.localtime(event.ends_at)
        asked = event.invitations.select_related("organisation")
        return {
            **{name: getattr(event, name) for name in names},
            "day": begins.date(),
            "starts": begins.time(),
            "ends": ends.time(),
            "last_day": ends.date() if ends.date() != begins.date() else None,
            "programme": "\n".join(
                f" {SIGN} ".join(filter(None, [one.at, one.text, one.speaker])) for one in event.programme.all()
            ),
            "invited": "\n".join(one.organisation.code or str(one.organisation) for one in asked),
        }


def _moment(day: dt.date, time: dt.time) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, time))


def _point(line: str) -> tuple[str, str, str]:
    """(time, text, speaker) of «10:00 | Открытие | Орлов Д.С.»; the first part is a time where it looks like one."""
    parts = [" ".join(part.split()) for part in line.split(SIGN)]
    at = parts.pop(0) if len(parts) > 1 and _TIME.search(parts[0]) and len(parts[0]) <= 20 else ""
    return at, parts[0], ", ".join(filter(None, parts[1:]))


class PlaceForm(forms.Form):
    """Of which organisation people are registered."""

    organisation = forms.ModelChoiceField(
        label="Организация", queryset=Organisation.objects.none(), to_field_name="public_id"
    )

    def __init__(self, *args: Any, places: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = places  # type: ignore[attr-defined]


class ComersForm(forms.Form):
    people = forms.ModelMultipleChoiceField(
        label="Кто пойдёт",
        queryset=Person.objects.none(),
        to_field_name="public_id",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    others = forms.CharField(
        label="Кого нет в списке",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Каждый с новой строки: Иванова Анна Петровна | учитель химии",
    )

    def __init__(self, *args: Any, staff: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = staff  # type: ignore[attr-defined]
        if not staff.exists():
            del self.fields["people"]
            self.fields["others"].label = "Кто пойдёт"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("people") and not data.get("others", "").strip():
            self.add_error(
                "people" if "people" in self.fields else "others", "Отметьте или назовите хотя бы одного человека."
            )
        return data

    def comers(self, organisation: Organisation) -> list[Comer]:
        picked = self.cleaned_data.get("people", Person.objects.none()).prefetch_related("posts")
        posts = {
            one.pk: next((post.title for post in one.posts.all() if post.organisation_id == organisation.pk), "")
            for one in picked
        }
        found = [Comer(one.full_name, posts[one.pk], one) for one in picked]
        lines = [line.partition(SIGN) for line in self.cleaned_data["others"].splitlines() if line.strip()]
        return [*found, *(Comer(" ".join(name.split()), " ".join(post.split())) for name, _, post in lines)]


class PresentForm(forms.Form):
    says_optional = False

    present = forms.TypedMultipleChoiceField(
        label="Кто был", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: list[Registration], **kwargs: Any) -> None:
        here = [one.pk for one in people if one.present is not False]
        super().__init__(*args, **{**kwargs, "initial": {"present": here}})
        said = [(one.pk, f"{one.name} ({one.organisation})") for one in people]
        self.fields["present"].choices = said  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Почему", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, hint: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = hint


class FileForm(forms.Form):
    file = forms.FileField(label="Файл", help_text=f"До 20 МБ: {', '.join(one[1:] for one in KINDS)}.")


_MARKS = [(5, "5 — да"), (4, "4"), (3, "3"), (2, "2"), (1, "1 — нет")]


class FeedbackForm(forms.Form):
    useful = forms.TypedChoiceField(label="Было полезно", choices=_MARKS, coerce=int, widget=forms.RadioSelect)
    clear = forms.TypedChoiceField(label="Было понятно", choices=_MARKS, coerce=int, widget=forms.RadioSelect)
    organised = forms.TypedChoiceField(
        label="Было хорошо организовано", choices=_MARKS, coerce=int, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label="Что улучшить", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class CodeForm(forms.Form):
    code = forms.CharField(label="Код сертификата", max_length=40, help_text="16 знаков внизу сертификата.")

    def clean_code(self) -> Certificate:
        """The certificate that has it."""
        code = read(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError("В коде 16 латинских букв и цифр. Проверьте, не пропущен ли знак.")
        found = Certificate.objects.filter(code=code).first()
        if found is None:
            raise forms.ValidationError(
                "Сверьте каждый знак с напечатанным. Если код введён верно, спросите у того, кто проводил событие."
            )
        return found
