"""Who helps schools of the lists: the registry of mentors, their pairs with schools, and what pairs do together."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.constraints import both_or_none, set_when, state_in, text_when
from opora.core.models import PublicModel, SortKeyField
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Transition, Workflow
from opora.identification.columns import SUBJECTS
from opora.lists.models import school_year_label
from opora.registry.models import Organisation
from opora.support.models.undertakings import Undertaking

LEVELS = {1: "может помочь", 2: "сильная сторона", 3: "ведущий в регионе"}
MOST_LOAD = 30  # schools of one mentor


def mentors_side(user: Actor, mentor: str = "mentor") -> Q:
    """Rows of the mentors who belong to an organisation in which the person himself works and reports."""
    field = f"{mentor}__organisation__path"
    return Q(**{f"{field}__in": user.own.paths}) & user.scope(Permission.ASSIGNMENTS_REPORT).q(field)


class MentorKind(models.TextChoices):
    SCHOOL = "school", "школа"
    CURATOR = "curator", "куратор"
    TUTOR = "tutor", "тьютор"
    METHODIST = "methodist", "методист"


class MentorState(models.TextChoices):
    ACTIVE = "active", "действует"
    ARCHIVED = "archived", "в архиве"


MENTOR_WORKFLOW = Workflow(
    MentorState,
    [
        Transition("archive", "Убрать в архив", frozenset({MentorState.ACTIVE}), MentorState.ARCHIVED),
        Transition("restore", "Вернуть из архива", frozenset({MentorState.ARCHIVED}), MentorState.ACTIVE),
    ],
)


class MentorQuerySet(models.QuerySet["Mentor"]):
    def visible(self, user: Actor) -> MentorQuerySet:
        """Those of the organisations that the person keeps in the registry."""
        return self.filter(user.scope(Permission.REGISTRY_EDIT).q("organisation__path"))

    def active(self) -> MentorQuerySet:
        return self.filter(state=MentorState.ACTIVE)


class Mentor(PublicModel):
    """An organisation, or a person of it, that can help schools; it says nothing of which schools are listed."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="mentors", verbose_name="организация"
    )
    kind = models.CharField("вид", max_length=10, choices=MentorKind)
    name = models.CharField("фамилия, имя, отчество", max_length=200, blank=True)  # empty: the school as a whole
    sort_name = SortKeyField(db_default="")
    strengths = models.JSONField("предметы", default=dict)  # code of SUBJECTS -> 1 to 3 (LEVELS)
    good_at = models.CharField("сильные стороны", max_length=500, blank=True)  # in words
    load = models.PositiveSmallIntegerField("нагрузка, школ", default=3)
    state = models.CharField("состояние", max_length=10, choices=MentorState, default=MentorState.ACTIVE)

    objects = MentorQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__sort_name", "sort_name"]
        verbose_name = "наставник"
        verbose_name_plural = "наставники"
        indexes = [models.Index(fields=["state", "kind"], name="mentor_state_kind")]
        constraints = [
            state_in(MentorState.values, name="mentor_state"),
            state_in(MentorKind.values, name="mentor_kind", field="kind"),
            models.CheckConstraint(condition=Q(kind=MentorKind.SCHOOL) | ~Q(name=""), name="mentor_named"),
            models.CheckConstraint(condition=Q(load__lte=MOST_LOAD), name="mentor_load"),
            models.UniqueConstraint(fields=["organisation", "kind", "name"], name="mentor_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.organisation})" if self.name else str(self.organisation)

    def get_absolute_url(self) -> str:
        return reverse("support:mentor", args=[self.public_id])

    @property
    def subjects(self) -> str:
        """«математика, физика», the strongest first."""
        known = sorted(self.strengths, key=lambda code: (-self.strengths[code], SUBJECTS.get(code, code)))
        return ", ".join(SUBJECTS.get(code, code) for code in known)


class PairKind(models.TextChoices):
    MENTOR = "mentor", "школа-наставник"
    MASTER = "master", "школа-мастер"
    PARTNER = "partner", "школа-партнёр"


class PairOrigin(models.TextChoices):
    HAND = "hand", "назначена вручную"
    ORDER = "order", "из документа"
    PROPOSAL = "proposal", "по подбору"
    RENEWAL = "renewal", "продлена"


class PairState(models.TextChoices):
    ACTIVE = "active", "действует"
    ENDED = "ended", "прекращена"


PAIR_WORKFLOW = Workflow(
    PairState,
    [Transition("end", "Прекратить пару", frozenset({PairState.ACTIVE}), PairState.ENDED, comment_required=True)],
)


class PairQuerySet(models.QuerySet["Pair"]):
    def visible(self, user: Actor) -> PairQuerySet:
        """Those of schools of which the person may know; the mentor's own people see the pairs entrusted to them."""
        return self.filter(knowledge(user).q("school__path") | (Q(state=PairState.ACTIVE) & mentors_side(user)))

    def active(self) -> PairQuerySet:
        return self.filter(state=PairState.ACTIVE)


class Pair(PublicModel):
    """A school and who helps it for a school year. It tells that the school is listed."""

    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="школа")
    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="pairs", verbose_name="наставник")
    kind = models.CharField("вид", max_length=10, choices=PairKind, default=PairKind.MENTOR)
    school_year = models.PositiveSmallIntegerField("учебный год")  # the year in which it begins
    origin = models.CharField("откуда", max_length=10, choices=PairOrigin, default=PairOrigin.HAND)
    document_text = models.CharField("основание", max_length=500, blank=True)
    document_id = models.CharField(max_length=26, blank=True, editable=False)  # public id in `documents`
    reason = models.TextField("почему", blank=True)
    points = models.PositiveSmallIntegerField("баллов", null=True, blank=True)  # of the proposal
    agreement = models.CharField("соглашение", max_length=200, blank=True)  # its date and number once signed
    made_by = models.CharField("кто назначил", max_length=300)  # as the journal names him
    state = models.CharField("состояние", max_length=10, choices=PairState, default=PairState.ACTIVE)
    ended_at = models.DateTimeField("прекращена", null=True, blank=True)
    ended_by = models.CharField("кто прекратил", max_length=300, null=True, blank=True)
    ended_reason = models.CharField("почему прекращена", max_length=500, blank=True)

    objects = PairQuerySet.as_manager()

    class Meta:
        ordering = ["-school_year", "pk"]
        verbose_name = "пара школ"
        verbose_name_plural = "пары школ"
        indexes = [models.Index(fields=["school_year", "state"], name="pair_year_state")]
        constraints = [
            state_in(PairState.values, name="pair_state"),
            state_in(PairKind.values, name="pair_kind", field="kind"),
            state_in(PairOrigin.values, name="pair_origin", field="origin"),
            both_or_none("ended_at", "ended_by", name="pair_ended_pair"),
            set_when("ended_at", [PairState.ENDED], name="pair_ended_at"),
            text_when("ended_reason", [PairState.ENDED], name="pair_ended_reason"),
            models.UniqueConstraint(
                fields=["school", "mentor", "school_year"], condition=Q(state="active"), name="pair_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentor} — {self.school}"

    def get_absolute_url(self) -> str:
        return reverse("support:pair", args=[self.public_id])

    @property
    def year(self) -> str:
        return school_year_label(self.school_year)

    @property
    def is_active(self) -> bool:
        return self.state == PairState.ACTIVE


class Doer(models.TextChoices):
    BOTH = "both", "обе стороны"
    SCHOOL = "school", "школа"
    MENTOR = "mentor", "наставник"


class OfPair(models.QuerySet["PlanLine"]):
    def visible(self, user: Actor) -> OfPair:
        """As its pair."""
        return self.filter(pair__in=Pair.objects.visible(user).values("pk"))

    def of_sides(self, user: Actor) -> OfPair:
        """Those whose work it is are the person's own organisations, as the school or as the mentor."""
        school = Q(pair__school__path__in=user.own.paths, doer__in=[Doer.BOTH, Doer.SCHOOL])
        school &= user.scope(Permission.ASSIGNMENTS_REPORT).q("pair__school__path")
        return self.filter(school | mentors_side(user, "pair__mentor") & Q(doer__in=[Doer.BOTH, Doer.MENTOR]))


class PlanLine(Undertaking):
    """One line of the joint plan of a pair: entered and changed by either side."""

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="plan", verbose_name="пара")
    text = models.CharField("что делаем", max_length=500)
    doer = models.CharField("кто делает", max_length=10, choices=Doer, default=Doer.BOTH, db_default=Doer.BOTH)
    written_by = models.CharField("кто внёс", max_length=300, blank=True, db_default="")  # as the journal names him
    changed_by = models.CharField("кто исправил", max_length=300, blank=True, db_default="")  # the last of them

    objects = OfPair.as_manager()

    class Meta(Undertaking.Meta):
        verbose_name = "строка совместного плана"
        verbose_name_plural = "строки совместного плана"
        constraints = [
            both_or_none("done_at", "done_by", name="planline_done_pair"),
            state_in(Doer.values, name="planline_doer", field="doer"),
        ]


class ContactKind(models.TextChoices):
    VISIT = "visit", "встреча в школе"
    ONLINE = "online", "встреча онлайн"
    CALL = "call", "звонок"
    MATERIALS = "materials", "переданы материалы"


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible(self, user: Actor) -> ContactQuerySet:
        """As its pair."""
        return self.filter(pair__in=Pair.objects.visible(user).values("pk"))


class Contact(PublicModel):
    """That a pair met or spoke: written by either side, read by both."""

    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="contacts", verbose_name="пара")
    on = models.DateField("когда", default=today)
    kind = models.CharField("как", max_length=10, choices=ContactKind)
    text = models.TextField("о чём")
    written_by = models.CharField("кто записал", max_length=300)  # as the journal names him

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = "контакт пары"
        verbose_name_plural = "контакты пар"
        constraints = [state_in(ContactKind.values, name="contact_kind", field="kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.on:%d.%m.%Y}"


class ProposalState(models.TextChoices):
    COUNTING = "counting", "считается"
    READY = "ready", "готов"
    FAILED = "failed", "не посчитан"
    CONFIRMED = "confirmed", "пары назначены"


_STILL = frozenset({ProposalState.READY, ProposalState.FAILED})
PROPOSAL_WORKFLOW = Workflow(
    ProposalState,
    [
        Transition("count", "Подобрать заново", _STILL, ProposalState.COUNTING),
        Transition("ready", "Готово", frozenset({ProposalState.COUNTING}), ProposalState.READY),
        Transition("fail", "Не удалось", frozenset({ProposalState.COUNTING}), ProposalState.FAILED),
        Transition("confirm", "Назначить пары", frozenset({ProposalState.READY}), ProposalState.CONFIRMED),
    ],
)


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible(self, user: Actor) -> ProposalQuerySet:
        """Those of the regions of which the person writes the lists."""
        return self.filter(user.scope(Permission.LISTS_EDIT).q("territory__path"))


class Proposal(PublicModel):
    """Pairs that the planner proposes for the listed schools of a year; counted anew as often as people ask."""

    territory = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="регион")
    school_year = models.PositiveSmallIntegerField("учебный год")
    kind = models.CharField("вид", max_length=10, choices=PairKind, default=PairKind.MENTOR)
    state = models.CharField("состояние", max_length=10, choices=ProposalState, default=ProposalState.COUNTING)
    run = models.PositiveSmallIntegerField("подбор", default=1)  # how often it was counted
    job_id = models.CharField(max_length=26, blank=True, editable=False)
    value = models.PositiveIntegerField("сумма", default=0)
    bound = models.PositiveIntegerField("граница", default=0)  # no assignment is worth more
    failure = models.TextField("почему не посчитан", blank=True)
    made_by = models.CharField("кто начал", max_length=300)  # as the journal names him

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "подбор пар"
        verbose_name_plural = "подборы пар"
        constraints = [
            state_in(ProposalState.values, name="proposal_state"),
            state_in(PairKind.values, name="proposal_kind", field="kind"),
            text_when("failure", [ProposalState.FAILED], name="proposal_failure"),
        ]

    def __str__(self) -> str:
        return f"Подбор пар на {self.year} учебный год"

    def get_absolute_url(self) -> str:
        return reverse("support:proposal", args=[self.public_id])

    @property
    def year(self) -> str:
        return school_year_label(self.school_year)

    @property
    def gap(self) -> float:
        """Percent by which it may be worse than the best there is."""
        return 100 * (self.bound - self.value) / self.bound if self.bound else 0.0


class ProposedQuerySet(models.QuerySet["Proposed"]):
    def visible(self, user: Actor) -> ProposedQuerySet:
        """As its proposal."""
        return self.filter(user.scope(Permission.LISTS_EDIT).q("proposal__territory__path"))


class Proposed(PublicModel):
    """A school of a proposal: the mentor found for it, or why there is none; fixed and forbidden ones by hand."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="rows", verbose_name="подбор")
    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="школа")
    mentor = models.ForeignKey(
        Mentor, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="наставник"
    )
    points = models.PositiveSmallIntegerField("баллов", null=True, blank=True)
    reason = models.TextField("почему", blank=True)
    fixed = models.BooleanField("закреплена", default=False)
    forbidden = models.JSONField("запрещены", default=list)  # keys of mentors

    objects = ProposedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "предложенная пара"
        verbose_name_plural = "предложенные пары"
        constraints = [
            models.UniqueConstraint(fields=["proposal", "school"], name="proposed_once"),
            models.CheckConstraint(condition=Q(fixed=False) | Q(mentor__isnull=False), name="proposed_fixed"),
        ]

    def __str__(self) -> str:
        return f"{self.school} — {self.mentor or 'нет'}"


def year_of(day: dt.date) -> int:
    """The school year of a day, by the year in which it begins."""
    return day.year if day.month >= 8 else day.year - 1
