"""The end of the review: a document is approved, withdrawn, or brought back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from opora.core.actor import Actor, Denied, require
from opora.core.permissions import Permission
from opora.core.text import plural
from opora.core.workflow import Refused
from opora.documents import points, queries
from opora.documents.actions.common import TO_APPROVE, account, locked, note
from opora.documents.models import WORKFLOW, Document, DocumentState, FactKind

_NO_WORK = (FactKind.HEADING, FactKind.FINDING, FactKind.REFERENCE, FactKind.ABBREVIATION)


@transaction.atomic
def approve(document: Document, *, by: Actor, duplicates_ok: bool = False) -> Document:
    """The reading counts from now on, and the floors above make of it what it orders."""
    require(by, Permission.DOCUMENTS_APPROVE, document.organisation.path, to=TO_APPROVE)
    document = locked(document, by)
    WORKFLOW.check(document, "approve")
    person = account(by)
    if person is None:
        raise Denied("Утвердить документ может только человек.")
    if not has_content(document):
        raise Refused("В документе ещё ничего не прочитано: добавьте хотя бы один пункт или мероприятие.")
    duplicates, hidden = queries.told_duplicates(document, by)
    if (duplicates or hidden) and not duplicates_ok:
        names = "".join(f" «{other}»;" for other in duplicates[:3]) + (" в другой организации." if hidden else "")
        raise Refused(f"Похоже, этот документ уже есть:{names} Подтвердите, что это другой документ.")
    WORKFLOW.move(document, "approve", approved_at=timezone.now(), approved_by=person)
    points.approved.call(document, queries.decree_of(document), by)
    note("approved", f"утвердил(а) документ «{document}»", document, by, {"duplicates": len(duplicates) + hidden})
    return document


@transaction.atomic
def withdraw(document: Document, *, by: Actor) -> Document:
    """Take a document out of work; nothing of it is lost. An approved one only where nobody works by it yet."""
    if document.state == DocumentState.APPROVED:
        require(by, Permission.DOCUMENTS_APPROVE, document.organisation.path, to=TO_APPROVE)
    document = locked(document, by)
    approved = document.state == DocumentState.APPROVED
    if approved:
        require(by, Permission.DOCUMENTS_APPROVE, document.organisation.path, to=TO_APPROVE)
    WORKFLOW.move(document, "withdraw", approved_at=None, approved_by=None)
    if approved:
        points.withdrawn.call(document, by)
    note("withdrawn", f"отозвал(а) документ «{document}»", document, by, {"approved": approved})
    return document


@transaction.atomic
def restore(document: Document, *, by: Actor) -> Document:
    """Bring a withdrawn document back to review."""
    document = locked(document, by)
    readable = document.facts.exists()
    if readable:
        WORKFLOW.move(document, "restore")
    else:
        WORKFLOW.move(document, "restore_unread", failure=document.failure or "Чтение было прервано отзывом.")
    note("restored", f"вернул(а) на проверку документ «{document}»", document, by)
    return document


def has_content(document: Document) -> bool:
    """Whether the reading holds anything that a document can order."""
    return document.facts.kept().exclude(kind__in=_NO_WORK).exists()


def open_questions(document: Document) -> list[str]:
    """What is still doubtful, in sentences for the page before approval."""
    facts = list(document.facts.kept())
    findings = sum(1 for fact in facts if fact.kind == FactKind.FINDING and fact.data.get("severity") != "info")
    doubtful = sum(1 for fact in facts if fact.doubtful)
    said = []
    if findings:
        said.append(f"Не просмотрено {findings} {plural(findings, 'замечание', 'замечания', 'замечаний')}.")
    if doubtful:
        words = plural(doubtful, "место прочитано", "места прочитаны", "мест прочитано")
        said.append(f"{doubtful} {words} неуверенно и никем не проверены.")
    return said
