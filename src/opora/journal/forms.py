from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from opora.ui.forms import DayInput, FilterForm


class PeriodFilter(FilterForm):
    """Entries of some days, both ends with them."""

    since = forms.DateField(label="С", widget=DayInput)
    until = forms.DateField(label="По", widget=DayInput)

    def apply(self, queryset: QuerySet[Any], chosen: dict[str, Any]) -> QuerySet[Any]:
        if "since" in chosen:
            queryset = queryset.filter(at__gte=_midnight(chosen["since"]))
        if "until" in chosen and chosen["until"] < dt.date.max:
            queryset = queryset.filter(at__lt=_midnight(chosen["until"] + dt.timedelta(days=1)))
        return queryset


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
