"""Organisations whose names are nearly what somebody wrote, to be proposed where `resolve` finds nothing."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from opora.core.text import fold
from opora.registry.models import Organisation

ALIKE = 0.6
SHOWN = 3


def near(name: str, organisations: Iterable[Organisation], shown: int = SHOWN) -> list[Organisation]:
    """The most alike first; none that is not really alike."""
    said = fold(name)
    if not said:
        return []
    matcher = difflib.SequenceMatcher(b=said, autojunk=False)
    rated: list[tuple[float, int, Organisation]] = []
    for organisation in organisations:
        best = 0.0
        for known in {fold(organisation.short_name), fold(organisation.name)}:
            matcher.set_seq1(known)
            if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE:
                best = max(best, matcher.ratio())
        if best >= ALIKE:
            rated.append((-best, organisation.pk, organisation))
    return [organisation for _, _, organisation in sorted(rated, key=lambda one: one[:2])[:shown]]
