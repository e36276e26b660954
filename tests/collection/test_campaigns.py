"""A form is sent to the right organisations, told of in the right words, and its progress is true."""

from __future__ import annotations

import datetime as dt
import html

import pytest
from django.test import Client
from django.urls import reverse

from opora.access.roles import RoleCode
from opora.collection.actions import campaigns as actions
from opora.collection.models import Campaign, CampaignState, Submission
from opora.collection.queries import campaigns, submissions
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.models import Job
from opora.core.workflow import Refused
from opora.journal.models import Entry
from opora.notices.models import Notice, NoticeKind
from opora.registry import forms as registry
from tests.collection.collecting import Collecting, collecting, of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Collecting:
    return collecting()


def plan(world: Collecting, **more: object) -> actions.Plan:
    given = {"title": "Сведения", "due": today() + dt.timedelta(days=3), "place": world.region.authority}
    return actions.Plan(**{**given, **more})  # type: ignore[arg-type]


def test_a_group_within_a_place_gets_the_form_once(world: Collecting) -> None:
    one = actions.prepare(
        world.version, plan(world, group="schools", place=world.region.municipalities[0]), by=world.coordinator
    )
    assert {o.pk for o in actions.missing(one)} == {o.pk for o in world.region.schools[:2]}
    assert actions.send(one, by=world.coordinator, url="/") is None
    assert Submission.objects.filter(campaign=one).count() == 2
    assert Notice.objects.filter(user=world.head, kind=NoticeKind.ASSIGNED).count() == 1
    with pytest.raises(Refused, match="Рассылать некому"):
        actions.send(one, by=world.coordinator, url="/")
    assert Submission.objects.filter(campaign=one).count() == 2


def test_many_are_sent_to_in_the_background(world: Collecting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "AT_ONCE", 1)
    one = actions.prepare(world.version, plan(world, group="schools"), by=world.coordinator)
    job = actions.send(one, by=world.coordinator, url="/")
    assert job is not None
    assert actions.send(one, by=world.coordinator, url="/") == job
    assert Job.objects.count() == 1


def test_what_cannot_be_asked_is_refused_with_what_to_do(world: Collecting) -> None:
    with pytest.raises(Refused, match="Срок уже прошёл"):
        actions.prepare(
            world.version, plan(world, group="schools", due=today() - dt.timedelta(days=1)), by=world.coordinator
        )
    with pytest.raises(Refused, match="кто заполняет"):
        actions.prepare(world.version, plan(world), by=world.coordinator)
    with pytest.raises(Denied):
        actions.prepare(world.version, plan(world, group="schools"), by=world.municipal)


def test_a_list_makes_the_campaign_confidential_and_needs_the_right_to_lists(world: Collecting) -> None:
    one = actions.prepare(world.version, plan(world, group="listed_low"), by=world.coordinator)
    assert one.confidential
    secret = world.campaign(confidential=True)
    assert Submission.objects.visible(world.head).filter(campaign=secret).exists()
    observer = world.region.user(RoleCode.OBSERVER)
    assert not Submission.objects.visible(observer).filter(campaign=secret).exists()
    assert Submission.objects.visible(observer).filter(campaign=world.campaign()).exists()
    told = Notice.objects.get(user=world.head, object_id=secret.public_id)
    assert "Сведения" not in told.text
    assert Entry.objects.filter(code="collection.campaign_sent", confidential=True).count() == 1


def test_what_is_asked_is_found_by_its_title_and_by_its_organisation(world: Collecting) -> None:
    """Numbers in titles are found as they are written, beside other words too."""
    one = world.campaign(title="Ремонт кабинетов 2026")
    world.campaign(title="Сведения о библиотеках")
    mine = submissions.submissions(world.coordinator)
    for text in ("ремонт 2026", "Ремонт кабинетов 2026", "КАБИНЕТОВ"):
        assert {row.campaign for row in submissions.search(mine, text)} == {one}, text
        assert set(campaigns.search(Campaign.objects.all(), text)) == {one}, text
    assert submissions.search(mine, str(world.school)).count() == 2


@pytest.mark.parametrize("boxes", [2, 500])
def test_organisations_are_ticked_where_they_are_few_and_pasted_always(
    world: Collecting, client: Client, monkeypatch: pytest.MonkeyPatch, boxes: int
) -> None:
    monkeypatch.setattr(registry, "BOXES", boxes)
    one, (first, second, *_) = world.campaign(), world.region.schools
    Campaign.objects.filter(pk=one.pk).update(state="prepared", sent_at=None, sent_by=None)
    client.force_login(world.coordinator)
    url = reverse("collection:change_campaign", args=[one.public_id])
    page = client.get(url).content.decode()
    assert (f'value="{first.public_id}"' in page) == ("Если заполняют выбранные вручную" in page) == (boxes > 2)
    assert (f">\n{html.escape(str(first))}</textarea>" in page) == (boxes == 2)
    said = {"title": "Осень", "due": one.due.isoformat(), "place": world.region.authority.public_id, "group": "picked"}
    for more, wanted in (
        ({"pasted": str(second)}, {second}),
        ({"picked": first.public_id, "pasted": f"{first}\n{second}"}, {first, second}),
        ({"picked": first.public_id, "group": "schools", "pasted": "нет такой"}, set()),
    ):
        assert client.post(url, {**said, **more}).status_code == 302
        assert set(one.picked.all()) == wanted
    answer = client.post(url, said)
    assert "Назовите хотя бы одну" in answer.content.decode()


def test_a_closed_campaign_takes_nothing_in_and_opens_again(world: Collecting) -> None:
    one = world.campaign()
    actions.close(one, by=world.coordinator)
    assert not of(one, world.school).is_open
    actions.reopen(one, by=world.coordinator)
    actions.put_off(one, by=world.coordinator, due=today())
    assert of(one, world.school).is_open
    assert one.state == CampaignState.SENT


def test_a_campaign_is_prepared_looked_at_and_sent_in_the_browser(world: Collecting, client: Client) -> None:
    client.force_login(world.coordinator)
    url = reverse("collection:new_campaign", args=[world.version.form.public_id])
    said = {
        "title": "Осень",
        "due": (today() + dt.timedelta(days=5)).isoformat(),
        "place": world.region.authority.public_id,
    }
    names = f"{world.region.schools[0]}\nНет такой школы"
    assert "Нет такой школы" in client.post(url, {**said, "group": "picked", "pasted": names}).content.decode()
    answer = client.post(url, {**said, "group": "picked", "picked": world.region.schools[0].public_id})
    one = Campaign.objects.get()
    page = client.get(answer.url).content.decode()  # type: ignore[attr-defined]
    assert "Кто получит форму: 1" in page
    client.post(reverse("collection:send_campaign", args=[one.public_id]))
    page = client.get(one.get_absolute_url()).content.decode()
    assert "не начата: 1" in page
    assert str(world.region.schools[0]) in page
