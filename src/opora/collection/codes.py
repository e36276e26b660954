"""The link of a questionnaire as a square code (QR): on the page, as a picture, on a sheet for the wall."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from pathlib import Path

import segno
import typst

from opora.collection.models import Questionnaire
from opora.exports.stamping.picture import outline
from opora.ui import words

_SHEET, _SLIPS = (Path(__file__).with_name(name) for name in ("sheet.typ", "slips.typ"))
SCALE = 12  # pixels of one of its points
BORDER = 4  # points of white around it, as the standard asks


def drawn(url: str) -> tuple[str, int]:
    """For a page: the outline of the dark points as `d` of a path, and the side of its square."""
    return outline(_code(url))


def picture(url: str, kind: str) -> bytes:
    """A file, «svg» or «png»."""
    buffer = io.BytesIO()
    _code(url).save(buffer, kind=kind, scale=SCALE, border=BORDER)
    return buffer.getvalue()


def sheet(questionnaire: Questionnaire, url: str) -> bytes:
    """A PDF for the wall: what is asked, where, until when, the code and the link in words."""
    return _printed(_SHEET, questionnaire, url)


def slips(questionnaire: Questionnaire, url: str, codes: Sequence[str]) -> bytes:
    """A PDF to cut up: a slip for each of the codes that let one answer once."""
    return _printed(_SLIPS, questionnaire, url, codes=list(codes), school=str(questionnaire.organisation))


def _printed(template: Path, questionnaire: Questionnaire, url: str, **more: object) -> bytes:
    said = {
        "title": questionnaire.form.title,
        "school": questionnaire.organisation.name,
        "until": f"Ответить можно до {words.day(questionnaire.campaign.due)} включительно.",
        "code": picture(url, "svg").decode(),
        "url": url,
        **more,
    }
    return typst.compile(template.read_bytes(), format="pdf", sys_inputs={"said": json.dumps(said)})


def _code(url: str) -> segno.QRCode:
    return segno.make_qr(url, error="m")
