"""Pages of who may know: schools entrusted to curators, and what the region allows."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.access.models import User
from opora.core.actor import LEVEL, Actor, Denied, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.text import plural
from opora.core.workflow import Refused
from opora.lists import actions, capability, queries, summary
from opora.lists.actions.knowing import TO_DECIDE, TO_ENTRUST, curators, entrusted_to
from opora.lists.forms import EntrustForm
from opora.lists.models import PolicyOption, SchoolList
from opora.lists.tables import EntrustmentTable
from opora.lists.views.listing import seen
from opora.registry.models import Organisation
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor, form_methods

SHOWN = 20  # names of schools that the preview says
CHANGES = {"allow": actions.allow, "forbid": actions.forbid}


@require_GET
def entrustments(request: HttpRequest) -> HttpResponse:
    """Which schools are entrusted to whom."""
    user = actor(request)
    require(user, Permission.LISTS_VIEW, to="видеть, кому поручены школы")
    require(user, Permission.ACCOUNTS_INVITE, to="видеть, кому поручены школы")
    return EntrustmentTable(request, queries.entrustments(user)).response("lists/entrustments.html")


def _entrustable(found: SchoolList, user: Actor) -> QuerySet[Organisation]:
    """The schools of the list that the person may entrust; 403 where there can be none."""
    if not capability.may_entrust_some(user):
        raise Denied(f"У вас нет права {TO_ENTRUST}. Обратитесь к региональному координатору.")
    schools = queries.entries(found, user).values("organisation")
    known = Organisation.objects.filter(pk__in=schools).select_related("parent")
    return known.order_by("parent__sort_name", "sort_name")


@form_methods
@once
def entrust(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), seen(request, public_id)
    schools = _entrustable(found, user)
    form = EntrustForm(request.POST or None, curators=curators(found.territory.path), schools=schools)
    if form.is_valid():
        given = form.cleaned_data
        title, text = _proposed(given["curator"], given["schools"])
        if text and not confirmed(request):
            return confirm(request, title=title, text=text, button=title.rstrip("?"), back=request.path)
        try:
            made = actions.entrust(by=user, **given)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            undo = reverse("lists:undo_entrusting", args=[made[0].batch]) if made else ""
            tell(request, f"Поручено школ: {len(made)}. Куратор: {given['curator']}.", undo=undo)
            return redirect("lists:entrustments")
    return render(request, "lists/form.html", {"form": form, "heading": "Поручить школы куратору", "list": found})


def _proposed(curator: User, chosen: Iterable[Organisation]) -> tuple[str, str]:
    """What will be entrusted, in words; no text where he has all of it."""
    schools, there = list(chosen), entrusted_to(curator)
    new = [school for school in schools if school.pk not in there]
    if not new:
        return "", ""
    names = ", ".join(f"«{school}»" for school in new[:SHOWN]) + (f" и ещё {len(new) - SHOWN}" * (len(new) > SHOWN))
    had = f" Уже поручены ему и останутся: {len(schools) - len(new)}." if len(new) < len(schools) else ""
    text = (
        f"{curator} узнает, что эти школы в списке, увидит их поручения и отчёты и получит уведомление: {names}.{had}"
    )
    return f"Поручить {len(new)} {plural(len(new), 'школу', 'школы', 'школ')}?", text


@require_POST
@once
def undo_entrusting(request: HttpRequest, batch: str) -> HttpResponse:
    """Take back what has just been entrusted in one go."""
    user = actor(request)
    if not queries.entrustments(user).filter(batch=batch).exists():
        raise Http404
    ended = actions.undo_entrusting(batch, by=user)
    tell(request, f"Поручение отменено, школ: {ended}.")
    return redirect("lists:entrustments")


@form_methods
@once
def end(request: HttpRequest, public_id: str) -> HttpResponse:
    user = actor(request)
    one = get_object_or_404(queries.entrustments(user), public_id=public_id)
    if not capability.may_entrust(user, one.school.path):
        raise Denied(f"У вас нет права {TO_ENTRUST}. Обратитесь к региональному координатору.")
    if not confirmed(request):
        text = f"{one.curator} больше не увидит, что школа «{one.school}» в списке, и её поручений."
        back = redirect("lists:entrustments").url
        return confirm(request, title="Прекратить поручение школы?", text=text, button="Прекратить", back=back)
    actions.end_entrustment(one, by=user)
    tell(request, f"Школа «{one.school}» больше не поручена: {one.curator}.")
    return redirect("lists:entrustments")


def _region(user: Actor) -> Organisation:
    """The region for which the person decides."""
    require(user, Permission.LISTS_EDIT, to=TO_DECIDE)
    roots = [path for path in user.scope(Permission.LISTS_EDIT).paths if len(path) == LEVEL]
    if not roots:
        raise Denied(f"У вас нет права {TO_DECIDE}. Это делает региональный координатор.")
    return Organisation.objects.get(path=roots[0])


@require_GET
def policy(request: HttpRequest) -> HttpResponse:
    """What the region allows beyond the strictest order, and what follows of each."""
    region = _region(actor(request))
    allowed = queries.allowed_in(region)
    options = [(option, capability.WIDENINGS[option], allowed.get(option)) for option in PolicyOption]
    return render(request, "lists/policy.html", {"region": region, "options": options})


@require_GET
def counts(request: HttpRequest) -> HttpResponse:
    """How many schools of each municipality stand in the lists, for those who may not know which."""
    user = actor(request)
    region = next((path for path in summary.regions(user) if summary.may_count(user, path)), None)
    if region is None:
        raise Denied("У вас нет права видеть, сколько школ в списках. Это может разрешить региональный координатор.")
    found, day = Organisation.objects.get(path=region), today()
    told = summary.by_municipality(found, day)
    cells = told.cells or {}
    rows = [
        (name, *(cells.get((name, column), 0) for column in (summary.LISTED, summary.OTHERS))) for name in told.rows
    ]
    return render(request, "lists/counts.html", {"region": found, "day": day, "rows": rows})


@form_methods
@once
def decide(request: HttpRequest, option: str, change: str) -> HttpResponse:
    """Allow something or forbid it again; asked once, with what follows in words."""
    region = _region(actor(request))
    if option not in PolicyOption.values or change not in CHANGES:
        raise Http404
    chosen = PolicyOption(option)
    words = capability.WIDENINGS[chosen]
    if not confirmed(request):
        title = f"{'Разрешить' if change == 'allow' else 'Запретить'}: «{chosen.label}»?"
        text = words.consequence if change == "allow" else words.strict
        button = "Разрешить" if change == "allow" else "Запретить"
        back = redirect("lists:policy").url
        return confirm(request, title=title, text=text, button=button, back=back)
    CHANGES[change](chosen, by=actor(request), region=region)
    tell(request, f"{'Разрешено' if change == 'allow' else 'Запрещено'}: «{chosen.label}».")
    return redirect("lists:policy")
