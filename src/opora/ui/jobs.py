"""The page of a job in the background: how far it is, and then where its result stands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from opora.core.models import Job, JobState
from opora.core.tasks import queue
from opora.ui.pages import tell
from opora.ui.requests import actor

TONES = {
    JobState.QUEUED: "neutral",
    JobState.RUNNING: "info",
    JobState.DONE: "success",
    JobState.FAILED: "danger",
    JobState.STOPPED: "neutral",
}
STOP_POLLING = 286  # the status by which HTMX ends `every 2s`


@require_GET
@never_cache
def job(request: HttpRequest, public_id: str) -> HttpResponse:
    """One's own job; the page asks again by itself, and goes on to the result when it is there."""
    found = get_object_or_404(Job.objects.visible(actor(request)), public_id=public_id)
    asked_again = request.headers.get("HX-Target") == "job"
    response = render(request, "ui/job.html", {"job": found, "tone": TONES[JobState(found.state)]})
    if asked_again and found.finished:
        response.status_code = STOP_POLLING
        if found.state == JobState.DONE and found.url:
            response.headers["HX-Redirect"] = found.url
    return response


@require_POST
def stop(request: HttpRequest, public_id: str) -> HttpResponse:
    """End one's own job; the page it was started from goes on with what is left."""
    user = actor(request)
    found = get_object_or_404(Job.objects.visible(user), public_id=public_id)
    queue.stop(found, by=user)
    tell(request, "Работа остановлена. Сделанное сохранено, остальное можно продолжить.")
    return HttpResponseRedirect(reverse("ui:job", args=[found.public_id]))
