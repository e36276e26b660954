"""What a visit advises and a programme plans becomes work of the school: reported, accepted and told where it began."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.workflow import Refused, Stale
from opora.lists.models import SchoolList
from opora.roadmaps.actions import working
from opora.roadmaps.models import Assignment, RoadMap, Version
from opora.support.actions import advising, mentors, visiting
from opora.support.actions import programmes as actions
from opora.support.models import Advice, Programme, ProgrammeState, Visit
from opora.support.programmes import Measure, draft, to_json
from tests.factories import Region
from tests.support.test_pages import page

pytestmark = pytest.mark.django_db
SOON = today() + dt.timedelta(days=40)


@pytest.fixture
def visit(listed: SchoolList, region: Region, coordinator: User) -> Visit:
    """With two recommendations."""
    goes = mentors.add_mentor(by=coordinator, organisation=region.institute, kind="methodist", name="Лосева И. П.")
    made = visiting.make_visit(by=coordinator, school=region.schools[0], day=today(), team=[goes])
    for text in ("Провести разбор работ", "Найти учителя физики"):
        advising.advise(made, by=coordinator, text=text, due=SOON)
    return made


def done(work: Assignment, head: User, by: User) -> None:
    working.submit(work, by=head, text="Сделали", figures=[], attachments=[])
    working.accept(Assignment.objects.get(pk=work.pk), by=by, comment="")


def test_advice_becomes_work_of_the_school_and_its_municipality(
    visit: Visit, region: Region, municipal: User, head: User, coordinator: User, client: Client
) -> None:
    first, second = visit.advice.all()
    url = reverse("support:order_advice", args=[visit.public_id])
    client.force_login(municipal)
    given = {f"e_{first.public_id}": "school", f"e_{second.public_id}": "area", "controller": "area"}
    assert client.post(url, given).status_code == 302
    mine, theirs = Assignment.objects.order_by("pk")
    assert (mine.executor, mine.controller, mine.due) == (region.schools[0], region.municipalities[0], SOON)
    assert (theirs.executor, theirs.controller) == (region.municipalities[0], region.authority)
    assert mine.roadmap.confidential
    assert mine.roadmap.organisation == region.schools[0]
    assert visit.get_absolute_url() in page(client, head, reverse("roadmaps:assignment", args=[mine.public_id]))
    other = region.user(RoleCode.SCHOOL_HEAD, region.schools[1])
    page(client, other, reverse("roadmaps:assignment", args=[mine.public_id]), status=404)
    for outsider in (region.user(RoleCode.OBSERVER), region.user(RoleCode.REGIONAL_SPECIALIST)):
        assert not Assignment.objects.visible(outsider).exists()
        assert not RoadMap.objects.visible(outsider).exists()
    done(mine, head, municipal)
    shown = page(client, head, visit.get_absolute_url())
    assert "исполнено" in shown
    assert "Выполнено<" not in shown
    assert "поручено" in page(client, region.user(RoleCode.REGIONAL_SPECIALIST), visit.get_absolute_url())


def test_advice_is_ordered_once_and_is_done_in_one_place(
    visit: Visit, coordinator: User, municipal: User, head: User
) -> None:
    first, second = visit.advice.all()
    chosen = {first.public_id: "school"}
    with pytest.raises(Denied):
        advising.order(visit, by=head, executors=chosen, controller="area")
    with pytest.raises(Refused, match="хотя бы у одной"):
        advising.order(visit, by=municipal, executors={}, controller="area")
    assert advising.order(visit, by=coordinator, executors=chosen, controller="region") == 1
    with pytest.raises(Stale):
        advising.order(visit, by=coordinator, executors=chosen, controller="region")
    with pytest.raises(Refused, match="отчитайтесь в нём"):
        advising.do_advice(Advice.objects.get(pk=first.pk), by=head)
    advising.do_advice(second, by=head)
    assert advising.to_order(visit) == []


@pytest.fixture
def agreed(case: object, coordinator: User, region: Region) -> Programme:
    """Through the agreement itself."""
    content = draft({"climate": 80.0, "competence": 70.0}, {}, today().year, today())
    told = {"version": 1, "state": ProgrammeState.APPROVED, "made_by": "Кто", "content": to_json(content)}
    for name in ("sent", "approved"):
        told |= {f"{name}_at": dt.datetime(2026, 11, 1, tzinfo=dt.UTC), f"{name}_by": "Кто"}
    made = Programme.objects.create(case=case, **told)
    made.versions.create(number=1, content=made.content, sent_at=told["sent_at"], sent_by="Кто")
    made.reviews.create(expert=coordinator, version=1, given_at=told["sent_at"])
    actions.agree(made, by=coordinator, document_text="протокол № 1")
    return again(made)


def again(one: Programme) -> Programme:
    return Programme.objects.select_related("case__school__parent", "case__step").get(pk=one.pk)


def test_measures_of_an_agreed_programme_are_the_schools_road_map(
    agreed: Programme, region: Region, head: User, municipal: User, client: Client
) -> None:
    measures = [one for goal in agreed.read.goals for one in goal.measures]
    works = Assignment.objects.order_by("activity__order")
    assert [one.due for one in works] == [one.due for one in measures]
    assert {(one.executor, one.controller) for one in works} == {(region.schools[0], region.municipalities[0])}
    assert all(one.title in work.text and one.owner in work.text for one, work in zip(measures, works, strict=True))
    roadmap = works[0].roadmap
    assert (roadmap.organisation, roadmap.confidential) == (region.schools[0], True)
    done(works[0], head, municipal)
    shown = page(client, municipal, agreed.get_absolute_url())
    assert "исполнено" in shown
    assert works[0].public_id in shown
    assert "мероприятие программы школы" in page(
        client, head, reverse("roadmaps:assignment", args=[works[0].public_id])
    )
    with pytest.raises(Stale):
        actions.order_measures(agreed, by=region.user(RoleCode.REGIONAL_COORDINATOR))


def test_a_new_version_amends_what_is_not_done(
    agreed: Programme, coordinator: User, head: User, municipal: User
) -> None:
    goal = agreed.read.goals[0]
    kept, moved, gone = goal.measures[0], agreed.read.goals[1].measures[0], goal.measures[1]
    works = {one.key: Assignment.objects.get(activity=one.activity_id) for one in agreed.works.all()}
    done(works[kept.key], head, municipal)
    with pytest.raises(Denied):
        actions.begin_version(agreed, by=municipal)
    actions.begin_version(agreed, by=head)
    programme = again(agreed)
    later = SOON + dt.timedelta(days=30)
    new = Measure(programme.read.new_key(), "Открыть кабинет психолога", "директор", later, "бюджет")
    for item in (replace(kept, title="Иначе"), replace(moved, due=later), new):
        actions.put(programme, by=head, revision=programme.revision, item=item, goal=goal.key)
    actions.remove(programme, by=head, revision=programme.revision, key=gone.key)
    Programme.objects.filter(pk=programme.pk).update(state=ProgrammeState.APPROVED, version=2)
    programme.versions.create(number=2, content=programme.content, sent_at=programme.sent_at, sent_by="Кто")
    programme.reviews.create(expert=coordinator, version=2, given_at=programme.sent_at)
    actions.agree(again(programme), by=coordinator, document_text="протокол № 2")
    after = {one.key: Assignment.objects.get(activity=one.activity_id) for one in programme.works.all()}
    assert after[kept.key].state == "accepted"
    assert kept.title in after[kept.key].text
    assert (after[moved.key].pk, after[moved.key].due) == (works[moved.key].pk, later)
    assert gone.key not in after
    assert Assignment.objects.get(pk=works[gone.key].pk).state == "cancelled"
    assert (after[new.key].executor, after[new.key].controller) == (
        programme.case.school,
        programme.case.school.parent,
    )
    assert RoadMap.objects.count() == 1
    assert Version.objects.count() == 2
