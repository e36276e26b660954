"""The management reserve: people proposed for mentoring and headship, where they were used; rewards of pairs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.constraints import both_or_none, set_when, state_in, text_when
from opora.core.models import PublicModel, SortKeyField
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Transition, Workflow
from opora.registry.models import Organisation
from opora.support.models.mentoring import Pair


class CandidateState(models.TextChoices):
    PROPOSED = "proposed", "на рассмотрении"
    INCLUDED = "included", "в резерве"
    DECLINED = "declined", "отклонён"
    WITHDRAWN = "withdrawn", "отозван"


CANDIDATE_WORKFLOW = Workflow(
    CandidateState,
    [
        Transition("include", "Включить в резерв", frozenset({CandidateState.PROPOSED}), CandidateState.INCLUDED),
        Transition(
            "decline",
            "Отклонить",
            frozenset({CandidateState.PROPOSED}),
            CandidateState.DECLINED,
            comment_required=True,
        ),
        Transition(
            "withdraw",
            "Отозвать",
            frozenset({CandidateState.PROPOSED, CandidateState.INCLUDED}),
            CandidateState.WITHDRAWN,
            comment_required=True,
        ),
        Transition(
            "propose_again",
            "Предложить снова",
            frozenset({CandidateState.DECLINED, CandidateState.WITHDRAWN}),
            CandidateState.PROPOSED,
        ),
    ],
)
DECIDED = [CandidateState.INCLUDED, CandidateState.DECLINED, CandidateState.WITHDRAWN]


class CandidateQuerySet(models.QuerySet["Candidate"]):
    def visible(self, user: Actor) -> CandidateQuerySet:
        """Those who work in the organisations that the person keeps in the registry."""
        return self.filter(user.scope(Permission.REGISTRY_EDIT).q("organisation__path"))


class Candidate(PublicModel):
    """A person who manages well and agreed to be proposed; it says nothing of which schools are listed."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="где работает"
    )
    name = models.CharField("фамилия, имя, отчество", max_length=200)
    sort_name = SortKeyField(db_default="")
    post = models.CharField("должность", max_length=300)
    for_mentoring = models.BooleanField("для наставничества", default=False)
    for_headship = models.BooleanField("для руководства школой", default=False)
    grounds = models.TextField("основания")
    consent = models.CharField("согласие", max_length=300)  # of the person, in writing: its date and number
    proposed_by = models.CharField("кто предложил", max_length=300)  # as the journal names him
    state = models.CharField("состояние", max_length=10, choices=CandidateState, default=CandidateState.PROPOSED)
    decided_at = models.DateTimeField("решено", null=True, blank=True)
    decided_by = models.CharField("кто решил", max_length=300, null=True, blank=True)
    reason = models.CharField("почему", max_length=1000, blank=True)  # of what was decided last
    document_text = models.CharField("документ", max_length=500, blank=True)  # of the reserve

    objects = CandidateQuerySet.as_manager()

    class Meta:
        ordering = ["sort_name", "pk"]
        verbose_name = "кандидат резерва"
        verbose_name_plural = "кандидаты резерва"
        indexes = [models.Index(fields=["state", "name"], name="candidate_state_name")]
        constraints = [
            state_in(CandidateState.values, name="candidate_state"),
            both_or_none("decided_at", "decided_by", name="candidate_decided_pair"),
            set_when("decided_at", DECIDED, name="candidate_decided_at"),
            text_when("reason", [CandidateState.DECLINED, CandidateState.WITHDRAWN], name="candidate_reason"),
            models.CheckConstraint(condition=Q(for_mentoring=True) | Q(for_headship=True), name="candidate_purpose"),
            models.CheckConstraint(condition=~Q(grounds="") & ~Q(consent=""), name="candidate_grounds_consent"),
            models.UniqueConstraint(fields=["organisation", "name"], name="candidate_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("support:candidate", args=[self.public_id])

    @property
    def purposes(self) -> str:
        known = ((self.for_mentoring, "наставничество"), (self.for_headship, "руководство школой"))
        return ", ".join(words for meant, words in known if meant)


class UseKind(models.TextChoices):
    MENTOR = "mentor", "наставник школы"
    HEAD = "head", "руководитель школы"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible(self, user: Actor) -> AppointmentQuerySet:
        """Of the candidates that the person sees, those to schools of which he may know that they are listed."""
        return self.filter(
            user.scope(Permission.REGISTRY_EDIT).q("candidate__organisation__path") & knowledge(user).q("school__path")
        )


class Appointment(PublicModel):
    """To which school a person of the reserve was sent. As a pair, it tells that the school is helped."""

    candidate = models.ForeignKey(
        Candidate, on_delete=models.CASCADE, related_name="appointments", verbose_name="кандидат"
    )
    kind = models.CharField("кем", max_length=10, choices=UseKind)
    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="школа")
    since = models.DateField("с какого дня")
    until = models.DateField("по какой день", null=True, blank=True)
    document_text = models.CharField("документ", max_length=500, blank=True)
    end_reason = models.CharField("почему закончилось", max_length=500, blank=True)
    made_by = models.CharField("кто назначил", max_length=300)  # as the journal names him

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        verbose_name = "назначение из резерва"
        verbose_name_plural = "назначения из резерва"
        constraints = [
            state_in(UseKind.values, name="appointment_kind", field="kind"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")), name="appointment_days"
            ),
            models.CheckConstraint(condition=Q(until__isnull=True) | ~Q(end_reason=""), name="appointment_end_reason"),
            models.UniqueConstraint(
                fields=["candidate", "school", "kind"], condition=Q(until__isnull=True), name="appointment_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.school}"


class Side(models.TextChoices):
    MENTOR = "mentor", "наставник"
    SCHOOL = "school", "школа, которой помогают"


class RewardKind(models.TextChoices):
    LETTER = "letter", "благодарственное письмо"
    DIPLOMA = "diploma", "почётная грамота"
    BONUS = "bonus", "стимулирующая выплата"
    TRAINING = "training", "стажировка или обучение"
    EQUIPMENT = "equipment", "оборудование"
    GRANT = "grant", "грант"
    OTHER = "other", "другое"


class RewardQuerySet(models.QuerySet["Reward"]):
    def visible(self, user: Actor) -> RewardQuerySet:
        """Those of schools whose lists the person writes: the region's alone."""
        return self.filter(user.scope(Permission.LISTS_EDIT).q("pair__school__path"))


class Reward(PublicModel):
    """How one side of a pair was thanked."""

    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="rewards", verbose_name="пара")
    side = models.CharField("кого", max_length=10, choices=Side)
    kind = models.CharField("чем", max_length=10, choices=RewardKind)
    ground = models.CharField("за что", max_length=1000)
    document_text = models.CharField("документ", max_length=500)
    on = models.DateField("когда")
    made_by = models.CharField("кто записал", max_length=300)  # as the journal names him

    objects = RewardQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = "поощрение"
        verbose_name_plural = "поощрения"
        constraints = [
            state_in(Side.values, name="reward_side", field="side"),
            state_in(RewardKind.values, name="reward_kind", field="kind"),
            models.CheckConstraint(condition=~Q(ground="") & ~Q(document_text=""), name="reward_ground"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display().capitalize()} от {self.on:%d.%m.%Y}"

    @property
    def rewarded(self) -> str:
        return str(self.pair.mentor if self.side == Side.MENTOR else self.pair.school)
