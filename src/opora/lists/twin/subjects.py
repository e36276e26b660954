"""Who must not be told: the listed schools with everything by which a text may name them."""

from __future__ import annotations

from dataclasses import dataclass, field

from opora.core.actor import Actor
from opora.core.secrecy import knowledge
from opora.lists.models import ListEntry
from opora.lists.twin.words import keys_of, numbers_of, telling, types_of
from opora.registry.models import Alias, Organisation, Post
from opora.registry.models.organisations import OrganisationKind


@dataclass(slots=True)
class Subject:
    """One school. `words` are those of its names alone, `place` those of its settlement; all in small letters."""

    key: str
    words: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    types: set[str] = field(default_factory=set)
    place: set[str] = field(default_factory=set)
    heads: list[tuple[str, str]] = field(default_factory=list)  # surname in small letters, initials («АП»)
    literals: set[str] = field(default_factory=set)  # e-mail, telephone, code

    def may_be(self, numbers: set[str], types: set[str]) -> bool:
        """Whether a mention with these numbers and types can mean it: «Ясногорская СОШ № 3» is not № 1."""
        return (not numbers or not self.numbers or not numbers.isdisjoint(self.numbers)) and types <= self.types


@dataclass(slots=True)
class Subjects:
    schools: list[Subject]
    municipal: frozenset[str] = frozenset()  # words of the names of all municipalities, in small letters

    @property
    def secret_words(self) -> frozenset[str]:
        """Every word that only tells: none may be left in the twin."""
        return frozenset(word for school in self.schools for word in (*school.words, *school.place))


def subjects_of(organisation: Organisation, user: Actor) -> Subjects:
    """The schools that stand or stood in any approved list at and below the organisation, as far as the person may know
    of them: that one has left is no reason to name it."""
    entries = ListEntry.objects.filter(
        knowledge(user).q("organisation__path"), organisation.scope.q("organisation__path"), list__state="approved"
    )
    schools = {row.pk: row for row in Organisation.objects.filter(pk__in=entries.values("organisation"))}
    found = {pk: _school(row) for pk, row in schools.items()}
    for alias in Alias.objects.filter(organisation__in=schools):
        _named(found[alias.organisation_id or 0], alias.name)
    for post in Post.objects.filter(organisation__in=schools, is_head=True).select_related("person"):
        initials = "".join(part[0].upper() for part in (post.person.first_name, post.person.middle_name) if part)
        found[post.organisation_id].heads.append((post.person.last_name.lower(), initials))
        found[post.organisation_id].literals |= {v for v in (post.person.email, post.person.phone) if v}
    districts = Organisation.objects.inside(_root(organisation)).of_kind(OrganisationKind.MUNICIPAL_AUTHORITY)
    names = (name for row in districts.values_list("name", "short_name") for name in row)
    municipal = frozenset(word for name in names for word in telling(name))
    return Subjects(sorted(found.values(), key=lambda one: one.key), municipal)


def _school(row: Organisation) -> Subject:
    subject = Subject(row.public_id, place=set(telling(row.settlement)))
    for name in (row.name, row.short_name):
        _named(subject, name)
    subject.literals |= {value for value in (row.email, row.phone, row.code) if len(value) >= 5}
    return subject


def _named(subject: Subject, name: str) -> None:
    subject.words |= telling(name)
    subject.numbers |= numbers_of(name)
    subject.types |= types_of(name)


def _root(organisation: Organisation) -> Organisation:
    return Organisation.objects.get(path=organisation.root_path)


def alike(one: str, other: str) -> bool:
    """Whether two words in small letters are forms of one."""
    return not keys_of(one).isdisjoint(keys_of(other))
