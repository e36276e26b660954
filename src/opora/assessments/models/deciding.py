"""From a run to the list: a draft with every school's decision, a second person's word, objections, leaving."""

from __future__ import annotations

import secrets
from pathlib import PurePath

from django.db import models
from django.db.models import Q
from django.urls import reverse

from opora.assessments.models.runs import Run
from opora.core.actor import Actor
from opora.core.constraints import both_or_none, set_when, state_in
from opora.core.models import PublicModel, SortKeyField
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Transition, Workflow
from opora.lists.models import Category, ListEntry, SchoolList, school_year_label
from opora.registry.models import Organisation


class SelectionState(models.TextChoices):
    DRAFT = "draft", "готовится"
    PROPOSED = "proposed", "ждёт утверждения"
    LISTED = "listed", "утверждён"
    DROPPED = "dropped", "отменён"


SELECTION_WORKFLOW = Workflow(
    SelectionState,
    [
        Transition("propose", "Передать на утверждение", frozenset({SelectionState.DRAFT}), SelectionState.PROPOSED),
        Transition(
            "return", "Вернуть", frozenset({SelectionState.PROPOSED}), SelectionState.DRAFT, comment_required=True
        ),
        Transition("approve", "Утвердить", frozenset({SelectionState.PROPOSED}), SelectionState.LISTED),
        Transition("drop", "Отменить", frozenset({SelectionState.DRAFT}), SelectionState.DROPPED),
        Transition("restore", "Вернуть в работу", frozenset({SelectionState.DROPPED}), SelectionState.DRAFT),
    ],
)


class SelectionQuerySet(models.QuerySet["Selection"]):
    def visible(self, user: Actor) -> SelectionQuerySet:
        """Those of the territories whose lists the person writes."""
        return self.filter(user.scope(Permission.LISTS_EDIT).q("territory__path"))


class Selection(PublicModel):
    """The draft of a list: from a run, beside a list that came from outside, or both."""

    territory = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="территория")
    category = models.CharField("категория", max_length=30, choices=Category, default=Category.LOW_RESULTS)
    school_year = models.PositiveSmallIntegerField("учебный год")  # the year in which it begins
    title = models.CharField("название", max_length=300)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, blank=True, related_name="selections")
    outside = models.ForeignKey(  # a draft of `lists` that came from elsewhere, to be compared with
        SchoolList, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="внешний список"
    )
    state = models.CharField("состояние", max_length=10, choices=SelectionState, default=SelectionState.DRAFT)
    made_by = models.CharField("кто составил", max_length=300)  # as the journal names him
    proposed_at = models.DateTimeField("передан на утверждение", null=True, blank=True)
    proposed_by = models.CharField("кто передал", max_length=300, null=True, blank=True)
    proposer_id = models.CharField(max_length=26, blank=True)  # who may not approve it himself
    returned_for = models.TextField("почему возвращён", blank=True)
    approved_at = models.DateTimeField("утверждён", null=True, blank=True)
    approved_by = models.CharField("кто утвердил", max_length=300, null=True, blank=True)
    school_list = models.OneToOneField(
        SchoolList, on_delete=models.PROTECT, null=True, blank=True, related_name="selection", verbose_name="список"
    )
    sort_title = SortKeyField(source="title")

    objects = SelectionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "проект списка"
        verbose_name_plural = "проекты списков"
        constraints = [
            state_in(SelectionState.values, name="selection_state"),
            both_or_none("proposed_at", "proposed_by", name="selection_proposed"),
            both_or_none("approved_at", "approved_by", name="selection_approved"),
            set_when("approved_at", [SelectionState.LISTED], name="selection_approved_at"),
            set_when("school_list", [SelectionState.LISTED], name="selection_list"),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="selection_category"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("assessments:selection", args=[self.public_id])

    @property
    def year_words(self) -> str:
        """«2026/27»"""
        return school_year_label(self.school_year)


class Decision(models.TextChoices):
    INCLUDE = "include", "включить"
    EXCLUDE = "exclude", "не включать"
    POSTPONE = "postpone", "отложить"


class ChoiceQuerySet(models.QuerySet["Choice"]):
    def visible(self, user: Actor) -> ChoiceQuerySet:
        """Those of drafts that the person may see."""
        return self.filter(user.scope(Permission.LISTS_EDIT).q("selection__territory__path"))

    def included(self) -> ChoiceQuerySet:
        return self.filter(decision=Decision.INCLUDE)

    def by_hand(self) -> ChoiceQuerySet:
        """Those where a person decided otherwise than the rule."""
        follows = Q(by_rule=True, decision=Decision.INCLUDE) | Q(by_rule=False, decision=Decision.EXCLUDE)
        return self.exclude(follows)

    def differing(self, how: str) -> ChoiceQuerySet:
        """«hand», «rule_only» or «outside_only»: from the rule, or between it and the list from outside."""
        if how == "hand":
            return self.by_hand()
        return self.filter(by_rule=how == "rule_only", outside=how == "outside_only")


class Choice(PublicModel):
    """What was decided of one school; a reason wherever that is not what the rule says."""

    selection = models.ForeignKey(Selection, on_delete=models.CASCADE, related_name="choices", verbose_name="проект")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="школа")
    by_rule = models.BooleanField("по правилу")  # false too where there was no run
    outside = models.BooleanField("во внешнем списке", default=False)
    why = models.TextField("что говорит правило", blank=True)  # the sentence of the verdict
    decision = models.CharField("решение", max_length=10, choices=Decision)
    reason = models.TextField("основание", blank=True)
    decided_by = models.CharField("кто решил", max_length=300, blank=True)  # empty where it is the rule's word

    objects = ChoiceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "решение о школе"
        verbose_name_plural = "решения о школах"
        constraints = [
            models.UniqueConstraint(fields=["selection", "organisation"], name="choice_once"),
            models.CheckConstraint(condition=Q(decision__in=Decision.values), name="choice_decision"),
            models.CheckConstraint(
                condition=Q(by_rule=True, decision=Decision.INCLUDE)
                | Q(by_rule=False, decision=Decision.EXCLUDE)
                | ~Q(reason=""),
                name="choice_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_decision_display()}"

    @property
    def by_hand(self) -> bool:
        """Whether a person decided otherwise than the rule."""
        return (self.decision == Decision.INCLUDE) != self.by_rule or self.decision == Decision.POSTPONE


class ObjectionState(models.TextChoices):
    FILED = "filed", "рассматривается"
    UPHELD = "upheld", "удовлетворено"
    REJECTED = "rejected", "отклонено"
    WITHDRAWN = "withdrawn", "отозвано"


_FILED = frozenset({ObjectionState.FILED})
OBJECTION_WORKFLOW = Workflow(
    ObjectionState,
    [
        Transition("uphold", "Удовлетворить", _FILED, ObjectionState.UPHELD, comment_required=True),
        Transition("reject", "Отклонить", _FILED, ObjectionState.REJECTED, comment_required=True),
        Transition("withdraw", "Отозвать", _FILED, ObjectionState.WITHDRAWN),
    ],
)


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible(self, user: Actor) -> ObjectionQuerySet:
        """Those of schools of which the person may know that they are listed."""
        return self.filter(knowledge(user).q("school__path"))


class Objection(PublicModel):
    """A school says why it should not stand in the list; it and its decision stay in the record."""

    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="школа")
    school_list = models.ForeignKey(SchoolList, on_delete=models.PROTECT, related_name="+", verbose_name="список")
    text = models.TextField("возражение")
    state = models.CharField("состояние", max_length=10, choices=ObjectionState, default=ObjectionState.FILED)
    filed_by = models.CharField("кто подал", max_length=300)  # as the journal names him
    answer = models.TextField("решение", blank=True)
    decided_at = models.DateTimeField("рассмотрено", null=True, blank=True)
    decided_by = models.CharField("кто рассмотрел", max_length=300, null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "возражение школы"
        verbose_name_plural = "возражения школ"
        constraints = [
            state_in(ObjectionState.values, name="objection_state"),
            both_or_none("decided_at", "decided_by", name="objection_decided"),
            models.UniqueConstraint(
                fields=["school", "school_list"], condition=Q(state=ObjectionState.FILED), name="objection_one_open"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ObjectionState.UPHELD, ObjectionState.REJECTED]) | ~Q(answer=""),
                name="objection_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school}: {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return reverse("assessments:objection", args=[self.public_id])


def evidence_name(file: ObjectionFile, name: str) -> str:
    """A random name: the one people gave stands in `file_name` alone."""
    return f"results/objections/{file.objection.public_id}/{secrets.token_hex(16)}{PurePath(name).suffix.lower()[:8]}"


class ObjectionFileQuerySet(models.QuerySet["ObjectionFile"]):
    def visible(self, user: Actor) -> ObjectionFileQuerySet:
        """Those of objections that the person may see."""
        return self.filter(knowledge(user).q("objection__school__path"))


class ObjectionFile(PublicModel):
    """Evidence that a school put to its objection."""

    objection = models.ForeignKey(Objection, on_delete=models.CASCADE, related_name="files", verbose_name="возражение")
    file = models.FileField("файл", upload_to=evidence_name, max_length=200)
    file_name = models.CharField("имя файла", max_length=300)

    objects = ObjectionFileQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "файл возражения"
        verbose_name_plural = "файлы возражений"

    def __str__(self) -> str:
        return self.file_name


class LeavingQuerySet(models.QuerySet["Leaving"]):
    def visible(self, user: Actor) -> LeavingQuerySet:
        """Those of schools of which the person may know that they were listed."""
        return self.filter(knowledge(user).q("school__path"))


class Leaving(PublicModel):
    """A school left an approved list: by which criteria, with which figures, by which document."""

    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="школа")
    school_list = models.ForeignKey(SchoolList, on_delete=models.PROTECT, related_name="+", verbose_name="список")
    entry = models.OneToOneField(  # of the list, closed by it
        ListEntry, on_delete=models.PROTECT, null=True, related_name="leaving", verbose_name="место в списке"
    )
    objection = models.OneToOneField(
        Objection, on_delete=models.PROTECT, null=True, blank=True, related_name="leaving", verbose_name="возражение"
    )
    run = models.ForeignKey(
        Run, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="расчёт"
    )  # by which the school is no more where the rule lists it
    criteria = models.TextField("основание")
    document_text = models.CharField("документ", max_length=500, blank=True)
    left_on = models.DateField("дата выхода")
    decided_by = models.CharField("кто решил", max_length=300)  # as the journal names him

    objects = LeavingQuerySet.as_manager()

    class Meta:
        ordering = ["-left_on", "-pk"]
        verbose_name = "выход из списка"
        verbose_name_plural = "выходы из списка"

    def __str__(self) -> str:
        return f"{self.school}: {self.left_on}"
