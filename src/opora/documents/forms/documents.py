from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.documents.actions.uploading import READABLE, SUFFIXES
from opora.documents.fields import FIELDS, Field, editable
from opora.documents.models import DocumentKind, DocumentState, Fact
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.ui.forms import DayInput, FilesField, FilesInput, FilterForm

FIRST_YEAR, LAST_YEAR = 1990, 2100


class Registered(forms.Form):
    """For which organisation: of those where the person may edit documents, the widest first."""

    organisation = forms.ModelChoiceField(
        label="Для какой организации",
        queryset=Organisation.objects.none(),
        to_field_name="public_id",
        empty_label="выберите",
    )

    def __init__(self, *args: Any, user: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = Organisation.objects.filter(user.scope(Permission.DOCUMENTS_EDIT).q("path")).active()
        found = inside.exclude(kind=OrganisationKind.SCHOOL).order_by("path")
        field = self.fields["organisation"]
        field.queryset = found if found.exists() else inside.order_by("path")  # type: ignore[attr-defined]
        first = field.queryset.first()  # type: ignore[attr-defined]
        self.initial.setdefault("organisation", first.public_id if first else None)


CONFIDENTIAL = "Отметьте, если в документе перечислены школы: тогда его увидят те, кому открыты списки школ."


class UploadForm(Registered):
    documents = FilesField(
        label="Файлы",
        widget=FilesInput(attrs={"accept": ",".join(SUFFIXES), "multiple": True, "data-drop": ""}),
        help_text=f"Документы {READABLE}, каждый не больше 30 МБ. Можно выбрать несколько или перетащить их сюда.",
    )
    confidential = forms.BooleanField(label="С ограниченным доступом", required=False, help_text=CONFIDENTIAL)

    field_order = ("documents", "organisation", "confidential")


class ReplaceForm(forms.Form):
    file = forms.FileField(
        label="Другой файл",
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(SUFFIXES), "data-drop": ""}),
        help_text=f"Документ {READABLE}, не больше 30 МБ. Исправленное вами сохранится.",
        allow_empty_file=True,
    )


class ManualForm(Registered):
    kind = forms.ChoiceField(label="Вид", choices=DocumentKind.choices, initial=DocumentKind.PLAN)
    number = forms.CharField(label="Номер", max_length=100, required=False)
    date = forms.DateField(label="Дата", required=False, widget=DayInput)
    title = forms.CharField(label="Название", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    confidential = forms.BooleanField(label="С ограниченным доступом", required=False, help_text=CONFIDENTIAL)


class CopyForm(forms.Form):
    years = forms.IntegerField(
        label="На сколько лет сдвинуть сроки",
        min_value=-20,
        max_value=20,
        initial=1,
        help_text="Сроки, период и годы в названиях сдвинутся. Номер и дату вы впишете сами.",
    )


class FactForm(forms.Form):
    """The fields of a fact as texts; `values` gives what the actions take."""

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, kind: str, fact: Fact | None = None, **kwargs: Any) -> None:
        self.kind = kind
        prefix = f"fact-{fact.public_id}" if fact else "fact"
        super().__init__(data, prefix=prefix, initial=_initial(fact) if fact else None, **kwargs)
        for field in FIELDS[kind]:
            for name, made in _form_fields(field):
                self.fields[name] = made

    @property
    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            field.name: (given[f"{field.name}_from"], given[f"{field.name}_to"])
            if field.shape == "period"
            else given[field.name]
            for field in FIELDS[self.kind]
        }


def _initial(fact: Fact) -> dict[str, Any]:
    initial: dict[str, Any] = {"edition": fact.edition}
    for field in FIELDS[fact.kind]:
        value = editable(field, fact.data.get(field.name))
        if field.shape == "period":
            initial[f"{field.name}_from"], initial[f"{field.name}_to"] = value or (None, None)
        else:
            initial[field.name] = value
    return initial


def _form_fields(field: Field) -> list[tuple[str, forms.Field]]:
    common: dict[str, Any] = {"label": field.label, "required": field.required, "help_text": field.hint}
    if field.shape == "period":
        return [
            (f"{field.name}_from", forms.DateField(label=f"{field.label}: с", required=False, widget=DayInput)),
            (f"{field.name}_to", forms.DateField(label=f"{field.label}: по", required=False, widget=DayInput)),
        ]
    if field.shape == "day":
        return [(field.name, forms.DateField(widget=DayInput, **common))]
    if field.shape == "choice":
        return [(field.name, forms.ChoiceField(choices=field.choices, **common))]
    if field.shape in ("text", "lines", "responsible"):
        area = forms.Textarea(attrs={"rows": 3})
        return [(field.name, forms.CharField(max_length=20_000, widget=area, **common))]
    return [(field.name, forms.CharField(max_length=2_000, **common))]


class SplitForm(forms.Form):
    texts = forms.CharField(
        label="Части",
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Каждая часть — с новой строки. Срок и ответственные останутся у всех частей.",
    )


class DocumentFilter(FilterForm):
    kind = forms.ChoiceField(label="Вид", choices=[("", "любой"), *DocumentKind.choices])
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *DocumentState.choices])
    year = forms.IntegerField(label="Год", min_value=FIRST_YEAR, max_value=LAST_YEAR)

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        year = chosen.pop("year", None) if "year" in chosen else None
        found = queryset.filter(**{name: value for name, value in chosen.items() if name != "year"})
        return found.filter(date__year=year) if year else found

    def _words(self, name: str, value: Any) -> str:
        return str(value) if name == "year" else super()._words(name, value)
