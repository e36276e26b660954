"""Monitoring studies (ВПР, РМ, ВШК): who orders them, when, what, in which schools, and how their results come in."""

from __future__ import annotations

import secrets
from pathlib import PurePath

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from opora.assessments.models import Loading, LoadingState, Procedure
from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.constraints import state_in, text_when
from opora.core.models import PublicModel, SortKeyField
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Transition, Workflow
from opora.development.models.instruments import InstrumentVersion
from opora.identification.titles import subject_words
from opora.registry.models import Body, Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.ui import words

MARKS = (2, 3, 4, 5)


class StudyKind(models.TextChoices):
    VPR = "vpr", "ВПР"
    REGIONAL = "regional", "региональный мониторинг"
    MUNICIPAL = "municipal", "муниципальный мониторинг"
    IN_SCHOOL = "in_school", "внутришкольный контроль"


#: As what the results of a study count: what a municipality measures is a work by region's rules in one municipality.
PROCEDURE = {
    StudyKind.VPR: Procedure.VPR,
    StudyKind.REGIONAL: Procedure.REGIONAL,
    StudyKind.MUNICIPAL: Procedure.REGIONAL,
    StudyKind.IN_SCHOOL: Procedure.IN_SCHOOL,
}
ORDERED_BY = {
    OrganisationKind.REGION_AUTHORITY: (StudyKind.VPR, StudyKind.REGIONAL),
    OrganisationKind.MUNICIPAL_AUTHORITY: (StudyKind.MUNICIPAL,),
    OrganisationKind.SCHOOL: (StudyKind.IN_SCHOOL,),
}


class Taking(models.TextChoices):
    """Which schools of the place take part."""

    ALL = "all", "все школы"
    MUNICIPALITIES = "places", "школы некоторых муниципалитетов"
    BODY = "body", "школы рабочей группы"
    CHOSEN = "chosen", "выбранные школы"
    LISTED = "listed", "школы утверждённого списка"


class StudyState(models.TextChoices):
    DRAFT = "draft", "готовится"
    PLANNED = "planned", "запланировано"
    RUNNING = "running", "идёт"
    LOADED = "loaded", "результаты приняты"
    CLOSED = "closed", "завершено"
    CANCELLED = "cancelled", "отменено"


S = StudyState
STUDY_WORKFLOW = Workflow(
    StudyState,
    [
        Transition("announce", "Объявить", frozenset({S.DRAFT}), S.PLANNED),
        Transition("start", "Начать", frozenset({S.PLANNED}), S.RUNNING),
        Transition("load", "Принять результаты", frozenset({S.RUNNING}), S.LOADED),
        Transition("detach", "Открепить загрузку", frozenset({S.LOADED}), S.RUNNING),
        Transition("close", "Завершить", frozenset({S.LOADED}), S.CLOSED),
        Transition("cancel", "Отменить", frozenset({S.PLANNED, S.RUNNING}), S.CANCELLED, comment_required=True),
    ],
)


def material_place(study: Study, name: str) -> str:
    """A random name: the one that people gave stands in `material_name` alone."""
    return f"studies/{study.public_id}/{secrets.token_hex(16)}{PurePath(name).suffix.lower()[:8]}"


class StudyQuerySet(models.QuerySet["Study"]):
    def visible(self, user: Actor) -> StudyQuerySet:
        """Those that the person orders or those above him order for his schools: as the schedule, without names.

        A draft is seen by those who order it. Of a confidential study know those alone who may know of its whole
        territory, or of a school that takes part.
        """
        known = knowledge(user)
        orders, works = user.scope(Permission.DEVELOPMENT_EDIT), user.scope(Permission.ASSIGNMENTS_REPORT)
        heads = user.scope(Permission.ASSIGNMENTS_SUBMIT).q("territory__path")
        keeps = orders.q("territory__path") | (heads & Q(territory__kind=OrganisationKind.SCHOOL))
        rows = StudySchool.objects.filter(orders.q("school__path") | works.q("school__path"))
        seen = works.q("territory__path") | Q(pk__in=rows.values("study"))
        secret = (keeps & known.q("territory__path")) | (
            ~Q(state=S.DRAFT) & Q(pk__in=rows.filter(known.q("school__path")).values("study"))
        )
        plain = keeps | (~Q(state=S.DRAFT) & seen)
        return self.filter((Q(confidential=False) & plain) | (Q(confidential=True) & secret))


class Study(PublicModel):
    """One work of some classes in the schools of a place."""

    territory = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="кто проводит")
    place = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="где")
    kind = models.CharField("вид", max_length=10, choices=StudyKind)
    taking = models.CharField("кто участвует", max_length=10, choices=Taking, default=Taking.ALL, db_default=Taking.ALL)
    body = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="рабочая группа"
    )
    group = models.CharField("список", max_length=40, blank=True, db_default="")  # a code of `roadmaps.groups`
    picked = models.ManyToManyField(Organisation, related_name="+", verbose_name="выбранные организации")
    confidential = models.BooleanField("по списку школ", default=False, db_default=False)
    title = models.CharField("название", max_length=300)
    subject = models.CharField("предмет", max_length=30)  # a code of `identification.columns`
    grades = models.JSONField("классы", default=list)  # numbers, growing
    opens = models.DateField("с")
    closes = models.DateField("по")  # the last day
    note = models.TextField("порядок проведения", blank=True)
    instrument = models.ForeignKey(
        InstrumentVersion, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="инструмент"
    )
    material = models.FileField("материалы", upload_to=material_place, max_length=200, blank=True)
    material_name = models.CharField("название файла", max_length=300, blank=True)
    state = models.CharField("состояние", max_length=10, choices=StudyState, default=StudyState.DRAFT)
    loading = models.ForeignKey(
        Loading, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, verbose_name="загрузка"
    )
    revision = models.PositiveIntegerField("изменение", default=0)  # of its entry in calendars
    reminded_on = models.DateField("когда напомнили", null=True, blank=True)
    cancel_reason = models.CharField("почему отменено", max_length=500, blank=True)
    made_by = models.CharField("кто назначил", max_length=300)  # as the journal names him
    sort_title = SortKeyField(source="title")

    objects = StudyQuerySet.as_manager()

    class Meta:
        ordering = ["opens", "pk"]
        verbose_name = "мониторинговое исследование"
        verbose_name_plural = "мониторинговые исследования"
        indexes = [models.Index(fields=["state", "opens"], name="study_state_opens")]
        constraints = [
            state_in(StudyState.values, name="study_state"),
            state_in(StudyKind.values, name="study_kind", field="kind"),
            state_in(Taking.values, name="study_taking", field="taking"),
            models.CheckConstraint(
                condition=~Q(taking=Taking.LISTED) | Q(confidential=True), name="study_listed_is_secret"
            ),
            text_when("cancel_reason", [StudyState.CANCELLED], name="study_cancel_reason"),
            models.CheckConstraint(condition=Q(closes__gte=F("opens")), name="study_days"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("development:study", args=[self.public_id])

    @property
    def what(self) -> str:
        """«математика, 5 и 6 классы»"""
        numbers = [str(one) for one in self.grades]
        words = " и ".join(filter(None, [", ".join(numbers[:-1]), numbers[-1]]))
        return f"{subject_words(self.subject)}, {words} {'классы' if len(numbers) > 1 else 'класс'}"

    @property
    def public_title(self) -> str:
        """What may be said outside: of a confidential one the kind alone."""
        kind = str(self.get_kind_display())
        return kind if self.confidential else f"{kind}: {self.title}"

    @property
    def days(self) -> str:
        """«с 9 декабря 2026 по 11 декабря 2026»; of a single day, that day."""
        if self.opens == self.closes:
            return words.day(self.opens)
        return f"с {words.day(self.opens)} по {words.day(self.closes)}"

    @property
    def where(self) -> str:
        """Who orders it, and at which place below where it is not at all of his."""
        return str(self.territory) if self.place_id == self.territory_id else f"{self.territory}: {self.place}"

    @property
    def has_come(self) -> bool:
        """Whether its first day is there: it can be begun."""
        return self.opens <= today()

    @property
    def is_draft(self) -> bool:
        return self.state == StudyState.DRAFT

    @property
    def is_open(self) -> bool:
        """Whether its days and schools may still be changed."""
        return self.state in (StudyState.DRAFT, StudyState.PLANNED)

    @property
    def is_planned(self) -> bool:
        return self.state == StudyState.PLANNED

    @property
    def is_running(self) -> bool:
        return self.state == StudyState.RUNNING

    @property
    def is_own(self) -> bool:
        """Whether a school looks at its own classes: nobody else takes part or is told."""
        return self.place.kind == OrganisationKind.SCHOOL

    @property
    def is_loading(self) -> bool:
        """Whether a loading of its results waits to be taken or called off; till then there is no other."""
        return self.is_running and self.loading is not None and self.loading.state != LoadingState.DROPPED


class StudySchoolQuerySet(models.QuerySet["StudySchool"]):
    def visible(self, user: Actor) -> StudySchoolQuerySet:
        """With their results by name: those of schools of which the person may know whether they are listed."""
        return self.filter(knowledge(user).q("school__path"))

    def entered(self) -> StudySchoolQuerySet:
        return self.filter(entered_at__isnull=False)


class StudySchool(PublicModel):
    """A school that takes part; its numbers of marks, without pupils."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="schools", verbose_name="исследование")
    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="школа")
    counts = models.JSONField("числа", default=dict)  # grade as text -> numbers of marks 2 to 5, then of the absent
    entered_at = models.DateTimeField("внесено", null=True, blank=True)
    entered_by = models.CharField("кто внёс", max_length=300, blank=True)

    objects = StudySchoolQuerySet.as_manager()

    class Meta:
        ordering = ["school__sort_name"]
        verbose_name = "участник исследования"
        verbose_name_plural = "участники исследований"
        constraints = [
            models.UniqueConstraint(fields=["study", "school"], name="studyschool_once"),
            models.CheckConstraint(
                condition=Q(entered_at__isnull=True) | ~Q(entered_by=""), name="studyschool_entered_by"
            ),
        ]

    def __str__(self) -> str:
        return str(self.school)

    @property
    def lines(self) -> list[tuple[str, list[int]]]:
        """«5», the numbers of marks 2 to 5, the absent; classes in their order."""
        return sorted(self.counts.items(), key=lambda line: int(line[0]))
