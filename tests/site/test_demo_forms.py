"""Answers of the demo's schools could have been sent, and risk profiles tell from them what troubles each school."""

from __future__ import annotations

from random import Random

import pytest

from opora.collection import ready, values
from opora.collection.showing import spreads
from opora.collection.working import work_out, wrongs
from opora.registry.models import Organisation
from opora.site.demo.collecting import answers, chosen, troubles_of
from opora.support.scoring import Source, scored, shipped


@pytest.mark.parametrize("seed", range(8))
def test_the_answers_of_a_school_are_whole_and_tell_its_troubles(seed: int) -> None:
    rng = Random(seed)  # noqa: S311
    school = Organisation(name="Школа", short_name="Школа", pupils=(None, 41, 260, 1200)[seed % 4])
    troubles = troubles_of(listed=True, rng=rng)
    known = {}
    for code in ("passport", "self_analysis"):
        definition = ready.ready(code).definition
        worked = work_out(definition, answers(code, definition, school, troubles, rng))
        assert wrongs(definition, worked) == []
        known[code] = Source(code, values=values.all_typed(definition, worked.answers))
    for code in ready.QUESTIONNAIRES:
        definition = ready.ready(code).definition
        said = [dict(chosen(code, definition, troubles, rng)) for _ in range(15)]
        assert all(wrongs(definition, work_out(definition, one)) == [] for one in said)
        counts = {key: one.counts for key, one in spreads(definition, said).items()}
        known[code] = Source(code, counts=counts)
    found = {one.factor: one.value for one in scored(shipped(), known)}
    assert None not in found.values()
    heavy = [code for code, trouble in troubles.items() if trouble > 0.6]
    assert len(heavy) == 3
    mean = sum(found[code] or 0 for code in heavy) / 3
    rest = [one or 0 for code, one in found.items() if code not in heavy]
    assert mean > sum(rest) / len(rest) + 20
