"""Forms of mentors, of pairs and of their proposals; and how their tables are filtered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from opora.core.actor import Actor
from opora.core.clock import today
from opora.identification.columns import SUBJECTS
from opora.lists.models import school_year_label
from opora.registry.forms import OrganisationField, PlacedForm
from opora.registry.models import Organisation
from opora.support.models.mentoring import (
    LEVELS,
    MOST_LOAD,
    ContactKind,
    Doer,
    Mentor,
    MentorKind,
    MentorState,
    Pair,
    PairKind,
    PairState,
    Proposed,
    year_of,
)
from opora.ui.forms import DayInput, FilterForm

_MATHEMATICS = ("mat_base", "mat_prof")  # of a mentor they are one subject
TAUGHT = {code: title for code, title in SUBJECTS.items() if code not in _MATHEMATICS}


class MentorFilter(FilterForm):
    kind = forms.ChoiceField(label="Вид", choices=[("", "любой"), *MentorKind.choices])
    subject = forms.ChoiceField(label="Предмет", choices=[("", "любой"), *TAUGHT.items()])
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *MentorState.choices])

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        plain = {name: value for name, value in chosen.items() if name != "subject"}
        if "subject" in chosen:
            plain["strengths__has_key"] = chosen["subject"]
        return queryset.filter(**plain)


class MentorForm(forms.Form):
    """`organisation` is asked for once, where the mentor is new."""

    kind = forms.ChoiceField(label="Вид", choices=MentorKind.choices)
    name = forms.CharField(
        label="Фамилия, имя, отчество",
        max_length=200,
        required=False,
        help_text="Куратора, тьютора или методиста. Если наставник — школа в целом, оставьте пустым.",
    )
    load = forms.IntegerField(
        label="Нагрузка, школ", min_value=0, max_value=MOST_LOAD, initial=3, help_text="Сколько школ он берёт за год."
    )
    good_at = forms.CharField(
        label="Сильные стороны",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Что школа или человек делает хорошо, в свободной форме.",
    )

    def __init__(
        self, *args: Any, user: Actor, territory: Organisation, mentor: Mentor | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if mentor is None:
            place = OrganisationField(label="Организация").place(user, territory)
            self.fields = {"organisation": place, **self.fields}
        else:
            values = {"kind": mentor.kind, "name": mentor.name, "load": mentor.load, "good_at": mentor.good_at}
            self.initial.update(values | {f"s_{code}": level for code, level in mentor.strengths.items()})
        for code, title in TAUGHT.items():
            choices = [("", "не ведёт"), *LEVELS.items()]
            self.fields[f"s_{code}"] = forms.TypedChoiceField(
                label=title.capitalize(), choices=choices, required=False, coerce=int, empty_value=None
            )

    @property
    def given(self) -> dict[str, Any]:
        """What the actions take."""
        data = dict(self.cleaned_data)
        levels = {code: data.pop(f"s_{code}") for code in TAUGHT}
        return data | {"strengths": {code: level for code, level in levels.items() if level}}


class PairFilter(FilterForm):
    """`when` is a school year."""

    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *PairState.choices])
    kind = forms.ChoiceField(label="Вид", choices=[("", "любой"), *PairKind.choices])
    when = forms.TypedChoiceField(label="Учебный год", coerce=int, empty_value=None)
    agreement = forms.ChoiceField(label="Соглашение", choices=[("", "не важно"), ("no", "нет"), ("yes", "есть")])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = Pair.objects.visible(self.user).order_by("-school_year").values_list("school_year", flat=True)
        labels = [(year, school_year_label(year)) for year in years.distinct()]
        self.fields["when"].choices = [("", "любой"), *labels]  # type: ignore[attr-defined]

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        names = {"state": "state", "kind": "kind", "when": "school_year"}
        queryset = queryset.filter(**{names[name]: value for name, value in chosen.items() if name in names})
        if "agreement" in chosen:
            missing = queryset.filter(agreement="")
            queryset = missing if chosen["agreement"] == "no" else queryset.exclude(agreement="")
        return queryset


def mentor_words(mentor: Mentor) -> str:
    """«Лицей № 1: математика, физика (занято 2 из 3)», of mentors with `taken`."""
    taken = getattr(mentor, "taken", 0)
    subjects = f": {mentor.subjects}" if mentor.strengths else ""
    return f"{mentor}{subjects} (занято {taken} из {mentor.load})"


def offer(field: Any, mentors: QuerySet[Mentor]) -> None:
    """These mentors to choose from, each with what he has left."""
    field.label_from_instance = mentor_words
    field.queryset = mentors


class PairForm(PlacedForm):
    school = OrganisationField(label="Школа, которой помогают")
    mentor = forms.ModelChoiceField(
        label="Наставник", queryset=Mentor.objects.none(), to_field_name="public_id", empty_label="Выберите наставника"
    )
    kind = forms.ChoiceField(label="Вид пары", choices=PairKind.choices)
    school_year = forms.TypedChoiceField(label="Учебный год", coerce=int)
    document_text = forms.CharField(
        label="Основание", max_length=500, required=False, help_text="Например: приказ от 14.09.2026 № 25."
    )
    reason = forms.CharField(
        label="Почему именно этот наставник", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, mentors: QuerySet[Mentor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["mentor"], mentors)
        year = year_of(today())
        years = [(one, school_year_label(one)) for one in (year, year + 1)]
        self.fields["school_year"].choices = years  # type: ignore[attr-defined]


class EndForm(forms.Form):
    reason = forms.CharField(
        label="Почему пара прекращается",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Наставник больше не увидит эту пару. Причина останется в ней и в журнале.",
    )


class SignForm(forms.Form):
    agreement = forms.CharField(
        label="Подписанное соглашение", max_length=200, help_text="Дата и номер, например: от 20.09.2026 № 3."
    )


class LineForm(forms.Form):
    text = forms.CharField(label="Что делаем вместе", max_length=500)
    due = forms.DateField(label="До какого дня", widget=DayInput)
    doer = forms.ChoiceField(
        label="Кто делает", choices=Doer.choices, help_text="Две недели до срока строка ждёт их в «Моих делах»."
    )


class ContactForm(forms.Form):
    on = forms.DateField(label="Когда", widget=DayInput, initial=today)
    kind = forms.ChoiceField(label="Как", choices=ContactKind.choices)
    text = forms.CharField(label="О чём", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class StartForm(forms.Form):
    kind = forms.ChoiceField(label="Вид пар", choices=PairKind.choices)
    school_year = PairForm.base_fields["school_year"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year = year_of(today())
        years = [(one, school_year_label(one)) for one in (year, year + 1)]
        self.fields["school_year"].choices = years  # type: ignore[attr-defined]


class FixForm(forms.Form):
    """Which mentor a school is to have, whatever the planner thinks."""

    mentor = forms.ModelChoiceField(
        label="Наставник", queryset=Mentor.objects.none(), to_field_name="public_id", empty_label="Выберите наставника"
    )

    def __init__(self, *args: Any, mentors: QuerySet[Mentor], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["mentor"], mentors)


_HOW = [("", "не важно"), ("none", "нет наставника"), ("fixed", "закреплена"), ("forbidden", "есть запреты")]


class ProposedFilter(FilterForm):
    how = forms.ChoiceField(label="Что с парой", choices=_HOW)
    municipality = forms.ModelChoiceField(
        label="Муниципалитет", queryset=Organisation.objects.none(), to_field_name="public_id", empty_label="любой"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Proposed.objects.visible(self.user).values("school__parent")
        areas = Organisation.objects.filter(pk__in=here).order_by("sort_name")
        self.fields["municipality"].queryset = areas  # type: ignore[attr-defined]

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if "municipality" in chosen:
            queryset = queryset.filter(school__parent=chosen["municipality"])
        match chosen.get("how"):
            case "none":
                return queryset.filter(mentor=None)
            case "fixed":
                return queryset.filter(fixed=True)
            case "forbidden":
                return queryset.exclude(forbidden=[])
        return queryset
