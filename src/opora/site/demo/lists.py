"""The lists of schools of the demo: about every eighth school, approved for the current school year."""

from __future__ import annotations

import random

from opora.access.models import User
from opora.core.clock import today
from opora.lists import actions
from opora.lists.models import Category, PolicyOption
from opora.site.demo.region import Region

SHARES = {Category.LOW_RESULTS: 0.12, Category.ADVERSE_CONDITIONS: 0.05}
TITLES = {
    Category.LOW_RESULTS: "Школы с низкими образовательными результатами",
    Category.ADVERSE_CONDITIONS: "Школы, функционирующие в неблагоприятных социальных условиях",
}


def build_lists(region: Region, coordinator: User, rng: random.Random) -> None:
    """Approved lists; the first school of the first municipality is always on that of low results.

    A curator is entrusted with it and another.
    """
    actions.allow(PolicyOption.PAIRS, by=coordinator, region=region.authority)  # the demo's order names its pairs
    day = today()
    year = day.year if day.month >= 8 else day.year - 1
    for category, share in SHARES.items():
        found = actions.create_list(
            by=coordinator,
            territory=region.authority,
            school_year=year,
            title=TITLES[category],
            category=category,
            document_text="приказ департамента образования об утверждении перечня",
        )
        chosen = rng.sample(region.schools, max(2, round(len(region.schools) * share)))
        if category == Category.LOW_RESULTS and region.schools[0] not in chosen:
            chosen[0] = region.schools[0]
        actions.replace_entries(found, by=coordinator, entries=[(school, "") for school in chosen])
        actions.approve(found, by=coordinator)
        if category == Category.LOW_RESULTS:
            curator = User.objects.get(username="curator")
            actions.entrust(by=coordinator, curator=curator, schools=list({region.schools[0]: 1, chosen[1]: 1}))
