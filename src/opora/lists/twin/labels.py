"""Neutral words instead of what tells: the same for the same within a document, in an order that tells nothing."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from django.conf import settings

from opora.lists.twin.finding import COUNT, DISTRICT, HEAD, PLACE, SCHOOL, Mention

_FORMS = {
    SCHOOL: (
        "общеобразовательная организация", "общеобразовательной организации", "общеобразовательной организации",
        "общеобразовательную организацию", "общеобразовательной организацией", "общеобразовательной организации",
    ),
    PLACE: (
        "населённый пункт", "населённого пункта", "населённому пункту", "населённый пункт", "населённым пунктом",
        "населённом пункте",
    ),
    DISTRICT: (
        "муниципальное образование", "муниципального образования", "муниципальному образованию",
        "муниципальное образование", "муниципальным образованием", "муниципальном образовании",
    ),
}  # fmt: skip
_CASES = {"nomn": 0, "gent": 1, "gen2": 1, "datv": 2, "accs": 3, "ablt": 4, "loct": 5, "loc2": 5}
HIDDEN = "[скрыто]"
FEW = "менее 5"


class Labels:
    """The numbers of the schools, places and municipalities of one document."""

    def __init__(self, document: str, mentions: Iterable[Mention]) -> None:
        self._numbers: dict[tuple[str, str], int] = {}
        keys = {(SCHOOL if one.kind == HEAD else one.kind, one.key) for one in mentions if one.kind != COUNT}
        for kind in (SCHOOL, PLACE, DISTRICT):
            mine = sorted((_shuffled(document, key), key) for found, key in keys if found == kind)
            self._numbers |= {(kind, key): number for number, (_, key) in enumerate(mine, start=1)}

    def of(self, one: Mention) -> str:
        if one.kind == COUNT:
            return FEW
        if one.kind == HEAD:
            return f"руководитель общеобразовательной организации {self._numbers[SCHOOL, one.key]}"
        if one.kind in _FORMS:
            return f"{_FORMS[one.kind][_CASES.get(one.case, 0)]} {self._numbers[one.kind, one.key]}"
        return HIDDEN


def _shuffled(document: str, key: str) -> bytes:
    """A place in the order that nobody can work out from the school."""
    return hmac.new(settings.OPORA_JOURNAL_KEY, f"twin {document} {key}".encode(), hashlib.sha256).digest()
