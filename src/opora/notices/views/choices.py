"""«Мои уведомления»: how a person wants to be told, and the address of his calendar."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from opora.access.models import User
from opora.core.permissions import Permission
from opora.notices import actions
from opora.notices.choices import choices_of
from opora.notices.forms import ChoiceForm
from opora.notices.models import Choice, Feed
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, tell
from opora.ui.requests import actor, form_methods

LAST_TOKEN = "calendar_token"  # noqa: S105  (where the session keeps it until it was shown)


def _person(request: HttpRequest) -> User:
    user = actor(request)
    assert isinstance(user, User)  # noqa: S101  (views are behind the sign-in)
    return user


@form_methods
@never_cache
@once
def choices(request: HttpRequest) -> HttpResponse:
    user = _person(request)
    wanted = choices_of([user])[user.pk]
    trouble = user.may(Permission.ACCOUNTS_MANAGE)
    form = ChoiceForm(request.POST or None, initial=ChoiceForm.said(wanted), trouble=trouble)
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("days_before", "digest_hour", "working_days")}
        actions.choose(user, channels=form.channels(), **given)
        tell(request, "Сохранено: мы будем сообщать так, как вы выбрали.")
        return redirect("notices:choices")
    token = request.session.get(LAST_TOKEN, "")
    feed = Feed.objects.filter(user=user).first()
    shown = bool(feed and token and feed.token_hash == actions.digest(token))
    address = request.build_absolute_uri(reverse("notices:feed", args=[token])) if shown else ""
    chosen = Choice.objects.filter(user=user).exists()
    context = {"form": form, "feed": feed, "address": address, "chosen": chosen, "email": user.email}
    return render(request, "notices/choices.html", context, status=422 if form.errors else 200)


@require_POST
@once
def defaults(request: HttpRequest) -> HttpResponse:
    actions.forget_choice(_person(request))
    tell(request, "Настройки возвращены к обычным для вашей роли.")
    return redirect("notices:choices")


@require_POST
@once
def open_calendar(request: HttpRequest) -> HttpResponse:
    """A new secret address; asked once where an older one would stop."""
    user = _person(request)
    if Feed.objects.filter(user=user).exists() and not confirmed(request):
        text = "Прежний адрес перестанет действовать: в календаре, который по нему подписан, сроки больше не обновятся."
        back = reverse("notices:choices")
        return confirm(request, title="Выдать новый адрес календаря", text=text, button="Выдать новый адрес", back=back)
    request.session[LAST_TOKEN] = actions.open_feed(user)
    tell(request, "Адрес календаря готов. Он показан на этой странице один раз: скопируйте его сейчас.")
    return redirect(reverse("notices:choices") + "#calendar")


@require_POST
@once
def close_calendar(request: HttpRequest) -> HttpResponse:
    user = _person(request)
    if not confirmed(request):
        text = "Календарь, подписанный по этому адресу, перестанет получать сроки. Новый адрес можно получить всегда."
        back = reverse("notices:choices")
        return confirm(request, title="Отключить календарь", text=text, button="Отключить календарь", back=back)
    actions.close_feed(user)
    tell(request, "Календарь отключён, прежний адрес больше не действует.")
    return redirect("notices:choices")
