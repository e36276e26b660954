"""Road maps made from others: the draft, what came from above, how it stands below."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.documents.models import Document
from opora.roadmaps.actions import deriving, handing
from opora.roadmaps.changing.rows import from_json
from opora.roadmaps.changing.showing import Shown, cells_of
from opora.roadmaps.forms import DeriveForm
from opora.roadmaps.models import Activity, Derivation, Handed, HandedState, RoadMap
from opora.roadmaps.models.runs import GOING
from opora.roadmaps.queries import cascade
from opora.roadmaps.views.amending import runs_shown
from opora.roadmaps.views.common import editable_roadmap, seen_roadmap, shown
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods

RIGHT = "составлять дорожные карты"


@form_methods
@once
def derive(request: HttpRequest, public_id: str) -> HttpResponse:
    """Which rows of the road map go into one's own."""
    roadmap, user = seen_roadmap(request, public_id), actor(request)
    require(user, Permission.ROADMAPS_EDIT, to=RIGHT)
    places = deriving.may_derive(roadmap, user)
    asked = request.POST.get("organisation") or request.GET.get("organisation", "")
    place = places.filter(public_id=asked).first() if asked else places.first()
    rows = cascade.concerning(roadmap, place, user) if place else []
    form = DeriveForm(request.POST or None, places=places, rows=rows, initial={"title": roadmap.title})
    if form.is_valid():
        try:
            made = deriving.derive(roadmap, by=user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            tell(request, "Проект составлен. Исправьте пункты, добавьте свои и утвердите документ.")
            return redirect(made)
    status = 422 if form.is_bound else 200
    return shown(request, roadmap, "derive", status=status, form=form, place=place, rows=rows, places=places)


def _draft(request: HttpRequest, public_id: str) -> Document:
    rows = Document.objects.visible(actor(request)).select_related("organisation")
    found = get_object_or_404(rows, public_id=public_id)
    require(actor(request), Permission.DOCUMENTS_EDIT, found.organisation.path, to="вести документы этой организации")
    return found


@form_methods
@once
def derivation(request: HttpRequest, public_id: str) -> HttpResponse:
    """The rows of a draft beside the rows above; why some are due later."""
    found = _draft(request, public_id)
    stored = Derivation.objects.filter(document=found).select_related("parent").first()
    if stored is None:
        raise Http404
    rows = deriving.drafted(found)
    if request.method == "POST":
        reasons = {row.fact.public_id: request.POST.get(f"reason_{row.fact.public_id}", "")[:2000] for row in rows}
        deriving.give_reasons(found, by=actor(request), reasons=reasons)
        tell(request, "Причины сохранены.")
        return HttpResponseRedirect(request.path)
    parent = RoadMap.objects.visible(actor(request)).filter(pk=stored.parent_id).first()
    context = {"document": found, "rows": rows, "parent": parent, "may_correct": found.is_open}
    return render(request, "roadmaps/derivation.html", context)


@require_GET
def above(request: HttpRequest, public_id: str) -> HttpResponse:
    """What changed above and waits for a decision; what was decided; days later than above."""
    user = actor(request)
    parents = RoadMap.objects.visible(user).filter(pk=OuterRef("parent"))
    along = {f"parent_{name}": Subquery(parents.values(name)) for name in ("public_id", "title")}
    roadmap = editable_roadmap(request, public_id, **along)
    handed = Handed.objects.visible(user).filter(roadmap=roadmap).select_related("document", "above")
    pairs = [(one, _shown(one)) for one in handed.order_by("-pk")[:200]]
    rows = Activity.objects.in_force().filter(roadmap=roadmap, origin__isnull=False).select_related("origin")
    listed = list(rows.order_by("order"))
    days, ends = cascade.both_days(listed, roadmap.organisation)
    return shown(
        request,
        roadmap,
        "above",
        waiting=[pair for pair in pairs if pair[0].state == HandedState.WAITING],
        decided=[pair for pair in pairs if pair[0].state != HandedState.WAITING],
        rows=[(row, days.get(row.pk), ends.get(row.origin_id or 0)) for row in listed],
        runs=runs_shown(request, roadmap=roadmap, state__in=GOING),
    )


def _shown(one: Handed) -> Shown:
    before, after = one.before and from_json(one.before), one.after and from_json(one.after)
    row = after or before
    cells = cells_of(before or None, after or None)
    cells = [cell for cell in cells if any(piece.marked for piece in (*cell.old, *cell.new))]
    return Shown(one.public_id, one.kind, row.number if row else "", cells)


@require_POST
@once
def handed_accept(request: HttpRequest, public_id: str) -> HttpResponse:
    """Accept one change from above, or all that wait."""
    roadmap, user = editable_roadmap(request, public_id), actor(request)
    waiting = Handed.objects.visible(user).filter(roadmap=roadmap, state=HandedState.WAITING)
    asked = request.POST.get("handed", "")
    found = waiting.filter(public_id=asked) if asked else waiting
    rows = found.select_related("roadmap__organisation", "roadmap__document", "activity__roadmap", "above", "document")
    begun = handing.accept(rows.order_by("pk"), by=user)
    moved, cancelled = sum(one.moved for one in begun), sum(one.cancelled for one in begun)
    going = not all(one.ended for one in begun)
    done = "Поручения изменяются." if going else f"Поручений с другим сроком: {moved}, отменено: {cancelled}."
    tell(request, f"Принято. {done}")
    return HttpResponseRedirect(reverse("roadmaps:above", args=[roadmap.public_id]))


@require_POST
@once
def handed_decline(request: HttpRequest, public_id: str) -> HttpResponse:
    roadmap, user = editable_roadmap(request, public_id), actor(request)
    rows = Handed.objects.visible(user).filter(roadmap=roadmap)
    rows = rows.select_related("roadmap__organisation", "above__roadmap__organisation")
    one = rows.filter(public_id=request.POST.get("handed", "")).first()
    if one is None:
        raise Refused("Такого изменения сверху нет. Обновите страницу и посмотрите.")
    handing.decline(one, by=user, reason=request.POST.get("reason", "")[:2000])
    tell(request, "Изменение не принято, причина видна тем, кто его прислал.")
    return HttpResponseRedirect(reverse("roadmaps:above", args=[roadmap.public_id]))


@require_POST
@once
def explain(request: HttpRequest, public_id: str, activity: str) -> HttpResponse:
    """Why a row is due later than the row above."""
    roadmap = editable_roadmap(request, public_id)
    rows = Activity.objects.filter(roadmap=roadmap).select_related("roadmap__organisation")
    found = get_object_or_404(rows, public_id=activity)
    deriving.explain(found, by=actor(request), reason=request.POST.get("reason", "")[:2000])
    tell(request, "Причина сохранена.")
    return HttpResponseRedirect(reverse("roadmaps:above", args=[roadmap.public_id]))


@require_GET
def below(request: HttpRequest, public_id: str) -> HttpResponse:
    """Road maps made from this one, what they accepted, and how each row stands there."""
    roadmap, user = seen_roadmap(request, public_id), actor(request)
    children, rows = cascade.standing(roadmap, user)
    return shown(request, roadmap, "below", children=children, rows=rows)
