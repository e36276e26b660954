"""The shipped forms can be used as they are, and every factor of risk has answers behind it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from opora.collection.definition import Kind, read, to_json
from opora.collection.language import evaluate, form_mistakes
from opora.collection.models import FormKind
from opora.collection.ready import CODES, factors, ready


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
