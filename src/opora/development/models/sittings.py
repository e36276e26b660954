"""Diagnoses: a version of an instrument given to teachers for some days; what each answered and has on each scale."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.constraints import set_when, state_in
from opora.core.models import PublicModel, SortKeyField
from opora.core.permissions import Permission
from opora.core.workflow import Transition, Workflow
from opora.development.models.instruments import InstrumentVersion
from opora.registry.models import Organisation, Person
from opora.registry.models.organisations import OrganisationKind


class DiagnosisState(models.TextChoices):
    PREPARED = "prepared", "готовится"
    OPEN = "open", "идёт"
    CLOSED = "closed", "завершена"


DIAGNOSIS_WORKFLOW = Workflow(
    DiagnosisState,
    [
        Transition("open", "Назначить", frozenset({DiagnosisState.PREPARED}), DiagnosisState.OPEN),
        # Never opened again: what groups have is shown once nobody is added to them any more.
        Transition("close", "Завершить", frozenset({DiagnosisState.OPEN}), DiagnosisState.CLOSED),
    ],
)


class DiagnosisQuerySet(models.QuerySet["Diagnosis"]):
    def visible(self, user: Actor) -> DiagnosisQuerySet:
        """Those of the territories whose teachers the person develops; of their results he sees groups alone."""
        return self.filter(user.scope(Permission.DEVELOPMENT_EDIT).q("territory__path"))


class Diagnosis(PublicModel):
    """Whom it is given: everybody with a post named by `post` in the schools of `place`."""

    version = models.ForeignKey(
        InstrumentVersion, on_delete=models.PROTECT, related_name="diagnoses", verbose_name="инструмент"
    )
    territory = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="кто проводит")
    place = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="где")
    post = models.CharField("должность", max_length=100)  # words that its title holds
    title = models.CharField("название", max_length=300)
    opens = models.DateField("с")
    closes = models.DateField("по")  # the last day
    names_to_heads = models.BooleanField("руководители видят результаты по именам", default=False)
    state = models.CharField("состояние", max_length=10, choices=DiagnosisState, default=DiagnosisState.PREPARED)
    made_by = models.CharField("кто подготовил", max_length=300)  # as the journal names him
    sort_title = SortKeyField(source="title")

    objects = DiagnosisQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "диагностика"
        verbose_name_plural = "диагностики"
        constraints = [
            state_in(DiagnosisState.values, name="diagnosis_state"),
            models.CheckConstraint(condition=Q(closes__gte=F("opens")), name="diagnosis_days"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("development:diagnosis", args=[self.public_id])

    @property
    def is_going(self) -> bool:
        """Whether answers are taken today."""
        return self.state == DiagnosisState.OPEN and self.opens <= today() <= self.closes

    @property
    def ends(self) -> dt.datetime:
        """The moment after its last day."""
        return timezone.make_aware(dt.datetime.combine(self.closes + dt.timedelta(days=1), dt.time()))


class SittingState(models.TextChoices):
    ASSIGNED = "assigned", "не начата"
    STARTED = "started", "идёт"
    DONE = "done", "пройдена"
    MISSED = "missed", "не пройдена"


S = SittingState
SITTING_WORKFLOW = Workflow(
    SittingState,
    [
        Transition("start", "Начать", frozenset({S.ASSIGNED}), S.STARTED),
        Transition("finish", "Завершить", frozenset({S.STARTED}), S.DONE),
        Transition("enter", "Внести с бумаги", frozenset({S.ASSIGNED, S.DONE}), S.DONE),
        Transition("miss", "Отметить непройденной", frozenset({S.ASSIGNED}), S.MISSED),
    ],
)


def headed(user: Actor) -> list[str]:
    """The schools that the person heads, as paths."""
    places = [one.organisation for one in user.active_memberships] if isinstance(user, User) else []
    schools = [one.path for one in places if one.kind == OrganisationKind.SCHOOL]
    return [path for path in schools if user.may(Permission.ASSIGNMENTS_SUBMIT, path)]


class SittingQuerySet(models.QuerySet["Sitting"]):
    def own(self, user: Actor) -> SittingQuerySet:
        return self.filter(person__user__public_id=user.actor_id)

    def visible(self, user: Actor) -> SittingQuerySet:
        """One's own; those done by the staff of the school one heads, where they agreed or the region has set it so."""
        staff = Q(organisation__path__in=headed(user), state=S.DONE)
        shown = Q(consent_at__isnull=False, named_at__isnull=False) | Q(diagnosis__names_to_heads=True)
        return self.filter(Q(person__user__public_id=user.actor_id) | (staff & shown))

    def done(self) -> SittingQuerySet:
        return self.filter(state=S.DONE)

    def expired(self, now: dt.datetime) -> SittingQuerySet:
        return self.filter(state=S.STARTED, ends_at__lte=now)


class Sitting(PublicModel):
    """One teacher's diagnosis. Answers are taken until `ends_at`, by the clock of the server."""

    diagnosis = models.ForeignKey(
        Diagnosis, on_delete=models.CASCADE, related_name="sittings", verbose_name="диагностика"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="педагог")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="школа")
    state = models.CharField("состояние", max_length=10, choices=SittingState, default=SittingState.ASSIGNED)
    started_at = models.DateTimeField("начата", null=True, blank=True)
    ends_at = models.DateTimeField("время до", null=True, blank=True)
    done_at = models.DateTimeField("пройдена", null=True, blank=True)
    on_paper = models.BooleanField("на бумаге", default=False)
    consent_at = models.DateTimeField("согласие показать руководителю", null=True, blank=True)
    # From when the head has known it by name; kept when the consent is taken back: what was seen stays known.
    named_at = models.DateTimeField("открыт руководителю", null=True, blank=True, editable=False)

    objects = SittingQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "прохождение диагностики"
        verbose_name_plural = "прохождения диагностик"
        indexes = [
            models.Index(fields=["diagnosis", "state"], name="sitting_diagnosis_state"),
            models.Index(fields=["ends_at"], condition=Q(state="started"), name="sitting_ends"),
        ]
        constraints = [
            state_in(SittingState.values, name="sitting_state"),
            set_when("ends_at", [SittingState.STARTED], name="sitting_ends_at"),
            set_when("done_at", [SittingState.DONE], name="sitting_done_at"),
            models.UniqueConstraint(fields=["diagnosis", "person"], name="sitting_once"),
        ]

    def __str__(self) -> str:
        return f"{self.diagnosis}, {self.person}"

    def get_absolute_url(self) -> str:
        return reverse("development:sitting", args=[self.public_id])

    @property
    def is_running(self) -> bool:
        return self.state == SittingState.STARTED and self.ends_at is not None and timezone.now() < self.ends_at

    @property
    def ran_out(self) -> bool:
        """Whether it was its time that ended it."""
        return (
            self.ends_at is not None and self.done_at is not None and self.done_at >= self.ends_at and not self.on_paper
        )

    @property
    def minutes_today(self) -> int | None:
        """Where whoever begins now has less time than the instrument gives, as its last day ends before: how much."""
        limit, left = self.diagnosis.version.said.minutes, (self.diagnosis.ends - timezone.now()).total_seconds() / 60
        return int(left) if limit and 0 < left < limit else None


class Answer(models.Model):
    """What was answered to one task, last."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="answers")
    code = models.CharField("задание", max_length=40)
    given = models.JSONField("ответ")  # `development.scoring.Given`
    at = models.DateTimeField("когда", auto_now=True)

    class Meta:
        verbose_name = "ответ"
        verbose_name_plural = "ответы"
        constraints = [models.UniqueConstraint(fields=["sitting", "code"], name="answer_once")]

    def __str__(self) -> str:
        return self.code


class Score(models.Model):
    """What a sitting has on one scale."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="scores")
    scale = models.CharField("шкала", max_length=40)
    title = models.CharField("название шкалы", max_length=200)
    points = models.PositiveSmallIntegerField("баллы")
    most = models.PositiveSmallIntegerField("из")
    tasks = models.PositiveSmallIntegerField("заданий")
    deficit = models.BooleanField("дефицит")

    class Meta:
        ordering = ["pk"]
        verbose_name = "баллы на шкале"
        verbose_name_plural = "баллы на шкалах"
        constraints = [
            models.UniqueConstraint(fields=["sitting", "scale"], name="score_once"),
            models.CheckConstraint(condition=Q(points__lte=F("most"), most__gt=0), name="score_points"),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.points}"

    @property
    def share(self) -> float:
        return self.points / self.most
