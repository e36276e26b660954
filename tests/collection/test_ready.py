"""The shipped forms can be used as they are, and every factor of risk has answers behind it."""

from __future__ import annotations

from decimal import Decimal

import pytest
import time_machine

from opora.collection.definition import Kind, read, to_json
from opora.collection.language import evaluate, form_mistakes
from opora.collection.models import FormKind
from opora.collection.ready import CODES, factors, ready
from opora.collection.rows import NAME
from opora.collection.working import Answers, work_out, wrongs


@pytest.mark.parametrize("code", CODES)
def test_a_shipped_form_can_be_published_as_it_is(code: str) -> None:
    form = ready(code)
    assert form.code == code
    assert form.kind in FormKind.values
    assert form_mistakes(form.definition) == []
    assert read(to_json(form.definition)) == form.definition


@pytest.mark.parametrize("code", CODES)
def test_its_numbers_say_their_units_and_limits(code: str) -> None:
    numbers = [one for one in ready(code).definition.fields.values() if one.kind == Kind.NUMBER]
    assert [one.key for one in numbers if not one.unit] == []
    assert [one.key for one in numbers if not one.formula and (one.min is None or one.max is None)] == []


def test_every_factor_is_told_by_fields_that_are_there() -> None:
    assert len(factors()) == 12
    for code, factor in factors().items():
        assert len(factor.fields) >= 2, code
        for form, keys in factor.fields.items():
            assert set(keys) <= set(ready(form).definition.fields), (code, form)


def test_questionnaires_ask_nothing_that_names_a_person() -> None:
    for code in ("teachers", "pupils", "parents"):
        assert {one.kind for one in ready(code).definition.fields.values()} <= {Kind.CHOICE, Kind.SEVERAL}


def test_the_passport_counts_and_checks() -> None:
    fields = ready("passport").definition.fields
    answers = {
        "pupils": Decimal(100),
        "teachers": Decimal(8),
        "pupils_primary": Decimal(60),
        "pupils_basic": Decimal(39),
    }
    assert evaluate(fields["pupils_per_teacher"].formula, answers) == Decimal("12.5")
    sums, jump = fields["pupils"].checks
    assert evaluate(sums.expression, answers) is False
    assert evaluate(sums.expression, answers | {"pupils_senior": Decimal(1)}) is True
    assert evaluate(jump.expression, answers, {"pupils": Decimal(40)}) is False
    assert evaluate(jump.expression, answers, {}) is None


@pytest.mark.parametrize(
    ("answers", "places"),
    [
        ({"head_since": "2026-09-02", "head_email": "секретарь"}, ["head_since", "head_email"]),
        ({"head_since": "2026-09-01", "head_email": "school@example.ru"}, []),
        ({"team": [{"name": "А", "post": "завуч", "email": "a@b@c", NAME: "r1"}]}, ["team-r1-email"]),
        (
            {
                "vacancies": "1",
                "vacant_subjects": [{"subject": "химия", "rate": "1", "since": "2027-01-01", NAME: "r1"}],
            },
            ["vacant_subjects-r1-since"],
        ),
    ],
)
@time_machine.travel("2026-09-01 09:00Z", tick=False)
def test_the_passport_takes_no_day_to_come_and_no_address_that_is_none(answers: Answers, places: list[str]) -> None:
    definition = ready("passport").definition
    assert [one.place for one in wrongs(definition, work_out(definition, answers), whole=False)] == places
