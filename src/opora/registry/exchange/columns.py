"""The form of the file: two sheets with their columns."""

from __future__ import annotations

from opora.core.text import fold
from opora.registry.models.organisations import OrganisationKind

ORGANISATIONS = "Организации"
PEOPLE = "Люди"

COLUMNS: dict[str, dict[str, str]] = {
    ORGANISATIONS: {
        "code": "код",
        "kind": "вид",
        "name": "полное наименование",
        "short_name": "краткое наименование",
        "parent": "подчинена (код)",
        "settlement": "населённый пункт",
        "address": "адрес",
        "email": "электронная почта",
        "phone": "телефон",
        "pupils": "обучающихся",
        "aliases": "другие названия",
        "latitude": "широта",
        "longitude": "долгота",
    },
    PEOPLE: {
        "organisation": "код организации",
        "last_name": "фамилия",
        "first_name": "имя",
        "middle_name": "отчество",
        "title": "должность",
        "is_head": "руководитель",
        "email": "электронная почта",
        "phone": "телефон",
        "role": "роль",
    },
}
NEEDED = {ORGANISATIONS: ("code", "short_name"), PEOPLE: ("organisation", "last_name", "title")}
KIND_WORDS = {  # what else a kind may be called
    "роив": OrganisationKind.REGION_AUTHORITY,
    "моуо": OrganisationKind.MUNICIPAL_AUTHORITY,
    "школа": OrganisationKind.SCHOOL,
    "оо": OrganisationKind.SCHOOL,
    "институт": OrganisationKind.INSTITUTE,
    "методическая служба": OrganisationKind.METHODICAL_SERVICE,
    "другое": OrganisationKind.OTHER,
} | {fold(kind.label): kind for kind in OrganisationKind}
YES, NO = {"да", "1", "+", "true"}, {"", "нет", "0", "-", "false"}

MAX_BYTES = 10 * 1024 * 1024
MAX_ROWS = 50_000

_FORMULA = ("=", "+", "-", "@")
_NUMBER_LIKE = frozenset("+-0123456789 .,()")


def escaped(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet program could run it; telephone numbers stay."""
    return f"'{text}" if _needs_apostrophe(text) else text


def plain(text: str) -> str:
    """What `escaped` was given."""
    return text[1:] if text.startswith("'") and _needs_apostrophe(text[1:]) else text


def _needs_apostrophe(text: str) -> bool:
    if text.startswith("'"):
        return _needs_apostrophe(text[1:])
    return text.startswith(_FORMULA) and not (text[0] in "+-" and set(text) <= _NUMBER_LIKE)


def header_keys(sheet: str, cells: list[str]) -> dict[int, str]:
    """Column number -> field, of the headers that the sheet knows."""
    known = {_header(label): key for key, label in COLUMNS[sheet].items()}
    return {number: known[_header(cell)] for number, cell in enumerate(cells) if _header(cell) in known}


def _header(text: str) -> str:
    """A header without case, a star and what stands in brackets."""
    return fold(text).split("(")[0].strip(" *:")
