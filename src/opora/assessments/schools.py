"""The schools of a region as the reader of results knows them; what it does not find surely is kept for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from opora.core.text import fold
from opora.identification.reading.model import HOW_WORDS
from opora.identification.reading.schools import Match, Registry, School
from opora.registry.models import Alias, Organisation
from opora.registry.models.organisations import OrganisationKind

UNSURE = "?"  # begins the key of a school that waits for a person's word
LONGEST = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """What a file says, and the school it may be."""

    said: str
    name: str
    municipality: str
    school_id: str = ""
    how: str = ""


@dataclass
class Known(Registry):
    """Finds by code and by other names that people gave; all else keeps its rows under a key of its own."""

    asked: dict[str, Asked] = field(default_factory=dict)

    def match(self, code: str, name: str, municipality: str = "") -> Match | None:
        found = super().match(code, name, municipality)
        if found and found.how in ("code", "given"):
            return found
        key = f"{UNSURE}{' | '.join((code, name, municipality))}"[:LONGEST]
        if key not in self.asked:
            near = found.school if found else self.nearest(code, name)
            how = HOW_WORDS[found.how] if found else "похожее название" if near else ""
            self.asked[key] = Asked(code or name, name, municipality, near.school_id if near else "", how)
        return Match(School(key, name), "given")


def code_of(organisation: Organisation) -> str:
    """By what results name a school: its code of the region's register, or its public id where it has none."""
    return organisation.code or organisation.public_id


def schools_inside(territory: Organisation) -> list[Organisation]:
    """Working schools and closed ones: results may be older than the closing."""
    found = Organisation.objects.inside(territory).of_kind(OrganisationKind.SCHOOL)
    return list(found.select_related("parent").order_by("pk"))


def known(organisations: Iterable[Organisation]) -> Known:
    """The reader's registry of these schools; one query for their other names."""
    schools = {code_of(one): one for one in organisations}
    by_key = {one.pk: code for code, one in schools.items()}
    said: Counter[str] = Counter()
    given: dict[str, str] = {}
    names = [(name, code) for code, one in schools.items() for name in {one.name, one.short_name}]
    names += [
        (alias.name, by_key[alias.organisation_id])
        for alias in Alias.objects.filter(organisation__in=by_key)
        if alias.organisation_id
    ]
    for name, code in names:
        if given.get(name, code) != code:
            said[name] += 1
        given[name] = code
    own = {name: code for name, code in given.items() if not said[name] and fold(name)}
    return Known(
        {
            code: School(code, one.short_name, one.parent.public_id if one.parent else "", str(one.parent or ""))
            for code, one in schools.items()
        },
        own,
    )
