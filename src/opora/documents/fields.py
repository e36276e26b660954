"""The fields of each kind of fact: how a person calls them, reads them and writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from opora import deadlines
from opora.core.workflow import Refused
from opora.decrees import to_json
from opora.decrees.reading.references import reference_of
from opora.decrees.reading.responsible import read_responsible
from opora.documents.models import DocumentKind, FactKind

Shape = Literal["line", "text", "lines", "day", "period", "deadline", "responsible", "choice", "signatory", "reference"]
Period = tuple[dt.date, dt.date]

ROLES = {
    "chair": "руководитель",
    "deputy": "заместитель руководителя",
    "secretary": "секретарь",
    "member": "член группы",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a fact's `data`."""

    name: str
    label: str
    shape: Shape = "line"
    required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What a deadline and a responsible are read with: the day of issue, the period of the road map, abbreviations."""

    issued: dt.date | None = None
    period: Period | None = None
    known: Collection[str] = ()


CHANGES = (
    ("words", "слова заменяются"),
    ("replace", "пункт излагается заново"),
    ("add", "пункт добавляется"),
    ("remove", "пункт исключается"),
    ("number", "пункт получает другой номер"),
    ("annex", "приложение излагается заново"),
    ("unknown", "не понято"),
)
COLUMNS = (("text", "мероприятие"), ("deadline", "срок"), ("responsible", "ответственные"))
_KINDS = tuple(DocumentKind.choices)
_NUMBER = Field("number", "№")
_TEXT = Field("text", "Текст", "text", required=True)
_DEADLINE = Field(
    "deadline", "Срок", "deadline", hint="Как в документе: «до 30 апреля», «ежеквартально», «2026/27 учебный год»."
)
_RESPONSIBLE = Field("responsible", "Ответственные", "responsible", hint="Каждый — с новой строки.")

FIELDS: dict[str, tuple[Field, ...]] = {
    FactKind.HEADING: (
        Field("kind", "Вид", "choice", True, _KINDS),
        Field("number", "Номер"),
        Field("date", "Дата", "day"),
        Field("issuer", "Кто издал"),
        Field("title", "Название", "text"),
        Field("place", "Место"),
        Field("signatory", "Кто подписал", "signatory", hint="Имя, затем через запятую должность."),
        Field("control", "Контроль исполнения", hint="Кто контролирует, в именительном падеже."),
        Field("addressees", "Кому", "lines", hint="Каждый адресат — с новой строки."),
        Field(
            "amends",
            "Какой документ изменяет",
            "reference",
            hint="Вид, дата и номер: «распоряжение от 27.08.2026 № 412-р». Пусто, если документ ничего не изменяет.",
        ),
    ),
    FactKind.CHANGE: (
        Field("kind", "Что происходит", "choice", True, CHANGES),
        Field("target", "Пункт", hint="Номер изменяемого пункта; у нового пункта — его номер."),
        Field("said", "Как сказано в документе", "text", required=True),
        Field("section", "Раздел"),
        Field(
            "part", "Где", "choice", False, (("", "не сказано"), ("row", "дорожная карта"), ("clause", "сам документ"))
        ),
        Field("column", "Графа", "choice", False, (("", "не сказано"), *COLUMNS)),
        Field("piece", "Часть пункта", hint="«подпункт а», «абзац 2» или «новый абзац»; пусто — весь пункт."),
        Field("old", "Слова, которые заменяются", "text"),
        Field("new", "Слова, которыми заменяются", "text"),
        Field("text", "Новое мероприятие", "text"),
        Field("deadline", "Новый срок", "deadline"),
        Field("responsible", "Новые ответственные", "responsible", hint="Каждый — с новой строки."),
    ),
    FactKind.CLAUSE: (_NUMBER, _TEXT, Field("addressee", "Кому"), _DEADLINE),
    FactKind.ROADMAP: (
        Field("title", "Название", "text"),
        Field("goal", "Цель", "text"),
        Field("period", "Период", "period"),
    ),
    FactKind.SECTION: (Field("title", "Название раздела", "text"),),
    FactKind.ACTIVITY: (
        _NUMBER,
        Field("text", "Мероприятие", "text", required=True),
        _DEADLINE,
        _RESPONSIBLE,
        Field("completion", "Результат", "text"),
        Field("submit_to", "Куда направить", "lines", hint="Адреса электронной почты, каждый с новой строки."),
    ),
    FactKind.ITEM: (_TEXT, _DEADLINE, _RESPONSIBLE),
    FactKind.GROUP: (Field("title", "Название группы", "text", required=True),),
    FactKind.MEMBER: (
        Field("name", "Имя", required=True),
        Field("position", "Должность", "text"),
        Field("role", "Роль", "choice", True, tuple(ROLES.items())),
    ),
    FactKind.PARTNERSHIP: (
        Field("mentor", "Школа-наставник", required=True),
        Field("mentored", "Курируемые школы", "lines", True, hint="Каждая школа — с новой строки."),
    ),
    FactKind.FORM: (
        Field("title", "Название"),
        Field("activity", "К пункту"),
        Field("columns", "Графы", "lines", True, hint="Каждая графа — с новой строки."),
    ),
    FactKind.APPROVAL: (
        Field("name", "Имя", required=True),
        Field("position", "Должность", "text"),
        Field("conclusion", "Заключение", "text"),
    ),
    FactKind.REFERENCE: (
        Field("kind", "Вид", "choice", False, (("", "не указан"), *_KINDS)),
        Field("number", "Номер"),
        Field("date", "Дата", "day"),
        Field("title", "Название", "text"),
    ),
    FactKind.ABBREVIATION: (Field("short", "Сокращение", required=True), Field("long", "Полностью", required=True)),
    FactKind.FINDING: (),
}

_EMPTY: dict[Shape, Any] = {"lines": [], "responsible": []}
# Kept as an empty text where the dataclass knows no null.
_TEXTUAL = {(FactKind.MEMBER, "position")}


def field_of(kind: str, name: str) -> Field:
    """The field of that name; LookupError where facts of that kind have none."""
    return next(field for field in FIELDS[kind] if field.name == name)


def empty(kind: str) -> dict[str, Any]:
    """The data of a new fact of that kind."""
    return {field.name: _empty(kind, field) for field in FIELDS[kind]}


def _empty(kind: str, field: Field) -> Any:
    if (kind, field.name) in _TEXTUAL:
        return ""
    if field.required and field.choices:
        return field.choices[-1][0]
    return list(_EMPTY[field.shape]) if field.shape in _EMPTY else None


# -- from a person -----------------------------------------------------------------------------------------------


def written(kind: str, field: Field, value: Any, old: Any, context: Context) -> Any:
    """What a person wrote, as `data` keeps it; the same text as before keeps what was understood of it before."""
    if value in (None, "", [], (None, None)):
        return _empty(kind, field) if not (field.required and field.choices) else old
    if field.shape == "deadline":
        return _deadline(value, old, context)
    if field.shape == "responsible":
        return _responsible(_lines(value), old or [], context)
    if field.shape == "lines":
        return _lines(value)
    if field.shape == "signatory":
        return _signatory(value)
    if field.shape == "reference":
        return _reference(value, old)
    if field.shape == "period":
        return [_iso(day) for day in value]
    if field.shape == "day":
        return _iso(value)
    return "\n".join(" ".join(line.split()) for line in str(value).splitlines()).strip() or _empty(kind, field)


def _deadline(value: Any, old: Any, context: Context) -> Any:
    if isinstance(value, dict):
        return value
    text = " ".join(str(value).split())
    if old and old["text"] == text:
        return old
    return deadlines.to_json(deadlines.read(text, context.issued, context.period))


def _responsible(lines: list[str], old: list[dict[str, Any]], context: Context) -> list[dict[str, Any]]:
    before = {one["text"]: one for one in old}
    found: list[dict[str, Any]] = []
    for line in lines:
        if line in before:
            found.append(before[line])
        else:
            found += [to_json(one) for one in read_responsible([line], context.known)]
    return found


def _signatory(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    name, _, position = " ".join(str(value).split()).partition(",")
    return {"name": name.strip(), "position": position.strip() or None}


def _reference(value: Any, old: Any) -> Any:
    if isinstance(value, dict):
        return value
    text = " ".join(str(value).split())
    if old and _cited(old) == text:
        return old
    found = reference_of(text)
    if found is None:
        raise Refused(
            "Не понятно, какой документ изменяется. Напишите вид, дату и номер: «приказ от 12.09.2026 № 318»."
        )
    return to_json(found)


def _cited(value: dict[str, Any]) -> str:
    """«распоряжение от 27.08.2026 № 412-р «О поддержке школ»»"""
    kind = dict(_KINDS).get(value.get("kind") or "", "документ")
    dated = f" от {_dotted(value['date'])}" if value.get("date") else ""
    number = f" № {value['number']}" if value.get("number") else ""
    title = f" «{value['title']}»" if value.get("title") else ""
    return f"{kind}{dated}{number}{title}"


def _lines(value: Any) -> list[str]:
    parts = value.splitlines() if isinstance(value, str) else value
    return [line for line in (" ".join(str(part).split()) for part in parts) if line]


def _iso(value: Any) -> str | None:
    if value in (None, ""):
        return None
    return value.isoformat() if isinstance(value, dt.date) else dt.date.fromisoformat(value).isoformat()


# -- to a person -------------------------------------------------------------------------------------------------


def editable(field: Field, value: Any) -> Any:
    """The value as the form shows it."""
    if value is None:
        return ""
    if field.shape == "deadline":
        return value["text"]
    if field.shape == "responsible":
        return "\n".join(one["text"] for one in value)
    if field.shape == "lines":
        return "\n".join(value)
    if field.shape == "reference":
        return _cited(value)
    if field.shape == "signatory":
        return ", ".join(filter(None, [value["name"], value["position"]]))
    return value


def said(field: Field, value: Any) -> str:
    """The value in words, as the page and the journal say it; empty where there is none."""
    if field.shape == "choice":
        return dict(field.choices).get(value or "", value or "")
    if field.shape == "period":
        days = [_dotted(day) for day in value or ()]
        return " – ".join(day or "…" for day in days)
    if field.shape == "day":
        return _dotted(value)
    return str(editable(field, value))


def understood(value: Any) -> str:
    """How a deadline was understood: «до 30.04.2026»."""
    return deadlines.describe(deadlines.from_json(value)) if value else ""


def _dotted(value: str | None) -> str:
    return f"{dt.date.fromisoformat(value):%d.%m.%Y}" if value else ""
