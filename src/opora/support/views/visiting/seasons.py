"""Seasons of visits in the browser: planned, looked at, confirmed, planned again round what stays."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.registry.queries import top_in
from opora.support.actions import replanning
from opora.support.actions import visiting as actions
from opora.support.calendar import planned_clashes
from opora.support.forms.visits import SeasonForm
from opora.support.models.visits import Season, SeasonState
from opora.support.planning.routes import APART, ELSEWHERE, LEFT
from opora.support.queries.seasons import Changes, changes
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor, form_methods


def _season(request: HttpRequest, public_id: str) -> Season:
    mine = Season.objects.visible(actor(request)).select_related("territory", "again_of__territory")
    return get_object_or_404(mine, public_id=public_id)


@form_methods
@once
def seasons(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    require(user, Permission.LISTS_EDIT, to=actions.TO_PLAN)
    form, territory = SeasonForm(request.POST or None), top_in(user, Permission.LISTS_EDIT)
    made: list[Season] = []
    if form.is_valid() and carried_out(
        form, lambda: made.append(actions.start_season(territory, by=user, **form.cleaned_data))
    ):
        return redirect("ui:job", made[0].job_id)
    context = {"form": form, "seasons": Season.objects.visible(user).filter(again_of=None)[:50]}
    return render(request, "support/visiting/seasons.html", context, status=422 if form.errors else 200)


@require_GET
def season(request: HttpRequest, public_id: str) -> HttpResponse:
    """The plan: who goes where on which day, what was left and why; of one made again, what it changes."""
    found = _season(request, public_id)
    wishes = list(found.wishes.select_related("school__parent", "methodist__organisation"))
    ready = found.state == SeasonState.READY
    going = [one for one in wishes if one.day]
    ways = {(one.school_id, one.methodist_id, one.day): one.kilometres or 0 for one in going}
    made = changes(found) if ready and found.again_of else None
    context = {
        "season": found,
        "going": going,
        "unmeasured": sum(1 for one in going if one.kilometres is None),
        "kilometres": sum(ways.values()),
        "elsewhere": int(ELSEWHERE),
        "price_left": LEFT,
        "price_apart": APART,
        "left": [one for one in wishes if not one.day],
        "counted": found.state in (SeasonState.READY, SeasonState.CONFIRMED),
        "changes": made,
        "may_confirm": ready and (made.any and not made.stale if made else going and not found.again_of),
        "may_again": found.root.state == SeasonState.CONFIRMED,
        "again": found.again.all() if found.state == SeasonState.CONFIRMED else (),
    }
    return render(request, "support/visiting/season.html", context)


@require_POST
@once
def confirm_season(request: HttpRequest, public_id: str) -> HttpResponse:
    user, found = actor(request), _season(request, public_id)
    asked = confirmed(request)
    if not asked:
        title, text = "Назначить визиты?", _UNAGREED
        if found.again_of:
            title, text = "Изменить визиты сезона?", f"{_in_words(changes(found))} {_UNAGREED}"
        clashes = _clashes(user, found)
        heed = "В эти дни люди уже заняты. Визиты можно назначить и так, а потом перенести." if clashes else ""
        asks = {"title": title, "text": text, "button": "Назначить визиты", "back": found.get_absolute_url()}
        return confirm(request, **asks, heed=heed, rows=clashes)
    if found.again_of:
        tell(request, _in_words(replanning.confirm_again(found, by=user)))
        return redirect(found)
    count = actions.confirm_season(found, by=user)
    tell(request, f"Назначено визитов: {count}.")
    return redirect("support:visits")


def _clashes(user: Actor, found: Season) -> list[str]:
    """What the people of the plan have on its days; of one made again, of the visits that it makes or moves."""
    if not found.again_of:
        wishes = found.wishes.filter(day__isnull=False).values_list("methodist", "day")
        return planned_clashes(user, [(one, day) for one, day in wishes if one and day])
    made = changes(found)
    going = [(mentor, one.day) for one in (*made.new, *made.moved) for mentor in one.team]
    gone = [*made.dropped, *(one.visit for one in made.moved if one.visit)]
    return planned_clashes(user, going, [one.public_id for one in gone])


_UNAGREED = (
    "Каждый новый визит и каждый новый день должны согласовать школа и её муниципалитет: им и организациям, из которых "
    "едут команды, уйдут уведомления."
)


def _in_words(made: Changes) -> str:
    new, moved, dropped, stays = (len(rows) for rows in (made.new, made.moved, made.dropped, made.stays))
    return (
        f"Новых визитов: {new}, перенесено: {moved}, отменено: {dropped}. Без изменений: {stays + len(made.same)}. "
        "Согласия, которые уже даны, сохраняются."
    )


@require_POST
@once
def replan(request: HttpRequest, public_id: str) -> HttpResponse:
    """Nothing changes yet: a plan is made, and what it changes is looked at."""
    made = replanning.start_again(_season(request, public_id), by=actor(request))
    return redirect("ui:job", made.job_id)
