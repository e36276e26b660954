"""Who is told of forms: those who fill them in, and those who decide; of a list's forms in words that name none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.urls import reverse

from opora.access.models import User
from opora.access.queries import who_in
from opora.collection.models import Campaign, FormKind, Submission
from opora.core.actor import LEVEL, Actor
from opora.core.permissions import Permission
from opora.notices.actions import Telling, notify_many
from opora.notices.models import NoticeKind
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind
from opora.ui import words


def tell_sent(campaign: Campaign, organisations: Sequence[Organisation], *, by: Actor) -> None:
    """Each organisation once, however often the campaign is sent."""
    people = campaign.version.form.kind == FormKind.QUESTIONNAIRE
    text = f"{_what(campaign, people)}. Срок — {words.day(campaign.due)}."
    url = f"{reverse('collection:questionnaires' if people else 'collection:submissions')}?state=open"
    found = people_of(campaign, organisations, Permission.ASSIGNMENTS_REPORT)
    notify_many(
        [
            Telling(
                _others(found.get(one.pk, ()), by),
                NoticeKind.ASSIGNED,
                text,
                url,
                campaign,
                f"form:{campaign.public_id}:{one.public_id}",
                needs_of(campaign, one),
            )
            for one in organisations
        ]
    )


def _what(campaign: Campaign, people: bool) -> str:
    if campaign.confidential:
        return f"Поступила {'анкета' if people else 'форма'} с ограниченным доступом"
    return f"Проведите анкету: «{campaign.version.form}»" if people else f"Заполните форму: «{campaign}»"


def needs_of(campaign: Campaign, organisation: Organisation) -> tuple[Permission, str]:
    right = Permission.LISTS_VIEW if campaign.confidential else Permission.ASSIGNMENTS_REPORT
    return right, organisation.path


def people_of(
    campaign: Campaign, organisations: Sequence[Organisation], permission: Permission
) -> dict[int, list[User]]:
    """Who works at the organisations; of a list's campaign those alone who may know of the list."""
    keys = [one.pk for one in organisations]
    found = who_in(permission, keys)
    if campaign.confidential:
        knowing = {key: {user.pk for user in users} for key, users in who_in(Permission.LISTS_VIEW, keys).items()}
        found = {key: [u for u in users if u.pk in knowing.get(key, ())] for key, users in found.items()}
    return found


def _others(users: Iterable[User], by: Actor) -> list[User]:
    return [user for user in users if user.actor_id != by.actor_id]


def decider_paths(submission: Submission) -> list[str]:
    """Where the right to decide is held: the territory that collects, and the municipality of a school."""
    found = [submission.campaign.territory.path]
    above = submission.organisation.path[:-LEVEL]
    if submission.organisation.kind == OrganisationKind.SCHOOL and len(above) > LEVEL:
        found.append(above)
    return found


def tell_handed_in(submission: Submission, *, by: Actor) -> None:
    """Those who decide, at the nearest place that has anybody."""
    places = Organisation.objects.filter(path__in=decider_paths(submission)).order_by("-path")
    people = who_in(Permission.ASSIGNMENTS_DECIDE, [one.pk for one in places])
    place = next((one for one in places if people.get(one.pk)), None)
    if place is None:
        return
    campaign = submission.campaign
    right = Permission.LISTS_VIEW if campaign.confidential else Permission.ASSIGNMENTS_DECIDE
    notify_many(
        [
            Telling(
                _others(people[place.pk], by),
                NoticeKind.DECISION,
                "Форма с ограниченным доступом ждёт решения."
                if campaign.confidential
                else f"{submission.organisation} отправила форму «{campaign}»: ждёт решения.",
                submission.get_absolute_url(),
                submission,
                f"form-sent:{submission.public_id}:{submission.revision}",
                (right, place.path),
            )
        ]
    )


def tell_decided(submission: Submission, kind: NoticeKind, *, by: Actor) -> None:
    people = people_of(submission.campaign, [submission.organisation], Permission.ASSIGNMENTS_REPORT)
    done = "возвращена на доработку" if kind == NoticeKind.RETURNED else "принята"
    named = "с ограниченным доступом" if submission.campaign.confidential else f"«{submission.campaign}»"
    notify_many(
        [
            Telling(
                _others(people.get(submission.organisation_id, ()), by),
                kind,
                f"Форма {named} {done}.",
                submission.get_absolute_url(),
                submission,
                f"form-{kind}:{submission.public_id}:{submission.revision}:{submission.decided_at:%Y%m%d%H%M%S}",
                needs_of(submission.campaign, submission.organisation),
            )
        ]
    )
