"""How long a school may object to a list."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone

from opora.lists.models import SchoolList


def objections_until(school_list: SchoolList) -> dt.date | None:
    """The last day, counted from the approval, of which schools are told; None where there is no limit."""
    if not settings.OPORA_OBJECTION_DAYS or school_list.approved_at is None:
        return None
    return timezone.localdate(school_list.approved_at) + dt.timedelta(days=settings.OPORA_OBJECTION_DAYS)
