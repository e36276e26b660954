"""Who is told of postponements, delegations, parts of a joint report, steps and comments; nobody of his own acts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse

from opora.access.models import User
from opora.access.queries import who
from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.notices.actions import notify
from opora.notices.models import NoticeKind
from opora.roadmaps.models import Assignment, Comment, Delegation, Postponement, PostponementState
from opora.roadmaps.telling.common import clipped


def _tell(
    users: Iterable[User], assignment: Assignment, kind: NoticeKind, text: str, key: str, by: Actor | None
) -> None:
    """Tell those of `users` who may see the assignment, as long as they may."""
    listed = assignment.via_list or assignment.roadmap.confidential
    groups: dict[tuple[Permission, str], list[User]] = {}
    for user in users:
        if (by and user.actor_id == by.actor_id) or not assignment.seen_by(user):
            continue
        if listed:
            needs = (Permission.LISTS_VIEW, assignment.executor.path)
        else:
            own = user.may(Permission.ASSIGNMENTS_VIEW, assignment.executor.path)
            needs = (Permission.ASSIGNMENTS_VIEW, (assignment.executor if own else assignment.controller).path)
        groups.setdefault(needs, []).append(user)
    url = reverse("roadmaps:assignment", args=[assignment.public_id])
    for needs, found in groups.items():
        notify(found, kind=kind, text=text, url=url, on=assignment, key=key, needs=needs)


def _executors(assignment: Assignment) -> list[User]:
    """The person who has been given the work, and those who hand in its report."""
    heads = who(Permission.ASSIGNMENTS_SUBMIT, assignment.executor)
    return [*heads, *([assignment.assignee] if isinstance(assignment.assignee, User) else [])]


def _about(assignment: Assignment) -> str:
    return f"{assignment.executor}, {assignment.activity.label}"


def postponement_asked(found: Postponement, by: Actor) -> None:
    one = found.assignment
    text = f"Просят перенести срок на {found.asked_due:%d.%m.%Y}: {_about(one)}. Причина: {clipped(found.reason)}"
    deciders = who(Permission.ASSIGNMENTS_DECIDE, one.controller)
    _tell(deciders, one, NoticeKind.DECISION, text, f"postponement-asked:{found.public_id}", by)


def postponement_decided(found: Postponement, by: Actor) -> None:
    one = found.assignment
    if found.state == PostponementState.GRANTED and found.granted_due:
        text = f"Срок перенесён с {found.old_due:%d.%m.%Y} на {found.granted_due:%d.%m.%Y}: {one.activity.label}."
    else:
        text = f"В переносе срока отказано: {one.activity.label}. {clipped(found.comment)}"
    key = f"postponement-decided:{found.public_id}"
    _tell(_executors(one), one, NoticeKind.POSTPONEMENT, text, key, by)
    for joined in one.joined.select_related("activity", "executor", "controller", "roadmap"):
        _tell(_executors(joined), joined, NoticeKind.POSTPONEMENT, text, f"{key}:{joined.public_id}", by)


def delegated(given: Delegation, by: Actor) -> None:
    one = given.assignment
    until = given.due or one.due
    text = (
        f"Вам поручено{f' до {until:%d.%m.%Y}' if until else ''}: {one.activity.label}. {clipped(given.note)}".strip()
    )
    people = [given.assignee] if isinstance(given.assignee, User) else []
    _tell(people, one, NoticeKind.ASSIGNED, text, f"delegated:{given.public_id}", by)


def recalled(given: Delegation, by: Actor) -> None:
    one = given.assignment
    people = [given.assignee] if isinstance(given.assignee, User) else []
    text = f"Больше не поручено вам: {one.activity.label}. {clipped(given.comment)}".strip()
    _tell(people, one, NoticeKind.CHANGED, text, f"recalled:{given.public_id}", by)


def handed_back(given: Delegation, by: Actor) -> None:
    one = given.assignment
    text = f"{given.assignee_name} не может выполнить: {one.activity.label}. {clipped(given.comment)}"
    heads = who(Permission.ASSIGNMENTS_SUBMIT, one.executor)
    _tell(heads, one, NoticeKind.RETURNED, text, f"handed-back:{given.public_id}", by)


def contributed(assignment: Assignment, by: Actor) -> None:
    lead = assignment.lead
    if lead is None:
        return
    given = assignment.reports.filter(state="given").latest("pk")
    text = f"Передали вам свою часть совместного отчёта: {assignment.executor}, {assignment.activity.label}."
    _tell(_executors(lead), lead, NoticeKind.CHANGED, text, f"contributed:{given.public_id}:{given.version}", by)


def step_opened(assignment: Assignment) -> None:
    text = f"Предыдущий шаг исполнен, очередь за вами ({assignment.role}): {assignment.activity.label}."
    count = assignment.reports.count()
    key = f"step-opened:{assignment.public_id}:{count}:{assignment.decided_at or ''}"
    _tell(_executors(assignment), assignment, NoticeKind.ASSIGNED, text, key, None)


def reworked(assignment: Assignment, by: Actor) -> None:
    text = f"Не согласовано, вернули на доработку: {assignment.activity.label}. {clipped(assignment.remark)}"
    key = f"reworked:{assignment.public_id}:{assignment.decided_at}"
    people = [*_executors(assignment), *who(Permission.ASSIGNMENTS_DECIDE, assignment.controller)]
    _tell(people, assignment, NoticeKind.RETURNED, text, key, by)


def commented(said: Comment, by: Actor, called: Sequence[User], people: Iterable[User]) -> None:
    """The mentioned are called; those who take part (have written here, were given the work) are told."""
    one = said.assignment
    words = f"{one.activity.label}: «{clipped(said.text)}»"
    _tell(called, one, NoticeKind.MENTION, f"Вас упомянули. {words}", f"mention:{said.public_id}", by)
    wrote = set(one.comments.values_list("author_user", flat=True)) | {one.assignee_id}
    rest = [user for user in people if user.pk in wrote and user not in called]
    _tell(rest, one, NoticeKind.CHANGED, f"Новый комментарий. {words}", f"comment:{said.public_id}", by)
