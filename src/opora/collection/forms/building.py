"""The forms of the builder: what a form is called, a section, a field of each kind."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count
from typing import Any

from django import forms
from django.db.models import QuerySet

from opora.collection.definition import IN_CELLS, KEY, MOST_DECIMALS, Check, Definition, Field, Kind, Section
from opora.collection.editing import free_key
from opora.collection.models import FormKind, FormState
from opora.collection.queries.submissions import REGISTRY
from opora.collection.ready import CODES, ready
from opora.ui.forms import FilterForm

_SPLIT = re.compile(r"\s*\|\s*")
_KINDS = {kind.label: kind for kind in IN_CELLS}
CONDITIONS = (
    "Например, f3 > 0 или f1 = «да»: коды полей стоят в составе формы рядом с вопросами. Пусто — спрашивать всегда."
)
FORMULAS = "Коды полей стоят в составе формы рядом с вопросами: например, f3 / f2 * 100."


class FormFilter(FilterForm):
    state = forms.ChoiceField(label="Состояние", choices=[("", "любое"), *FormState.choices])
    kind = forms.ChoiceField(label="Вид", choices=[("", "любой"), *FormKind.choices])

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        return queryset.filter(**chosen)


class TitleForm(forms.Form):
    title = forms.CharField(label="Название", max_length=300, help_text="Например: Паспорт школы на 2026/27 год")
    kind = forms.ChoiceField(label="Вид", choices=FormKind.choices, initial=FormKind.FREE)


class NewForm(forms.Form):
    """A form to be built: empty, or begun as one that Opora ships."""

    ready = forms.ChoiceField(
        label="С чего начать",
        required=False,
        choices=[("", "с пустой формы"), *((code, ready(code).title) for code in CODES)],
        help_text="Готовую форму можно изменить под себя до публикации.",
    )
    title = forms.CharField(
        label="Название",
        max_length=300,
        required=False,
        help_text="Пустую форму нужно назвать, у готовой можно оставить её название.",
    )
    kind = forms.ChoiceField(
        label="Вид",
        choices=FormKind.choices,
        initial=FormKind.FREE,
        required=False,
        help_text="У готовой формы он свой.",
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("ready"):
            shipped = ready(data["ready"])
            data["title"], data["kind"] = data.get("title") or shipped.title, shipped.kind
        elif not data.get("title"):
            self.add_error("title", "Назовите форму.")
        data["kind"] = data.get("kind") or FormKind.FREE
        return data


class KindForm(forms.Form):
    """What kind of field is to be added, and where."""

    kind = forms.ChoiceField(label="Вид поля", choices=[(kind.value, kind.label) for kind in Kind])


def _text(label: str, rows: int = 2, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=False, max_length=4000, widget=widget, **kwargs)


class _Piece(forms.Form):
    """What a section and a field have both: a key that nothing else of the form bears, and a condition."""

    key = forms.CharField(
        label="Код",
        required=False,
        max_length=40,
        help_text="По нему на ответ ссылаются формулы. Строчные латинские буквы, цифры и «_»; пусто — дадим сами.",
    )
    condition = forms.CharField(label="Спрашивать, только если", required=False, max_length=1000, help_text=CONDITIONS)

    def __init__(self, *args: Any, definition: Definition, old: str = "", **kwargs: Any) -> None:
        self.definition, self.old = definition, old
        super().__init__(*args, **kwargs)

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"] or self.old or free_key(self.definition)
        if not KEY.fullmatch(key):
            raise forms.ValidationError("Только строчные латинские буквы, цифры и «_», первой — буква.")
        taken = {*self.definition.fields, *(section.key for section in self.definition.sections)} - {self.old}
        if key in taken:
            raise forms.ValidationError(f"Код «{key}» уже занят: дайте другой.")
        return key


class SectionForm(_Piece):
    title = forms.CharField(label="Название раздела", max_length=300)
    hint = _text("Пояснение к разделу")

    field_order = ("title", "hint", "key", "condition")

    @staticmethod
    def said(section: Section) -> dict[str, Any]:
        return {"title": section.title, "hint": section.hint, "key": section.key, "condition": section.condition}

    @property
    def section(self) -> Section:
        given = self.cleaned_data
        return Section(given["key"], given["title"], (), given["hint"], given["condition"])


class FieldForm(_Piece):
    """A field of one kind: what that kind does not have is not asked."""

    title = forms.CharField(label="Вопрос", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    hint = _text("Подсказка под вопросом")
    required = forms.BooleanField(label="Ответ обязателен", required=False)
    unit = forms.CharField(label="Единица", required=False, max_length=40, help_text="Например: чел., %, кв. м")
    min = forms.DecimalField(label="Не меньше", required=False, max_digits=15, decimal_places=6)
    max = forms.DecimalField(label="Не больше", required=False, max_digits=15, decimal_places=6)
    decimals = forms.IntegerField(
        label="Знаков после запятой", required=False, min_value=0, max_value=MOST_DECIMALS, initial=0
    )
    options = _text("Варианты ответа", 5, help_text="Каждый с новой строки.")
    columns = _text(
        "Столбцы",
        5,
        help_text=f"Каждый с новой строки: «Предмет», или с видом: «Часов | число». Виды: {', '.join(_KINDS)}; "
        "варианты выбора через «;»: «Смена | выбор одного | первая; вторая».",
    )
    prefill = forms.ChoiceField(
        label="Взять из реестра",
        required=False,
        choices=[("", "не брать"), *REGISTRY.items()],
        help_text="Ответ будет вписан заранее; заполняющий может его исправить.",
    )
    formula = forms.CharField(label="Вычислять по формуле", required=False, max_length=1000, help_text=FORMULAS)
    checks = _text(
        "Проверки",
        3,
        help_text="Каждая с новой строки: условие, «|», что сказать, если оно не выполнено. "
        "Например: f3 <= f2 | Учителей с категорией больше, чем учителей. День сравнивают с днём заполнения: "
        "f4 <= сегодня, адрес почты узнаёт почта(f5).",
    )

    field_order = (
        *("title", "hint", "required", "options", "columns", "unit", "min", "max", "decimals"),
        *("key", "formula", "condition", "checks"),
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        self.kind = kind
        super().__init__(*args, **kwargs)
        for name, kinds in _OF.items():
            if kind not in kinds:
                del self.fields[name]
        if kind == Kind.TEXT:
            self.fields["min"].label, self.fields["max"].label = "Знаков не меньше", "Знаков не больше"
        if kind == Kind.TABLE:
            self.fields["max"].label = "Строк не больше"
        for name in ("options", "columns"):
            if name in self.fields:
                self.fields[name].required = True

    def clean_options(self) -> tuple[str, ...]:
        found = _lines(self.cleaned_data["options"])
        if len(found) < 2:
            raise forms.ValidationError("Нужно хотя бы два варианта, каждый с новой строки.")
        if len(set(found)) < len(found):
            raise forms.ValidationError("Варианты повторяются.")
        return tuple(found)

    def clean_columns(self) -> tuple[Field, ...]:
        """A column of the same title and kind goes on as it was, under its own key and with its limits."""
        former = self.former.columns if self.former else ()
        kept = {(one.title, one.kind): one for one in former}
        free = (key for n in count(1) if (key := f"c{n}") not in {one.key for one in former})
        found = []
        for line in _lines(self.cleaned_data["columns"]):
            column = _column(line)
            old = kept.pop((column.title, column.kind), None)
            found.append(replace(old, options=column.options) if old else replace(column, key=next(free)))
        return tuple(found)

    def clean_checks(self) -> tuple[Check, ...]:
        found = []
        for line in _lines(self.cleaned_data["checks"]):
            expression, *rest = _SPLIT.split(line, maxsplit=1)
            if not expression or not rest or not rest[0]:
                raise forms.ValidationError(f"«{line}»: нужны условие, «|» и что сказать.")
            found.append(Check(expression, rest[0]))
        return tuple(found)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        low, high = data.get("min"), data.get("max")
        if low is not None and high is not None and low > high:
            self.add_error("max", "Наибольшее значение меньше наименьшего.")
        return data

    @staticmethod
    def said(field: Field) -> dict[str, Any]:
        """A field as the form shows it."""
        names = (
            "title",
            "hint",
            "required",
            "unit",
            "min",
            "max",
            "decimals",
            "key",
            "formula",
            "condition",
            "prefill",
        )
        return {
            **{name: getattr(field, name) for name in names},
            "options": "\n".join(field.options),
            "columns": "\n".join(map(_line, field.columns)),
            "checks": "\n".join(f"{one.expression} | {one.message}" for one in field.checks),
        }

    @property
    def former(self) -> Field | None:
        """What is being changed: it keeps whatever is not asked here."""
        return self.definition.fields.get(self.old)

    @property
    def field(self) -> Field:
        given = dict(self.cleaned_data)
        given["decimals"] = given.get("decimals") or 0
        return replace(self.former, **given) if self.former else Field(kind=self.kind, **given)


_TEXTS = (Kind.TEXT, Kind.NUMBER)
_OF: dict[str, tuple[Kind, ...]] = {
    "unit": (Kind.NUMBER,),
    "min": _TEXTS,
    "max": (*_TEXTS, Kind.TABLE),
    "decimals": (Kind.NUMBER,),
    "options": (Kind.CHOICE, Kind.SEVERAL),
    "columns": (Kind.TABLE,),
    "formula": _TEXTS,
    "prefill": _TEXTS,
}


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _column(line: str) -> Field:
    """«Часов | число» as a column that has no key yet."""
    title, *rest = _SPLIT.split(line)
    kind = _KINDS.get(rest[0].lower()) if rest else Kind.TEXT
    options = tuple(one.strip() for one in rest[1].split(";") if one.strip()) if len(rest) > 1 else ()
    if not title or kind is None or len(rest) > 2:
        raise forms.ValidationError(f"«{line}»: нужны название и, если это не текст, вид: {', '.join(_KINDS)}.")
    if (kind == Kind.CHOICE) != (len(options) > 1):
        raise forms.ValidationError(f"«{line}»: у выбора нужны хотя бы два варианта через «;», у других видов их нет.")
    return Field("", kind, title, options=options, decimals=2 if kind == Kind.NUMBER else 0)


def _line(column: Field) -> str:
    if column.kind == Kind.TEXT:
        return column.title
    parts = [column.title, column.kind.label, *(["; ".join(column.options)] if column.options else [])]
    return " | ".join(parts)
