"""An organisation fills a form in, saves it at any moment, sends it; it is returned, mended and accepted."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from opora.collection.actions import deciding, filling
from opora.collection.models import AnswerChange, Submission, SubmissionFile, SubmissionState
from opora.collection.points import accepted
from opora.collection.queries.answers import told
from opora.collection.queries.submissions import previous_of
from opora.core.actor import Denied
from opora.core.workflow import Refused, Stale
from opora.notices.models import Notice, NoticeKind
from tests.collection.collecting import Collecting, collecting, of

pytestmark = pytest.mark.django_db
GOOD = {"pupils": "120", "teachers": "10", "people": [{"who": "Иванова", "hours": "18"}]}


@pytest.fixture
def world() -> Collecting:
    return collecting()


def test_a_draft_keeps_what_is_wrong_and_says_so(world: Collecting) -> None:
    one = world.submission()
    done = filling.save(one, {"pupils": "много", "teachers": "10"}, by=world.staff, revision=0)
    assert done.changed == ("pupils", "teachers", "name")
    one = of(one.campaign, world.school)
    assert (one.state, one.answers["pupils"], one.answers["name"]) == (
        SubmissionState.DRAFT,
        "много",
        str(world.school),
    )
    with pytest.raises(Refused, match="с ошибками"):
        filling.send(one, by=world.head, revision=one.revision)
    filling.save(one, {"pupils": "120"}, by=world.staff, revision=1)
    assert of(one.campaign, world.school).answers["share"] == "12"


def test_two_people_never_write_over_each_other_unseen(world: Collecting) -> None:
    one = world.submission()
    filling.save(one, {"pupils": "100", "teachers": "5"}, by=world.staff, revision=0)
    filling.save(one, {"pupils": "101"}, by=world.head, revision=1)
    done = filling.save(one, {"pupils": "102", "teachers": "6"}, by=world.staff, revision=1)
    [clash] = done.conflicts
    assert (clash.key, clash.now, clash.mine, clash.who) == ("pupils", "101", "102", world.head.label)
    now = of(one.campaign, world.school)
    assert (now.answers["pupils"], now.answers["teachers"]) == ("101", "6")
    filling.save(one, {"pupils": "102"}, by=world.staff, revision=1, overwrite=["pupils"])
    assert of(one.campaign, world.school).answers["pupils"] == "102"
    history = AnswerChange.objects.filter(key="pupils").order_by("pk").values_list("old", "new", "who")
    assert list(history) == [
        (None, "100", world.staff.label),
        ("100", "101", world.head.label),
        ("101", "102", world.staff.label),
    ]


def test_sent_returned_with_remarks_mended_accepted_and_told(world: Collecting) -> None:
    one = world.submission()
    heard: list[str] = []
    accepted.register(hear := lambda submission, by: heard.append(submission.state))
    try:
        filling.save(one, GOOD, by=world.staff, revision=0)
        with pytest.raises(Denied):
            filling.send(one, by=world.staff, revision=1)
        with pytest.raises(Stale):
            filling.send(one, by=world.head, revision=0)
        filling.send(one, by=world.head, revision=1)
        with pytest.raises(Refused):
            filling.save(one, {"pupils": "1"}, by=world.staff, revision=1)
        assert Notice.objects.filter(user=world.municipal, kind=NoticeKind.DECISION).exists()
        with pytest.raises(Denied):
            deciding.accept(one, by=world.head)
        with pytest.raises(Refused):
            deciding.give_back(one, by=world.municipal, remark=" ", remarks={})
        deciding.give_back(
            one, by=world.municipal, remark="", remarks={("pupils", ""): "Проверьте число", ("nothing", ""): "x"}
        )
        one = of(one.campaign, world.school)
        assert one.remarks_by_place == {("pupils", ""): "Проверьте число"}
        filling.save(one, {"pupils": "130"}, by=world.staff, revision=1)
        with pytest.raises(Refused, match="уже исправляют"):
            deciding.take_again(one, by=world.municipal)
        filling.send(one, by=world.head, revision=2)
        deciding.accept(one, by=world.coordinator)
        assert Notice.objects.filter(user=world.staff, kind=NoticeKind.ACCEPTED).exists()
        deciding.reconsider(one, by=world.coordinator)
    finally:
        accepted._functions.remove(hear)
    assert heard == ["returned", "accepted", "sent"]


def test_what_was_accepted_is_told_and_stands_beside_the_next(world: Collecting) -> None:
    passport = collecting(kind="passport")
    one = passport.submission()
    filling.save(one, GOOD, by=passport.staff, revision=0)
    assert told([passport.school])[passport.school.pk] == {}
    filling.send(one, by=passport.head, revision=1)
    deciding.accept(one, by=passport.coordinator)
    found = told([passport.school])[passport.school.pk]["passport"]
    assert (found.values["pupils"], found.values["share"], found.confidential) == (120, 12, False)
    after = passport.submission(title="Весна")
    last = previous_of(after)
    assert last is not None
    assert last.pk == one.pk
    assert previous_of(one) is None


def test_a_secret_answer_does_not_stand_beside_an_open_one(world: Collecting) -> None:
    secret = world.submission(confidential=True)
    filling.save(secret, GOOD, by=world.staff, revision=0)
    filling.send(secret, by=world.head, revision=1)
    deciding.accept(secret, by=world.coordinator)
    assert previous_of(world.submission(title="Открытый")) is None
    assert previous_of(world.submission(title="Ещё", confidential=True)) is not None


def post(client: Client, one: Submission, key: str, data: dict[str, Any], **headers: str) -> Any:
    url = reverse("collection:fill", args=[one.public_id, key])
    return client.post(url, data, headers=headers or None)


def test_a_section_is_filled_in_without_scripts(world: Collecting, client: Client) -> None:
    one = world.submission()
    client.force_login(world.staff)
    page = client.get(reverse("collection:fill", args=[one.public_id, "about"])).content.decode()
    assert f'value="{str(world.school).replace("«", "«")}"' in page  # what the registry says is there already
    assert 'id="q-why" hidden' in page
    answer = post(client, one, "about", {"revision": "0", "pupils": "12", "teachers": "0", "do": "recalc"})
    page = client.get(answer.url).content.decode()
    assert 'id="q-why" hidden' not in page
    paper = SimpleUploadedFile("приказ.txt", "Приказ".encode())
    data = {"revision": "1", "pupils": "-1", "teachers": "3", "proof": paper, "do": "next"}
    answer = post(client, one, "about", data)
    page = client.get(answer.url).content.decode()
    assert "Не может быть меньше 1." in page
    assert "приказ.txt" in page
    table = {
        "revision": "3",
        "people-row": ["a", "b"],
        "people-b-who": "Петров",
        "people-b-hours": "4,0",
        "kinds-asked": "1",
    }
    post(client, one, "staff", {**table, "kinds": ["1–4", "5–9"], "do": "rows:people"})
    now = of(one.campaign, world.school)
    assert now.answers["people"] == [{"#": "b", "who": "Петров", "hours": "4", "twice": "8"}]
    assert now.answers["kinds"] == ["1–4", "5–9"]
    assert "Петров" in client.get(one.get_absolute_url()).content.decode()
    history = client.get(reverse("collection:submission_history", args=[one.public_id])).content.decode()
    assert "Петров; 4" in history


def test_scripts_save_by_themselves_and_change_only_what_has_to(world: Collecting, client: Client) -> None:
    one = world.submission()
    client.force_login(world.staff)
    answer = post(
        client, one, "about", {"revision": "0", "pupils": "30", "teachers": "4", "hidden": "why"}, **{"X-Auto": "1"}
    )
    text = answer.content.decode()
    assert 'id="out-share" hx-swap-oob="true">7,5<' in text
    assert 'name="pupils"' not in text
    assert "q-why" not in text
    text = post(
        client, one, "about", {"revision": "1", "teachers": "0", "hidden": "why"}, **{"X-Auto": "1"}
    ).content.decode()
    assert 'id="q-why" hx-swap-oob="true"' in text


def test_a_conflict_is_shown_beside_the_answer_and_waits_for_a_word(world: Collecting, client: Client) -> None:
    one = world.submission()
    filling.save(one, {"pupils": "100"}, by=world.head, revision=0)
    client.force_login(world.staff)
    answer = post(client, one, "about", {"revision": "0", "pupils": "105"})
    assert answer.status_code == 409
    assert "указал(а): «100»" in answer.content.decode()
    again = {"revision": "1", "pupils": "105", "conflict": "pupils"}
    post(client, one, "about", again)
    assert of(one.campaign, world.school).answers["pupils"] == "100"
    post(client, one, "about", {**again, "keep": "pupils"})
    assert of(one.campaign, world.school).answers["pupils"] == "105"


def test_a_file_is_seen_by_those_alone_who_see_the_form(world: Collecting, client: Client) -> None:
    one = world.submission()
    paper = SimpleUploadedFile("приказ.txt", b"text")
    filling.attach(one, "proof", paper, by=world.staff)
    url = reverse("collection:submission_file", args=[SubmissionFile.objects.get().public_id])
    client.force_login(world.municipal)
    assert client.get(url).status_code == 200
    stranger = world.region.user("school_head", world.region.schools[2])
    client.force_login(stranger)
    assert client.get(url).status_code == 404


def test_from_a_table_with_a_mistake_a_link_leads_to_mend_it(world: Collecting, client: Client) -> None:
    one = world.submission()
    filling.save(one, {"people": [{"who": "Иванова"}, {"hours": "18"}]}, by=world.staff, revision=0)
    client.force_login(world.staff)
    text = client.get(one.get_absolute_url()).content.decode()
    assert "Ошибки в строке 2." in text
    assert f"{reverse('collection:fill', args=[one.public_id, 'staff'])}?check=1#q-people" in text


def test_a_remark_stands_at_its_row(world: Collecting, client: Client) -> None:
    one = world.submission()
    people = [{"who": "Иванова", "hours": "18"}, {"who": "Петров", "hours": "20"}]
    filling.save(one, {"pupils": "100", "teachers": "5", "people": people}, by=world.head, revision=0)
    filling.send(one, by=world.head, revision=1)
    client.force_login(world.municipal)
    url = reverse("collection:give_back", args=[one.public_id])
    assert "Строка 2: Петров; 20; 40" in client.get(url).content.decode()
    client.post(url, {"revision": "1", "remark": "", "r-people-2": "Проверьте часы", "r-people-9": "нет такой"})
    assert of(one.campaign, world.school).remarks_by_place == {("people", "2"): "Проверьте часы"}
    client.force_login(world.staff)
    for name, args in (("submission", [one.public_id]), ("fill", [one.public_id, "staff"])):
        page = client.get(reverse(f"collection:{name}", args=args)).content.decode()
        row = page[page.index("Петров") : page.index("Проверьте часы")]
        assert "</tr>" not in row, "beside its row"
    page = client.get(one.get_absolute_url()).content.decode()
    assert page.count("есть замечания") == 1, "the section with the remark is told apart"


def test_what_nobody_has_begun_shows_no_mistakes_and_rows_on_a_phone_say_what_is_asked(
    world: Collecting, client: Client
) -> None:
    one = world.submission()
    client.force_login(world.staff)
    page = client.get(one.get_absolute_url()).content.decode()
    assert "Нужен ответ" not in page
    assert "нужно заполнить" in page
    assert "исправ" not in page.partition("<main")[2]
    assert "строк нет" in page
    assert "<th" not in page.partition("<main")[2]  # no heads of an empty table
    part = client.get(reverse("collection:fill", args=[one.public_id, "staff"])).content.decode()
    assert 'data-label="Часов"' in part
    client.post(reverse("collection:fill", args=[one.public_id, "about"]), {"revision": "0", "teachers": "7"})
    assert "Нужен ответ" in client.get(one.get_absolute_url()).content.decode()
