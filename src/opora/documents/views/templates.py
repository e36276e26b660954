"""The page «Шаблоны писем», and how letters are numbered."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.decrees.formats import convert
from opora.documents.actions import letters as letter_actions
from opora.documents.actions import templates as actions
from opora.documents.actions.common import TO_APPROVE, TO_EDIT
from opora.documents.forms.letters import NumberingForm, TemplateForm
from opora.documents.letters import queries
from opora.documents.letters.checking import problems_of
from opora.documents.letters.fields import complete, listed, sample
from opora.documents.letters.filling import filled
from opora.documents.letters.shipped import shipped
from opora.documents.models import LetterKind, LetterTemplate
from opora.exports.actions import release
from opora.registry.models import Organisation
from opora.registry.queries import top_in
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods


def _organisation(request: HttpRequest, public_id: str, permission: Permission) -> Organisation:
    """One whose documents the person keeps; 404 for any other."""
    user = actor(request)
    mine = Organisation.objects.filter(user.scope(Permission.DOCUMENTS_EDIT).q("path"))
    found = get_object_or_404(mine, public_id=public_id)
    require(user, permission, found.path, to=TO_APPROVE)
    return found


def _kind(kind: str) -> LetterKind:
    if kind not in LetterKind.values:
        raise Http404
    return LetterKind(kind)


@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    """All kinds of letters with the template in force."""
    user = actor(request)
    require(user, Permission.DOCUMENTS_EDIT, to=TO_EDIT)
    organisation = top_in(user, Permission.DOCUMENTS_EDIT)
    rows = [(kind, queries.current_template(organisation, kind)) for kind in LetterKind]
    context = {
        "organisation": organisation,
        "rows": rows,
        "number_format": queries.number_format(organisation),
        "may_approve": user.may(Permission.DOCUMENTS_APPROVE, organisation.path),
    }
    return render(request, "documents/letters/templates.html", context)


@form_methods
def template(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    """One kind: its fields, its versions, and another file in place of the one in force."""
    organisation = _organisation(request, public_id, Permission.DOCUMENTS_EDIT)
    chosen, problems = _kind(kind), []
    form = TemplateForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read(3 * 1024 * 1024)
        problems = problems_of(content, chosen)
        if not problems:
            made = actions.replace_template(
                by=actor(request), organisation=organisation, kind=chosen, content=content, name=file.name
            )
            tell(request, f"Шаблон проверен и заменён: версия {made.version}. Посмотрите, каким получится письмо.")
            return redirect("documents:template", organisation.public_id, chosen)
    versions = LetterTemplate.objects.filter(organisation=organisation, kind=chosen)
    context = {
        "organisation": organisation,
        "kind": chosen,
        "form": form,
        "problems": problems,
        "fields": list(listed(chosen)),
        "versions": versions.select_related("uploaded_by__person"),
        "current": queries.current_template(organisation, chosen),
        "converter": convert.installed() is not None,
        "may_approve": actor(request).may(Permission.DOCUMENTS_APPROVE, organisation.path),
    }
    return render(request, "documents/letters/template.html", context)


@require_GET
def template_file(request: HttpRequest, public_id: str, kind: str, version: str) -> HttpResponse:
    """`version` of the organisation's template, «current» or «shipped»; «sample-docx», «sample-pdf»: a trial letter."""
    organisation = _organisation(request, public_id, Permission.DOCUMENTS_EDIT)
    chosen = _kind(kind)
    ending = "pdf" if version == "sample-pdf" else "docx"
    if version.isdecimal():
        found = get_object_or_404(LetterTemplate, organisation=organisation, kind=chosen, version=int(version[:9]))
        content = queries.template_bytes(found, chosen)
    elif version == "shipped":
        content = shipped(chosen)
    elif version in ("current", "sample-docx", "sample-pdf"):
        content = queries.template_bytes(queries.current_template(organisation, chosen), chosen)
    else:
        raise Http404
    if version.startswith("sample"):
        content = filled(content, complete(chosen, sample(chosen)))
    if ending == "pdf":
        if convert.installed() is None:
            raise Http404
        content = convert.as_pdf(content)
    name = f"{'Пример' if version.startswith('sample') else 'Шаблон'} — {chosen.label}"
    return release(
        by=actor(request),
        name=name,
        kind=ending,
        content=content,
        on=organisation,
        path=organisation.path,
        original=not version.startswith("sample"),  # a mark printed into a template would come back with it
    )


@require_POST
@once
def take_template(request: HttpRequest, public_id: str, kind: str, version: int) -> HttpResponse:
    organisation = _organisation(request, public_id, Permission.DOCUMENTS_APPROVE)
    found = get_object_or_404(
        LetterTemplate.objects.select_related("organisation"), organisation=organisation, kind=kind, version=version
    )
    actions.take_template(found, by=actor(request))
    tell(request, f"Действует версия {version}.")
    return redirect("documents:template", organisation.public_id, kind)


@require_POST
@once
def drop_template(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    organisation = _organisation(request, public_id, Permission.DOCUMENTS_APPROVE)
    actions.drop_template(by=actor(request), organisation=organisation, kind=_kind(kind))
    tell(request, "Свой шаблон отключён, его версии сохранены.")
    return redirect("documents:template", organisation.public_id, kind)


@form_methods
@once
def numbering(request: HttpRequest, public_id: str) -> HttpResponse:
    organisation = _organisation(request, public_id, Permission.DOCUMENTS_APPROVE)
    form = NumberingForm(request.POST or None, initial={"number_format": queries.number_format(organisation)})
    if form.is_valid():
        try:
            said = form.cleaned_data["number_format"]
            letter_actions.set_format(organisation, by=actor(request), number_format=said)
        except Refused as refusal:
            form.add_error("number_format", str(refusal))
        else:
            tell(request, "Вид номера изменён. Уже выданные номера остались прежними.")
            return redirect("documents:templates")
    heading = f"Нумерация исходящих: {organisation.short_name}"
    context = {"form": form, "letter": None, "heading": heading, "button": "Сохранить", "method": "post"}
    return render(request, "documents/letters/form.html", context)
