"""Visits of methodists to schools: a season that was planned, one visit with its team, what they saw and advised."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.constraints import both_or_none, set_when, state_in, text_when
from opora.core.models import PublicModel
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Transition, Workflow
from opora.identification.columns import SUBJECTS
from opora.registry.models import Organisation
from opora.roadmaps.models import Activity
from opora.support.models.mentoring import Mentor, mentors_side
from opora.support.models.sheets import ObservationSheet
from opora.support.models.undertakings import Undertaking


class SeasonState(models.TextChoices):
    COUNTING = "counting", "считается"
    READY = "ready", "составлен"
    FAILED = "failed", "не составлен"
    CONFIRMED = "confirmed", "визиты назначены"


SEASON_WORKFLOW = Workflow(
    SeasonState,
    [
        Transition("ready", "Готово", frozenset({SeasonState.COUNTING}), SeasonState.READY),
        Transition("fail", "Не удалось", frozenset({SeasonState.COUNTING}), SeasonState.FAILED),
        Transition("confirm", "Назначить визиты", frozenset({SeasonState.READY}), SeasonState.CONFIRMED),
    ],
)


class SeasonQuerySet(models.QuerySet["Season"]):
    def visible(self, user: Actor) -> SeasonQuerySet:
        """Those of the regions of which the person writes the lists."""
        return self.filter(user.scope(Permission.LISTS_EDIT).q("territory__path"))


class Season(PublicModel):
    """Visits to the listed schools between two days, as the planner lays them."""

    territory = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="регион")
    first = models.DateField("первый день")
    last = models.DateField("последний день")
    per_week = models.PositiveSmallIntegerField("выездов методиста в неделю", default=2)
    state = models.CharField("состояние", max_length=10, choices=SeasonState, default=SeasonState.COUNTING)
    job_id = models.CharField(max_length=26, blank=True, editable=False)
    cost = models.PositiveIntegerField("цена, км", default=0)
    bound = models.PositiveIntegerField("граница, км", default=0)  # no plan is cheaper
    failure = models.TextField("почему не составлен", blank=True)
    again_of = models.ForeignKey(  # whose visits this plan lays anew round those that stay
        "self", on_delete=models.PROTECT, related_name="again", null=True, blank=True, verbose_name="составляет заново"
    )
    # Digest of the visits that stood then.
    seen = models.CharField(max_length=64, blank=True, db_default="", editable=False)
    made_by = models.CharField("кто начал", max_length=300)  # as the journal names him

    objects = SeasonQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "сезон визитов"
        verbose_name_plural = "сезоны визитов"
        constraints = [
            state_in(SeasonState.values, name="season_state"),
            text_when("failure", [SeasonState.FAILED], name="season_failure"),
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="season_days"),
        ]

    def __str__(self) -> str:
        again = ", заново" if self.again_of_id else ""
        return f"Визиты с {self.first:%d.%m.%Y} по {self.last:%d.%m.%Y}{again}"

    def get_absolute_url(self) -> str:
        return reverse("support:season", args=[self.public_id])

    @property
    def root(self) -> Season:
        """The season to which the visits belong."""
        return self.again_of or self

    @property
    def gap(self) -> float:
        """Percent by which the plan may be dearer than the best there is."""
        return 100 * (self.cost - self.bound) / self.cost if self.cost else 0.0


class Wish(models.Model):
    """A subject in which a school is to be visited in a season: by whom and when, or why nobody comes."""

    season = models.ForeignKey(Season, on_delete=models.CASCADE, related_name="wishes", verbose_name="сезон")
    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="школа")
    subject = models.CharField("предмет", max_length=30)  # a code of SUBJECTS
    methodist = models.ForeignKey(
        Mentor, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="методист"
    )
    day = models.DateField("день", null=True, blank=True)
    reason = models.CharField("почему без визита", max_length=500, blank=True)
    kilometres = models.PositiveIntegerField("туда и обратно, км", null=True, blank=True)  # where both places are known

    class Meta:
        ordering = ["day", "school__sort_name", "pk"]
        verbose_name = "просьба о визите"
        verbose_name_plural = "просьбы о визите"
        constraints = [
            both_or_none("methodist", "day", name="wish_methodist_day"),
            models.UniqueConstraint(fields=["season", "school", "subject"], name="wish_once"),
        ]

    def __str__(self) -> str:
        return f"{self.school}: {self.subject_title}"

    @property
    def subject_title(self) -> str:
        return SUBJECTS.get(self.subject, self.subject)


class VisitState(models.TextChoices):
    PLANNED = "planned", "согласуется"
    HELD = "held", "состоялся"
    CANCELLED = "cancelled", "отменён"


VISIT_WORKFLOW = Workflow(
    VisitState,
    [
        Transition("hold", "Сдать отчёт", frozenset({VisitState.PLANNED}), VisitState.HELD, comment_required=True),
        Transition("cancel", "Отменить", frozenset({VisitState.PLANNED}), VisitState.CANCELLED, comment_required=True),
    ],
)


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible(self, user: Actor) -> VisitQuerySet:
        """Those to schools of which the person may know; the people of a team see where they go."""
        mine = VisitMember.objects.filter(mentors_side(user)).values("visit")
        standing = ~Q(state=VisitState.CANCELLED)
        return self.filter(knowledge(user).q("school__path") | (standing & Q(pk__in=mine)))


class Visit(PublicModel):
    """A team goes to a school for a day. It tells that the school is listed."""

    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="школа")
    day = models.DateField("день")
    season = models.ForeignKey(
        Season, on_delete=models.PROTECT, related_name="visits", null=True, blank=True, verbose_name="сезон"
    )
    sheet = models.ForeignKey(  # by which its lessons are judged; what was judged keeps its meaning
        ObservationSheet, on_delete=models.PROTECT, related_name="visits", verbose_name="лист наблюдения"
    )
    by_hand = models.BooleanField("назначен или перенесён вручную", default=False, db_default=False)
    state = models.CharField("состояние", max_length=10, choices=VisitState, default=VisitState.PLANNED)
    school_agreed_at = models.DateTimeField("школа согласна с", null=True, blank=True)
    school_agreed_by = models.CharField("кто от школы", max_length=300, null=True, blank=True)
    area_agreed_at = models.DateTimeField("муниципалитет согласен с", null=True, blank=True)
    area_agreed_by = models.CharField("кто от муниципалитета", max_length=300, null=True, blank=True)
    report = models.TextField("отчёт", blank=True)
    cancelled_reason = models.CharField("почему отменён", max_length=500, blank=True)
    made_by = models.CharField("кто назначил", max_length=300)  # as the journal names him

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["day", "pk"]
        verbose_name = "визит в школу"
        verbose_name_plural = "визиты в школы"
        indexes = [models.Index(fields=["state", "day"], name="visit_state_day")]
        constraints = [
            state_in(VisitState.values, name="visit_state"),
            both_or_none("school_agreed_at", "school_agreed_by", name="visit_school_agreed"),
            both_or_none("area_agreed_at", "area_agreed_by", name="visit_area_agreed"),
            text_when("report", [VisitState.HELD], name="visit_report"),
            text_when("cancelled_reason", [VisitState.CANCELLED], name="visit_cancelled_reason"),
            set_when("school_agreed_at", [VisitState.HELD], name="visit_held_agreed"),
            models.UniqueConstraint(fields=["school", "day"], condition=~Q(state="cancelled"), name="visit_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.school}, {self.day:%d.%m.%Y}"

    def get_absolute_url(self) -> str:
        return reverse("support:visit", args=[self.public_id])

    @property
    def in_words(self) -> str:
        """Its state; of what both sides have agreed to, that they have."""
        agreed = self.state == VisitState.PLANNED and not self.waits
        return "согласован" if agreed else str(VisitState(self.state).label)

    @property
    def has_begun(self) -> bool:
        """Whether there may be something to write of it."""
        return self.day <= today() and self.state != VisitState.CANCELLED

    @property
    def may_be_reported(self) -> bool:
        return self.state == VisitState.PLANNED and self.has_begun and not self.waits

    @property
    def waits(self) -> str:
        """For whose word it waits, in words."""
        if self.state != VisitState.PLANNED:
            return ""
        sides = {"школы": self.school_agreed_at, "муниципалитета": self.area_agreed_at}
        missing = [side for side, agreed in sides.items() if agreed is None]
        return f"нет согласия {' и '.join(missing)}" if missing else ""


class VisitMember(models.Model):
    """Who goes, and for which subjects."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="team", verbose_name="визит")
    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="+", verbose_name="методист")
    subjects = models.JSONField("предметы", default=list)  # codes of SUBJECTS

    class Meta:
        ordering = ["pk"]
        verbose_name = "участник визита"
        verbose_name_plural = "участники визитов"
        constraints = [models.UniqueConstraint(fields=["visit", "mentor"], name="visitmember_once")]

    def __str__(self) -> str:
        return str(self.mentor)

    @property
    def subject_titles(self) -> str:
        return ", ".join(SUBJECTS.get(code, code) for code in self.subjects)


class NoteKind(models.TextChoices):
    LESSON = "lesson", "урок"
    CONSULTATION = "consultation", "консультация"


class VisitNote(models.Model):
    """A lesson that was seen, judged by the sheet of its visit, or a consultation."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="notes", verbose_name="визит")
    kind = models.CharField("что было", max_length=15, choices=NoteKind)
    subject = models.CharField("предмет", max_length=30)
    about = models.CharField("класс, тема, с кем", max_length=300)
    marks = models.JSONField("оценки", default=dict)  # key of a criterion -> number of a word of the scale
    text = models.TextField("выводы", blank=True)
    written_by = models.CharField("кто записал", max_length=300)  # as the journal names him

    class Meta:
        ordering = ["pk"]
        verbose_name = "запись визита"
        verbose_name_plural = "записи визитов"
        constraints = [state_in(NoteKind.values, name="visitnote_kind", field="kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.about}"

    @property
    def subject_title(self) -> str:
        return SUBJECTS.get(self.subject, self.subject)

    @property
    def said(self) -> list[tuple[str, str]]:
        """(criterion, mark) in words."""
        return self.visit.sheet.said(self.marks)


class AdviceQuerySet(models.QuerySet["Advice"]):
    def visible(self, user: Actor) -> AdviceQuerySet:
        """As its visit."""
        return self.filter(visit__in=Visit.objects.visible(user).values("pk"))


class Advice(Undertaking):
    """A recommendation of a visit, followed until it is done: marked here, or, once ordered, by its assignment."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="advice", verbose_name="визит")
    activity = models.ForeignKey(  # the row of a road map that it was ordered by
        Activity, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="пункт"
    )

    objects = AdviceQuerySet.as_manager()

    class Meta(Undertaking.Meta):
        verbose_name = "рекомендация визита"
        verbose_name_plural = "рекомендации визитов"
        constraints = [
            both_or_none("done_at", "done_by", name="advice_done_pair"),
            models.CheckConstraint(
                condition=Q(activity__isnull=True) | Q(done_at__isnull=True), name="advice_done_in_one_place"
            ),
        ]
