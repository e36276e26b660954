"""From a name in a document to an organisation, a body or a person. What is ambiguous stays unresolved."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from django.db.models import Q, QuerySet

from opora.core.actor import LEVEL
from opora.core.text import fold, words
from opora.decrees.naming import Name, parse
from opora.registry.models import Alias, Body, Organisation, OrganisationWord, Person
from opora.registry.models.organisations import OrganisationState
from opora.registry.models.words import LAST

Target: TypeAlias = Organisation | Body
MOST = 3000  # organisations that may bear the names: of more the whole region is read
MOST_WORDS = 300  # of one question to the database
_SHORTENED = frozenset({"сош", "оош", "нош"})  # which organisations may spell out


def resolve(text: str, territory: Organisation) -> Target | None:
    """What a document of `territory` calls `text`; None where that is nothing or not one thing. For many names use
    `Resolver`.
    """
    return Resolver(territory, [text]).resolve(text)


def named(text: str, territory: Organisation) -> tuple[list[Organisation], list[str]]:
    """The organisations inside `territory` that the lines of a text name or give the codes of, and the lines that name
    none or several."""
    lines = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    coded = {one.code: one for one in Organisation.objects.inside(territory).filter(code__in=lines) if one.code}
    resolver = Resolver(territory, [line for line in lines if line not in coded])
    found: dict[int, Organisation] = {}
    unknown = []
    for line in lines:
        target = coded.get(line) or resolver.resolve(line)
        if isinstance(target, Organisation) and target.path.startswith(territory.path):
            found[target.pk] = target
        else:
            unknown.append(line)
    return list(found.values()), unknown


@dataclass(frozen=True, slots=True)
class _Entry:
    path: str  # where in the tree it stands
    target: Target
    name: Name  # of the short name
    around: frozenset[str]  # words of its names, its settlement and everything above it


class Resolver:
    """Resolves any number of names of one territory with a few queries, all in the constructor.

    Where the `names` are told, only what may bear them is read, by the index of words; others are read when they are
    asked for, or `learn`ed together before. Without `names` the whole region is read: for very many.
    """

    def __init__(self, territory: Organisation, names: Iterable[str] | None = None) -> None:
        self.territory = territory
        self._organisations: dict[int, Organisation] = {}
        self._exact: dict[str, list[_Entry]] = defaultdict(list)
        self._keys: dict[tuple[str, ...], list[_Entry]] = defaultdict(list)
        self._entries: list[_Entry] = []
        self._loaded: set[int] = set()  # organisations that have their entry
        self._around: dict[str, frozenset[str]] = {}
        self._aliases: dict[str, Target | None] = {}
        self._learned: set[str] = set()
        self._whole = False
        self._bodies_known = False
        if names is None:
            self._read_all()
        else:
            self.learn(names)

    def learn(self, names: Iterable[str]) -> None:
        """Read what may bear these names, those learned before left out; at most six queries."""
        new = {fold(name): name for name in names if name and fold(name) and fold(name) not in self._learned}
        if self._whole or not new:
            return
        bearing = _bearing(new.values())
        if bearing is None:
            self._read_all()
            return
        aliases = list(self._alias_rows().filter(folded__in=list(new)))
        region = Organisation.objects.inside(Organisation(path=self.territory.root_path))
        named = [one.organisation_id for one in aliases if one.organisation_id]
        words = OrganisationWord.objects.filter(bearing).order_by().values("organisation")
        found = list(region.filter(Q(pk__in=words) | Q(pk__in=named))[: MOST + 1])
        if len(found) > MOST:
            self._read_all()
            return
        self._learned |= new.keys()
        self._organisations |= {one.pk: one for one in found}
        self._read_successors()
        self._read_above(found)
        self._enter(found)
        if not self._bodies_known:
            self._load_bodies()
        self._aliases |= self._load_aliases(aliases)

    def resolve(self, text: str) -> Target | None:
        """The organisation or body of that name: an alias first, then names in the territory, then those around it.

        A closed organisation stands for its successor. A kind and a number alone («СОШ № 6») count only inside the
        municipality, for every municipality may have one.
        """
        folded, name = fold(text), parse(text)
        if not words(text):  # «№» alone names nothing
            return None
        self.learn([text])
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

    def _read_all(self) -> None:
        region = Organisation.objects.inside(Organisation(path=self.territory.root_path))
        self._organisations = {organisation.pk: organisation for organisation in region}
        self._whole = True
        self._enter(self._organisations.values())
        if not self._bodies_known:
            self._load_bodies()
        self._aliases = self._load_aliases(self._alias_rows())

    def _read_successors(self) -> None:
        """Of closed ones, as far as they lead."""
        region = Organisation.objects.inside(Organisation(path=self.territory.root_path))
        new = list(self._organisations.values())
        while new:
            wanted = {one.successor_id for one in new if one.state == OrganisationState.CLOSED}
            wanted -= {None, *self._organisations}
            new = list(region.filter(pk__in=wanted)) if wanted else []
            self._organisations |= {one.pk: one for one in new}

    def _read_above(self, found: Iterable[Organisation]) -> None:
        """The words of everything above those that were found."""
        paths = {one.path[:end] for one in found for end in range(LEVEL, len(one.path), LEVEL)}
        missing = sorted(paths - self._around.keys())
        above = Organisation.objects.filter(path__in=missing).order_by("path") if missing else []
        for one in above:
            self._words_around(one)

    def _words_around(self, one: Organisation) -> frozenset[str]:
        """Words of its names, its settlement and everything above it."""
        if one.path not in self._around:
            parsed = (parse(text) for text in (one.short_name, one.name, one.settlement))
            own = frozenset(word for name in parsed for word in name.words)
            self._around[one.path] = own | self._around.get(one.path[:-LEVEL], frozenset())
        return self._around[one.path]

    def _enter(self, organisations: Iterable[Organisation]) -> None:
        for organisation in sorted(organisations, key=lambda found: (len(found.path), found.pk)):
            around = self._words_around(organisation)
            target = self._current(organisation)
            if target is None or organisation.pk in self._loaded:
                continue
            self._loaded.add(organisation.pk)
            short, full = parse(organisation.short_name), parse(organisation.name)
            entry = _Entry(organisation.path, target, short, around)
            self._entries.append(entry)
            for name in {fold(organisation.short_name), fold(organisation.name)}:
                self._exact[name].append(entry)
            for key in {short.words, full.words} - {()}:
                self._keys[key].append(entry)

    def _load_bodies(self) -> None:
        self._bodies_known = True
        inside = Organisation.objects.inside(Organisation(path=self.territory.root_path))
        rows = Body.objects.filter(organisation__in=inside, dissolved_on__isnull=True)
        for body in rows.select_related("organisation"):
            self._exact[fold(body.name)].append(_Entry(body.organisation.path, body, Name(()), frozenset()))

    def _alias_rows(self) -> QuerySet[Alias]:
        return Alias.objects.filter(territory__path__in=self._levels()).select_related(
            "territory", "body__organisation"
        )

    def _load_aliases(self, aliases: Iterable[Alias]) -> dict[str, Target | None]:
        """By folded name: the target, or None for a group; the nearest territory wins."""
        above = {path: length for length, path in enumerate(reversed(self._levels()))}
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


def _bearing(names: Iterable[str]) -> Q | None:
    """The words of which everything that may be called so bears one; None where that would be too many.

    Of the name as it is written the longest word; of the name taken apart the longest that organisations write in the
    same way, and its numbers, whatever zeros stand before them.
    """
    starts: set[str] = set()
    for text in names:
        parsed = parse(text)
        plain = [word for word in parsed.words if not word.isdigit() and word not in _SHORTENED]
        if parsed.words and not plain and not parsed.numbers:
            return None
        starts |= {max(found, key=len) for found in (words(text), plain) if found}
        starts |= {zeros + number for number in parsed.numbers for zeros in ("", "0", "00")}
    if len(starts) > MOST_WORDS:
        return None
    found = Q(pk__in=[])
    for start in starts:
        found |= Q(word=start)
        behind = f"{start}:" if start.isdigit() else start  # «:» stands behind the digits: «6а», not «60»
        found |= Q(word__gte=behind, word__lt=start + LAST)
    return found


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
