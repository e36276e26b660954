"""A campaign by an activity of a road map: who executes it, by when, and what its assignments show of the form."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import BaseExpression
from django.urls import reverse

from opora.collection.models import Campaign, Submission, SubmissionState
from opora.core.actor import Actor
from opora.core.clock import today
from opora.registry.models import Organisation
from opora.roadmaps.models import Activity, Assignment, AssignmentState
from opora.roadmaps.models.assignments import OPEN
from opora.roadmaps.points import Asked

TONES = {
    SubmissionState.SENT: "info",
    SubmissionState.RETURNED: "danger",
    SubmissionState.ACCEPTED: "success",
}


def assignments(activity: Activity, user: Actor) -> QuerySet[Assignment]:
    """The work that was sent by it, as far as the person sees it."""
    return Assignment.objects.visible(user).filter(activity=activity).exclude(state=AssignmentState.CANCELLED)


def executors(activity: Activity, user: Actor, territory: Organisation) -> QuerySet[Organisation]:
    keys = assignments(activity, user).values("executor")
    return Organisation.objects.inside(territory).active().filter(pk__in=keys).order_by("sort_name")


def tells(activity: Activity, user: Actor) -> bool:
    """Whether who executes it tells which schools are listed, or its road map is confidential."""
    secret = Q(via_list=True) | Q(roadmap__confidential=True)
    return assignments(activity, user).filter(secret).exists()


def due_of(activity: Activity, user: Actor) -> dt.date | None:
    """The next day by which it is reported on."""
    rows = assignments(activity, user).filter(due__gte=today(), state__in=OPEN)
    return rows.order_by("due").values_list("due", flat=True).first()


def activity_of(user: Actor, campaign: Campaign) -> Activity | None:
    if campaign.activity_id is None:
        return None
    rows = Activity.objects.visible(user).select_related("roadmap__document")
    return rows.filter(pk=campaign.activity_id).first()


def forms_there(user: Actor) -> BaseExpression:
    """The point of the page of an assignment."""
    mine = {"campaign__activity": OuterRef("activity"), "organisation": OuterRef("executor")}
    return Exists(Submission.objects.visible(user).filter(**mine).order_by())


def forms_asked(user: Actor, assignment: Assignment) -> list[Asked]:
    """The latest campaign first; one query."""
    rows = Submission.objects.visible(user).filter(
        campaign__activity=assignment.activity_id, organisation=assignment.executor_id
    )
    return [
        Asked(
            title=str(one.campaign),
            url=reverse("collection:submission", args=[one.public_id]),
            state=one.state,
            word=str(SubmissionState(one.state).label),
            tone=TONES.get(SubmissionState(one.state), "neutral"),
            due=one.campaign.due,
            act="Заполнить форму" if one.is_open else "",
        )
        for one in rows.select_related("campaign").order_by("-pk")
    ]
