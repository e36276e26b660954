"""Meetings of a municipality's group, some about listed schools."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from opora.access.models import User
from opora.core.clock import today
from opora.support.actions import meetings, minutes
from opora.support.models import Meeting

if TYPE_CHECKING:
    from tests.site.world.objects import World


def meeting(world: World, word: str, secret: bool) -> Meeting:
    """Held, with a decision about the second school."""
    by = User.objects.get(pk=world.municipal.pk)
    made = meetings.plan(
        world.body,
        by=by,
        title=f"О школах {word}",
        day=today(),
        starts=dt.time(14),
        minutes=60,
        place=word,
        link="",
        confidential=secret,
        agenda=[(f"О школе {word}", word)],
        guests=[(word, "директор")],
    )
    meetings.invite(made, by=by)
    meetings.hold(made, by=by, present=[one.pk for one in made.people.all()])
    due = today() + dt.timedelta(days=20)
    minutes.add_decision(made, by=by, text=f"Помочь {word}", due=due, responsible=[world.region.schools[1]])
    return Meeting.objects.select_related("body__organisation").get(pk=made.pk)
