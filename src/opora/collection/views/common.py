"""What the pages of campaigns and submissions share: the one asked for, as far as the person sees it."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from opora.collection.actions.filling import prefilled
from opora.collection.models import Campaign, Submission
from opora.collection.queries import campaigns as campaign_queries
from opora.collection.queries import submissions as queries
from opora.collection.sheet import Sheet
from opora.collection.working import previous_values
from opora.ui.requests import actor, seen_revision


def own_campaign(request: HttpRequest, public_id: str) -> Campaign:
    """One that the person collects."""
    return get_object_or_404(campaign_queries.campaigns(actor(request)), public_id=public_id)


def seen_submission(request: HttpRequest, public_id: str) -> Submission:
    return get_object_or_404(queries.submissions(actor(request)), public_id=public_id)


def sheet_of(submission: Submission) -> Sheet:
    last = queries.previous_of(submission)
    answers = last.answers if last else {}
    definition = submission.campaign.version.content
    return Sheet(submission, previous_values(definition, answers), answers, prefilled(submission))


def revision_of(request: HttpRequest, submission: Submission) -> int:
    """Of the answers as the person saw them; an unreadable one is that of nobody."""
    seen = seen_revision(request)
    return seen if seen is not None and seen <= submission.revision else 0
