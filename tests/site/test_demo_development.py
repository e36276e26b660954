"""Teachers of the demo sit their diagnoses as teachers do: most in time; of one that goes on some are at it."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest
from django.utils import timezone

from opora.access.roles import RoleCode
from opora.core.clock import day_of
from opora.development.actions import giving
from opora.development.models import Diagnosis, Registration, Sitting, SittingState
from opora.registry.models import Person
from opora.registry.models.people import Post
from opora.site.demo import region as demo
from opora.site.demo.development import build_development
from opora.site.demo.events import build_events
from tests import factories

pytestmark = pytest.mark.django_db


def test_most_hand_in_in_time() -> None:
    region = factories.region()
    teacher = factories.user(RoleCode.SCHOOL_STAFF, region.schools[0])
    teacher.username, teacher.person = "teacher", Person.objects.create(last_name="Учителева", first_name="Анна")
    teacher.save()
    head = factories.user(RoleCode.SCHOOL_HEAD, region.schools[0])
    head.username = "school"
    head.save()
    built = demo.Region(region.authority, region.institute, region.municipalities, region.services, region.schools)
    build_development(built, region.user(RoleCode.REGIONAL_COORDINATOR), Random(1))  # noqa: S311
    for one in Diagnosis.objects.filter(state="closed"):
        done = list(one.sittings.done().select_related("diagnosis"))
        late = [each for each in done if each.ran_out]
        assert 0 < len(late) < len(done) / 4
        assert one.sittings.filter(state=SittingState.MISSED).count() == 2
        assert not [each for each in done if each.answers.count() == 0]
        for each in done:
            assert each.started_at
            assert each.done_at
            assert one.opens <= day_of(each.started_at) <= one.closes
            assert dt.timedelta(minutes=10) < each.done_at - each.started_at or each.ran_out
        assert len({each.started_at for each in done}) > len(done) / 2
    assert not any(each.ran_out for each in Sitting.objects.done().filter(person=teacher.person))
    now = Diagnosis.objects.get(state="open")
    states = list(now.sittings.values_list("state", flat=True))
    assert {SittingState.ASSIGNED, SittingState.STARTED, SittingState.DONE} == set(states)
    assert now.sittings.get(person=teacher.person).state == SittingState.ASSIGNED
    giving.end_what_is_over()
    assert all(each.ends_at and each.ends_at > timezone.now() for each in now.sittings.filter(state="started"))


def test_people_were_registered_before_an_event_took_place() -> None:
    region = factories.region()
    for number, school in enumerate(region.schools):
        person = Person.objects.create(last_name=f"Директорова{number}", first_name="Анна")
        Post.objects.create(person=person, organisation=school, title="директор", is_head=True)
    build_events(region.user(RoleCode.REGIONAL_COORDINATOR))
    found = Registration.objects.filter(event__state="held").select_related("event")
    assert found
    assert all(one.created_at < one.event.begins_at for one in found)
