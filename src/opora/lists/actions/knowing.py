"""Who may know: schools entrusted to curators, and what the region allows beyond the strictest order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from opora.access.models import Membership, User
from opora.access.roles import RoleCode
from opora.core.actor import LEVEL, Actor, Denied, require
from opora.core.clock import today
from opora.core.models import new_public_id
from opora.core.permissions import Permission
from opora.core.text import plural
from opora.core.workflow import Refused, Stale
from opora.journal.actions import record
from opora.lists.capability import may_entrust
from opora.lists.models import Entrustment, PolicyChoice, PolicyOption
from opora.notices.actions import notify
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind

TO_ENTRUST = "поручать эти школы"
TO_DECIDE = "решать, кто в регионе видит списки школ"


@transaction.atomic
def entrust(
    *,
    by: Actor,
    curator: User,
    schools: Sequence[Organisation],
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> list[Entrustment]:
    """Entrust schools to a curator from a day (today) to another; a school that he has already is left as it is."""
    start = since or today()
    if until and until < start:
        raise Refused("Последний день раньше первого: исправьте даты.")
    if until and until < today():
        raise Refused("Последний день уже прошёл: исправьте даты.")
    _check(schools, curator, by)
    _expire(Entrustment.objects.filter(curator=curator))
    there, batch, made = entrusted_to(curator), new_public_id(), []
    data = {"curator": curator.public_id, "since": start.isoformat(), "until": until.isoformat() if until else ""}
    for school in schools:
        if school.pk in there:
            continue
        one = Entrustment.objects.create(
            curator=curator, school=school, since=start, until=until, entrusted_by=by.label, batch=batch
        )
        _record("entrusted", f"поручил(а) школу «{school}» куратору: {curator}", one, by, data)
        made.append(one)
    if made:
        _tell(made, curator)
    return made


def _expire(rows: QuerySet[Entrustment]) -> None:
    rows.filter(ended_at__isnull=True, until__lt=today()).update(ended_at=timezone.now(), ended_by="Срок истёк")


@transaction.atomic
def entrust_for(
    meeting: str, *, by: Actor, people: Sequence[User], schools: Sequence[Organisation], until: dt.date
) -> list[Entrustment]:
    """Those invited to a meeting (its public id) may know of these schools until a day; what there is stays."""
    if until < today():
        raise Refused("Последний день уже прошёл: исправьте дату.")
    for school in schools:
        _check_school(school, by)
        if any(not _works_in(school.root_path, one) for one in people):
            raise Refused("Среди участников есть человек из другого региона: ему школы не открыть.")
    _expire(Entrustment.objects.filter(meeting=meeting))
    there = set(Entrustment.objects.filter(meeting=meeting, ended_at__isnull=True).values_list("curator", "school"))
    batch, made = new_public_id(), []
    for one in people:
        for school in schools:
            if (one.pk, school.pk) in there:
                continue
            row = Entrustment.objects.create(
                curator=one, school=school, until=until, entrusted_by=by.label, batch=batch, meeting=meeting
            )
            data = {"person": one.public_id, "meeting": meeting, "until": until.isoformat()}
            _record("entrusted_for_meeting", f"открыл(а) школу «{school}» участнику заседания: {one}", row, by, data)
            made.append(row)
    later = Q(entrusted_until__isnull=True) | Q(entrusted_until__lt=until)
    User.objects.filter(later, pk__in=[one.pk for one in people]).update(entrusted_until=until)
    return made


@transaction.atomic
def end_for(meeting: str, *, by: Actor, but: Iterable[int] = ()) -> int:
    """The meeting does not take place, or those who are not `but` these (keys of accounts) are invited no more."""
    rows = Entrustment.objects.filter(meeting=meeting, ended_at__isnull=True).exclude(curator__in=but)
    return sum(_close(one, by) for one in rows.select_related("school", "curator"))


def _works_in(root: str, user: User) -> bool:
    return any(one.organisation.path.startswith(root) for one in user.active_memberships)


def entrusted_to(curator: User) -> set[int]:
    """The schools that he has as a curator, from today or from a later day."""
    rows = Entrustment.objects.curating().filter(curator=curator, ended_at__isnull=True).exclude(until__lt=today())
    return set(rows.values_list("school", flat=True))


def _tell(made: Sequence[Entrustment], curator: User) -> None:
    """One notice, for as long as he may know: with the entrusting undone, or before its first day, it is not there."""
    words = plural(len(made), "школа", "школы", "школ")
    notify(
        [curator],
        kind=NoticeKind.ENTRUSTED,
        text=f"Вам поручено кураторство: {len(made)} {words}. Вам открыты их списки, поручения и отчёты.",
        url=reverse("lists:lists"),
        on=made[0],
        key=f"lists.entrusted:{made[0].batch}",
        needs=(Permission.LISTS_VIEW, made[0].school.path),
    )


def _check(schools: Sequence[Organisation], curator: User, by: Actor) -> None:
    for school in schools:
        _check_school(school, by)
    for region in {school.root_path for school in schools}:
        if not curators(region).filter(pk=curator.pk).exists():
            raise Refused(f"{curator} — не куратор этого региона. Сначала дайте ему роль куратора.")


def _check_school(school: Organisation, by: Actor) -> None:
    if not may_entrust(by, school.path):
        raise Denied(f"У вас нет права {TO_ENTRUST}. Обратитесь к региональному координатору.")
    if school.kind != OrganisationKind.SCHOOL:
        raise Refused(f"«{school}» — не общеобразовательная организация.")


def curators(path: str) -> QuerySet[User]:
    """Accounts with the role of a curator today in the region of the organisation at `path`."""
    inside = Membership.objects.on(today()).filter(role=RoleCode.CURATOR, organisation__path__startswith=path[:LEVEL])
    return User.objects.filter(pk__in=inside.values("user"), is_active=True).order_by("sort_name", "pk")


@transaction.atomic
def end_entrustment(entrustment: Entrustment, *, by: Actor) -> None:
    """The curator knows of the school no more from now on; that he did stays in the journal."""
    if not _end(entrustment, by):
        raise Stale("Поручение школы уже прекращено. Обновите страницу и посмотрите.")


@transaction.atomic
def undo_entrusting(batch: str, *, by: Actor) -> int:
    """Take back what was entrusted in one go, as far as it is still in force; how many schools."""
    rows = Entrustment.objects.filter(batch=batch, ended_at__isnull=True).exclude(batch="")
    ended = sum(_end(one, by) for one in rows.select_related("school", "curator"))
    if not ended:
        raise Stale("Поручение этих школ уже прекращено. Обновите страницу и посмотрите.")
    return ended


def _end(entrustment: Entrustment, by: Actor) -> bool:
    if not may_entrust(by, entrustment.school.path):
        raise Denied(f"У вас нет права {TO_ENTRUST}. Обратитесь к региональному координатору.")
    return _close(entrustment, by)


def _close(entrustment: Entrustment, by: Actor) -> bool:
    now, who = timezone.now(), by.label
    changed = Entrustment.objects.filter(pk=entrustment.pk, ended_at__isnull=True).update(ended_at=now, ended_by=who)
    if changed == 1:
        whom = "участнику заседания" if entrustment.meeting else "куратору"
        text = f"прекратил(а) поручение школы «{entrustment.school}» {whom}: {entrustment.curator}"
        _record("entrustment_ended", text, entrustment, by, {"curator": entrustment.curator.public_id})
    return changed == 1


def _record(event: str, text: str, one: Entrustment, by: Actor, data: dict[str, str]) -> None:
    record(f"lists.{event}", text, by=by, on=one, path=one.school.path, confidential=True, data=data)


@transaction.atomic
def allow(option: PolicyOption, *, by: Actor, region: Organisation) -> None:
    """From now on the region allows it, for everybody whom it concerns, on every page."""
    require(by, Permission.LISTS_EDIT, region.root_path, to=TO_DECIDE)
    made = PolicyChoice.objects.get_or_create(region=region, option=option, defaults={"allowed_by": by.label})[1]
    if not made:
        raise Stale("Это уже разрешено. Обновите страницу и посмотрите.")
    _decided("policy_allowed", f"разрешил(а) в регионе: «{option.label}»", option, by, region)


@transaction.atomic
def forbid(option: PolicyOption, *, by: Actor, region: Organisation) -> None:
    """Back to the strictest order."""
    require(by, Permission.LISTS_EDIT, region.root_path, to=TO_DECIDE)
    if not PolicyChoice.objects.filter(region=region, option=option).delete()[0]:
        raise Stale("Это уже запрещено. Обновите страницу и посмотрите.")
    _decided("policy_forbidden", f"запретил(а) в регионе: «{option.label}»", option, by, region)


def _decided(event: str, text: str, option: PolicyOption, by: Actor, region: Organisation) -> None:
    record(f"lists.{event}", text, by=by, on=region, path=region.path, data={"option": option.value})
