"""Today and the day of a moment, in the time zone of the region."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone


def today() -> dt.date:
    return timezone.localdate()


def day_of(moment: dt.datetime) -> dt.date:
    """Of a moment with a time zone; by itself it would tell the day of Greenwich."""
    return timezone.localdate(moment)
