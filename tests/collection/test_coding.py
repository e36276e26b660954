"""Who answers once: codes on slips that nobody can tell from one another, and a browser that has answered."""

from __future__ import annotations

import re
import threading

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from opora.collection.actions import coding
from opora.collection.actions import questionnaires as actions
from opora.collection.models import AnswerCode, Questionnaire, Response
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.workflow import Refused
from opora.journal.models import Entry
from tests.collection.collecting import Collecting, collecting
from tests.collection.test_questionnaires import DUE, page, said

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> Collecting:
    return collecting(kind="questionnaire", ready="pupils")


@pytest.fixture
def coded(world: Collecting) -> Questionnaire:
    return actions.open_own(world.school, "pupils", by=world.head, until=today() + DUE, way="codes")


def typed(one: Questionnaire, code: str) -> dict[str, object]:
    return {**page(Client(), one), **said(), "code": code}


def test_a_code_lets_one_answer_once(world: Collecting, coded: Questionnaire) -> None:
    codes = coding.make(coded, 5, by=world.head)
    url, first = f"/q/{coded.link}/", typed(coded, codes[0])
    assert "Код с вашего листка" in Client().get(url).content.decode()
    assert Client().post(url, first).status_code == 302
    assert Client().post(url, first).status_code == 302, "the same page sent twice is no second answer"
    again = Client().post(url, typed(coded, codes[0]))
    assert again.status_code == 422
    text = again.content.decode()
    assert coding.NO_CODE in text
    assert text.count(" checked") == len(said()), "what was answered stands"
    assert Client().post(url, typed(coded, "")).status_code == 422
    assert Client().post(url, typed(coded, "HHHH-HHHH")).status_code == 422
    assert Response.objects.count() == 1
    loose = codes[1].lower().translate(str.maketrans("abcehkmptxy-", "авсенкмртху "))
    assert Client().post(url, typed(coded, loose)).status_code == 302, "typed in small letters of the other alphabet"
    assert Response.objects.count() == 2


def test_nothing_that_is_stored_leads_from_an_answer_to_its_code(world: Collecting, coded: Questionnaire) -> None:
    codes = coding.make(coded, 8, by=world.head)
    digests = list(AnswerCode.objects.order_by("pk").values_list("digest", flat=True))
    assert digests == sorted(digests), "stored in an order that is not that of the slips"
    assert not any(code.replace("-", "") in str(Entry.objects.values_list()) for code in codes)
    entries = Entry.objects.count()
    actions.answer(coded, said(), sheet="1", code=codes[3])
    assert AnswerCode.objects.count() == 7
    assert {one.name for one in AnswerCode._meta.get_fields()} == {"id", "questionnaire", "digest"}
    assert {one.name for one in Response._meta.get_fields()} == {"id", "questionnaire", "answers", "day", "sheet"}
    assert Entry.objects.count() == entries


def test_the_code_of_one_questionnaire_opens_no_other(world: Collecting, coded: Questionnaire) -> None:
    other = actions.open_own(world.school, "parents", by=world.head, until=today() + DUE, way="codes")
    [code, *_] = coding.make(coded, 5, by=world.head)
    with pytest.raises(actions.Unknown):
        actions.answer(other, {}, sheet="1", code=code)
    assert AnswerCode.objects.count() == 5


def test_who_answers_for_the_school_prints_codes(world: Collecting, coded: Questionnaire) -> None:
    with pytest.raises(Denied):
        coding.make(coded, 5, by=world.staff)
    for count in (4, coding.MOST_CODES + 1):
        with pytest.raises(Refused, match="За раз"):
            coding.make(coded, count, by=world.head)
    old = coding.make(coded, 5, by=world.head)
    new = coding.make(coded, 5, by=world.head, renew=True)
    with pytest.raises(actions.Unknown):
        actions.answer(coded, said(), sheet="1", code=old[0])
    actions.answer(coded, said(), sheet="1", code=new[0])
    plain = actions.open_own(world.school, "parents", by=world.head, until=today() + DUE)
    with pytest.raises(Refused, match="по кодам"):
        coding.make(plain, 5, by=world.head)
    actions.close(coded, by=world.head)
    with pytest.raises(Refused, match="пока анкета открыта"):
        coding.make(coded, 5, by=world.head)


def test_slips_are_taken_as_a_copy_and_the_used_are_told_by_fives(
    world: Collecting, coded: Questionnaire, client: Client
) -> None:
    client.force_login(world.head)
    url = reverse("collection:questionnaire_codes", args=[coded.public_id])
    assert url in client.get(coded.get_absolute_url()).content.decode()
    assert client.post(url, {"count": "3"}).status_code == 422
    taken = client.post(url, {"count": "12"})
    assert taken.content.startswith(b"%PDF")
    assert Entry.objects.filter(code__in=["collection.questionnaire_codes", "exports.released"]).count() == 2
    codes = coding.make(coded, 8, by=world.head)
    for number, expected in ((4, "меньше 5"), (5, "5 и больше"), (6, "5 и больше")):
        for code in codes[Response.objects.count() : number]:
            actions.answer(coded, said(), sheet=code, code=code)
        shown = client.get(coded.get_absolute_url()).content.decode()
        assert f"Напечатано листков: 20. Использовано: {expected}." in shown
    client.force_login(world.staff)
    assert client.get(url).status_code == 403


def test_a_campaign_says_how_people_answer(world: Collecting, client: Client) -> None:
    one = world.campaign(way="codes").questionnaires.get()
    assert one.by_codes
    client.force_login(world.coordinator)
    new = reverse("collection:new_campaign", args=[world.version.form.public_id])
    assert "одноразовые коды на листках" in client.get(new).content.decode()


def test_a_browser_that_has_answered_is_told_so(world: Collecting, client: Client) -> None:
    one = actions.open_own(world.school, "pupils", by=world.head, until=today() + DUE)
    url, sent = f"/q/{one.link}/", {**page(client, one), **said()}
    other = {**page(client, one), **said()}  # opened in another tab
    assert client.post(url, sent).status_code == 302
    assert client.post(url, sent).status_code == 302
    for answer in (client.get(url), client.post(url, other)):
        assert "В этом браузере на анкету уже ответили" in answer.content.decode()
    assert Response.objects.count() == 1
    text = client.get(f"{url}?another=1").content.decode()
    sheet = re.search(r'name="sheet" value="([^"]+)"', text)
    assert sheet
    assert 'name="another" value="1"' in text
    assert client.post(url, {**other, "sheet": sheet[1], "another": "1"}).status_code == 302
    assert Response.objects.count() == 2


def test_the_cookie_is_the_same_in_every_browser_and_goes_to_one_address(world: Collecting) -> None:
    one = actions.open_own(world.school, "pupils", by=world.head, until=today() + DUE)
    kept = []
    for browser in (Client(), Client()):
        browser.post(f"/q/{one.link}/", {**page(browser, one), **said()})
        [cookie] = browser.cookies.values()
        kept.append((cookie.value, cookie["path"], cookie["httponly"], cookie["samesite"]))
    assert kept[0] == kept[1]
    assert kept[0][1:] == (f"/q/{one.link}/", True, "Lax")


@pytest.mark.django_db(transaction=True)
def test_of_two_uses_of_a_code_at_once_one_wins() -> None:
    world = collecting(kind="questionnaire", ready="pupils")
    one = actions.open_own(world.school, "pupils", by=world.head, until=today() + DUE, way="codes")
    [code, *_] = coding.make(one, 5, by=world.head)
    ends: list[str] = []

    def work(number: int) -> None:
        try:
            actions.answer(one, said(), sheet=str(number), code=code)
            ends.append("kept")
        except actions.Unknown:
            ends.append("refused")

    def apart(number: int) -> None:
        work(number)
        connections.close_all()

    if connection.vendor == "sqlite":  # its test database lives in the memory of one connection
        for number in range(4):
            work(number)
    else:
        threads = [threading.Thread(target=apart, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(ends) == ["kept", "refused", "refused", "refused"]
    assert Response.objects.count() == 1
    assert AnswerCode.objects.count() == 4
