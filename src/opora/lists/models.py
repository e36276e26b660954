"""The confidential lists of schools: which schools of a territory need support in a school year."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.constraints import both_or_none, set_when, state_in
from opora.core.models import PublicModel, SortKeyField
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Transition, Workflow
from opora.registry.models import Organisation

FIRST_YEAR, LAST_YEAR = 2000, 2100


class Category(models.TextChoices):
    LOW_RESULTS = "low_results", "школа с низкими образовательными результатами"
    ADVERSE_CONDITIONS = "adverse_conditions", "школа, функционирующая в неблагоприятных социальных условиях"


class ListState(models.TextChoices):
    DRAFT = "draft", "проект"
    APPROVED = "approved", "утверждён"


WORKFLOW = Workflow(
    ListState,
    [
        Transition("approve", "Утвердить", frozenset({ListState.DRAFT}), ListState.APPROVED),
        Transition("reopen", "Вернуть в работу", frozenset({ListState.APPROVED}), ListState.DRAFT),
    ],
)


def school_year_label(year: int) -> str:
    """«2026/27»"""
    return f"{year}/{(year + 1) % 100:02d}"


class SchoolListQuerySet(models.QuerySet["SchoolList"]):
    def visible(self, user: Actor) -> SchoolListQuerySet:
        """Lists of the territories in the scope, and approved ones in which a school of the scope stands."""
        scope = knowledge(user).scope
        inside = ListEntry.objects.standing().filter(scope.q("organisation__path"), list=OuterRef("pk"))
        return self.filter(scope.q("territory__path") | (Q(state=ListState.APPROVED) & Exists(inside)))

    def approved(self) -> SchoolListQuerySet:
        return self.filter(state=ListState.APPROVED)

    def counted(self, user: Actor) -> SchoolListQuerySet:
        """With `schools`: how many of a list's schools the person may see."""
        shown = knowledge(user).q("entries__organisation__path") & Q(entries__until__isnull=True)
        shown &= Q(state=ListState.APPROVED) | user.scope(Permission.LISTS_EDIT).q("territory__path")
        return self.annotate(schools=Count("entries", filter=shown))


class SchoolList(PublicModel):
    """One list of a territory for a school year; a draft until it is approved."""

    territory = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="утверждает")
    category = models.CharField("категория", max_length=30, choices=Category, default=Category.LOW_RESULTS)
    school_year = models.PositiveSmallIntegerField("учебный год")  # the year in which it begins
    title = models.CharField("название", max_length=300)
    document_id = models.CharField("документ в системе", max_length=26, blank=True)  # public id of the approving order
    document_text = models.CharField("утверждающий документ", max_length=500, blank=True)
    since = models.DateField("действует с", null=True, blank=True)  # from when it counts; null: from its approval
    state = models.CharField("состояние", max_length=10, choices=ListState, default=ListState.DRAFT)
    approved_at = models.DateTimeField("утверждён", null=True, blank=True)
    approved_by = models.CharField("кто утвердил", max_length=300, null=True, blank=True)  # as the journal names him
    sort_title = SortKeyField(source="title")

    objects = SchoolListQuerySet.as_manager()

    class Meta:
        ordering = ["-school_year", "sort_title"]
        verbose_name = "список школ"
        verbose_name_plural = "списки школ"
        indexes = [models.Index(fields=["school_year", "state"], name="schoollist_year_state")]
        constraints = [
            state_in(ListState.values, name="schoollist_state"),
            both_or_none("approved_at", "approved_by", name="schoollist_approved_pair"),
            set_when("approved_at", [ListState.APPROVED], name="schoollist_approved_at"),
            models.CheckConstraint(
                condition=~Q(state=ListState.DRAFT) | Q(approved_at__isnull=True), name="schoollist_draft"
            ),
            models.CheckConstraint(condition=Q(category__in=Category.values), name="schoollist_category"),
            models.CheckConstraint(
                condition=Q(school_year__gte=FIRST_YEAR, school_year__lte=LAST_YEAR), name="schoollist_year"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def year(self) -> str:
        """«2026/27»"""
        return school_year_label(self.school_year)

    @property
    def is_draft(self) -> bool:
        return self.state == ListState.DRAFT


class ListEntryQuerySet(models.QuerySet["ListEntry"]):
    def visible(self, user: Actor) -> ListEntryQuerySet:
        """Schools of the scope, in approved lists; in a draft only for those who write it."""
        return self.filter(
            knowledge(user).q("organisation__path"),
            Q(list__state=ListState.APPROVED) | user.scope(Permission.LISTS_EDIT).q("list__territory__path"),
        )

    def standing(self) -> ListEntryQuerySet:
        """Those that nobody has closed: the schools of a list as it is now."""
        return self.filter(until__isnull=True)

    def on(self, day: dt.date) -> ListEntryQuerySet:
        """Those that had been approved by that day and were not yet closed on it."""
        return self.filter(Q(until__isnull=True) | Q(until__gt=day), since__lte=day)


class ListEntry(models.Model):
    """One school of a list, from an approval until it leaves. What was once approved is closed, never deleted.

    While an approved list is back in work, its entries stand: the document that approved them does.
    """

    list = models.ForeignKey(SchoolList, on_delete=models.CASCADE, related_name="entries", verbose_name="список")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="list_entries", verbose_name="школа"
    )
    note = models.CharField("примечание", max_length=500, blank=True)
    order = models.PositiveIntegerField("порядок", default=0)
    since = models.DateField("в списке с", null=True, blank=True)  # null until the list is approved with it
    since_document = models.CharField("по какому документу", max_length=500, blank=True, default="", db_default="")
    until = models.DateField("вышла", null=True, blank=True)  # the first day without it
    until_document = models.CharField("чем закрыто", max_length=500, blank=True, default="", db_default="")

    objects = ListEntryQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = "школа списка"
        verbose_name_plural = "школы списка"
        constraints = [
            models.UniqueConstraint(
                fields=["list", "organisation"], condition=Q(until__isnull=True), name="listentry_standing"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__isnull=False, until__gte=models.F("since")),
                name="listentry_dates",
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)

    @property
    def state(self) -> tuple[str, str, str]:
        """Code, word and tone, as `{% state %}` takes them."""
        return ("left", "вышла", "neutral") if self.until else ("listed", "в списке", "info")


class ListImportQuerySet(models.QuerySet["ListImport"]):
    def visible(self, user: Actor) -> ListImportQuerySet:
        """One's own alone."""
        return self.filter(actor_id=user.actor_id)


class ListImport(PublicModel):
    """Rows read from a file or typed in, kept between their preview and the press that applies them, a day at most."""

    school_list = models.ForeignKey(SchoolList, on_delete=models.CASCADE, related_name="imports", verbose_name="список")
    actor_id = models.CharField(max_length=26)
    name = models.CharField("файл", max_length=200, blank=True)  # empty where the names were typed in
    rows = models.JSONField(default=list)  # see `files.SourceRow`

    objects = ListImportQuerySet.as_manager()

    class Meta:
        verbose_name = "загрузка списка"
        verbose_name_plural = "загрузки списков"

    def __str__(self) -> str:
        return self.name or "введённый список"


class PolicyOption(models.TextChoices):
    """What a region may allow beyond the strictest order, in which none of these holds (`capability.WIDENINGS`)."""

    INSTITUTE = "institute", "Институт видит списки школ региона"
    METHODISTS = "methodists", "Методисты видят школы своего муниципалитета"
    MUNICIPAL_ENTRUSTS = "municipal_entrusts", "Муниципальный координатор сам поручает школы кураторам"
    PAIRS = "pairs", "Пары «школа-наставник — школа» публикуются приказом"
    COUNTS = "counts", "Наблюдатели и институт видят, сколько школ в списках"


class PolicyChoice(models.Model):
    """One thing that a region allows; what is not chosen is forbidden."""

    region = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", verbose_name="регион")
    option = models.CharField("разрешение", max_length=20, choices=PolicyOption)
    allowed_at = models.DateTimeField("разрешено", auto_now_add=True)
    allowed_by = models.CharField("кто разрешил", max_length=300)  # as the journal names him

    class Meta:
        verbose_name = "разрешение региона"
        verbose_name_plural = "разрешения региона"
        constraints = [
            models.UniqueConstraint(fields=["region", "option"], name="policychoice_once"),
            models.CheckConstraint(condition=Q(option__in=PolicyOption.values), name="policychoice_option"),
        ]

    def __str__(self) -> str:
        return self.get_option_display()


class EntrustmentQuerySet(models.QuerySet["Entrustment"]):
    def visible(self, user: Actor) -> EntrustmentQuerySet:
        """Of schools whose place in the lists the person may know, where he has others' work in his charge."""
        return self.filter(knowledge(user).q("school__path"), user.scope(Permission.ACCOUNTS_INVITE).q("school__path"))

    def curating(self) -> EntrustmentQuerySet:
        """To curators, in whose charge the school is; not for a meeting alone."""
        return self.filter(meeting="")

    def on(self, day: dt.date) -> EntrustmentQuerySet:
        """In force on a day."""
        return self.filter(Q(since__lte=day), Q(until__isnull=True) | Q(until__gte=day), ended_at__isnull=True)


class Entrustment(PublicModel):
    """A school entrusted to somebody for a time: a curator may know that it is listed, and sees its work; for a meeting
    one who is invited may know it.
    """

    curator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="entrustments", verbose_name="куратор"
    )
    school = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="школа")
    since = models.DateField("с", default=today)
    until = models.DateField("по", null=True, blank=True)
    entrusted_by = models.CharField("кто поручил", max_length=300)  # as the journal names him
    batch = models.CharField(max_length=26, default="", db_default="", editable=False)  # of those entrusted in one go
    meeting = models.CharField(  # its public id; empty: to a curator
        "для заседания", max_length=26, default="", db_default="", blank=True, editable=False
    )
    ended_at = models.DateTimeField("прекращено", null=True, blank=True)
    ended_by = models.CharField("кто прекратил", max_length=300, null=True, blank=True)

    objects = EntrustmentQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        verbose_name = "порученная школа"
        verbose_name_plural = "порученные школы"
        indexes = [models.Index(fields=["meeting"], condition=~Q(meeting=""), name="entrustment_meeting")]
        constraints = [
            models.CheckConstraint(condition=Q(meeting="") | Q(until__isnull=False), name="entrustment_meeting_ends"),
            both_or_none("ended_at", "ended_by", name="entrustment_ended"),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")), name="entrustment_dates"
            ),
            models.UniqueConstraint(
                fields=["curator", "school", "meeting"], condition=Q(ended_at__isnull=True), name="entrustment_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school} — {self.curator}"

    @property
    def state(self) -> tuple[str, str, str]:
        """Code, word and tone, as `{% state %}` takes them."""
        day = today()
        if self.ended_at or (self.until and self.until < day):
            return "ended", "прекращено", "neutral"
        return ("later", "с указанного дня", "info") if self.since > day else ("now", "действует", "success")


from opora.lists.twin.models import Twin as Twin  # noqa: E402  (a table of this app that lies in its own room)
