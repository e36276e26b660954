"""Comments on an assignment, and what is kept on the server while it is typed."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from opora.core.actor import Denied, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.roadmaps.actions import working
from opora.roadmaps.forms import AutosaveForm, CommentForm
from opora.roadmaps.menu import assignment_url
from opora.roadmaps.models import Assignment, Comment
from opora.roadmaps.models.control import FORMS
from opora.roadmaps.views.common import form_page, seen_assignment
from opora.roadmaps.views.page import page
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor, form_methods


@require_POST
@once
def comment(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen_assignment(request, public_id)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return page(request, found, comment=form, status=422)
    said = working.comment(found, by=actor(request), text=form.cleaned_data["text"])
    working.forget_typed(found, by=actor(request), form="comment")
    return HttpResponseRedirect(f"{assignment_url(found)}#comment-{said.public_id}")


def _own(request: HttpRequest, public_id: str) -> tuple[Assignment, Comment]:
    user = actor(request)
    said = get_object_or_404(Comment.objects.visible(user), public_id=public_id)
    if said.author_user_id is None or said.author_user_id != getattr(user, "pk", None):
        raise Denied("Изменить или удалить можно только свой комментарий.")
    place = Assignment.objects.values_list("public_id").get(pk=said.assignment_id)[0]
    said.assignment = seen_assignment(request, place)
    return said.assignment, said


@form_methods
@once
def edit_comment(request: HttpRequest, public_id: str) -> HttpResponse:
    found, said = _own(request, public_id)
    form = CommentForm(request.POST or None, initial={"text": said.text})
    if form.is_valid():
        try:
            working.edit(said, by=actor(request), text=form.cleaned_data["text"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return HttpResponseRedirect(f"{assignment_url(found)}#comment-{said.public_id}")
    return form_page(request, form, "Изменить комментарий", "Сохранить", found)


@require_POST
def remove_comment(request: HttpRequest, public_id: str) -> HttpResponse:
    found, said = _own(request, public_id)
    if not confirmed(request):
        text = f"Удалить комментарий «{said.text[:120]}»? Будет видно, что он был."
        return confirm(request, title="Удалить комментарий", text=text, button="Удалить", back=assignment_url(found))
    working.remove(said, by=actor(request))
    tell(request, "Комментарий удалён.")
    return HttpResponseRedirect(assignment_url(found))


@require_POST
def draft(request: HttpRequest, public_id: str) -> HttpResponse:
    """The draft of the report, saved as it is typed: when, or whose text stands in the way."""
    found = seen_assignment(request, public_id)
    user = actor(request)
    require(user, Permission.ASSIGNMENTS_REPORT, found.executor.path, to=working.REPORT)
    form = AutosaveForm(request.POST)
    form.is_valid()
    data = form.cleaned_data
    version, figures = data.get("version"), data.get("figures")  # figures half typed leave those that are stored
    if "text" not in data:
        words = " ".join(str(one) for one in form.errors["text"])
        return _stopped(request, {"theirs": None, "refused": words, "version": version or 0})
    try:
        saved = working.save_draft(found, by=user, text=data["text"], figures=figures, version=version)
    except working.Overtaken as overtaken:
        return _stopped(request, {"theirs": overtaken.report, "refused": "", "version": overtaken.report.version})
    except Refused as refused:
        return _stopped(request, {"theirs": None, "refused": str(refused), "version": version or 0})
    return render(request, "roadmaps/parts/draft_saved.html", {"saved": saved.saved_at, "version": saved.version})


def _stopped(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The part that saves by itself is replaced by one that does not: now the person decides."""
    response = render(request, "roadmaps/parts/draft_stopped.html", context)
    response.headers["HX-Reswap"] = "outerHTML"
    return response


@require_POST
def typed(request: HttpRequest, public_id: str, form: str) -> HttpResponse:
    """What is typed into a form and not sent yet."""
    if form not in FORMS:
        raise Http404
    found = seen_assignment(request, public_id)
    text = request.POST.get("comment", request.POST.get("text", ""))[:4000]
    kept = working.keep_typed(found, by=actor(request), form=form, text=text)
    return render(request, "roadmaps/parts/draft_saved.html", {"saved": kept and kept.saved_at, "version": ""})
