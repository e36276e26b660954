"""A questionnaire as one person answers it, without a name: its questions, what was typed, what is still to mend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import QueryDict

from opora.collection import values
from opora.collection.definition import NAMELESS, Definition, Field, Section
from opora.collection.sheet import Question, typed
from opora.collection.values import Stored
from opora.collection.working import work_out, wrongs

SEEN = "seen"  # the name of inputs that say which questions stood on the page


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a page that was sent: `kept` is what may be stored, where nothing is to mend."""

    parts: tuple[tuple[Section, tuple[Question, ...]], ...]
    kept: Mapping[str, Stored]
    wrong: int  # questions to mend
    grown: bool  # an answer asks for further questions, that were not on the page

    @property
    def done(self) -> bool:
        return not self.wrong and not self.grown


def empty(definition: Definition) -> Answered:
    """The page as it is opened."""
    return _answered(definition, {}, {}, frozenset(), frozenset())


def answered(definition: Definition, data: QueryDict) -> Answered:
    given = {key: said for key, said in typed(_askable(definition), data).items() if said is not None}
    mistakes: dict[str, list[str]] = {}
    worked = work_out(definition, given)
    for one in wrongs(definition, worked):
        if definition.fields[one.key].kind in NAMELESS:
            mistakes.setdefault(one.key, []).append(one.message)
    asked = frozenset(one.key for one in _askable(definition) if one.key in worked.asked)
    unseen = asked - set(data.getlist(SEEN))
    said = {key: tuple(found) for key, found in mistakes.items() if key not in unseen}
    return _answered(definition, given, said, asked, unseen)


def _askable(definition: Definition) -> list[Field]:
    return [one for one in definition.fields.values() if one.kind in NAMELESS and not one.formula]


def _answered(
    definition: Definition,
    given: Mapping[str, Stored],
    mistakes: Mapping[str, tuple[str, ...]],
    asked: frozenset[str],
    unseen: frozenset[str],
) -> Answered:
    asked = asked or frozenset(work_out(definition, {}).asked)
    mine = {one.key for one in _askable(definition)} & asked
    parts = tuple(
        (section, tuple(_question(one, given.get(one.key), mistakes) for one in section.fields if one.key in mine))
        for section in definition.sections
    )
    kept = {key: said for key, said in given.items() if key in mine}
    return Answered(tuple(part for part in parts if part[1]), kept, len(mistakes), bool(unseen))


def _question(one: Field, stored: Stored, mistakes: Mapping[str, tuple[str, ...]]) -> Question:
    text = values.shown(one, stored)
    return Question(one, True, "" if stored is None else stored, text, "", mistakes.get(one.key, ()))
