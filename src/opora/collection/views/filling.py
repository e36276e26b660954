"""The organisation's side: its forms, one of them, a section to fill in, sending."""

from __future__ import annotations

from pathlib import PurePath

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from opora.collection import values
from opora.collection.actions import filling as actions
from opora.collection.definition import Kind, Section
from opora.collection.editing import section_at
from opora.collection.models import Submission, SubmissionFile
from opora.collection.queries import submissions as queries
from opora.collection.sheet import SPARE, Part, Sheet, typed
from opora.collection.tables import SubmissionTable
from opora.collection.views.common import revision_of, seen_submission, sheet_of
from opora.core.actor import Denied, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.exports.actions import release
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods


@require_GET
def submissions(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.ASSIGNMENTS_VIEW, to="видеть формы организаций")
    brings = {"brings": user.may(Permission.ASSIGNMENTS_REPORT)}
    return SubmissionTable(request, queries.submissions(user)).response("collection/submissions.html", brings)


@require_GET
def submission(request: HttpRequest, public_id: str) -> HttpResponse:
    """All answers with those of the last period, what is still to do, and what the person may do."""
    one = seen_submission(request, public_id)
    user, sheet = actor(request), sheet_of(one)
    parts = sheet.parts()
    context = {
        "one": one,
        "sheet": sheet,
        "parts": parts,
        "unready": next((part for part in parts if part.asked and part.wrong), None),
        "fills": one.is_open and queries.may_fill(user, one),
        "sends": queries.may_send(user, one),
        "decides": queries.may_decide(user, one),
    }
    return render(request, "collection/submission.html", context)


@form_methods
def fill(request: HttpRequest, public_id: str, key: str) -> HttpResponse:
    """A section: saved at any moment, by itself while it is filled in where there are scripts."""
    one = seen_submission(request, public_id)
    section = section_at(one.campaign.version.content, key)
    if section is None:
        raise Http404
    if request.method == "POST" and not queries.may_fill(actor(request), one):
        raise Denied(actions.NOT_YOURS)
    if request.method == "POST" and not one.is_open:
        raise Refused(actions.CLOSED)
    if not one.is_open or not queries.may_fill(actor(request), one):
        return redirect(one)
    return _saved(request, one, section) if request.method == "POST" else _section(request, sheet_of(one), section)


def _section(request: HttpRequest, sheet: Sheet, section: Section, status: int = 200) -> HttpResponse:
    parts = sheet.parts(whole="check" in request.GET, spare=SPARE)
    here = next(number for number, part in enumerate(parts) if part.section.key == section.key)
    context = {"one": sheet.submission, "parts": parts, "part": parts[here], **_around(parts, here)}
    return render(request, "collection/fill.html", context, status=status)


def _around(parts: list[Part], here: int) -> dict[str, Part | None]:
    """The sections before and after that are asked."""
    before = next((part for part in reversed(parts[:here]) if part.asked), None)
    return {"before": before, "after": next((part for part in parts[here + 1 :] if part.asked), None)}


def _saved(request: HttpRequest, one: Submission, section: Section) -> HttpResponse:
    user, do = actor(request), request.POST.get("do", "")
    given = typed(section.fields, request.POST)
    for key in set(request.POST.getlist("conflict")) - set(request.POST.getlist("keep")):
        given.pop(key, None)  # it stays as somebody else answered until the person says otherwise
    keep = request.POST.getlist("keep")
    done = actions.save(one, given, by=user, revision=revision_of(request, one), overwrite=keep)
    for field in section.fields:
        if field.kind == Kind.FILE and field.key in request.FILES:
            actions.attach(one, field.key, request.FILES[field.key], by=user)
    sheet = sheet_of(one)
    if done.conflicts:
        fields = one.campaign.version.content.fields
        sheet.typed = {clash.key: clash.mine for clash in done.conflicts}
        sheet.conflicts = {c.key: (values.shown(fields[c.key], c.now) or "пусто", c.who) for c in done.conflicts}
    if request.headers.get("X-Auto"):
        return _pieces(request, sheet, section)
    if done.conflicts:
        return _section(request, sheet, section, status=409)
    return _onward(request, sheet, section, do)


def _pieces(request: HttpRequest, sheet: Sheet, section: Section) -> HttpResponse:
    """What has to change on the page while it is being filled in: never an input that is being typed into."""
    part = next(part for part in sheet.parts(whole=False, spare=SPARE) if part.section.key == section.key)
    hidden = set(request.POST.getlist("hidden"))
    turned = [one for one in part.questions if one.asked == (one.field.key in hidden)]
    context = {"one": sheet.submission, "part": part, "turned": turned, "saved": timezone.now()}
    return render(request, "collection/parts/pieces.html", context)


def _onward(request: HttpRequest, sheet: Sheet, section: Section, do: str) -> HttpResponse:
    one = sheet.submission
    parts = sheet.parts(whole=False)
    here = next(number for number, part in enumerate(parts) if part.section.key == section.key)
    wrong = any(q.mistakes or any(c.mistakes for row in q.rows for c in row.cells) for q in parts[here].questions)
    url = reverse("collection:fill", args=[one.public_id, section.key])
    if do == "next" and not wrong:
        after = _around(parts, here)["after"]
        return redirect(reverse("collection:fill", args=[one.public_id, after.section.key]) if after else one)
    if do.startswith("rows:"):
        return redirect(f"{url}#q-{do.removeprefix('rows:')[:40]}")
    tell(request, "Черновик сохранён. Проверьте отмеченные ответы." if wrong else "Черновик сохранён.")
    return redirect(url)


@require_POST
@once
def send(request: HttpRequest, public_id: str) -> HttpResponse:
    one = seen_submission(request, public_id)
    actions.send(one, by=actor(request), revision=revision_of(request, one))
    undo = reverse("collection:take_out", args=[one.public_id])
    tell(request, f"Форма «{one.campaign}» отправлена на проверку.", undo=undo)
    return redirect(one)


@require_POST
def take_out(request: HttpRequest, public_id: str) -> HttpResponse:
    one = seen_submission(request, public_id)
    actions.take_out(one, by=actor(request))
    tell(request, "Форма отозвана: её снова можно изменить.")
    return redirect(one)


@require_GET
def history(request: HttpRequest, public_id: str) -> HttpResponse:
    """Every change of every answer, the latest first."""
    one = seen_submission(request, public_id)
    fields = one.campaign.version.content.fields
    rows = [
        (row, fields[row.key].title, values.shown(fields[row.key], row.old), values.shown(fields[row.key], row.new))
        for row in queries.changes(one)[:500]
        if row.key in fields and fields[row.key].kind != Kind.FILE
    ]
    return render(request, "collection/history.html", {"one": one, "rows": rows})


@require_GET
def file(request: HttpRequest, public_id: str) -> HttpResponse:
    """A copy of a file that was given as an answer: always as an attachment, journalled."""
    user = actor(request)
    rows = SubmissionFile.objects.visible(user).select_related("submission__organisation", "submission__campaign")
    found = get_object_or_404(rows, public_id=public_id)
    with found.file.open("rb") as opened:
        content = opened.read()
    return release(
        by=user,
        name=PurePath(found.name).stem,
        kind=PurePath(found.name).suffix.lstrip(".").lower(),
        content=content,
        on=found,
        path=found.submission.organisation.path,
        confidential=found.submission.campaign.confidential,
        original=True,
    )
