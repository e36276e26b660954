"""Webinars, seminars, trainings, meetings, interviews: what is said there, who is asked, who comes."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.core.actor import Actor
from opora.core.clock import day_of
from opora.core.constraints import state_in, text_when
from opora.core.models import PublicModel, SortKeyField
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Transition, Workflow
from opora.registry.models import Organisation, Person


class EventKind(models.TextChoices):
    WEBINAR = "webinar", "вебинар"
    SEMINAR = "seminar", "семинар"
    TRAINING = "training", "тренинг"
    MEETING = "meeting", "совещание"
    INTERVIEW = "interview", "собеседование"


class Audience(models.TextChoices):
    """Who may come, and who sees it in the calendar."""

    ALL = "all", "все организации региона"
    TERRITORY = "territory", "организации территории"
    NAMED = "named", "названные организации; в календаре видят все"
    CLOSED = "closed", "только по приглашению"


ASKED = (Audience.NAMED, Audience.CLOSED)  # of these the organisations are listed


class EventState(models.TextChoices):
    DRAFT = "draft", "черновик"
    ANNOUNCED = "announced", "объявлено"
    HELD = "held", "проведено"
    CANCELLED = "cancelled", "отменено"


S = EventState
EVENT_WORKFLOW = Workflow(
    EventState,
    [
        Transition("announce", "Объявить", frozenset({S.DRAFT}), S.ANNOUNCED),
        Transition("hold", "Отметить присутствие", frozenset({S.ANNOUNCED}), S.HELD),
        Transition("cancel", "Отменить событие", frozenset({S.DRAFT, S.ANNOUNCED}), S.CANCELLED, comment_required=True),
    ],
)


class EventQuerySet(models.QuerySet["Event"]):
    def visible(self, user: Actor) -> EventQuerySet:
        """Those of the territories whose teachers the person develops; announced ones for his region, his territory or
        by invitation of his organisation, and where he is registered.

        Of one for listed schools know those alone who may know of its whole territory, or of an invited school.
        """
        known = knowledge(user)
        asked = EventInvitation.objects.filter(event=OuterRef("pk"))
        keeps = user.scope(Permission.DEVELOPMENT_EDIT).q("territory__path")
        near = user.own.q("territory__path") | user.own.above("territory__path")
        seen = Q(audience=Audience.ALL) & user.scope(Permission.REGISTRY_VIEW).q("territory__path")
        seen |= Q(audience__in=(Audience.TERRITORY, Audience.NAMED)) & near
        seen |= Q(Exists(asked.filter(user.scope(Permission.ASSIGNMENTS_VIEW).q("organisation__path"))))
        seen |= Q(Exists(Registration.objects.filter(_own(user), state__in=STANDING, event=OuterRef("pk"))))
        secret = keeps & known.q("territory__path")
        secret |= ~Q(state=S.DRAFT) & Q(Exists(asked.filter(known.q("organisation__path"))))
        plain = keeps | (~Q(state=S.DRAFT) & seen)
        return self.filter((Q(confidential=False) & plain) | (Q(confidential=True) & secret))


class Event(PublicModel):
    """`taken` counts the confirmed places, so that two at once never take more than there are."""

    territory = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="кто проводит")
    kind = models.CharField("вид", max_length=10, choices=EventKind)
    title = models.CharField("название", max_length=300)
    sort_title = SortKeyField(source="title")
    about = models.TextField("о чём", blank=True)
    begins_at = models.DateTimeField("начало")
    ends_at = models.DateTimeField("окончание")
    place = models.CharField("место", max_length=300, blank=True)
    link = models.URLField("ссылка", max_length=500, blank=True)
    audience = models.CharField("для кого", max_length=10, choices=Audience, default=Audience.TERRITORY)
    confidential = models.BooleanField("для школ списка", default=False)
    places = models.PositiveIntegerField("мест", null=True, blank=True)  # null: as many as come
    taken = models.PositiveIntegerField(default=0, editable=False)
    closes = models.DateField("запись до", null=True, blank=True)  # the last day; null: until it begins
    hours = models.PositiveSmallIntegerField("академических часов", default=0)  # 0: no certificates
    state = models.CharField("состояние", max_length=10, choices=EventState, default=EventState.DRAFT)
    reason = models.CharField("почему отменено", max_length=500, blank=True)
    revision = models.PositiveSmallIntegerField(default=0, editable=False)  # calendars take the highest
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    made_by = models.CharField("кто назначил", max_length=300)  # as the journal names him

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-begins_at", "-pk"]
        verbose_name = "событие"
        verbose_name_plural = "события"
        indexes = [
            models.Index(fields=["begins_at"], name="event_begins"),
            models.Index(fields=["state", "begins_at"], name="event_state_begins"),
        ]
        constraints = [
            state_in(EventState.values, name="event_state"),
            state_in(EventKind.values, name="event_kind", field="kind"),
            state_in(Audience.values, name="event_audience", field="audience"),
            text_when("reason", [EventState.CANCELLED], name="event_reason"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="event_times"),
            models.CheckConstraint(
                condition=Q(places__isnull=True) | (Q(places__gte=1) & Q(taken__lte=F("places"))), name="event_places"
            ),
            models.CheckConstraint(
                condition=Q(confidential=False) | Q(audience=Audience.CLOSED), name="event_secret_is_closed"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("development:event", args=[self.public_id])

    @property
    def day(self) -> dt.date:
        return day_of(self.begins_at)

    @property
    def last_day(self) -> dt.date:
        return day_of(self.ends_at)

    @property
    def has_begun(self) -> bool:
        return timezone.now() >= self.begins_at

    @property
    def takes(self) -> bool:
        """Whether people may still be registered."""
        late = self.closes is not None and timezone.localdate() > self.closes
        return self.state == EventState.ANNOUNCED and not self.has_begun and not late

    @property
    def reach(self) -> str:
        """The path below which organisations may send people, where they are not named."""
        return self.territory.root_path if self.audience == Audience.ALL else self.territory.path

    @property
    def left(self) -> int | None:
        """Free places; None where there is no limit."""
        return None if self.places is None else self.places - self.taken

    @property
    def public_title(self) -> str:
        """What may be said outside: of one for listed schools the kind alone."""
        return self.get_kind_display().capitalize() if self.confidential else self.title


class EventPoint(models.Model):
    """A point of the programme."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="programme", verbose_name="событие")
    order = models.PositiveSmallIntegerField("порядок")
    at = models.CharField("время", max_length=20, blank=True)  # «10:00», of several days «2-й день, 10:00»
    text = models.CharField("о чём", max_length=500)
    speaker = models.CharField("кто говорит", max_length=300, blank=True)

    class Meta:
        ordering = ["event", "order"]
        verbose_name = "пункт программы события"
        verbose_name_plural = "пункты программ событий"
        constraints = [models.UniqueConstraint(fields=["event", "order"], name="eventpoint_order")]

    def __str__(self) -> str:
        return self.text


class EventInvitation(models.Model):
    """An organisation that is asked to send people."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="invitations", verbose_name="событие")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="организация"
    )

    class Meta:
        ordering = ["pk"]
        verbose_name = "приглашение на событие"
        verbose_name_plural = "приглашения на события"
        constraints = [models.UniqueConstraint(fields=["event", "organisation"], name="eventinvitation_once")]

    def __str__(self) -> str:
        return str(self.organisation)


class RegistrationState(models.TextChoices):
    GOING = "going", "место есть"
    WAITING = "waiting", "в листе ожидания"
    WITHDRAWN = "withdrawn", "запись снята"


REGISTRATION_WORKFLOW = Workflow(
    RegistrationState,
    [
        Transition("promote", "Дать место", frozenset({RegistrationState.WAITING}), RegistrationState.GOING),
        Transition(
            "withdraw",
            "Снять запись",
            frozenset({RegistrationState.GOING, RegistrationState.WAITING}),
            RegistrationState.WITHDRAWN,
        ),
    ],
)
STANDING = (RegistrationState.GOING, RegistrationState.WAITING)
_STANDS = Q(state__in=STANDING)


def _own(user: Actor) -> Q:
    return Q(user__public_id=user.actor_id) | Q(person__user__public_id=user.actor_id)


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def of(self, user: Actor) -> RegistrationQuerySet:
        """One's own."""
        return self.filter(_own(user))

    def standing(self) -> RegistrationQuerySet:
        return self.filter(_STANDS)

    def going(self) -> RegistrationQuerySet:
        return self.filter(state=RegistrationState.GOING)

    def visible(self, user: Actor) -> RegistrationQuerySet:
        """One's own; those from organisations whose people the person sees; all of an event that he keeps.

        Of an event for listed schools those alone from schools of which he may know.
        """
        keeps = user.scope(Permission.DEVELOPMENT_EDIT).q("event__territory__path")
        people = user.scope(Permission.PEOPLE_VIEW).q("organisation__path")
        known = knowledge(user).open_or("event__confidential", at="organisation__path")
        return self.filter(known & (keeps | people | _own(user)))


class Registration(PublicModel):
    """One who comes from an organisation: a person of the registry, or one named in words. First come, first served."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="registrations", verbose_name="событие")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="организация"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="человек"
    )
    user = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    name = models.CharField("ФИО", max_length=300)
    sort_name = SortKeyField(db_default="")
    post = models.CharField("должность", max_length=300, blank=True)
    state = models.CharField("состояние", max_length=10, choices=RegistrationState)
    present = models.BooleanField("присутствовал", null=True, blank=True)  # null: not noted yet
    answered = models.BooleanField("оставил отзыв", default=False)  # that he did; what he said is kept without him
    made_by = models.CharField("кто записал", max_length=300)  # as the journal names him

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "запись на событие"
        verbose_name_plural = "записи на события"
        indexes = [models.Index(fields=["event", "state"], name="registration_event_state")]
        constraints = [
            state_in(RegistrationState.values, name="registration_state"),
            models.UniqueConstraint(
                fields=["event", "person"], condition=_STANDS & Q(person__isnull=False), name="registration_person"
            ),
            models.UniqueConstraint(
                fields=["event", "organisation", "name"],
                condition=_STANDS & Q(person__isnull=True),
                name="registration_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name
