"""The answers of a whole campaign side by side: a row for each organisation, tables flattened, numbers summed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import HttpRequest

from opora.collection import values
from opora.collection.definition import Definition, Field, Kind
from opora.collection.forms.campaigns import SubmissionFilter
from opora.collection.models import Campaign, Submission
from opora.collection.queries import submissions as queries
from opora.collection.tables import STATE
from opora.core.actor import Actor
from opora.ui.tables import Column, Table

_SHARES = re.compile(r"[%/]|процент|дол[яией]|балл|место|лет|год|^к?м$", re.IGNORECASE)  # units whose sum says nothing
Place = tuple[Field, Field | None]  # a field, and of a table one of its columns


def places(definition: Definition) -> list[Place]:
    """What the columns are of; files have none."""
    found: list[Place] = []
    for one in definition.fields.values():
        if one.is_table:
            found += [(one, column) for column in one.columns]
        elif one.kind != Kind.FILE:
            found.append((one, None))
    return found


def label(place: Place) -> str:
    field, column = place
    last = column or field
    named = f"{field.title}: {last.title}" if column else last.title
    return f"{named}, {last.unit}" if last.unit else named


def value(place: Place, answers: Mapping[str, Any]) -> Decimal | str | None:
    """A number as a number, of a column of a table their sum; all else in words, cell after cell."""
    field, column = place
    last = column or field
    if column is None:
        stored = [answers.get(field.key)]
    else:
        stored = [row.get(column.key) for row in answers.get(field.key) or []]
    if last.kind == Kind.NUMBER:
        numbers = [one for said in stored if isinstance(one := values.typed(last, said), Decimal)]
        return sum(numbers, Decimal(0)) if numbers else None
    return "; ".join(filter(None, (values.shown(last, said) for said in stored)))


def totals(definition: Definition, rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, Decimal, int]]:
    """(what, the sum, how many answered) of what people typed as numbers: a sum of shares says nothing."""
    wanted = [place for place in places(definition) if _is_summed(place)]
    sums = {index: Decimal(0) for index in range(len(wanted))}
    counts = dict.fromkeys(sums, 0)
    for answers in rows:
        for index, place in enumerate(wanted):
            found = value(place, answers)
            if isinstance(found, Decimal):
                sums[index] += found
                counts[index] += 1
    return [(label(place), sums[index], counts[index]) for index, place in enumerate(wanted) if counts[index]]


def _is_summed(place: Place) -> bool:
    """What organisations typed; a share of one and a share of another make no third."""
    last = place[1] or place[0]
    return last.kind == Kind.NUMBER and not last.formula and not _SHARES.search(last.unit)


def table_of(request: HttpRequest, campaign: Campaign, user: Actor) -> Table[Submission]:
    """Its copies are as confidential as the campaign."""
    definition = campaign.version.content
    columns = [
        Column(
            "organisation",
            "Организация",
            lambda row: row.organisation,
            sort=("organisation__sort_name",),
            link=Submission.get_absolute_url,
        ),
        Column("parent", "Кому подчинена", lambda row: row.organisation.parent),
        STATE,
        *(_column(number, place) for number, place in enumerate(places(definition))),
    ]
    found: Table[Submission] = Table(
        request,
        queries.of_campaign(user, campaign),
        columns=columns,
        default_sort="organisation",
        search=queries.search,
        filters=SubmissionFilter,
        name="consolidated",
        title=f"Сводная таблица: {campaign}"[:120],
    )
    found.confidential = campaign.confidential
    return found


def _column(number: int, place: Place) -> Column:
    is_number = (place[1] or place[0]).kind == Kind.NUMBER
    return Column(
        f"c{number}",
        label(place),
        partial(_said, place),
        align="end" if is_number else "start",
        clamp=not is_number,
        total=_is_summed(place),
    )


def _said(place: Place, row: Submission) -> Decimal | str | None:
    return value(place, row.answers)
