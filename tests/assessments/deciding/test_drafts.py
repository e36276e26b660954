"""The draft of a list: as the rule says, with decisions by hand and their reasons."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from opora.access.models import User
from opora.assessments.actions import deciding
from opora.assessments.models import Choice, Decision, Verdict
from opora.assessments.queries import deciding as queries
from opora.core.workflow import Refused
from opora.lists import actions as lists
from opora.lists.models import Category
from tests import factories
from tests.assessments.deciding.composing import composed
from tests.assessments.runs import finished
from tests.factories import Region

pytestmark = pytest.mark.django_db


def test_a_draft_stands_as_the_rule_says(region: Region, writer: User) -> None:
    selection = composed(region, writer)
    assert {row.organisation for row in selection.choices.included()} == set(region.schools[:2])
    assert all(row.why.startswith("Из 23 работ 9") and not row.by_hand for row in selection.choices.all())


def test_a_list_from_outside_stands_beside_it(region: Region, writer: User) -> None:
    a, b, c, d = region.schools
    outside = lists.create_list(by=writer, territory=region.authority, school_year=2026, title="ФИОКО")
    lists.replace_entries(outside, by=writer, entries=[(b, ""), (c, ""), (d, "")])
    run = finished(region, [a, b])
    Verdict.objects.filter(run=run, organisation=d).delete()  # of d the rule knows nothing
    given_ = {"school_year": 2026, "title": "Список", "category": Category.LOW_RESULTS}
    selection = deciding.compose(run, by=writer, outside=outside, **given_)
    found = {row.organisation: (row.by_rule, row.outside, row.decision) for row in selection.choices.all()}
    assert found == {
        a: (True, False, Decision.INCLUDE),
        b: (True, True, Decision.INCLUDE),
        c: (False, True, Decision.EXCLUDE),
        d: (False, True, Decision.EXCLUDE),
    }
    totals = queries.totals(selection)
    assert (totals["both"], totals["rule_only"], totals["outside_only"], totals["by_hand"]) == (1, 1, 2, 0)
    assert {row.organisation for row in selection.choices.differing("outside_only")} == {c, d}


@pytest.mark.parametrize(
    ("at", "decision"), [(0, Decision.EXCLUDE), (0, Decision.POSTPONE), (3, Decision.INCLUDE), (3, Decision.POSTPONE)]
)
def test_what_differs_from_the_rule_needs_a_reason(region: Region, writer: User, at: int, decision: str) -> None:
    selection, school = composed(region, writer), region.schools[at]
    with pytest.raises(Refused, match="основание"):
        deciding.decide(selection, by=writer, school=school, decision=decision, reason="  ")
    choice = deciding.decide(selection, by=writer, school=school, decision=decision, reason="Новый директор")
    assert (choice.decision, choice.by_hand, choice.decided_by) == (decision, True, writer.label)
    assert set(selection.choices.by_hand()) == {choice}
    with pytest.raises(IntegrityError), transaction.atomic():
        Choice.objects.filter(pk=choice.pk).update(reason="")


def test_back_to_the_rule_needs_none(region: Region, writer: User) -> None:
    selection, school = composed(region, writer), region.schools[0]
    deciding.decide(selection, by=writer, school=school, decision=Decision.EXCLUDE, reason="Ошибка")
    choice = deciding.decide(selection, by=writer, school=school, decision=Decision.INCLUDE, reason="")
    assert not choice.by_hand
    assert choice.decided_by == ""


def test_a_school_of_another_territory_is_refused(region: Region, writer: User) -> None:
    other = factories.region("Другая область").schools[0]
    with pytest.raises(Refused, match="не школа этой территории"):
        deciding.decide(composed(region, writer), by=writer, school=other, decision=Decision.INCLUDE, reason="Да")
