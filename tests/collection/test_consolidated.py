"""The answers of a campaign side by side: tables flattened, numbers summed, nothing a formula of a spreadsheet."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from opora.collection.actions import deciding, filling
from opora.collection.consolidated import label, places, totals, value
from opora.collection.definition import read
from tests.collection.collecting import FORM, collecting, of

FORMULA = "=HYPERLINK(1)"
ANSWERS = {
    "name": FORMULA,
    "pupils": "120",
    "teachers": "10",
    "share": "12",
    "people": [{"who": "Иванова", "hours": "18", "twice": "36"}, {"who": "Петров", "hours": "3", "twice": "6"}],
}


def test_tables_are_flattened_and_shares_are_not_summed() -> None:
    definition = read(FORM)
    row = {label(place): value(place, ANSWERS) for place in places(definition)}
    assert row["Учителя: Кто"] == "Иванова; Петров"
    assert row["Учителя: Часов"] == Decimal(21)
    assert "Приказ" not in row
    assert totals(definition, [ANSWERS, {"pupils": "30"}]) == [
        ("Учеников", Decimal(150), 2),
        ("Учителей", Decimal(10), 1),
        ("Учителя: Часов", Decimal(21), 1),
    ]


@pytest.mark.parametrize(("unit", "is_summed"), [("чел.", 1), ("", 1), ("%", 0), ("процентов", 0), ("балл", 0)])
def test_shares_and_marks_have_no_sum(unit: str, is_summed: int) -> None:
    field = {"key": "n", "kind": "number", "title": "Число", "unit": unit}
    definition = read({"sections": [{"key": "a", "title": "Раздел", "fields": [field]}]})
    assert len(totals(definition, [{"n": "5"}])) == is_summed


@pytest.mark.django_db
def test_the_table_is_shown_and_taken_as_a_workbook(client: Client) -> None:
    world = collecting()
    campaign = world.campaign(world.region.schools[0], world.region.schools[1])
    one = of(campaign, world.school)
    filling.save(one, {key: said for key, said in ANSWERS.items() if key != "share"}, by=world.staff, revision=0)
    filling.send(one, by=world.head, revision=1)
    deciding.accept(one, by=world.municipal)
    client.force_login(world.coordinator)
    url = reverse("collection:consolidated", args=[campaign.public_id])
    page = client.get(url).content.decode()
    assert "Иванова; Петров" in page
    assert "Итого по принятым формам" in page
    other = of(campaign, world.region.schools[1])
    filling.save(other, {"pupils": "30"}, by=world.coordinator, revision=0)
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{url}?to=xlsx").content))
    heads, *_, total = list(book.active.iter_rows(values_only=True))[:4]
    sums = dict(zip(heads, total, strict=True))
    assert (sums["Организация"], sums["Учеников"], sums["Учителя: Часов"]) == ("Итого", 150, 21)
    assert (sums["Учеников на учителя"], sums["Учителя: Кто"]) == (None, None)
    assert book.active.auto_filter.ref.endswith("3"), "the sums stay below what is sorted"
    assert client.get(f"{url}?to=csv").content.decode("utf-8-sig").splitlines()[3].startswith("Итого;")
    cells = {cell.value: cell.data_type for row in book.active.iter_rows() for cell in row if cell.value is not None}
    assert cells.get(120) == "n"
    assert "f" not in cells.values()


@pytest.mark.django_db
def test_a_municipality_reads_the_part_of_its_own_schools(client: Client) -> None:
    world = collecting()
    near, far = world.school, next(one for one in world.region.schools if one.parent != world.school.parent)
    campaign = world.campaign(near, far)
    url = reverse("collection:consolidated", args=[campaign.public_id])
    client.force_login(world.municipal)
    assert url in client.get(of(campaign, near).get_absolute_url()).content.decode()
    page = client.get(url).content.decode()
    assert str(near) in page
    assert str(far) not in page
    assert campaign.get_absolute_url() + '"' not in page, "the campaign itself is the region's"
    for user in (world.head, world.staff):
        client.force_login(user)
        assert client.get(url).status_code == 404
