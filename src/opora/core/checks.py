"""What the doctor asks of the background work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils import timezone

from opora.core.health import Finding, error, fine, warning
from opora.core.models import Beat, Job, JobState

SILENT = dt.timedelta(minutes=3)  # the clock ticks twice a minute
WAITING = dt.timedelta(minutes=15)
DAY = dt.timedelta(days=1)
START = "Запустите «opora serve» или службу opora-worker и посмотрите её журнал."


def background_work(queues: tuple[str, ...] = ("default", "bulk")) -> Iterator[Finding]:
    """Are the workers alive, and does anything wait too long?"""
    now = timezone.now()
    beats = dict(Beat.objects.values_list("queue", "at"))
    for queue in queues:
        at = max((beats[name] for name in (queue, "*") if name in beats), default=None)
        if at is None:
            yield error(f"Обработчик «{queue}»", "ни разу не запускался", START)
        elif now - at > SILENT:
            yield error(f"Обработчик «{queue}»", f"молчит с {timezone.localtime(at):%d.%m.%Y %H:%M}", START)
        else:
            yield fine(f"Обработчик «{queue}»", "работает")
    late = Job.objects.filter(state=JobState.QUEUED, created_at__lt=now - WAITING).count()
    if late:
        yield warning("Фоновые работы", f"ждут дольше {WAITING.seconds // 60} минут: {late}", START)
    failed = Job.objects.filter(state=JobState.FAILED, finished_at__gt=now - DAY)
    names = list(failed.values_list("name", flat=True)[:3])
    if names:
        yield warning(
            "Фоновые работы", f"не удались за сутки: {failed.count()} ({'; '.join(names)})", "Запустите их ещё раз."
        )
    if not late and not names:
        yield fine("Фоновые работы", "ничего не застряло")
