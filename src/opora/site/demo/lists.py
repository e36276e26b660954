"""The lists of schools of the demo: about every eighth school, approved for the current school year."""

from __future__ import annotations

import random

from opora.access.models import User
from opora.core.clock import today
from opora.lists import actions
from opora.lists.models import Category, ListEntry, PolicyOption
from opora.site.demo.region import Region

SHARES: dict[str, float] = {Category.LOW_RESULTS: 0.12, Category.ADVERSE_CONDITIONS: 0.05}
TITLES: dict[str, str] = {
    Category.LOW_RESULTS: "Школы с низкими образовательными результатами",
    Category.ADVERSE_CONDITIONS: "Школы, функционирующие в неблагоприятных социальных условиях",
}


def allow_pairs(region: Region, coordinator: User) -> None:
    """The demo's order names its pairs."""
    actions.allow(PolicyOption.PAIRS, by=coordinator, region=region.authority)


def build_list(region: Region, coordinator: User, category: str, rng: random.Random) -> None:
    """An approved list drawn by lot; the first school of the first municipality is always on that of low results."""
    day = today()
    found = actions.create_list(
        by=coordinator,
        territory=region.authority,
        school_year=day.year if day.month >= 8 else day.year - 1,
        title=TITLES[category],
        category=category,
        document_text="приказ департамента образования об утверждении перечня",
    )
    chosen = rng.sample(region.schools, max(2, round(len(region.schools) * SHARES[category])))
    if category == Category.LOW_RESULTS and region.schools[0] not in chosen:
        chosen[0] = region.schools[0]
    actions.replace_entries(found, by=coordinator, entries=[(school, "") for school in chosen])
    actions.approve(found, by=coordinator)


def entrust_some(region: Region, coordinator: User) -> None:
    """The curator is entrusted with the first school and another of the list of low results."""
    listed = (
        ListEntry.objects.standing().filter(list__category=Category.LOW_RESULTS).exclude(organisation=region.schools[0])
    )
    other = listed.select_related("organisation").order_by("pk")[:1]
    schools = [region.schools[0], *(entry.organisation for entry in other)]
    actions.entrust(by=coordinator, curator=User.objects.get(username="curator"), schools=schools)
