"""From a name in a document to an organisation, a body or a person. What is ambiguous stays unresolved."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TypeAlias

from django.db.models import Q

from opora.core.actor import LEVEL
from opora.core.text import fold
from opora.decrees.naming import Name, parse
from opora.registry.models import Alias, Body, Organisation, Person
from opora.registry.models.organisations import OrganisationState

Target: TypeAlias = Organisation | Body


def resolve(text: str, territory: Organisation) -> Target | None:
    """What a document of `territory` calls `text`; None where that is nothing or not one thing. For many names use
    `Resolver`.
    """
    return Resolver(territory).resolve(text)


@dataclass(frozen=True, slots=True)
class _Entry:
    path: str  # where in the tree it stands
    target: Target
    name: Name  # of the short name
    around: frozenset[str]  # words of its names, its settlement and everything above it


class Resolver:
    """Resolves any number of names of one territory with three queries, all in the constructor."""

    def __init__(self, territory: Organisation) -> None:
        self.territory = territory
        region = Organisation.objects.inside(Organisation(path=territory.root_path))
        self._organisations = {organisation.pk: organisation for organisation in region}
        self._exact: dict[str, list[_Entry]] = defaultdict(list)
        self._keys: dict[tuple[str, ...], list[_Entry]] = defaultdict(list)
        self._entries: list[_Entry] = []
        self._load_organisations()
        self._load_bodies()
        self._aliases = self._load_aliases()

    def resolve(self, text: str) -> Target | None:
        """The organisation or body of that name: an alias first, then names in the territory, then those around it.

        A closed organisation stands for its successor. A kind and a number alone («СОШ № 6») count only inside the
        municipality, for every municipality may have one.
        """
        folded, name = fold(text), parse(text)
        if not folded:
            return None
        if folded in self._aliases:
            return self._aliases[folded]
        for level, path in enumerate(self._levels()):
            if len(path) == LEVEL < len(self.territory.path) and not name.is_distinctive:
                break
            found = self._inside(self._exact.get(folded, []), path)
            found = found or self._inside(self._keys.get(name.words, []), path)
            if not found and (level == 0 or len(path) > LEVEL):
                found = self._numbered(name, path)
            if found:
                return _only(found)
        return None

    def _levels(self) -> list[str]:
        return [self.territory.path, *reversed(self.territory.ancestor_paths)]

    def _inside(self, entries: list[_Entry], path: str) -> list[Target]:
        return [entry.target for entry in entries if entry.path.startswith(path)]

    def _numbered(self, name: Name, path: str) -> list[Target]:
        """Schools there with the number, of which every word of `name` says something true."""
        if not name.numbers or not name.kinds:
            return []
        said = set(name.words)
        return [
            entry.target
            for entry in self._entries
            if entry.path.startswith(path)
            and name.numbers == entry.name.numbers
            and name.kinds == entry.name.kinds
            and said <= entry.around
        ]

    # -- loading -------------------------------------------------------------------------------------------------

    def _load_organisations(self) -> None:
        words: dict[str, frozenset[str]] = {}
        for organisation in sorted(self._organisations.values(), key=lambda found: len(found.path)):
            target = self._current(organisation)
            short, full = parse(organisation.short_name), parse(organisation.name)
            own = frozenset((*short.words, *full.words, *parse(organisation.settlement).words))
            around = own | words.get(organisation.path[:-LEVEL], frozenset())
            words[organisation.path] = around
            if target is None:
                continue
            entry = _Entry(organisation.path, target, short, around)
            self._entries.append(entry)
            for name in {fold(organisation.short_name), fold(organisation.name)}:
                self._exact[name].append(entry)
            for key in {short.words, full.words} - {()}:
                self._keys[key].append(entry)

    def _load_bodies(self) -> None:
        inside = Organisation.objects.inside(Organisation(path=self.territory.root_path))
        for body in Body.objects.filter(organisation__in=inside, dissolved_on__isnull=True):
            body.organisation = self._organisations[body.organisation_id]
            name = parse(body.name)
            entry = _Entry(body.organisation.path, body, name, frozenset(name.words))
            self._exact[fold(body.name)].append(entry)

    def _load_aliases(self) -> dict[str, Target | None]:
        """By folded name: the target, or None for a group; the nearest territory wins."""
        above = {path: length for length, path in enumerate(reversed(self._levels()))}
        aliases = Alias.objects.filter(territory__path__in=above).select_related("territory", "body__organisation")
        found: dict[str, Target | None] = {}
        for alias in sorted(aliases, key=lambda alias: above[alias.territory.path]):
            organisation = self._organisations.get(alias.organisation_id or 0)
            found[alias.folded] = self._current(organisation) if organisation else alias.body
        return found

    def _current(self, organisation: Organisation) -> Organisation | None:
        """The organisation itself, the working successor of a closed one, or None."""
        seen: set[int] = set()
        found: Organisation | None = organisation
        while found and found.state == OrganisationState.CLOSED and found.pk not in seen:
            seen.add(found.pk)
            found = self._organisations.get(found.successor_id or 0)
        return found if found and found.state == OrganisationState.ACTIVE else None


def _only(found: list[Target]) -> Target | None:
    different = {(type(target), target.pk): target for target in found}
    return next(iter(different.values())) if len(different) == 1 else None


# -- people ------------------------------------------------------------------------------------------------------

_INITIAL = re.compile(r"^[^\W\d_]\.?$")


def resolve_person(name: str, territory: Organisation) -> Person | None:
    """The one person of that surname whose first and middle name begin so, in the territory or an organisation above.

    Reads «И. О. Фамилия», «Фамилия И.О.» and whole names.
    """
    parsed = _person_parts(name)
    if parsed is None:
        return None
    last, rest = parsed
    inside = Person.objects.filter(
        Q(posts__organisation__in=Organisation.objects.inside(territory).values("pk"))
        | Q(posts__organisation__path__in=territory.ancestor_paths)
    )
    people = inside.filter(Q(sort_name=last) | Q(sort_name__startswith=f"{last} ")).distinct()
    found = [person for person in people if fold(person.last_name) == last and _fits(person, rest)]
    return found[0] if len(found) == 1 else None


def _person_parts(name: str) -> tuple[str, list[str]] | None:
    """The folded surname and what is given of first and middle name."""
    words = fold(name).replace(".", ". ").split()
    long = [word for word in words if not _INITIAL.match(word)]
    short = [word.rstrip(".") for word in words if _INITIAL.match(word)]
    if not short and 2 <= len(long) <= 3:
        return long[0], long[1:]
    if len(long) != 1 or not 1 <= len(short) <= 2:
        return None
    return long[0], short


def _fits(person: Person, given: list[str]) -> bool:
    """Whether the first and middle name begin as given; a person known by initials alone fits a whole name too."""
    known = [fold(person.first_name).rstrip("."), fold(person.middle_name).rstrip(".")]
    for said, has in zip(given, known, strict=False):
        if len(said) == 1 or len(has) == 1:
            if said[:1] != has[:1]:
                return False
        elif said != has:
            return False
    return True
