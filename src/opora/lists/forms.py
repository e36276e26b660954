from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from opora.access.models import User
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.errors import Problem
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.lists.files import DOCUMENTS, MAX_BYTES, SourceRow, read_rows, typed_rows
from opora.lists.matching import Matcher
from opora.lists.models import Category, Entrustment, SchoolList, school_year_label
from opora.registry.forms import PickedOrganisationsField
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.ui.forms import DayInput, FilterForm

AUTHORITIES = (OrganisationKind.REGION_AUTHORITY, OrganisationKind.MUNICIPAL_AUTHORITY)


def past(day: dt.date | None) -> dt.date | None:
    if day and day > today():
        raise forms.ValidationError("Этот день ещё не наступил: укажите сегодняшний или прошедший.")
    return day


class ListForm(forms.ModelForm[SchoolList]):
    """What a list is called and which document approves it."""

    school_year = forms.TypedChoiceField(label="Учебный год", coerce=int)

    class Meta:
        model = SchoolList
        fields = ("title", "category", "school_year", "document_text", "since")
        widgets = {"since": DayInput}
        labels = {"title": "Название", "category": "Категория", "document_text": "Утверждающий документ"}
        help_texts = {
            "document_text": "Как в документах, например: приказ министерства образования от 20.08.2026 № 412",
            "since": "День документа. Если не указать, список действует со дня, когда его утвердят здесь.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = today().year
        years = sorted({*range(now - 3, now + 3), self.instance.school_year or now}, reverse=True)
        field = self.fields["school_year"]
        field.choices = [(year, school_year_label(year)) for year in years]  # type: ignore[attr-defined]
        self.initial.setdefault("school_year", now)

    def clean_since(self) -> dt.date | None:
        return past(self.cleaned_data["since"])


class NewListForm(ListForm):
    """With the authority that approves the list, of those where the person may write lists."""

    territory = forms.ModelChoiceField(
        label="Кто утверждает",
        queryset=Organisation.objects.none(),
        empty_label="выберите организацию",
        help_text="Все школы списка должны быть ему подчинены.",
    )

    field_order = ("territory", "title", "category", "school_year", "document_text", "since")

    def __init__(self, *args: Any, user: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = Organisation.objects.filter(user.scope(Permission.LISTS_EDIT).q("path")).active()
        field = self.fields["territory"]
        field.queryset = inside.of_kind(*AUTHORITIES).order_by("path")  # type: ignore[attr-defined]
        first = field.queryset.first()  # type: ignore[attr-defined]
        self.initial.setdefault("territory", first.pk if first else None)


class SchoolForm(forms.Form):
    """One more school, by any of its names or its code."""

    school = forms.CharField(
        label="Школа", max_length=500, help_text="Название, как в реестре, или код. Например: СОШ № 6, Луговой район"
    )
    note = forms.CharField(label="Примечание", max_length=500, required=False)

    def __init__(self, *args: Any, territory: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.territory = territory

    def clean_school(self) -> Organisation:
        text = " ".join(str(self.cleaned_data["school"]).split())
        match = Matcher(self.territory).match(SourceRow(1, text))
        if match.school is None:
            raise forms.ValidationError(match.text)
        return match.school


class EntrustForm(forms.Form):
    """Schools of one list for a curator, of those that the person may entrust."""

    curator = forms.ModelChoiceField(
        label="Куратор", queryset=User.objects.none(), to_field_name="public_id", empty_label="Выберите куратора"
    )
    since = forms.DateField(label="С какого дня", widget=DayInput, initial=today)
    until = forms.DateField(
        label="По какой день", widget=DayInput, required=False, help_text="Оставьте пустым, если срока нет."
    )
    whole = forms.BooleanField(label="Все школы списка", required=False)
    schools = PickedOrganisationsField(
        label="Или некоторые из них",
        required=False,
        help_text="Куратор узнает, что эти школы стоят в списке, и увидит их поручения и отчёты.",
    )

    def __init__(self, *args: Any, curators: QuerySet[User], schools: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["curator"].queryset = curators  # type: ignore[attr-defined]
        self.fields["schools"].queryset = self.all = schools  # type: ignore[attr-defined]
        self.fields["whole"].label = f"Все школы списка, которые вы можете поручить: {schools.count()}"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", "Последний день раньше первого: исправьте даты.")
        if data.pop("whole", False):
            data["schools"] = self.all
        elif "schools" in data and not data["schools"]:
            self.add_error("schools", "Выберите школы или отметьте «Все школы списка».")
        return data


class ImportForm(forms.Form):
    """A file, or lines typed in."""

    file = forms.FileField(
        label="Таблица или приказ с приложением",
        required=False,
        help_text="xlsx или csv со столбцом «Школа» (или «Наименование»), если есть — «Муниципалитет», «Код», "
        "«Примечание»; или приказ (docx, pdf), в приложении которого есть такая таблица.",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join((".xlsx", ".csv", *DOCUMENTS))}),
    )
    text = forms.CharField(
        label="Или школы по одной на строке",
        required=False,
        max_length=MAX_BYTES,
        widget=forms.Textarea(attrs={"rows": 10}),
    )

    rows: list[SourceRow]
    name = ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file: UploadedFile | None = data.get("file")
        text = str(data.get("text") or "")
        if self.errors:
            return data
        if bool(file) == bool(text.strip()):
            raise forms.ValidationError("Выберите файл или впишите школы — что-то одно.")
        try:
            if file:
                self.name = file.name or "Таблица"
                self.rows = read_rows(file.read(), self.name) if (file.size or 0) <= MAX_BYTES else _too_big()
            else:
                self.rows = typed_rows(text)
        except Problem as error:
            raise forms.ValidationError({"file" if file else "text": str(error)}) from error
        return data


def _too_big() -> list[SourceRow]:
    raise Problem(f"Файл больше {MAX_BYTES // 1024 // 1024} МБ. Загрузите таблицу поменьше.")


class ListFilter(FilterForm):
    category = forms.ChoiceField(label="Категория", choices=[("", "любая"), *Category.choices])

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        return queryset.filter(**chosen)


class EntryFilter(FilterForm):
    """Schools of one municipality."""

    municipality = forms.ModelChoiceField(
        label="Муниципалитет", queryset=Organisation.objects.none(), to_field_name="public_id", empty_label="выберите"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = Organisation.objects.filter(knowledge(self.user).q("path"))
        field = self.fields["municipality"]
        field.queryset = inside.of_kind(OrganisationKind.MUNICIPAL_AUTHORITY)  # type: ignore[attr-defined]

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        return queryset.filter(chosen["municipality"].scope.q("organisation__path"))


class OnDayFilter(EntryFilter):
    """The day, which the view reads, and what is shown of those who stood in the lists on it."""

    date = forms.DateField(label="На дату", widget=DayInput)
    category = ListFilter.base_fields["category"]
    field_order = ("date", "category", "municipality")

    def clean_date(self) -> dt.date | None:
        return past(self.cleaned_data["date"])

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if "category" in chosen:
            queryset = queryset.filter(list__category=chosen["category"])
        return super().apply(queryset, chosen) if "municipality" in chosen else queryset


class EntrustmentFilter(FilterForm):
    when = forms.ChoiceField(label="Когда", choices=[("", "все"), ("now", "поручены сейчас"), ("past", "прекращены")])

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        now = Entrustment.objects.on(today()).values("pk")
        return queryset.filter(pk__in=now) if chosen["when"] == "now" else queryset.exclude(pk__in=now)
