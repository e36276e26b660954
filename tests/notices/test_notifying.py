"""Telling people: once for each key, the way each has chosen, as long as the right is held."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from opora.access.models import Membership, User
from opora.access.queries import who, who_in
from opora.access.roles import RoleCode
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.notices.actions import notify
from opora.notices.choices import defaults
from opora.notices.forms import ASKED
from opora.notices.mailing.words import NEUTRAL
from opora.notices.models import Channel, Choice, Notice, NoticeKind
from tests import factories

pytestmark = pytest.mark.django_db


def tell(*users: User, key: str = "k", kind: NoticeKind = NoticeKind.RETURNED, **values: object) -> int:
    on = users[0]
    return notify(users, kind=kind, text="Отчёт вернули.", url="/assignments/1/", on=on, key=key, **values)  # type: ignore[arg-type]


def test_each_is_told_once_by_the_key(region: factories.Region) -> None:
    head, staff = region.user(RoleCode.SCHOOL_HEAD), region.user(RoleCode.SCHOOL_STAFF)
    assert tell(head) == 1
    assert tell(head, staff, staff) == 1
    assert tell(head, staff) == 0
    assert tell(head, key="another") == 1
    assert Notice.objects.filter(user=head).count() == 2


def test_what_a_person_does_not_want_is_not_told(region: factories.Region) -> None:
    head = region.user(RoleCode.SCHOOL_HEAD)
    Choice.objects.create(user=head, channels={"returned": Channel.NONE}, days_before=3, digest_hour=8)
    assert tell(head) == 0
    assert tell(head, kind=NoticeKind.ACCEPTED) == 1


def test_the_way_decides_when_a_mail_carries_it(region: factories.Region) -> None:
    head = region.user(RoleCode.SCHOOL_HEAD)
    for kind in (NoticeKind.RETURNED, NoticeKind.ASSIGNED, NoticeKind.ACCEPTED):
        tell(head, key=kind.value, kind=kind)
    at = dict(Notice.objects.values_list("kind", "mail_at"))
    assert at["returned"] <= timezone.now()
    assert timezone.localtime(at["assigned"]).hour == 8
    assert at["assigned"] > timezone.now()
    assert at["accepted"] is None


def test_without_an_address_there_is_no_mail(region: factories.Region) -> None:
    head = region.user(RoleCode.SCHOOL_HEAD)
    head.email = ""
    tell(head)
    assert Notice.objects.get().mail_at is None


def test_a_notice_whose_right_is_lost_is_gone(region: factories.Region) -> None:
    head, school = region.user(RoleCode.SCHOOL_HEAD), region.schools[0]
    tell(head, needs=(Permission.LISTS_VIEW, school.path))
    tell(head, key="open")
    assert Notice.objects.visible(head).count() == 2
    Membership.objects.filter(user=head).update(role=RoleCode.METHODIST)
    head.refresh_from_db()
    assert [one.key for one in Notice.objects.visible(head)] == ["open"]


def test_a_stranger_sees_nothing_of_it(region: factories.Region) -> None:
    tell(region.user(RoleCode.SCHOOL_HEAD))
    assert not Notice.objects.visible(region.user(RoleCode.REGIONAL_COORDINATOR)).exists()


@pytest.mark.parametrize("wrong", [{"key": "k" * 201}, {"url": "https://elsewhere.example/"}])
def test_what_cannot_be_kept_is_refused(region: factories.Region, wrong: dict[str, str]) -> None:
    head = region.user(RoleCode.SCHOOL_HEAD)
    values = {"kind": NoticeKind.DUE, "text": "Срок сегодня.", "url": "/", "on": head, "key": "k", **wrong}
    with pytest.raises(ValueError, match="key"):
        notify([head], **values)  # type: ignore[arg-type]


def test_who_holds_a_right_in_that_very_organisation(region: factories.Region) -> None:
    head, staff = region.user(RoleCode.SCHOOL_HEAD), region.user(RoleCode.SCHOOL_STAFF)
    region.user(RoleCode.MUNICIPAL_COORDINATOR)  # holds it for the school, but from above
    gone = region.user(RoleCode.SCHOOL_HEAD)
    Membership.objects.filter(user=gone).update(since=today() - dt.timedelta(days=9), until=today() - dt.timedelta(1))
    closed = region.user(RoleCode.SCHOOL_HEAD)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    assert who(Permission.ASSIGNMENTS_REPORT, region.schools[0]) == [head, staff]
    assert who(Permission.ASSIGNMENTS_SUBMIT, region.schools[0]) == [head]
    assert who_in(Permission.ASSIGNMENTS_SUBMIT, [one.pk for one in region.schools]) == {region.schools[0].pk: [head]}


@pytest.mark.parametrize("kind", NoticeKind)
def test_each_kind_is_asked_about_has_a_default_and_neutral_words(kind: NoticeKind) -> None:
    assert kind in {*ASKED, NoticeKind.TROUBLE}
    assert all(kind in defaults(role).channels for role in ("", *RoleCode))
    assert kind in {*NEUTRAL, NoticeKind.TROUBLE}
