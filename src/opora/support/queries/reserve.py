"""The management reserve and the rewards of pairs as a person may see them."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet

from opora.core.actor import Actor
from opora.core.search import by_words
from opora.registry.models import Organisation
from opora.support.models.mentoring import Pair
from opora.support.models.reserve import Appointment, Candidate, CandidateQuerySet, Reward, RewardQuerySet
from opora.support.queries.mentoring import mentors_named


def candidates(user: Actor) -> CandidateQuerySet:
    """With `seen`: the appointments that the person may know."""
    seen = Appointment.objects.visible(user).select_related("school")
    found = Candidate.objects.visible(user).select_related("organisation__parent")
    return found.prefetch_related(Prefetch("appointments", queryset=seen, to_attr="seen"))


def search_candidates(found: QuerySet[Candidate], text: str) -> QuerySet[Candidate]:
    organisations = Organisation.objects.matching(text).values("pk")
    named = by_words(Candidate.objects.order_by(), text, "sort_name").values("pk")
    return found.filter(Q(organisation__in=organisations) | Q(pk__in=named))


def rewards(user: Actor) -> RewardQuerySet:
    return Reward.objects.visible(user).select_related("pair__school__parent", "pair__mentor__organisation")


def search_rewards(found: QuerySet[Reward], text: str) -> QuerySet[Reward]:
    organisations = Organisation.objects.matching(text).values("pk")
    here = Q(school__in=organisations) | Q(mentor__organisation__in=organisations) | Q(mentor__in=mentors_named(text))
    return found.filter(pair__in=Pair.objects.filter(here).values("pk"))
