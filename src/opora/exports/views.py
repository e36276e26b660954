from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from opora.core.actor import Actor, require
from opora.core.marks import marks_in
from opora.core.permissions import Permission
from opora.exports import queries
from opora.exports.actions import traced
from opora.exports.commands import TO_TRACE
from opora.exports.forms import TraceForm
from opora.exports.queries import Trace
from opora.exports.tracing import Unreadable
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
