"""A group works on listed schools: those whom the region names know of the schools it names, and nobody else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.models import Entry
from opora.lists.models import Entrustment, ListEntry, SchoolList
from opora.notices import points
from opora.notices.models import Notice
from opora.registry.models import Body, Organisation
from opora.support.actions import admitting, meetings
from opora.support.models import Case, Meeting
from tests.factories import Region
from tests.support.test_meetings import group, planned

pytestmark = pytest.mark.django_db
LATER = today() + dt.timedelta(days=20)


@pytest.fixture
def body(region: Region, coordinator: User) -> Body:
    return group(region, coordinator)


@pytest.fixture
def meeting(body: Body, coordinator: User, listed: SchoolList) -> Meeting:
    """About the listed school of the second municipality; a member is the coordinator of the first."""
    return planned(body, coordinator, confidential=True, day=today(), agenda=[("О школе секретной", "")])


@pytest.fixture
def school(region: Region) -> Organisation:
    return region.schools[2]


def member() -> User:
    """As the next request has him."""
    return User.objects.get(person__last_name="ЧленБ")


def heard() -> QuerySet[Notice]:
    return Notice.objects.visible(member()).filter(kind="meeting")


def sees(user: User) -> bool:
    return Meeting.objects.visible(user).exists()


def known(user: User) -> set[Organisation]:
    return {one.organisation for one in ListEntry.objects.visible(user)}


def test_who_is_named_sees_the_meeting_and_the_schools_until_the_day(
    meeting: Meeting, coordinator: User, school: Organisation, region: Region
) -> None:
    own = known(member())
    assert meetings.invite(meeting, by=coordinator) == 0
    made = admitting.admit(meeting, by=coordinator, people=[member()], schools=[school], until=LATER)
    assert (len(made), sees(member()), known(member())) == (1, True, own | {school})
    assert {one.school for one in Case.objects.visible(member())} == own | {school}
    assert not member().may(Permission.ASSIGNMENTS_VIEW, school.path)
    assert not member().may(Permission.PEOPLE_VIEW, school.path)
    notice = heard().get()
    assert ("1 школа" in notice.text, school.short_name in notice.text, notice.closed) == (True, False, True)
    assert [event.title for found in points.events.call(member()) for event in found if event.hours] == [
        "Заседание рабочей группы"
    ]
    meetings.change(
        meeting, by=coordinator, agenda=(), guests=(), **{name: getattr(meeting, name) for name in meetings.FIELDS}
    )
    assert "Изменилось" in heard().order_by("-pk")[0].text
    others = [region.user(RoleCode.METHODIST), region.user(RoleCode.MUNICIPAL_COORDINATOR), region.user("observer")]
    assert [(sees(user), school in known(user)) for user in others] == [(False, False)] * 3
    assert admitting.admit(meeting, by=coordinator, people=[member()], schools=[school], until=LATER) == []
    entries = Entry.objects.filter(code__in=["lists.entrusted_for_meeting", "support.meeting_admitted"])
    assert sorted(entries.values_list("code", "confidential")) == [
        ("lists.entrusted_for_meeting", True),
        ("support.meeting_admitted", True),
    ]
    Entrustment.objects.update(since=today() - dt.timedelta(days=9), until=today() - dt.timedelta(days=1))
    assert (sees(member()), known(member()), heard().count()) == (False, own, 0)


def test_it_ends_with_the_meeting_or_the_membership(
    meeting: Meeting, coordinator: User, school: Organisation, body: Body
) -> None:
    meetings.invite(meeting, by=coordinator)
    admitting.admit(meeting, by=coordinator, people=[member()], schools=[school], until=LATER)
    body.members.filter(person__last_name="ЧленБ").delete()
    given = {name: getattr(meeting, name) for name in meetings.FIELDS}
    meetings.change(meeting, by=coordinator, agenda=(), guests=(), **given)
    assert (sees(member()), school in known(member())) == (False, False)
    other = planned(body, coordinator, confidential=True, day=today())
    with pytest.raises(Refused, match="кого приглашают"):
        admitting.admit(other, by=coordinator, people=[member()], schools=[school], until=LATER)
    admitting.admit(other, by=coordinator, people=[coordinator], schools=[school], until=LATER)
    meetings.cancel(other, by=coordinator, reason="Карантин")
    assert not Entrustment.objects.filter(ended_at=None).exists()


def test_only_the_region_admits_and_only_to_what_is_talked_about(
    meeting: Meeting, coordinator: User, school: Organisation, body: Body, region: Region
) -> None:
    with pytest.raises(Denied):
        admitting.admit(meeting, by=member(), people=[member()], schools=[school], until=LATER)
    for until in (today() - dt.timedelta(days=1), today() + dt.timedelta(days=400)):
        with pytest.raises(Refused, match="Последний день"):
            admitting.admit(meeting, by=coordinator, people=[member()], schools=[school], until=until)
    with pytest.raises(Refused, match="хотя бы одного"):
        admitting.admit(meeting, by=coordinator, people=[member()], schools=[], until=LATER)
    plain = planned(body, coordinator, day=today())
    with pytest.raises(Refused, match="и так видят"):
        admitting.admit(plain, by=coordinator, people=[member()], schools=[school], until=LATER)
    assert not Entrustment.objects.exists()


def test_it_is_done_and_undone_in_the_browser(
    meeting: Meeting, coordinator: User, school: Organisation, client: Client
) -> None:
    meetings.invite(meeting, by=coordinator)
    client.force_login(coordinator)
    page, url = meeting.get_absolute_url(), reverse("support:admit_to_meeting", args=[meeting.public_id])
    assert "Пока никому" in client.get(page).content.decode()
    form = client.get(url).content.decode()
    assert (school.short_name in form, str(member()) in form, str(coordinator) in form.split("<form", 2)[-1]) == (
        True,
        True,
        False,
    )
    given = {"people": [member().public_id], "schools": [school.public_id], "until": LATER.isoformat()}
    assert client.post(url, {**given, "schools": []}).status_code == 422
    asked = client.post(url, given).content.decode()
    assert ("узнают, что эти школы в списке" in asked, Entrustment.objects.exists()) == (True, False)
    assert client.post(url, {**given, "confirmed": "1"}).status_code == 302
    assert school.short_name in client.get(page).content.decode()
    assert "для заседания" in client.get(reverse("lists:entrustments")).content.decode()
    other = Client()
    other.force_login(member())
    assert "О школе секретной" in other.get(page).content.decode()
    assert other.get(reverse("support:protocol", args=[meeting.public_id])).content.startswith(b"PK")
    assert other.get(url).status_code == 403
    batch = Entrustment.objects.get().batch
    assert client.post(reverse("lists:undo_entrusting", args=[batch])).status_code == 302
    assert other.get(page).status_code == 404
    assert mail.outbox == []
