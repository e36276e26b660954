"""Fields in which an organisation is named."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from opora.access.roles import RoleCode
from opora.registry import forms
from opora.registry.forms import NEAR, ByHandForm, OrganisationField
from opora.registry.models import Organisation
from tests import factories
from tests.factories import Region

pytestmark = pytest.mark.django_db


def field(region: Region, role: str = RoleCode.REGIONAL_COORDINATOR) -> OrganisationField:
    return OrganisationField().place(region.user(role), region.authority)


def said(region: Region, text: str, role: str = RoleCode.REGIONAL_COORDINATOR) -> str:
    with pytest.raises(ValidationError) as wrong:
        field(region, role).clean(text)
    return str(wrong.value.messages[0])


def namesakes(region: Region, count: int = 2) -> list[Organisation]:
    return [
        factories.organisation(parent=region.municipalities[n % 2], name="Боровская СОШ", code=f"0{n}-0005")
        for n in range(count)
    ]


def test_of_several_each_is_told_with_where_it_is_and_its_code(region: Region) -> None:
    namesakes(region)
    told = said(region, "Боровская СОШ")
    for place, code in zip(region.municipalities, ("00-0005", "01-0005"), strict=True):
        assert f"Боровская СОШ, {place} — {code}" in told
    assert field(region).clean("01-0005").parent == region.municipalities[1]


def test_of_many_a_few_are_told(region: Region) -> None:
    namesakes(region, NEAR + 1)
    assert said(region, "Боровская СОШ").count("0005") == NEAR
    assert "…" in said(region, "Боровская СОШ")


@pytest.mark.parametrize("text", ["Такой школы нет", "№", "—"])
def test_nobody_of_that_name(text: str, region: Region) -> None:
    namesakes(region)
    assert said(region, text) == "Такой организации нет: проверьте название или напишите код."


def test_nobody_is_told_whom_the_person_may_not_see(region: Region) -> None:
    elsewhere = factories.region("Другая область")
    factories.organisation(parent=elsewhere.municipalities[0], name="Боровская СОШ", code="77-0001")
    assert "77-0001" not in said(region, "Боровская СОШ")


def test_a_number_is_not_the_beginning_of_another(region: Region) -> None:
    factories.organisation(parent=region.municipalities[0], name="Боровская гимназия № 60", code="00-0060")
    other = factories.organisation(parent=region.municipalities[0], name="Боровская гимназия № 7", code="00-0007")
    assert said(region, "гимназия № 6").startswith("Такой организации нет")
    assert field(region).clean("гимн № 7 боров") == other


def test_of_those_it_may_choose_among_one_is_told_by_its_whole_name(region: Region) -> None:
    plain, longer = (
        factories.organisation(parent=region.municipalities[0], name=name)
        for name in ("Школа роста", "Школа роста и мира")
    )
    one = OrganisationField()
    one.among = Organisation.objects.inside(region.municipalities[0])
    assert (one.clean("Школа роста"), one.clean("роста мира")) == (plain, longer)
    assert set(one.look("школа рост")) == {plain, longer}


def test_of_a_name_misspelt_the_alike_are_told(region: Region) -> None:
    namesakes(region)
    assert f"Похожие: Боровская СОШ, {region.municipalities[0]} — 00-0005" in said(region, "Боровскя СОШ")


def test_of_too_many_to_tick_those_chosen_before_are_told_apart_by_their_codes(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "BOXES", 1)
    chosen, rows = namesakes(region), Organisation.objects.inside(region.authority)
    blank = ByHandForm()
    blank.offer(rows, region.authority, chosen)
    again = ByHandForm({"pasted": blank["pasted"].value()})
    again.offer(rows, region.authority)
    assert again.is_valid()
    assert set(again.by_hand) == set(chosen)
