"""The procedures whose results are kept: those that the library knows, in its words."""

from __future__ import annotations

from django.db import models

from opora.identification.columns import PROCEDURES


class Procedure(models.TextChoices):
    VPR = "vpr", PROCEDURES["vpr"]
    OGE = "oge", PROCEDURES["oge"]
    EGE = "ege", PROCEDURES["ege"]
    REGIONAL = "regional", PROCEDURES["regional"]
    IN_SCHOOL = "in_school", PROCEDURES["in_school"]
