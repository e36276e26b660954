"""Questionnaires without names: opened by a school or a campaign, answered by link, shown from five people on."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opora.collection.actions import building
from opora.collection.actions import questionnaires as actions
from opora.collection.definition import read
from opora.collection.models import Campaign, Questionnaire, Response
from opora.collection.queries import questionnaires as queries
from opora.collection.queries.answers import told
from opora.collection.ready import ready
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.workflow import Refused
from opora.journal.models import Entry
from opora.notices.models import Notice
from tests.collection.collecting import Collecting, collecting

pytestmark = pytest.mark.django_db
DUE = dt.timedelta(days=10)


@pytest.fixture
def world() -> Collecting:
    return collecting(kind="questionnaire", ready="pupils")


@pytest.fixture
def opened(world: Collecting) -> Questionnaire:
    return actions.open_own(world.school, "pupils", by=world.head, until=today() + DUE)


def said(code: str = "pupils", option: int = 0) -> dict[str, str]:
    """Every question answered by its first answer, or another."""
    return {key: one.options[option % len(one.options)] for key, one in ready(code).definition.fields.items()}


def page(client: Client, one: Questionnaire) -> dict[str, list[str] | str]:
    """What a browser sends back of the page as it was opened."""
    text = client.get(f"/q/{one.link}/").content.decode()
    sheet = re.search(r'name="sheet" value="([^"]+)"', text)
    assert sheet
    return {"sheet": sheet[1], "seen": re.findall(r'name="seen" value="(\w+)"', text)}


def answers(one: Questionnaire, count: int, **more: Any) -> None:
    for _ in range(count):
        given = said() | more
        actions.answer(one, given, sheet=f"{Response.objects.count()}")


# -- asked -------------------------------------------------------------------------------------------------------------


def test_a_school_asks_its_people_by_itself(world: Collecting, opened: Questionnaire) -> None:
    assert opened.is_open
    assert opened.is_own
    assert opened.campaign.version == world.version or opened.form.title == ready("pupils").title
    assert list(queries.questionnaires(world.head)) == [opened]
    assert list(queries.questionnaires(world.coordinator)) == [opened]
    with pytest.raises(Refused, match="уже открыта"):
        actions.open_own(world.school, "pupils", by=world.head, until=today() + DUE)
    with pytest.raises(Denied):
        actions.open_own(world.school, "parents", by=world.staff, until=today() + DUE)
    with pytest.raises(Refused, match="уже прошёл"):
        actions.open_own(world.school, "parents", by=world.head, until=today() - DUE)
    with pytest.raises(Refused, match="Такой анкеты нет"):
        actions.open_own(world.school, "passport", by=world.head, until=today() + DUE)
    actions.open_own(world.school, "parents", by=world.head, until=today() + DUE)
    assert queries.questionnaires(world.head).count() == 2
    assert not Campaign.objects.filter(pk__in=[one.campaign_id for one in Questionnaire.objects.all()]).exclude(
        picked=world.school
    )


def test_a_form_with_a_name_that_may_tell_of_a_list_is_not_offered_to_schools(world: Collecting) -> None:
    assert world.version.form.title != ready("pupils").title
    opened = actions.open_own(world.school, "pupils", by=world.head, until=today() + DUE)
    assert opened.campaign.version != world.version
    beside = actions.open_own(world.region.schools[1], "pupils", by=world.coordinator, until=today() + DUE)
    assert beside.campaign.version == opened.campaign.version


def test_a_campaign_asks_the_people_of_many_schools(world: Collecting) -> None:
    campaign = world.campaign(*world.region.schools[:2])
    assert campaign.questionnaires.count() == 2
    assert campaign.submissions.count() == 0
    notice = Notice.objects.get(user=world.head)
    assert "Проведите анкету" in notice.text
    assert notice.url == "/questionnaires/?state=open"
    client = Client()
    client.force_login(world.coordinator)
    shown = client.get(campaign.get_absolute_url()).content.decode()
    assert str(world.school) in shown
    assert "меньше 5" in shown


def test_a_form_with_a_file_cannot_be_a_questionnaire(world: Collecting) -> None:
    field = {"key": "f", "kind": "file", "title": "Фото"}
    definition = read({"sections": [{"key": "a", "title": "А", "fields": [field]}]})
    form = building.create(
        by=world.coordinator,
        territory=world.region.authority,
        title="С фото",
        kind="questionnaire",
        definition=definition,
    )
    with pytest.raises(Refused, match="«Фото»: в анкете без имени не спрашивают файлов"):
        building.publish(form, by=world.coordinator, revision=0)


def test_it_is_closed_opened_again_and_given_another_link(world: Collecting, opened: Questionnaire) -> None:
    actions.close(opened, by=world.head)
    opened.refresh_from_db()
    assert not opened.is_open
    assert not Questionnaire.objects.open().exists()
    with pytest.raises(Refused, match="уже закрыта"):
        actions.close(opened, by=world.head)
    with pytest.raises(Denied):
        actions.reopen(opened, by=world.staff)
    actions.reopen(opened, by=world.head)
    opened.refresh_from_db()
    assert opened.is_open
    with pytest.raises(Refused, match="уже открыта"):
        actions.reopen(opened, by=world.head)
    old = opened.link
    actions.renew_link(opened, by=world.municipal)
    assert queries.by_link(old) is None
    told_of = Entry.objects.filter(code__startswith="collection.questionnaire_").values_list("code", flat=True)
    assert sorted(one.rpartition("_")[2] for one in told_of) == ["closed", "opened", "renewed", "reopened"]


def test_a_day_that_has_passed_moves_on_with_its_own_school_alone(world: Collecting, opened: Questionnaire) -> None:
    asked = world.campaign().questionnaires.get()
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=30), tick=False):
        assert not opened.is_open
        actions.reopen(opened, by=world.head)
        opened.campaign.refresh_from_db()
        assert opened.is_open
        with pytest.raises(Refused, match="тот, кто её разослал"):
            actions.reopen(asked, by=world.head)


# -- answered ----------------------------------------------------------------------------------------------------------


def test_anybody_with_the_link_answers_and_nothing_tells_who(opened: Questionnaire, client: Client) -> None:
    entries = Entry.objects.count()
    sent = {**page(client, opened), **said()}
    answer = client.post(f"/q/{opened.link}/", sent, REMOTE_ADDR="203.0.113.77", HTTP_USER_AGENT="Приметный телефон")
    assert (answer.status_code, answer["Location"]) == (302, f"/q/{opened.link}/thanks/")
    assert client.get(answer["Location"]).status_code == 200
    kept = Response.objects.get()
    assert kept.answers == said()
    assert {one.name for one in Response._meta.get_fields()} == {"id", "questionnaire", "answers", "day", "sheet"}
    assert kept.day == today()
    assert Entry.objects.count() == entries
    assert client.post(f"/q/{opened.link}/", sent)["Location"] == answer["Location"]
    assert Response.objects.count() == 1


def test_the_page_needs_no_token_of_forgery_and_keeps_nothing_of_who_only_looks(opened: Questionnaire) -> None:
    client = Client(enforce_csrf_checks=True)
    shown = client.get(f"/q/{opened.link}/")
    assert not client.cookies
    assert "no-store" in shown["Cache-Control"]
    assert "<script" not in shown.content.decode()
    assert client.post(f"/q/{opened.link}/", {**page(client, opened), **said()}).status_code == 302


def test_what_is_missing_is_asked_for_again_and_nothing_is_lost(opened: Questionnaire, client: Client) -> None:
    sent = {**page(client, opened), **said()}
    del sent["p_safe"]
    again = client.post(f"/q/{opened.link}/", sent)
    text = again.content.decode()
    assert "Ответы ещё не отправлены" in text
    assert 'href="#q-p_safe"' in text
    assert text.count(" checked") == len(said()) - 1
    assert not Response.objects.exists()
    strange = client.post(f"/q/{opened.link}/", {**sent, "p_safe": "как-нибудь"})
    assert "нет среди вариантов" in strange.content.decode()
    forged = client.post(f"/q/{opened.link}/", {**sent, **said(), "sheet": "выдуман"})
    assert forged.status_code == 200
    assert not Response.objects.exists()


def test_an_answer_that_asks_further_is_not_taken_before_that_was_seen(world: Collecting, client: Client) -> None:
    fields = [
        {"key": "bad", "kind": "choice", "title": "Обижают?", "options": ["да", "нет"], "required": True},
        {"key": "who", "kind": "text", "title": "Где это бывает?", "condition": "bad = «да»"},
    ]
    definition = read({"sections": [{"key": "a", "title": "А", "fields": fields}]})
    by, territory = world.coordinator, world.region.authority
    form = building.create(by=by, territory=territory, title="Своя", kind="questionnaire", definition=definition)
    world.version = building.publish(form, by=by, revision=0)
    one = world.campaign().questionnaires.get()
    sent = {**page(client, one), "bad": "да"}
    assert sent["seen"] == ["bad"]
    grown = client.post(f"/q/{one.link}/", sent)
    assert "появились ещё вопросы" in grown.content.decode()
    assert client.post(f"/q/{one.link}/", {**sent, "seen": ["bad", "who"], "who": "в раздевалке"}).status_code == 302
    assert Response.objects.get().answers == {"bad": "да", "who": "в раздевалке"}
    other = {**page(Client(), one), "bad": "нет", "who": "нигде"}
    Client().post(f"/q/{one.link}/", other)
    assert Response.objects.last().answers == {"bad": "нет"}  # type: ignore[union-attr]


def test_a_closed_one_and_an_unknown_link_say_what_to_do(
    world: Collecting, opened: Questionnaire, client: Client
) -> None:
    sent = {**page(client, opened), **said()}
    actions.close(opened, by=world.head)
    for answer in (client.get(f"/q/{opened.link}/"), client.post(f"/q/{opened.link}/", sent)):
        assert answer.status_code == 410
        assert "Анкета закрыта" in answer.content.decode()
    assert not Response.objects.exists()
    unknown = client.get("/q/AAAAAAAAAAAAAAAAAAAAAA/")
    assert unknown.status_code == 404
    assert "попросите у школы новую ссылку" in unknown.content.decode()
    assert not client.cookies


def test_the_page_does_not_tell_that_the_school_is_on_a_list(world: Collecting, client: Client) -> None:
    secret = world.campaign(title="Школы списка ШНОР", note="Только для списка", confidential=True)
    one = secret.questionnaires.get()
    opened = actions.open_own(world.school, "pupils", by=world.head, until=today() + DUE)
    pages = [client.get(f"/q/{each.link}/").content.decode() for each in (one, opened)]
    alike = [re.sub(r'name="sheet" value="[^"]+"', "", text) for text in pages]
    assert alike[0].replace(world.version.form.title, "") == alike[1].replace(opened.form.title, "")
    assert "списк" not in pages[0]


def test_a_flood_is_bounded_by_the_minute_and_by_the_size_of_the_school(
    world: Collecting, opened: Questionnaire, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "BURST", 3)
    with time_machine.travel("2026-09-01 10:00:01+00:00", tick=False) as clock:
        answers(opened, 3)
        sent = {**page(client, opened), **said()}
        crowded = client.post(f"/q/{opened.link}/", sent)
        assert crowded.status_code == 429
        assert crowded.content.decode().count(" checked") == len(said())
        clock.shift(60)
        assert client.post(f"/q/{opened.link}/", sent).status_code == 302
    monkeypatch.setattr(actions, "BURST", 1000)
    monkeypatch.setattr(actions, "LEAST", 5)
    world.school.pupils = 1
    world.school.save()
    opened.refresh_from_db()
    answers(opened, 1)
    full = Client().post(f"/q/{opened.link}/", {**page(Client(), opened), **said()})
    assert full.status_code == 410
    assert "собрала столько ответов" in full.content.decode()
    assert Response.objects.count() == 5


# -- shown -------------------------------------------------------------------------------------------------------------


def test_of_four_nothing_is_shown_and_of_seven_the_first_five(
    world: Collecting, opened: Questionnaire, client: Client
) -> None:
    client.force_login(world.head)
    answers(opened, 4)
    few = client.get(opened.get_absolute_url()).content.decode()
    assert "Ответили меньше пяти человек" in few
    assert "почти всегда" not in few
    assert told([world.school])[world.school.pk] == {}
    answers(opened, 3, p_safe="почти никогда")
    text = client.get(opened.get_absolute_url()).content.decode()
    assert "5 и больше" in text
    assert "По ответам 5 человек" in text
    assert "7" not in re.sub(r"<[^>]*>", "", text[text.index("По ответам") :].split("</main>")[0]).replace("7–8", "")


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts=st.lists(st.integers(0, 13), min_size=2, max_size=2), late=st.integers(0, 4))
def test_no_page_tells_of_fewer_than_five(world: Collecting, client: Client, counts: list[int], late: int) -> None:
    """Figures of every page, of each school and of their sum, are sums of fives; a later look changes five or none."""
    Campaign.objects.all().delete()
    campaign = world.campaign(*world.region.schools[:2])
    both = list(campaign.questionnaires.order_by("pk"))
    for one, count in zip(both, counts, strict=True):
        rows = [Response(questionnaire=one, answers=said(), day=today(), sheet=f"{n}") for n in range(count)]
        Response.objects.bulk_create(rows)
    client.force_login(world.coordinator)
    table = reverse("collection:consolidated", args=[campaign.public_id])
    urls = [campaign.get_absolute_url(), "/questionnaires/sum/", table, *(one.get_absolute_url() for one in both)]
    before = [figures(client, url) for url in urls]
    assert all(number % 5 == 0 for found in before for number in found)
    assert [max(found, default=0) for found in before[1:3]] == [sum(count // 5 * 5 for count in counts)] * 2
    rows = [Response(questionnaire=both[0], answers=said(), day=today(), sheet=f"late{n}") for n in range(late)]
    Response.objects.bulk_create(rows)
    after = [figures(client, url) for url in urls]
    same = (counts[0] + late) // 5 == counts[0] // 5
    assert (after == before) == same


def test_a_campaign_shows_the_sum_of_its_answers(world: Collecting, client: Client) -> None:
    campaign = world.campaign(*world.region.schools[:2])
    client.force_login(world.coordinator)
    url = reverse("collection:consolidated", args=[campaign.public_id])
    before = client.get(url).content.decode()
    assert "Анкета открыта у 2 организаций, но пока ни в одной не ответили пять человек" in before
    assert "никто не получил" not in before
    answers(campaign.questionnaires.get(organisation=world.school), 7)
    assert "Организаций: 1 из 2, человек: 5" in client.get(url).content.decode()


def figures(client: Client, url: str) -> list[int]:
    """Numbers of people on the page."""
    text = client.get(url).content.decode()
    shown = re.findall(r"\((\d+)\)</span>|По ответам (\d+)|(\d+) и больше|человек: (\d+)", text)
    return [int(one) for found in shown for one in found if one]


def test_words_are_shown_from_five_on_by_the_alphabet(world: Collecting, client: Client) -> None:
    field = {"key": "w", "kind": "text", "title": "Что изменить?"}
    definition = read({"sections": [{"key": "a", "title": "А", "fields": [field]}]})
    by, territory = world.coordinator, world.region.authority
    form = building.create(by=by, territory=territory, title="Своя", kind="questionnaire", definition=definition)
    world.version = building.publish(form, by=by, revision=0)
    one = world.campaign().questionnaires.get()
    client.force_login(world.head)
    for number, word in enumerate(["яблоки", "дорогу", "уроки", "буфет"]):
        actions.answer(one, {"w": word}, sheet=f"{number}")
    assert "буфет" not in client.get(one.get_absolute_url()).content.decode()
    actions.answer(one, {"w": "музыку"}, sheet="5")
    text = client.get(one.get_absolute_url()).content.decode()
    places = [text.index(word) for word in ("буфет", "дорогу", "музыку", "уроки", "яблоки")]
    assert places == sorted(places)


def test_the_code_leads_to_the_page_and_its_copies_are_journalled(
    world: Collecting, opened: Questionnaire, client: Client
) -> None:
    client.force_login(world.head)
    assert f"http://testserver/q/{opened.link}/" in client.get(opened.get_absolute_url()).content.decode()
    begins = {"pdf": b"%PDF", "png": b"\x89PNG", "svg": b"<?xml"}
    for kind, start in begins.items():
        assert client.get(f"{opened.get_absolute_url()}code/{kind}/").content.startswith(start)
    assert client.get(f"{opened.get_absolute_url()}code/exe/").status_code == 404
    assert Entry.objects.filter(code="exports.released").count() == 3


def test_the_way_of_a_school_in_the_browser(world: Collecting, client: Client) -> None:
    client.force_login(world.head)
    asked = {"code": "teachers", "until": (today() + DUE).isoformat(), "way": "link"}
    assert client.get("/questionnaires/").status_code == 200
    made = client.post("/questionnaires/new/", asked)
    one = Questionnaire.objects.get()
    assert (made.status_code, made["Location"]) == (302, one.get_absolute_url())
    again = client.post("/questionnaires/new/", asked)
    assert again.status_code == 422
    client.post(f"{one.get_absolute_url()}close/")
    assert "Открыть снова" in client.get(one.get_absolute_url()).content.decode()
    client.post(f"{one.get_absolute_url()}reopen/")
    renewed = client.post(f"{one.get_absolute_url()}link/")
    assert "перестанут работать" in renewed.content.decode()
    client.post(f"{one.get_absolute_url()}link/", {"confirmed": "1"})
    link, one = one.link, Questionnaire.objects.get()
    assert one.link != link
    assert one.is_open
