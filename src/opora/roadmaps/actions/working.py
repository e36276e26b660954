"""The life of an assignment: taken up, reported, accepted or returned, cancelled."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.registry.models import Organisation
from opora.roadmaps.models import Assignment, Evidence, Report, ReportState
from opora.roadmaps.models.assignments import ASSIGNMENT_WORKFLOW, OPEN
from opora.roadmaps.uploads import check_evidence

REPORT = "отчитываться за эту организацию"
SUBMIT = "сдать отчёт от имени организации: это делает её руководитель"
DECIDE = "принимать отчёты по этому поручению"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file or a link to be kept with a report."""

    name: str
    file: File[bytes] | None = None
    link: str = ""


def _record(code: str, text: str, assignment: Assignment, by: Actor, **data: object) -> None:
    record(
        f"assignments.{code}",
        f"{text}: {assignment.activity.label}, {assignment.executor}",
        by=by,
        on=assignment,
        path=assignment.executor.path,
        confidential=assignment.via_list or assignment.roadmap.confidential,
        data=data,
    )


@transaction.atomic
def start(assignment: Assignment, *, by: Actor) -> None:
    require(by, Permission.ASSIGNMENTS_REPORT, assignment.executor.path, to=REPORT)
    ASSIGNMENT_WORKFLOW.move(assignment, "start")
    _record("started", "взял(а) в работу", assignment, by)


@transaction.atomic
def save_draft(
    assignment: Assignment,
    *,
    by: Actor,
    text: str,
    figures: Sequence[tuple[str, str]] = (),
    attachments: Sequence[Attachment] = (),
) -> Report:
    """Keep a draft of the report: whoever reports for the organisation goes on with the same one."""
    require(by, Permission.ASSIGNMENTS_REPORT, assignment.executor.path, to=REPORT)
    Assignment.objects.select_for_update().get(pk=assignment.pk)
    assignment.refresh_from_db(fields=["state"])
    if assignment.state not in OPEN:
        raise Refused(f"Отчёт сейчас не составляют: поручение — «{assignment.get_state_display()}».")
    draft = Report.objects.filter(assignment=assignment, state=ReportState.DRAFT).first()
    draft = draft or Report(assignment=assignment)
    draft.text, draft.figures = text, [list(figure) for figure in figures]
    draft.author, draft.author_user_id = by.label, getattr(by, "pk", None)
    draft.save()
    for one in attachments:
        attach(draft, one)
    return draft


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
) -> Report:
    """Hand the report in, in the organisation's name."""
    require(by, Permission.ASSIGNMENTS_SUBMIT, assignment.executor.path, to=SUBMIT)
    if not text.strip():
        raise Refused("Напишите, что сделано: без этого отчёт не сдать.")
    report = save_draft(assignment, by=by, text=text, figures=figures, attachments=attachments)
    now, who = timezone.now(), by.label
    report.state, report.submitted_at, report.submitted_by = ReportState.SUBMITTED, now, who
    report.save()
    ASSIGNMENT_WORKFLOW.move(assignment, "report", reported_at=now, reported_by=who)
    _record("reported", "сдал(а) отчёт", assignment, by, report=report.public_id, files=report.evidence.count())
    return report


@transaction.atomic
def accept(assignment: Assignment, *, by: Actor, comment: str = "") -> None:
    """The controller accepts: the assignment is done."""
    report = _decide(assignment, by, "accept", comment, ReportState.ACCEPTED)
    _record("accepted", "принял(а) отчёт", assignment, by, report=report.public_id, comment=comment)


@transaction.atomic
def give_back(assignment: Assignment, *, by: Actor, comment: str) -> None:
    """The controller returns the report, saying why."""
    report = _decide(assignment, by, "return", comment, ReportState.RETURNED)
    _record("returned", "вернул(а) на доработку", assignment, by, report=report.public_id, comment=comment)


def _decide(assignment: Assignment, by: Actor, transition: str, comment: str, state: str) -> Report:
    require(by, Permission.ASSIGNMENTS_DECIDE, assignment.controller.path, to=DECIDE)
    now, who = timezone.now(), by.label
    remark = comment.strip()
    ASSIGNMENT_WORKFLOW.move(assignment, transition, comment=comment, decided_at=now, decided_by=who, remark=remark)
    report = assignment.reports.filter(state=ReportState.SUBMITTED).latest("pk")
    report.state, report.decided_at, report.decided_by, report.comment = state, now, who, comment.strip()
    report.save()
    return report


@transaction.atomic
def reconsider(assignment: Assignment, *, by: Actor) -> None:
    """Undo an acceptance: the report waits for a decision again."""
    require(by, Permission.ASSIGNMENTS_DECIDE, assignment.controller.path, to=DECIDE)
    ASSIGNMENT_WORKFLOW.move(assignment, "reconsider", decided_at=None, decided_by=None)
    report = assignment.reports.filter(state=ReportState.ACCEPTED).latest("pk")
    report.state, report.decided_at, report.decided_by = ReportState.SUBMITTED, None, None
    report.save()
    _record("reconsidered", "отменил(а) принятие отчёта", assignment, by, report=report.public_id)


@transaction.atomic
def cancel(assignment: Assignment, *, by: Actor, comment: str) -> None:
    """The one who sent the work takes it back, saying why."""
    require(by, Permission.ROADMAPS_SEND, assignment.roadmap.organisation.path, to="отменять поручения")
    ASSIGNMENT_WORKFLOW.move(assignment, "cancel", comment=comment, remark=comment.strip())
    assignment.reports.filter(state=ReportState.SUBMITTED).update(
        state=ReportState.RETURNED, decided_at=timezone.now(), decided_by=by.label, comment="Поручение отменено."
    )
    _record("cancelled", "отменил(а) поручение", assignment, by, comment=comment)


@transaction.atomic
def restore(assignment: Assignment, *, by: Actor) -> None:
    require(by, Permission.ROADMAPS_SEND, assignment.roadmap.organisation.path, to="восстанавливать поручения")
    ASSIGNMENT_WORKFLOW.move(assignment, "restore")
    _record("restored", "восстановил(а) поручение", assignment, by)


@transaction.atomic
def set_controller(assignment: Assignment, *, by: Actor, controller: Organisation) -> None:
    """Another organisation of the territory accepts the report."""
    require(by, Permission.ROADMAPS_SEND, assignment.roadmap.organisation.path, to="менять контролирующего")
    if not controller.path.startswith(assignment.roadmap.organisation.path[:8]):
        raise Refused("Контролировать может только организация этого региона.")
    old = assignment.controller
    Assignment.objects.filter(pk=assignment.pk).update(controller=controller)
    assignment.controller = controller
    _record("controller_set", f"назначил(а) контролирующим: {controller} (было: {old})", assignment, by)


def organisation_succeeded(old: Organisation, successor: Organisation, by: Actor) -> None:
    """The registry's point: open work passes to the successor; what the successor has already is cancelled."""
    rest = Assignment.objects.filter(executor=old, state__in=[*OPEN, "reported"]).select_related(
        "activity", "executor", "roadmap"
    )
    taken = set(
        Assignment.objects.filter(executor=successor, window__in=rest.values("window")).values_list("window", flat=True)
    )
    doubled = [row.pk for row in rest if row.window_id in taken]
    Assignment.objects.filter(pk__in=doubled).update(state="cancelled", remark=f"Исполняет правопреемник: {successor}")
    passed = rest.exclude(pk__in=doubled)
    count = passed.update(executor=successor)
    Assignment.objects.filter(controller=old).update(controller=successor)
    if count or doubled:
        record(
            "assignments.passed",
            f"передал(а) поручения ({count}) правопреемнику: {successor}",
            by=by,
            on=successor,
            path=successor.path,
            data={"from": old.public_id, "passed": count, "cancelled": len(doubled)},
        )
