"""What a letter is filled with: the fields of each kind, their meanings and samples, and placeholders for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from opora.documents.models import LetterKind

TAG = "tag"  # the key of a line of a placeholder list that opens or closes a loop


@dataclass(frozen=True, slots=True)
class Field:
    """One field; `children` make it a group («signatory.name»), or with `many` a list for a loop."""

    name: str
    says: str
    sample: str = ""
    children: tuple[Field, ...] = ()
    many: bool = False

    def child(self, name: str) -> Field | None:
        return next((one for one in self.children if one.name == name), None)


CONTACTS = "г. Заречный, ул. Набережная, д. 12, +7 (000) 123-45-67, do@zarechnaya.example"
COMMON = (
    Field(
        "organisation",
        "Организация, от которой письмо",
        children=(
            Field("name", "полное наименование", "Департамент образования Заречной области"),
            Field("address", "адрес", "г. Заречный, ул. Набережная, д. 12"),
            Field("phone", "телефон", "+7 (000) 123-45-67"),
            Field("email", "электронная почта", "do@zarechnaya.example"),
            Field("contacts", "адрес, телефон и почта через запятую: те, что есть в реестре", CONTACTS),
        ),
    ),
    Field("number", "Номер; у проекта пусто", "01-15/214"),
    Field("date", "Дата; у проекта пусто", "26.11.2026"),
    Field("addressee", "Кому", "Управление образования Луговского района"),
    Field("title", "О чём письмо", "О сроках исполнения поручений"),
    Field("text", "Вступительный текст, который составитель может изменить", "Просим обратить внимание на сроки."),
    Field(
        "signatory",
        "Кто подписывает",
        children=(Field("position", "должность", "Начальник департамента"), Field("name", "имя", "Д.С. Орлов")),
    ),
    Field(
        "executor",
        "Исполнитель письма",
        children=(Field("name", "имя", "Соколова Марина Петровна"), Field("phone", "телефон", "+7 (000) 123-45-68")),
    ),
)

KINDS: dict[str, tuple[Field, ...]] = {
    LetterKind.REMINDER: (
        Field("day", "На какой день составлено", "26.11.2026"),
        Field("overdue_count", "Сколько поручений просрочено", "1"),
        Field("soon_count", "У скольких поручений скоро срок", "1"),
        Field(
            "rows",
            "Поручения, сначала просроченные",
            children=(
                Field("number", "порядковый номер", "1"),
                Field("text", "что сделать", "Провести самоанализ и обсудить его итоги"),
                Field("source", "по какому документу", "распоряжение от 27.08.2026 № 412-р, пункт 6"),
                Field("due", "срок", "20.11.2026"),
                Field("state", "просрочено или осталось", "просрочено на 6 дней"),
            ),
            many=True,
        ),
    ),
    LetterKind.SUMMARY: (
        Field("period", "За какой период", "с 01.09.2026 по 26.11.2026"),
        Field(
            "rows",
            "Муниципалитеты и организации",
            children=(
                Field("name", "название", "Луговской район"),
                Field("total", "поручений", "24"),
                Field("accepted", "исполнено", "17"),
                Field("reported", "на проверке", "3"),
                Field("overdue", "просрочено", "2"),
                Field("share", "процент исполнения", "71"),
            ),
            many=True,
        ),
        Field(
            "total",
            "Итог",
            children=(
                Field("total", "поручений", "129"),
                Field("accepted", "исполнено", "117"),
                Field("reported", "на проверке", "0"),
                Field("overdue", "просрочено", "12"),
                Field("share", "процент исполнения", "91"),
            ),
        ),
    ),
    LetterKind.EXTRACT: (
        Field("roadmap", "Название дорожной карты", "Дорожная карта поддержки школ на 2026/27 учебный год"),
        Field("source", "Документ, которым она утверждена", "распоряжение от 27.08.2026 № 412-р"),
        Field(
            "rows",
            "Мероприятия организации",
            children=(
                Field("number", "номер в дорожной карте", "6"),
                Field("text", "что сделать", "Провести самоанализ и обсудить его итоги"),
                Field("due", "срок", "до 20.11.2026"),
                Field("state", "состояние", "в работе"),
            ),
            many=True,
        ),
    ),
    LetterKind.PROTOCOL: (
        Field("body", "Рабочая группа", "региональная рабочая группа по поддержке школ"),
        Field("place", "Место", "г. Заречный"),
        Field("chair", "Председательствовал", "Орлов Д.С."),
        Field("secretary", "Секретарь", "Соколова М.П."),
        Field(
            "present",
            "Кто присутствовал",
            children=(Field("name", "имя", "Ковалёва Н.П."), Field("position", "должность", "ректор института")),
            many=True,
        ),
        Field("invited", "Приглашённые", "директора школ области"),
        Field(
            "agenda",
            "Повестка",
            children=(Field("number", "номер", "1"), Field("text", "вопрос", "О ходе диагностики")),
            many=True,
        ),
        Field(
            "decisions",
            "Решения",
            children=(
                Field("number", "номер", "1"),
                Field("text", "что решили", "Представить сведения о муниципальных методистах"),
                Field("due", "срок", "до 13.12.2026"),
                Field("executor", "исполнитель", "Муниципальные органы управления образованием"),
            ),
            many=True,
        ),
    ),
}


def fields(kind: str) -> tuple[Field, ...]:
    return (*COMMON, *KINDS[kind])


def listed(kind: str) -> Iterator[tuple[str, str, str]]:
    """(how it is written in a template, what it means, a sample) of every field."""
    for field in fields(kind):
        if field.many:
            yield f"{{%tr for row in {field.name} %}} … {{%tr endfor %}}", f"{field.says}: строка на каждое", ""
            yield from (
                (f"{{{{ row.{one.name} }}}}", f"{field.says}: {one.says}", one.sample) for one in field.children
            )
        elif field.children:
            for one in field.children:
                yield f"{{{{ {field.name}.{one.name} }}}}", f"{field.says}: {one.says}", one.sample
        else:
            yield f"{{{{ {field.name} }}}}", field.says, field.sample


def sample(kind: str) -> dict[str, Any]:
    """Content made of the samples: one row in every list."""
    return {field.name: _sample(field) for field in fields(kind)}


def _sample(field: Field) -> Any:
    if not field.children:
        return field.sample
    group = {one.name: one.sample for one in field.children}
    return [group] if field.many else group


def complete(kind: str, content: dict[str, Any]) -> dict[str, Any]:
    """The content with every field there is, so that no template meets a missing one; values are texts."""
    whole = {field.name: _complete(field, content.get(field.name)) for field in fields(kind)}
    sender = whole["organisation"]
    sender["contacts"] = ", ".join(filter(None, (sender["address"], sender["phone"], sender["email"])))
    return whole


def _complete(field: Field, value: Any) -> Any:
    if field.many:
        return [_group(field, row) for row in value or []]
    return _group(field, value or {}) if field.children else _text(value)


def _group(field: Field, value: dict[str, Any]) -> dict[str, str]:
    return {one.name: _text(value.get(one.name)) for one in field.children}


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def day_of(text: str) -> dt.date:
    """The day that a field says: «13.12.2026»."""
    day, month, year = map(int, text.split("."))
    return dt.date(year, month, day)


def placeholders(kind: str) -> dict[str, Any]:
    """Content that says the fields' own tags: printed, it is a template."""
    return {field.name: _placeholder(field) for field in fields(kind)}


def _placeholder(field: Field) -> Any:
    if field.many:
        row = {one.name: f"{{{{ row.{one.name} }}}}" for one in field.children}
        return [{TAG: f"for row in {field.name}"}, row, {TAG: "endfor"}]
    if field.children:
        return {one.name: f"{{{{ {field.name}.{one.name} }}}}" for one in field.children}
    return f"{{{{ {field.name} }}}}"
