"""What an import would do: nothing is changed until it is applied."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from opora.registry.exchange.columns import COLUMNS, ORGANISATIONS, PEOPLE
from opora.registry.models import Organisation, Person, Post
from opora.registry.models.organisations import OrganisationKind

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one cell, or in a row or the file where `column` or `row` is empty."""

    sheet: str
    row: int  # as the spreadsheet program counts; 0: the whole sheet
    column: str
    value: str
    text: str

    @property
    def place(self) -> str:
        """«лист «Люди», строка 5, столбец «фамилия»»"""
        sheet = f"лист «{self.sheet}»" if self.sheet else ""
        row = f"строка {self.row}" if self.row else ""
        column = f"столбец «{self.column}»" if self.column else ""
        return ", ".join(filter(None, (sheet, row, column)))

    def __str__(self) -> str:
        value = f"«{self.value}» — " if self.value else ""
        return f"{self.place}: {value}{self.text}" if self.place else self.text


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one row: what it is and what it will be."""

    sheet: str
    row: int
    subject: str
    field: str
    old: Value
    new: Value

    @property
    def before(self) -> str:
        """The old value in words."""
        return _in_words(self.field, self.old)

    @property
    def after(self) -> str:
        """The new value in words."""
        return _in_words(self.field, self.new)


def _in_words(field: str, value: Value) -> str:
    if value is None or value == "":
        return "пусто"
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, float):
        return str(value).replace(".", ",")
    if field == COLUMNS[ORGANISATIONS]["kind"] and value in OrganisationKind.values:
        return str(OrganisationKind(value).label)
    return str(value)


@dataclass(slots=True)
class OrganisationItem:
    """One row of «Организации»."""

    row: int
    key: str  # the code
    values: dict[str, Value]
    existing: Organisation | None
    changes: dict[str, tuple[Value, Value]] = field(default_factory=dict)
    parent: Organisation | OrganisationItem | None = None
    aliases: list[str] = field(default_factory=list)  # new ones
    made: Organisation | None = None  # after applying

    @property
    def organisation(self) -> Organisation:
        found = self.existing or self.made
        if found is None:
            raise RuntimeError("not applied yet")
        return found

    @property
    def subject(self) -> str:
        return self.existing.short_name if self.existing else str(self.values.get("short_name", ""))


@dataclass(slots=True)
class PersonItem:
    """One row of «Люди»."""

    row: int
    organisation: Organisation | OrganisationItem
    values: dict[str, Value]
    role: str
    existing: Person | None
    post: Post | None
    same_as: PersonItem | None = None  # an earlier row of the same new person
    changes: dict[str, tuple[Value, Value]] = field(default_factory=dict)
    made: Person | None = None

    @property
    def person(self) -> Person:
        found = self.existing or self.made or (self.same_as.person if self.same_as else None)
        if found is None:
            raise RuntimeError("not applied yet")
        return found

    @property
    def subject(self) -> str:
        names = (self.values.get(key) for key in ("last_name", "first_name", "middle_name"))
        return " ".join(str(name) for name in names if name)


@dataclass(slots=True)
class Plan:
    """A file read against the registry as it is."""

    name: str
    content: bytes
    organisations: list[OrganisationItem] = field(default_factory=list)
    people: list[PersonItem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def rows(self) -> list[OrganisationItem | PersonItem]:
        return [*self.organisations, *self.people]

    @property
    def new(self) -> int:
        return len(self.new_organisations) + len(self.new_people)

    @property
    def new_organisations(self) -> list[OrganisationItem]:
        return [item for item in self.organisations if item.existing is None]

    @property
    def new_people(self) -> list[PersonItem]:
        """Rows that bring a person or a post."""
        return [item for item in self.people if item.post is None]

    @property
    def changed(self) -> int:
        """Rows that change something known."""
        known = [item for item in self.organisations if item.existing], [item for item in self.people if item.post]
        return sum(bool(item.changes) for item in known[0]) + sum(bool(item.changes) for item in known[1])

    @property
    def same(self) -> int:
        return len(self.organisations) + len(self.people) - self.new - self.changed

    @property
    def roles(self) -> int:
        return sum(bool(item.role) for item in self.people)

    @property
    def is_empty(self) -> bool:
        """Whether applying would change nothing here (roles are the matter of other floors)."""
        return not (self.new or self.changed)

    def changes(self) -> Iterator[Change]:
        """Field by field, of rows that are known already."""
        for item in self.rows:
            sheet = ORGANISATIONS if isinstance(item, OrganisationItem) else PEOPLE
            for name, (old, new) in item.changes.items() if item.existing else ():
                yield Change(sheet, item.row, item.subject, COLUMNS[sheet][name], old, new)

    @property
    def sha256(self) -> str:
        """Of the file."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def digest(self) -> str:
        """Of the file and of everything it would change, old values included: another digest, another preview."""
        done = [
            [item.row, item.existing.public_id if item.existing else "", sorted(item.changes.items())]
            for item in self.rows
        ]
        posts = [item.post.pk if item.post else 0 for item in self.people]
        text = json.dumps([self.sha256, done, posts, [str(p) for p in self.problems]], ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
