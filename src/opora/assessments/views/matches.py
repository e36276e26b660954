from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.assessments.actions import matching
from opora.assessments.forms.matches import MatchForm
from opora.assessments.models import Loading, SchoolMatch
from opora.assessments.queries.report import report_of
from opora.assessments.tables.loading import MatchTable
from opora.assessments.views.loading import seen
from opora.core.text import plural
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor, form_methods


def _url(loading: Loading) -> str:
    return reverse("assessments:matches", args=[loading.public_id])


def _schools(count: int) -> str:
    return f"{count} {plural(count, 'школа', 'школы', 'школ')}"


@require_GET
def matches(request: HttpRequest, public_id: str) -> HttpResponse:
    """Schools of the files that were not found by their code."""
    found = seen(request, public_id)
    rows = found.matches.select_related("organisation")
    return MatchTable(request, rows).response(
        "assessments/matches.html", {"loading": found, "report": report_of(found)}
    )


@form_methods
@once
def match(request: HttpRequest, public_id: str) -> HttpResponse:
    user = actor(request)
    rows = SchoolMatch.objects.visible(user).select_related("loading__territory", "organisation__parent")
    found = get_object_or_404(rows, public_id=public_id)
    form = MatchForm(request.POST or None, match=found)
    if form.is_valid():
        matching.decide(found, by=user, organisation=form.organisation)
        tell(request, f"«{found}» — это «{form.organisation}»." if form.organisation else f"«{found}» не загружается.")
        return redirect(_url(found.loading))
    context = {"form": form, "match": found, "loading": found.loading}
    return render(request, "assessments/match.html", context, status=422 if form.errors else 200)


@require_POST
@once
def accept_all(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen(request, public_id)
    count = matching.accept_all(found, by=actor(request))
    tell(request, f"Подтверждено: {_schools(count)}. В следующий раз они найдутся сами.")
    return HttpResponseRedirect(_url(found))


@require_POST
@once
def ignore_all(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen(request, public_id)
    if not confirmed(request):
        text = "Результаты школ, для которых ничего похожего не нашлось, не загрузятся. Остальных это не касается."
        return confirm(
            request, title="Не загружать ненайденные школы?", text=text, button="Не загружать", back=_url(found)
        )
    count = matching.ignore_all(found, by=actor(request))
    tell(request, f"Не загружается: {_schools(count)}.")
    return HttpResponseRedirect(_url(found))
