"""A region with an approved list: its schools have cases."""

from __future__ import annotations

import pytest

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.lists import actions as lists
from opora.lists.models import SchoolList
from opora.registry.models import Organisation
from opora.support.actions import programmes, risks
from opora.support.models import Case, Programme
from tests import factories
from tests.factories import Region

YEAR = 2026


def approved(by: User, region: Region, *schools: Organisation, year: int = YEAR) -> SchoolList:
    made = lists.create_list(
        by=by, territory=region.authority, school_year=year, title=f"Список {year}", document_text="приказ № 1"
    )
    for school in schools:
        lists.add_school(made, by=by, organisation=school)
    return lists.approve(made, by=by)


def case_of(school: Organisation, year: int = YEAR) -> Case:
    return Case.objects.select_related("school__parent", "step", "step_set").get(school=school, school_year=year)


@pytest.fixture
def region() -> Region:
    return factories.region()


@pytest.fixture
def coordinator(region: Region) -> User:
    return region.user(RoleCode.REGIONAL_COORDINATOR)


@pytest.fixture
def head(region: Region) -> User:
    return region.user(RoleCode.SCHOOL_HEAD)


@pytest.fixture
def municipal(region: Region) -> User:
    return region.user(RoleCode.MUNICIPAL_COORDINATOR)


@pytest.fixture
def listed(region: Region, coordinator: User) -> SchoolList:
    """The first and the third school: one of each municipality."""
    return approved(coordinator, region, region.schools[0], region.schools[2])


@pytest.fixture
def case(listed: SchoolList, region: Region) -> Case:
    return case_of(region.schools[0])


def standing(programme: Programme) -> Programme:
    """In force, by the version that it was sent as."""
    names = ("content", "sent_at", "sent_by", "approved_at", "approved_by", "approved_document", "agreed_at")
    told = {name: getattr(programme, name) for name in (*names, "agreed_by", "agreed_document")}
    programme.standing = programme.versions.create(number=programme.version, **told)
    programme.state = "agreed"
    programme.save()
    return programme


@pytest.fixture
def programme(case: Case, head: User) -> Programme:
    """A draft, at whose step the case stands; its figures are not known."""
    Case.objects.filter(pk=case.pk).update(step=case.step_set.steps.get(key="drafted"))
    risks.score(case, by=head)
    risks.choose(case, by=head, chosen=["climate"], comments={})
    return programmes.start(case, by=head)
