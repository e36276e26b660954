"""Small believable objects for tests; names that must not leak are easy to look for."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

from opora.access.models import Membership, User
from opora.access.roles import RoleCode
from opora.core.models import new_public_id
from opora.lists.models import Entrustment
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind as Kind

_numbers = itertools.count(1)
LONG_SINCE = dt.date(2020, 9, 1)  # before any day on which a test stops the clock


def organisation(
    kind: str = Kind.SCHOOL, parent: Organisation | None = None, name: str = "", **values: object
) -> Organisation:
    name = name or f"МБОУ «СОШ № {next(_numbers)}»"
    return Organisation.objects.create(kind=kind, parent=parent, name=name, short_name=name, **values)


def user(role: str | None = None, at: Organisation | None = None, name: str = "", **values: object) -> User:
    """An account with one membership; the password is «пароль-для-тестов»."""
    number = next(_numbers)
    name = name or f"Тестова {number} Анна"
    account = User.objects.create_user(
        username=f"user{number}",
        email=f"user{number}@example.org",
        password="пароль-для-тестов",
        display_name=name,
        **values,
    )
    if role and at:
        Membership.objects.create(user=account, organisation=at, role=role, since=LONG_SINCE)
    return account


@dataclass
class Region:
    authority: Organisation
    institute: Organisation
    municipalities: list[Organisation]
    services: list[Organisation]
    schools: list[Organisation]  # two of the first municipality, then two of the second

    def user(self, role: str, at: Organisation | None = None) -> User:
        """An account of the role where it usually stands, or `at` another place; a curator is entrusted with it."""
        usual = {
            RoleCode.REGIONAL_COORDINATOR: self.authority,
            RoleCode.REGIONAL_SPECIALIST: self.institute,
            RoleCode.MUNICIPAL_COORDINATOR: self.municipalities[0],
            RoleCode.METHODIST: self.services[0],
            RoleCode.SCHOOL_HEAD: self.schools[0],
            RoleCode.SCHOOL_STAFF: self.schools[0],
            RoleCode.CURATOR: self.schools[0],
            RoleCode.OBSERVER: self.authority,
            RoleCode.ADMINISTRATOR: self.authority,
        }
        place = at or usual[RoleCode(role)]
        account = user(role, place)
        if role == RoleCode.CURATOR:
            Entrustment.objects.create(curator=account, school=place, entrusted_by="Тест", batch=new_public_id())
        return account


def region(name: str = "Озёрная область") -> Region:
    authority = organisation(Kind.REGION_AUTHORITY, None, f"Министерство образования, {name}")
    institute = organisation(Kind.INSTITUTE, authority, f"Институт развития образования, {name}")
    municipalities, services, schools = [], [], []
    for place in ("Луговой район", "Полевой район"):
        municipality = organisation(Kind.MUNICIPAL_AUTHORITY, authority, f"Управление образования, {place}")
        municipalities.append(municipality)
        services.append(organisation(Kind.METHODICAL_SERVICE, municipality, f"Методический центр, {place}"))
        schools += [organisation(Kind.SCHOOL, municipality, f"МБОУ «СОШ № {n}», {place}") for n in (6, 12)]
    return Region(authority, institute, municipalities, services, schools)
