"""Forms of the registry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from opora.core.actor import Actor, Scope
from opora.core.clock import today
from opora.core.text import fold, words
from opora.registry import coordinates
from opora.registry.models import Organisation, OrganisationWord
from opora.registry.models.bodies import BodyKind, BodyRole
from opora.registry.models.organisations import OrganisationKind, OrganisationQuerySet, OrganisationState
from opora.registry.near import near
from opora.registry.resolve import named, resolve
from opora.ui.forms import DayInput, FilterForm, ManyBoxes

LISTED = 200  # municipalities that one can choose from; of more one is named
BOXES = 500  # organisations that one can tick; of more they are pasted
NEAR = 5  # organisations named where a name is of several
COMPARED = 5000  # organisations whose names are compared with one that is nobody's


class OrganisationFilter(FilterForm):
    kind = forms.ChoiceField(label="Вид", choices=[("", "Любой"), *OrganisationKind.choices])
    municipality = forms.CharField(label="Муниципалитет", help_text="Начало названия или код.", max_length=200)
    state = forms.ChoiceField(label="Состояние", choices=[("", "Любое"), *OrganisationState.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        authorities = Organisation.objects.visible(self.user).of_kind(OrganisationKind.MUNICIPAL_AUTHORITY)
        few = list(authorities[: LISTED + 1])
        self._authorities, self._few = authorities, len(few) <= LISTED
        if self._few:
            choices = [("", "Любой"), *((one.public_id, str(one)) for one in few)]
            self.fields["municipality"] = forms.ChoiceField(label="Муниципалитет", choices=choices, required=False)

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if "kind" in chosen:
            queryset = queryset.filter(kind=chosen["kind"])
        if "state" in chosen:
            queryset = queryset.filter(state=chosen["state"])
        if "municipality" in chosen and isinstance(queryset, OrganisationQuerySet):
            named = chosen["municipality"]
            found = self._authorities.filter(public_id=named) if self._few else self._authorities.matching(named)
            queryset = queryset.filter(Scope(tuple(found.values_list("path", flat=True)[:LISTED])).q("path"))
        return queryset


class OrganisationField(forms.CharField):
    """One organisation of those `among` which its form lets choose.

    Told by its code, by what a document of `territory` calls it, by its whole name, or by words that begin its alone.
    """

    def __init__(self, **kwargs: Any) -> None:
        self.among: OrganisationQuerySet | None = None
        self.territory: Organisation | None = None
        kwargs.setdefault("max_length", 500)
        kwargs.setdefault("help_text", "Код, название или его часть. Например: «СОШ № 6 Луговой».")
        super().__init__(**kwargs)

    def place(self, user: Actor, territory: Organisation) -> OrganisationField:
        """Among all that the person may see, as a document of `territory` would call them."""
        self.among, self.territory = Organisation.objects.visible(user), territory
        return self

    def look(self, text: str, most: int = NEAR) -> list[Organisation]:
        """The one that is meant; else up to `most` + 1 (with `parent`) whose words begin like those of `text`."""
        if self.among is None:
            raise RuntimeError("an OrganisationField needs those among whom it looks")
        if coded := self.among.filter(code=text).first():
            return [coded]
        target = resolve(text, self.territory) if self.territory else None
        if isinstance(target, Organisation) and self.among.filter(pk=target.pk).exists():
            return [target]
        if not words(text):
            return []
        named = self.among.select_related("parent").filter(Q(short_name=text) | Q(name=text))
        if exact := list(named[: most + 1]):
            return exact
        bearing = self.among.matching(text).select_related("parent")
        for number in filter(str.isdigit, words(text)):  # «СОШ № 6» is not № 60
            bearing = bearing.filter(pk__in=OrganisationWord.objects.filter(word=number).values("organisation"))
        found = list(bearing[: most + 1])
        whole = [one for one in found if fold(text) in (fold(one.name), fold(one.short_name))]
        return whole or found

    def one(self, text: str) -> Organisation:
        """The one that is meant; `ValidationError` that says which are near."""
        found = self.look(text)
        if len(found) == 1:
            return found[0]
        if found:
            told = "; ".join(map(_placed, found[:NEAR])) + ("; …" if len(found) > NEAR else "")
            raise forms.ValidationError(f"Названию подходят: {told}. Напишите код нужной.")
        alike = near(text, self.among.select_related("parent")[:COMPARED]) if self.among is not None else []
        hint = f" Похожие: {'; '.join(map(_placed, alike))}." if alike else ""
        raise forms.ValidationError(f"Такой организации нет: проверьте название или напишите код.{hint}")

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self.one(text) if text else None


def _placed(one: Organisation) -> str:
    return f"{one}{f', {one.parent}' if one.parent else ''}{f' — {one.code}' if one.code else ''}"


class OrganisationsField(forms.CharField):
    """Some organisations inside `territory`, each on a line of its own, at most `most` of them."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, *, territory: Organisation | None = None, most: int | None = None, **kwargs: Any) -> None:
        self.territory, self.most = territory, most
        kwargs.setdefault("max_length", 60_000)
        kwargs.setdefault("help_text", "Коды или названия, как в реестре, каждое с новой строки.")
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if self.territory is None:
            raise RuntimeError("an OrganisationsField needs its territory")
        if self.most and len({line.strip() for line in text.splitlines()} - {""}) > self.most:
            raise forms.ValidationError(f"Не больше {self.most} строк за один раз.")
        found, unknown = named(text, self.territory)
        if unknown:
            said = "; ".join(unknown[:10])
            raise forms.ValidationError(
                f"Не найдены или названы неоднозначно: {said}. Уточните название или укажите код."
            )
        return found


class PickedOrganisationsField(forms.ModelMultipleChoiceField[Organisation]):
    """Some organisations of those its form sets as `queryset` (with `parent`), each a box to tick with where it is."""

    widget = ManyBoxes

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Organisation.objects.none(), to_field_name="public_id", **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj}, {obj.parent}" if obj.parent else str(obj)


class ByHandForm(forms.Form):
    """Organisations are ticked, where they are few enough to be looked through, and pasted as a list from a letter."""

    picked = PickedOrganisationsField(label="Выбранные организации", required=False)
    pasted = OrganisationsField(label="Список из письма", required=False, most=BOXES)

    def offer(self, rows: QuerySet[Organisation], territory: Organisation, before: Iterable[Organisation] = ()) -> None:
        """Of these `rows`; a pasted name is looked for in `territory`. `before` are those chosen already."""
        fields: Any = self.fields
        fields["pasted"].territory = territory
        if len(rows.values_list("pk")[: BOXES + 1]) > BOXES:
            fields["pasted"].label = fields.pop("picked").label
            self.initial.setdefault("pasted", "\n".join(one.code or str(one) for one in before))
            return
        fields["picked"].queryset = rows.select_related("parent")
        self.initial.setdefault("picked", [one.public_id for one in before])

    @property
    def by_hand(self) -> tuple[Organisation, ...]:
        """All that are named, once each."""
        said = self.cleaned_data
        return tuple(dict.fromkeys([*said.get("picked", ()), *said.get("pasted", ())]))


class PlacedForm(forms.Form):
    """A form whose organisation fields look around `territory`."""

    def __init__(self, *args: Any, user: Actor, territory: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, OrganisationField):
                field.place(user, territory)


class CoordinatesField(forms.CharField):
    """Both in one line, as they are copied from a map."""

    def __init__(self, **kwargs: Any) -> None:
        help_text = "Широта и долгота, как их даёт карта: 52.7214, 41.4523. По ним считаются расстояния."
        super().__init__(label="Координаты", max_length=60, required=False, help_text=help_text, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return coordinates.written(*value) if isinstance(value, tuple) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            found = coordinates.pair(text)
        except ValueError as error:
            raise forms.ValidationError(
                "Здесь нужны два числа — широта и долгота в градусах, например: 52.7214, 41.4523."
            ) from error
        if wrong := coordinates.problem(*found):
            raise forms.ValidationError(wrong)
        return found


class OrganisationForm(forms.Form):
    kind = forms.ChoiceField(label="Вид", choices=OrganisationKind.choices)
    name = forms.CharField(label="Полное наименование", max_length=500)
    short_name = forms.CharField(
        label="Краткое наименование", max_length=200, help_text="Так организация названа в списках и поручениях."
    )
    code = forms.CharField(
        label="Код", max_length=40, required=False, help_text="Из регионального реестра; по нему узнают при загрузке."
    )
    settlement = forms.CharField(label="Населённый пункт", max_length=200, required=False)
    address = forms.CharField(label="Адрес", max_length=500, required=False)
    email = forms.EmailField(label="Электронная почта", required=False)
    phone = forms.CharField(label="Телефон", max_length=60, required=False)
    pupils = forms.IntegerField(label="Обучающихся", min_value=0, max_value=100_000, required=False)
    coordinates = CoordinatesField()

    @property
    def given(self) -> dict[str, Any]:
        """What the actions take."""
        data = dict(self.cleaned_data)
        data["latitude"], data["longitude"] = data.pop("coordinates") or (None, None)
        return data


class NewOrganisationForm(PlacedForm, OrganisationForm):
    parent = OrganisationField(label="Подчинена")
    field_order = ["parent"]


class MoveForm(PlacedForm):
    parent = OrganisationField(label="Новая вышестоящая организация")


class CloseForm(PlacedForm):
    successor = OrganisationField(
        label="Преемник", required=False, help_text="Код или название. Ему перейдут незакрытые поручения."
    )
    on = forms.DateField(label="Дата закрытия", widget=DayInput, initial=today)


class MergeForm(PlacedForm):
    into = OrganisationField(label="К какой организации присоединить")
    on = forms.DateField(label="Дата", widget=DayInput, initial=today)


class AliasForm(forms.Form):
    name = forms.CharField(
        label="Другое название",
        max_length=500,
        help_text="Как организацию называют в документах, например «Школа № 6».",
    )


class PersonForm(forms.Form):
    last_name = forms.CharField(label="Фамилия", max_length=100)
    first_name = forms.CharField(label="Имя", max_length=100, required=False)
    middle_name = forms.CharField(label="Отчество", max_length=100, required=False)
    email = forms.EmailField(label="Электронная почта", required=False)
    phone = forms.CharField(label="Телефон", max_length=60, required=False)


class PostForm(forms.Form):
    title = forms.CharField(label="Должность", max_length=300)
    is_head = forms.BooleanField(label="Руководитель организации", required=False)


class NewPersonForm(PersonForm, PostForm):
    field_order = ["last_name", "first_name", "middle_name", "title", "is_head", "email", "phone"]


class NewPostForm(PlacedForm, PostForm):
    organisation = OrganisationField(label="Организация")
    field_order = ["organisation"]


class BodyForm(forms.Form):
    kind = forms.ChoiceField(label="Вид", choices=BodyKind.choices)
    name = forms.CharField(label="Название", max_length=500)


class MemberForm(forms.Form):
    """One member; a row without a name is left out."""

    name = forms.CharField(label="ФИО", max_length=300, required=False)
    position = forms.CharField(label="Должность", required=False)
    role = forms.ChoiceField(label="Роль", choices=BodyRole.choices, initial=BodyRole.MEMBER)


MemberFormSet = forms.formset_factory(MemberForm, extra=3, max_num=100)


class UploadForm(forms.Form):
    file = forms.FileField(label="Файл xlsx или csv", help_text="До 10 МБ и до 50 000 строк на листе.")


class ExportForm(forms.Form):
    kind = forms.ChoiceField(label="Вид файла", widget=forms.RadioSelect)
