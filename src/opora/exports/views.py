from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import Actor, require
from opora.core.marks import marks_in
from opora.core.permissions import Permission
from opora.exports import large, queries
from opora.exports.actions import release_large, traced
from opora.exports.commands import TO_TRACE
from opora.exports.forms import TraceForm
from opora.exports.models import LargeCopy
from opora.exports.queries import Trace
from opora.exports.tracing import Unreadable
from opora.ui.once import once
from opora.ui.requests import actor, form_methods


@form_methods
def check(request: HttpRequest) -> HttpResponse:
    """Who took the copy that a file, a photograph or a typed code belongs to. That it was asked is journalled."""
    user = actor(request)
    require(user, Permission.COPIES_TRACE, to=TO_TRACE)
    form = TraceForm(request.POST, request.FILES) if request.method == "POST" else TraceForm()
    found: list[Trace] | None = None
    if form.is_valid():
        try:
            found = _found(form, user)
        except Unreadable as unreadable:
            form.add_error("file", str(unreadable))
    status = 422 if form.is_bound and found is None else 200
    return render(request, "exports/check.html", {"form": form, "found": found}, status=status)


def _found(form: TraceForm, user: Actor) -> list[Trace]:
    file, code = form.cleaned_data["file"], form.cleaned_data["code"]
    if file:
        found = queries.trace_file(user, file.read())
    else:
        found = queries.trace_marks(user, marks_in(code) or marks_in(f"КП-{code}"))
    traced([one.mark for one in found], by=user, what=f"«{file.name if file else code}»")
    return found


@require_POST
@once
def prepare_large(request: HttpRequest) -> HttpResponse:
    """Begin to make a large copy, and show how far it is."""
    title = request.POST.get("title", "")[:300] or "Таблица"
    job = large.prepare(request.POST.get("token", ""), title, by=actor(request))
    return HttpResponseRedirect(reverse("ui:job", args=[job.public_id]))


@require_GET
def large_copy(request: HttpRequest, public_id: str) -> HttpResponse:
    """A large copy of one's own: what is in it, until when it is kept, and the link that takes it."""
    found = get_object_or_404(LargeCopy.objects.visible(actor(request)), public_id=public_id)
    context = {"copy": found, "until": found.created_at + large.KEPT}
    return render(request, "exports/large.html", context)


@require_GET
def take_large(request: HttpRequest, public_id: str) -> HttpResponseBase:
    user = actor(request)
    return release_large(get_object_or_404(LargeCopy.objects.visible(user), public_id=public_id), by=user)
