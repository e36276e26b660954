"""Copies of very many rows: the page is asked again in the background, as the person asked for it, into a file.

The mark is in the file from the beginning, as marking it afterwards would need all of it in memory; who takes it, and
when, is journalled when it is taken.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.core.files.base import File
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.test import RequestFactory
from django.urls import resolve
from django.utils import timezone

from opora.core.actor import Actor
from opora.core.models import Job
from opora.core.tasks import Progress, enqueue, task
from opora.core.workflow import Refused
from opora.exports.models import LargeCopy
from opora.exports.sheets import LARGEST, pour_comma_separated, pour_workbook
from opora.exports.stamping import Stamp
from opora.ui.copies import Copied, poured_into

KEPT = dt.timedelta(days=1)
STEP = 500  # rows between two words about how far it is
_signer = Signer(salt="exports.large")


def signed(address: str) -> str:
    """The address of a table with `?to=`, so that nothing else is asked in the person's name."""
    return _signer.sign(address)


@transaction.atomic
def prepare(token: str, title: str, *, by: Actor) -> Job:
    """Begin to make the copy of the table at a signed address."""
    try:
        address = _signer.unsign(token)
    except BadSignature:
        raise Refused("Адрес таблицы испорчен. Откройте её снова и скачайте копию оттуда.") from None
    stamp = Stamp.of(by)
    copy = LargeCopy.objects.create(actor_id=by.actor_id, title=title[:300], address=address, mark=stamp.mark)
    name = f"Копия: {title[:200]}"
    url = copy.get_absolute_url()
    return enqueue(make, by=by, name=name, key=f"exports.large:{copy.public_id}", url=url, copy=copy.public_id)


@task(queue="bulk")
def make(job: Progress, *, copy: str) -> None:
    from opora.access.models import User

    found = LargeCopy.objects.get(public_id=copy)
    if found.made_at:
        return
    by = User.objects.get(public_id=found.actor_id)
    poured: list[Copied] = []

    def sink(copied: Copied) -> None:
        _pour(found, copied, Stamp(found.mark, by.label, timezone.now()), job)
        poured.append(copied)

    request = RequestFactory().get(found.address)
    request.user = by
    view, arguments, named = resolve(request.path_info)
    with poured_into(sink):
        view(request, *arguments, **named)
    if not poured:
        raise Refused("Этой таблицы больше нет, или она вам не доступна. Откройте её снова.")


def _pour(found: LargeCopy, copied: Copied, stamp: Stamp, job: Progress) -> None:
    total = copied.found.count()
    found.kind = copied.kind if total <= LARGEST else "csv"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"copy.{found.kind}"
        with path.open("wb") as file:
            rows = _told(copied.rows, total, job)
            if found.kind == "xlsx":
                pour_workbook(file, copied.title, copied.labels, rows, stamp=stamp, folder=Path(folder))
            else:
                pour_comma_separated(file, copied.labels, rows, stamp=stamp)
        with path.open("rb") as file:
            found.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            found.size = path.stat().st_size
            found.name, found.rows, found.confidential = copied.name[:26], total, copied.confidential
            found.made_at = timezone.now()
            file.seek(0)
            found.file.save(path.name, File(file), save=False)
    found.save()
    job.step(total, total, f"Строк: {total}")


def _told(rows: Iterable[Sequence[object]], total: int, job: Progress) -> Iterator[Sequence[object]]:
    for number, row in enumerate(rows, start=1):
        if number % STEP == 0:
            job.step(min(number, total), total, f"Записано строк: {number} из {total}")
        yield row


def forget_large() -> None:
    """The clock: copies of yesterday go, taken or not."""
    for copy in LargeCopy.objects.filter(created_at__lt=timezone.now() - KEPT):
        copy.file.delete(save=False)
        copy.delete()
