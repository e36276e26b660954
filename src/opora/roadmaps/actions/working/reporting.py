"""The executor's part: taken up, written, handed in."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.roadmaps.actions.working.common import REPORT, SUBMIT, write_down
from opora.roadmaps.actions.working.postponing import settle_request
from opora.roadmaps.models import Assignment, AssignmentState, Evidence, Report, ReportState, Revision
from opora.roadmaps.models.assignments import ASSIGNMENT_WORKFLOW, OPEN
from opora.roadmaps.telling.reports import tell_controllers
from opora.roadmaps.uploads import check_evidence

ONE_SITTING = dt.timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file or a link to be kept with a report."""

    name: str
    file: File[bytes] | None = None
    link: str = ""


@transaction.atomic
def start(assignment: Assignment, *, by: Actor) -> None:
    require(by, Permission.ASSIGNMENTS_REPORT, assignment.executor.path, to=REPORT)
    ASSIGNMENT_WORKFLOW.move(assignment, "start")
    write_down("started", "взял(а) в работу", assignment, by)


class Overtaken(Refused):
    """Somebody else saved the draft meanwhile; `report` is what he wrote."""

    def __init__(self, report: Report) -> None:
        self.report = report
        super().__init__(
            f"Пока вы писали, черновик изменил(а) {report.author}. Ваш текст остался ниже, его текст — рядом: "
            "соедините их и сохраните ещё раз."
        )


@transaction.atomic
def save_draft(
    assignment: Assignment,
    *,
    by: Actor,
    text: str,
    figures: Sequence[tuple[str, str]] | None = (),
    attachments: Sequence[Attachment] = (),
    version: int | None = None,
) -> Report:
    """Keep a draft of the report: whoever reports for the organisation goes on with the same one.

    `version` is that of the draft the person began with: where somebody else has saved another text since, `Overtaken`.
    Figures that are None stay as they were.
    """
    require(by, Permission.ASSIGNMENTS_REPORT, assignment.executor.path, to=REPORT)
    Assignment.objects.select_for_update().get(pk=assignment.pk)
    assignment.refresh_from_db(fields=["state"])
    if assignment.state not in OPEN:
        raise Refused(f"Отчёт сейчас не составляют: поручение — «{assignment.get_state_display()}».")
    draft = Report.objects.filter(assignment=assignment, state=ReportState.DRAFT).first()
    kept = draft.figures if draft else []
    wanted = (text, kept if figures is None else [list(figure) for figure in figures])
    if draft and version is not None and draft.version != version and (draft.text, draft.figures) != wanted:
        raise Overtaken(draft)
    draft = draft or Report(assignment=assignment)
    if draft.version == 0 or (draft.text, draft.figures) != wanted:
        draft.text, draft.figures = wanted
        draft.version += 1
        draft.author, draft.author_user_id, draft.saved_at = by.label, getattr(by, "pk", None), timezone.now()
        draft.save()
        _revise(draft)
    for one in attachments:
        attach(draft, one)
    return draft


def _revise(draft: Report) -> None:
    """Who wrote what is kept: a person who goes on writing goes on with his own row."""
    now, last = timezone.now(), draft.revisions.last()
    if last is None or last.author != draft.author or last.saved_at < now - ONE_SITTING:
        last = Revision(report=draft, author=draft.author, author_user_id=draft.author_user_id)
    last.text, last.figures, last.saved_at = draft.text, draft.figures, now
    last.save()


def attach(report: Report, attachment: Attachment) -> Evidence:
    """Store a file (checked for size and kind) or a link."""
    if attachment.file is None:
        return Evidence.objects.create(
            report=report, name=attachment.name or attachment.link[:255], link=attachment.link
        )
    size = check_evidence(attachment.file, attachment.name)
    digest = hashlib.sha256()
    for chunk in attachment.file.chunks():
        digest.update(chunk)
    same = report.evidence.filter(sha256=digest.hexdigest()).first()
    if same:
        return same
    evidence = Evidence(report=report, name=attachment.name[:255], size=size, sha256=digest.hexdigest())
    evidence.file.save(attachment.name, attachment.file, save=False)
    evidence.save()
    return evidence


@transaction.atomic
def detach(evidence: Evidence, *, by: Actor) -> None:
    """Take a file or link out of a draft."""
    assignment = evidence.report.assignment
    require(by, Permission.ASSIGNMENTS_REPORT, assignment.executor.path, to=REPORT)
    if evidence.report.state != ReportState.DRAFT:
        raise Refused("Отчёт уже сдан, подтверждения из него не убирают.")
    stored = evidence.file
    evidence.delete()
    if stored:
        transaction.on_commit(lambda: stored.storage.delete(stored.name))


@transaction.atomic
def submit(
    assignment: Assignment,
    *,
    by: Actor,
    text: str,
    figures: Sequence[tuple[str, str]] = (),
    attachments: Sequence[Attachment] = (),
    version: int | None = None,
) -> Report:
    """Hand the report in, in the organisation's name."""
    require(by, Permission.ASSIGNMENTS_SUBMIT, assignment.executor.path, to=SUBMIT)
    if not text.strip():
        raise Refused("Напишите, что сделано: без этого отчёт не сдать.")
    if assignment.lead_id:
        raise Refused("Отчёт совместный, его сдаёт ведущий исполнитель. Передайте ему свою часть.")
    report = save_draft(assignment, by=by, text=text, figures=figures, attachments=attachments, version=version)
    now, who = timezone.now(), by.label
    report.state, report.submitted_at, report.submitted_by = ReportState.SUBMITTED, now, who
    report.save()
    ASSIGNMENT_WORKFLOW.move(assignment, "report", reported_at=now, reported_by=who)
    for joined in assignment.joined.filter(state__in=[*OPEN, AssignmentState.WAITING]):
        ASSIGNMENT_WORKFLOW.move(joined, "join", reported_at=now, reported_by=who)
    settle_request(assignment, by)
    write_down("reported", "сдал(а) отчёт", assignment, by, report=report.public_id, files=report.evidence.count())
    tell_controllers(assignment, by=by, text="Сдан отчёт, он ждёт вашего решения", key=f"reported:{report.public_id}")
    return report
