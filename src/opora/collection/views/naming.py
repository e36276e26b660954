"""Forms that a document names: made with one press, sent to the executors of its point."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from opora.collection.actions import naming as actions
from opora.collection.actions.building import TO_BUILD
from opora.collection.forms.naming import ActivityCampaignForm
from opora.collection.queries import activities, naming
from opora.collection.queries import campaigns as campaign_queries
from opora.collection.views.building import seen
from opora.core.actor import require
from opora.core.permissions import Permission
from opora.documents import queries as documents
from opora.documents.models import Document
from opora.roadmaps.models import Activity
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods


def _document(request: HttpRequest, document_id: str) -> Document:
    user = actor(request)
    rows = documents.visible(user).filter(state__in=naming.NAMING)
    document = get_object_or_404(rows, public_id=document_id)
    require(user, Permission.FORMS_EDIT, document.organisation.path, to=TO_BUILD)
    return document


@form_methods
@once
def forms(request: HttpRequest, document_id: str) -> HttpResponse:
    """Each form with its columns, what was made of it, and what comes next; one press makes the one of a point."""
    document = _document(request, document_id)
    if request.method == "POST":
        made = actions.make_form(document, request.POST.get("clause", ""), by=actor(request))
        tell(request, "Черновик формы составлен по документу. Проверьте столбцы и опубликуйте его.")
        return redirect(made)
    context = {"document": document, "rows": naming.named(actor(request), document)}
    return render(request, "collection/naming/forms.html", context)


@form_methods
@once
def collect(request: HttpRequest, public_id: str, activity_id: str) -> HttpResponse:
    """A campaign by a point of the road map: its executors, its deadline."""
    form_, user = seen(request, public_id), actor(request)
    rows = Activity.objects.visible(user).in_force().filter(roadmap__document__public_id=form_.document_id)
    activity = get_object_or_404(rows.select_related("roadmap__document"), public_id=activity_id)
    version = campaign_queries.newest_published(form_.pk)
    if version is None:
        tell(request, "Разослать можно только опубликованную форму. Опубликуйте её.")
        return redirect(form_)
    due, made = activities.due_of(activity, user), []
    form = ActivityCampaignForm(request.POST or None, title=form_.title, due=due)
    if form.is_valid():
        data = form.cleaned_data
        if carried_out(form, lambda: made.append(actions.prepare_for(version, activity, by=user, **data))):
            return redirect(made[0])
    count = activities.executors(activity, user, form_.territory).count()
    context = {"form": form, "one": form_, "activity": activity, "count": count, "back": form_.get_absolute_url()}
    return render(request, "collection/naming/collect.html", context, status=422 if form.errors else 200)
