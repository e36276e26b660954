"""What helps against a deficit, and the plan of one teacher: what he takes up, by when, what has been done."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.clock import today
from opora.core.constraints import both_or_none
from opora.core.models import PublicModel, SortKeyField
from opora.core.permissions import Permission
from opora.development.models.sittings import Sitting
from opora.registry.models import Organisation


class HelpKind(models.TextChoices):
    COURSE = "course", "программа повышения квалификации"
    EVENT = "event", "семинар, вебинар"
    MENTOR = "mentor", "наставник, тьютор"


class HelpQuerySet(models.QuerySet["Help"]):
    def visible(self, user: Actor) -> HelpQuerySet:
        """The catalogue of the places above oneself: open to everybody there; of those below to who keeps them.

        What was taken out of it is there for those who keep it alone.
        """
        keeps = user.scope(Permission.DEVELOPMENT_EDIT).q("territory__path")
        return self.filter(user.own.above("territory__path") & Q(withdrawn_at=None) | keeps)

    def kept(self, user: Actor) -> HelpQuerySet:
        """What the person may change."""
        return self.filter(user.scope(Permission.DEVELOPMENT_EDIT).q("territory__path"))

    def offered(self) -> HelpQuerySet:
        return self.filter(withdrawn_at=None)


class Help(PublicModel):
    """One line of the catalogue. `deficit` is the name of a scale, the same in all instruments."""

    territory = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name="чей")
    title = models.CharField("название", max_length=300)
    kind = models.CharField("вид", max_length=10, choices=HelpKind)
    subject = models.CharField("предмет", max_length=40, blank=True)  # `identification.columns.SUBJECTS`, or any
    deficit = models.CharField("дефицит", max_length=200)
    provider = models.CharField("кто проводит", max_length=300)
    hours = models.PositiveSmallIntegerField("часов", null=True, blank=True)
    form = models.CharField("форма", max_length=100, blank=True)  # «очно», «дистанционно»
    link = models.URLField("ссылка", max_length=500, blank=True)
    withdrawn_at = models.DateTimeField("убрано", null=True, blank=True)
    sort_title = SortKeyField(source="title")

    objects = HelpQuerySet.as_manager()

    class Meta:
        ordering = ["sort_title", "pk"]
        verbose_name = "строка каталога"
        verbose_name_plural = "каталог помощи"
        constraints = [models.CheckConstraint(condition=Q(kind__in=HelpKind.values), name="help_kind")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("development:help", args=[self.public_id])

    @property
    def details(self) -> str:
        """«программа повышения квалификации, 36 ч, дистанционно»."""
        hours = f"{self.hours} ч" if self.hours else ""
        return ", ".join(one for one in (self.get_kind_display(), hours, self.form) if one)


class UndertakingQuerySet(models.QuerySet["Undertaking"]):
    def visible(self, user: Actor) -> UndertakingQuerySet:
        """As the result from which it was made."""
        return self.filter(sitting__in=Sitting.objects.visible(user))


class Undertaking(PublicModel):
    """One thing to do about one deficit; done with what proves it, checked by the head where he may see it."""

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="plan", verbose_name="результат")
    deficit = models.CharField("дефицит", max_length=200)
    helped_by = models.ForeignKey(
        Help, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="из каталога"
    )
    title = models.CharField("что сделать", max_length=300)
    who = models.CharField("кто поможет", max_length=300, blank=True)
    due = models.DateField("до")
    done_at = models.DateTimeField("сделано", null=True, blank=True)
    evidence = models.CharField("чем подтверждается", max_length=500, blank=True)
    checked_at = models.DateTimeField("проверено", null=True, blank=True)
    checked_by = models.CharField("кто проверил", max_length=300, null=True, blank=True)

    objects = UndertakingQuerySet.as_manager()

    class Meta:
        ordering = ["due", "pk"]
        verbose_name = "строка плана развития"
        verbose_name_plural = "строки планов развития"
        constraints = [
            both_or_none("checked_at", "checked_by", name="undertaking_checked"),
            models.CheckConstraint(condition=Q(done_at__isnull=True) | ~Q(evidence=""), name="undertaking_evidence"),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True) | Q(done_at__isnull=False), name="undertaking_checked_done"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_late(self) -> bool:
        return self.done_at is None and self.due < today()
