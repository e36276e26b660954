"""The original as a file, and pictures of its pages."""

from __future__ import annotations

from pathlib import PurePath

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from opora.documents.showing import page_picture
from opora.documents.views.common import seen
from opora.exports.actions import release
from opora.journal.actions import opened
from opora.ui.requests import actor

KEPT = 3600  # seconds that a browser may keep the picture of a page


@require_GET
def original(request: HttpRequest, public_id: str) -> HttpResponse:
    """The file as it was uploaded, marked in its properties; that it was taken is journalled."""
    found = seen(request, public_id)
    if not found.file:
        raise Http404
    with found.file.open("rb") as file:
        content = file.read()
    return release(
        by=actor(request),
        name=PurePath(found.file_name).stem,
        kind=found.suffix.lstrip("."),
        content=content,
        on=found,
        path=found.organisation.path,
        confidential=found.confidential,
        original=True,
    )


@require_GET
def page(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """One page of a PDF as a picture."""
    found = seen(request, public_id)
    picture = page_picture(found, number) if found.file and found.suffix == ".pdf" else None
    if picture is None:
        raise Http404
    if found.confidential:
        opened(by=actor(request), on=found, text=f"открыл(а) документ «{found}»", path=found.organisation.path)
    response = HttpResponse(picture, content_type="image/png")
    response.headers["Cache-Control"] = "no-store" if found.confidential else f"private, max-age={KEPT}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
