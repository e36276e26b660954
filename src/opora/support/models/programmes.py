"""The programme of a case: what it says now, the versions that were sent, remarks, and what experts said of it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.constraints import both_or_none, set_when, state_in, text_when
from opora.core.models import PublicModel
from opora.core.secrecy import knowledge
from opora.core.workflow import Transition, Workflow
from opora.roadmaps.models import Activity
from opora.support.models.cases import Case
from opora.support.programmes import Content, read


class ProgrammeState(models.TextChoices):
    DRAFT = "draft", "готовится"
    SENT = "sent", "на утверждении"
    RETURNED = "returned", "возвращена"
    APPROVED = "approved", "утверждена, на согласовании"
    AGREED = "agreed", "согласована"


P = ProgrammeState
WRITTEN = (P.DRAFT, P.RETURNED)  # the school changes it

PROGRAMME_WORKFLOW = Workflow(
    ProgrammeState,
    [
        Transition("send", "Отправить на утверждение", frozenset(WRITTEN), P.SENT),
        Transition("approve", "Утвердить", frozenset({P.SENT}), P.APPROVED),
        Transition("return", "Вернуть", frozenset({P.SENT, P.APPROVED}), P.RETURNED, comment_required=True),
        Transition("withdraw", "Отозвать", frozenset({P.SENT}), P.DRAFT),
        Transition("unapprove", "Отозвать утверждение", frozenset({P.APPROVED}), P.SENT),
        Transition("agree", "Согласовать", frozenset({P.APPROVED}), P.AGREED),
        Transition("revise", "Составить новую версию", frozenset({P.AGREED}), P.DRAFT),
        Transition("drop", "Отказаться от новой версии", frozenset(WRITTEN), P.AGREED),
    ],
)


def in_words(state: str, version: int, standing: int | None) -> str:
    """«действует версия 1, версия 2 на утверждении», or the state alone."""
    said = str(ProgrammeState(state).label)
    if standing is None or state == P.AGREED:
        return said
    if state == P.DRAFT:
        return f"действует версия {standing}, готовится версия {version + 1}"
    return f"действует версия {standing}, версия {version} {said}"


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible(self, user: Actor) -> ProgrammeQuerySet:
        """As its case."""
        return self.filter(knowledge(user).q("case__school__path"))

    def in_force(self) -> ProgrammeQuerySet:
        """Those that were agreed, whether or not a new version is in work beside them."""
        return self.filter(standing__isnull=False)


class Programme(PublicModel):
    """One of a case. `revision` counts the changes: who saves names the one he read.

    What it says is what is in work; the version that is in force stands beside it until a newer one is agreed, and is
    what the school's work, the reviews and the steps of the case go by.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="programme", verbose_name="дело")
    content: models.JSONField[Any, Any] = models.JSONField("содержание", default=dict)  # `programmes.to_json`
    revision = models.PositiveIntegerField("правка", default=0)
    version = models.PositiveSmallIntegerField("версия", default=0)  # the last that was sent; 0: none
    state = models.CharField("состояние", max_length=10, choices=ProgrammeState, default=ProgrammeState.DRAFT)
    reason = models.TextField("почему возвращена", blank=True)
    made_by = models.CharField("кто составил", max_length=300)  # as the journal names him
    sent_at = models.DateTimeField("отправлена", null=True, blank=True)  # last
    sent_by = models.CharField("кто отправил", max_length=300, null=True, blank=True)
    approved_at = models.DateTimeField("утверждена", null=True, blank=True)
    approved_by = models.CharField("кто утвердил", max_length=300, null=True, blank=True)
    approved_document = models.CharField("документ об утверждении", max_length=500, blank=True)
    agreed_at = models.DateTimeField("согласована", null=True, blank=True)
    agreed_by = models.CharField("кто согласовал", max_length=300, null=True, blank=True)
    agreed_document = models.CharField("документ о согласовании", max_length=500, blank=True)
    standing = models.ForeignKey(
        "ProgrammeVersion",
        on_delete=models.DO_NOTHING,
        related_name="+",
        null=True,
        blank=True,
        verbose_name="действующая версия",
    )
    review_due = models.DateField("срок экспертизы", null=True, blank=True)
    progress_due = models.DateField("следующий разбор хода", null=True, blank=True)  # of the one in force
    progress_told = models.CharField(max_length=20, blank=True, default="", db_default="")  # NoticeKind, the last

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "программа"
        verbose_name_plural = "программы"
        indexes = [
            models.Index(fields=["state"], name="programme_state"),
            models.Index(fields=["progress_due"], name="programme_progress_due"),
        ]
        constraints = [
            state_in(ProgrammeState.values, name="programme_state"),
            both_or_none("sent_at", "sent_by", name="programme_sent"),
            both_or_none("approved_at", "approved_by", name="programme_approved"),
            both_or_none("agreed_at", "agreed_by", name="programme_agreed"),
            set_when("sent_at", [P.SENT, P.RETURNED, P.APPROVED, P.AGREED], name="programme_has_sender"),
            set_when("approved_at", [P.APPROVED, P.AGREED], name="programme_has_approval"),
            set_when("agreed_at", [P.AGREED], name="programme_has_agreement"),
            models.CheckConstraint(
                condition=~models.Q(state=P.AGREED) | models.Q(standing__isnull=False), name="programme_agreed_stands"
            ),
            text_when("reason", [P.RETURNED], name="programme_return_says_why"),
        ]

    def __str__(self) -> str:
        return f"Программа: {self.case}"

    def get_absolute_url(self) -> str:
        return reverse("support:programme", args=[self.case.public_id])

    @cached_property
    def read(self) -> Content:
        return read(self.content)

    @property
    def in_force(self) -> Content:
        """What the version in force says; nothing where none is."""
        return self.standing.read if self.standing else Content()

    @property
    def is_revised(self) -> bool:
        """Whether a new version is in work beside the one in force."""
        return self.standing_id is not None and self.state != P.AGREED

    @property
    def number(self) -> int:
        """The version that it is: in force, or the last that was sent; 0: none."""
        return self.standing.number if self.standing and self.state == P.AGREED else self.version

    @property
    def in_words(self) -> str:
        """Its state, with both versions where one is in work beside the one in force."""
        return in_words(self.state, self.version, self.standing.number if self.standing else None)

    @property
    def progress_is_late(self) -> bool:
        return self.standing_id is not None and self.progress_due is not None and self.progress_due < today()

    @property
    def is_written(self) -> bool:
        return self.state in WRITTEN


class ProgrammeVersionQuerySet(models.QuerySet["ProgrammeVersion"]):
    def visible(self, user: Actor) -> ProgrammeVersionQuerySet:
        """As its case."""
        return self.filter(knowledge(user).q("programme__case__school__path"))


class ProgrammeVersion(models.Model):
    """What was sent; its text never changes, by whom and by what it was approved and agreed is added."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField("версия")
    content: models.JSONField[Any, Any] = models.JSONField("содержание", default=dict)
    sent_at = models.DateTimeField("отправлена")
    sent_by = models.CharField("кто отправил", max_length=300)
    approved_at = models.DateTimeField("утверждена", null=True, blank=True)
    approved_by = models.CharField("кто утвердил", max_length=300, null=True, blank=True)
    approved_document = models.CharField("документ об утверждении", max_length=500, blank=True, db_default="")
    agreed_at = models.DateTimeField("согласована", null=True, blank=True)
    agreed_by = models.CharField("кто согласовал", max_length=300, null=True, blank=True)
    agreed_document = models.CharField("документ о согласовании", max_length=500, blank=True, db_default="")

    objects = ProgrammeVersionQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        verbose_name = "версия программы"
        verbose_name_plural = "версии программ"
        constraints = [
            both_or_none("approved_at", "approved_by", name="programmeversion_approved"),
            both_or_none("agreed_at", "agreed_by", name="programmeversion_agreed"),
            models.UniqueConstraint(fields=["programme", "number"], name="programmeversion_number"),
        ]

    def __str__(self) -> str:
        return f"версия {self.number}"

    @cached_property
    def read(self) -> Content:
        return read(self.content)


class MeasureWorkQuerySet(models.QuerySet["MeasureWork"]):
    def visible(self, user: Actor) -> MeasureWorkQuerySet:
        """As its case."""
        return self.filter(knowledge(user).q("programme__case__school__path"))


class MeasureWork(models.Model):
    """That a measure of an agreed programme is a row of the school's road map: whether it is done, its work tells."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="works", verbose_name="программа")
    key = models.CharField("мероприятие", max_length=40)  # of `Measure`
    activity = models.OneToOneField(Activity, on_delete=models.PROTECT, related_name="+", verbose_name="пункт")

    objects = MeasureWorkQuerySet.as_manager()

    class Meta:
        ordering = ["programme", "activity__order"]
        verbose_name = "работа по мероприятию программы"
        verbose_name_plural = "работа по мероприятиям программ"
        constraints = [models.UniqueConstraint(fields=["programme", "key"], name="measurework_once")]

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.key}"


class ProgrammeRemarkQuerySet(models.QuerySet["ProgrammeRemark"]):
    def visible(self, user: Actor) -> ProgrammeRemarkQuerySet:
        """As its case."""
        return self.filter(knowledge(user).q("programme__case__school__path"))


class ProgrammeRemark(PublicModel):
    """What somebody says of a goal, a measure or an indicator, until the school has answered for it."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="remarks")
    key = models.CharField("к чему", max_length=40, blank=True)  # of an item; empty: to the whole
    text = models.TextField("замечание")
    who = models.CharField("кто", max_length=300)  # as the journal names him
    settled_at = models.DateTimeField("учтено", null=True, blank=True)
    settled_by = models.CharField("кто учёл", max_length=300, null=True, blank=True)

    objects = ProgrammeRemarkQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "замечание к программе"
        verbose_name_plural = "замечания к программам"
        constraints = [both_or_none("settled_at", "settled_by", name="programmeremark_settled")]

    def __str__(self) -> str:
        return self.text


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible(self, user: Actor) -> ReviewQuerySet:
        """As its case."""
        return self.filter(knowledge(user).q("programme__case__school__path"))

    def waiting(self) -> ReviewQuerySet:
        return self.filter(given_at__isnull=True, programme__state=P.APPROVED, version=F("programme__version"))


class Review(PublicModel):
    """That an expert is asked about a programme, and what he says: scores, or that he must not judge it."""

    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="reviews")
    expert = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews", verbose_name="эксперт"
    )
    version = models.PositiveSmallIntegerField("версия")  # of the programme, that is judged
    conflict = models.BooleanField("конфликт интересов", default=False)
    scores: models.JSONField[Any, Any] = models.JSONField("баллы", default=dict)  # by criterion, 0–3
    comment = models.TextField("заключение", blank=True)
    given_at = models.DateTimeField("дано", null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "экспертиза"
        verbose_name_plural = "экспертизы"
        constraints = [
            models.UniqueConstraint(fields=["programme", "expert", "version"], name="review_once"),
            models.CheckConstraint(
                condition=models.Q(conflict=False) | models.Q(scores={}), name="review_conflict_scores_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.expert_id}: {self.programme_id}"
