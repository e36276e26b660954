"""What would be replaced in a document, and the bytes of its twin: of its file, or of its reading where it has none."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml.etree import LxmlError

from opora.core.actor import Actor
from opora.core.errors import Problem
from opora.decrees import Unreadable
from opora.decrees.formats import open_layout
from opora.decrees.layout import Layout, Paragraph, Table
from opora.documents.models import Document
from opora.documents.printing import render
from opora.lists.twin import office, reading
from opora.lists.twin.finding import COUNT, DISTRICT, Finder, Mention
from opora.lists.twin.labels import Labels
from opora.lists.twin.subjects import Subjects, subjects_of
from opora.lists.twin.words import keys_of, tokens_of

CONTEXT = 60  # characters around a mention that are shown
PLACES = 5  # contexts shown of one replacement


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person decides: what is left as it is, words hidden besides, whether all schools and districts go."""

    off: frozenset[str] = frozenset()  # ids of replacements
    added: tuple[str, ...] = ()
    every: bool = True
    districts: bool = True

    def as_json(self) -> dict[str, Any]:
        return {
            "off": sorted(self.off), "added": list(self.added), "every": self.every, "districts": self.districts
        }  # fmt: skip

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Choices:
        return cls(frozenset(said["off"]), tuple(said["added"]), said["every"], said["districts"])


@dataclass(slots=True)
class Replacement:
    """The same words replaced by the same words, wherever they stand."""

    code: str  # by which a form names it
    kind: str
    before: str
    after: str
    count: int = 0
    places: list[tuple[str, str]] = field(default_factory=list)  # the text before and behind
    on: bool = True


@dataclass(slots=True)
class Plan:
    replacements: list[Replacement]
    left: list[str]  # what still tells, with its context
    pictures: int
    named: int  # how many listed schools the document names


class Maker:
    """Reads a document once, then plans and makes its twin."""

    def __init__(self, document: Document, choices: Choices, user: Actor) -> None:
        self.document, self.choices = document, choices
        self.subjects: Subjects = subjects_of(document.organisation, user)
        self.finder = Finder(self.subjects, every=choices.every, added=choices.added, own_number=document.number)
        self.content = _content(document)
        self.is_docx = bool(self.content) and document.suffix == ".docx"
        self.layout = Layout() if self.is_docx else _layout(document, self.content)
        self.texts = [*self._texts(), document.title, document.number, document.file_name]
        self.found = {text: self._found(text) for text in dict.fromkeys(self.texts)}
        if all(one.kind == DISTRICT for found in self.found.values() for one in found):  # they alone tell nothing
            self.found = {text: [] for text in self.found}
        self.labels = Labels(document.public_id, (one for found in self.found.values() for one in found))

    def _texts(self) -> list[str]:
        if not self.is_docx:
            return [text for block in self.layout.blocks for text in _texts_of(block)]
        try:
            return office.texts_of(self.content)
        except (zipfile.BadZipFile, LxmlError, KeyError) as error:
            raise Problem("Файл документа повреждён: сохраните его заново и замените в системе.") from error

    def _found(self, text: str) -> list[Mention]:
        found = self.finder.find(text)
        return [one for one in found if self.choices.districts or one.kind != DISTRICT]

    # -- the plan --------------------------------------------------------------------------------------------------

    def plan(self) -> Plan:
        made: dict[str, Replacement] = {}
        for text in self.texts:
            for one in self.found[text]:
                before = text[one.start : one.end]
                code = _code(one.kind, before)
                known = made.setdefault(code, Replacement(code, one.kind, before, self.labels.of(one)))
                known.count += 1
                known.on = code not in self.choices.off
                if len(known.places) < PLACES:
                    known.places.append((text[max(one.start - CONTEXT, 0) : one.start], text[one.end :][:CONTEXT]))
        keys = {one.key for found in self.found.values() for one in found}
        named = sum(subject.key in keys for subject in self.subjects.schools)
        pictures = office.pictures_of(self.content) if self.is_docx else 0
        return Plan(list(made.values()), self.leftovers(map(self.replaced, self.texts)), pictures, named)

    def leftovers(self, texts: Iterable[str]) -> list[str]:
        """What still tells after the replacement: a word of a listed school in any form, its number, a small count."""
        secret = {key for word in self.subjects.secret_words for key in keys_of(word)}
        left: dict[str, None] = {}
        strict = Finder(self.subjects, every=False, own_number=self.document.number)
        for text in texts:
            found = strict.find(text)
            spans = [(one.start, one.end) for one in found if one.kind != DISTRICT]
            districts = [(one.start, one.end) for one in found if one.kind == DISTRICT]
            spans += [
                (token.start, token.end)
                for token in tokens_of(text)
                if token.is_name
                and not secret.isdisjoint(keys_of(token.word.lower()))
                and not any(start <= token.start < end for start, end in districts)
            ]
            for start, end in spans:
                left[f"…{text[max(start - 40, 0) : end + 40].strip()}…"] = None
        return list(left)

    # -- the twin --------------------------------------------------------------------------------------------------

    def replaced(self, text: str) -> str:
        for one, label in reversed(self.replacing(text)):
            text = text[: one.start] + label + text[one.end :]
        return text

    def replacing(self, text: str) -> list[tuple[Mention, str]]:
        found = self.found[text] if text in self.found else self._found(text)
        kept = [one for one in found if _code(one.kind, text[one.start : one.end]) not in self.choices.off]
        return [(one, self._label(one)) for one in kept]

    def _label(self, one: Mention) -> str:
        try:
            return self.labels.of(one)
        except KeyError:  # in a place that is no text: a description of a picture
            return "общеобразовательная организация"

    def content_of_twin(self) -> bytes:
        title = self.replaced(self.document.title)
        if self.is_docx:
            return office.rewritten(self.content, self.replacing, title=title)
        blocks = [_replaced(block, self.replaced) for block in self.layout.blocks]
        return render(office.printed_of(blocks, title), "docx")


def digest_of(document: Document) -> str:
    """Of what a twin is made: another digest means that the twin is out of date."""
    said = [document.sha256, document.title, document.number, document.date]
    if not document.file:
        facts = document.facts.kept().order_by("order", "pk").values_list("data", flat=True)
        said.append(json.dumps(list(facts), sort_keys=True))
    return hashlib.sha256("\n".join(map(str, said)).encode()).hexdigest()


def _code(kind: str, before: str) -> str:
    return hashlib.sha256(f"{kind}\n{' '.join(before.split())}".encode()).hexdigest()[:16]


def _content(document: Document) -> bytes:
    if not document.file:
        return b""
    with document.file.open("rb") as file:
        return bytes(file.read())


def _layout(document: Document, content: bytes) -> Layout:
    if not content:
        return reading.layout_of(document)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"document{document.suffix}"
        path.write_bytes(content)
        try:
            return open_layout(path)
        except Unreadable as error:
            raise Problem(f"{error.what} {error.advice}".strip()) from error


def _texts_of(block: object) -> list[str]:
    if isinstance(block, Paragraph):
        return [block.text]
    return [cell.text for row in block.rows for cell in row.cells] if isinstance(block, Table) else []


def _replaced(block: object, replace: Any) -> tuple[str, list[list[str]]]:
    if isinstance(block, Paragraph):
        return replace(block.text), []
    if not isinstance(block, Table):
        return "", []
    rows = []
    for row in block.rows:
        cells: dict[int, str] = defaultdict(str)
        for cell in row.cells:
            cells[cell.column] = replace(cell.text)
        rows.append([cells[column] for column in range(max(cells, default=-1) + 1)])
    return "", [row for row in rows if row]


__all__ = ["COUNT", "Choices", "Maker", "Plan", "Replacement", "digest_of"]
