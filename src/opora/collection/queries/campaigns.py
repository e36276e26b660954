"""Campaigns and how far they are."""

from __future__ import annotations

from django.db.models import Count as Counted
from django.db.models import Exists, OuterRef, Q, QuerySet

from opora.collection.models import Campaign, FormVersion, Submission, SubmissionState
from opora.collection.models.campaigns import CampaignQuerySet
from opora.collection.queries.submissions import Count
from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.core.search import by_words
from opora.core.secrecy import knowledge
from opora.registry.models.organisations import OrganisationKind


def campaigns(user: Actor) -> CampaignQuerySet:
    """Those that the person collects, with how many were accepted of how many sent, as far as he sees them."""
    mine = user.scope(Permission.FORMS_EDIT).q("territory__path")
    known = knowledge(user).open_or("confidential", at="territory__path")
    return Campaign.objects.filter(mine & known).select_related("version__form", "territory", "place")


def decided(user: Actor) -> CampaignQuerySet:
    """Those, and those of others in which the person decides on the forms of his own organisations."""
    scope = user.scope(Permission.ASSIGNMENTS_DECIDE).q("organisation__path")
    mine = Submission.objects.visible(user).filter(scope, campaign=OuterRef("pk"))
    found = Campaign.objects.filter(Q(pk__in=campaigns(user).values("pk")) | Exists(mine))
    return found.select_related("version__form", "territory", "place")


def collected(user: Actor) -> CampaignQuerySet:
    """Without those by which a school asks its own people."""
    return campaigns(user).exclude(territory__kind=OrganisationKind.SCHOOL)


def with_progress(found: CampaignQuerySet, user: Actor) -> CampaignQuerySet:
    seen = user.scope(Permission.ASSIGNMENTS_VIEW).q("submissions__organisation__path")
    done = Q(submissions__state=SubmissionState.ACCEPTED)
    return found.annotate(total=Counted("submissions", filter=seen), done=Counted("submissions", filter=seen & done))


def search(found: QuerySet[Campaign], text: str) -> QuerySet[Campaign]:
    return by_words(found, text, "sort_title")


def progress(user: Actor, campaign: Campaign) -> Count:
    rows = Submission.objects.visible(user).filter(campaign=campaign).order_by()
    return Count(dict(rows.values_list("state").annotate(Counted("pk"))))


def newest_published(form_id: int) -> FormVersion | None:
    return FormVersion.objects.published().filter(form=form_id).select_related("form__territory").first()
