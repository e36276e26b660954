"""Which document is the public twin of which."""

from __future__ import annotations

from django.db import models

from opora.core.actor import Actor
from opora.core.models import PublicModel
from opora.documents.models import Document


class TwinQuerySet(models.QuerySet["Twin"]):
    def visible(self, user: Actor) -> TwinQuerySet:
        """Those whose original the person may see: that a document is a twin tells nobody else anything."""
        return self.filter(original__in=Document.objects.visible(user))


class Twin(PublicModel):
    """The twin of a document; the newest of an original counts, older ones are withdrawn."""

    original = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="twins", verbose_name="исходный")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="twin", verbose_name="открытый")
    digest = models.CharField(max_length=64, editable=False)  # `making.digest_of` the original then
    choices = models.JSONField("решения", default=dict)  # `making.Choices`; as secret as the original
    replaced = models.PositiveIntegerField("замен", default=0)

    objects = TwinQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = "открытая версия"
        verbose_name_plural = "открытые версии"

    def __str__(self) -> str:
        return f"Открытая версия документа «{self.original}»"
