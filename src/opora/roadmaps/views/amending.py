"""«Изменения»: the document against the one it changes, row by row, before approval; afterwards what it changed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.clock import today
from opora.core.models import Job
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.decrees.model import Decree
from opora.documents.models import Document, DocumentState
from opora.documents.queries import decree_of
from opora.roadmaps.actions import amending, runs, undoing
from opora.roadmaps.changing.effects import Reckoning, Toll
from opora.roadmaps.changing.reading import Comparison
from opora.roadmaps.changing.rows import rows_of
from opora.roadmaps.changing.showing import Shown, difference, shown, with_tolls
from opora.roadmaps.models import Amendment, ChangeRun, RoadMap, Version
from opora.roadmaps.queries.versions import before, rows_in
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor

MOST = 200  # rows that one may choose from
RUNS = 5  # the last ones that a page tells of


def _document(request: HttpRequest, public_id: str) -> Document:
    rows = Document.objects.visible(actor(request)).select_related("organisation")
    found = get_object_or_404(rows, public_id=public_id)
    require(actor(request), Permission.DOCUMENTS_EDIT, found.organisation.path, to="вести документы этой организации")
    return found


@require_GET
def amendment(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _document(request, public_id)
    user, decree = actor(request), decree_of(found)
    if found.state == DocumentState.APPROVED:
        context = {"document": found, "maps": _applied(request, found), "runs": runs_shown(request, document=found)}
        if undoing.may_undo(found, user):
            context |= {"may_undo": True, "obstacle": undoing.obstacle(found), "undone": undoing.preview(found)}
        return render(request, "roadmaps/amended.html", context)
    decided = amending.amendment_of(found, decree)
    context = {
        "document": found,
        "reference": decree.amends,
        "decided": decided,
        "targets": amending.possible_targets(user, found),
        "may_choose": found.is_open,
        "may_approve": user.may(Permission.DOCUMENTS_APPROVE, found.organisation.path)
        and found.state == DocumentState.REVIEW,
        "compared": _compared(request, found, decree, decided),
        "runs": runs_shown(request, document=found),
    }
    return render(request, "roadmaps/amendment.html", context)


def _compared(
    request: HttpRequest, document: Document, decree: Decree, decided: Amendment
) -> tuple[list[tuple[RoadMap, list[Shown], Toll, list[tuple[str, str]]]], list[Shown]] | None:
    """By road map: its changed rows, what becomes of assignments, the rows to choose from; and what is unclear."""
    user = actor(request)
    seen = RoadMap.objects.visible(user)
    if decided.target is None or not seen.filter(document=decided.target).exists():
        return None
    comparison = amending.comparison_of(document, decree, decided) or Comparison([])
    known = set(seen.filter(document=decided.target).values_list("pk", flat=True))
    maps = []
    for roadmap in comparison.roadmaps:
        if roadmap.pk not in known:
            continue
        changes = comparison.on(roadmap)
        rows = [shown(change, decided.choices.get(change.key, "")) for change in changes]
        toll = with_tolls(changes, rows, Reckoning(roadmap, document.date or today()), user)
        maps.append((roadmap, rows, toll, _options(roadmap)))
    unclear = [shown(change, decided.choices.get(change.key, "")) for change in comparison.of("unclear")]
    return maps, unclear


def runs_shown(request: HttpRequest, **of: object) -> list[tuple[ChangeRun, Job | None, bool]]:
    """What is on its way to assignments or came there: (run, one's own job, whether it waits to be continued)."""
    user = actor(request)
    rows = ChangeRun.objects.visible(user).filter(**of).select_related("roadmap").defer("steps", "before", "after")
    found = []
    for run in rows.order_by("-pk")[:RUNS]:
        job = None if run.ended else runs.job_of(run)
        mine = job if job and job.actor_id == user.actor_id and not job.finished else None
        found.append((run, mine, not run.ended and (job is None or job.finished)))
    return found


def _options(roadmap: RoadMap) -> list[tuple[str, str]]:
    """The rows a change may mean: (public id, «3. Провести…»)."""
    return [(row.activity, f"{row.number or '—'}. {row.text[:90]}") for row in rows_of(roadmap).values()][:MOST]


def _applied(request: HttpRequest, document: Document) -> list[tuple[RoadMap, list[Shown]]]:
    """What the approved document changed, by the versions it left."""
    left = Version.objects.visible(actor(request)).filter(document=document).select_related("roadmap")
    return [
        (one.roadmap, difference(rows_in(one.roadmap, before(one)), rows_in(one.roadmap, one)))
        for one in left
        if one.roadmap.document_id != document.pk
    ]


def _back(document: Document) -> HttpResponse:
    return HttpResponseRedirect(reverse("roadmaps:amendment", args=[document.public_id]))


@require_POST
@once
def amendment_target(request: HttpRequest, public_id: str) -> HttpResponse:
    """Which document is changed."""
    found = _document(request, public_id)
    user, wanted = actor(request), request.POST.get("target", "")
    target = Document.objects.visible(user).filter(public_id=wanted).first()
    if wanted and wanted != "absent" and target is None:
        raise Refused("Такого документа нет. Выберите один из предложенных.")
    amending.set_target(found, by=user, target=target, absent=wanted == "absent")
    tell(request, "Выбрано, какой документ изменяется." if target else "Отмечено: изменяемого документа нет в системе.")
    return _back(found)


@require_POST
def amendment_row(request: HttpRequest, public_id: str) -> HttpResponse:
    """Which row a change means."""
    found = _document(request, public_id)
    key, choice = request.POST.get("key", "")[:40], request.POST.get("choice", "")[:40]
    amending.choose_row(found, by=actor(request), key=key, choice=choice, decree=decree_of(found))
    tell(request, "Запомнено, о каком пункте идёт речь.")
    return _back(found)


@require_POST
@once
def run_on(request: HttpRequest, public_id: str) -> HttpResponse:
    """Continue what was stopped on its way to assignments."""
    user = actor(request)
    rows = ChangeRun.objects.visible(user).select_related("roadmap__organisation", "document")
    run = get_object_or_404(rows, public_id=public_id)
    document = None if run.roadmap.parent_id else run.document
    url = reverse("roadmaps:above", args=[run.roadmap.public_id])
    if document:
        url = reverse("roadmaps:amendment", args=[document.public_id])
    run = undoing.go_on(run, by=user, url=url)
    job = None if run.ended else runs.job_of(run)
    return HttpResponseRedirect(reverse("ui:job", args=[job.public_id]) if job else url)
