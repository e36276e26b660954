"""The bell, the list, marks of reading and their undo, choices, the address of a calendar, the administrator's page."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.permissions import Permission
from opora.journal.models import Entry
from opora.notices.actions import digest, notify
from opora.notices.models import Channel, Choice, Feed, Mail, Notice, NoticeKind
from opora.notices.retention import forget_old
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(region: factories.Region) -> User:
    return region.user(RoleCode.SCHOOL_HEAD)


@pytest.fixture
def mine(head: User, client: Client) -> Client:
    client.force_login(head)
    return client


def tell(user: User, count: int = 1, **values: object) -> list[Notice]:
    start = Notice.objects.count()
    for number in range(start, start + count):
        text, url = f"Уведомление {number}.", f"/assignments/?q={number}"
        notify([user], kind=NoticeKind.DUE, text=text, url=url, on=user, key=str(number), **values)  # type: ignore[arg-type]
    return list(Notice.objects.filter(user=user).order_by("pk"))


def bell(client: Client) -> str:
    page = client.get("/notices/").content.decode()
    found = re.search(r'class="btn btn-ghost bell".*?</a>', page, re.DOTALL)
    assert found
    count = re.search(r'menu-count">(.*?)<', found[0])
    return count[1] if count else ""


def test_the_bell_counts_what_is_unread_and_may_be_known(mine: Client, head: User, region: factories.Region) -> None:
    assert bell(mine) == ""
    tell(head, 2)
    tell(head, needs=(Permission.LISTS_VIEW, region.schools[1].path))  # not his school
    assert bell(mine) == "2"
    assert mine.get("/notices/").content.decode().count("notice-open") == 2


def test_the_bell_stops_counting_at_a_hundred(mine: Client, head: User) -> None:
    tell(head, 120)
    assert bell(mine) == "99+"


def test_going_where_a_notice_leads_marks_it_read(mine: Client, head: User) -> None:
    (notice,) = tell(head)
    assert mine.get(f"/notices/{notice.public_id}/open/").status_code == 405
    response = mine.post(f"/notices/{notice.public_id}/open/")
    assert response.headers["Location"] == notice.url
    assert bell(mine) == ""


def test_marks_lead_back_to_the_list_as_it_was(mine: Client, head: User) -> None:
    (notice,) = tell(head)
    back = mine.post(f"/notices/{notice.public_id}/read/", {"back": "/notices/?read=no"})
    assert back.headers["Location"] == "/notices/?read=no"
    for elsewhere in ("https://evil.example/", "/notices/../x", "//evil.example/notices/"):
        back = mine.post(f"/notices/{notice.public_id}/unread/", {"back": elsewhere})
        assert back.headers["Location"].startswith("/notices/")
    assert bell(mine) == "1"


def test_all_are_marked_and_that_is_undone(mine: Client, head: User) -> None:
    notices = tell(head, 3)
    mine.post(f"/notices/{notices[0].public_id}/read/")
    page = mine.post("/notices/read/", follow=True).content.decode()
    assert "Отмечено прочитанным: 2." in page
    assert bell(mine) == ""
    undo = re.search(r'action="(/notices/unread/\d+/)"', page)
    assert undo
    mine.post(undo[1])
    assert bell(mine) == "2"  # the first was read before
    assert mine.post(f"/notices/unread/{10**30}/").status_code == 404


def test_another_ones_notice_is_not_there(mine: Client, region: factories.Region) -> None:
    (notice,) = tell(region.user(RoleCode.SCHOOL_STAFF))
    for act in ("open", "read", "unread"):
        assert mine.post(f"/notices/{notice.public_id}/{act}/").status_code == 404


def test_a_page_asks_the_same_whether_or_not_something_of_a_list_is_there(
    mine: Client, head: User, region: factories.Region
) -> None:
    asked = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            mine.get("/notices/")
        asked.append(len(queries))
        tell(head, 5, needs=(Permission.LISTS_VIEW, region.schools[1].path))
    assert asked[0] == asked[1]


def test_old_notices_and_mails_are_forgotten(head: User) -> None:
    with time_machine.travel(timezone.now() - dt.timedelta(days=200)):
        tell(head, 3)
        Mail.objects.create(user=head, state="sent", finished_at=timezone.now())
    tell(head)
    assert forget_old() == 3
    assert Notice.objects.count() == 1
    assert not Mail.objects.exists()


# -- choices -----------------------------------------------------------------------------------------------------


def chosen(client: Client, **values: str) -> dict[str, str]:
    page = client.get("/notices/choices/")
    form = page.context["form"]
    given = {name: str(form[name].value()) for name in form.fields}
    return {name: value for name, value in {**given, **values}.items() if value != "False"}


def test_a_choice_is_kept_and_the_default_comes_back(mine: Client, head: User) -> None:
    data = chosen(mine, kind_due="mail", days_before="7", digest_hour="9")
    assert mine.post("/notices/choices/", data).status_code == 302
    choice = Choice.objects.get(user=head)
    assert (choice.channels["due"], choice.days_before, choice.digest_hour) == (Channel.MAIL, 7, 9)
    mine.post("/notices/choices/defaults/")
    assert not Choice.objects.exists()


def test_a_wrong_choice_is_shown(mine: Client) -> None:
    response = mine.post("/notices/choices/", chosen(mine, kind_due="pigeon", digest_hour="77"))
    assert response.status_code == 422
    assert not Choice.objects.exists()


@pytest.mark.parametrize(("role", "asked"), [(RoleCode.SCHOOL_HEAD, False), (RoleCode.ADMINISTRATOR, True)])
def test_only_administrators_are_asked_about_troubles(
    region: factories.Region, client: Client, role: str, asked: bool
) -> None:
    client.force_login(region.user(role))
    assert ("kind_trouble" in client.get("/notices/choices/").content.decode()) is asked


# -- the calendar's address ----------------------------------------------------------------------------------------


def test_an_address_is_shown_once_and_kept_as_a_digest(mine: Client, head: User) -> None:
    page = mine.post("/notices/calendar/open/", follow=True).content.decode()
    found = re.search(r"/calendar/([\w-]{43})/opora\.ics", page)
    assert found
    assert Feed.objects.get(user=head).token_hash == digest(found[1])
    assert found[1] not in str(list(Feed.objects.values()))
    asked = mine.post("/notices/calendar/open/")
    assert "Прежний адрес перестанет действовать" in asked.content.decode()
    mine.post("/notices/calendar/open/", {"confirmed": "1"})
    assert Client().get(f"/calendar/{found[1]}/opora.ics").status_code == 404
    mine.post("/notices/calendar/close/", {"confirmed": "1"})
    assert not Feed.objects.exists()
    codes = ["notices.calendar_opened", "notices.calendar_opened", "notices.calendar_closed"]
    assert list(Entry.objects.order_by("number").values_list("code", flat=True)) == codes


def test_an_address_is_shown_in_no_other_session(mine: Client, head: User) -> None:
    mine.post("/notices/calendar/open/")
    other = Client()
    other.force_login(head)
    assert "opora.ics" not in other.get("/notices/choices/").content.decode()


# -- the administrator ---------------------------------------------------------------------------------------------


def test_an_administrator_sees_whether_mails_went_out_and_sends_them_again(
    region: factories.Region, client: Client, head: User
) -> None:
    failed = {"state": "failed", "finished_at": timezone.now(), "attempts": 8, "error": "550 no such user"}
    mail = Mail.objects.create(user=head, **failed)
    client.force_login(region.user(RoleCode.ADMINISTRATOR))
    page = client.get("/settings/mails/", {"state": "failed"}).content.decode()
    assert "550 no such user" in page
    client.post(f"/settings/mails/{mail.public_id}/retry/")
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("queued", 0)
    assert client.post(f"/settings/mails/{mail.public_id}/retry/").status_code == 409
    client.force_login(head)
    assert client.get("/settings/mails/").status_code == 403
