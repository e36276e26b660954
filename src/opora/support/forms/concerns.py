"""Filters of concerns, and the forms by which they go on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.support.actions.concerns import may_put
from opora.support.levels import Level, levels, newest
from opora.support.models.concerns import ConcernState
from opora.ui.forms import FilterForm


def level_choices() -> list[tuple[str, str]]:
    return [(str(one.rank), one.title) for one in levels(newest())]


class ConcernFilter(FilterForm):
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *ConcernState.choices])
    level = forms.ChoiceField(label="Уровень")
    shared = forms.ChoiceField(label="Видит ли школа", choices=[("", "не важно"), ("yes", "видит"), ("no", "не видит")])
    municipality = forms.ModelChoiceField(
        label="Муниципалитет", queryset=Organisation.objects.none(), to_field_name="public_id", empty_label="любой"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = [("", "любой"), *level_choices()]  # type: ignore[attr-defined]
        scope = self.user.scope(Permission.ASSIGNMENTS_DECIDE)
        inside = Organisation.objects.filter(knowledge(self.user).q("path")).filter(scope.q("path")).active()
        areas = inside.of_kind(OrganisationKind.MUNICIPAL_AUTHORITY).order_by("sort_name")
        self.fields["municipality"].queryset = areas  # type: ignore[attr-defined]

    def apply(self, queryset: Any, chosen: dict[str, Any]) -> QuerySet[Any]:
        if "state" in chosen:
            queryset = queryset.filter(state=chosen["state"])
        if "level" in chosen:
            queryset = queryset.filter(rank=int(chosen["level"]))
        if "shared" in chosen:
            queryset = queryset.filter(shared=chosen["shared"] == "yes")
        if "municipality" in chosen:
            queryset = queryset.filter(case__school__parent=chosen["municipality"])
        found: QuerySet[Any] = queryset
        return found


def _reason(label: str, hint: str = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=2000, help_text=hint, widget=forms.Textarea(attrs={"rows": 4}))


def _document(hint: str = "Название, дата и номер, если документ есть.") -> forms.CharField:
    return forms.CharField(label="Документ", max_length=500, required=False, help_text=hint)


class RaiseForm(forms.Form):
    """What is wrong with a school; the levels are those that the person may put it on."""

    text = _reason("Что случилось", "Факты: что, когда, откуда известно. Без имён детей.")
    rank = forms.TypedChoiceField(label="Уровень", coerce=int)
    shared = forms.BooleanField(
        label="Показать школе",
        required=False,
        help_text="Школа увидит сигнал, его историю и контрольный лист. Показать можно и потом.",
    )

    def __init__(self, *args: Any, user: Actor, path: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [(one.rank, one.title) for one in levels(newest()) if may_put(user, path, one)]
        self.fields["rank"].choices = found  # type: ignore[attr-defined]


class LevelForm(forms.Form):
    """To which level it goes from where it stands."""

    rank = forms.TypedChoiceField(label="Новый уровень", coerce=int)
    reason = _reason("Почему", "Останется в истории сигнала.")
    document_text = _document("Для режима управленческой опеки — приказ.")

    def __init__(self, *args: Any, here: Level, others: list[Level], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rank"].help_text = f"Сейчас: {here.title}. Отметки контрольного листа прежнего уровня останутся."
        ways = [(one.rank, f"{'выше' if one.rank > here.rank else 'ниже'}: {one.title}") for one in others]
        up = [way for way in ways if way[0] > here.rank]
        down = [way for way in ways if way[0] < here.rank]
        self.fields["rank"].choices = [*up, *reversed(down)]  # type: ignore[attr-defined]


class DecisionForm(forms.Form):
    text = _reason("Что решено", "Кто, что и к какому дню делает.")
    document_text = _document()


class ReasonForm(forms.Form):
    reason = _reason("Почему", "Останется в истории сигнала.")


class ResolveForm(ReasonForm):
    document_text = _document()


class TickForm(forms.Form):
    needed = forms.TypedChoiceField(
        label="Что с пунктом",
        choices=[("yes", "сделано"), ("no", "не нужно")],
        coerce=lambda told: told == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label="Пояснение", max_length=500, required=False, help_text="Обязательно, если пункт не нужен."
    )
