"""Visas: asked stage by stage, given, handed on to somebody else, asked anew for a new version."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from opora.access.models import User
from opora.access.queries import who
from opora.core.actor import Actor, Denied, require
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Refused
from opora.documents.actions.common import TO_EDIT, account
from opora.documents.models import DRAFT_WORKFLOW, VISA_WORKFLOW, Draft, DraftState, Visa, VisaState
from opora.documents.models.drafts import IN_FORCE
from opora.journal.actions import record
from opora.notices.actions import notify
from opora.notices.models import NoticeKind

V = VisaState
ACTS = ("agree", "remarks", "refuse")


@transaction.atomic
def decide(visa: Visa, *, by: Actor, act: str, comment: str = "") -> Visa:
    """Agree, agree with remarks, or refuse; of a stage all are heard before the draft goes on or back."""
    draft, visa = _locked(visa)
    person = account(by)
    if person is None or not Visa.objects.filter(pk=visa.pk).before(by).exists():
        raise Denied("Визу ставит тот, у кого она запрошена.")
    if act not in ACTS:
        raise Refused("Выберите: согласовать, согласовать с замечаниями или отказать.")
    if draft.state != DraftState.VISAS:
        raise Refused(f"Виза больше не нужна: состояние проекта — «{draft.get_state_display()}».")
    comment = comment.strip()
    VISA_WORKFLOW.move(
        visa,
        act,
        comment=comment,
        remark=comment,
        decided_at=timezone.now(),
        decided_by=by.label[:300],
        decided_name=person.get_short_name()[:300],
    )
    text = f"поставил(а) визу «{visa.get_state_display()}» на проект «{draft}»"
    draft_note("visa", text, draft, by, {"version": visa.version, "comment": comment})
    _go_on(draft)
    return visa


@transaction.atomic
def hand_on(visa: Visa, *, by: Actor, to: User, reason: str) -> Visa:
    """Another decides instead: handed on by the one who is asked, or by who keeps the draft where he is absent."""
    draft, visa = _locked(visa)
    mine = Visa.objects.filter(pk=visa.pk).before(by).exists()
    if not mine:
        require(by, Permission.DOCUMENTS_EDIT, draft.organisation.path, to=TO_EDIT)
    if draft.confidential and not knowledge(to).of(draft.organisation.path):
        raise Refused(f"{to}: списки школ не открыты, этот проект показать нельзя.")
    if not any(one.organisation_id == visa.organisation_id for one in to.active_memberships):
        raise Refused(f"{to} не работает в организации «{visa.organisation.short_name}».")
    asked = visa.state
    reason = " ".join(reason.split())
    VISA_WORKFLOW.move(visa, "replace", comment=reason, remark=reason)
    made = Visa.objects.create(
        draft=draft,
        version=visa.version,
        stage=visa.stage,
        organisation=visa.organisation,
        person=to,
        position=visa.position,
        due=visa.due,
        state=asked,
        before=visa,
    )
    draft_note("handed_on", f"передал(а) визу «{visa.who}» на проект «{draft}»: {to}; {reason}", draft, by)
    if asked == V.ASKED:
        _tell(draft, made)
    return made


def ask_next(draft: Draft) -> None:
    """Ask everybody of the first stage that is not over."""
    waiting = draft.visas.filter(state=V.WAITING).order_by("stage").first()
    if waiting is None:
        return
    rows = draft.visas.filter(state=V.WAITING, stage=waiting.stage).select_related("person", "organisation")
    for visa in rows:
        VISA_WORKFLOW.move(visa, "ask")
        _tell(draft, visa)


def renew_visas(draft: Draft, again: set[int]) -> None:
    """A new version: those in `again`, and all who have not decided yet, are asked for it."""
    DRAFT_WORKFLOW.move(draft, "renew")
    rows = list(draft.visas.filter(state__in=IN_FORCE).select_related("person", "organisation"))
    for visa in rows:
        if visa.pk not in again and visa.state in (V.AGREED, V.REMARKS):
            continue
        VISA_WORKFLOW.move(visa, "renew")
        Visa.objects.create(
            draft=draft,
            version=draft.last_version,
            stage=visa.stage,
            organisation=visa.organisation,
            person=visa.person,
            position=visa.position,
            due=visa.due,
            before=visa,
        )
    _go_on(draft)


def _go_on(draft: Draft) -> None:
    """The stage is over when nobody is asked: then back with a refusal, or on to the next, or agreed."""
    states = set(draft.visas.values_list("state", flat=True))
    if V.ASKED in states:
        return
    if V.REFUSED in states:
        DRAFT_WORKFLOW.move(draft, "return")
        _tell_author(draft, "возвращён с замечаниями")
    elif V.WAITING in states:
        ask_next(draft)
    else:
        DRAFT_WORKFLOW.move(draft, "agree")
        _tell_author(draft, "согласован всеми")


def _locked(visa: Visa) -> tuple[Draft, Visa]:
    """The draft first, then its visa, as everywhere: two who decide at once wait for each other."""
    draft = Draft.objects.select_for_update(of=("self",)).select_related("organisation", "author").get(pk=visa.draft_id)
    rows = Visa.objects.select_for_update(of=("self",)).select_related("person", "organisation")
    return draft, rows.get(pk=visa.pk)


def _tell(draft: Draft, visa: Visa) -> None:
    people = [visa.person] if visa.person else who(Permission.DOCUMENTS_APPROVE, visa.organisation)
    until = f" Срок — {visa.due:%d.%m.%Y}." if visa.due else ""
    notify(
        people,
        kind=NoticeKind.VISA,
        text=f"Ждёт вашей визы: «{draft}», версия {visa.version}.{until}",
        url=draft.get_absolute_url(),
        on=draft,
        key=f"visas.asked:{visa.public_id}",
        needs=_needs(draft),
    )


def _tell_author(draft: Draft, said: str) -> None:
    notify(
        [draft.author],
        kind=NoticeKind.VISA,
        text=f"Проект «{draft}» {said}.",
        url=draft.get_absolute_url(),
        on=draft,
        key=f"visas.{draft.state}:{draft.public_id}:{draft.last_version}",
        needs=_needs(draft),
    )


def _needs(draft: Draft) -> tuple[Permission, str] | None:
    return (Permission.LISTS_VIEW, draft.organisation.path) if draft.confidential else None


def draft_note(event: str, text: str, draft: Draft, by: Actor, data: dict[str, Any] | None = None) -> None:
    """Journal it with the draft's organisation."""
    path = draft.organisation.path
    record(f"drafts.{event}", text, by=by, on=draft, path=path, confidential=draft.confidential, data=data)
