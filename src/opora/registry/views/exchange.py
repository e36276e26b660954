"""The registry from a file, with a preview, and into one."""

from __future__ import annotations

from itertools import islice

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.core.workflow import Stale
from opora.registry import exchange, forms, queries
from opora.registry.actions.imports import keep_upload
from opora.registry.exchange.columns import COLUMNS, MAX_BYTES
from opora.registry.models import Organisation, Upload
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods

SHOWN = 200  # problems and changes on the page
MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "people.csv": "text/csv; charset=utf-8",
}


@form_methods
@once
def upload(request: HttpRequest) -> HttpResponse:
    """Read the file; a sound one is kept and shown, a faulty one comes back with all its problems."""
    user = actor(request)
    require(user, Permission.REGISTRY_EDIT, to="загружать реестр организаций")
    form = forms.UploadForm(request.POST or None, request.FILES or None)
    plan = None
    if form.is_valid():
        file = form.cleaned_data["file"]
        plan = exchange.read(file.read(MAX_BYTES + 1), file.name, by=user)
        if not plan.problems:
            kept = keep_upload(by=user, name=file.name, content=plan.content, digest=plan.digest)
            return HttpResponseRedirect(reverse("registry:import_preview", args=[kept.public_id]))
    problems = plan.problems if plan else []
    context = {"form": form, "problems": problems[:SHOWN], "count": len(problems), "plan": plan, "columns": COLUMNS}
    return render(request, "registry/import.html", context)


@form_methods
@once
def preview(request: HttpRequest, public_id: str) -> HttpResponse:
    """What the file would change (GET), and the press that changes it (POST)."""
    user = actor(request)
    require(user, Permission.REGISTRY_EDIT, to="загружать реестр организаций")
    kept = get_object_or_404(Upload.objects.visible(user), public_id=public_id)
    content = bytes(kept.content)
    if request.method == "POST":
        try:
            done = exchange.apply_content(content, kept.name, request.POST.get("digest", ""), by=user)
        except Stale as stale:
            tell(request, str(stale))
            return HttpResponseRedirect(request.path)
        kept.delete()
        tell(request, f"Загружено. Новых строк: {done.new}, изменённых: {done.changed}, без изменений: {done.same}.")
        return HttpResponseRedirect(reverse("registry:organisations"))
    plan = exchange.read(content, kept.name, by=user)
    context = {
        "plan": plan,
        "changes": list(islice(plan.changes(), SHOWN)),
        "new_organisations": plan.new_organisations[:SHOWN],
        "new_people": plan.new_people[:SHOWN],
        "shown": SHOWN,
    }
    return render(request, "registry/import_preview.html", context)


@form_methods
def export(request: HttpRequest) -> HttpResponse:
    """A copy of the organisation named by `?organisation=`, or of the widest part the person may take."""
    user = actor(request)
    require(user, Permission.REGISTRY_VIEW, to="получать копию реестра")
    asked = request.GET.get("organisation", "")
    if asked:
        top = get_object_or_404(Organisation.objects.visible(user), public_id=asked)
    else:
        widest = Permission.PEOPLE_VIEW if user.may(Permission.PEOPLE_VIEW) else Permission.REGISTRY_VIEW
        top = queries.top_in(user, widest)
    form = forms.ExportForm(request.POST or None, initial={"kind": "xlsx"})
    people = user.may(Permission.PEOPLE_VIEW, top.path)
    choices = [(kind, label) for kind, label in exchange.KINDS.items() if people or kind != "people.csv"]
    form.fields["kind"].choices = choices  # type: ignore[attr-defined]
    if form.is_valid():
        kind = form.cleaned_data["kind"]
        response = HttpResponse(exchange.export(top, user, kind), content_type=MEDIA_TYPES[kind])
        disposition = content_disposition_header(as_attachment=True, filename=f"Реестр, {top}.{kind}")
        response.headers["Content-Disposition"] = disposition or "attachment"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
    return render(request, "registry/export.html", {"form": form, "organisation": top, "people": people})
