"""What counts of an organisation, for the floors above: its latest accepted answers and what its people said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count

from opora.collection import values
from opora.collection.models import FormKind, Response, Submission, SubmissionState
from opora.collection.showing import FIVE, Spread, shown_of, spreads
from opora.collection.values import Value
from opora.core.clock import day_of
from opora.registry.models import Organisation


@dataclass(frozen=True, slots=True)
class Told:
    """Of one form: `values` by the keys of its fields, or `spreads` by the keys of a questionnaire's questions.

    `confidential`: the form was collected by a list, so that it may be shown to those alone who may know of the list.
    """

    form: str  # the code by which it was asked for
    title: str
    day: dt.date  # accepted; of a questionnaire the day of the last answer that is shown
    confidential: bool
    url: str  # its page
    values: Mapping[str, Value] = field(default_factory=dict)
    spreads: Mapping[str, Spread] = field(default_factory=dict)


def told(organisations: Iterable[Organisation], *, questionnaires: bool = True) -> dict[int, dict[str, Told]]:
    """By the key of the organisation, then by «passport», «self_analysis», «teachers», «pupils», «parents».

    Forms made of a shipped one (`collection.ready`) and those of the two kinds that have only one; the latest accepted
    of each. A questionnaire is told from five people on (`collection.showing`). Two queries, whatever the number;
    one without `questionnaires`.
    """
    wanted = [one.pk for one in organisations]
    found: dict[int, dict[str, Told]] = {key: {} for key in wanted}
    for one in _accepted(wanted):
        form = one.campaign.version.form
        code = form.ready or form.kind
        day = day_of(one.decided_at or one.created_at)
        given = values.all_typed(one.campaign.version.content, one.answers)
        about = (code, form.title, day, one.campaign.confidential, one.get_absolute_url())
        found[one.organisation_id][code] = Told(*about, values=given)
    for key, code, answered in _answered(wanted) if questionnaires else ():
        found[key][code] = answered
    return found


def _accepted(wanted: list[int]) -> Iterable[Submission]:
    """The oldest first, so that a later one takes its place."""
    rows = Submission.objects.filter(organisation__in=wanted, state=SubmissionState.ACCEPTED)
    kinds = (FormKind.PASSPORT, FormKind.SELF_ANALYSIS)
    return (
        rows.filter(campaign__version__form__kind__in=kinds)
        .select_related("campaign__version__form")
        .order_by("decided_at", "pk")
    )


def _answered(wanted: list[int]) -> Iterable[tuple[int, str, Told]]:
    rows = Response.objects.filter(questionnaire__organisation__in=wanted).exclude(
        questionnaire__campaign__version__form__ready=""
    )
    rows = rows.select_related("questionnaire__campaign__version__form").order_by("questionnaire", "pk")
    by: dict[int, list[Response]] = {}
    for one in rows:
        by.setdefault(one.questionnaire_id, []).append(one)
    for several in by.values():
        asked = several[0].questionnaire
        if len(several) < FIVE:
            continue
        form = asked.campaign.version.form
        day = max(one.day for one in several[: shown_of(len(several))])
        about = (form.ready, form.title, day, asked.campaign.confidential, asked.get_absolute_url())
        counted = spreads(asked.campaign.version.content, (one.answers for one in several))
        yield asked.organisation_id, form.ready, Told(*about, spreads=counted)


def crossed(since: Mapping[int, dt.date]) -> set[int]:
    """Of organisations by their keys, those of which more may be told than before their day in `since`.

    Of one questionnaire at least another five people have answered by now. One query.
    """
    rows = Response.objects.filter(questionnaire__organisation__in=list(since)).exclude(
        questionnaire__campaign__version__form__ready=""
    )
    before: dict[int, int] = {}
    by_now: dict[int, int] = {}
    whose: dict[int, int] = {}
    days = rows.order_by().values_list("questionnaire", "questionnaire__organisation", "day").annotate(Count("pk"))
    for one, organisation, day, count in days:
        whose[one] = organisation
        by_now[one] = by_now.get(one, 0) + count
        before[one] = before.get(one, 0) + (count if day < since[organisation] else 0)
    return {whose[one] for one, count in by_now.items() if shown_of(count) > shown_of(before[one])}
