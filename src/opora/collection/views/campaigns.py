"""The collector's side: campaigns, one prepared and sent, how far it is."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.collection.actions import campaigns as actions
from opora.collection.consolidated import table_of, totals
from opora.collection.forms.campaigns import CampaignForm, DueForm
from opora.collection.models import Campaign, CampaignState, SubmissionState
from opora.collection.queries import campaigns as queries
from opora.collection.queries import questionnaires as questionnaire_queries
from opora.collection.queries import submissions as submission_queries
from opora.collection.queries.activities import activity_of
from opora.collection.tables import CampaignTable, ProgressTable, QuestionnaireTable
from opora.collection.views.building import seen, trail_of
from opora.collection.views.common import own_campaign
from opora.core.actor import require
from opora.core.permissions import Permission
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import Trail, confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods

SHOWN = 20  # names of those who will get it


def _trail(one: Campaign) -> Trail:
    return (("Сборы", reverse("collection:campaigns")), (one.title, one.get_absolute_url()))


@require_GET
def campaigns(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.FORMS_EDIT, to=actions.TO_COLLECT)
    found = queries.with_progress(queries.collected(user), user)
    return CampaignTable(request, found).response("collection/campaigns.html")


@form_methods
@once
def new(request: HttpRequest, public_id: str) -> HttpResponse:
    """A campaign with the newest published version of a form."""
    form_, user = seen(request, public_id), actor(request)
    version = queries.newest_published(form_.pk)
    if version is None:
        tell(request, "Разослать можно только опубликованную форму. Опубликуйте её.")
        return redirect(form_)
    form = CampaignForm(request.POST or None, user=user, version=version)
    if form.is_valid():
        made = []
        if carried_out(form, lambda: made.append(actions.prepare(version, form.plan, by=user))):
            return redirect(made[0])
    return form_page(request, form, "Новый сбор", trail_of(form_), button="Дальше: кто получит")


@form_methods
@once
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    campaign, user = own_campaign(request, public_id), actor(request)
    given = CampaignForm.said(campaign)
    form = CampaignForm(
        request.POST or None, user=user, version=campaign.version, picked=campaign.picked.all(), initial=given
    )

    def kept(plan: actions.Plan) -> actions.Plan:
        return replace(plan, activity=campaign.activity)

    if form.is_valid() and carried_out(form, lambda: actions.change(campaign, kept(form.plan), by=user)):
        return redirect(campaign)
    return form_page(request, form, "Кто и до какого дня", _trail(campaign))


@require_GET
def campaign(request: HttpRequest, public_id: str) -> HttpResponse:
    """Before it is sent: who will get it. Afterwards: who has answered."""
    one, user = own_campaign(request, public_id), actor(request)
    context = {"one": one, "people": actions.asks_people(one), "activity": activity_of(user, one)}
    if one.state == CampaignState.PREPARED:
        found = actions.missing(one)
        context |= {"count": found.count(), "first": found[:SHOWN]}
        return render(request, "collection/campaign_prepared.html", context)
    if context["people"]:
        asked = QuestionnaireTable(request, questionnaire_queries.of_campaign(user, one))
        asked.confidential = one.confidential
        return asked.response("collection/campaign.html", context)
    table = ProgressTable(request, submission_queries.of_campaign(user, one))
    table.confidential = one.confidential
    return table.response("collection/campaign.html", {**context, "progress": queries.progress(user, one)})


@require_POST
@once
def send(request: HttpRequest, public_id: str) -> HttpResponse:
    one = own_campaign(request, public_id)
    job = actions.send(one, by=actor(request), url=one.get_absolute_url())
    if job:
        return redirect(reverse("ui:job", args=[job.public_id]))
    tell(request, f"Форма разослана: «{one}».")
    return redirect(one)


@form_methods
@once
def put_off(request: HttpRequest, public_id: str) -> HttpResponse:
    one, user = own_campaign(request, public_id), actor(request)
    form = DueForm(request.POST or None, initial={"due": one.due})
    if form.is_valid() and carried_out(form, lambda: actions.put_off(one, by=user, due=form.cleaned_data["due"])):
        tell(request, "Срок перенесён.")
        return redirect(one)
    return form_page(request, form, "Перенести срок", _trail(one), button="Перенести")


@require_POST
@once
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    one = own_campaign(request, public_id)
    actions.close(one, by=actor(request))
    tell(request, f"Сбор «{one}» завершён.", undo=reverse("collection:reopen", args=[one.public_id]))
    return redirect(one)


@require_POST
def reopen(request: HttpRequest, public_id: str) -> HttpResponse:
    one = own_campaign(request, public_id)
    actions.reopen(one, by=actor(request))
    tell(request, f"Сбор «{one}» снова идёт.")
    return redirect(one)


@require_POST
def drop(request: HttpRequest, public_id: str) -> HttpResponse:
    one = own_campaign(request, public_id)
    if not confirmed(request):
        text = f"Сбор «{one}» ещё не разослан и исчезнет совсем."
        return confirm(request, title="Удалить сбор?", text=text, button="Удалить", back=one.get_absolute_url())
    form = one.version.form
    actions.drop(one, by=actor(request))
    tell(request, "Сбор удалён.")
    return redirect(form)


@require_GET
def consolidated(request: HttpRequest, public_id: str) -> HttpResponse:
    """The answers of all, or of those one decides on, side by side, and the sums of those that were accepted.

    Of a questionnaire, whose people have no names, the sum of what each organisation shows.
    """
    user = actor(request)
    one = get_object_or_404(queries.decided(user), public_id=public_id)
    if actions.asks_people(one):
        definition, asked = one.version.content, questionnaire_queries.of_campaign(user, one)
        whole = questionnaire_queries.summed(asked, definition)
        results = questionnaire_queries.results(definition, whole.spread)
        context = {"one": one, "sum": whole, "results": results, "asked": asked.count()}
        return render(request, "collection/people/summed.html", context)
    rows = submission_queries.of_campaign(user, one).filter(state=SubmissionState.ACCEPTED)
    summed = totals(one.version.content, rows.order_by().values_list("answers", flat=True))
    context = {"one": one, "totals": summed, "collects": user.may(Permission.FORMS_EDIT, one.territory.path)}
    return table_of(request, one, user).response("collection/consolidated.html", context)
