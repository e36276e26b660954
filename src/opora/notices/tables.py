"""The tables of notices and mails."""

from __future__ import annotations

from opora.notices.forms import MailFilter, NoticeFilter
from opora.notices.models import Mail, MailState, Notice
from opora.notices.queries import search_mails
from opora.ui.tables import Column, Table

TONES = {
    MailState.QUEUED: "info",
    MailState.SENDING: "info",
    MailState.SENT: "success",
    MailState.FAILED: "danger",
    MailState.DROPPED: "neutral",
}


class NoticeTable(Table[Notice]):
    name = "notices"
    title = "Уведомления"
    default_sort = "-at"
    filters = NoticeFilter
    confidential = True  # a copy may say what only those may know who see the lists
    columns = (
        Column("text", "Уведомление", lambda one: one.text, template="notices/cells/text.html"),
        Column("kind", "О чём", lambda one: one.kind_label),
        Column("at", "Когда", lambda one: one.created_at, sort=("pk",), template="notices/cells/at.html"),
        Column(
            "read",
            "Прочитано",
            lambda one: "да" if one.read_at else "нет",
            template="notices/cells/read.html",
        ),
    )


class MailTable(Table[Mail]):
    name = "mails"
    title = "Письма"
    default_sort = "-at"
    filters = MailFilter
    search = staticmethod(search_mails)
    columns = (
        Column("user", "Кому", lambda one: str(one.user), sort=("user__sort_name",)),
        Column("email", "Адрес", lambda one: one.user.email),
        Column("state", "Состояние", lambda one: one.get_state_display(), template="notices/cells/mail_state.html"),
        Column("attempts", "Попыток", lambda one: one.attempts, sort=("attempts",), align="end"),
        Column("at", "Составлено", lambda one: one.created_at, sort=("pk",)),
        Column("finished", "Закончено", lambda one: one.finished_at, sort=("finished_at",)),
        Column("error", "Что случилось", lambda one: one.error, clamp=True),
    )


def tone(mail: Mail) -> str:
    return TONES[MailState(mail.state)]
