"""The passport of a school in short: of its latest accepted one, what people ask first."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from opora.collection.queries.answers import Told, told
from opora.collection.values import Value
from opora.registry.models import Organisation
from opora.ui import words

#: Keys of the shipped passport: what they are called here, and the unit.
SHOWN = {
    "head_name": ("Руководитель", ""),
    "settlement": ("Где расположена", ""),
    "pupils": ("Обучающихся", ""),
    "classes": ("Классов-комплектов", ""),
    "shifts": ("Сменность", ""),
    "teachers": ("Учителей", ""),
    "vacancies": ("Вакансий учителей, ставок", ""),
    "not_by_profile_share": ("Учителей не по образованию", "%"),
    "category_share": ("Учителей с категорией", "%"),
    "special_needs": ("С ограниченными возможностями здоровья", ""),
    "not_native": ("Русский язык не родной", ""),
    "at_risk": ("С риском неуспешности", ""),
    "registered": ("На учёте", ""),
}


@dataclass(frozen=True, slots=True)
class Passport:
    form: Told
    lines: list[tuple[str, str]]  # (what, how much)


def passport_of(school: Organisation) -> Passport | None:
    """One query."""
    form = told([school], questionnaires=False)[school.pk].get("passport")
    if form is None:
        return None
    known = {key: form.values.get(key) for key in SHOWN}
    lines = [(title, _said(known[key], unit)) for key, (title, unit) in SHOWN.items() if known[key] not in (None, "")]
    return Passport(form, lines)


def _said(value: Value, unit: str) -> str:
    text = words.number(value) if isinstance(value, int | float | Decimal) else str(value)
    return f"{text} {unit}".strip()
