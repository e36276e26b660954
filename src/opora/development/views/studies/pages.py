"""Studies in the browser: the schedule, one study, and how it goes on."""

from __future__ import annotations

from pathlib import PurePath

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import Denied, require
from opora.core.permissions import Permission
from opora.core.text import plural
from opora.development.actions import studies as actions
from opora.development.actions.study_results import may_load
from opora.development.forms.studies import CancelForm, StudyDaysForm, StudyForm, WhoForm
from opora.development.models import InstrumentVersion
from opora.development.models.sittings import headed
from opora.development.models.studies import Study, StudyState
from opora.development.participants import LISTED, by_place
from opora.development.queries import studies as queries
from opora.development.queries.giving import published
from opora.development.schedule import StudySchoolTable, StudyTable, school_columns
from opora.development.study_calendar import heads_of
from opora.exports.actions import release
from opora.notices.clashes import clash_words, on_days
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import Trail, confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods


def trail(found: Study | None = None) -> Trail:
    above = ("Мониторинги", reverse("development:studies"))
    return (above, (str(found), found.get_absolute_url())) if found else (above,)


def seen(request: HttpRequest, public_id: str) -> Study:
    return get_object_or_404(queries.studies(actor(request)), public_id=public_id)


def ordered(request: HttpRequest, public_id: str) -> Study:
    """The study, for those who order it."""
    found = seen(request, public_id)
    if not actions.may_order(actor(request), found.territory):
        raise Denied(f"У вас нет права {actions.TO_ORDER}. Это делает тот, кто назначил исследование.")
    return found


@require_GET
def studies(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.ASSIGNMENTS_REPORT, to="видеть график исследований")
    context = {"may_order": user.may(Permission.DEVELOPMENT_EDIT) or bool(headed(user))}
    return StudyTable(request, queries.studies(user)).response("development/studies/list.html", context)


@require_GET
def study(request: HttpRequest, public_id: str) -> HttpResponse:
    """What is written when and by whom; results by name where the person may know of the school."""
    user, found = actor(request), seen(request, public_id)
    may_order = actions.may_order(user, found.territory)
    columns = school_columns(found, may_enter=user.may(Permission.ASSIGNMENTS_SUBMIT), copied="to" in request.GET)
    context = {
        "study": found,
        "may_order": may_order,
        "may_load": may_load(user, found),
        "may_read": bool(found.material) and (may_order or _begun(found)),
        "loaded": found.state == StudyState.LOADED,
        "places": by_place(found) if may_order and found.is_open and not found.is_own else [],
        "chooses": may_order and found.is_open and not found.is_own,
        "list_title": LISTED.get(found.group, ""),
    }
    table = StudySchoolTable(request, queries.schools(found, user), columns=columns)
    return table.response("development/studies/study.html", context)


def _begun(found: Study) -> bool:
    return found.state not in (*actions.OPEN, StudyState.CANCELLED)


@require_GET
def material(request: HttpRequest, public_id: str) -> HttpResponse:
    """The file as it was given: to those who order at once, to schools once the study has begun."""
    user, found = actor(request), seen(request, public_id)
    if not found.material or not (actions.may_order(user, found.territory) or _begun(found)):
        raise Http404
    with found.material.open("rb") as file:
        content = file.read()
    name = PurePath(found.material_name)
    return release(
        by=user,
        name=name.stem,
        kind=name.suffix.lstrip(".").lower(),
        content=content,
        on=found,
        path=found.territory.path,
        confidential=found.confidential,
        original=True,
    )


@form_methods
@once
def new(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    territory = queries.ordering_place(user, actions.TO_ORDER)
    versions = published(user) if user.may(Permission.DEVELOPMENT_EDIT) else InstrumentVersion.objects.none()
    form = StudyForm(request.POST or None, request.FILES or None, territory=territory, versions=versions)
    made: list[Study] = []
    if form.is_valid() and carried_out(
        form, lambda: made.append(actions.prepare(by=user, territory=territory, **form.cleaned_data))
    ):
        if made[0].is_own:
            return redirect(made[0])
        return redirect("development:study_who", made[0].public_id)
    return form_page(request, form, "Назначить исследование", trail(), button="Дальше")


@form_methods
@once
def who(request: HttpRequest, public_id: str) -> HttpResponse:
    """Which schools take part; how many they are is on the page of the study, before anybody is told."""
    user, found = actor(request), ordered(request, public_id)
    form = WhoForm(request.POST or None, user=user, study=found)
    counted: list[int] = []
    if form.is_valid() and carried_out(form, lambda: counted.append(actions.take(found, by=user, who=form.who))):
        tell(request, f"Выбрано: {counted[0]} {plural(counted[0], 'школа', 'школы', 'школ')}.")
        return redirect(found)
    text = "Пока исследование не началось, выбор можно изменить."
    return form_page(request, form, "Кто участвует", trail(found), button="Дальше", text=text)


@require_POST
@once
def announce(request: HttpRequest, public_id: str) -> HttpResponse:
    """Asked about once where heads of schools have something else on all of its days."""
    found = ordered(request, public_id)
    if found.is_draft and not confirmed(request) and (clash := _clash(request, found)):
        text = f"В эти дни у руководителей школ: {clash}. Дни можно изменить, пока исследование не объявлено."
        back = found.get_absolute_url()
        return confirm(request, title="Объявить всё равно?", text=text, button="Объявить", back=back)
    actions.announce(found, by=actor(request))
    tell(request, "Исследование назначено." if found.is_own else "Исследование назначено, школы получили уведомление.")
    return redirect(found)


def _clash(request: HttpRequest, found: Study) -> str:
    heads = heads_of(found)
    return clash_words(on_days(actor(request), heads, found.opens, found.closes, but=found.public_id), heads)


@require_POST
@once
def drop(request: HttpRequest, public_id: str) -> HttpResponse:
    found = ordered(request, public_id)
    if not confirmed(request):
        text = "Оно ещё не объявлено: школы о нём не узнают."
        back = found.get_absolute_url()
        return confirm(request, title="Удалить исследование?", text=text, button="Удалить", back=back)
    actions.drop(found, by=actor(request))
    tell(request, "Исследование удалено.")
    return redirect("development:studies")


@form_methods
@once
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), ordered(request, public_id)
    form = StudyDaysForm(request.POST or None, study=found)
    if form.is_valid() and carried_out(form, lambda: actions.change(found, by=user, **form.cleaned_data)):
        found.refresh_from_db()
        clash = _clash(request, found)
        said = "Исследование изменено."
        if not found.is_draft:
            said += " Если изменились дни, школы получили уведомление."
        tell(request, said + (f" В эти дни у руководителей школ: {clash}." if clash else ""))
        return redirect(found)
    return form_page(request, form, "Изменить исследование", trail(found))


@form_methods
@once
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), ordered(request, public_id)
    form = CancelForm(request.POST or None)
    if form.is_valid() and carried_out(form, lambda: actions.cancel(found, by=user, **form.cleaned_data)):
        tell(request, f"Исследование отменено{'' if found.is_own else ', школы получили уведомление'}.")
        return redirect(found)
    return form_page(request, form, "Отменить исследование", trail(found), button="Отменить исследование")


@require_POST
@once
def start(request: HttpRequest, public_id: str) -> HttpResponse:
    found = ordered(request, public_id)
    actions.start(found, by=actor(request))
    what = "внесите результаты ниже" if found.is_own else "школы видят материалы и вносят результаты"
    tell(request, f"Исследование идёт: {what}.")
    return redirect(found)


@require_POST
@once
def close(request: HttpRequest, public_id: str) -> HttpResponse:
    found = ordered(request, public_id)
    if not confirmed(request):
        text = "После этого загрузку уже не открепить."
        back = found.get_absolute_url()
        return confirm(request, title="Завершить исследование?", text=text, button="Завершить", back=back)
    actions.close(found, by=actor(request))
    tell(request, "Исследование завершено.")
    return redirect(found)
