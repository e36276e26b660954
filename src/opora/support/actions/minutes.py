"""What a meeting decided, and its protocol: registered, read as any document, and made into work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from opora.core.actor import Actor
from opora.core.files import on_disk
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.documents.actions import approving, letters, reading, uploading
from opora.documents.models import Document, Letter, LetterKind
from opora.registry.models import Organisation
from opora.roadmaps.models import Activity, Responsible, RoadMap
from opora.support.actions.meetings import locked, note
from opora.support.models.meetings import MEETING_WORKFLOW, Meeting, MeetingDecision, MeetingState
from opora.support.protocol import content_of


@transaction.atomic
def add_decision(
    meeting: Meeting, *, by: Actor, text: str, due: dt.date, responsible: Iterable[Organisation]
) -> MeetingDecision:
    meeting = _open(meeting, by)
    last = meeting.decisions.aggregate(last=Max("order"))["last"] or 0
    made = MeetingDecision.objects.create(meeting=meeting, order=last + 1, text=_line(text), due=due)
    _set(made, responsible)
    note("decided", f"записал(а) решение заседания «{meeting}»: {made}"[:500], meeting, by, {"text": made.text})
    return made


@transaction.atomic
def edit_decision(
    decision: MeetingDecision, *, by: Actor, text: str, due: dt.date, responsible: Iterable[Organisation]
) -> None:
    meeting = _open(decision.meeting, by)
    before = decision.text
    decision.text, decision.due = _line(text), due
    decision.save(update_fields=["text", "due"])
    _set(decision, responsible)
    data = {"text": [before, decision.text]}
    note("redecided", f"изменил(а) решение {decision.order} заседания «{meeting}»", meeting, by, data)


@transaction.atomic
def remove_decision(decision: MeetingDecision, *, by: Actor) -> None:
    """Those after it move up."""
    meeting = _open(decision.meeting, by)
    text = decision.text
    decision.delete()
    for order, one in enumerate(meeting.decisions.order_by("order"), start=1):
        MeetingDecision.objects.filter(pk=one.pk).update(order=order)
    note("undecided", f"убрал(а) решение заседания «{meeting}»", meeting, by, {"text": text})


@transaction.atomic
def close_decision(decision: MeetingDecision, *, by: Actor) -> None:
    """Carried out by hand: it is not brought forward any more."""
    meeting = locked(decision.meeting, by)
    if MeetingDecision.objects.filter(pk=decision.pk, closed_at=None).update(
        closed_at=timezone.now(), closed_by=by.label
    ):
        note("closed", f"закрыл(а) решение {decision.order} заседания «{meeting}»", meeting, by, {})


@transaction.atomic
def approve(meeting: Meeting, *, by: Actor) -> RoadMap:
    """The protocol gets its number, is read as any document and approved; its decisions are a road map to be sent."""
    meeting = locked(meeting, by, Permission.DOCUMENTS_APPROVE)
    MEETING_WORKFLOW.check(meeting, "approve")
    decisions = list(meeting.decisions.order_by("order").prefetch_related("responsible"))
    if not decisions:
        raise Refused("В протоколе нет решений: запишите хотя бы одно.")
    letter = letters.write(
        by=by,
        organisation=meeting.body.organisation,
        kind=LetterKind.PROTOCOL,
        title=_title(meeting),
        content=content_of(meeting),
        confidential=meeting.confidential,
    )
    letter = letters.register(letter, by=by)
    document = _entered(letter, by)
    if Activity.objects.filter(roadmap__document=document).count() != len(decisions):
        raise Refused("Решения прочитаны из протокола не так, как записаны: проверьте их тексты и шаблон протокола.")
    rows = Activity.objects.filter(roadmap__document=document).order_by("roadmap__order", "section__order", "order")
    for decision, activity in zip(decisions, rows, strict=True):
        MeetingDecision.objects.filter(pk=decision.pk).update(activity=activity)
        _name(activity, decision)
    MEETING_WORKFLOW.move(meeting, "approve", letter_id=letter.public_id, document_id=document.public_id)
    text = f"утвердил(а) протокол заседания «{meeting}»: решений {len(decisions)}"
    note("minuted", text, meeting, by, {"document": document.public_id, "letter": letter.public_id})
    return RoadMap.objects.get(document=document)


def _entered(letter: Letter, by: Actor) -> Document:
    """The protocol's own file, kept and read as an uploaded one is, and approved."""
    with letter.file.open("rb") as file:
        content = ContentFile(file.read(), name="protocol.docx")
    name = f"Протокол {letter.number_text}.docx"
    document = uploading.keep(
        by=by, organisation=letter.organisation, file=content, name=name, confidential=letter.confidential
    )
    document.version = 1
    document.save(update_fields=["version"])
    with on_disk(document.file) as path:
        layout, decree = reading.read_file(path, name)
    reading.finish(document, 1, layout, decree, by=by)
    Letter.objects.filter(pk=letter.pk).update(document_id=document.public_id)
    return approving.approve(Document.objects.get(pk=document.pk), by=by, duplicates_ok=True)


def _name(activity: Activity, decision: MeetingDecision) -> None:
    """The organisations themselves: a name with a comma is read as two."""
    activity.responsible.all().delete()
    Responsible.objects.bulk_create(
        Responsible(activity=activity, order=order, text=one.short_name, kind="organisation")
        for order, one in enumerate(decision.responsible.all())
    )


def _title(meeting: Meeting) -> str:
    return f"заседания: {meeting.body.name[:200]}"


def _open(meeting: Meeting, by: Actor) -> Meeting:
    meeting = locked(meeting, by)
    if meeting.state not in (MeetingState.PLANNED, MeetingState.HELD):
        raise Refused("Решения уже не изменить: протокол утверждён или заседание отменено.")
    return meeting


def _set(decision: MeetingDecision, responsible: Iterable[Organisation]) -> None:
    found = list(responsible)
    if not found:
        raise Refused("Выберите, кто отвечает за решение.")
    decision.responsible.set(found)


def _line(text: str) -> str:
    """One paragraph, as a cell of the protocol holds it."""
    text = " ".join(text.split())
    if not text:
        raise Refused("Напишите, что решено.")
    return text[:1000]
