"""A version of a draft is checked: what the reading finds, what stands before signature, and names nobody knows."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone

from opora.core.text import fold
from opora.decrees import Decree, Unreadable
from opora.decrees.checking import activities, said, with_checks
from opora.decrees.formats import open_layout
from opora.decrees.model import Finding, Source
from opora.decrees.reading import read_layout
from opora.documents import points
from opora.documents.models import DraftVersion, FindingMark, MarkDecision
from opora.documents.source import anchor_of, blocks_of, place_of
from opora.registry.models import Organisation
from opora.registry.near import near
from opora.registry.resolve import Resolver

NEAR_FROM = 5000  # organisations: in more of them alike names are not looked for
TONES = {"error": "danger", "warning": "warning", "info": "info"}
SEVERITIES = {"error": "ошибка", "warning": "проверьте", "info": "к сведению"}


def check_version(version: DraftVersion, content: bytes) -> None:
    """Fill in its text and findings, or why it cannot be read. Nothing of it goes anywhere else; the caller saves."""
    version.checked_at, version.failure = timezone.now(), ""
    try:
        with tempfile.NamedTemporaryFile(suffix=version.suffix) as file:
            file.write(content)
            file.flush()
            layout = open_layout(Path(file.name))
        decree = read_layout(layout)
    except Unreadable as error:
        version.failure = f"{error.what} {error.advice}".strip()
        return
    version.blocks = blocks_of(layout)
    found = [*with_checks(decree), *unknown_names(decree, version.draft.organisation)]
    texts = _texts(version.blocks)
    version.findings = [_stored(finding, texts) for finding in found]


def _stored(finding: Finding, texts: dict[str, str]) -> dict[str, Any]:
    source = {name: value for name, value in asdict(finding.where or Source()).items() if value and name != "file"}
    anchor = anchor_of(source)
    words = fold(f"{texts.get(anchor, '')}|{finding.message}")
    key = hashlib.sha256(f"{finding.code}|{words}".encode()).hexdigest()
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "source": source,
        "key": key,
    }


def _texts(blocks: list[dict[str, Any]]) -> dict[str, str]:
    """Anchor -> the words that stand there: by them a place is known again in a later version."""
    found = {block["anchor"]: block["text"] for block in blocks if block["kind"] == "paragraph"}
    for block in blocks:
        if block["kind"] == "table":
            for row in block["rows"]:
                found[row["anchor"]] = " ".join(cell["text"] for cell in row["cells"])
    return found


# -- names -------------------------------------------------------------------------------------------------------


def unknown_names(decree: Decree, territory: Organisation) -> Iterator[Finding]:
    """Executors and addressees that no organisation of the registry and no known group is called by."""
    named = list(_named(decree))
    names = [name for name, _, _ in named]
    resolver = Resolver(territory, [*names, *(decree.abbreviations.get(name, name) for name in names)])
    region = Organisation.objects.inside(Organisation(path=territory.root_path)).active()
    known: list[Organisation] | None = None
    seen: set[str] = set()
    for name, where, place in named:
        whole = decree.abbreviations.get(name, name)
        if fold(name) in seen:
            continue
        seen.add(fold(name))
        if any(resolver.resolve(one) is not None or _grouped(one) for one in (name, whole)):
            continue
        if known is None:
            known = list(region.only("pk", "name", "short_name")[:NEAR_FROM])
        alike = "; ".join(str(one) for one in near(whole, known))
        hint = f" Похожие: {alike}." if alike else " Проверьте название или добавьте организацию в реестр."
        yield Finding("warning", "unknown-addressee", f"{quoted(name)} в реестре не найдено: {place}.{hint}", where)


def quoted(name: str) -> str:
    """«АНО „Ромашка“»"""
    return f"«{name.replace('«', '„').replace('»', '“')}»"


def _grouped(name: str) -> bool:
    return any(points.names_a_group.call(name))


def _named(decree: Decree) -> Iterator[tuple[str, Source, str]]:
    """(name, where, the place in words) of every organisation that is to do something."""
    for activity in activities(decree):
        for one in activity.responsible:
            if one.kind in ("organisation", "group"):
                yield one.text, activity.source, said(activity)
    for pair in decree.partnerships:
        for name in (pair.mentor, *pair.mentored):
            yield name, pair.source, "пара школ"


# -- what people said --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding of a version with what was said of it. `again`: it was marked as mended and is still there."""

    key: str
    message: str
    tone: str
    label: str
    anchor: str
    place: str
    mark: FindingMark | None
    again: bool

    @property
    def open(self) -> bool:
        return self.tone != "info" and (self.mark is None or self.again)


def shown(version: DraftVersion) -> list[Shown]:
    """The findings of a version, open ones first; one query."""
    marks = {mark.key: mark for mark in version.draft.marks.all()}
    found = []
    for one in version.findings:
        mark, source = marks.get(one["key"]), one["source"]
        severity = one["severity"]
        again = mark is not None and mark.decision == MarkDecision.FIXED and mark.version < version.number
        found.append(
            Shown(
                one["key"],
                one["message"],
                TONES.get(severity, "info"),
                SEVERITIES.get(severity, severity),
                anchor_of(source),
                place_of(source, version.suffix),
                mark,
                again,
            )
        )
    order = list(TONES.values())
    return sorted(found, key=lambda finding: (not finding.open, order.index(finding.tone)))
