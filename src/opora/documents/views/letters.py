"""The register of outgoing letters, and the page of one."""

from __future__ import annotations

import io
import zipfile

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.decrees.errors import Unreadable
from opora.decrees.formats import convert
from opora.documents.actions import letters as actions
from opora.documents.actions.common import TO_APPROVE, TO_EDIT
from opora.documents.actions.letter_visas import ask_visas as to_visas
from opora.documents.actions.letter_visas import way_of
from opora.documents.forms.letters import CancelForm
from opora.documents.letters import queries
from opora.documents.letters.fields import complete
from opora.documents.letters.filling import filled
from opora.documents.letters.printed import pdf, printed
from opora.documents.models import Letter, LetterState
from opora.documents.printing.form import requisites
from opora.documents.tables import LetterTable
from opora.exports.actions import release, released
from opora.journal.actions import opened
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor, form_methods

KINDS = ("docx", "pdf")


def seen(request: HttpRequest, public_id: str) -> Letter:
    """The letter, or 404; opening one that tells of listed schools is journalled."""
    rows = queries.visible(actor(request)).select_related("template__organisation")
    found = get_object_or_404(rows, public_id=public_id)
    if found.confidential:
        opened(by=actor(request), on=found, text=f"открыл(а) «{found}»", path=found.organisation.path)
    return found


def kept(request: HttpRequest, public_id: str, permission: Permission = Permission.DOCUMENTS_EDIT) -> Letter:
    """The letter of somebody who keeps the register; 403 where it was sent to him alone."""
    found = seen(request, public_id)
    to = TO_EDIT if permission == Permission.DOCUMENTS_EDIT else TO_APPROVE
    require(actor(request), permission, found.organisation.path, to=to)
    return found


@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.DOCUMENTS_VIEW, to="видеть письма")
    table = LetterTable(request, queries.visible(user))
    batch = request.GET.get("batch", "")[:26]
    return table.response(
        "documents/letters/letters.html",
        {"may_edit": user.may(Permission.DOCUMENTS_EDIT), "batch": batch if table.total else ""},
    )


@require_GET
def letter(request: HttpRequest, public_id: str) -> HttpResponse:
    """The letter as it reads, with what can be done with it."""
    user, found = actor(request), seen(request, public_id)
    path = found.organisation.path
    sheet = printed(found.kind, complete(found.kind, found.content))
    template = found.template if not found.is_draft else queries.current_template(found.organisation, found.kind)
    may_edit = user.may(Permission.DOCUMENTS_EDIT, path)
    context = {
        "letter": found,
        "requisites": list(requisites(sheet.heading)),
        "sheet": sheet,
        "template": template,
        "way": way_of(found) if may_edit else None,
        "converter": convert.installed() is not None,
        "may_edit": may_edit,
        "may_approve": user.may(Permission.DOCUMENTS_APPROVE, path),
    }
    return render(request, "documents/letters/letter.html", context)


@require_GET
def copy(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    """The letter as a file: as it was registered, or the draft as its template makes it now."""
    found = seen(request, public_id)
    if kind not in KINDS:
        raise Http404
    return release(
        by=actor(request),
        name=str(found),
        kind=kind,
        content=_file(found, kind),
        on=found,
        path=found.organisation.path,
        confidential=found.confidential,
    )


def _file(letter: Letter, kind: str) -> bytes:
    template = letter.template if letter.file else queries.current_template(letter.organisation, letter.kind)
    content = complete(letter.kind, letter.content)
    if kind == "pdf" and (template is None or convert.installed() is None):
        return pdf(letter.kind, content)
    if letter.file:
        with letter.file.open("rb") as file:
            made: bytes = file.read()
    else:
        made = filled(queries.template_bytes(template, letter.kind), content)
    if kind == "docx":
        return made
    try:
        return convert.as_pdf(made)
    except Unreadable:
        return pdf(letter.kind, content)


@require_GET
def batch(request: HttpRequest, code: str) -> HttpResponse:
    """All letters of one press in an archive."""
    user = actor(request)
    require(user, Permission.DOCUMENTS_EDIT, to=TO_EDIT)
    rows = Letter.objects.kept_by(user).select_related("organisation", "addressee")
    found = list(rows.filter(batch=code, state=LetterState.REGISTERED).order_by("number", "pk"))
    if not found:
        raise Http404
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in found:
            name = "".join(c if c.isalnum() or c in " -.«»№" else "-" for c in f"{one.number_text} {one.addressee}")
            marked = released(
                by=user,
                file_name=f"{name[:100]}.docx",
                content=_file(one, "docx"),
                on=one,
                path=one.organisation.path,
                confidential=one.confidential,
            )
            archive.writestr(f"{name[:100]}.docx", marked)
    return release(
        by=user,
        name=f"Письма от {found[0].date:%d.%m.%Y}",
        kind="zip",
        content=buffer.getvalue(),
        on=found[0],
        path=found[0].organisation.path,
        confidential=any(one.confidential for one in found),
    )


# -- what is decided ---------------------------------------------------------------------------------------------


@require_POST
@once
def ask_visas(request: HttpRequest, public_id: str) -> HttpResponse:
    """One press makes the draft; the next page asks who is to agree."""
    made = to_visas(kept(request, public_id), by=actor(request))
    return redirect("documents:route", made.public_id)


@require_POST
@once
def register(request: HttpRequest, public_id: str) -> HttpResponse:
    found = kept(request, public_id, Permission.DOCUMENTS_APPROVE)
    made = actions.register(found, by=actor(request))
    tell(request, f"Зарегистрировано: № {made.number_text} от {made.date:%d.%m.%Y}.")
    return redirect(made)


@require_POST
@once
def send(request: HttpRequest, public_id: str) -> HttpResponse:
    found = kept(request, public_id, Permission.DOCUMENTS_APPROVE)
    told = actions.send(found, by=actor(request))
    tell(request, f"Письмо отправлено в системе: {found.addressee}. Уведомлений: {told}.")
    return redirect(found)


@form_methods
@once
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    found = kept(request, public_id, Permission.DOCUMENTS_APPROVE)
    form = CancelForm(request.POST or None)
    if form.is_valid():
        try:
            actions.cancel(found, by=actor(request), reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            tell(request, "Письмо аннулировано. Его номер остался в книге и больше не выдаётся.")
            return redirect(found)
    context = {
        "form": form,
        "letter": found,
        "heading": "Аннулировать письмо",
        "button": "Аннулировать",
        "method": "post",
    }
    return render(request, "documents/letters/form.html", context)


@require_POST
def discard(request: HttpRequest, public_id: str) -> HttpResponse:
    found = kept(request, public_id)
    if not confirmed(request):
        return confirm(
            request,
            title="Удалить проект письма?",
            text=f"Проект «{found.title}» будет удалён. Номера у него ещё нет, в книге ничего не изменится.",
            button="Удалить",
            back=found.get_absolute_url(),
        )
    actions.discard(found, by=actor(request))
    tell(request, "Проект письма удалён.")
    return redirect("documents:letters")


@require_POST
@once
def enter(request: HttpRequest, public_id: str) -> HttpResponse:
    """A protocol goes to be read, as any document."""
    found = kept(request, public_id)
    made = actions.enter(found, by=actor(request))
    tell(request, "Протокол заведён как документ и читается.")
    return redirect(made)
