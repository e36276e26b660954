"""Schools and municipalities are told that a list was approved: each of its own part alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.urls import reverse

from opora.access.queries import who_in
from opora.assessments.terms import objections_until
from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.lists.models import SchoolList
from opora.notices.actions import Telling, notify_many
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation

_AT_ONCE = 300  # schools whose people are told in one go


def tell_listed(made: SchoolList, schools: Sequence[Organisation], first: bool, by: Actor) -> None:
    """The point of an approved list, however it came about: those of the schools that this approval put into it."""
    key = f"listed:{made.public_id}:{made.approved_at:%Y%m%d%H%M%S}" if made.approved_at else ""
    for at in range(0, len(schools), _AT_ONCE):
        some = schools[at : at + _AT_ONCE]
        heads = who_in(Permission.ASSIGNMENTS_SUBMIT, [school.pk for school in some])
        notify_many(
            [
                Telling(
                    heads.get(school.pk, []),
                    NoticeKind.LISTED,
                    _to_school(made),
                    reverse("assessments:school", args=[school.public_id]),
                    made,
                    f"{key}:{school.public_id}",
                    (Permission.LISTS_VIEW, school.path),
                )
                for school in some
            ]
        )
    counts = Counter(school.parent_id for school in schools if school.parent_id)
    people = who_in(Permission.ASSIGNMENTS_DECIDE, counts)
    areas = Organisation.objects.in_bulk(counts)
    notify_many(
        [
            Telling(
                people.get(pk, []),
                NoticeKind.LISTED,
                _to_municipality(made, count, first),
                reverse("lists:list", args=[made.public_id]),
                made,
                f"{key}:{areas[pk].public_id}",
                (Permission.LISTS_VIEW, areas[pk].path),
            )
            for pk, count in counts.items()
        ]
    )


def _to_school(made: SchoolList) -> str:
    last = objections_until(made)
    until = f" Возразить можно до {last:%d.%m.%Y}." if last else ""
    return f"Школа включена в список: {made.get_category_display()}, {made.year}.{until}"


def _to_municipality(made: SchoolList, count: int, first: bool) -> str:
    if first:
        return f"Утверждён список школ {made.year}; школ вашего муниципалитета в нём: {count}."
    return f"Список школ {made.year} изменён; включено школ вашего муниципалитета: {count}."
