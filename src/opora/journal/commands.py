"""What `opora journal` does: exit codes 0 done, 1 done with findings, 2 not done."""

from __future__ import annotations

import re
from typing import TextIO

from django.utils import timezone

from opora.core.actor import Actor
from opora.core.text import plural
from opora.journal.models import Head
from opora.journal.queries import visible
from opora.journal.verify import verify

_HEAD = re.compile(r"(\d{1,18}):([0-9a-f]{64})|0:")


def verify_journal(head: str | None, out: TextIO, err: TextIO) -> int:
    """Check the whole journal, against the end `head` («число:печать») kept elsewhere too; print the end there is."""
    kept = _HEAD.fullmatch(head.strip().lower()) if head is not None else None
    if head is not None and kept is None:
        err.write("Конец журнала записывается так: число записей, двоеточие, печать из 64 знаков.\n")
        return 2
    findings = verify((int(kept[1] or 0), kept[2] or "") if kept else None)
    for finding in findings:
        out.write(f"{finding}\n")
    if findings:
        count = len(findings)
        out.write(f"Журнал нарушен: {count} {plural(count, 'нарушение', 'нарушения', 'нарушений')}.\n")
        return 1
    end = Head.objects.filter(pk=1).first() or Head()
    out.write(f"Журнал цел, записей: {end.count}.\nКонец журнала (храните отдельно): {end}\n")
    return 0


def show_journal(actor: Actor, count: int, out: TextIO) -> int:
    """Print the last `count` entries that the person may read, the newest last."""
    newest = visible(actor).order_by("-number")[: max(count, 0)]
    for entry in reversed(list(newest)):
        out.write(f"{entry.number}\t{timezone.localtime(entry.at):%Y-%m-%d %H:%M}\t{' '.join(str(entry).split())}\n")
    return 0
