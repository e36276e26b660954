"""From a row of a file to a school of the registry; what is not one school stays unresolved and says why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from opora.core.actor import LEVEL
from opora.core.text import fold, words
from opora.decrees.naming import Name, parse
from opora.lists.files import SourceRow
from opora.registry.models import Alias, Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.registry.resolve import Resolver

FOUND, AMBIGUOUS, MISSING = "found", "ambiguous", "missing"
SHOWN = 5  # schools named where several fit


@dataclass(frozen=True, slots=True)
class Match:
    """What was made of one row; `text` says what is wrong where no school was found."""

    row: SourceRow
    state: str
    school: Organisation | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    school: Organisation
    exact: frozenset[str]  # folded names, other names with them
    keys: frozenset[tuple[str, ...]]
    name: Name  # of the short name
    around: frozenset[str]


class Matcher:
    """Any number of rows against the schools of one territory, with five queries, all in the constructor."""

    def __init__(self, territory: Organisation) -> None:
        self.territory = territory
        self._resolver = Resolver(territory)
        inside = list(Organisation.objects.inside(territory).active().select_related("parent"))
        self._authorities = {
            found.path: frozenset(words(f"{found.name} {found.short_name} {found.settlement}"))
            for found in inside
            if found.kind == OrganisationKind.MUNICIPAL_AUTHORITY
        }
        names: dict[int, set[str]] = defaultdict(set)
        for alias in Alias.objects.filter(organisation__in=[found.pk for found in inside]):
            names[alias.organisation_id or 0].add(alias.folded)
        schools = [found for found in inside if found.kind == OrganisationKind.SCHOOL]
        self._known = [_known(school, names[school.pk]) for school in schools]
        self._schools = {school.pk: school for school in schools}
        self._codes = {school.code: school for school in schools if school.code}

    def match(self, row: SourceRow) -> Match:
        path = self._municipality(row.municipality)
        if path is None:
            return Match(row, MISSING, text=f"Муниципалитет «{row.municipality}» не найден.")
        coded = self._codes.get(row.code or row.name)
        if coded:
            return self._by_code(row, coded, path)
        if not row.name:
            return Match(row, MISSING, text=f"Школы с кодом «{row.code}» нет." if row.code else "Нет названия школы.")
        found = self._by_name(row, path)
        if found.school and row.code and found.school.code:
            return Match(row, MISSING, text=f"Школы с кодом «{row.code}» нет; у школы «{found.school}» другой код.")
        return found

    def _by_code(self, row: SourceRow, school: Organisation, path: str) -> Match:
        if not school.path.startswith(path):
            return Match(row, MISSING, text=f"По коду это «{school}», но она в другом муниципалитете.")
        named = self._candidates(row.name, path)
        if named and school not in named:
            return Match(row, AMBIGUOUS, text=f"По коду это «{school}», а по названию — {_listed(named)}.")
        return Match(row, FOUND, school)

    def _by_name(self, row: SourceRow, path: str) -> Match:
        target = self._resolver.resolve(row.name)
        if isinstance(target, Organisation) and target.path.startswith(path):
            if target.pk in self._schools:
                return Match(row, FOUND, self._schools[target.pk])
            return Match(row, MISSING, text=f"«{target}» — не общеобразовательная организация.")
        found = self._candidates(row.name, path)
        if len(found) == 1:
            return Match(row, FOUND, found[0])
        if found:
            return Match(row, AMBIGUOUS, text=f"Подходят несколько школ: {_listed(found)}.")
        near = self._similar(parse(row.name), path)
        if near:
            return Match(row, AMBIGUOUS, text=f"Такого названия нет. Похожи: {_listed(near)}.")
        place = "в этом муниципалитете" if row.municipality else f"в реестре ({self.territory})"
        return Match(row, MISSING, text=f"Такой школы {place} нет.")

    def _municipality(self, text: str) -> str | None:
        """The path in which to look: of the one municipality with all words of the text; None where there is none."""
        said = set(words(text))
        if not said:
            return self.territory.path
        target = self._resolver.resolve(text)
        if isinstance(target, Organisation) and target.path in self._authorities:
            return target.path
        found = [path for path, known in self._authorities.items() if said <= known]
        return found[0] if len(found) == 1 else None

    def _candidates(self, text: str, path: str) -> list[Organisation]:
        """Schools of that name; else those with its kind and number of which all its words are true."""
        folded, name = fold(text), parse(text)
        if not folded:
            return []
        inside = [known for known in self._known if known.school.path.startswith(path)]
        exact = [known.school for known in inside if folded in known.exact or name.words in known.keys]
        if exact or not (name.numbers and name.kinds):
            return exact
        return [
            known.school
            for known in inside
            if name.numbers == known.name.numbers
            and name.kinds == known.name.kinds
            and set(name.words) <= known.around | self._above(known.school)
        ]

    def _similar(self, name: Name, path: str) -> list[Organisation]:
        said = {word for word in name.words if len(word) > 1 or word.isdigit()}
        inside = (known for known in self._known if known.school.path.startswith(path))
        return [known.school for known in inside if said and said <= known.around | self._above(known.school)]

    def _above(self, school: Organisation) -> frozenset[str]:
        return self._authorities.get(school.path[:-LEVEL], frozenset())


def _known(school: Organisation, names: set[str]) -> _Known:
    short, full = parse(school.short_name), parse(school.name)
    return _Known(
        school,
        frozenset({fold(school.short_name), fold(school.name), *names}),
        frozenset({short.words, full.words} - {()}),
        short,
        frozenset((*short.words, *full.words, *parse(school.settlement).words)),
    )


def _listed(schools: list[Organisation]) -> str:
    named = [f"«{school}»" + (f" ({school.settlement})" if school.settlement else "") for school in schools[:SHOWN]]
    rest = len(schools) - SHOWN
    return ", ".join(named) + (f" и ещё {rest}" if rest > 0 else "")
