"""A day is that of the region, also in the hours when it is still yesterday in Greenwich."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from opora.core.clock import day_of
from opora.support.models import Concern, ConcernEvent, StepDone

NIGHT = dt.datetime(2026, 11, 27, 22, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(("zone", "day"), [("UTC", 27), ("Europe/Moscow", 28), ("Asia/Kamchatka", 28)])
def test_the_day_is_that_of_the_region(zone: str, day: int) -> None:
    with timezone.override(zone):
        assert day_of(NIGHT) == dt.date(2026, 11, day)


def test_what_is_called_by_its_day_tells_the_region_s() -> None:
    called = [Concern(created_at=NIGHT), ConcernEvent(kind="raised", at=NIGHT), StepDone(done_at=NIGHT)]
    with timezone.override("Europe/Moscow"):
        assert all(str(one).endswith("28.11.2026") for one in called), list(map(str, called))
