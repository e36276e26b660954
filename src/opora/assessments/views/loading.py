from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from opora.assessments.models import Loading
from opora.assessments.queries import loading as queries
from opora.assessments.tables import LoadingTable
from opora.core.actor import require
from opora.core.permissions import Permission
from opora.ui.requests import actor

TO_LOAD = "загружать результаты"


def seen(request: HttpRequest, public_id: str) -> Loading:
    """The loading, or 404 where the person does not load results there."""
    return get_object_or_404(queries.loadings(actor(request)), public_id=public_id)


@require_GET
def loadings(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.RESULTS_EDIT, to=TO_LOAD)
    return LoadingTable(request, queries.loadings(user)).response("assessments/loadings.html")


@require_GET
def loading(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen(request, public_id)
    return render(request, "assessments/loading.html", {"loading": found, "files": found.files.all()})
