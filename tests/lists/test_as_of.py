"""Who stood in the lists on a day: what was once approved is closed, never deleted, and stays as secret as it was."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator

import openpyxl
import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.workflow import Refused
from opora.journal.models import Entry
from opora.lists import actions
from opora.lists.models import ListEntry, SchoolList
from opora.lists.queries import entries_as_of, is_listed, lists
from opora.registry.actions import merge
from opora.registry.models import Organisation
from tests import factories
from tests.factories import Region
from tests.lists.conftest import draft

FIRST = dt.date(2026, 9, 1)
LATER = dt.date(2026, 10, 5)
NOW = dt.date(2026, 11, 26)
ORDER = "приказ от 20.08.2026 № 412"


@pytest.fixture(autouse=True)
def autumn() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 11, 26, 9, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def made(region: Region, author: User) -> SchoolList:
    """Three schools in a list since the first of September."""
    found = draft(region, author)
    actions.edit(found, by=author, document_text=ORDER, since=FIRST)
    actions.replace_entries(found, by=author, entries=[(school, "") for school in region.schools[:3]])
    return actions.approve(found, by=author)


def stood(day: dt.date, user: User) -> set[str]:
    return {str(entry.organisation) for entry in entries_as_of(day, user)}


def test_who_left_stood_there_until_that_day(made: SchoolList, region: Region, author: User) -> None:
    a, b, c, _ = region.schools
    actions.leave(made, by=author, organisation=a, on=LATER, document_text="приказ № 500")
    day = dt.timedelta(days=1)
    assert stood(FIRST - day, author) == set()
    assert stood(FIRST, author) == stood(LATER - day, author) == {str(a), str(b), str(c)}
    assert stood(LATER, author) == stood(NOW, author) == {str(b), str(c)}
    entry = ListEntry.objects.get(organisation=a)
    told = (entry.since, entry.since_document, entry.until, entry.until_document)
    assert told == (FIRST, ORDER, LATER, "приказ № 500")
    assert not is_listed(a, NOW)
    assert not is_listed(a, FIRST)  # work of a past day goes to those who stand in the list now
    assert lists(author).get(pk=made.pk).schools == 2


def test_nobody_leaves_before_he_came_or_twice(made: SchoolList, region: Region, author: User) -> None:
    school = region.schools[0]
    with pytest.raises(Refused, match="стоит в списке с"):
        actions.leave(made, by=author, organisation=school, on=dt.date(2026, 8, 1), document_text="х")
    actions.leave(made, by=author, organisation=school, on=LATER, document_text="х")
    with pytest.raises(Refused, match="уже нет"):
        actions.leave(made, by=author, organisation=school, on=NOW, document_text="х")
    with pytest.raises(IntegrityError), transaction.atomic():
        ListEntry.objects.filter(organisation=school).update(until=dt.date(2026, 8, 1))


def test_a_list_corrected_keeps_what_stood_in_it(made: SchoolList, region: Region, author: User) -> None:
    a, b, c, d = region.schools
    made = actions.reopen(made, by=author)
    actions.replace_entries(made, by=author, entries=[(c, ""), (d, "новая"), (b, "прежняя")])
    actions.approve(made, by=author)
    assert stood(LATER, author) == {str(a), str(b), str(c)}
    assert stood(NOW, author) == {str(b), str(c), str(d)}
    rows = {str(e.organisation): (e.order, e.note, e.since, e.until) for e in made.entries.all()}
    assert rows == {
        str(a): (1, "", FIRST, NOW),
        str(b): (3, "прежняя", FIRST, None),
        str(c): (1, "", FIRST, None),
        str(d): (2, "новая", NOW, None),
    }


def test_what_was_never_approved_leaves_no_trace(region: Region, author: User) -> None:
    made = draft(region, author)
    actions.add_school(made, by=author, organisation=region.schools[0])
    actions.remove_school(made, by=author, organisation=region.schools[0])
    assert not made.entries.exists()


def test_a_school_may_come_back(made: SchoolList, region: Region, author: User) -> None:
    school = region.schools[0]
    actions.leave(made, by=author, organisation=school, on=LATER, document_text="х")
    made = actions.reopen(made, by=author)
    actions.add_school(made, by=author, organisation=school)
    actions.approve(made, by=author)
    assert [(e.since, e.until) for e in made.entries.filter(organisation=school)] == [(FIRST, LATER), (NOW, None)]
    assert str(school) in stood(NOW, author)
    assert str(school) not in stood(LATER, author)


def test_the_successor_stands_from_the_day_of_the_merger(made: SchoolList, region: Region, author: User) -> None:
    a, b, _, d = region.schools
    merge(a, by=author, into=d)
    merge(b, by=author, into=d)
    assert stood(LATER, author) == {str(a), str(b), str(region.schools[2])}
    assert stood(NOW, author) == {str(d), str(region.schools[2])}
    assert "правопреемник" in ListEntry.objects.get(organisation=a).until_document


def test_a_list_of_another_year_does_not_count(made: SchoolList, region: Region, author: User) -> None:
    coming = draft(region, author, year=2027)
    actions.edit(coming, by=author, since=dt.date(2026, 11, 1))
    actions.add_school(coming, by=author, organisation=region.schools[3])
    actions.approve(coming, by=author)
    assert str(region.schools[3]) not in stood(NOW, author)
    with time_machine.travel(dt.datetime(2027, 7, 20, 9, tzinfo=dt.UTC), tick=False):
        assert stood(dt.date(2027, 7, 20), author) == {str(region.schools[3])}
        assert stood(dt.date(2027, 6, 30), author) == {str(school) for school in region.schools[:3]}


def test_in_summer_the_ending_list_counted_until_the_coming_one(made: SchoolList, region: Region, author: User) -> None:
    with time_machine.travel(dt.datetime(2027, 8, 20, 9, tzinfo=dt.UTC), tick=False):
        coming = draft(region, author, year=2027)
        actions.add_school(coming, by=author, organisation=region.schools[3])
        actions.approve(coming, by=author)
        assert stood(dt.date(2027, 8, 20), author) == {str(region.schools[3])}
        assert stood(dt.date(2027, 8, 19), author) == {str(school) for school in region.schools[:3]}


def test_a_day_to_come_is_refused(region: Region, author: User, client: Client) -> None:
    with pytest.raises(Refused, match="ещё не наступил"):
        actions.create_list(
            by=author, territory=region.authority, school_year=2026, title="х", since=dt.date(2027, 1, 1)
        )
    client.force_login(author)
    page = client.get(reverse("lists:on_day"), {"date": "2027-01-01"}).content.decode()
    assert "Этот день ещё не наступил" in page


# -- who may know ------------------------------------------------------------------------------------------------------


def test_that_a_school_was_listed_is_as_secret_as_that_it_is(made: SchoolList, region: Region, author: User) -> None:
    actions.leave(made, by=author, organisation=region.schools[0], on=LATER, document_text="х")
    own, other = region.user(RoleCode.SCHOOL_HEAD), region.user(RoleCode.SCHOOL_HEAD, region.schools[1])
    municipal = region.user(RoleCode.MUNICIPAL_COORDINATOR)
    far = factories.region("Другая область").user(RoleCode.REGIONAL_COORDINATOR)
    assert stood(FIRST, own) == {str(region.schools[0])}
    assert stood(NOW, own) == set()
    assert stood(FIRST, other) == {str(region.schools[1])}
    assert stood(FIRST, municipal) == {str(school) for school in region.schools[:2]}
    assert stood(FIRST, far) == set()
    for role in (RoleCode.ADMINISTRATOR, RoleCode.OBSERVER, RoleCode.METHODIST, RoleCode.REGIONAL_SPECIALIST):
        assert stood(FIRST, region.user(role)) == set()


def test_the_page_shows_the_day_of_its_address_and_leaves_as_a_copy(
    made: SchoolList, region: Region, author: User, client: Client
) -> None:
    gone, stays = str(region.schools[0]), str(region.schools[1])
    actions.leave(made, by=author, organisation=region.schools[0], on=LATER, document_text="приказ № 500")
    client.force_login(author)
    url = reverse("lists:on_day")
    now = client.get(url).content.decode()
    assert stays in now
    assert gone not in now
    before = client.get(url, {"date": "2026-09-15"}).content.decode()
    for words in (gone, stays, "15.09.2026", ORDER, "приказ № 500"):
        assert words in before
    assert Entry.objects.filter(code="journal.opened", confidential=True, text__contains="на 26.11.2026").count() == 1
    copy = client.get(url, {"date": "2026-09-15", "to": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(copy) if copy.streaming else copy.content)).active
    assert sheet is not None
    cells = {str(cell) for row in sheet.iter_rows(values_only=True) for cell in row}
    assert {gone, stays} <= cells
    client.force_login(region.user(RoleCode.OBSERVER))
    assert client.get(url).status_code == 403


def test_a_school_reads_that_it_has_left(made: SchoolList, region: Region, author: User, client: Client) -> None:
    school = region.schools[0]
    actions.leave(made, by=author, organisation=school, on=LATER, document_text="приказ № 500")
    client.force_login(region.user(RoleCode.SCHOOL_HEAD))
    page = client.get(reverse("lists:school", args=[school.public_id])).content.decode()
    assert "вышла" in page
    assert "приказ № 500" in page


class EveryOrder(TestCase):
    """Whatever is done day after day, the past reads as it was on its day."""

    @settings(max_examples=20)
    @given(
        st.lists(
            st.tuples(st.sampled_from(["add", "remove", "approve", "reopen", "leave"]), st.integers(0, 3)), max_size=9
        )
    )
    def test_the_past_does_not_change(self, steps: list[tuple[str, int]]) -> None:
        region = factories.region()
        by = region.user(RoleCode.REGIONAL_COORDINATOR)
        made = draft(region, by)
        seen: dict[dt.date, set[str]] = {}
        for number, (step, at) in enumerate(steps):
            day = dt.date(2026, 9, 2) + dt.timedelta(days=number)
            with time_machine.travel(dt.datetime.combine(day, dt.time(9), dt.UTC), tick=False):
                try:
                    with transaction.atomic():
                        self.take(step, made, region.schools[at], by, day)
                except Refused:
                    pass
                made.refresh_from_db()
                if not made.is_draft:
                    assert stood(day, by) == {str(e.organisation) for e in made.entries.all().standing()}
                    seen[day] = stood(day, by)
                    for past, names in seen.items():
                        assert stood(past, by) == names

    def take(self, step: str, made: SchoolList, school: Organisation, by: User, day: dt.date) -> None:
        if step == "add":
            actions.add_school(made, by=by, organisation=school)
        elif step == "remove":
            actions.remove_school(made, by=by, organisation=school)
        elif step == "leave":
            actions.leave(made, by=by, organisation=school, on=day, document_text="х")
        else:
            (actions.approve if step == "approve" else actions.reopen)(made, by=by)
