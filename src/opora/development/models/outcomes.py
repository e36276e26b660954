"""What remains of an event: files, what was thought of it, certificates."""

from __future__ import annotations

from pathlib import PurePath

from django.db import models
from django.db.models import Q
from django.urls import reverse

from opora.core.actor import Actor
from opora.core.constraints import both_or_none
from opora.core.models import PublicModel, new_public_id
from opora.development.models.events import Event, Registration


def material_place(material: Material, name: str) -> str:
    """A stored name that tells nothing: the original one is kept in the row."""
    return f"events/{new_public_id()}{PurePath(name).suffix.lower()[:10]}"


class MaterialQuerySet(models.QuerySet["Material"]):
    def visible(self, user: Actor) -> MaterialQuerySet:
        """Those of the events that the person sees."""
        return self.filter(event__in=Event.objects.visible(user))


class Material(PublicModel):
    """A file of an event: slides, a task, a summary."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="materials", verbose_name="событие")
    name = models.CharField("название", max_length=255)
    file = models.FileField("файл", upload_to=material_place)
    size = models.PositiveBigIntegerField("размер")  # bytes

    objects = MaterialQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "материал события"
        verbose_name_plural = "материалы событий"

    def __str__(self) -> str:
        return self.name


class Feedback(models.Model):
    """What one who was there thinks of it: neither who nor when."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="feedback", verbose_name="событие")
    useful = models.PositiveSmallIntegerField("полезно")  # 1 to 5, as the others
    clear = models.PositiveSmallIntegerField("понятно")
    organised = models.PositiveSmallIntegerField("организовано")
    text = models.TextField("что улучшить", blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = "отзыв о событии"
        verbose_name_plural = "отзывы о событиях"
        constraints = [
            models.CheckConstraint(
                condition=Q(useful__range=(1, 5), clear__range=(1, 5), organised__range=(1, 5)), name="feedback_marks"
            )
        ]

    def __str__(self) -> str:
        return str(self.event)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible(self, user: Actor) -> CertificateQuerySet:
        """Those of the registrations that the person sees."""
        return self.filter(registration__in=Registration.objects.visible(user))

    def valid(self) -> CertificateQuerySet:
        return self.filter(withdrawn_at__isnull=True)


class Certificate(PublicModel):
    """That somebody was there, as it was said when it was issued. By its code everybody can ask whether it is valid."""

    registration = models.OneToOneField(
        Registration, on_delete=models.PROTECT, related_name="certificate", verbose_name="запись"
    )
    code = models.CharField("код", max_length=16, unique=True)  # 80 random bits, `development.codes`
    name = models.CharField("ФИО", max_length=300)
    title = models.CharField("событие", max_length=300)
    day = models.DateField("день")
    hours = models.PositiveSmallIntegerField("часов")
    issued_by = models.CharField("кто выдал", max_length=300)  # as the journal names him
    withdrawn_at = models.DateTimeField("отозван", null=True, blank=True)
    withdrawn_by = models.CharField("кто отозвал", max_length=300, null=True, blank=True)
    reason = models.CharField("почему отозван", max_length=500, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = "сертификат"
        verbose_name_plural = "сертификаты"
        constraints = [
            both_or_none("withdrawn_at", "withdrawn_by", name="certificate_withdrawn"),
            models.CheckConstraint(condition=Q(withdrawn_at__isnull=True) | ~Q(reason=""), name="certificate_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.title}"

    def get_absolute_url(self) -> str:
        """The page that everybody can open."""
        return reverse("development:certificate", args=[self.code])
