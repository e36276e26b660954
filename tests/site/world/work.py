"""Work as it was sent out: reports, drafts of them, requests, comments, events."""

from __future__ import annotations

import datetime as dt

from django.core.files.base import ContentFile
from django.utils import timezone

from opora.core.clock import today
from opora.core.marks import new_mark
from opora.exports.models import LargeCopy
from opora.roadmaps import models
from opora.roadmaps.actions import sending, working
from opora.roadmaps.actions.dating import events
from opora.roadmaps.actions.working import Attachment
from opora.roadmaps.models import Assignment, ChangeRun, Evidence, MassDecision
from opora.ui.saved import save_filter
from tests.site.world.objects import World


def _proof(world: World, name: str) -> Attachment:
    name = f"{world.word(name)}.pdf"
    return Attachment(name, ContentFile(b"%PDF-1.7 proof", name=name))


def add_work(world: World) -> None:
    region, head = world.region, world.account
    for one in (world.sent, world.secret_map):
        sending.send(one, by=world.coordinator)
        one.refresh_from_db()
    rows = Assignment.objects.select_related("activity", "executor", "controller", "roadmap__organisation")
    world.listed_work = rows.get(via_list=True, executor=region.schools[0])
    world.work = rows.get(via_list=False, executor=region.schools[0])
    world.begun = rows.get(executor=region.municipalities[0], activity__number="1", roadmap=world.sent)
    world.secret_work = rows.get(executor=region.municipalities[0], roadmap=world.secret_map)
    _dates(world)
    later = (world.listed_work.due or today()) + dt.timedelta(days=30)
    world.listed_request = working.ask(world.listed_work, by=head, due=later, reason=f"Болезнь {world.word('Зета')}")
    world.listed_comment = working.comment(world.listed_work, by=head, text=f"Спросить {world.word('Мю')}")
    world.comment = working.comment(world.work, by=head, text=f"Спросить {world.word('Эпсилон')}")
    world.large_copy = LargeCopy.objects.create(
        actor_id=world.coordinator.actor_id, title="Поручения", address="/assignments/?to=csv", mark=new_mark()
    )
    done = {"because": "Изменено", "state": "done", "finished_at": timezone.now()}
    world.run = ChangeRun.objects.create(roadmap=world.sent, actor_id=world.coordinator.actor_id, **done)
    world.mass_decision = MassDecision.objects.create(actor_id=world.municipal.actor_id, assignments=[])
    for one, name in ((world.listed_work, "Лямбда"), (world.work, "Ню")):
        text, proof = f"Сделано {world.word(name)}", _proof(world, f"Файл-{name.lower()}")
        working.submit(one, by=head, text=text, attachments=[proof])
    world.listed_proof = Evidence.objects.get(report__assignment=world.listed_work)
    world.proof = Evidence.objects.get(report__assignment=world.work)
    draft = working.save_draft(
        world.begun, by=world.municipal, text=f"Набросок {world.word('Кси')}", attachments=[_proof(world, "Файл-кси")]
    )
    world.draft_proof = draft.evidence.get()


def _dates(world: World) -> None:
    """An event that came, one that executors record themselves, and a schedule whose dates are asked for."""
    activities = models.Activity.objects.filter(roadmap=world.sent).select_related("roadmap__organisation")
    world.event = events.record_event(activities.get(number="4"), by=world.coordinator, happened=today())
    events.set_recorder(activities.get(number="5"), by=world.coordinator, executors=True)
    world.waiting = Assignment.objects.get(activity__number="5", executor=world.region.municipalities[0])
    world.saved_filter = save_filter(by=world.coordinator, table="assignments", name="Мои", query="whose=mine")
    world.date_request = models.DateRequest.objects.get(roadmap=world.sent)
