"""Changes of a definition, as the builder makes them one by one: each gives a new definition and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from opora.collection.definition import Definition, Field, Section, field_json
from opora.core.workflow import Refused

T = TypeVar("T", Section, Field)
GONE = "Этого места в форме уже нет. Обновите страницу и посмотрите."


def free_key(definition: Definition) -> str:
    """«f7»: the first that nothing bears, for who gives no key of his own."""
    taken = {*definition.fields, *(section.key for section in definition.sections)}
    return next(key for key in (f"f{n}" for n in range(1, len(taken) + 2)) if key not in taken)


def section_at(definition: Definition, key: str) -> Section | None:
    return next((section for section in definition.sections if section.key == key), None)


def with_section(definition: Definition, section: Section, *, instead_of: str = "") -> Definition:
    """The section added at the end, or put in the place of another with the fields that stand there."""
    if not instead_of:
        return replace(definition, sections=(*definition.sections, section))
    old = section_at(definition, instead_of)
    if old is None:
        raise Refused(GONE)
    return _mapped(definition, old, replace(section, fields=old.fields))


def with_field(definition: Definition, field: Field, *, section: str, instead_of: str = "") -> Definition:
    """The field added at the end of a section, or put in the place of another of it."""
    place = section_at(definition, section)
    if place is None or (instead_of and all(one.key != instead_of for one in place.fields)):
        raise Refused(GONE)
    if instead_of:
        fields = tuple(field if one.key == instead_of else one for one in place.fields)
    else:
        fields = (*place.fields, field)
    return _mapped(definition, place, replace(place, fields=fields))


def without(definition: Definition, key: str) -> Definition:
    """Without the section (and all its fields) or the field."""
    section = section_at(definition, key) or definition.section_of(key)
    if section is None:
        raise Refused(GONE)
    if section.key == key:
        return replace(definition, sections=tuple(one for one in definition.sections if one is not section))
    fields = tuple(one for one in section.fields if one.key != key)
    return _mapped(definition, section, replace(section, fields=fields))


def moved(definition: Definition, key: str, by: int) -> Definition:
    """The section or field one place up (-1) or down (1); a field that leaves its section goes into the next one."""
    places = [section.key for section in definition.sections]
    if key in places:
        return replace(definition, sections=_swapped(definition.sections, places.index(key), by))
    section = definition.section_of(key)
    if section is None:
        raise Refused(GONE)
    at = next(n for n, one in enumerate(section.fields) if one.key == key)
    if 0 <= at + by < len(section.fields):
        return _mapped(definition, section, replace(section, fields=_swapped(section.fields, at, by)))
    beside = places.index(section.key) + by
    if not 0 <= beside < len(places):
        return definition
    field, target = section.fields[at], definition.sections[beside]
    fields = (*target.fields, field) if by < 0 else (field, *target.fields)
    left = without(definition, key)
    return _mapped(left, target, replace(target, fields=fields))


def _swapped(items: Sequence[T], at: int, by: int) -> tuple[T, ...]:
    found = list(items)
    if 0 <= at + by < len(found):
        found[at], found[at + by] = found[at + by], found[at]
    return tuple(found)


def _mapped(definition: Definition, old: Section, new: Section) -> Definition:
    return replace(definition, sections=tuple(new if one.key == old.key else one for one in definition.sections))


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one field between two versions."""

    title: str
    what: str  # добавлено | удалено | изменено
    details: tuple[str, ...] = ()  # of a change: which properties, as they were and became


_NAMES = {
    "kind": "вид",
    "title": "вопрос",
    "hint": "подсказка",
    "unit": "единица",
    "min": "не меньше",
    "max": "не больше",
    "decimals": "знаков после запятой",
    "required": "обязательно",
    "options": "варианты",
    "columns": "столбцы",
    "formula": "формула",
    "condition": "условие",
    "checks": "проверки",
    "prefill": "из реестра",
    "section": "раздел",
}


def differences(old: Definition, new: Definition) -> list[Difference]:
    """By fields, in the order of the new version; what went stands last."""
    return list(_differences(old, new))


def _differences(old: Definition, new: Definition) -> Iterator[Difference]:
    for key, field in new.fields.items():
        before = old.fields.get(key)
        if before is None:
            yield Difference(field.title, "добавлено")
            continue
        was, now = _said(old, before), _said(new, field)
        changed = [name for name in _NAMES if was.get(name) != now.get(name)]
        if changed:
            told = (f"{_NAMES[name]}: {_words(was.get(name))} → {_words(now.get(name))}" for name in changed)
            yield Difference(field.title, "изменено", tuple(told))
    for key, field in old.fields.items():
        if key not in new.fields:
            yield Difference(field.title, "удалено")


def _said(definition: Definition, field: Field) -> dict[str, object]:
    section = definition.section_of(field.key)
    return {**field_json(field), "kind": field.kind.label, "section": section.title if section else ""}


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, list):
        return "; ".join(_words(one) for one in value)
    if isinstance(value, dict):
        return str(value.get("title") or value.get("expression") or "")
    return "—" if value in (None, "") else f"«{value}»"
