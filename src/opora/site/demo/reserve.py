"""The management reserve of the demo in all its states, where its people are used, and rewards of pairs."""

from __future__ import annotations

import datetime as dt

from opora.access.models import Membership, User
from opora.access.roles import RoleCode
from opora.core.actor import Scope
from opora.core.clock import today
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.support.actions import reserve, rewards
from opora.support.models import Candidate, Case, Pair

PEOPLE = (
    (
        "Громова Елена Сергеевна",
        "директор",
        "За три года школа вышла из перечня: не справившихся с ВПР стало втрое меньше.",
    ),
    ("Карпов Михаил Андреевич", "директор", "Провёл школу через объединение трёх зданий без потери результатов."),
    (
        "Зимина Ольга Викторовна",
        "заместитель директора",
        "Ведёт методическую службу школы, победитель конкурса управленцев.",
    ),
    ("Жуков Павел Игоревич", "директор", "Руководит базовой школой муниципалитета шесть лет."),
    (
        "Савельева Инна Юрьевна",
        "заместитель директора",
        "Построила внутришкольную систему оценки, опыт описан в банке практик.",
    ),
)


def build_reserve(coordinator: User) -> None:
    pairs = list(Pair.objects.active().select_related("school", "mentor__organisation").order_by("pk")[:3])
    if not pairs:
        return
    listed = Case.objects.open().values("school")
    inside = Organisation.objects.filter(Scope((pairs[0].school.root_path,)).q("path")).of_kind(OrganisationKind.SCHOOL)
    free = list(inside.exclude(pk__in=listed).select_related("parent").order_by("-pupils", "pk")[: len(PEOPLE)])
    made = [_proposed(place, who, coordinator) for place, who in zip(free, PEOPLE, strict=False)]
    for one in made[:2]:
        reserve.include(one, by=coordinator, document_text="приказ департамента образования от 02.11.2026 № 801")
    for one, reason in zip(made[3:4], ("Стаж руководства меньше трёх лет: предложите снова через год.",), strict=False):
        reserve.decline(one, by=coordinator, reason=reason)
    for one, pair, kind in zip(made[:2], pairs, ("mentor", "head"), strict=False):
        since = today() - dt.timedelta(days=20)
        reserve.appoint(one, by=coordinator, kind=kind, school=pair.school, since=since, document_text="приказ № 815-к")
    _reward(pairs[0], coordinator)


def _proposed(place: Organisation, who: tuple[str, str, str], coordinator: User) -> Candidate:
    """By its municipality, where that has an account."""
    role = RoleCode.MUNICIPAL_COORDINATOR
    found = Membership.objects.filter(organisation=place.parent, role=role).select_related("user").first()
    name, post, grounds = who
    return reserve.propose(
        by=found.user if found else coordinator,
        organisation=place,
        name=name,
        post=post,
        grounds=grounds,
        consent="от 12.10.2026, хранится в управлении образования",
        for_mentoring=True,
        for_headship=post == "директор",
    )


def _reward(pair: Pair, coordinator: User) -> None:
    day, document = today() - dt.timedelta(days=7), "приказ департамента образования от 20.11.2026 № 840"
    for side, kind, ground in (
        ("mentor", "bonus", "Открытые уроки и разбор ошибок вместе с учителями школы."),
        ("school", "letter", "Программа первой четверти выполнена полностью."),
    ):
        rewards.reward(pair, by=coordinator, side=side, kind=kind, ground=ground, document_text=document, on=day)
