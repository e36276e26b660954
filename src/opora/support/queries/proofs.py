"""Papers of a case that Opora itself has, any of which may be the document of a step: a step points to one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from opora.core.actor import Actor
from opora.support.models import Case, Step
from opora.support.queries import papers
from opora.support.queries.lines import Line, read
from opora.ui import words

_CODES = (
    "list_document",
    "form",
    "version",
    "approval",
    "agreement_of_group",
    "progress",
    "visit_report",
    "minutes",
)
_PREFIX = "paper_"  # other lines of the page of a case are read along, under their own names
PARTS = tuple(
    replace(part, code=_PREFIX + part.code) for group in papers.GROUPS for part in group.parts if part.code in _CODES
)
# What a step most likely asks for: by its conditions, then by the words of its document.
_BY_CONDITION = {
    "programme_sent": "version",
    "programme_approved": "approval",
    "programme_agreed": "agreement_of_group",
    "passport": "form",
}
_BY_WORD = {"протокол": "minutes", "решение": "minutes", "отчёт": "progress", "самоанализ": "form", "паспорт": "form"}


@dataclass(frozen=True, slots=True)
class Proof:
    """One paper: how a step names it («minutes:01H…»), in words, and where it stands."""

    key: str
    label: str
    url: str


def of_case(case: Case, user: Actor) -> dict[str, Proof]:
    """All that the person sees, by their keys, the latest first; one query."""
    return of_lines(read(PARTS, case, user), case)


def of_lines(lines: Sequence[Line], case: Case) -> dict[str, Proof]:
    """The same out of lines that are read already; others among them are passed over."""
    found = {}
    for line in sorted(lines, key=lambda one: one.order, reverse=True):
        code = line.code.removeprefix(_PREFIX)
        if code != line.code and papers.belongs(replace(line, code=code), case):
            proof = _proof(replace(line, code=code), case)
            found[proof.key] = proof
    return found


def _proof(line: Line, case: Case) -> Proof:
    told = ": ".join(filter(None, [line.title, line.text]))
    note = line.detail if line.code != "visit_report" else ""
    label = ", ".join(filter(None, [told, note, words.day(line.on)]))
    return Proof(f"{line.code}:{line.ref}", label, line.url or papers.first_file(line, case))


def likely(step: Step, known: Mapping[str, Proof]) -> str:
    """The key of the latest paper of the kind that the step asks for; empty where there is none."""
    asked = [_BY_CONDITION[code] for code in step.codes if code in _BY_CONDITION]
    said = step.document.lower()
    for code in [*(code for word, code in _BY_WORD.items() if word in said), *asked]:
        for key in known:
            if key.startswith(f"{code}:"):
                return key
    return ""
