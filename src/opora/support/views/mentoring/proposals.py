"""Proposals of pairs: started, seen with reasons, changed by hand, counted anew, confirmed."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.access.models import User
from opora.core.actor import require
from opora.core.permissions import Permission
from opora.registry.queries import top_in
from opora.support import matching
from opora.support.actions import proposing as actions
from opora.support.actions.pairing import TO_PAIR
from opora.support.forms.mentoring import FixForm, StartForm
from opora.support.models.mentoring import Mentor, Proposal, ProposalState, Proposed
from opora.support.queries import mentoring as queries
from opora.support.tables.mentoring import ProposedTable
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm as ask
from opora.ui.pages import confirmed, tell
from opora.ui.requests import actor, form_methods
from opora.ui.tables import Column


def _proposal(request: HttpRequest, public_id: str) -> Proposal:
    return get_object_or_404(queries.proposals(actor(request)), public_id=public_id)


def _row(request: HttpRequest, public_id: str, row_id: str) -> Proposed:
    rows = Proposed.objects.visible(actor(request)).filter(proposal__public_id=public_id)
    related = ("proposal__territory", "school__parent", "mentor__organisation")
    return get_object_or_404(rows.select_related(*related), public_id=row_id)


@form_methods
@once
def proposals(request: HttpRequest) -> HttpResponse:
    """Those there are, and the start of a new one."""
    user = actor(request)
    require(user, Permission.LISTS_EDIT, to=TO_PAIR)
    form = StartForm(request.POST or None)
    territory = top_in(user, Permission.LISTS_EDIT)
    made: list[Proposal] = []
    if form.is_valid() and carried_out(
        form, lambda: made.append(actions.start(territory, by=user, **form.cleaned_data))
    ):
        return redirect("ui:job", made[0].job_id)
    context = {"form": form, "proposals": queries.proposals(user)[:50]}
    return render(request, "support/mentoring/proposals.html", context, status=422 if form.errors else 200)


def row_url(row: Proposed) -> str:
    return reverse("support:proposed", args=[row.proposal.public_id, row.public_id])


@require_GET
def proposal(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _proposal(request, public_id)
    first, *rest = ProposedTable.columns
    link = Column(first.key, first.label, first.value, sort=first.sort, link=row_url)
    rows = queries.proposed(found).select_related("proposal", "school__parent", "mentor__organisation")
    table = ProposedTable(request, rows, columns=[link, *rest])
    context = {"proposal": found, "may_change": found.state in (ProposalState.READY, ProposalState.FAILED)}
    return table.response("support/mentoring/proposal.html", context)


@require_POST
@once
def recount(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _proposal(request, public_id)
    actions.recount(found, by=actor(request))
    found.refresh_from_db()
    return redirect("ui:job", found.job_id)


@require_POST
@once
def confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    found, user = _proposal(request, public_id), cast(User, actor(request))
    if not confirmed(request):
        count = found.found  # type: ignore[attr-defined]  # annotated
        text = f"Будет назначено пар: {count}. Сотрудники наставников узнают, каким школам они помогают."
        back = found.get_absolute_url()
        return ask(request, title="Назначить все пары?", text=text, button="Назначить пары", back=back)
    made = actions.confirm(found, by=user)
    tell(request, f"Назначено пар: {len(made)}. Обе стороны каждой пары получили уведомление.")
    return redirect("support:pairs")


@form_methods
@once
def proposed(request: HttpRequest, public_id: str, row_id: str) -> HttpResponse:
    """One school of a proposal: why this mentor; fix him or another."""
    user, row = actor(request), _row(request, public_id, row_id)
    proposal = row.proposal
    mentors = matching.offering(proposal.territory, proposal.school_year)
    initial = {"mentor": row.mentor.public_id} if row.mentor else {}
    form = FixForm(request.POST or None, mentors=mentors, initial=initial)
    if form.is_valid() and carried_out(form, lambda: actions.fix(row, by=user, **form.cleaned_data)):
        tell(request, "Пара закреплена: подбор её не изменит.")
        return redirect(row_url(row))
    context = {
        "row": row,
        "form": form,
        "forbidden": Mentor.objects.filter(pk__in=row.forbidden).select_related("organisation"),
        "may_change": proposal.state in (ProposalState.READY, ProposalState.FAILED),
    }
    return render(request, "support/mentoring/proposed.html", context, status=422 if form.errors else 200)


@require_POST
@once
def forbid(request: HttpRequest, public_id: str, row_id: str) -> HttpResponse:
    row = _row(request, public_id, row_id)
    actions.forbid(row, by=actor(request))
    undo = reverse("support:release_proposed", args=[public_id, row_id])
    tell(request, "Этот наставник школе больше не предлагается. Подберите заново, чтобы нашёлся другой.", undo=undo)
    return redirect(row_url(row))


@require_POST
@once
def release(request: HttpRequest, public_id: str, row_id: str) -> HttpResponse:
    row = _row(request, public_id, row_id)
    actions.release(row, by=actor(request))
    tell(request, "Закрепления и запреты этой школы сняты.")
    return redirect(row_url(row))
