from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Refused
from opora.journal.actions import opened
from opora.lists import actions, capability, importing, queries
from opora.lists.forms import ImportForm, ListForm, NewListForm, OnDayFilter, SchoolForm
from opora.lists.models import ListImport, SchoolList
from opora.lists.points import papers_of
from opora.lists.tables import EntryTable, ListTable, OnDayTable, SchoolTable, list_url, removing
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.points import tabs_of
from opora.ui.requests import actor, form_methods

TO_SEE = "видеть списки школ"


def seen(request: HttpRequest, public_id: str) -> SchoolList:
    """The list, or 404 where the person may not know of it."""
    return get_object_or_404(queries.lists(actor(request)), public_id=public_id)


def _written(request: HttpRequest, public_id: str) -> SchoolList:
    """The list of somebody who may change it; 403 where he may only see it."""
    found = seen(request, public_id)
    require(actor(request), Permission.LISTS_EDIT, found.territory.path, to=actions.RIGHT)
    return found


def _draft(request: HttpRequest, public_id: str) -> SchoolList:
    found = _written(request, public_id)
    if not found.is_draft:
        raise Refused("Список утверждён. Чтобы изменить его, сначала верните его в работу.")
    return found


@require_GET
def lists(request: HttpRequest) -> HttpResponse:
    """All lists that the person may see, in part or whole."""
    user = actor(request)
    require(user, Permission.LISTS_VIEW, to=TO_SEE)
    may_write = user.may(Permission.LISTS_EDIT)
    return ListTable(request, queries.lists(user)).response(
        "lists/lists.html", {"may_write": may_write, "may_entrust": user.may(Permission.ACCOUNTS_INVITE)}
    )


@require_GET
def school_list(request: HttpRequest, public_id: str) -> HttpResponse:
    """One list: whole for its authority, cut to their own schools for all others. That it was opened is journalled."""
    user, found = actor(request), seen(request, public_id)
    may_write = user.may(Permission.LISTS_EDIT, found.territory.path)
    whole = knowledge(user).of(found.territory.path)
    opened(by=user, on=found, text=f"открыл(а) список «{found}»", path=found.territory.path)
    columns = [*EntryTable.columns, *([removing(found)] if may_write and found.is_draft else [])]
    table = EntryTable(request, queries.entries(found, user), title=found.title, columns=columns)
    may_entrust = capability.may_entrust_some(user)
    context = {"list": found, "may_write": may_write, "whole": whole, "may_entrust": may_entrust}
    context["papers"] = papers_of(user, found)
    return table.response("lists/list.html", context)


@require_GET
def on_day(request: HttpRequest) -> HttpResponse:
    """Who stood in the lists on a day, today where none is asked for. That it was looked at is journalled."""
    user = actor(request)
    require(user, Permission.LISTS_VIEW, to=TO_SEE)
    day = OnDayFilter(request.GET, user=user).chosen.get("date") or today()
    shown = queries.entries_as_of(day, user)
    first = shown.order_by("list").first()
    if first:
        text = f"посмотрел(а), кто стоял в списках школ на {day:%d.%m.%Y}"
        opened(by=user, on=first.list, text=text, path=first.list.territory.path)
    table = OnDayTable(request, shown, title=f"Школы в списках на {day:%d.%m.%Y}")
    return table.response("lists/on_day.html", {"day": day, "today": today()})


@form_methods
@once
def create(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.LISTS_EDIT, to=actions.RIGHT)
    form = NewListForm(request.POST or None, user=user)
    if form.is_valid():
        made = actions.create_list(by=user, **form.cleaned_data)
        tell(request, "Список создан. Теперь внесите школы.")
        return redirect(list_url(made))
    return render(request, "lists/form.html", {"form": form, "heading": "Новый список"})


@form_methods
@once
def edit(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _draft(request, public_id)
    form = ListForm(request.POST or None, instance=found)
    if form.is_valid():
        actions.edit(found, by=actor(request), **form.cleaned_data)
        tell(request, "Сведения о списке сохранены.")
        return redirect(list_url(found))
    return render(request, "lists/form.html", {"form": form, "heading": "Сведения о списке", "list": found})


@require_POST
@once
def approve(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _written(request, public_id)
    actions.approve(found, by=actor(request))
    tell(request, "Список утверждён. Муниципалитетам и школам сообщено о них самих.")
    return redirect(list_url(found))


@require_POST
@once
def reopen(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _written(request, public_id)
    if not confirmed(request):
        text = "Список перестанет действовать, муниципалитеты и школы не увидят его, пока вы не утвердите его снова."
        return confirm(request, title="Вернуть список в работу?", text=text, button="Вернуть", back=list_url(found))
    actions.reopen(found, by=actor(request))
    tell(request, "Список возвращён в работу.")
    return redirect(list_url(found))


@form_methods
@once
def add(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _draft(request, public_id)
    form = SchoolForm(request.POST or None, territory=found.territory)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.add_school(found, by=actor(request), organisation=given["school"], note=given["note"])
        except Refused as refusal:
            form.add_error("school", str(refusal))
        else:
            tell(request, f"Школа «{given['school']}» внесена в список.")
            return redirect(list_url(found))
    return render(request, "lists/form.html", {"form": form, "heading": "Внести школу", "list": found})


@form_methods
@once
def remove(request: HttpRequest, public_id: str, school_id: str) -> HttpResponse:
    found = _draft(request, public_id)
    entry = get_object_or_404(queries.entries(found, actor(request)), organisation__public_id=school_id)
    if not confirmed(request):
        text = f"«{entry.organisation}» будет убрана из списка «{found}»."
        return confirm(request, title="Убрать школу?", text=text, button="Убрать школу", back=list_url(found))
    actions.remove_school(found, by=actor(request), organisation=entry.organisation)
    tell(request, f"Школа «{entry.organisation}» убрана из списка.")
    return redirect(list_url(found))


@form_methods
@once
def upload(request: HttpRequest, public_id: str) -> HttpResponse:
    """Read a file or typed lines; what they would do is shown on the next page."""
    found, user = _draft(request, public_id), actor(request)
    form = ImportForm(request.POST or None, request.FILES or None, initial=_typed(request, found))
    if form.is_valid():
        kept = importing.keep(found, by=user, rows=form.rows, name=form.name)
        return redirect("lists:preview", found.public_id, kept.public_id)
    return render(request, "lists/import.html", {"form": form, "list": found})


def _typed(request: HttpRequest, found: SchoolList) -> dict[str, str]:
    """The lines of an earlier attempt, to be corrected."""
    mine = ListImport.objects.visible(actor(request)).filter(school_list=found, name="")
    kept = mine.filter(public_id=request.GET.get("from", "")).first()
    return {"text": "\n".join(row["name"] for row in kept.rows)} if kept else {}


@form_methods
@once
def preview(request: HttpRequest, public_id: str, import_id: str) -> HttpResponse:
    """What was found and what not; applied at a press where every row is a school."""
    found, user = _draft(request, public_id), actor(request)
    kept = get_object_or_404(ListImport.objects.visible(user).filter(school_list=found), public_id=import_id)
    if request.method == "POST":
        changed = importing.apply(kept, by=user)
        tell(request, "Список загружен." if changed else "В списке всё уже так: изменений нет.")
        return HttpResponseRedirect(list_url(found))
    return render(request, "lists/preview.html", {"list": found, "kept": kept, "plan": importing.plan(kept)})


@require_GET
def school(request: HttpRequest, public_id: str) -> HttpResponse:
    """The lists in which a school stands or stood: for those alone who may see its lists."""
    user = actor(request)
    known = Organisation.objects.filter(knowledge(user).q("path"))
    found = get_object_or_404(known.of_kind(OrganisationKind.SCHOOL), public_id=public_id)
    opened(by=user, on=found, text=f"посмотрел(а), в каких списках стоит «{found}»", path=found.path)
    table = SchoolTable(request, queries.entries_of_school(found, user), title=f"Списки: {found}")
    return table.response("lists/school.html", {"school": found, "tabs": tabs_of(user, found)})
