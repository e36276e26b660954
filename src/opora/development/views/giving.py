"""Diagnoses in the browser: prepared, given, answers from paper, what groups have."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.development import pictures
from opora.development.actions import giving as actions
from opora.development.actions import sitting as sittings
from opora.development.forms.sitting import DiagnosisForm, PaperForm
from opora.development.models import Diagnosis, DiagnosisState, Sitting
from opora.development.models.sittings import headed
from opora.development.queries import giving as queries
from opora.development.queries import sittings as results
from opora.development.tables import DiagnosisTable, PaperTable
from opora.notices.clashes import clash_words, on_days
from opora.registry.models import Organisation, Person
from opora.registry.models.organisations import OrganisationKind
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods


def _seen(request: HttpRequest, public_id: str) -> Diagnosis:
    return get_object_or_404(queries.diagnoses(actor(request)), public_id=public_id)


@require_GET
def diagnoses(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.DEVELOPMENT_EDIT, to=actions.TO_GIVE)
    return DiagnosisTable(request, queries.diagnoses(user)).response("development/diagnoses.html")


@form_methods
@once
def new(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    territory = queries.territory_of(user, actions.TO_GIVE)
    kinds = (OrganisationKind.REGION_AUTHORITY, OrganisationKind.MUNICIPAL_AUTHORITY)
    if not (versions := list(queries.published(user))):
        return render(request, "development/no_instrument.html")
    places = Organisation.objects.inside(territory).active().of_kind(*kinds).order_by("path")
    form = DiagnosisForm(
        request.POST or None,
        versions=versions,
        places=places,
        sets_names=user.may(Permission.DEVELOPMENT_EDIT, territory.root_path),
    )
    if form.is_valid():
        return redirect(actions.prepare(by=user, **form.chosen))
    above = (("Диагностика", reverse("development:diagnoses")),)
    return form_page(request, form, "Новая диагностика", above, button="Подготовить")


@require_GET
def diagnosis(request: HttpRequest, public_id: str) -> HttpResponse:
    """What it is, how many have sat it; once it is closed, what groups have on each scale."""
    one, user = _seen(request, public_id), actor(request)
    prepared = one.state == DiagnosisState.PREPARED
    people = queries.called(one) if prepared else {}
    context = {
        "one": one,
        "content": one.version.said,
        "people": len(people),
        "schools": len(set(people.values())),
        "prepared": prepared,
        "names": bool(headed(user)),
    }
    if one.state == DiagnosisState.CLOSED and not context["names"]:
        every, areas = results.groups(one)
        context |= {"every": every, "areas": areas}
        context["chart"] = pictures.means("Все вместе", every.means) if every else None
    return render(request, "development/diagnosis.html", context)


@require_POST
@once
def give(request: HttpRequest, public_id: str) -> HttpResponse:
    """Asked about once where people have something else on all of its days."""
    one, user = _seen(request, public_id), actor(request)
    if one.state == DiagnosisState.PREPARED and not confirmed(request):
        found = on_days(user, queries.called(one), one.opens, one.closes, but=one.public_id)
        if found:
            people = Person.objects.in_bulk({busy.person for busy in found})
            said = clash_words(found, {key: str(person) for key, person in people.items()})
            text, back = f"В эти дни: {said}. Других дней для диагностики у них нет.", one.get_absolute_url()
            return confirm(request, title="Назначить всё равно?", text=text, button="Назначить", back=back)
    count = actions.give(one, by=user)
    tell(request, f"Диагностика назначена, педагогов: {count}. У кого есть учётная запись, те уведомлены.")
    return redirect(one)


@require_POST
def drop(request: HttpRequest, public_id: str) -> HttpResponse:
    one = _seen(request, public_id)
    if one.state == DiagnosisState.PREPARED and not confirmed(request):
        text = f"«{one}» ещё никому не назначена, поэтому ничьи ответы не пропадут."
        back = one.get_absolute_url()
        return confirm(request, title="Удалить диагностику?", text=text, button="Удалить", back=back)
    actions.drop(one, by=actor(request))
    tell(request, f"Диагностика «{one}» удалена.")
    return redirect("development:diagnoses")


@require_POST
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    one = _seen(request, public_id)
    if not confirmed(request):
        text = "Кто сейчас проходит — сдаст то, что успел. Кто не начал — уже не пройдёт. Открыть её снова нельзя: "
        text += "итоги групп показываются, когда к ним больше никто не добавится."
        back = one.get_absolute_url()
        return confirm(request, title="Завершить диагностику?", text=text, button="Завершить", back=back)
    actions.close(one, by=actor(request))
    tell(request, "Диагностика завершена, итоги посчитаны.")
    return redirect(one)


@require_GET
def paper(request: HttpRequest, public_id: str) -> HttpResponse:
    """Whose answers may be put in from paper."""
    one = _seen(request, public_id)
    rows = results.on_paper(one) if one.state == DiagnosisState.OPEN else Sitting.objects.none()
    return PaperTable(request, rows).response("development/paper.html", {"one": one})


@form_methods
@once
def enter(request: HttpRequest, public_id: str, sitting_id: str) -> HttpResponse:
    """A person's answers from paper; what was put in before is not shown again. An empty sheet is asked about once."""
    one = _seen(request, public_id)
    row = get_object_or_404(results.on_paper(one), public_id=sitting_id)
    back = reverse("development:paper", args=[one.public_id])
    form = PaperForm(request.POST or None, tasks=one.version.said.tasks)
    if form.is_valid() and not form.answers and not confirmed(request):
        text = f"{row.person}: ни одного ответа. На каждой шкале будет ноль баллов и дефицит."
        return confirm(request, title="Внести пустую работу?", text=text, button="Внести", back=request.path)
    if form.is_valid() and carried_out(form, lambda: sittings.enter(row, by=actor(request), answers=form.answers)):
        tell(request, f"Внесено: {row.person}.")
        return redirect(back)
    context = {"form": form, "one": one, "heading": str(row.person), "button": "Внести", "back": back}
    return render(request, "development/enter.html", {**context, "row": row})
