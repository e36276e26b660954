"""Drafts: their list, the page of one with its check and its visas, and what is done with it."""

from __future__ import annotations

from pathlib import PurePath

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.errors import Problem
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.documents import checking, sheets
from opora.documents.actions import drafts as actions
from opora.documents.actions import marking
from opora.documents.actions.common import TO_APPROVE, TO_EDIT
from opora.documents.forms.drafts import DraftForm, MarkForm, RegisterForm, SignForm, VersionForm, WithdrawForm
from opora.documents.models import Draft, DraftVersion, Visa
from opora.documents.printing import render as printed_file
from opora.documents.tables import DraftTable
from opora.exports.actions import release
from opora.journal.actions import opened
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods

SHEETS = {"visas": "Лист согласования", "findings": "Замечания к проекту"}


def seen(request: HttpRequest, public_id: str) -> Draft:
    """The draft, or 404 where the person neither keeps it nor was asked; opening a confidential one is journalled."""
    rows = Draft.objects.visible(actor(request)).select_related("organisation", "author__person")
    found = get_object_or_404(rows, public_id=public_id)
    if found.confidential:
        opened(by=actor(request), on=found, text=f"открыл(а) проект «{found}»", path=found.organisation.path)
    return found


def kept(request: HttpRequest, public_id: str, permission: Permission = Permission.DOCUMENTS_EDIT) -> Draft:
    """The draft of somebody who keeps it; 403 where he was asked for a visa alone."""
    found = seen(request, public_id)
    to = TO_EDIT if permission == Permission.DOCUMENTS_EDIT else TO_APPROVE
    require(actor(request), permission, found.organisation.path, to=to)
    return found


def visas_of(draft: Draft) -> list[Visa]:
    return list(draft.visas.select_related("person__person", "organisation").order_by("stage", "pk"))


@require_GET
def drafts(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.DOCUMENTS_VIEW, to="видеть проекты документов")
    table = DraftTable(request, Draft.objects.visible(user).select_related("organisation", "author__person"))
    return table.response("documents/drafts/drafts.html", {"may_edit": user.may(Permission.DOCUMENTS_EDIT)})


@form_methods
@once
def new_draft(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.DOCUMENTS_EDIT, to=TO_EDIT)
    form = DraftForm(request.POST or None, request.FILES or None, user=user)
    if form.is_valid():
        given = dict(form.cleaned_data)
        file = given.pop("file")
        try:
            made = actions.start_draft(by=user, file=file, name=file.name, **given)
        except Problem as problem:
            form.add_error("file", str(problem))
        else:
            return redirect("ui:job", made.versions.get().job_id)
    return _form(request, form, None, "Проверить и согласовать проект", "Загрузить и проверить")


@require_GET
def draft(request: HttpRequest, public_id: str) -> HttpResponse:
    """Left the text of a version, right what was found in it; the visas above."""
    user, found = actor(request), seen(request, public_id)
    versions = list(found.versions.select_related("uploaded_by__person"))
    asked = request.GET.get("version", "")
    version = next((one for one in versions if str(one.number) == asked), versions[0])
    version.draft = found
    visas = visas_of(found)
    mine = set(Visa.objects.filter(draft=found).waiting_for(user).values_list("pk", flat=True))
    findings = checking.shown(version)
    path = found.organisation.path
    context = {
        "draft": found,
        "version": version,
        "versions": versions,
        "newest": version.number == found.last_version,
        "visas": visas,
        "mine": mine,
        "findings": findings,
        "open_findings": sum(one.open for one in findings),
        "may_edit": user.may(Permission.DOCUMENTS_EDIT, path),
        "may_approve": user.may(Permission.DOCUMENTS_APPROVE, path),
    }
    return render(request, "documents/drafts/draft.html", context)


@require_GET
def draft_file(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    """A version by its number, or «scan»."""
    found = seen(request, public_id)
    file, file_name = found.scan, found.scan_file_name
    if name != "scan":
        version = get_object_or_404(DraftVersion, draft=found, number=int(name) if name.isdecimal() else 0)
        file, file_name = version.file, version.file_name
    if not file:
        raise Http404
    with file.open("rb") as stream:
        content = stream.read()
    kind = PurePath(file_name).suffix.lstrip(".").lower()
    return _released(request, found, PurePath(file_name).stem, kind, content, original=True)


@require_GET
def draft_sheet(request: HttpRequest, public_id: str, what: str, kind: str) -> HttpResponse:
    """The sheet of visas or the findings, printed."""
    user, found = actor(request), seen(request, public_id)
    if what not in SHEETS or kind not in ("docx", "pdf"):
        raise Http404
    versions = list(found.versions.all())
    if what == "visas":
        sheet = sheets.approval_sheet(found, visas_of(found), versions, by=user)
    else:
        versions[0].draft = found
        sheet = sheets.findings_sheet(found, versions[0], checking.shown(versions[0]), by=user)
    return _released(request, found, f"{SHEETS[what]} — {found.title[:60]}", kind, printed_file(sheet, kind))


def _released(
    request: HttpRequest, draft: Draft, name: str, kind: str, content: bytes, *, original: bool = False
) -> HttpResponse:
    return release(
        by=actor(request),
        name=name,
        kind=kind,
        content=content,
        on=draft,
        path=draft.organisation.path,
        confidential=draft.confidential,
        original=original,
    )


# -- what is done ------------------------------------------------------------------------------------------------


@form_methods
@once
def new_version(request: HttpRequest, public_id: str) -> HttpResponse:
    found = kept(request, public_id)
    form = VersionForm(request.POST or None, request.FILES or None, visas=visas_of(found))
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            made = actions.add_version(
                found,
                by=actor(request),
                file=file,
                name=file.name,
                note=form.cleaned_data["note"],
                again=form.again,
            )
        except (Problem, Refused) as problem:
            form.add_error("file", str(problem))
        else:
            return redirect("ui:job", made.job_id)
    return _form(request, form, found, "Новая версия", "Загрузить и проверить")


@form_methods
@once
def sign(request: HttpRequest, public_id: str) -> HttpResponse:
    found = kept(request, public_id, Permission.DOCUMENTS_APPROVE)
    form = SignForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        given = form.cleaned_data
        scan = given["scan"]
        about = {"scan": scan, "scan_name": scan.name} if scan else {}
        try:
            actions.sign(found, by=actor(request), name=given["name"], day=given["day"], **about)
        except (Problem, Refused) as problem:
            form.add_error(None, str(problem))
        else:
            tell(request, "Отмечено, что документ подписан. Зарегистрируйте его.")
            return redirect(found)
    return _form(request, form, found, "Документ подписан", "Сохранить")


@form_methods
@once
def register(request: HttpRequest, public_id: str) -> HttpResponse:
    found = kept(request, public_id, Permission.DOCUMENTS_APPROVE)
    form = RegisterForm(request.POST or None)
    if form.is_valid():
        try:
            actions.register_draft(found, by=actor(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            tell(request, "Документ зарегистрирован. Его можно завести в системе и разослать поручения.")
            return redirect(found)
    return _form(request, form, found, "Зарегистрировать документ", "Зарегистрировать")


@form_methods
@once
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    found = kept(request, public_id)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        try:
            actions.withdraw_draft(found, by=actor(request), reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            tell(request, "Проект отозван, визы больше не нужны.")
            return redirect(found)
    return _form(request, form, found, "Отозвать проект", "Отозвать")


@require_POST
@once
def enter(request: HttpRequest, public_id: str) -> HttpResponse:
    found = kept(request, public_id)
    made = actions.enter_draft(found, by=actor(request))
    tell(request, "Документ заведён и читается.")
    return redirect(made)


@require_POST
def mark(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is said of one finding; an empty decision takes it back."""
    found = kept(request, public_id)
    form = MarkForm(request.POST)
    if not form.is_valid():
        raise Refused("Замечание не найдено. Обновите страницу.")
    given = form.cleaned_data
    if given["decision"] == "none":
        marking.unmark(found, by=actor(request), key=given["key"])
    else:
        marking.mark(found, by=actor(request), **given)
    return redirect(f"{found.get_absolute_url()}#findings")


def _form(request: HttpRequest, form: object, draft: Draft | None, heading: str, button: str) -> HttpResponse:
    context = {"form": form, "draft": draft, "heading": heading, "button": button}
    return render(request, "documents/drafts/form.html", context)
