"""Every address × every role × inside and outside the scope: what is answered, and which names never are.

What is expected stands in `access_table.TABLE`; an address that is missing there fails.
"""

from __future__ import annotations

import pytest

from opora.access.models import User
from opora.roadmaps.models import Assignment
from opora.roadmaps.queries import counts
from tests import factories
from tests.site.access_table import ALLAUTH, NAMES, OPEN_TEXT, TABLE, TABLES
from tests.site.asking import Answer, Asker, address, asked, everybody, patterns
from tests.site.briefly import briefly
from tests.site.rules import LISTED, NOBODY, Place, Rule, places
from tests.site.world import World

pytestmark = pytest.mark.django_db
Worlds = tuple[World, World]
ANSWERED = {200, 302, 409, 422}
RULES = [(name, rule) for name, rules in TABLE.items() for rule in rules]
WALKED = [who for who in everybody() if asked(who)]
ALIKE = {NOBODY, ("inside", "regional_coordinator"), ("inside", "administrator")}  # for allauth all roles are


def label(who: Place) -> str:
    return "-".join(filter(None, reversed(who)))


def account(worlds: Worlds, who: Place) -> User:
    if who == NOBODY:
        return factories.user(name="Без места")
    place, role = who
    return worlds[1].user("inside", role) if place == "far" else worlds[0].user(place, role)


def test_every_address_stands_in_the_table() -> None:
    names = [name for name, _ in patterns()]
    assert not [name for name in names if name not in TABLE]
    assert not [name for name in TABLE if name not in names]


def fits(rule: Rule, expected: int, answer: Answer) -> bool:
    if expected:
        return answer.status == expected
    if rule.status:
        return answer.status == rule.status
    return answer.status in ANSWERED and not answer.headers.get("Location", "").startswith("/accounts/login/?")


def leaks(worlds: Worlds, who: Place, name: str, url: str, answer: Answer) -> list[str]:
    """The names in an answer that the person must not learn there."""
    mine, other = worlds
    hidden = {mine.word(one) for one, may in NAMES.items() if who not in places(may)}
    hidden -= {mine.word(one) for one, where in OPEN_TEXT.items() if name in where}
    hidden |= set() if who[0] == "far" else {other.word(one) for one in NAMES}
    if who not in places(LISTED):
        hidden |= {one for one in (mine.listed_work.public_id, mine.listed_proof.public_id) if one not in url}
    return [f"{name} {url} tells «{one}»" for one in hidden if one in answer.words]


@pytest.mark.parametrize("who", WALKED, ids=label)
@briefly()
def test_each_is_answered_as_the_table_says(worlds: Worlds, who: Place) -> None:
    asker, wrong, told = Asker(account(worlds, who)), [], []
    for name, rule in RULES:
        if name in ALLAUTH and who not in ALIKE:
            continue
        url, expected = address(name, rule, worlds[0]), rule.expected(who)
        for method in rule.methods.split():
            answer = asker.get(url) if method == "GET" else asker.post(url, rule.data)
            if not fits(rule, expected, answer):
                wrong.append(f"{method} {name} {url}: {answer.status}, not {expected or 'answered'}")
            if (expected or method == "GET") and answer.written:
                wrong.append(f"{method} {name} {url}: wrote {sorted(answer.written)}")
            told += leaks(worlds, who, name, url, answer)
    assert not [*wrong, *told], "\n".join([*wrong, *told])


@pytest.mark.parametrize("who", WALKED, ids=label)
@briefly()
def test_nothing_is_found_or_copied_that_may_not_be_known(worlds: Worlds, who: Place) -> None:
    asker, told, wrong = Asker(account(worlds, who)), [], []
    for word in (name for name in NAMES if not name[0].isdigit()):
        said = worlds[0].word(word).lower()  # the page repeats what was asked for, in small letters
        told += leaks(worlds, who, "ui:search", said, asker.get("/search/", {"q": said}))
    for name in TABLES:
        for rule in TABLE[name]:
            url, expected = address(name, rule, worlds[0]), rule.expected(who)
            answer = asker.get(url, {"to": "csv"})
            if answer.status != (expected or 200):
                wrong.append(f"{name} as csv: {answer.status}, not {expected or 200}")
            told += leaks(worlds, who, name, f"{url}?to=csv", answer)
    assert not [*wrong, *told], "\n".join([*wrong, *told])


def test_names_are_found_by_those_who_may_know_them(worlds: Worlds) -> None:
    """Else their absence would prove nothing."""
    mine, seen = worlds[0], set()
    askers = [Asker(mine.user("inside", role)) for role in ("regional_coordinator", "administrator", "school_head")]
    for asker in askers:
        with briefly():
            text = "\n".join(asker.get(address(n, r, mine)).words for n, r in RULES if "GET" in r.methods)
        seen |= {name for name in NAMES if mine.word(name) in text}
    assert set(NAMES) - seen == set()


@pytest.mark.parametrize("who", [w for w in everybody() if w in places("rs mc* me* sh* ss* cu* ob")], ids=label)
def test_counts_do_not_tell_that_a_school_is_listed(worlds: Worlds, who: Place) -> None:
    """The activity for listed schools shows its assignments to those alone who may see them."""
    world = worlds[0]
    user = account(worlds, who)
    known = int(who in places(LISTED))
    assert counts.by_activity(world.sent, user).get(world.listed_work.activity_id, counts.Counts()).total == known
    everything = Assignment.objects.filter(roadmap=world.sent, via_list=False)
    assert counts.over_all(world.sent, user).total <= everything.count() + known


@briefly()
def test_what_is_not_offered_is_refused(worlds: Worlds) -> None:
    """An address that is only read cannot be written to, nor one that is only written to be read."""
    asker, wrong = Asker(worlds[0].coordinator), []
    for name, rule in RULES:
        url = address(name, rule, worlds[0])
        offered = {method for one in TABLE[name] for method in one.methods.split()}
        for method in {"GET", "POST"} - offered:
            answer = asker.get(url) if method == "GET" else asker.post(url)
            if answer.status != 405 or answer.written:
                wrong.append(f"{method} {name} {url}: {answer.status} {answer.written}")
    assert not wrong, "\n".join(wrong)


@briefly()
def test_a_stranger_is_led_to_sign_in(worlds: Worlds) -> None:
    asker, wrong = Asker(None), []
    for name, rule in RULES:
        url = address(name, rule, worlds[0])
        for method in ("GET", "POST"):
            answer = asker.get(url) if method == "GET" else asker.post(url, rule.data)
            fine = {rule.public, 302} if method in rule.methods else {405}
            led = answer.status == 302 and answer.headers["Location"].startswith("/accounts/login/?")
            if not (answer.status in fine if rule.public else led):
                wrong.append(f"{method} {name} {url}: {answer.status} {answer.headers.get('Location', '')}")
            if answer.written:
                wrong.append(f"{method} {name}: wrote {sorted(answer.written)}")
    assert not wrong, "\n".join(wrong)


def test_the_words_of_the_table_stand_for_places() -> None:
    assert places("cu* nobody") == {("inside", "curator"), ("beside", "curator"), ("near", "curator"), NOBODY}
