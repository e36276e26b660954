"""An agreed programme beside its new version, and days that are past."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from opora.access.models import User
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.workflow import Refused, Stale
from opora.journal.models import Entry
from opora.support.actions import programmes as actions
from opora.support.actions import progress
from opora.support.conditions import held_by
from opora.support.models import Case, Programme, ProgrammeState
from opora.support.programmes import differences, to_json
from tests.support.programming import again, approved, completed
from tests.support.test_pages import page

pytestmark = pytest.mark.django_db


def agreed_by(coordinator: User, one: Programme) -> Programme:
    one.reviews.create(expert=coordinator, version=one.version, given_at=timezone.now())
    actions.agree(one, by=coordinator, document_text=f"протокол № {one.version}")
    return again(one)


@pytest.fixture
def revised(programme: Programme, head: User, municipal: User, coordinator: User) -> Programme:
    """Agreed, and a new version of it begun: its first goal is called otherwise."""
    one = agreed_by(coordinator, approved(programme, head, municipal))
    actions.begin_version(one, by=head)
    one = again(one)
    actions.put(one, by=head, revision=one.revision, item=replace(one.read.goals[0], title="Новая цель"))
    return again(one)


def test_the_agreed_version_stays_in_force_until_the_new_one_is_agreed(
    revised: Programme, head: User, municipal: User, coordinator: User
) -> None:
    old, due = revised.in_force, revised.progress_due
    assert (revised.in_words, old.goals[0].title != "Новая цель") == ("действует версия 1, готовится версия 2", True)
    assert due is not None
    assert list(Programme.objects.in_force()) == [revised]
    Case.objects.filter(pk=revised.case_id).update(step=revised.case.step_set.steps.get(key="agreed"))
    assert not held_by(Case.objects.all(), "programme_agreed")
    goals = {one.key: progress.Said("green") for one in old.goals}
    said = progress.review(revised, by=head, goals=goals, values={}, next_day=today() + dt.timedelta(days=30))
    assert said.goals[0]["title"] == old.goals[0].title
    actions.send(revised, by=head)
    assert again(revised).in_words == "действует версия 1, версия 2 на утверждении"
    actions.approve(again(revised), by=municipal, document_text="приказ № 9")
    before = again(revised)
    assert (before.in_force, before.standing and before.standing.approved_document) == (old, "приказ № 5")
    after = agreed_by(coordinator, before)
    assert (after.in_words, after.in_force.goals[0].title) == ("согласована", "Новая цель")
    assert after.standing
    assert (after.standing.number, after.standing.agreed_document) == (2, "протокол № 2")
    assert after.progress_due == today() + dt.timedelta(days=30)


def test_a_new_version_is_dropped(revised: Programme, head: User, municipal: User, coordinator: User) -> None:
    old = revised.in_force
    remark = actions.say(revised, by=municipal, key="", text="Зачем?")
    with pytest.raises(Denied):
        actions.drop_version(revised, by=municipal)
    actions.send(revised, by=head)
    with pytest.raises(Refused, match="Отказаться от новой версии"):
        actions.drop_version(again(revised), by=head)
    actions.return_(again(revised), by=municipal, reason="Не нужно")
    actions.drop_version(again(revised), by=head)
    one = again(revised)
    assert (one.state, one.read, one.number, one.agreed_document) == (ProgrammeState.AGREED, old, 1, "протокол № 1")
    assert one.progress_due == revised.progress_due
    remark.refresh_from_db()
    assert remark.settled_at
    entry = Entry.objects.get(code="support.programme_dropped")
    assert entry.data["dropped"]["goals"][0]["title"] == "Новая цель"
    actions.begin_version(one, by=head)
    actions.send(again(one), by=head)
    assert again(one).version == 3


def test_a_programme_that_was_never_agreed_is_not_dropped(programme: Programme, head: User) -> None:
    with pytest.raises(Refused, match="ещё не согласована"):
        actions.drop_version(programme, by=head)


def test_both_versions_are_read_and_one_is_dropped_in_the_browser(
    revised: Programme, head: User, client: Client
) -> None:
    case = revised.case
    old = revised.in_force.goals[0].title
    for url in (
        case.get_absolute_url(),
        revised.get_absolute_url(),
        reverse("support:progress", args=[case.public_id]),
    ):
        assert "ействует версия 1" in strip_tags(page(client, head, url)), url
    shown = page(client, head, reverse("support:programme_version", args=[case.public_id, 1]))
    assert old in shown
    assert "Новая цель" not in shown
    paper = client.get(reverse("support:export_programme", args=[case.public_id, "docx"]), {"version": "1"})
    assert "версия 1" in unquote(paper["Content-Disposition"])
    assert client.get(reverse("support:programmes"), {"all": "1"}).status_code == 200
    drop = reverse("support:drop_version", args=[case.public_id])
    assert "Изменения пропадут" in client.post(drop).content.decode()
    assert client.post(drop, {"confirmed": "1"}).status_code == 302
    assert again(revised).read == revised.in_force


def _late(one: Programme, by: User, **change: object) -> Programme:
    measure = replace(one.read.goals[0].measures[0], due=today() - dt.timedelta(days=1), **change)
    actions.put(one, by=by, revision=one.revision, item=measure)
    return again(one)


def test_a_measure_whose_day_is_past_is_moved_or_shown_to_be_done(
    programme: Programme, head: User, municipal: User, coordinator: User, client: Client
) -> None:
    late = _late(completed(programme, head), head)
    with pytest.raises(Refused, match=r"Срок мероприятия 1\.1 уже прошёл"):
        actions.send(late, by=head)
    assert "Срок мероприятия 1.1 уже прошёл" in page(client, head, late.get_absolute_url())
    measure = late.read.goals[0].measures[0]
    url = reverse("support:item", args=[late.case.public_id, measure.key])
    told = {"title": measure.title, "owner": measure.owner, "due": measure.due, "resources": measure.resources}
    told |= {"revision": late.revision, "proof": "приказ № 12"}
    assert client.post(url, {key: str(value) for key, value in told.items()}).status_code == 302
    done = again(late)
    assert "приказ № 12" in page(client, head, done.get_absolute_url())
    actions.send(done, by=head)
    actions.approve(again(done), by=municipal, document_text="приказ № 5")
    one = agreed_by(coordinator, again(done))
    measures = {each.key for goal in one.read.goals for each in goal.measures}
    assert set(one.works.values_list("key", flat=True)) == measures - {measure.key}


def test_a_day_that_passed_on_the_way_stops_the_approval_and_the_agreement(
    programme: Programme, head: User, municipal: User, coordinator: User
) -> None:
    sent = completed(programme, head)
    actions.send(sent, by=head)
    goal = sent.read.goals[0]
    late = sent.read.put(replace(goal.measures[0], due=today() - dt.timedelta(days=1)))
    Programme.objects.filter(pk=sent.pk).update(content=to_json(late))
    with pytest.raises(Refused, match="Верните программу школе"):
        actions.approve(again(sent), by=municipal, document_text="приказ № 5")
    Programme.objects.filter(pk=sent.pk).update(content=sent.content)
    actions.approve(again(sent), by=municipal, document_text="приказ № 5")
    Programme.objects.filter(pk=sent.pk).update(content=to_json(late))
    with pytest.raises(Refused, match="Верните программу школе"):
        agreed_by(coordinator, again(sent))


def test_the_key_of_a_removed_measure_is_never_given_anew(
    revised: Programme, head: User, municipal: User, coordinator: User, client: Client
) -> None:
    """Else the new one would read as the old one changed, under its remarks, and take its row of the road map."""
    last = max(revised.read.items, key=lambda key: int(key[1:]))
    goal = revised.read.goals[0]
    remark = actions.say(revised, by=municipal, key=last, text="Зачем он?")
    actions.remove(revised, by=head, revision=revised.revision, key=last)
    client.force_login(head)
    told = {"title": "День открытых дверей", "owner": "Завуч", "due": str(today() + dt.timedelta(days=90))}
    told |= {"resources": "Часы", "revision": str(again(revised).revision)}
    url = reverse("support:add_item", args=[revised.case.public_id, "measure"])
    assert client.post(f"{url}?goal={goal.key}", told).status_code == 302
    one = again(revised)
    added = one.read.goals[0].measures[-1]
    assert (added.title, added.key in {last, remark.key}) == ("День открытых дверей", False)
    with pytest.raises(Stale):
        actions.put(one, by=head, revision=one.revision, item=replace(added, key=last), goal=goal.key)
    changes = {(each.kind, each.what) for each in differences(one.in_force, one.read)}
    assert changes >= {("мероприятие", "добавлено"), ("показатель", "убрано")}
