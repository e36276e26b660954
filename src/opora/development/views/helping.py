"""The catalogue of help in the browser."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.permissions import Permission
from opora.development.actions import helping as actions
from opora.development.forms.planning import HelpForm
from opora.development.models import Help
from opora.development.queries import planning as queries
from opora.development.queries.giving import territory_of
from opora.development.tables import HelpTable, KeptHelpTable
from opora.identification.titles import subject_words
from opora.ui.once import once
from opora.ui.pages import tell
from opora.ui.requests import actor, form_methods


@require_GET
def helps(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    keeps = user.may(Permission.DEVELOPMENT_EDIT)
    table = KeptHelpTable if keeps else HelpTable
    return table(request, queries.helps(user)).response("development/helps.html", {"keeps": keeps})


@form_methods
@once
def new_help(request: HttpRequest) -> HttpResponse:
    user = actor(request)
    territory = territory_of(user, actions.TO_KEEP)
    titles = queries.scale_titles(user)
    form = HelpForm(request.POST or None, titles=titles)
    if form.is_valid():
        made = actions.add(by=user, territory=territory, **form.cleaned_data)
        tell(request, f"«{made}» в каталоге: её увидят все, кто работает здесь: {territory.short_name}.")
        return redirect("development:helps")
    return _page(request, form, "Новая строка каталога", "Добавить", titles=titles)


def _page(
    request: HttpRequest, form: HelpForm, heading: str, button: str, *, titles: list[str], one: Help | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "heading": heading,
        "button": button,
        "back": one.get_absolute_url() if one else reverse("development:helps"),
    }
    return render(request, "development/help_form.html", {**context, "one": one, "titles": titles})


@require_GET
def one_help(request: HttpRequest, public_id: str) -> HttpResponse:
    user = actor(request)
    one = get_object_or_404(queries.helps(user), public_id=public_id)
    context = {"one": one, "keeps": user.may(Permission.DEVELOPMENT_EDIT, one.territory.path)}
    return render(request, "development/help.html", {**context, "subject": subject_words(one.subject)})


def _kept(request: HttpRequest, public_id: str) -> Help:
    return get_object_or_404(Help.objects.kept(actor(request)).select_related("territory"), public_id=public_id)


@form_methods
@once
def edit_help(request: HttpRequest, public_id: str) -> HttpResponse:
    one, user = _kept(request, public_id), actor(request)
    titles = queries.scale_titles(user)
    form = HelpForm(request.POST or None, titles=titles, old=one)
    if form.is_valid():
        actions.change(one, by=user, **form.cleaned_data)
        tell(request, f"«{one}»: изменено. В планах, составленных раньше, слова остаются прежними.")
        return redirect(one)
    return _page(request, form, one.title, "Сохранить", titles=titles, one=one)


@require_POST
def withdraw_help(request: HttpRequest, public_id: str, back: bool) -> HttpResponse:
    one = _kept(request, public_id)
    actions.withdraw(one, by=actor(request), back=back)
    undo = reverse("development:withdraw_help" if back else "development:return_help", args=[one.public_id])
    said = "снова в каталоге" if back else "больше не в каталоге; в составленных планах остаётся"
    tell(request, f"«{one}» {said}.", undo=undo)
    return redirect("development:helps")
