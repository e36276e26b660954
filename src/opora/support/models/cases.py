"""The case of one school in one school year, the steps done in it, and who follows it."""

from __future__ import annotations

import datetime as dt
from pathlib import PurePath

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.clock import day_of, today
from opora.core.constraints import both_or_none, set_when, state_in, text_when
from opora.core.models import PublicModel, new_public_id
from opora.core.secrecy import knowledge
from opora.core.workflow import Transition, Workflow
from opora.lists.models import ListEntry, school_year_label
from opora.registry.models import Organisation
from opora.support.models.steps import Step, StepSet


class CaseState(models.TextChoices):
    OPEN = "open", "идёт"
    DONE = "done", "завершено"
    LEFT = "left", "школа вышла из списка"
    STOPPED = "stopped", "прекращено"


_CLOSED = frozenset({CaseState.LEFT, CaseState.STOPPED})
CASE_WORKFLOW = Workflow(
    CaseState,
    [
        Transition("finish", "Завершить", frozenset({CaseState.OPEN}), CaseState.DONE),
        Transition("resume", "Вернуть в работу", frozenset({CaseState.DONE}), CaseState.OPEN),
        Transition("leave", "Выход из списка", frozenset({CaseState.OPEN}), CaseState.LEFT),
        Transition("stop", "Прекратить", frozenset({CaseState.OPEN}), CaseState.STOPPED, comment_required=True),
        Transition("reopen", "Возобновить", _CLOSED, CaseState.OPEN),
    ],
)


class CaseQuerySet(models.QuerySet["Case"]):
    def visible(self, user: Actor) -> CaseQuerySet:
        """Those of schools of which the person may know that they are listed."""
        return self.filter(knowledge(user).q("school__path"))

    def open(self) -> CaseQuerySet:
        return self.filter(state=CaseState.OPEN)

    def overdue(self, day: dt.date | None = None) -> CaseQuerySet:
        """Open ones whose next step should have been done: worked out, never stored."""
        return self.open().filter(due__lt=day or today())

    def watched_by(self, user: Actor) -> CaseQuerySet:
        return self.filter(_watching(user))

    def with_watch(self, user: Actor) -> CaseQuerySet:
        """With `watched`: whether the person follows the case."""
        return self.annotate(watched=_watching(user))


def _watching(user: Actor) -> Exists:
    return Exists(Watching.objects.visible(user).filter(case=OuterRef("pk")))


class Case(PublicModel):
    """What is done with a school because it stands in a list of a school year."""

    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="школа")
    school_year = models.PositiveSmallIntegerField("учебный год")  # the year in which it begins
    entry = models.ForeignKey(ListEntry, on_delete=models.PROTECT, related_name="+", verbose_name="место в списке")
    step_set = models.ForeignKey(StepSet, on_delete=models.PROTECT, related_name="cases", verbose_name="набор шагов")
    step = models.ForeignKey(
        Step, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="что дальше"
    )  # the first that is not done; none is left in a case that is done
    due = models.DateField("срок", null=True, blank=True)  # of that step
    state = models.CharField("состояние", max_length=10, choices=CaseState, default=CaseState.OPEN)
    reason = models.CharField("почему прекращено", max_length=500, blank=True)
    closed_at = models.DateTimeField("закончено", null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-school_year", "pk"]
        verbose_name = "дело школы"
        verbose_name_plural = "дела школ"
        indexes = [models.Index(fields=["school_year", "state", "step"], name="case_year_state_step")]
        constraints = [
            state_in(CaseState.values, name="case_state"),
            set_when("step", [CaseState.OPEN], name="case_open_step"),
            set_when("closed_at", [CaseState.DONE, *_CLOSED], name="case_closed_at"),
            text_when("reason", [CaseState.STOPPED], name="case_stopped_reason"),
            models.UniqueConstraint(fields=["school", "school_year"], name="case_once_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.school}, {self.year}"

    @property
    def year(self) -> str:
        """«2026/27»"""
        return school_year_label(self.school_year)

    @property
    def is_open(self) -> bool:
        return self.state == CaseState.OPEN

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.due is not None and self.due < today()

    def get_absolute_url(self) -> str:
        return f"{reverse('support:school', args=[self.school.public_id])}?year={self.school_year}"


class StepDoneQuerySet(models.QuerySet["StepDone"]):
    def visible(self, user: Actor) -> StepDoneQuerySet:
        """As its case."""
        return self.filter(knowledge(user).q("case__school__path"))

    def standing(self) -> StepDoneQuerySet:
        """Those that nobody has undone."""
        return self.filter(undone_at__isnull=True)


class StepDone(PublicModel):
    """That a step was done: by whom, by which document; undone with a reason, never deleted."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="done", verbose_name="дело")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="+", verbose_name="шаг")
    done_at = models.DateTimeField("когда")
    done_by = models.CharField("кто", max_length=300)  # as the journal names him
    comment = models.TextField("комментарий", blank=True)
    document_text = models.CharField("документ", max_length=500, blank=True)
    # Where Opora has the document itself: «code:ref» of `queries.proofs`; empty: it has not.
    paper = models.CharField("документ в системе", max_length=60, blank=True, default="", db_default="")
    undone_at = models.DateTimeField("отменено", null=True, blank=True)
    undone_by = models.CharField("кто отменил", max_length=300, null=True, blank=True)
    undone_reason = models.CharField("почему отменено", max_length=500, blank=True)

    objects = StepDoneQuerySet.as_manager()

    class Meta:
        ordering = ["done_at", "pk"]
        verbose_name = "выполненный шаг"
        verbose_name_plural = "выполненные шаги"
        constraints = [
            both_or_none("undone_at", "undone_by", name="stepdone_undone_pair"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | ~Q(undone_reason=""), name="stepdone_undone_reason"
            ),
            models.UniqueConstraint(fields=["case", "step"], condition=Q(undone_at__isnull=True), name="stepdone_once"),
        ]

    def __str__(self) -> str:
        return f"{self.step_id}, {day_of(self.done_at):%d.%m.%Y}"


def step_file_place(file: StepFile, name: str) -> str:
    """A stored name that tells nothing: the one people gave stands in the row."""
    return f"cases/{new_public_id()}{PurePath(name).suffix.lower()[:10]}"


class StepFileQuerySet(models.QuerySet["StepFile"]):
    def visible(self, user: Actor) -> StepFileQuerySet:
        """As its case."""
        return self.filter(knowledge(user).q("done__case__school__path"))


class StepFile(PublicModel):
    """The document of a step as a file: a scan of the order, a letter, a report."""

    done = models.ForeignKey(StepDone, on_delete=models.CASCADE, related_name="files", verbose_name="шаг")
    file = models.FileField("файл", upload_to=step_file_place, max_length=200)
    file_name = models.CharField("имя файла", max_length=255)  # as people gave it
    size = models.PositiveBigIntegerField("размер", default=0)  # bytes
    added_by = models.CharField("кто приложил", max_length=300)  # as the journal names him

    objects = StepFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "файл шага"
        verbose_name_plural = "файлы шагов"

    def __str__(self) -> str:
        return self.file_name


class WatchingQuerySet(models.QuerySet["Watching"]):
    def visible(self, user: Actor) -> WatchingQuerySet:
        """One's own alone."""
        return self.filter(user__public_id=user.actor_id)


class Watching(models.Model):
    """That a person follows a case; his own affair, as a kept filter is."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watching", verbose_name="кто"
    )
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="watching", verbose_name="дело")

    objects = WatchingQuerySet.as_manager()

    class Meta:
        verbose_name = "наблюдение за делом"
        verbose_name_plural = "наблюдения за делами"
        constraints = [models.UniqueConstraint(fields=["user", "case"], name="watching_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.case_id}"
