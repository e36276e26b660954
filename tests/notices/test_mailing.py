"""Mails: one for many notices, each notice in one, nothing of a closed list in their words, failures told."""

from __future__ import annotations

import datetime as dt
import smtplib
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail as outbox
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st

from opora.access.models import Membership, User
from opora.access.roles import RoleCode
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.notices import points
from opora.notices.actions import choose, forget_choice, mark_all, notify
from opora.notices.mailing import queue, sending, transport
from opora.notices.mailing.composing import compose_due
from opora.notices.models import Channel, Choice, Mail, MailState, Notice, NoticeKind
from opora.notices.points import Heap, Line
from tests import factories

pytestmark = pytest.mark.django_db
THURSDAY = dt.datetime(2026, 11, 26, 10, tzinfo=dt.UTC)  # 13:00 in Moscow


@pytest.fixture
def head(region: factories.Region) -> User:
    return region.user(RoleCode.SCHOOL_HEAD)


def tell(user: User, key: str, kind: NoticeKind = NoticeKind.RETURNED, **values: Any) -> Notice:
    text = values.pop("text", f"Уведомление {key}.")
    notify([user], kind=kind, text=text, url=f"/assignments/{key}/", on=user, key=key, **values)
    return Notice.objects.get(user=user, key=key)


def bodies() -> list[str]:
    return [str(message.body) for message in outbox.outbox]


def test_a_mail_at_once_carries_all_that_waits(head: User) -> None:
    for key in ("a", "b", "c"):
        tell(head, key)
    assert sending.send_due() == 1
    (body,) = bodies()
    assert all(f"Уведомление {key}." in body for key in ("a", "b", "c"))
    assert outbox.outbox[0].subject == "Опора: 3 уведомления"
    assert sending.send_due() == 0
    assert Mail.objects.get().state == MailState.SENT


def test_a_digest_waits_for_its_hour_and_working_day(head: User) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 27, 10, tzinfo=dt.UTC), tick=False) as clock:  # a Friday
        tell(head, "a", NoticeKind.ASSIGNED)
        tell(head, "b", NoticeKind.DUE)
        for day, hour in ((27, 20), (28, 9), (29, 9), (30, 4)):
            clock.move_to(dt.datetime(2026, 11, day, hour, tzinfo=dt.UTC))
            assert sending.send_due() == 0
        clock.move_to(dt.datetime(2026, 11, 30, 5, 1, tzinfo=dt.UTC))  # Monday, 8:01 in Moscow
        assert sending.send_due() == 1
    assert outbox.outbox[0].subject == "Опора: сводка, 30 ноября 2026"


def test_who_wants_every_day_gets_it_at_the_weekend(head: User) -> None:
    Choice.objects.create(user=head, channels={}, days_before=3, digest_hour=9, working_days=False)
    with time_machine.travel(dt.datetime(2026, 11, 27, 10, tzinfo=dt.UTC), tick=False) as clock:
        tell(head, "a", NoticeKind.ASSIGNED)
        clock.move_to(dt.datetime(2026, 11, 28, 6, 1, tzinfo=dt.UTC))
        assert sending.send_due() == 1


def test_holidays_are_waited_over(head: User) -> None:
    with time_machine.travel(dt.datetime(2026, 12, 31, 12, tzinfo=dt.UTC), tick=False):
        notice = tell(head, "a", NoticeKind.ASSIGNED)
    assert notice.mail_at
    assert timezone.localdate(notice.mail_at) >= dt.date(2027, 1, 9)


def test_the_digest_says_what_stands(head: User, monkeypatch: pytest.MonkeyPatch) -> None:
    heap = Heap("Просрочено", 7, [Line("пункт 3 «Провести»", "/assignments/x/", "до 1 ноября")], "/assignments/")
    monkeypatch.setattr(points.heaps, "_functions", [lambda user: [heap, Heap("Сегодня", 0, [], "/")]])
    with time_machine.travel(THURSDAY, tick=False) as clock:
        tell(head, "a", NoticeKind.ASSIGNED)
        clock.move_to(THURSDAY + dt.timedelta(days=1))
        sending.send_due()
    (body,) = bodies()
    assert "Просрочено: 7" in body
    assert "пункт 3 «Провести», до 1 ноября" in body
    assert "Сегодня" not in body
    assert "Просрочено: 7" in str(outbox.outbox[0].alternatives[0][0])  # type: ignore[attr-defined]


def test_a_mail_names_nothing_of_a_closed_list(head: User, region: factories.Region, settings: Any) -> None:
    settings.OPORA_SITE = "https://opora.example.org"
    path = region.schools[0].path
    tell(head, "тайна", text="Секретное поручение школе.", needs=(Permission.LISTS_VIEW, path))
    sending.send_due()
    message = outbox.outbox[0]
    whole = message.message().as_string() + message.subject + bodies()[0]
    assert "Отчёт вернули на доработку. Подробности — в системе." in bodies()[0]
    assert "Секретное" not in whole
    assert "тайна" not in whole
    assert "https://opora.example.org/notices/choices/" in bodies()[0]
    assert message.extra_headers["List-Unsubscribe"] == "<https://opora.example.org/notices/choices/>"


def test_what_may_not_be_known_any_more_is_not_mailed(head: User, region: factories.Region) -> None:
    tell(head, "closed", needs=(Permission.LISTS_VIEW, region.schools[0].path))
    Membership.objects.filter(user=head).update(role=RoleCode.METHODIST)
    sending.send_due()
    assert outbox.outbox == []
    assert Mail.objects.get().state == MailState.DROPPED


def test_what_was_read_meanwhile_is_not_mailed(head: User) -> None:
    tell(head, "a")
    mark_all(by=head)
    assert sending.send_due() == 1
    assert outbox.outbox == []


def test_one_who_left_gets_no_mail(head: User) -> None:
    tell(head, "a")
    User.objects.filter(pk=head.pk).update(is_active=False)
    sending.send_due()
    assert outbox.outbox == []


def test_the_id_of_a_mail_is_its_own(head: User) -> None:
    tell(head, "a")
    sending.send_due()
    assert outbox.outbox[0].extra_headers["Message-ID"] == f"<{Mail.objects.get().public_id}@localhost>"


# -- the outbox --------------------------------------------------------------------------------------------------


def test_a_mail_is_taken_by_one_worker(head: User) -> None:
    tell(head, "a")
    assert compose_due() == 1
    first = queue.take()
    assert first is not None
    assert queue.take() is None
    with time_machine.travel(timezone.now() + queue.LEASE + dt.timedelta(seconds=1)):
        second = queue.take()
        assert second is not None
        with pytest.raises(queue.Lost):
            queue.finish(first, MailState.SENT)
        queue.finish(second, MailState.SENT)


def test_a_file_is_written_once(head: User, settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = transport.FILES, str(tmp_path)
    tell(head, "a")
    sending.send_due()
    mail = Mail.objects.get()
    (file,) = tmp_path.iterdir()
    before = file.read_bytes()
    Mail.objects.update(state=MailState.SENDING, finished_at=None, lease_until=timezone.now())  # died before it knew
    assert sending.send_due() == 1
    assert [one.name for one in tmp_path.iterdir()] == [f"{mail.public_id}.eml"]
    assert file.read_bytes() == before


class Refusing:
    """In place of a mail server: says no as it is told."""

    def __init__(self, error: Exception | None) -> None:
        self.error = error
        self.taken: list[Any] = []

    def open(self) -> bool:
        return False

    def close(self) -> None:
        return None

    def send_messages(self, messages: list[Any]) -> int:
        if self.error:
            raise self.error
        self.taken += messages
        return len(messages)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Refusing:
    found = Refusing(smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")}))
    monkeypatch.setattr(transport, "get_connection", lambda **options: found)
    return found


def test_a_refused_mail_is_tried_again_later_and_fails_at_last(
    head: User, region: factories.Region, server: Refusing
) -> None:
    admin = region.user(RoleCode.ADMINISTRATOR)
    with time_machine.travel(THURSDAY, tick=False) as clock:
        tell(head, "a")
        for attempt in range(1, queue.ATTEMPTS + 1):
            sending.send_due()
            mail = Mail.objects.get(user=head)
            assert mail.attempts == attempt
            assert "550" in mail.error
            sending.send_due()
            assert Mail.objects.get(user=head).attempts == attempt  # not before its time
            clock.move_to((mail.next_at or timezone.now()) + dt.timedelta(seconds=1))
        assert mail.state == MailState.FAILED
        told = Notice.objects.filter(user=admin, kind=NoticeKind.TROUBLE)
        assert told.count() >= 1
        assert Notice.objects.get(user=head).read_at is None  # nothing is lost: it stands in the application
        server.error = None
        queue.retry(mail, by=admin)
        sending.send_due()
    assert Mail.objects.get(user=head).state == MailState.SENT
    with pytest.raises(Refused):
        queue.retry(Mail.objects.get(user=head), by=admin)


def test_an_absent_server_stops_the_tick_and_costs_one_mail_its_attempt(
    region: factories.Region, server: Refusing
) -> None:
    server.error = smtplib.SMTPServerDisconnected("gone")
    for number in range(3):
        tell(region.user(RoleCode.SCHOOL_HEAD), f"k{number}")
    sending.send_due()
    assert sorted(Mail.objects.values_list("attempts", flat=True)) == [0, 0, 1]
    server.error = None
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=2)):
        sending.send_due()
    assert len(server.taken) == 3


def test_a_mail_that_the_server_took_is_not_sent_again_after_a_crash(
    head: User, server: Refusing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the server's yes and the database a receipt on the disk stands for it."""
    server.error = None
    tell(head, "a")

    def die(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sending.queue, "finish", die)
        with pytest.raises(KeyboardInterrupt):
            sending.send_due()
    assert Mail.objects.get().state == MailState.SENDING
    with time_machine.travel(timezone.now() + queue.LEASE + dt.timedelta(seconds=1)):
        sending.send_due()
    assert Mail.objects.get().state == MailState.SENT
    assert len(server.taken) == 1


def test_a_mail_that_cannot_be_put_together_holds_up_no_other(
    head: User, region: factories.Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(head, "a")
    tell(region.user(RoleCode.SCHOOL_STAFF), "b")
    whole = sending.message_of
    monkeypatch.setattr(sending, "message_of", lambda mail: 1 / 0 if mail.user == head else whole(mail))
    sending.send_due()
    assert len(outbox.outbox) == 1
    assert "ZeroDivisionError" in Mail.objects.get(user=head).error


@settings_of(max_examples=25)
@given(
    steps=st.lists(st.sampled_from(["tell", "compose", "send", "die", "refuse", "read", "wait", "choose"]), max_size=25)
)
def test_each_notice_is_in_one_mail_and_each_mail_goes_once(head: User, steps: list[str]) -> None:
    """Whatever happens in whatever order; what was read before it was sent may be missing, nothing else."""
    handed: list[str] = []
    read: set[str] = set()
    with transaction.atomic(), time_machine.travel(THURSDAY, tick=False) as clock:
        for number, step in enumerate([*steps, "wait", "compose", *["wait", "send"] * (len(steps) + 1)]):
            if step == "tell":
                tell(head, str(number), [NoticeKind.RETURNED, NoticeKind.DUE][number % 2])
            elif step == "compose":
                compose_due()
            elif step == "read":
                read |= set(Notice.objects.filter(read_at=None).values_list("key", flat=True))
                mark_all(by=head)
            elif step == "wait":
                clock.shift(dt.timedelta(days=4))
            elif step == "choose":
                choose(head, channels={"due": Channel.MAIL}, days_before=3, digest_hour=9, working_days=True)
            elif (mail := queue.take()) and step == "refuse":
                queue.put_off(mail, "451")
            elif mail and step == "send":
                if message := sending.message_of(mail):
                    handed += [key for key in Notice.objects.values_list("key", flat=True) if _says(message, key)]
                queue.finish(mail, MailState.SENT if message else MailState.DROPPED)
        assert len(handed) == len(set(handed))
        failed = set(Mail.objects.filter(state=MailState.FAILED).values_list("public_id", flat=True))
        kept = set(Notice.objects.filter(mail__in=failed).values_list("key", flat=True))
        assert set(Notice.objects.values_list("key", flat=True)) - read - kept <= set(handed)
        transaction.set_rollback(True)


def _says(message: Any, key: str) -> bool:
    return f"Уведомление {key}." in message.body


def test_a_new_choice_times_what_waits_anew(head: User) -> None:
    notice = tell(head, "a", NoticeKind.ASSIGNED)
    choose(head, channels={"assigned": Channel.PAGE}, days_before=3, digest_hour=9, working_days=True)
    notice.refresh_from_db()
    assert notice.mail_at is None
    other = tell(head, "b", NoticeKind.DUE)
    choose(head, channels={"due": Channel.MAIL}, days_before=3, digest_hour=9, working_days=True)
    other.refresh_from_db()
    assert other.mail_at
    assert other.mail_at <= timezone.now()
    forget_choice(head)
    other.refresh_from_db()
    assert other.mail_at
    assert other.mail_at > timezone.now()
