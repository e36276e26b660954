"""The life of a letter: written, registered under a number that nobody else gets, sent, cancelled."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from opora.access.queries import who
from opora.core.actor import Actor, Denied, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Refused
from opora.documents.actions.common import TO_APPROVE, TO_EDIT, account
from opora.documents.actions.letter_visas import follow_number, follow_words, way_of
from opora.documents.actions.uploading import upload
from opora.documents.letters import queries
from opora.documents.letters.fields import complete, day_of
from opora.documents.letters.filling import filled
from opora.documents.models import (
    LETTER_WORKFLOW,
    Document,
    Letter,
    LetterKind,
    LetterSeries,
    LetterSettings,
    LetterState,
)
from opora.journal.actions import record
from opora.notices.actions import notify
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation

TO_KEEP = "вести исходящие этой организации"


@transaction.atomic
def write(
    *,
    by: Actor,
    organisation: Organisation,
    kind: str,
    title: str,
    content: dict[str, Any],
    addressee: Organisation | None = None,
    confidential: bool = False,
    batch: str = "",
) -> Letter:
    """A draft, not numbered yet. `content` is what its kind needs; who sends it is filled in here."""
    require(by, Permission.DOCUMENTS_EDIT, organisation.path, to=TO_KEEP)
    person = account(by)
    if person is None:
        raise Denied("Составить письмо может только человек.")
    if confidential and not knowledge(by).of(organisation.path):
        raise Denied("Письмо по спискам школ может составить тот, кому открыты списки.")
    position, name = queries.head_of(organisation)
    known = {"signatory": {"position": position, "name": name}, "addressee": str(addressee or "")}
    whole = complete(kind, {**known, **queries.sender_content(organisation, by), **content, "title": title})
    letter = Letter.objects.create(
        organisation=organisation,
        kind=kind,
        title=title,
        addressee=addressee,
        content=whole,
        confidential=confidential,
        signatory=_signed(whole),
        batch=batch,
        created_by=person,
    )
    _note("written", f"составил(а) письмо «{title}»{_to(letter)}", letter, by)
    return letter


@transaction.atomic
def rewrite(letter: Letter, *, by: Actor, content: dict[str, Any]) -> Letter:
    """Other words of a draft: the fields in `content`."""
    letter = _locked(letter, by)
    if not letter.is_draft:
        raise Refused("Письмо уже зарегистрировано, изменить его нельзя. Аннулируйте его и составьте новое.")
    before = {name: letter.content.get(name) for name in content}
    letter.content = complete(letter.kind, {**letter.content, **content})
    letter.title, letter.signatory = letter.content["title"], _signed(letter.content)
    letter.save()
    follow_words(letter, by=by)
    changed = [name for name in content if before[name] != letter.content[name]]
    _note("changed", f"изменил(а) проект письма «{letter.title}»", letter, by, {"changed": changed})
    return letter


@transaction.atomic
def discard(letter: Letter, *, by: Actor) -> None:
    """Take a draft away: it never had a number."""
    letter = _locked(letter, by)
    if not letter.is_draft:
        raise Refused("Письмо зарегистрировано: его можно только аннулировать, номер останется в книге.")
    if way_of(letter):
        raise Refused("Письмо согласуют. Сначала отзовите его проект.")
    _note("discarded", f"удалил(а) проект письма «{letter.title}»{_to(letter)}", letter, by)
    letter.delete()


@transaction.atomic
def register(letter: Letter, *, by: Actor) -> Letter:
    """Give the letter its number and its date, and keep its file as it goes out."""
    letter = _locked(letter, by, Permission.DOCUMENTS_APPROVE)
    LETTER_WORKFLOW.check(letter, "register")
    day = _dated(letter)
    number = _next_number(letter.organisation, day.year, restricted=letter.confidential)
    said = queries.number_format(letter.organisation).replace("{number}", str(number)).replace("{year}", str(day.year))
    said += "дсп" if letter.confidential else ""
    letter.content = {**letter.content, "number": said, "date": f"{day:%d.%m.%Y}"}
    letter.template = queries.current_template(letter.organisation, letter.kind)
    file = filled(queries.template_bytes(letter.template, letter.kind), complete(letter.kind, letter.content))
    values: dict[str, Any] = {
        "number": number,
        "number_text": said,
        "year": day.year,
        "date": day,
        "registered_at": timezone.now(),
        "registered_by": by.label[:300],
    }
    LETTER_WORKFLOW.move(letter, "register", **values)
    letter.file.save("letter.docx", ContentFile(file), save=False)
    letter.save()
    follow_number(letter, by=by, number=said, day=day)
    _note("registered", f"зарегистрировал(а) «{letter}»{_to(letter)}", letter, by, {"number": said})
    return letter


def _dated(letter: Letter) -> dt.date:
    """Today, or the day of the meeting."""
    said = letter.content.get("date") if letter.kind == LetterKind.PROTOCOL else ""
    return day_of(said) if said else today()


def _next_number(organisation: Organisation, year: int, *, restricted: bool) -> int:
    """The next number of the book. Its row stays locked until the transaction ends, so that none is lost or doubled."""
    series, _ = LetterSeries.objects.select_for_update().get_or_create(
        organisation=organisation, year=year, restricted=restricted
    )
    series.last += 1
    series.save(update_fields=["last"])
    return series.last


@transaction.atomic
def cancel(letter: Letter, *, by: Actor, reason: str) -> Letter:
    """The letter does not count; its number stays in the book."""
    letter = _locked(letter, by, Permission.DOCUMENTS_APPROVE)
    reason = " ".join(reason.split())
    LETTER_WORKFLOW.move(letter, "cancel", comment=reason, reason=reason)
    _note("cancelled", f"аннулировал(а) «{letter}»: {reason}", letter, by)
    return letter


@transaction.atomic
def send(letter: Letter, *, by: Actor) -> int:
    """Let the addressee read it in the system, and tell its people; how many were told."""
    letter = _locked(letter, by, Permission.DOCUMENTS_APPROVE)
    if letter.state != LetterState.REGISTERED or letter.addressee is None:
        raise Refused("Отправить можно зарегистрированное письмо с адресатом из реестра.")
    if letter.sent_at is None:
        letter.sent_at = timezone.now()
        letter.save(update_fields=["sent_at"])
        _note("sent", f"отправил(а) «{letter}»{_to(letter)}", letter, by)
    needed = Permission.LISTS_VIEW if letter.confidential else Permission.DOCUMENTS_VIEW
    return notify(
        who(Permission.DOCUMENTS_VIEW, letter.addressee),
        kind=NoticeKind.LETTER,
        text=f"Вам письмо от {letter.organisation.short_name}: {letter.title}.",
        url=letter.get_absolute_url(),
        on=letter,
        key=f"letters.sent:{letter.public_id}",
        needs=(needed, letter.addressee.path),
    )


@transaction.atomic
def enter(letter: Letter, *, by: Actor) -> Document:
    """A registered protocol as a document: it is read, and its decisions can become a road map."""
    letter = _locked(letter, by)
    if letter.kind != LetterKind.PROTOCOL or letter.state != LetterState.REGISTERED:
        raise Refused("Завести как документ можно зарегистрированный протокол.")
    if letter.document_id:
        raise Refused("Этот протокол уже заведён как документ.")
    with letter.file.open("rb") as file:
        made = upload(
            by=by,
            organisation=letter.organisation,
            file=ContentFile(file.read(), name="protocol.docx"),
            name=f"Протокол {letter.number_text}.docx",
            confidential=letter.confidential,
        )
    letter.document_id = made.public_id
    letter.save(update_fields=["document_id"])
    return made


@transaction.atomic
def set_format(organisation: Organisation, *, by: Actor, number_format: str) -> None:
    """How the numbers of an organisation's letters look from now on."""
    require(by, Permission.DOCUMENTS_APPROVE, organisation.path, to=TO_APPROVE)
    said = " ".join(number_format.split())
    if said.count("{number}") != 1 or "{" in said.replace("{number}", "").replace("{year}", ""):
        raise Refused("В номере должно один раз стоять {number}; можно ещё {year}. Например: 01-15/{number}.")
    before = queries.number_format(organisation)
    LetterSettings.objects.update_or_create(organisation=organisation, defaults={"number_format": said})
    record(
        "letters.format",
        f"изменил(а) вид номера исходящих: «{said}»",
        by=by,
        on=organisation,
        path=organisation.path,
        data={"old": before, "new": said},
    )


def _locked(letter: Letter, by: Actor, needed: Permission = Permission.DOCUMENTS_EDIT) -> Letter:
    to = TO_EDIT if needed == Permission.DOCUMENTS_EDIT else TO_APPROVE
    require(by, needed, letter.organisation.path, to=to)
    rows = Letter.objects.select_for_update(of=("self",)).select_related("organisation", "addressee", "template")
    return rows.get(pk=letter.pk)


def _signed(content: dict[str, Any]) -> str:
    signatory = content["signatory"]
    return ", ".join(filter(None, (signatory["name"], signatory["position"])))[:300]


def _to(letter: Letter) -> str:
    return f" ({letter.addressee})" if letter.addressee else ""


def _note(event: str, text: str, letter: Letter, by: Actor, data: dict[str, Any] | None = None) -> None:
    path = letter.organisation.path
    record(f"letters.{event}", text, by=by, on=letter, path=path, confidential=letter.confidential, data=data)
