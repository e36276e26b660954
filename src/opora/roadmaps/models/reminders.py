"""How far the reminders of a day are."""

from __future__ import annotations

from django.db import models


class Round(models.Model):
    """The reminders of one day about one distance from the deadline, told organisation by organisation."""

    day = models.DateField("день")
    code = models.CharField("о чём", max_length=20)  # «soon:3», «due:0», «inner-overdue:7»
    after = models.BigIntegerField(default=0)  # the last organisation that was told; inner: assignment
    done = models.BooleanField("закончено", default=False)

    class Meta:
        verbose_name = "напоминания дня"
        verbose_name_plural = "напоминания дней"
        constraints = [models.UniqueConstraint(fields=["day", "code"], name="round_once")]

    def __str__(self) -> str:
        return f"{self.day:%d.%m.%Y} {self.code}"
