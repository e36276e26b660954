from __future__ import annotations

from dataclasses import dataclass

import pytest

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.lists import actions
from opora.lists.models import SchoolList
from tests.factories import Region


@dataclass
class Listed:
    """An approved list of the region for 2026/27 with one school of each municipality: schools 0 and 2."""

    region: Region
    author: User
    list: SchoolList

    @property
    def names(self) -> set[str]:
        return {self.region.schools[0].short_name, self.region.schools[2].short_name}


def draft(region: Region, author: User, *, at: int | None = None, year: int = 2026, title: str = "ШНОР") -> SchoolList:
    territory = region.authority if at is None else region.municipalities[at]
    return actions.create_list(by=author, territory=territory, school_year=year, title=title)


@pytest.fixture
def author(region: Region) -> User:
    return region.user(RoleCode.REGIONAL_COORDINATOR)


@pytest.fixture
def listed(region: Region, author: User) -> Listed:
    made = draft(region, author)
    for number in (0, 2):
        actions.add_school(made, by=author, organisation=region.schools[number], note=f"примечание {number}")
    return Listed(region, author, actions.approve(made, by=author))
