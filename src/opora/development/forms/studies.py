"""Forms of studies, and how their schedule is filtered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.development.models.instruments import InstrumentVersion
from opora.development.models.studies import MARKS, ORDERED_BY, Study, StudyKind, StudySchool, StudyState, Taking
from opora.development.participants import LISTED, Who
from opora.identification.columns import GRADES, MOST_PARTICIPANTS, SUBJECTS
from opora.registry.forms import ByHandForm
from opora.registry.models import Body, Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.ui.forms import DayInput, FilterForm, WorkbookField


class StudyFilter(FilterForm):
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *StudyState.choices])
    kind = forms.ChoiceField(label="Вид", choices=[("", "любой"), *StudyKind.choices])
    subject = forms.ChoiceField(label="Предмет", choices=[("", "любой"), *SUBJECTS.items()])
    since = forms.DateField(label="Идёт с", widget=DayInput)
    until = forms.DateField(label="Идёт по", widget=DayInput)

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        names = {name: name for name in ("state", "kind", "subject")} | {"since": "closes__gte", "until": "opens__lte"}
        return queryset.filter(**{names[name]: value for name, value in chosen.items()})


class StudySchoolFilter(FilterForm):
    state = forms.ChoiceField(
        label="Результаты", choices=[("", "любые"), ("waits", "ещё не внесены"), ("entered", "внесены")]
    )

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        return queryset.filter(entered_at__isnull=chosen["state"] == "waits")


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
        help_text="Кто здесь участвует — все школы или часть, — выберете на следующем шаге.",
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


class WhoForm(ByHandForm):
    """Which schools take part. By the lists chooses he alone who may know the lists of the whole territory."""

    field_order = ("taking", "places", "body", "group", "picked", "pasted", "confidential")
    taking = forms.ChoiceField(label="Кто участвует", widget=forms.RadioSelect)
    places = forms.ModelMultipleChoiceField(
        label="Муниципалитеты",
        queryset=Organisation.objects.none(),
        to_field_name="public_id",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Если участвуют школы некоторых муниципалитетов.",
    )
    body = forms.ModelChoiceField(
        label="Рабочая группа",
        queryset=Body.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label="не выбрана",
        help_text="Если участвуют школы, работники которых входят в рабочую группу реестра.",
    )
    group = forms.ChoiceField(
        label="Список школ",
        required=False,
        help_text="Если участвуют школы утверждённого списка: исследование увидят только те, кому открыты их сведения.",
    )
    confidential = forms.BooleanField(
        label="С ограниченным доступом",
        required=False,
        help_text="Исследование увидят только те, кто вправе знать, какие школы в списках. По списку школ — всегда.",
    )

    def __init__(self, *args: Any, user: Actor, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found: Any = self.fields
        inside = Organisation.objects.inside(study.place).active().of_kind(OrganisationKind.MUNICIPAL_AUTHORITY)
        found["places"].queryset = inside.order_by("sort_name")
        bodies = Body.objects.visible(user).filter(dissolved_on=None, organisation__path__startswith=study.place.path)
        found["body"].queryset = bodies.order_by("sort_name")
        found["group"].choices = [("", "не выбран"), *LISTED.items()]
        offered = {one.value: one.label for one in Taking}
        if study.place.kind != OrganisationKind.REGION_AUTHORITY:
            del offered[Taking.MUNICIPALITIES], found["places"]
        if not user.may(Permission.LISTS_VIEW, study.territory.path):
            del offered[Taking.LISTED], found["group"], found["confidential"]
        found["taking"].choices = list(offered.items())
        picked = list(study.picked.all())
        self.initial.update(
            taking=study.taking,
            places=picked if study.taking == Taking.MUNICIPALITIES else [],
            body=study.body.public_id if study.body else None,
            group=study.group,
            confidential=study.confidential,
        )
        schools = Organisation.objects.inside(study.place).active().of_kind(OrganisationKind.SCHOOL)
        found["picked"].label, found["picked"].help_text = "Выбранные школы", "Если участвуют выбранные школы."
        self.offer(schools.order_by("sort_name"), study.place, picked if study.taking == Taking.CHOSEN else ())

    def clean_pasted(self) -> list[Organisation]:
        found: list[Organisation] = self.cleaned_data["pasted"]
        if others := [str(one) for one in found if one.kind != OrganisationKind.SCHOOL]:
            raise forms.ValidationError(f"Это не школы: {'; '.join(others[:10])}. Уберите их.")
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for taking, name, text in (
            (Taking.MUNICIPALITIES, "places", "Отметьте хотя бы один муниципалитет."),
            (Taking.BODY, "body", "Выберите рабочую группу."),
            (Taking.LISTED, "group", "Выберите список."),
        ):
            if data.get("taking") == taking and not data.get(name):
                self.add_error(name, text)
        if data.get("taking") != Taking.CHOSEN:
            self.errors.pop("pasted", None)
        elif not self.by_hand and "pasted" not in self.errors:
            self.add_error("picked" if "picked" in self.fields else "pasted", "Назовите хотя бы одну школу.")
        return data

    @property
    def who(self) -> Who:
        said = self.cleaned_data
        taking = said["taking"]
        picked = {Taking.MUNICIPALITIES: said.get("places", ()), Taking.CHOSEN: self.by_hand}.get(taking, ())
        return Who(
            taking=taking,
            body=said["body"] if taking == Taking.BODY else None,
            group=said["group"] if taking == Taking.LISTED else "",
            picked=tuple(picked),
            confidential=said.get("confidential", False),
        )


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


class StudyFileForm(forms.Form):
    file = WorkbookField(label="Заполненный файл", hint="Файл «Результаты…», скачанный на странице исследования.")


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
