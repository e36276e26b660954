"""The tables of words follow names, whoever changes them."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from opora.core.text import words
from opora.registry.models import Organisation, OrganisationWord, Person, PersonWord
from opora.registry.triggers import TRIGGERS
from tests import factories

pytestmark = pytest.mark.django_db
NAMES = st.text(alphabet="абвёАБВ №12«»\"'\\-,. ", min_size=1, max_size=30)


def expected() -> set[tuple[int, str]]:
    return {(row.pk, word) for row in Organisation.objects.all() for word in row.search.split()}


def kept() -> set[tuple[int, str]]:
    return set(OrganisationWord.objects.values_list("organisation", "word"))


@given(names=st.lists(NAMES, min_size=1, max_size=4))
@settings(max_examples=25)
def test_words_are_those_of_the_names(region: factories.Region, names: list[str]) -> None:
    made = factories.organisation(name=names[0])
    for name in names[1:]:
        made.short_name = name
        made.save()
    assert kept() == expected()
    for word in words(names[-1]):
        assert made in Organisation.objects.all().matching(word[:2])
    Organisation.objects.filter(pk=made.pk)._raw_delete("default")  # type: ignore[attr-defined]
    assert kept() == expected()


def test_bulk_changes_and_rebuilding(region: factories.Region) -> None:
    Organisation.objects.filter(kind="school").update(search=" новая школа")
    assert kept() == expected()
    assert set(Organisation.objects.all().matching("нов шк")) >= set(region.schools)
    assert not Organisation.objects.all().matching("школа новаяя")
    OrganisationWord.objects.all().delete()
    Person.objects.create(last_name="Ёлкина-Белова", first_name="Анна")
    PersonWord.objects.all().delete()
    TRIGGERS.rebuild("default")
    assert kept() == expected()
    assert [one.last_name for one in Person.objects.filter(pk__in=PersonWord.objects.beginning("елк").values("person"))]
    assert TRIGGERS.missing(connection) == []
