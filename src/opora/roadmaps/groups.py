"""Groups of organisations by the words of documents: data, not code. «МОУО» is every municipal authority below."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.db.models import QuerySet

from opora.core.clock import today
from opora.core.text import fold
from opora.lists.queries import day_of_lists, listed_schools
from opora.registry.models import Body, Organisation
from opora.registry.models.bodies import BodyRole
from opora.registry.models.organisations import OrganisationKind as Kind


@dataclass(frozen=True, slots=True)
class Group:
    """`pattern` is looked for in the folded text; the first group that fits is taken."""

    code: str
    title: str
    pattern: str
    kinds: tuple[str, ...] = ()
    listed: bool = False  # schools of the confidential list
    category: str | None = None


GROUPS = (
    Group(
        "listed_both",
        "школы из списков: с низкими результатами и в неблагоприятных условиях",
        r"(?:низк\w+ (?:образовательн\w+ )?результат|шнор).*(?:неблагоприятн|сложн\w+ (?:социальн|услови)|шнсу|шссу)"
        r"|(?:неблагоприятн|сложн\w+ (?:социальн|услови)).*низк\w+ (?:образовательн\w+ )?результат",
        (Kind.SCHOOL,),
        listed=True,
    ),
    Group(
        "listed_low",
        "школы из списка: с низкими образовательными результатами",
        r"низк\w+ (?:образовательн\w+ )?результат|\bшнор\b|курируем\w+ (?:школ|образоват|организац)"
        r"|включенн\w+ в (?:список|перечень)",
        (Kind.SCHOOL,),
        listed=True,
        category="low_results",
    ),
    Group(
        "listed_adverse",
        "школы из списка: в неблагоприятных социальных условиях",
        r"неблагоприятн\w+ социальн|сложн\w+ (?:социальн|услови)|\bшнсу\b|\bшссу\b",
        (Kind.SCHOOL,),
        listed=True,
        category="adverse_conditions",
    ),
    Group(
        "methodical_services",
        "муниципальные методические службы",
        r"методическ\w+ (?:служб|центр|кабинет)|\bммс\b|^методист",
        (Kind.METHODICAL_SERVICE,),
    ),
    Group(
        "municipal_authorities",
        "муниципальные органы управления образованием",
        r"\bмоуо\b|муниципальн\w+ орган\w* управлени|орган\w* местного самоуправлени|орган\w* управлени\w* образовани"
        r"|муниципальн\w+ (?:управлени|отдел)\w* образовани|муниципальн\w+ координатор|муниципалитет|\bмуо\b|\bомсу\b",
        (Kind.MUNICIPAL_AUTHORITY,),
    ),
    Group(
        "institute",
        "институт развития образования",
        r"^(?:иро|ипк|ипкро|институт развития образования)\b|региональн\w+ институт",
        (Kind.INSTITUTE,),
    ),
    Group(
        "schools",
        "общеобразовательные организации",
        r"^оо$|^оу$|образовательн\w+ (?:организаци|учреждени)|^школ\w*$|руководител\w+ (?:школ|оо|образовательн)"
        r"|директор\w* школ|^администраци\w* школ|^педагог|^учител|^школы\b",
        (Kind.SCHOOL,),
    ),
    Group(
        "authority",
        "орган управления образованием региона",
        r"^(?:министерств|департамент)\w* образовани|региональн\w+ координатор",
        (Kind.REGION_AUTHORITY,),
    ),
)
BY_CODE = {group.code: group for group in GROUPS}
_PATTERNS = tuple((group, re.compile(group.pattern)) for group in GROUPS)


def group_of(text: str) -> Group | None:
    """The group that a responsible one names, by its words."""
    folded = re.sub(r"\([^)]*\)", "", fold(text)).strip()
    return next((group for group, pattern in _PATTERNS if pattern.search(folded)), None)


def names_one(text: str) -> bool:
    """Whether the words name a group."""
    return group_of(text) is not None


def members(group: Group, territory: Organisation, on: dt.date | None = None) -> QuerySet[Organisation]:
    """The organisations of a group within a territory, working ones alone; of a region's institute above it too.

    Listed schools are those of the school year of the day, or as the lists stand today where that has none yet.
    """
    if group.listed:
        day = day_of_lists(territory, on or today(), today(), group.category)
        return listed_schools(territory, day, group.category).order_by("sort_name")
    found = Organisation.objects.inside(territory).active().of_kind(*group.kinds)
    if group.code in ("institute", "authority") and not found.exists():
        found = Organisation.objects.active().of_kind(*group.kinds).filter(path__startswith=territory.root_path)
    return found.order_by("sort_name")


def executor_of(body: Body) -> Organisation:
    """The organisation of the chair; where it is not known, the one at which the body was set up."""
    chair = (
        body.members.filter(role=BodyRole.CHAIR)
        .select_related("organisation")
        .prefetch_related("person__posts__organisation")
        .first()
    )
    if chair and chair.organisation:
        return chair.organisation
    post = next(iter(chair.person.posts.all()), None) if chair and chair.person else None
    return post.organisation if post else body.organisation
