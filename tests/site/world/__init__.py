"""A region with something of everything, each thing named by a word that must not leak to those who may not know it."""

from __future__ import annotations

from opora.core.tasks.queue import enqueue
from opora.roadmaps.actions import sending
from tests import factories
from tests.site.world.forms import add_forms
from tests.site.world.identified import identified
from tests.site.world.meetings import meeting
from tests.site.world.mentoring import add_mentoring
from tests.site.world.objects import PLACES, SHORT, World
from tests.site.world.papers import add_documents, add_drafts, add_letters, decree
from tests.site.world.people import add_lists, add_notices, add_people
from tests.site.world.results import add_results
from tests.site.world.seminars import add_seminars
from tests.site.world.teachers import add_teachers
from tests.site.world.work import add_work

__all__ = ["PLACES", "SHORT", "World", "build", "decree"]


def build(number: int, name: str) -> World:
    world = World(number, factories.region(name))
    add_people(world)
    add_lists(world)
    add_mentoring(world)
    world.meeting, world.secret_meeting = (meeting(world, world.word("Совет"), secret) for secret in (False, True))
    add_documents(world)
    add_work(world)
    add_notices(world)
    add_letters(world)
    add_drafts(world)
    add_results(world)
    add_forms(world)
    add_teachers(world)
    add_seminars(world)
    world.identified = identified(world)
    world.job = enqueue(
        sending.send_in_background,
        by=world.coordinator,
        name=f"Рассылка {world.word('Бета')}",
        key=f"test:{number}",
        roadmap="",
        actor="",
    )
    return world
