"""Mentors and pairs: who learns of a school by them, and that a proposal keeps to what people decided."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.assessments.models import SchoolCluster
from opora.assessments.models.looks import CLUSTERS
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.tasks.running import run_job
from opora.core.workflow import Refused
from opora.documents.models import Document
from opora.journal.models import Entry
from opora.lists.models import SchoolList
from opora.notices.models import Notice
from opora.registry.models import Organisation
from opora.support import matching
from opora.support.actions import mentors, pairing, proposing
from opora.support.models import Mentor, Pair, PlanLine, Proposal
from opora.support.queries import mentoring as queries
from opora.ui import words
from tests import factories
from tests.factories import Region
from tests.support.conftest import approved
from tests.support.test_pages import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def mentor(region: Region, coordinator: User) -> Mentor:
    """The fourth school, of the other municipality."""
    return mentors.add_mentor(
        by=coordinator, organisation=region.schools[3], kind="school", strengths={"mat": 3}, load=1
    )


@pytest.fixture
def pair(listed: SchoolList, region: Region, coordinator: User, mentor: Mentor) -> Pair:
    return pairing.make_pair(by=coordinator, school=region.schools[0], mentor=mentor)


def test_the_mentors_people_see_their_pair_and_nothing_more(pair: Pair, region: Region, client: Client) -> None:
    head = region.user(RoleCode.SCHOOL_HEAD, region.schools[3])
    other = region.user(RoleCode.SCHOOL_HEAD, region.schools[1])
    shown = page(client, head, reverse("support:pairs"))
    assert region.schools[0].short_name in shown
    shown = page(client, head, pair.get_absolute_url())
    assert "дело школы" not in shown
    page(client, head, reverse("support:school", args=[pair.school.public_id]), status=404)
    for stranger in (other, region.user(RoleCode.MUNICIPAL_COORDINATOR, region.municipalities[1])):
        assert region.schools[0].short_name not in page(client, stranger, reverse("support:pairs"))
        page(client, stranger, pair.get_absolute_url(), status=404)
    pairing.end_pair(pair, by=region.user(RoleCode.REGIONAL_COORDINATOR), reason="Наставник уволился")
    page(client, head, pair.get_absolute_url(), status=404)


def test_notices_name_no_school_to_the_mentors_side(
    listed: SchoolList, region: Region, coordinator: User, mentor: Mentor
) -> None:
    head = region.user(RoleCode.SCHOOL_HEAD, region.schools[3])
    pairing.make_pair(by=coordinator, school=region.schools[0], mentor=mentor)
    told = Notice.objects.get(user=head)
    assert region.schools[0].short_name not in told.text


def test_limits_of_a_pair(pair: Pair, region: Region, coordinator: User, mentor: Mentor) -> None:
    with pytest.raises(Refused, match="занята: выберите другого"):
        pairing.make_pair(by=coordinator, school=region.schools[2], mentor=mentor)
    with pytest.raises(Refused, match="уже есть"):
        pairing.make_pair(by=coordinator, school=region.schools[0], mentor=mentor)
    with pytest.raises(Refused, match="самой себе"):
        pairing.make_pair(by=coordinator, school=region.schools[3], mentor=mentor)
    with pytest.raises(Denied):
        pairing.make_pair(by=region.user(RoleCode.MUNICIPAL_COORDINATOR), school=region.schools[0], mentor=mentor)
    mentors.archive_mentor(mentor, by=coordinator)
    with pytest.raises(Refused, match="в архиве"):
        pairing.make_pair(by=coordinator, school=region.schools[2], mentor=mentor)


def test_both_sides_write_in_their_pair(pair: Pair, region: Region, client: Client) -> None:
    helper = region.user(RoleCode.SCHOOL_STAFF, region.schools[3])
    head = region.user(RoleCode.SCHOOL_HEAD)
    client.force_login(helper)
    due = today() + dt.timedelta(days=9)
    url = reverse("support:add_line", args=[pair.public_id])
    assert client.post(url, {"text": "Открытый урок", "due": due.isoformat(), "doer": "mentor"}).status_code == 302
    url = reverse("support:add_contact", args=[pair.public_id])
    late = {"on": due.isoformat(), "kind": "call", "text": "Созвон"}
    assert client.post(url, late).status_code == 422
    assert client.post(url, {**late, "on": today().isoformat()}).status_code == 302
    shown = page(client, head, pair.get_absolute_url())
    assert "Открытый урок" in shown
    assert "Созвон" in shown
    line = pair.plan.get()
    assert client.post(reverse("support:do_line", args=[pair.public_id, line.public_id])).status_code == 302
    assert "выполнено" in page(client, helper, pair.get_absolute_url())
    curator = region.user(RoleCode.CURATOR)
    client.force_login(curator)
    assert client.post(url, {**late, "on": today().isoformat()}).status_code == 403
    answer = client.get(reverse("support:agreement", args=[pair.public_id]))
    assert answer.content[:2] == b"PK"


def test_a_line_of_the_plan_is_corrected_and_taken_away_until_it_is_done(
    pair: Pair, region: Region, client: Client, coordinator: User
) -> None:
    line = pairing.add_line(pair, by=coordinator, text="Открытый урог", due=today())
    helper = region.user(RoleCode.SCHOOL_STAFF, region.schools[3])
    client.force_login(helper)
    args, due = [pair.public_id, line.public_id], today() + dt.timedelta(days=5)
    change, remove = reverse("support:change_line", args=args), reverse("support:remove_line", args=args)
    assert "Открытый урог" in client.get(change).content.decode()
    early = {"text": "Открытый урок", "doer": "both", "due": (today() - dt.timedelta(days=1)).isoformat()}
    assert client.post(change, early).status_code == 422
    assert client.post(change, {**early, "due": due.isoformat()}).status_code == 302
    line.refresh_from_db()
    assert (line.text, line.due) == ("Открытый урок", due)
    shown = " ".join(page(client, coordinator, pair.get_absolute_url()).split())
    assert f"Внёс(ла): {coordinator.label}. Исправил(а): {helper.label}." in shown
    client.force_login(helper)
    assert Entry.objects.get(code="support.pair_replanned").data["old"] == [
        "Открытый урог",
        today().isoformat(),
        "both",
    ]
    pairing.do_line(line, by=coordinator)
    assert client.post(change, {"text": "Иначе", "due": due.isoformat(), "doer": "both"}).status_code == 422
    assert client.post(remove, {"confirmed": "1"}).status_code == 409
    line.refresh_from_db()
    pairing.undo_line(line, by=coordinator)
    assert "Убрать строку плана?" in client.post(remove).content.decode()
    assert client.post(remove, {"confirmed": "1"}).status_code == 302
    assert not pair.plan.exists()
    assert Entry.objects.filter(code="support.pair_unplanned", confidential=True).count() == 1
    client.force_login(region.user(RoleCode.CURATOR))
    other = pairing.add_line(pair, by=coordinator, text="Анализ", due=due)
    assert client.get(reverse("support:change_line", args=[pair.public_id, other.public_id])).status_code == 403


def test_a_renewed_pair_takes_what_is_not_done(pair: Pair, coordinator: User, client: Client) -> None:
    done = pairing.add_line(pair, by=coordinator, text="Сделано", due=today())
    pairing.do_line(done, by=coordinator)
    pair.plan.create(text="Осталось", due=dt.date(2028, 2, 29), doer="school", written_by="Кто")
    made = pairing.renew_pair(pair, by=coordinator)
    assert made.school_year == pair.school_year + 1
    [line] = made.plan.all()
    assert (line.text, line.due) == ("Осталось", dt.date(2029, 2, 28))
    assert (line.doer, line.written_by) == ("school", "Кто")
    shown = page(client, coordinator, pair.get_absolute_url())
    assert f"Пара на {made.year} учебный год" in shown
    assert "Продлить на год" not in shown
    assert "Продлить на год" not in page(client, coordinator, made.get_absolute_url())
    with pytest.raises(Refused, match="ещё не начался"):
        pairing.renew_pair(made, by=coordinator)


def test_an_ended_pair_counts_no_days_and_its_renewal_stays(pair: Pair, coordinator: User, client: Client) -> None:
    due = today() + dt.timedelta(days=9)
    pairing.add_line(pair, by=coordinator, text="Открытый урок", due=due)
    made = pairing.renew_pair(pair, by=coordinator)
    url = reverse("support:end_pair", args=[pair.public_id])
    shown = page(client, coordinator, url)
    assert f"Пара, продлённая на {made.year} учебный год, останется" in shown
    assert re.search(r'type="submit"[^>]*>\s*Прекратить пару', shown)
    assert client.post(url, {"reason": "Наставник уволился"}).status_code == 302
    shown = page(client, coordinator, pair.get_absolute_url())
    assert f"срок был {words.day(due)}" in shown
    assert "не выполнено" in shown
    assert "через" not in shown.partition('id="plan"')[2].partition("</section>")[0]
    assert "впереди" in page(client, coordinator, made.get_absolute_url())


def test_both_sides_are_told_that_a_pair_has_ended(pair: Pair, region: Region, coordinator: User) -> None:
    heads = [region.user(RoleCode.SCHOOL_HEAD, one) for one in (pair.school, pair.mentor.organisation)]
    pairing.end_pair(pair, by=coordinator, reason="Цели достигнуты")
    school, mentor = (Notice.objects.filter(user=one).latest("pk") for one in heads)
    assert "Цели достигнуты" in school.text
    assert (mentor.url, pair.school.short_name in mentor.text) == (reverse("support:pairs"), False)
    assert "прекращена" in mentor.text


def test_a_plan_says_what_is_to_come(pair: Pair, coordinator: User) -> None:
    with pytest.raises(Refused, match="уже прошёл"):
        pairing.add_line(pair, by=coordinator, text="Было", due=today() - dt.timedelta(days=1))


def test_a_line_that_falls_due_waits_for_the_side_whose_work_it_is(
    pair: Pair, region: Region, coordinator: User, client: Client
) -> None:
    school, helper = region.user(RoleCode.SCHOOL_HEAD), region.user(RoleCode.SCHOOL_HEAD, region.schools[3])
    stranger = region.user(RoleCode.SCHOOL_HEAD, region.schools[1])
    soon, far = today() + dt.timedelta(days=14), today() + dt.timedelta(days=15)
    lines = {
        word: pairing.add_line(pair, by=coordinator, text=word, due=due, doer=doer)
        for word, due, doer in (
            ("Посетить урок", soon, "school"),
            ("Провести урок", today(), "mentor"),
            ("Подвести итоги", soon, "both"),
            ("Составить отчёт", far, "both"),
        )
    }
    PlanLine.objects.filter(pk=lines["Провести урок"].pk).update(due=today() - dt.timedelta(days=3))

    def found(user: User) -> set[str]:
        shown = page(client, user, reverse("roadmaps:home"))
        heap = shown[shown.find('id="heap-plans"') :].partition("</section>")[0] if "heap-plans" in shown else ""
        assert not heap or f"{pair.get_absolute_url()}#plan" in heap
        return {word for word in lines if word in heap}

    assert found(school) == {"Посетить урок", "Подвести итоги"}
    assert found(helper) == {"Провести урок", "Подвести итоги"}
    assert found(stranger) == set()
    pairing.do_line(lines["Подвести итоги"], by=school)
    assert found(helper) == {"Провести урок"}
    Pair.objects.update(school_year=pair.school_year - 1)
    assert found(helper) == set()
    Pair.objects.update(school_year=pair.school_year)
    pairing.end_pair(pair, by=coordinator, reason="Наставник уволился")
    assert found(school) == found(helper) == set()


def test_the_head_of_a_pair_has_one_action_and_a_menu_for_those_who_entrust(
    pair: Pair, region: Region, coordinator: User, client: Client
) -> None:
    def head(user: User) -> str:
        shown = page(client, user, pair.get_absolute_url())
        return shown[shown.find("<h1") :].partition('id="who"')[0]

    assert re.findall(r'class="btn(?: [^"]+)?"', head(coordinator)) == ['class="btn btn-primary"', 'class="btn"']
    assert "Прекратить пару" in head(coordinator)
    assert re.findall(r'class="btn(?: [^"]+)?"', head(region.user(RoleCode.SCHOOL_HEAD))) == ['class="btn btn-primary"']


def counted(proposal: Proposal) -> Proposal:
    proposal.refresh_from_db()
    run_job.func(proposal.job_id)
    proposal.refresh_from_db()
    return proposal


def test_a_proposal_keeps_to_what_people_decided(
    listed: SchoolList, region: Region, coordinator: User, mentor: Mentor, client: Client
) -> None:
    tutor = mentors.add_mentor(by=coordinator, organisation=region.institute, kind="tutor", name="Лосева И. П.", load=2)
    made = counted(proposing.start(region.authority, by=coordinator))
    assert made.value == made.bound
    assert {row.mentor for row in made.rows.all()} == {mentor, tutor}
    near = made.rows.get(mentor=mentor)
    assert "Всего" in near.reason
    assert "Лучшего подбора нет" in page(client, coordinator, made.get_absolute_url())
    proposing.forbid(near, by=coordinator)
    proposing.recount(made, by=coordinator)
    counted(made)
    near.refresh_from_db()
    assert near.mentor == tutor
    other = made.rows.exclude(pk=near.pk).get()
    proposing.fix(other, by=coordinator, mentor=tutor)
    proposing.recount(made, by=coordinator)
    counted(made)
    assert {row.mentor for row in made.rows.all()} == {tutor}
    pairs = proposing.confirm(made, by=coordinator)
    assert {pair.mentor for pair in pairs} == {tutor}
    assert Pair.objects.active().count() == 2
    with pytest.raises(Refused, match="сейчас нельзя"):
        proposing.recount(made, by=coordinator)
    with pytest.raises(Refused, match="Подбирать некому"):
        proposing.start(region.authority, by=coordinator)


def test_a_pair_tells_how_far_it_is_or_that_it_is_not_known(
    listed: SchoolList, region: Region, coordinator: User, mentor: Mentor
) -> None:
    Organisation.objects.filter(pk=mentor.organisation_id).update(latitude=54.5, longitude=46.0)
    Organisation.objects.filter(pk=region.schools[0].pk).update(latitude=54.0, longitude=46.0)
    Mentor.objects.filter(pk=mentor.pk).update(load=2)
    made = counted(proposing.start(region.authority, by=coordinator))
    reasons = {row.school_id: row.reason for row in made.rows.all()}
    assert "расстояние — 14 из 20 (56 км)" in reasons[region.schools[0].pk]
    assert "расстояние — 20 из 20 (один муниципалитет, координаты неизвестны)" in reasons[region.schools[2].pk]


def test_a_proposal_whose_decisions_clash_says_so(
    listed: SchoolList, region: Region, coordinator: User, mentor: Mentor, client: Client
) -> None:
    made = counted(proposing.start(region.authority, by=coordinator))
    for row in made.rows.all():
        proposing.fix(row, by=coordinator, mentor=mentor)
    proposing.recount(made, by=coordinator)
    counted(made)
    assert made.state == "failed"
    assert "закреплено школ: 2, а может он 1" in page(client, coordinator, made.get_absolute_url())


def test_loads_that_changed_stop_the_confirmation(
    listed: SchoolList, region: Region, coordinator: User, mentor: Mentor
) -> None:
    made = counted(proposing.start(region.authority, by=coordinator))
    Mentor.objects.update(load=0)
    with pytest.raises(Refused, match="Подберите заново"):
        proposing.confirm(made, by=coordinator)
    assert not Pair.objects.exists()


def test_conditions_are_places_among_those_known(region: Region) -> None:
    for number, index in enumerate((0.5, -1.0, None)):
        SchoolCluster.objects.create(
            organisation=region.schools[number], year=2026, cluster=CLUSTERS[0], reason="-", index=index
        )
    keys = [one.pk for one in region.schools[:3]]
    clusters, places = matching.conditions(keys)
    assert clusters == dict.fromkeys(keys, CLUSTERS[0])
    assert places == {keys[1]: 0.0, keys[0]: 1.0}


def test_pairs_of_an_order_are_made_by_one_press(region: Region, coordinator: User, client: Client) -> None:
    document = Document.objects.create(
        organisation=region.authority, title="О парах", state="approved", confidential=True,
        approved_at="2026-11-01T00:00Z", approved_by=coordinator,
    )  # fmt: skip
    data = {"mentor": region.schools[3].short_name, "mentored": [region.schools[0].short_name, "Школа, которой нет"]}
    document.facts.create(kind="partnership", order=1, data=data, source={}, confidence=1.0)
    url = reverse("support:document_pairs", args=[document.public_id])
    assert "Назначить 1 пару" in page(client, coordinator, url)
    assert client.post(url).status_code == 302
    made = Pair.objects.get()
    assert (made.school, made.mentor.organisation) == (region.schools[0], region.schools[3])
    assert made.document_id == document.public_id
    shown = page(client, coordinator, url)
    assert f'{made.get_absolute_url()}">' in shown
    assert f"Школа, которой помогают: {region.schools[0]}." in shown
    assert "Нет в реестре: Школа, которой нет. Дайте школам" in shown
    assert [one["made"] for one in queries.read_pairs(document)] == [made, None]


def test_a_successor_takes_over_pairs_and_mentors(pair: Pair, region: Region, coordinator: User) -> None:
    new = factories.organisation(parent=region.municipalities[0])
    pairing.succeeded(pair.school, new, coordinator)
    pairing.succeeded(pair.mentor.organisation, region.schools[2], coordinator)
    pair = Pair.objects.get(pk=pair.pk)
    assert (pair.school, pair.mentor.organisation) == (new, region.schools[2])


def test_the_registry_of_mentors_in_the_browser(region: Region, coordinator: User, client: Client) -> None:
    client.force_login(coordinator)
    url, place = reverse("support:new_mentor"), region.schools[0]
    given = {"organisation": place.short_name, "kind": "tutor", "name": "", "load": "2", "s_mat": "3", "s_rus": ""}
    assert "Назовите человека" in client.post(url, given).content.decode()
    assert client.post(url, {**given, "name": "Волкова  О. С."}).status_code == 302
    made = Mentor.objects.get()
    assert (made.name, made.strengths) == ("Волкова О. С.", {"mat": 3})
    edit = reverse("support:edit_mentor", args=[made.public_id])
    assert client.post(edit, {**given, "name": "Волкова О. С.", "s_rus": "1"}).status_code == 302
    assert "математика, русский язык" in page(client, coordinator, made.get_absolute_url())
    names = {"q": "Волкова"}, {"subject": "phys"}, {"subject": "mat"}
    found = [
        made.name in page(client, coordinator, reverse("support:mentors"), **one).partition("<tbody")[2]
        for one in names
    ]
    assert found == [True, False, True]
    archive = reverse("support:archive_mentor", args=[made.public_id])
    assert "Убрать наставника" in client.post(archive).content.decode()
    assert client.post(archive, {"confirmed": "1"}).status_code == 302
    assert client.post(reverse("support:restore_mentor", args=[made.public_id])).status_code == 302


def test_a_listed_school_with_a_pair_is_not_proposed_again(pair: Pair, region: Region, coordinator: User) -> None:
    assert matching.to_pair(region.authority, pair.school_year) == [region.schools[2].pk]
    approved(coordinator, region, region.schools[1], year=pair.school_year + 1)
    assert matching.to_pair(region.authority, pair.school_year + 1) == [region.schools[1].pk]
    assert isinstance(pair.school, Organisation)
