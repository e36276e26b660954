"""Two coordinators of a region: one proposes a list, the other approves it."""

from __future__ import annotations

import pytest

from opora.access.models import User
from opora.access.roles import RoleCode
from tests.factories import Region


@pytest.fixture
def writer(region: Region) -> User:
    return region.user(RoleCode.REGIONAL_COORDINATOR)


@pytest.fixture
def second(region: Region) -> User:
    return region.user(RoleCode.REGIONAL_COORDINATOR)
