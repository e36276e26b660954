"""The organisations and people of the demo region."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat, LPad

from opora.access.models import Membership, User
from opora.access.roles import RoleCode
from opora.core.actor import LEVEL
from opora.registry.coordinates import Coordinates
from opora.registry.models import Organisation, Person, Post
from opora.registry.models.organisations import OrganisationKind as Kind
from opora.site.demo import names, places

COUNTRY = 5000  # schools; of more than a region has, a country is made, for measuring
SCHOOLS_EACH = 17  # of a municipality of the country
CAPITAL = 3  # number of the municipality with the region's centre


@dataclass
class Region:
    """What was built, with what the next steps need."""

    authority: Organisation
    institute: Organisation
    municipalities: list[Organisation] = field(default_factory=list)
    services: list[Organisation] = field(default_factory=list)
    schools: list[Organisation] = field(default_factory=list)  # of the first municipality first


def build_region(count: int, rng: random.Random) -> Region:
    """The tree: an authority, an institute, municipal authorities with methodical services, `count` schools."""
    authority = Organisation.objects.create(
        kind=Kind.REGION_AUTHORITY,
        name=names.AUTHORITY,
        short_name=names.AUTHORITY,
        code="00",
        settlement="г. Заречный",
        email="department@zarechnaya.example",
        **_at(places.office(CAPITAL)),
    )
    institute = Organisation.objects.create(
        kind=Kind.INSTITUTE,
        parent=authority,
        name=f"Государственное автономное учреждение дополнительного профессионального образования «{names.INSTITUTE}»",
        short_name="ИРО ЗО",
        code="00-1",
        settlement="г. Заречный",
        email="iro@zarechnaya.example",
        **_at(places.school(CAPITAL, "institute", central=True, town=True)),
    )
    region = Region(authority, institute)
    districts = names.districts(count // SCHOOLS_EACH) if count > COUNTRY else names.MUNICIPALITIES
    sizes = _shares(count, districts, rng)
    for number, (genitive, centre, adjective) in enumerate(districts, start=1):
        municipality = Organisation.objects.create(
            kind=Kind.MUNICIPAL_AUTHORITY,
            parent=authority,
            name=f"Управление образования администрации {genitive}",
            short_name=f"Управление образования {genitive}",
            code=f"{number:02d}",
            settlement=centre,
            email=f"mouo{number:02d}@zarechnaya.example",
            **_at(places.office(number)),
        )
        service = Organisation.objects.create(
            kind=Kind.METHODICAL_SERVICE,
            parent=municipality,
            name=f"Методический центр {genitive}",
            short_name=f"Методический центр {genitive}",
            code=f"{number:02d}-м",
            settlement=centre,
            **_at(places.school(number, "service", central=True, town=False)),
        )
        region.municipalities.append(municipality)
        region.services.append(service)
        _schools(municipality, number, centre, adjective, sizes[number - 1], rng)
    region.schools = list(Organisation.objects.filter(kind=Kind.SCHOOL).order_by("code"))
    return region


def _at(place: Coordinates) -> dict[str, float]:
    return {"latitude": place[0], "longitude": place[1]}


def _shares(count: int, places: Sequence[tuple[str, str, str]], rng: random.Random) -> list[int]:
    """How many schools each municipality has: towns more than villages, `count` together."""
    weights = [rng.uniform(0.6, 1.0) * (2.4 if centre.startswith("г.") else 1) for _, centre, _ in places]
    shares = [max(1, round(count * weight / sum(weights))) for weight in weights]
    shares[0] = max(1, shares[0] + count - sum(shares))
    return shares


def _schools(
    municipality: Organisation, number: int, centre: str, adjective: str, count: int, rng: random.Random
) -> None:
    """Schools of the centre (numbered, larger) and of the villages (one each, smaller)."""
    town = centre.startswith("г.")
    villages = list(names.VILLAGES) if number == 1 else rng.sample(names.VILLAGES, len(names.VILLAGES))
    central = max(1, round(count * (0.75 if town else 0.3)), count - len(villages))
    rows = []
    for index in range(count):
        if index < central:
            short = f"МБОУ «{adjective} СОШ № {index + 1}»" if central > 1 else f"МБОУ «{adjective} СОШ»"
            if town and index == central - 1 and central > 3:
                short = f"МБОУ «{adjective} гимназия»"
            settlement, pupils = centre, rng.lognormvariate(6.3 if town else 5.7, 0.4)
        else:
            settlement, village = villages[index - central]
            pupils = rng.lognormvariate(4.4, 0.7)
            short = f"МБОУ «{village} {'ООШ' if pupils < 60 and village != 'Боровская' else 'СОШ'}»"
        if number == 1 and short == "МБОУ «Тальниковская СОШ»":
            short = "МБОУ «Тальниковская ООШ»"
        kind = "основная" if "ООШ" in short else "средняя"
        rows.append(
            Organisation(
                kind=Kind.SCHOOL,
                parent=municipality,
                name=short.replace("МБОУ", "Муниципальное бюджетное общеобразовательное учреждение")
                .replace("СОШ", f"{kind} общеобразовательная школа")
                .replace("ООШ", f"{kind} общеобразовательная школа"),
                short_name=short,
                code=f"{number:02d}-{index + 1:04d}",
                settlement=settlement,
                pupils=max(9, round(pupils)),
                email=f"school{number:02d}{index + 1:04d}@zarechnaya.example",
                **_at(places.school(number, str(index), central=index < central, town=town)),
            )
        )
    for row in rows:
        row.path, row.search = row.public_id, row.search_text()
    Organisation.objects.bulk_create(rows, batch_size=1000)
    Organisation.objects.filter(parent=municipality, kind=Kind.SCHOOL).update(
        path=Concat(Value(municipality.path), LPad(Cast("pk", CharField()), LEVEL, Value("0")))
    )


@dataclass(frozen=True)
class Account:
    """One demo account, as the sign-in page shows it."""

    login: str
    role: RoleCode
    organisation: Organisation


def build_people(region: Region, password: str, rng: random.Random) -> list[Account]:
    """A head with an account in every organisation, and one account of every role with a short login."""
    hashed = make_password(password)
    shown = [
        Account("coordinator", RoleCode.REGIONAL_COORDINATOR, region.authority),
        Account("deputy", RoleCode.REGIONAL_COORDINATOR, region.authority),
        Account("institute", RoleCode.REGIONAL_SPECIALIST, region.institute),
        Account("municipality", RoleCode.MUNICIPAL_COORDINATOR, region.municipalities[0]),
        Account("methodist", RoleCode.METHODIST, region.services[0]),
        Account("school", RoleCode.SCHOOL_HEAD, region.schools[0]),
        Account("teacher", RoleCode.SCHOOL_STAFF, region.schools[0]),
        Account("curator", RoleCode.CURATOR, region.schools[1]),
        Account("observer", RoleCode.OBSERVER, region.authority),
        Account("admin", RoleCode.ADMINISTRATOR, region.authority),
    ]
    others = [
        *(Account(f"mouo{i:02d}", RoleCode.MUNICIPAL_COORDINATOR, o) for i, o in enumerate(region.municipalities, 1)),
        *(Account(f"method{i:02d}", RoleCode.METHODIST, o) for i, o in enumerate(region.services, 1)),
        *(Account(f"s{o.code}", RoleCode.SCHOOL_HEAD, o) for o in region.schools),
    ]
    taken = {account.organisation.pk for account in shown if account.role is not RoleCode.CURATOR}
    accounts = shown + [account for account in others if account.organisation.pk not in taken]
    people = Person.objects.bulk_create([_person(account, rng) for account in accounts], batch_size=1000)
    Post.objects.bulk_create(
        [
            Post(person=person, organisation=a.organisation, title=_post(a), is_head=a.role is RoleCode.SCHOOL_HEAD)
            for a, person in zip(accounts, people, strict=True)
        ],
        batch_size=1000,
    )
    users = User.objects.bulk_create(
        [
            User(username=account.login, email=person.email, password=hashed, person=person)
            for account, person in zip(accounts, people, strict=True)
        ],
        batch_size=1000,
    )
    Membership.objects.bulk_create(
        [
            Membership(user=user, organisation=account.organisation, role=account.role)
            for account, user in zip(accounts, users, strict=True)
        ],
        batch_size=1000,
    )
    return shown


def _person(account: Account, rng: random.Random) -> Person:
    woman = rng.random() < 0.75
    last = rng.choice(names.LAST_NAMES)
    return Person(
        last_name=last + ("а" if woman else ""),
        first_name=rng.choice(names.WOMEN if woman else names.MEN),
        middle_name=names.patronymic(rng.choice(names.FATHERS), woman=woman),
        email=f"{account.login}@zarechnaya.example",
    )


def _post(account: Account) -> str:
    return {
        RoleCode.SCHOOL_HEAD: "директор",
        RoleCode.SCHOOL_STAFF: "заместитель директора по учебной работе",
        RoleCode.METHODIST: "методист",
        RoleCode.MUNICIPAL_COORDINATOR: "главный специалист",
        RoleCode.REGIONAL_COORDINATOR: "главный специалист отдела общего образования",
        RoleCode.REGIONAL_SPECIALIST: "заведующий центром оценки качества образования",
        RoleCode.CURATOR: "куратор",
        RoleCode.OBSERVER: "консультант",
        RoleCode.ADMINISTRATOR: "системный администратор",
    }[account.role]
