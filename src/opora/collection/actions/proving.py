"""An accepted form is evidence in the report on the assignment that asked for it."""

from __future__ import annotations

from django.db.models import Q

from opora.collection.models import Submission, SubmissionState
from opora.core.actor import Actor
from opora.core.clock import day_of
from opora.core.permissions import Permission
from opora.roadmaps.actions import working
from opora.roadmaps.models import Assignment, Evidence, Report, ReportState
from opora.roadmaps.models.assignments import OPEN
from opora.ui import words


def decided(submission: Submission, by: Actor) -> None:
    """The `accepted` point: a link in the draft of the executor's report, which stays his to hand in.

    Taken back with the acceptance. A report that was handed in already is left as it is.
    """
    campaign = submission.campaign
    if campaign.activity_id is None or not by.may(Permission.ASSIGNMENTS_REPORT, submission.organisation.path):
        return
    rows = Assignment.objects.filter(activity=campaign.activity_id, executor=submission.organisation_id)
    if campaign.confidential:  # what tells of a list goes into what tells of it anyway
        rows = rows.filter(Q(via_list=True) | Q(roadmap__confidential=True))
    if submission.state == SubmissionState.ACCEPTED:
        found = rows.filter(state__in=OPEN).select_related("activity", "executor", "roadmap").order_by("due", "pk")
        for assignment in found[:1]:
            _prove(assignment, submission, by)
        return
    links = Evidence.objects.filter(report__assignment__in=rows, report__state=ReportState.DRAFT)
    for one in links.filter(link=submission.get_absolute_url()).select_related("report__assignment__executor"):
        working.detach(one, by=by)


def _prove(assignment: Assignment, submission: Submission, by: Actor) -> None:
    draft = Report.objects.filter(assignment=assignment, state=ReportState.DRAFT).first()
    url = submission.get_absolute_url()
    if draft and draft.evidence.filter(link=url).exists():
        return
    day = words.day(day_of(submission.decided_at)) if submission.decided_at else ""
    name = f"Форма «{submission.campaign}», принята {day}".strip()[:255]
    text = draft.text if draft else f"Заполнена и принята форма «{submission.campaign}»."
    working.save_draft(assignment, by=by, text=text, figures=None, attachments=[working.Attachment(name, link=url)])
