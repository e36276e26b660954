"""Reading events: the calendar, who comes, who is busy, what was thought of an event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Avg, Case, Count, Exists, F, OuterRef, QuerySet, When
from django.utils import timezone

from opora.access.models import User
from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.core.search import by_words
from opora.core.secrecy import knowledge
from opora.development.groups import LEAST
from opora.development.models import (
    ASKED,
    Certificate,
    Event,
    EventState,
    Material,
    Registration,
)
from opora.development.models.events import EventQuerySet, RegistrationQuerySet
from opora.notices import clashes as clashing
from opora.notices.points import Busy
from opora.registry.models import Organisation, Person

MOST = 300  # events that one month of the calendar shows
OWN = 50  # people whom the page of an event names


def events(user: Actor) -> EventQuerySet:
    """With `mine`, whether the person comes or waits, and `counted`, how many have a place.

    At one for listed schools those of other schools come too: how many is for those who may know of all of them.
    """
    own = Registration.objects.of(user).standing().filter(event=OuterRef("pk"))
    known = knowledge(user).open_or("confidential", at="territory__path")
    found = Event.objects.visible(user).select_related("territory")
    return found.annotate(mine=Exists(own), counted=Case(When(known, then=F("taken"))))


def search(found: QuerySet[Event], text: str) -> QuerySet[Event]:
    return by_words(found, text, "sort_title")


def between(found: QuerySet[Event], first: dt.date, last: dt.date) -> QuerySet[Event]:
    """Those that are announced, held or cancelled and touch the days from `first` to `last`, in order."""
    begin, end = (
        timezone.make_aware(dt.datetime.combine(day, dt.time())) for day in (first, last + dt.timedelta(days=1))
    )
    rows = found.exclude(state=EventState.DRAFT).filter(begins_at__lt=end, ends_at__gte=begin)
    return rows.order_by("begins_at", "pk")[:MOST]


def registrations(user: Actor, event: Event) -> RegistrationQuerySet:
    rows = Registration.objects.visible(user).filter(event=event)
    return rows.select_related("organisation", "certificate", "event__territory")


def people_found(found: QuerySet[Registration], text: str) -> QuerySet[Registration]:
    return by_words(found, text, "sort_name", "organisation__sort_name")


@dataclass(frozen=True, slots=True)
class Shown:
    """A registration on the page of its event: whether it is one's own, and whether one may take it back."""

    row: Registration
    mine: bool
    may_leave: bool


def shown(user: Actor, event: Event, *, keeps: bool) -> list[Shown]:
    """One's own first, then those of one's organisations; not those withdrawn. Whoever keeps the event has a list."""
    mine = Exists(Registration.objects.of(user).filter(pk=OuterRef("pk")))
    rows = registrations(user, event).standing().annotate(mine=mine)
    found = list((rows.filter(mine=True) if keeps else rows).order_by("-mine", "pk")[:OWN])
    submits = user.scope(Permission.ASSIGNMENTS_SUBMIT)
    own = [_is_own(one, user) for one in found]
    return [
        Shown(one, is_own, keeps or is_own or one.organisation.path in submits)
        for one, is_own in zip(found, own, strict=True)
    ]


def _is_own(row: Registration, user: Actor) -> bool:
    """As `RegistrationQuerySet.of` says it."""
    if not isinstance(user, User):
        return False
    return row.user_id == user.pk or (row.person_id is not None and row.person_id == user.person_id)


def registering(user: Actor, event: Event) -> QuerySet[Organisation]:
    """The organisations whose people the person may register; of listed schools those of which he may know."""
    rows = Organisation.objects.active().order_by("sort_name")
    if event.confidential:
        rows = rows.filter(knowledge(user).q("path"))
    if not user.may(Permission.DEVELOPMENT_EDIT, event.territory.path):
        rows = rows.filter(user.scope(Permission.ASSIGNMENTS_SUBMIT).q("path"))
    if event.audience in ASKED:
        return rows.filter(pk__in=event.invitations.values("organisation"))
    return rows.inside(Organisation(path=event.reach))


@dataclass(frozen=True, slots=True)
class Door:
    """Who may come to an event: at most one query."""

    event: Event
    asked: frozenset[str] | None  # the paths of the organisations that are asked; None: all within its reach

    @classmethod
    def of(cls, event: Event) -> Door:
        if event.audience not in ASKED:
            return cls(event, None)
        return cls(event, frozenset(event.invitations.values_list("organisation__path", flat=True)))

    def own_place(self, user: Actor) -> Organisation | None:
        """The organisation from which the person registers himself."""
        works = [one.organisation for one in user.active_memberships] if isinstance(user, User) else []
        return next((one for one in works if self._admits(one.path)), None)

    def may_name(self, user: Actor) -> bool:
        """Whether there is an organisation whose people the person may register."""
        if user.may(Permission.DEVELOPMENT_EDIT, self.event.territory.path):
            return True
        scope = user.scope(Permission.ASSIGNMENTS_SUBMIT)
        if self.asked is not None:
            return any(path in scope for path in self.asked)
        return self.event.reach in scope or any(self._admits(path) for path in scope.paths)

    def _admits(self, path: str) -> bool:
        return path.startswith(self.event.reach) if self.asked is None else path in self.asked


def staff(user: Actor, organisation: Organisation) -> QuerySet[Person]:
    """Who has a post there, for those who see its people."""
    if not user.may(Permission.PEOPLE_VIEW, organisation.path):
        return Person.objects.none()
    rows = Person.objects.filter(posts__organisation=organisation).distinct()
    return rows.order_by("sort_name", "pk")


def clashes(asks: Actor, event: Event, people: Collection[int]) -> list[Busy]:
    """What else these people have at the time of the event."""
    return clashing.clashes(asks, people, event.begins_at, event.ends_at, but=event.public_id)


def materials(user: Actor) -> QuerySet[Material]:
    return Material.objects.visible(user).select_related("event__territory")


def uncertified(event: Event) -> QuerySet[Registration]:
    """Who was there and was never given a certificate."""
    return event.registrations.going().filter(present=True, certificate__isnull=True)


def certificates(user: Actor) -> QuerySet[Certificate]:
    rows = Certificate.objects.visible(user)
    return rows.select_related("registration__event__territory", "registration__organisation")


def certificates_of(event: Event, user: Actor) -> QuerySet[Certificate]:
    """Those that are valid, of the people whom the person sees there; by organisation, then by name."""
    rows = certificates(user).filter(registration__event=event, withdrawn_at__isnull=True)
    return rows.order_by("registration__organisation__sort_name", "registration__sort_name", "pk")


@dataclass(frozen=True, slots=True)
class Opinion:
    """What `people` thought: means of 1 to 5, and words in no order of time."""

    people: int
    useful: float
    clear: float
    organised: float
    texts: list[str]


def opinion(event: Event) -> Opinion | None:
    """Of whole fives alone: between two looks at least five have been added, so that nobody's answer stands out."""
    count = event.feedback.count() // LEAST * LEAST
    if not count:
        return None
    rows = event.feedback.filter(pk__in=event.feedback.order_by("pk").values("pk")[:count])
    means = rows.aggregate(people=Count("pk"), useful=Avg("useful"), clear=Avg("clear"), organised=Avg("organised"))
    return Opinion(**means, texts=sorted(filter(None, rows.values_list("text", flat=True))))
