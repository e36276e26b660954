"""Forms of studies, and how their schedule is filtered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from opora.development.models.instruments import InstrumentVersion
from opora.development.models.studies import MARKS, ORDERED_BY, Study, StudyKind, StudySchool, StudyState
from opora.identification.columns import GRADES, MOST_PARTICIPANTS, SUBJECTS
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.ui.forms import DayInput, FilterForm


class StudyFilter(FilterForm):
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *StudyState.choices])
    kind = forms.ChoiceField(label="Вид", choices=[("", "любой"), *StudyKind.choices])
    subject = forms.ChoiceField(label="Предмет", choices=[("", "любой"), *SUBJECTS.items()])
    since = forms.DateField(label="Идёт с", widget=DayInput)
    until = forms.DateField(label="Идёт по", widget=DayInput)

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        names = {name: name for name in ("state", "kind", "subject")} | {"since": "closes__gte", "until": "opens__lte"}
        return queryset.filter(**{names[name]: value for name, value in chosen.items()})


def _note() -> forms.CharField:
    return forms.CharField(
        label="Порядок проведения",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="На каких уроках, сколько минут, кто проверяет.",
    )


class StudyForm(forms.Form):
    kind = forms.ChoiceField(label="Вид")
    title = forms.CharField(label="Название", max_length=300, help_text="Например: Входной мониторинг, математика.")
    subject = forms.ChoiceField(label="Предмет", choices=SUBJECTS.items())
    grades = forms.TypedMultipleChoiceField(
        label="Классы",
        coerce=int,
        choices=[(one, f"{one} класс") for one in range(GRADES[0], GRADES[1] + 1)],
        widget=forms.CheckboxSelectMultiple,
    )
    place = forms.ModelChoiceField(
        label="Где",
        queryset=Organisation.objects.none(),
        to_field_name="public_id",
        help_text="Участвуют все действующие школы этой территории.",
    )
    opens = forms.DateField(label="Первый день", widget=DayInput)
    closes = forms.DateField(label="Последний день", widget=DayInput)
    note = _note()
    instrument = forms.ModelChoiceField(
        label="Инструмент из «Опоры»",
        queryset=InstrumentVersion.objects.none(),
        required=False,
        empty_label="не нужен",
    )
    material = forms.FileField(
        label="Файл с заданиями и ключами",
        required=False,
        help_text="pdf, docx, xlsx или zip до 20 МБ. Школы увидят его, когда исследование начнётся.",
    )

    def __init__(
        self, *args: Any, territory: Organisation, versions: QuerySet[InstrumentVersion], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        kinds = ORDERED_BY.get(OrganisationKind(territory.kind), ())
        self.fields["kind"].choices = [(one.value, one.label) for one in kinds]  # type: ignore[attr-defined]
        places = Organisation.objects.inside(territory).active().order_by("path")
        if territory.kind != OrganisationKind.SCHOOL:
            places = places.of_kind(OrganisationKind.REGION_AUTHORITY, OrganisationKind.MUNICIPAL_AUTHORITY)
        where: Any = self.fields["place"]
        where.queryset, where.initial = places, territory.public_id
        self.fields["instrument"].queryset = versions  # type: ignore[attr-defined]


class StudyDaysForm(forms.Form):
    """What can be changed until it begins."""

    title = StudyForm.base_fields["title"]
    opens = StudyForm.base_fields["opens"]
    closes = StudyForm.base_fields["closes"]
    note = _note()

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update({name: getattr(study, name) for name in self.fields})


class CancelForm(forms.Form):
    reason = forms.CharField(
        label="Почему отменяется",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Школы получат уведомление и прочитают причину на странице исследования.",
    )


class EnterForm(forms.Form):
    """How many pupils of each class have each mark, and how many did not write."""

    def __init__(self, *args: Any, row: StudySchool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.grades = list(row.study.grades)
        for grade in self.grades:
            known = row.counts.get(str(grade), [None] * (len(MARKS) + 1))
            labels = [*(f"отметок «{one}»" for one in MARKS), "не писали"]
            for at, (label, value) in enumerate(zip(labels, known, strict=True)):
                self.fields[f"g{grade}_{at}"] = forms.IntegerField(
                    label=f"{grade} класс, {label}", min_value=0, max_value=MOST_PARTICIPANTS, initial=value
                )

    @property
    def counts(self) -> dict[int, list[int]]:
        """What the action takes."""
        columns = range(len(MARKS) + 1)
        return {grade: [self.cleaned_data[f"g{grade}_{at}"] for at in columns] for grade in self.grades}
