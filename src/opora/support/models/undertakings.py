"""What is to be done until a day and is marked when it is: a line of a joint plan, a recommendation of a visit."""

from __future__ import annotations

from django.db import models

from opora.core.clock import today
from opora.core.models import PublicModel


class Undertaking(PublicModel):
    """Kept by a constraint of each: `done_at` and `done_by` are both there or neither."""

    text = models.CharField("что сделать", max_length=500)
    due = models.DateField("срок")
    done_at = models.DateTimeField("выполнено", null=True, blank=True)
    done_by = models.CharField("кто отметил", max_length=300, null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["due", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def state(self) -> tuple[str, str, str]:
        """Code, word and tone, as `{% state %}` takes them."""
        if self.done_at:
            return "done", "выполнено", "success"
        return ("overdue", "срок истёк", "danger") if self.due < today() else ("open", "впереди", "neutral")
