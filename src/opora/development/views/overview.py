"""What teachers lack most and how many have plans, by municipality and of one school; groups of five and more alone."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from opora.core.permissions import Permission
from opora.development.models.sittings import headed
from opora.development.queries import overview as queries
from opora.development.queries.giving import territory_of
from opora.identification.titles import subject_words
from opora.lists.models import school_year_label
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.ui.requests import actor

TO_SEE = "видеть, чего не хватает педагогам"


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Deficits by subject and municipality, and plans; `year` and `subject` in the address."""
    user = actor(request)
    root = territory_of(user, TO_SEE).root_path
    if headed(user):
        return render(request, "development/overview.html", {"names": True})
    closed = queries.closed(root)
    years = sorted({queries.year_of(one) for one in closed}, reverse=True)
    subjects = sorted({one.version.instrument.subject for one in closed}, key=subject_words)
    year = next((one for one in years if str(one) == request.GET.get("year")), None)
    subject = next((one for one in subjects if one == request.GET.get("subject")), "")
    chosen = [
        one
        for one in closed
        if (year is None or queries.year_of(one) == year) and subject in ("", one.version.instrument.subject)
    ]
    context = {
        "names": False,
        "rows": [(subject_words(row.subject), row) for row in queries.deficits(user, chosen)],
        "plans": queries.plans(user, root),
        "years": [(one, school_year_label(one)) for one in years],
        "year": year,
        "subjects": [(one, subject_words(one)) for one in subjects],
        "subject": subject,
    }
    return render(request, "development/overview.html", context)


@require_GET
def school(request: HttpRequest, public_id: str) -> HttpResponse:
    """Of one school, to those who develop its teachers and do not head a school themselves."""
    user = actor(request)
    inside = Organisation.objects.filter(user.scope(Permission.DEVELOPMENT_EDIT).q("path"))
    one = get_object_or_404(inside.of_kind(OrganisationKind.SCHOOL).select_related("parent"), public_id=public_id)
    if headed(user):
        raise Http404
    return render(request, "development/school.html", {"school": one, "told": queries.school(one)})
