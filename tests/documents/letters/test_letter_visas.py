"""A letter on its way to signature: its draft follows its words, its number follows the signature."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.workflow import Refused
from opora.documents.actions import drafts, letters, visas
from opora.documents.actions.drafts import Asked
from opora.documents.actions.letter_visas import ask_visas, way_of
from opora.documents.models import Draft, Letter, LetterKind
from tests.documents.conftest import work
from tests.documents.letters.test_letters import written
from tests.factories import Region

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 26)


@pytest.fixture
def letter(region: Region, coordinator: User) -> Letter:
    return written(coordinator, region, title="Об итогах", addressee=region.municipalities[0])


def text_of(draft: Draft) -> str:
    newest = draft.versions.first()
    assert newest is not None
    return " ".join(str(block) for block in newest.blocks)


def agreed(draft: Draft, coordinator: User, person: User) -> Draft:
    asked = [Asked(1, person.active_memberships[0].organisation, person)]
    draft = drafts.send_to_visas(draft, by=coordinator, asked=asked)
    visas.decide(draft.visas.get(), by=person, act="agree")
    draft.refresh_from_db()
    return draft


def test_one_press_makes_the_draft_and_asks_who_agrees(letter: Letter, coordinator: User) -> None:
    client = Client()
    client.force_login(coordinator)
    page = client.get(letter.get_absolute_url()).content.decode()
    assert reverse("documents:ask_visas", args=[letter.public_id]) in page
    response = client.post(reverse("documents:ask_visas", args=[letter.public_id]), {"once": "one"})
    again = client.post(reverse("documents:ask_visas", args=[letter.public_id]), {"once": "one"})
    made = Draft.objects.get()
    assert (
        response.headers["Location"] == again.headers["Location"] == reverse("documents:route", args=[made.public_id])
    )
    assert (made.title, made.kind, made.letter_id) == ("Об итогах", "letter", letter.public_id)
    work()
    assert "Об итогах" in text_of(made)
    page = client.get(letter.get_absolute_url()).content.decode()
    assert made.get_absolute_url() in page
    assert reverse("documents:register_letter", args=[letter.public_id]) not in page
    with pytest.raises(Refused, match="уже согласуют"):
        ask_visas(letter, by=coordinator)


def test_other_words_ask_again_and_the_number_comes_after_the_signature(
    letter: Letter, coordinator: User, region: Region
) -> None:
    municipal = region.user(RoleCode.MUNICIPAL_COORDINATOR)
    way = agreed(ask_visas(letter, by=coordinator), coordinator, municipal)
    assert way.state == "agreed"
    with pytest.raises(Refused, match="ещё не подписано"):
        letters.register(letter, by=coordinator)
    letters.rewrite(letter, by=coordinator, content={"title": "Об итогах полугодия"})
    work()
    way.refresh_from_db()
    assert (way.state, way.last_version, list(way.visas.values_list("state", flat=True))) == (
        "visas",
        2,
        ["renewed", "asked"],
    )
    assert "полугодия" in text_of(way)
    for act in (
        lambda: drafts.add_version(way, by=coordinator, file=way.versions.all()[0].file, name="a.docx"),
        lambda: letters.discard(letter, by=coordinator),
    ):
        with pytest.raises(Refused):
            act()
    visas.decide(way.visas.get(state="asked"), by=municipal, act="agree")
    way.refresh_from_db()
    drafts.sign(way, by=coordinator, name="Министр А.А. Иванова", day=DAY)
    for act in (
        lambda: letters.rewrite(letter, by=coordinator, content={"title": "Иное"}),
        lambda: drafts.register_draft(way, by=coordinator, number="1", day=DAY),
    ):
        with pytest.raises(Refused):
            act()
    made = letters.register(letter, by=coordinator)
    way.refresh_from_db()
    assert (way.state, way.number, way.date) == ("registered", made.number_text, made.date)
    with pytest.raises(Refused):
        drafts.enter_draft(way, by=coordinator)
    assert letters.send(made, by=coordinator) == 1


def test_a_refused_registration_takes_no_number(letter: Letter, coordinator: User, region: Region) -> None:
    ask_visas(letter, by=coordinator)
    with pytest.raises(Refused):
        letters.register(letter, by=coordinator)
    assert letters.register(written(coordinator, region), by=coordinator).number == 1
    letter.refresh_from_db()
    assert (letter.is_draft, letter.number) == (True, None)


def test_a_withdrawn_draft_leaves_the_letter_free(letter: Letter, coordinator: User) -> None:
    way = ask_visas(letter, by=coordinator)
    drafts.withdraw_draft(way, by=coordinator, reason="Согласовали устно")
    assert way_of(letter) is None
    assert ask_visas(letter, by=coordinator).pk != way.pk


def test_a_secret_letter_makes_a_secret_draft(region: Region, coordinator: User) -> None:
    secret = written(coordinator, region, kind=LetterKind.PROTOCOL, confidential=True, content={"date": "20.11.2026"})
    way = ask_visas(secret, by=coordinator)
    assert (way.confidential, way.kind) == (True, "protocol")
    specialist = region.user(RoleCode.REGIONAL_SPECIALIST)
    assert not Draft.objects.visible(specialist).exists()
    with pytest.raises(Refused, match="списки школ не открыты"):
        drafts.send_to_visas(way, by=coordinator, asked=[Asked(1, region.institute, specialist)])
