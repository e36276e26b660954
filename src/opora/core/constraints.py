"""Builders of database constraints that tie states, dates and authors together."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import CheckConstraint, Q


def state_in(states: Iterable[str], *, name: str, field: str = "state") -> CheckConstraint:
    """Only the states of the workflow can be stored."""
    return CheckConstraint(condition=Q(**{f"{field}__in": sorted(states)}), name=name)


def both_or_none(first: str, second: str, *, name: str) -> CheckConstraint:
    """Two nullable fields, such as `accepted_at` and `accepted_by`, are set together or not at all."""
    condition = Q(**{f"{first}__isnull": True, f"{second}__isnull": True})
    condition |= Q(**{f"{first}__isnull": False, f"{second}__isnull": False})
    return CheckConstraint(condition=condition, name=name)


def set_when(field: str, states: Iterable[str], *, name: str, state_field: str = "state") -> CheckConstraint:
    """`field` is not null in each of `states`."""
    condition = ~Q(**{f"{state_field}__in": sorted(states)}) | Q(**{f"{field}__isnull": False})
    return CheckConstraint(condition=condition, name=name)


def text_when(field: str, states: Iterable[str], *, name: str, state_field: str = "state") -> CheckConstraint:
    """The text `field` is not empty in each of `states`: a return for rework needs its comment."""
    condition = ~Q(**{f"{state_field}__in": sorted(states)}) | ~Q(**{field: ""})
    return CheckConstraint(condition=condition, name=name)
