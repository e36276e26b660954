"""Forms already sent, so that a second press does nothing twice."""

from __future__ import annotations

from django.db import models


class Submission(models.Model):
    """A form that was carried out, and where it led. Kept for a day; holds nothing of what was written."""

    token = models.CharField(max_length=40)
    actor_id = models.CharField(max_length=26)
    location = models.CharField(max_length=2000, blank=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor_id", "token"], name="submission_once")]
        verbose_name = "отправленная форма"
        verbose_name_plural = "отправленные формы"

    def __str__(self) -> str:
        return self.token
