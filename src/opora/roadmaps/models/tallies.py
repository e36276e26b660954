"""How many assignments stand where: what pages count by, so that they need not read the assignments themselves."""

from __future__ import annotations

from django.db import models

from opora.core.actor import LEVEL, Actor
from opora.core.models import BytewiseField
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.roadmaps.models.plans import Activity, RoadMap, Window

DEEPEST = 2  # levels of the tree that tallies tell apart: region and municipality


class TallyQuerySet(models.QuerySet["Tally"]):
    def visible(self, user: Actor) -> TallyQuerySet:
        """The counts of what `AssignmentQuerySet.visible` shows; for a person to whom `level_of` gives a level."""
        scope = user.scope(Permission.ASSIGNMENTS_VIEW)
        mine = scope.q("place") | scope.q("controller_place")
        return self.filter(mine & knowledge(user).open_or("via_list", "roadmap__confidential", at="place"))


def level_of(user: Actor) -> int | None:
    """The coarsest level of the tree whose tallies tell all that the person may count; None below municipalities."""
    paths = (*user.scope(Permission.ASSIGNMENTS_VIEW).paths, *knowledge(user).scope.paths)
    level = max((len(path) // LEVEL for path in paths), default=1)
    return level if level <= DEEPEST else None


class Tally(models.Model):
    """A number of assignments alike in everything that pages count by, twice: by region and by municipality.

    The database keeps them itself, whoever writes assignments (`roadmaps.triggers`). On PostgreSQL a change adds rows
    of +n and -n, so that nobody waits for anybody; `roadmaps.tallies.compact` joins them. Readers sum `count`.
    """

    level = models.PositiveSmallIntegerField()
    place = BytewiseField(max_length=DEEPEST * LEVEL)  # the path of the executor, cut to the level
    controller_place = BytewiseField(max_length=DEEPEST * LEVEL)
    roadmap = models.ForeignKey(
        RoadMap, on_delete=models.CASCADE, related_name="tallies", db_index=False, db_constraint=False
    )
    activity = models.ForeignKey(
        Activity, on_delete=models.CASCADE, related_name="tallies", db_index=False, db_constraint=False
    )
    window = models.ForeignKey(
        Window, on_delete=models.CASCADE, related_name="tallies", db_index=False, db_constraint=False
    )
    due = models.DateField(null=True)
    via_list = models.BooleanField()
    state = models.CharField(max_length=12)  # of `AssignmentState`
    count = models.IntegerField()
    loose = models.BooleanField(default=False, db_default=False)  # to be joined with others alike

    objects = TallyQuerySet.as_manager()

    class Meta:
        verbose_name = "счётчик поручений"
        verbose_name_plural = "счётчики поручений"
        indexes = [
            models.Index(fields=["roadmap", "level"], name="tally_roadmap"),
            models.Index(fields=["activity", "level"], name="tally_activity"),
            models.Index(fields=["window", "level", "place"], name="tally_window"),
            models.Index(fields=["level", "place", "roadmap"], name="tally_place"),
            models.Index(fields=["level", "controller_place", "roadmap"], name="tally_controller"),
            models.Index(fields=["id"], condition=models.Q(loose=True), name="tally_loose"),
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.count}"
