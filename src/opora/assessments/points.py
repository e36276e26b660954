"""What is built on loaded results says so here."""

from __future__ import annotations

from opora.assessments.models import Loading
from opora.core.actor import Actor
from opora.core.points import Point

# The results of the loading count from now on; who took them.
taken: Point[[Loading, Actor], object] = Point()
# What the loading brought counts no more, and what it replaced counts again; who took it back. In the transaction.
undone: Point[[Loading, Actor], object] = Point()
# Why the loading cannot be undone («по этим результатам выполнен расчёт от …»); nothing where it can.
used: Point[[Loading], str | None] = Point()
