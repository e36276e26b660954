"""Who knows of one listed school alone, and may do much else, learns of no other from an event."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from opora.access.models import Membership, User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.development.actions.events import places
from opora.development.models import Event, Registration
from opora.development.queries import events as queries
from opora.lists import actions as lists
from opora.registry.models import Organisation
from tests.development.conftest import teacher
from tests.development.occasions import announced, named
from tests.factories import Region

pytestmark = pytest.mark.django_db


@pytest.fixture
def secret(region: Region, coordinator: User) -> Event:
    """For two listed schools; somebody of the second comes."""
    asked = {"audience": "closed", "invited": region.schools[:2], "places": 30}
    event = announced(region.authority, coordinator, title="тайно", confidential=True, **asked)
    places.register(event, named("Иванова"), by=coordinator, organisation=region.schools[1])
    return event


@pytest.fixture
def specialist(region: Region, coordinator: User) -> User:
    """Of the institute, who holds events in the whole region, and a curator to whom the first school is entrusted."""
    user = region.user(RoleCode.REGIONAL_SPECIALIST)
    Membership.objects.create(user=user, organisation=region.institute, role=RoleCode.CURATOR)
    lists.entrust(by=coordinator, curator=user, schools=[region.schools[0]])
    return User.objects.get(pk=user.pk)


def test_other_invited_schools_are_not_offered(secret: Event, specialist: User, region: Region, client: Client) -> None:
    first, second = region.schools[:2]
    assert list(queries.registering(specialist, secret)) == [first]
    with pytest.raises(Denied):
        places.register(secret, named("Чужая"), by=specialist, organisation=second)
    client.force_login(specialist)
    url = reverse("development:register", args=[secret.public_id])
    said = client.get(url).content.decode()
    assert (second.short_name in said, second.public_id in said) == (False, False)
    assert client.post(f"{url}?organisation={second.public_id}", {"others": "Чужая Ч."}).status_code != 302
    assert not Registration.objects.filter(name__contains="Чужая", organisation=second).exists()


def test_how_many_come_from_other_schools_is_not_told(
    secret: Event, coordinator: User, region: Region, client: Client
) -> None:
    pages = [
        reverse("development:event", args=[secret.public_id]),
        reverse("development:event_people", args=[secret.public_id]),
        f"{reverse('development:events')}?to=csv",
    ]

    def told(user: User) -> list[bool]:
        client.force_login(user)
        said = [" ".join(client.get(url).content.decode().replace("\xa0", " ").split()) for url in pages]
        return ["1 из 30" in one for one in said]

    assert told(coordinator) == [True] * 3
    assert told(region.user(RoleCode.SCHOOL_HEAD)) == [False] * 3
    client.force_login(region.user(RoleCode.SCHOOL_HEAD))
    room = client.get(reverse("development:register", args=[secret.public_id])).content.decode()
    assert ("Свободные места есть" in room, "Свободных мест" in room) == (True, False)


def test_the_staff_of_a_school_is_offered_to_those_who_see_its_people(
    region: Region, coordinator: User, client: Client
) -> None:
    methodist = region.user(RoleCode.METHODIST)
    event = announced(region.municipalities[0], methodist, title="Всем", audience="all")
    own, far = region.schools[0], region.schools[2]
    teacher(own, "Своя", account=False)
    teacher(far, "Дальняя", account=False)

    def offered(user: User, school: Organisation) -> list[str]:
        return [person.last_name for person in queries.staff(user, school)]

    assert (offered(coordinator, own), offered(coordinator, far)) == (["Своя"], ["Дальняя"])
    assert (offered(region.user(RoleCode.MUNICIPAL_COORDINATOR), own), offered(methodist, far)) == (["Своя"], [])
    client.force_login(methodist)
    url = f"{reverse('development:register', args=[event.public_id])}?organisation={far.public_id}"
    assert "Дальняя" not in client.get(url).content.decode()
    assert client.post(url, {"others": ""}).status_code == 422
    assert client.post(url, {"others": "Дальняя Анна | учитель"}).status_code == 302
    assert event.registrations.get().organisation == far
