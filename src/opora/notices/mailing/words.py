"""A mail in words, put together when it is sent: what was read or may not be known any more is left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email.mime.text import MIMEText
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from opora.access.models import User
from opora.core.clock import today
from opora.core.text import plural
from opora.notices import points
from opora.notices.calendar import invitation
from opora.notices.choices import channel_for, choices_of
from opora.notices.models import Channel, Mail, Notice, NoticeKind
from opora.notices.points import Line
from opora.ui import words

INVITATIONS = 10  # that one mail carries
LINES = 30  # notices that one mail spells out
NEUTRAL: dict[str, str] = {  # of what tells that a school is listed: a mail leaves the house
    NoticeKind.ASSIGNED: "Поступили поручения",
    NoticeKind.SOON: "Приближается срок поручения",
    NoticeKind.DUE: "Сегодня срок поручения",
    NoticeKind.OVERDUE: "Истёк срок поручения",
    NoticeKind.DECISION: "Ждёт вашего решения",
    NoticeKind.RETURNED: "Отчёт вернули на доработку",
    NoticeKind.ACCEPTED: "Отчёт принят",
    NoticeKind.CANCELLED: "Поручение отменено",
    NoticeKind.CHANGED: "Поручение изменено",
    NoticeKind.POSTPONEMENT: "Перенос срока",
    NoticeKind.MENTION: "Вас упомянули в обсуждении",
    NoticeKind.LETTER: "Пришло письмо",
    NoticeKind.VISA: "Документ ждёт согласования",
    NoticeKind.ENTRUSTED: "Новое уведомление",
    NoticeKind.LISTED: "Новое уведомление",
    NoticeKind.DEVELOPMENT: "Диагностика и события",
    NoticeKind.MEETING: "Заседание рабочей группы",
    NoticeKind.RESERVE: "Управленческий резерв",
    NoticeKind.VISIT: "Новое уведомление",
}


def line_of(notice: Notice) -> Line:
    """The notice as it may leave the house."""
    if not notice.closed:
        return Line(notice.text, _address(notice.url))
    said = NEUTRAL.get(notice.kind, "Новое уведомление")
    return Line(f"{said}. Подробности — в системе.", _address(reverse("notices:notices")))


def message_of(mail: Mail) -> EmailMultiAlternatives | None:
    """The mail; None where nothing is left to say, or nobody to say it to."""
    user = mail.user
    if not user.is_active or not user.email:
        return None
    rows = Notice.objects.filter(mail=mail.public_id, user=user).allowed(user).unread()
    notices = list(rows.order_by("pk"))
    if not notices:
        return None
    wanted = choices_of([user])[user.pk]
    digest = any(channel_for(wanted, one.kind) == Channel.DIGEST for one in notices)
    lines = [line_of(one) for one in notices]
    context = {
        "name": str(user),
        "lines": lines[:LINES],
        "more": max(len(lines) - LINES, 0),
        "heaps": _heaps(user) if digest else [],
        "site": settings.OPORA_SITE,
        "all": _address(reverse("notices:notices")),
        "choices": _address(reverse("notices:choices")),
    }
    message = EmailMultiAlternatives(
        _subject(lines, digest=digest),
        render_to_string("notices/email/mail.txt", context),
        settings.DEFAULT_FROM_EMAIL,
        [user.email],
        headers=_headers(mail),
    )
    message.attach_alternative(render_to_string("notices/email/mail.html", context), "text/html")
    for part in _invitations(mail, notices):
        message.attach(part)
    return message


def _invitations(mail: Mail, notices: Sequence[Notice]) -> Iterator[MIMEText]:
    """What the notices invite to, as it is now: the newest state of each, once."""
    ids = list(dict.fromkeys(one.object_id for one in notices))
    found = [event for events in points.invited.call(mail.user, ids) for event in events]
    for number, event in enumerate(found[:INVITATIONS], start=1):
        method, content = invitation(event, to=mail.user, at=mail.created_at, site=settings.OPORA_SITE)
        part = MIMEText(content.decode(), "calendar", "utf-8")
        part.set_param("method", method)
        part.add_header("Content-Disposition", "attachment", filename=f"invite-{number}.ics")
        yield part


def _subject(lines: Sequence[Line], *, digest: bool) -> str:
    if digest:
        return f"Опора: сводка, {words.day(today())}".replace(words.NBSP, " ")
    if len(lines) == 1:
        text = " ".join(lines[0].text.split())
        return f"Опора: {text if len(text) <= 100 else text[:100] + '…'}"
    return f"Опора: {len(lines)} {plural(len(lines), 'уведомление', 'уведомления', 'уведомлений')}"


def _headers(mail: Mail) -> dict[str, str]:
    """The Message-ID is the mail's own: sent again after a crash, it is the same mail."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    found = {"Message-ID": f"<{mail.public_id}@{domain}>", "Auto-Submitted": "auto-generated"}
    if settings.OPORA_SITE:
        found["List-Unsubscribe"] = f"<{_address(reverse('notices:choices'))}>"
    return found


def _heaps(user: User) -> list[points.Heap]:
    found = (heap for heaps in points.heaps.call(user) for heap in heaps if heap.total)
    return [
        points.Heap(
            heap.title,
            heap.total,
            [Line(line.text, _address(line.url), line.when) for line in heap.lines],
            _address(heap.url),
        )
        for heap in found
    ]


def _address(url: str) -> str:
    """A page of ours as a link of a mail; empty where the site does not know its own address."""
    return settings.OPORA_SITE + url if settings.OPORA_SITE else ""
