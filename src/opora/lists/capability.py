"""Who may know which schools are listed, beyond what the roles say: what is entrusted, and what the region allows.

`core.secrecy.knowledge(user)` is the question that every queryset asks; this is the rest of its answer, registered at
`access.points.reaches`. The strictest order is the default:

- a school knows of itself, a municipality of its own schools, the regional authority of all (roles);
- a curator knows of the schools entrusted to him while they are (`Entrustment`);
- one who is invited to a meeting about listed schools knows of those that the region has entrusted to him for it;
- everybody else, the administrator first of all, knows of none, unless the region allows it (`PolicyChoice`).

What this adds is a scope of paths, so it becomes the same condition on `path` as a role's reach does. What
is entrusted costs a query, and only those whom it may concern; what the regions allow is read once for a person,
whatever is asked of it; which schools are listed is never asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import LEVEL, Actor
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.secrecy import knowledge
from opora.core.workflow import Refused
from opora.decrees.model import Decree
from opora.documents.models import Document
from opora.lists.models import Entrustment, PolicyChoice, PolicyOption

MUNICIPALITY = 2 * LEVEL  # digits of a municipality's path
FOR_MEETING = (Permission.LISTS_VIEW,)
ENTRUSTED = (Permission.LISTS_VIEW, Permission.ASSIGNMENTS_VIEW, Permission.PEOPLE_VIEW)


@dataclass(frozen=True, slots=True)
class Widening:
    """What follows where the region allows it: in words for the one who decides."""

    consequence: str
    strict: str  # what holds while it is not allowed


WIDENINGS: dict[str, Widening] = {
    PolicyOption.INSTITUTE: Widening(
        "Все специалисты института узнают, какие школы региона стоят в списках, и увидят дорожные карты и документы с "
        "ограниченным доступом. Отчётов школ они по-прежнему не увидят.",
        "Специалисты института видят документы и дорожные карты, но не знают, какие школы стоят в списках.",
    ),
    PolicyOption.METHODISTS: Widening(
        "Методисты муниципальных служб узнают, какие школы их муниципалитета стоят в списках. О школах других "
        "муниципалитетов они не узнают.",
        "Методисты не знают, какие школы стоят в списках.",
    ),
    PolicyOption.MUNICIPAL_ENTRUSTS: Widening(
        "Муниципальные координаторы смогут сами поручать школы своего муниципалитета кураторам — и тем открывать "
        "куратору, что школа в списке. Каждое поручение останется в журнале.",
        "Школы поручает кураторам только региональный координатор.",
    ),
    PolicyOption.PAIRS: Widening(
        "Документ, который называет пары школ, можно утвердить открытым: всякий, кому он виден, узнает из него, "
        "каким школам помогают.",
        "Документ, который называет пары школ, утверждают только с ограниченным доступом.",
    ),
    PolicyOption.COUNTS: Widening(
        "Все, кому видны дорожные карты всего региона, узнают, сколько школ каждого муниципалитета в списках, — кроме "
        "чисел, по которым можно узнать школу: ни в строке, ни в разности строк не бывает меньше пяти школ.",
        "Сколько школ в списках, знают только те, кому открыты списки.",
    ),
}
_ASKED = {RoleCode.REGIONAL_SPECIALIST: PolicyOption.INSTITUTE, RoleCode.METHODIST: PolicyOption.METHODISTS}


def allows(path: str, option: str) -> bool:
    """Whether the region to which the organisation at `path` belongs allows it, as the database says now."""
    return PolicyChoice.objects.filter(region__path=path[:LEVEL], option=option).exists()


def allows_for(user: Actor, path: str, option: str) -> bool:
    """The same of a region of the person: all that his regions allow is read at the first question."""
    if "allowed" not in user.kept:
        regions = {own[:LEVEL] for own in user.own.paths}
        rows = PolicyChoice.objects.filter(region__path__in=regions)
        user.kept["allowed"] = set(rows.values_list("region__path", "option"))
    return (path[:LEVEL], option) in user.kept["allowed"]


def may_entrust(user: Actor, path: str) -> bool:
    """Whether the person may entrust the school at `path` to a curator."""
    if user.may(Permission.LISTS_EDIT, path):
        return True
    charge = user.may(Permission.LISTS_VIEW, path) and user.may(Permission.ACCOUNTS_INVITE, path)
    return charge and allows(path, PolicyOption.MUNICIPAL_ENTRUSTS)


def may_entrust_some(user: Actor) -> bool:
    return any(may_entrust(user, path) for path in knowledge(user).scope.paths)


def reach(user: User) -> Mapping[Permission, set[str]]:
    """The point of `access`: paths at which the person holds permissions beside those of his roles."""
    roles = {membership.role for membership in user.active_memberships}
    found: dict[Permission, set[str]] = {}
    curates, day = RoleCode.CURATOR in roles, today()
    if roles and (curates or (user.entrusted_until and user.entrusted_until >= day)):
        rows = Entrustment.objects.filter(curator=user).on(day)
        for path, meeting in rows.values_list("school__path", "meeting"):
            if curates or meeting:
                for permission in FOR_MEETING if meeting else ENTRUSTED:
                    found.setdefault(permission, set()).add(path)
    if roles & set(_ASKED):
        found.setdefault(Permission.LISTS_VIEW, set()).update(_allowed(user))
    return {permission: paths for permission, paths in found.items() if paths}


def _allowed(user: User) -> set[str]:
    """What the region's policy opens to an institute and to methodists."""
    places = [(m.role, m.organisation.path) for m in user.active_memberships if m.role in _ASKED]
    allowed = [(role, path) for role, path in places if allows_for(user, path, _ASKED[RoleCode(role)])]
    return {_opened(role, path) for role, path in allowed if role == RoleCode.REGIONAL_SPECIALIST or _local(path)}


def _local(path: str) -> bool:
    return len(path) >= MUNICIPALITY


def _opened(role: str, path: str) -> str:
    return path[:LEVEL] if role == RoleCode.REGIONAL_SPECIALIST else path[:MUNICIPALITY]


def check_pairs(document: Document, decree: Decree, by: Actor) -> None:
    """The point of an approved document: pairs of schools are named openly only where the region publishes them.

    Whether the schools are listed is not asked: a refusal would tell it.
    """
    if document.confidential or not decree.partnerships:
        return
    if not allows(document.organisation.path, PolicyOption.PAIRS):
        raise Refused(
            "Документ называет пары школ: по нему видно, каким школам помогают. Ограничьте доступ к документу и "
            "утвердите его снова. Публиковать пары может разрешить региональный координатор."
        )
