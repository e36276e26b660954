"""From a document to assignments: building, expansion, sending once."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.workflow import Refused
from opora.documents.models import Document
from opora.journal.models import Entry
from opora.registry.models import Body, Organisation, Person, Post
from opora.roadmaps import commands
from opora.roadmaps.actions import planning, sending
from opora.roadmaps.actions.building import preview
from opora.roadmaps.expansion import expand
from opora.roadmaps.lines import Line
from opora.roadmaps.models import Assignment, RoadMap, RoadMapState, Window
from tests import factories
from tests.roadmaps.conftest import DECREE

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_a_day() -> object:
    with time_machine.travel(dt.datetime(2026, 9, 15, 9, tzinfo=dt.UTC), tick=False):
        yield


def lines(roadmap: RoadMap) -> dict[str, Line]:
    return {line.activity.number + (str(line.part.order) if line.part else ""): line for line in expand(roadmap).lines}


def names(line: Line) -> set[str]:
    return {target.organisation.short_name for target in line.targets}


def test_a_reading_becomes_sections_activities_parts_and_windows(roadmap: RoadMap) -> None:
    assert [s.title for s in roadmap.sections.all()] == ["Организация", "Сопровождение"]
    assert roadmap.activities.count() == 7
    windows = {number: Window.objects.filter(activity__number=number, part=None) for number in "1234567"}
    assert [w.due for w in windows["1"]] == [dt.date(2026, 10, 1)]
    quarters = [dt.date(2026, 9, 30), dt.date(2026, 12, 31), dt.date(2027, 3, 31), dt.date(2027, 6, 30)]
    assert [w.due for w in windows["4"]] == quarters
    assert {w.origin for w in windows["5"]} == {"interim"}
    assert [(w.due, w.origin) for w in windows["6"]] == [(None, "undated")]
    seventh = roadmap.activities.get(number="7")
    assert [part.windows.get().due for part in seventh.parts.all()] == [dt.date(2026, 10, 27), dt.date(2026, 11, 10)]


def test_approval_says_what_it_will_make(document: Document) -> None:
    said = preview(document, DECREE)
    assert "7 мероприятий" in said[0]
    assert "2 члена" in said[1]


def test_groups_lists_and_bodies_become_organisations(roadmap: RoadMap, region: factories.Region) -> None:
    found = lines(roadmap)
    municipal = {o.short_name for o in region.municipalities}
    schools = {o.short_name for o in region.schools}
    assert names(found["1"]) == municipal
    assert names(found["2"]) == {region.schools[0].short_name}
    assert all(target.via_list for target in found["2"].targets)
    assert names(found["3"]) == {region.institute.short_name}
    assert names(found["4"]) == municipal | schools
    assert names(found["5"]) == {o.short_name for o in region.services}
    assert names(found["6"]) == {region.authority.short_name}
    assert found["6"].targets[0].body == Body.objects.get()
    assert names(found["70"]) == names(found["71"]) == municipal


def test_what_did_not_resolve_is_named_and_a_choice_is_remembered(
    roadmap: RoadMap, region: factories.Region, coordinator: User
) -> None:
    assert [text for text, _ in expand(roadmap).unknown] == ["Центр неизвестности"]
    planning.name_means(roadmap, "Центр неизвестности", by=coordinator, organisation=region.services[0])
    assert expand(roadmap).unknown == []
    assert region.services[0].short_name in names(lines(roadmap)["3"])
    other = RoadMap.objects.get(pk=roadmap.pk)
    assert expand(other).unknown == []


def test_a_name_can_be_left_out_and_a_group_chosen(
    roadmap: RoadMap, coordinator: User, region: factories.Region
) -> None:
    planning.skip_name(roadmap, "Центр неизвестности", by=coordinator)
    assert expand(roadmap).unknown == []
    planning.skip_name(roadmap, "Центр неизвестности", by=coordinator, skipped=False)
    planning.name_means(roadmap, "Центр неизвестности", by=coordinator, group="methodical_services")
    assert {o.short_name for o in region.services} <= names(lines(roadmap)["3"])


def test_sending_makes_each_assignment_once(roadmap: RoadMap, coordinator: User, region: factories.Region) -> None:
    expected = expand(roadmap).total
    assert sending.send(roadmap, by=coordinator) == expected == Assignment.objects.count()
    roadmap.refresh_from_db()
    assert roadmap.state == RoadMapState.SENT
    assert sending.send(roadmap, by=coordinator) == 0
    assert Entry.objects.filter(code="assignments.sent").count() == 1
    with pytest.raises(Refused, match="Рассылать нечего"):
        sending.request_sending(roadmap, by=coordinator, url="/")


def test_sending_again_sends_only_what_is_missing(
    roadmap: RoadMap, coordinator: User, region: factories.Region
) -> None:
    sending.send(roadmap, by=coordinator)
    before = set(Assignment.objects.values_list("pk", flat=True))
    newcomer = factories.organisation("municipal_authority", region.authority, "Управление образования, Новый район")
    assert sending.send(roadmap, by=coordinator) == 1 + 4 + 2  # rows 1, 4 (four quarters), 7 (two parts)
    new = Assignment.objects.exclude(pk__in=before)
    assert {one.executor for one in new} == {newcomer}


def test_the_controller_is_a_schools_municipality_else_the_issuer(
    roadmap: RoadMap, coordinator: User, region: factories.Region
) -> None:
    sending.send(roadmap, by=coordinator)
    school = Assignment.objects.filter(executor=region.schools[3]).first()
    municipal = Assignment.objects.filter(executor=region.municipalities[0]).first()
    assert school is not None
    assert municipal is not None
    assert school.controller == region.municipalities[1]
    assert municipal.controller == region.authority


def test_past_windows_are_offered_moved_or_left_out(roadmap: RoadMap, coordinator: User) -> None:
    with time_machine.travel(dt.datetime(2026, 10, 5, 9, tzinfo=dt.UTC), tick=False):
        past = [window for _, window in expand(roadmap).past]
        assert {window.due for window in past} == {dt.date(2026, 9, 30), dt.date(2026, 10, 1)}
        first, second = past
        planning.set_windows(roadmap, [first], by=coordinator, skipped=True)
        planning.set_windows(roadmap, [second], by=coordinator, due=dt.date(2026, 11, 1))
        assert expand(roadmap).past == []
        second.refresh_from_db()
        assert (second.due, second.first_due is not None) == (dt.date(2026, 11, 1), True)
        sending.send(roadmap, by=coordinator)
        assert not Assignment.objects.filter(window=first).exists()
        with pytest.raises(Refused):
            planning.set_windows(roadmap, [second], by=coordinator, due=dt.date(2026, 12, 1))


def test_parts_can_be_one_assignment(roadmap: RoadMap, coordinator: User) -> None:
    seventh = roadmap.activities.get(number="7")
    planning.divide(seventh, by=coordinator, divided=False)
    assert "7" in lines(roadmap)
    assert lines(roadmap)["7"].count == 2 * 2  # two municipalities, two dates


def test_recurrences_go_on_by_themselves(roadmap: RoadMap, coordinator: User) -> None:
    RoadMap.objects.filter(pk=roadmap.pk).update(ends=None)
    roadmap.refresh_from_db()
    sending.send(roadmap, by=coordinator)
    before = Assignment.objects.filter(activity__number="4").count()
    with time_machine.travel(dt.datetime(2027, 2, 1, 9, tzinfo=dt.UTC), tick=False):
        factories.organisation("municipal_authority", roadmap.organisation, "Управление образования, Новый район")
        sending.continue_recurrences()
        after = Assignment.objects.filter(activity__number="4").count()
        assert after == before + 7 * 3  # three more quarters for seven organisations, the earlier ones for nobody
        sending.continue_recurrences()
        assert Assignment.objects.filter(activity__number="4").count() == after


def test_only_who_may_send_sends(roadmap: RoadMap, region: factories.Region) -> None:
    for role in (RoleCode.MUNICIPAL_COORDINATOR, RoleCode.SCHOOL_HEAD, RoleCode.OBSERVER, RoleCode.ADMINISTRATOR):
        with pytest.raises(Denied):
            sending.send(roadmap, by=region.user(role))
    assert not Assignment.objects.exists()


def test_the_cost_of_expansion_does_not_grow_with_the_region(roadmap: RoadMap, region: factories.Region) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            expand(roadmap)
        return len(queries)

    few = cost()
    for number in range(30):
        factories.organisation("school", region.municipalities[number % 2], f"МБОУ «Новая школа {number}»")
    assert cost() == few


def test_a_withdrawn_document_takes_its_road_map_along_unless_work_was_sent(
    roadmap: RoadMap, document: Document, coordinator: User
) -> None:
    planning.document_withdrawn(document, coordinator)
    assert not RoadMap.objects.exists()


def test_a_document_whose_work_was_sent_stays(roadmap: RoadMap, document: Document, coordinator: User) -> None:
    sending.send(roadmap, by=coordinator)
    with pytest.raises(Refused, match="разосланы"):
        planning.document_withdrawn(document, coordinator)


def test_commands_list_show_and_export(roadmap: RoadMap, coordinator: User, tmp_path: object) -> None:
    sending.send(roadmap, by=coordinator)
    out, err = io.StringIO(), io.StringIO()
    assert commands.list_roadmaps(by=coordinator, out=out) == 0
    assert roadmap.public_id in out.getvalue()
    assert commands.show_roadmap(roadmap.public_id, by=coordinator, out=out, err=err) == 0
    assert "Назначить муниципальных координаторов" in out.getvalue()
    assert commands.show_roadmap("нет", by=coordinator, out=out, err=err) == 2
    assert "opora roadmap list" in err.getvalue()


def test_organisations_outside_the_territory_are_never_reached(
    roadmap: RoadMap, coordinator: User, region: factories.Region
) -> None:
    other = factories.region("Дальняя область")
    sending.send(roadmap, by=coordinator)
    foreign = Organisation.objects.inside(other.authority)
    assert not Assignment.objects.filter(executor__in=foreign).exists()


def test_a_person_is_one_executor_whatever_his_position_is_called(
    roadmap: RoadMap, region: factories.Region, coordinator: User
) -> None:
    person = Person.objects.create(last_name="Полякова", first_name="Инна", middle_name="Олеговна")
    Post.objects.create(person=person, organisation=region.municipalities[1], title="специалист")
    first = roadmap.activities.get(number="1").responsible.get()
    for name, expected in (("Полякова И.О.", {region.municipalities[1].short_name}), ("Неизвестная А.А.", set())):
        first.text, first.name, first.kind = f"{name}, муниципальный координатор", name, "person"
        first.save()
        assert names(lines(roadmap)["1"]) == expected
