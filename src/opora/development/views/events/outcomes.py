"""Files of an event, feedback, certificates; the page where everybody asks whether a certificate is valid."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from opora.core.actor import require
from opora.core.permissions import Permission
from opora.development.actions.events import outcomes as actions
from opora.development.actions.events.common import TO_KEEP
from opora.development.codes import shown
from opora.development.forms.events import CodeForm, FeedbackForm, FileForm, ReasonForm
from opora.development.models import Certificate, Event, Material
from opora.development.papers import certificate_paper
from opora.development.queries import events as queries
from opora.development.views.events.common import kept, seen, trail
from opora.documents.printing.pdf import bound
from opora.exports.actions import release
from opora.ui.forms import carried_out
from opora.ui.once import once
from opora.ui.pages import confirm, confirmed, form_page, tell
from opora.ui.requests import actor, form_methods

AT_ONCE = 100  # certificates of one file
LONGEST_PART = 5  # digits of the number of a part


@form_methods
@once
def attach(request: HttpRequest, public_id: str) -> HttpResponse:
    found = kept(request, public_id)
    form = FileForm(request.POST or None, request.FILES or None)
    if form.is_valid() and carried_out(
        form, lambda: actions.attach(found, by=actor(request), file=form.cleaned_data["file"])
    ):
        tell(request, "Файл приложен.")
        return redirect(found)
    text = "Файл увидят все, кто видит событие."
    return form_page(request, form, "Приложить материал", trail(found), button="Приложить", text=text)


def _material(request: HttpRequest, public_id: str, material_id: str) -> Material:
    rows = queries.materials(actor(request)).filter(event__public_id=public_id)
    return get_object_or_404(rows, public_id=material_id)


@require_GET
def material(request: HttpRequest, public_id: str, material_id: str) -> HttpResponse:
    """Always as an attachment, journalled."""
    found = _material(request, public_id, material_id)
    with found.file.open("rb") as file:
        content = file.read()
    name = PurePath(found.name)
    about: dict[str, Any] = {"path": found.event.territory.path, "confidential": found.event.confidential}
    kind = name.suffix.lstrip(".").lower()
    return release(by=actor(request), name=name.stem, kind=kind, content=content, on=found, original=True, **about)


@require_POST
@once
def detach(request: HttpRequest, public_id: str, material_id: str) -> HttpResponse:
    found = _material(request, public_id, material_id)
    require(actor(request), Permission.DEVELOPMENT_EDIT, found.event.territory.path, to=TO_KEEP)
    if not confirmed(request):
        text, back = f"Файл «{found.name}» больше никто не откроет.", found.event.get_absolute_url()
        return confirm(request, title="Убрать материал?", text=text, button="Убрать", back=back)
    event = found.event
    actions.detach(found, by=actor(request))
    tell(request, "Материал убран.")
    return redirect(event)


@form_methods
@once
def feedback(request: HttpRequest, public_id: str) -> HttpResponse:
    found = seen(request, public_id)
    form = FeedbackForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, lambda: actions.give_feedback(found, by=actor(request), **form.cleaned_data)
    ):
        tell(request, "Спасибо! Отзыв принят без имени.")
        return redirect(found)
    text = "Отзыв анонимный: без имени и времени. Организаторы увидят отзывы, когда их наберётся пять."
    return form_page(request, form, "Отзыв о событии", trail(found), button="Отправить отзыв", text=text)


@require_POST
@once
def certify(request: HttpRequest, public_id: str) -> HttpResponse:
    found = kept(request, public_id)
    if not confirmed(request):
        text = f"Сертификат на {found.hours} ч получат все, кто был и ещё не получил. Они узнают об этом."
        back = found.get_absolute_url()
        return confirm(request, title="Выдать сертификаты?", text=text, button="Выдать сертификаты", back=back)
    count = actions.issue(found, by=actor(request))
    tell(request, f"Сертификаты выданы: {count}." if count else "Все сертификаты уже выданы.")
    return redirect(reverse("development:event_people", args=[found.public_id]))


def _certificate(request: HttpRequest, public_id: str) -> Certificate:
    return get_object_or_404(queries.certificates(actor(request)), public_id=public_id)


@require_GET
def certificate_pdf(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _certificate(request, public_id)
    if found.withdrawn_at:
        raise Http404
    row = found.registration
    about: dict[str, Any] = {"path": row.organisation.path, "confidential": row.event.confidential}
    site = settings.OPORA_SITE or request.build_absolute_uri("/").rstrip("/")
    content = certificate_paper(found, site)
    return release(by=actor(request), name=f"Сертификат {found.name}", kind="pdf", content=content, on=found, **about)


@require_GET
def certificates_pdf(request: HttpRequest, public_id: str) -> HttpResponse:
    """All of an event that the person may see, in one file to print; many are bound by parts."""
    user, found = actor(request), seen(request, public_id)
    part = request.GET.get("part", "1")
    first = (int(part) - 1) * AT_ONCE if part.isdecimal() and len(part) < LONGEST_PART else -1
    rows = list(queries.certificates_of(found, user)[first : first + AT_ONCE]) if first >= 0 else []
    if not rows:
        raise Http404
    site = settings.OPORA_SITE or request.build_absolute_uri("/").rstrip("/")
    content = bound(certificate_paper(one, site) for one in rows)
    about: dict[str, Any] = {"path": _reach(rows, found), "confidential": found.confidential}
    return release(by=user, name=f"Сертификаты {found.day:%d.%m.%Y}", kind="pdf", content=content, on=found, **about)


def _reach(rows: Sequence[Certificate], event: Event) -> str:
    """Where the journal keeps the copy: at the one organisation whose people they are, else at that of the event."""
    places = {one.registration.organisation.path for one in rows}
    return places.pop() if len(places) == 1 else event.territory.path


@form_methods
@once
def withdraw_certificate(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _certificate(request, public_id)
    event = found.registration.event
    require(actor(request), Permission.DEVELOPMENT_EDIT, event.territory.path, to=TO_KEEP)
    form = ReasonForm(request.POST or None, hint="Останется в журнале. На странице проверки — только что отозван.")
    if form.is_valid() and carried_out(
        form,
        lambda: actions.withdraw_certificate(found, by=actor(request), reason=form.cleaned_data["reason"]),
    ):
        undo = reverse("development:restore_certificate", args=[found.public_id])
        tell(request, f"Сертификат отозван: {found.name}.", undo=undo)
        return redirect(reverse("development:event_people", args=[event.public_id]))
    heading = f"Отозвать сертификат: {found.name}"
    return form_page(request, form, heading, trail(event), button="Отозвать сертификат")


@require_POST
@once
def restore_certificate(request: HttpRequest, public_id: str) -> HttpResponse:
    found = _certificate(request, public_id)
    actions.restore_certificate(found, by=actor(request))
    tell(request, f"Сертификат снова действует: {found.name}.")
    return redirect(reverse("development:event_people", args=[found.registration.event.public_id]))


@login_not_required
@require_GET
def verify(request: HttpRequest) -> HttpResponse:
    """Where everybody types the code of a certificate."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect(form.cleaned_data["code"])
    return render(request, "development/events/verify.html", {"form": form}, status=422 if form.errors else 200)


@login_not_required
@require_GET
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a certificate is valid: nothing that is not printed on it. Codes cannot be guessed: 80 random bits."""
    form = CodeForm({"code": code})
    if not form.is_valid():
        return render(request, "development/events/verify.html", {"form": form}, status=404)
    found = form.cleaned_data["code"]
    return render(request, "development/events/certificate.html", {"found": found, "shown": shown(found.code)})
