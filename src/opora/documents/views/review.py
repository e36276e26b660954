"""The page of a document, and what is decided on it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.models import Job
from opora.core.permissions import Permission
from opora.documents import actions, points, queries
from opora.documents.actions.common import TO_APPROVE
from opora.documents.actions.reading import stuck
from opora.documents.models import Document, DocumentState, SourceText
from opora.documents.presenting import heading_places, reading_of
from opora.documents.showing import file_html
from opora.documents.views.common import edited, seen
from opora.journal.actions import opened
from opora.ui.jobs import STOP_POLLING
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor, form_methods


@require_GET
def document(request: HttpRequest, public_id: str) -> HttpResponse:
    """Left the source, right the reading; while it is read, how far that is."""
    user, found = actor(request), seen(request, public_id)
    path = found.organisation.path
    if found.confidential:
        opened(by=user, on=found, text=f"открыл(а) документ «{found}»", path=path)
    if request.headers.get("HX-Target") == "reading":
        return _progress(request, found)
    may_edit = user.may(Permission.DOCUMENTS_EDIT, path)
    read = {} if found.state == DocumentState.READING else {**_source(request, found), **_reading(found)}
    context = {
        "document": found,
        "may_edit": may_edit,
        "may_correct": may_edit and found.is_open,
        "may_approve": user.may(Permission.DOCUMENTS_APPROVE, path) and found.state == DocumentState.REVIEW,
        "tabs": points.tabs_of(user, found),
    }
    if found.state == DocumentState.READING:
        return render(request, "documents/reading.html", {**context, **_job(found)})
    return render(request, "documents/document.html", {**context, **read})


def _reading(found: Document) -> dict[str, object]:
    reading = reading_of(found)
    places = heading_places(reading.heading.fact, found.suffix) if reading.heading else {}
    return {"reading": reading, "places": places}


def _source(request: HttpRequest, found: Document) -> dict[str, object]:
    """What stands on the left: pages of a PDF, else the text; `?view=` chooses."""
    text = SourceText.objects.filter(document=found).first() if found.file else None
    views = {"text": "Текст"} if text else {}
    if text and found.suffix == ".pdf":
        views = {"pages": "Страницы", "text": "Текст"}
    elif text and found.suffix == ".docx":
        views = {"text": "Текст", "file": "Как в файле"}
    asked = request.GET.get("view", "")
    view = asked if asked in views else next(iter(views), "")
    return {
        "views": views,
        "view": view,
        "blocks": text.blocks if text and view == "text" else [],
        "pages": range(1, text.pages + 1) if text and view == "pages" else (),
        "file_html": file_html(found) if view == "file" else "",
    }


def _job(found: Document) -> dict[str, object]:
    return {"job": Job.objects.filter(public_id=found.job_id).first(), "stuck": stuck(found)}


def _progress(request: HttpRequest, found: Document) -> HttpResponse:
    if found.state == DocumentState.READING:
        may_edit = actor(request).may(Permission.DOCUMENTS_EDIT, found.organisation.path)
        context = {"document": found, "may_edit": may_edit, **_job(found)}
        return render(request, "documents/parts/progress.html", context)
    return HttpResponse(status=STOP_POLLING, headers={"HX-Redirect": found.get_absolute_url()})


@require_POST
@once
def read_again(request: HttpRequest, public_id: str) -> HttpResponse:
    return redirect(actions.read_again(edited(request, public_id), by=actor(request)))


@require_POST
@once
def access(request: HttpRequest, public_id: str) -> HttpResponse:
    found = edited(request, public_id)
    confidential = request.POST.get("confidential") == "1"
    actions.set_confidential(found, by=actor(request), confidential=confidential)
    said = "Доступ к документу ограничен." if confidential else "Ограничение доступа снято."
    tell(request, said)
    return redirect(found)


@form_methods
@once
def approve(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask once, saying what will be made, what is still doubtful, and which documents look the same."""
    user, found = actor(request), seen(request, public_id)
    require(user, Permission.DOCUMENTS_APPROVE, found.organisation.path, to=TO_APPROVE)
    duplicates, hidden = queries.told_duplicates(found, user)
    sure = not (duplicates or hidden) or request.POST.get("duplicates_ok") == "1"
    if request.method == "POST" and sure:
        actions.approve(found, by=user, duplicates_ok=True)
        tell(request, "Документ утверждён.")
        return redirect(found)
    context = {
        "document": found,
        "sentences": [one for many in points.preview.call(found, queries.decree_of(found)) for one in many],
        "questions": actions.open_questions(found),
        "ready": found.state == DocumentState.REVIEW and actions.has_content(found),
        "duplicates": duplicates,
        "hidden": hidden,
        "asked": request.method == "POST",
    }
    return render(request, "documents/approve.html", context)


@require_POST
@once
def withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    found = edited(request, public_id)
    if not confirmed(request):
        text = f"«{found}» перестанет действовать и уйдёт из работы. Ничего не удаляется: его можно вернуть."
        undone = [one for many in points.withdrawal.call(found) for one in many] if found.approved_at else []
        text, back = " ".join([text, *undone]), found.get_absolute_url()
        return confirm(request, title="Отозвать документ?", text=text, button="Отозвать", back=back)
    actions.withdraw(found, by=actor(request))
    tell(request, "Документ отозван.")
    return redirect(found)


@require_POST
@once
def restore(request: HttpRequest, public_id: str) -> HttpResponse:
    found = edited(request, public_id)
    actions.restore(found, by=actor(request))
    tell(request, "Документ возвращён на проверку.")
    return redirect(found)
