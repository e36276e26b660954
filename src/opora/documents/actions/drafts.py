"""A draft's way: versions, sending to visas, signature, registration, and on to the reading as any document."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction

from opora.access.models import User
from opora.core.actor import Actor, Denied, require
from opora.core.errors import Problem
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.tasks import Progress, enqueue, task
from opora.core.workflow import Refused
from opora.decrees.formats.safety import MAX_FILE_SIZE
from opora.documents import checking
from opora.documents.actions.common import TO_APPROVE, TO_EDIT, account
from opora.documents.actions.uploading import SUFFIXES, TOO_LARGE, upload
from opora.documents.actions.visas import ask_next, draft_note, renew_visas
from opora.documents.models import DRAFT_WORKFLOW, Document, Draft, DraftState, DraftVersion, Visa, VisaState
from opora.documents.models.drafts import OPEN
from opora.registry.models import Organisation


@dataclass(frozen=True, slots=True)
class Asked:
    """One who is to agree at a stage: a person, or anybody who approves in the organisation."""

    stage: int
    organisation: Organisation
    person: User | None = None
    due: dt.date | None = None


@transaction.atomic
def start_draft(
    *,
    by: Actor,
    organisation: Organisation,
    kind: str,
    title: str,
    file: File[bytes],
    name: str,
    confidential: bool = False,
    letter_id: str = "",
) -> Draft:
    """A draft with its first version, checked at once."""
    require(by, Permission.DOCUMENTS_EDIT, organisation.path, to=TO_EDIT)
    person = account(by)
    if person is None:
        raise Denied("Готовить документ может только человек.")
    if confidential and not knowledge(by).of(organisation.path):
        raise Denied("Проект по спискам школ может вести тот, кому открыты списки.")
    draft = Draft.objects.create(
        organisation=organisation,
        kind=kind,
        title=" ".join(title.split())[:500],
        confidential=confidential,
        author=person,
        letter_id=letter_id,
    )
    _add_version(draft, 1, file, name, "", person)
    draft_note("started", f"начал(а) проект «{draft}»", draft, by)
    return draft


@transaction.atomic
def send_to_visas(draft: Draft, *, by: Actor, asked: Iterable[Asked]) -> Draft:
    """Ask the first stage; the next is asked when everybody of it has agreed."""
    draft = locked_draft(draft, by)
    rows = list(asked)
    if not rows:
        raise Refused("Выберите, кто согласует документ.")
    for one in rows:
        if draft.confidential and one.person and not knowledge(one.person).of(draft.organisation.path):
            raise Refused(f"{one.person}: списки школ не открыты, этот проект показать нельзя.")
    DRAFT_WORKFLOW.move(draft, "start")
    draft.visas.all().delete()
    for one in rows:
        Visa.objects.create(
            draft=draft,
            version=draft.last_version,
            stage=one.stage,
            organisation=one.organisation,
            person=one.person,
            position=_position(one),
            due=one.due,
        )
    draft_note("sent", f"отправил(а) на согласование проект «{draft}»: виз — {len(rows)}", draft, by)
    ask_next(draft)
    return draft


def _position(one: Asked) -> str:
    """As the sheet says it: the post of the person there, or the organisation."""
    person = one.person.person if one.person else None
    post = person.posts.filter(organisation=one.organisation).order_by("-is_head", "pk").first() if person else None
    return (f"{post.title}, {one.organisation.short_name}" if post else one.organisation.short_name)[:300]


@transaction.atomic
def add_version(
    draft: Draft, *, by: Actor, file: File[bytes], name: str, note: str = "", again: Iterable[int] = ()
) -> DraftVersion:
    """The next version. Where visas were asked for, those in `again` (keys) are asked anew; the others stay given."""
    if draft.letter_id:
        raise Refused("Это проект письма: измените само письмо, и его новая версия появится здесь.")
    return next_version(draft, by=by, file=file, name=name, note=note, again=again)


@transaction.atomic
def next_version(
    draft: Draft, *, by: Actor, file: File[bytes], name: str, note: str, again: Iterable[int]
) -> DraftVersion:
    """`add_version`, and of a letter whose words have changed."""
    draft = locked_draft(draft, by)
    if not draft.is_open:
        raise Refused(f"Новую версию добавить нельзя: состояние — «{draft.get_state_display()}».")
    person = account(by)
    if person is None:
        raise Denied("Загрузить версию может только человек.")
    number = draft.last_version + 1
    version = _add_version(draft, number, file, name, note, person)
    draft.last_version = number
    draft.save(update_fields=["last_version"])
    draft_note("version", f"загрузил(а) версию {number} проекта «{draft}»", draft, by, {"sha256": version.sha256})
    if draft.state != DraftState.PREPARING:
        renew_visas(draft, set(again))
    return version


def _add_version(draft: Draft, number: int, file: File[bytes], name: str, note: str, person: User) -> DraftVersion:
    name = " ".join(PurePath(name.replace("\\", "/")).name.split())[:300] or "Проект.docx"
    if PurePath(name).suffix.lower() not in SUFFIXES:
        raise Problem(f"«{name}»: такие файлы не загружаются. Нужен документ .docx, .pdf, .xlsx или .txt.")
    if file.size > MAX_FILE_SIZE:
        raise Problem(TOO_LARGE)
    content = file.read()
    version = DraftVersion(
        draft=draft,
        number=number,
        file_name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        note=note.strip(),
        uploaded_by=person,
    )
    version.file.save(name, ContentFile(content), save=False)
    version.save()
    job = enqueue(
        check_in_background,
        by=person,
        name=f"Проверка проекта «{name}»",
        key=f"drafts.check:{version.public_id}",
        url=draft.get_absolute_url(),
        version=version.public_id,
    )
    version.job_id = job.public_id
    version.save(update_fields=["job_id"])
    return version


@task()
def check_in_background(job: Progress, version: str) -> None:
    """Read and check one version; it stays with its draft."""
    found = DraftVersion.objects.select_related("draft__organisation").get(public_id=version)
    job.step(0, 1, "Проект проверяется…")
    with found.file.open("rb") as file:
        checking.check_version(found, file.read())
    found.save(update_fields=["blocks", "findings", "checked_at", "failure"])
    job.step(1, 1, "Проект не прочитан." if found.failure else "Проект проверен.")


@transaction.atomic
def sign(
    draft: Draft, *, by: Actor, name: str, day: dt.date, scan: File[bytes] | None = None, scan_name: str = ""
) -> Draft:
    """It was signed on paper: who, when, and the scan."""
    draft = locked_draft(draft, by, Permission.DOCUMENTS_APPROVE)
    DRAFT_WORKFLOW.check(draft, "sign")
    values: dict[str, Any] = {"signed_by": " ".join(name.split())[:300], "signed_on": day}
    if not values["signed_by"]:
        raise Refused("Напишите, кто подписал.")
    DRAFT_WORKFLOW.move(draft, "sign", **values)
    if scan is not None:
        if PurePath(scan_name).suffix.lower() != ".pdf" or scan.read(4) != b"%PDF":
            raise Problem("Скан нужен в PDF.")
        scan.seek(0)
        draft.scan_file_name = " ".join(scan_name.split())[:300]
        draft.scan.save(scan_name, ContentFile(scan.read()), save=False)
    draft.save()
    draft_note("signed", f"отметил(а), что проект «{draft}» подписан: {draft.signed_by}", draft, by)
    return draft


@transaction.atomic
def register_draft(draft: Draft, *, by: Actor, number: str, day: dt.date) -> Draft:
    """Its number in the organisation's own book, and its date."""
    draft = locked_draft(draft, by, Permission.DOCUMENTS_APPROVE)
    if draft.letter_id:
        raise Refused("Это проект письма: зарегистрируйте само письмо, номер даст книга исходящих.")
    number = " ".join(number.split())[:100]
    if not number:
        raise Refused("Напишите номер документа.")
    DRAFT_WORKFLOW.move(draft, "register", number=number, date=day)
    draft.save()
    draft_note("registered", f"зарегистрировал(а) проект «{draft}»: № {number} от {day:%d.%m.%Y}", draft, by)
    return draft


@transaction.atomic
def enter_draft(draft: Draft, *, by: Actor) -> Document:
    """The registered document goes to be read: its newest version, which is read better than a scan."""
    draft = locked_draft(draft, by)
    if draft.state != DraftState.REGISTERED:
        raise Refused("Завести как документ можно после регистрации.")
    if draft.letter_id:
        raise Refused("Это проект письма: откройте само письмо.")
    if draft.document_id:
        raise Refused("Этот проект уже заведён как документ.")
    version = draft.versions.get(number=draft.last_version)
    with version.file.open("rb") as file:
        made = upload(
            by=by,
            organisation=draft.organisation,
            file=ContentFile(file.read(), name=version.file_name),
            name=version.file_name,
            confidential=draft.confidential,
        )
    draft.document_id = made.public_id
    draft.save(update_fields=["document_id"])
    return made


@transaction.atomic
def withdraw_draft(draft: Draft, *, by: Actor, reason: str) -> Draft:
    """The draft is given up; nobody has to agree any more."""
    draft = locked_draft(draft, by)
    reason = " ".join(reason.split())
    DRAFT_WORKFLOW.move(draft, "withdraw", comment=reason, reason=reason)
    draft.visas.filter(state__in=OPEN).update(state=VisaState.RENEWED)
    draft_note("withdrawn", f"отозвал(а) проект «{draft}»: {reason}", draft, by)
    return draft


def locked_draft(draft: Draft, by: Actor, needed: Permission = Permission.DOCUMENTS_EDIT) -> Draft:
    """The draft as it now is, locked, for one who keeps the documents of its organisation."""
    to = TO_EDIT if needed == Permission.DOCUMENTS_EDIT else TO_APPROVE
    require(by, needed, draft.organisation.path, to=to)
    return Draft.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=draft.pk)
