"""A campaign is prepared, sent to the organisations of its audience, put off, closed and opened again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from opora.collection.models import (
    Campaign,
    CampaignState,
    FormKind,
    FormState,
    FormVersion,
    Questionnaire,
    Submission,
    Way,
)
from opora.collection.models.campaigns import CAMPAIGN_WORKFLOW
from opora.collection.queries.activities import tells
from opora.collection.telling import tell_sent
from opora.core.actor import Actor, require
from opora.core.clock import today
from opora.core.models import Job
from opora.core.permissions import Permission
from opora.core.tasks import Progress, enqueue, task
from opora.core.text import plural
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.registry.models import Organisation
from opora.roadmaps.groups import BY_CODE, members
from opora.roadmaps.models import Activity

TO_COLLECT = "собирать формы"
AT_ONCE = 200  # organisations that are sent to while one waits
CHUNK = 500  # organisations of one transaction


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked of a campaign before it is sent: a group within a place, or organisations picked by hand."""

    title: str
    due: dt.date
    place: Organisation
    group: str = ""
    picked: tuple[Organisation, ...] = ()
    confidential: bool = False
    note: str = ""
    activity: Activity | None = None
    way: str = Way.LINK  # how people answer a questionnaire


@transaction.atomic
def prepare(version: FormVersion, plan: Plan, *, by: Actor) -> Campaign:
    """A campaign that nobody was sent yet."""
    territory = version.form.territory
    require(by, Permission.FORMS_EDIT, territory.path, to=TO_COLLECT)
    if version.published_at is None or version.form.state != FormState.PUBLISHED:
        raise Refused("Разослать можно только опубликованную форму. Опубликуйте её.")
    campaign = Campaign(version=version, territory=territory, made_by=by.label)
    _planned(campaign, plan, by)
    _note("prepared", f"подготовил(а) сбор «{campaign}»", campaign, by)
    return campaign


@transaction.atomic
def change(campaign: Campaign, plan: Plan, *, by: Actor) -> None:
    """Whom and until when, as long as it is not sent."""
    require(by, Permission.FORMS_EDIT, campaign.territory.path, to=TO_COLLECT)
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.state != CampaignState.PREPARED:
        raise Refused("Сбор уже разослан: изменить можно только срок.")
    _planned(campaign, plan, by)
    _note("changed", f"изменил(а) сбор «{campaign}» до рассылки", campaign, by)


def _planned(campaign: Campaign, plan: Plan, by: Actor) -> None:
    group = BY_CODE.get(plan.group)
    if plan.due < today():
        raise Refused("Срок уже прошёл. Назначьте день не раньше сегодняшнего.")
    if plan.activity and not Activity.objects.visible(by).filter(pk=plan.activity.pk).exists():
        raise Refused("Поручения, по которому собирается форма, вы не видите.")
    if not group and not plan.picked:
        raise Refused("Не выбрано, кто заполняет: укажите группу или хотя бы одну организацию.")
    if not plan.place.path.startswith(campaign.territory.path):
        raise Refused("Собирать можно внутри своей территории.")
    if any(not one.path.startswith(campaign.territory.path) for one in plan.picked):
        raise Refused("Среди выбранных есть организации не вашей территории. Уберите их.")
    if group and group.listed:
        require(by, Permission.LISTS_VIEW, plan.place.path, to="собирать формы по списку школ")
    campaign.title, campaign.due, campaign.place, campaign.note = plan.title, plan.due, plan.place, plan.note
    campaign.group, campaign.activity, campaign.way = plan.group, plan.activity, plan.way
    told = bool(group and group.listed) or (plan.activity is not None and tells(plan.activity, by))
    campaign.confidential = plan.confidential or told
    campaign.save()
    campaign.picked.set([] if group else plan.picked)


@transaction.atomic
def drop(campaign: Campaign, *, by: Actor) -> None:
    """A campaign that was not sent goes without a trace but the journal's."""
    require(by, Permission.FORMS_EDIT, campaign.territory.path, to=TO_COLLECT)
    if Campaign.objects.filter(pk=campaign.pk, state=CampaignState.PREPARED).exists():
        _note("dropped", f"удалил(а) неразосланный сбор «{campaign}»", campaign, by)
        campaign.delete()
        return
    raise Refused("Сбор уже разослан: его можно завершить, но не удалить.")


def audience(campaign: Campaign) -> QuerySet[Organisation]:
    """Who would get it if it were sent now: working organisations alone."""
    group = BY_CODE.get(campaign.group)
    if group is None:
        return Organisation.objects.filter(pk__in=campaign.picked.values("pk")).active().order_by("sort_name")
    return members(group, campaign.place)


def missing(campaign: Campaign) -> QuerySet[Organisation]:
    """Those of the audience that have not got it yet."""
    rows = Questionnaire if asks_people(campaign) else Submission
    return audience(campaign).exclude(pk__in=rows.objects.filter(campaign=campaign).values("organisation"))


def asks_people(campaign: Campaign) -> bool:
    """Whether people answer without names, and not the organisation."""
    return campaign.version.form.kind == FormKind.QUESTIONNAIRE


def send(campaign: Campaign, *, by: Actor, url: str) -> Job | None:
    """Send to those who have not got it; the job that does it, where they are many.

    Sent again it reaches those who came to the audience since.
    """
    require(by, Permission.FORMS_EDIT, campaign.territory.path, to=TO_COLLECT)
    if campaign.state == CampaignState.CLOSED:
        raise Refused("Сбор завершён. Возобновите его, чтобы разослать.")
    count = missing(campaign).count()
    if not count:
        raise Refused("Рассылать некому: все, кто должен заполнить форму, её уже получили, или таких нет.")
    if count <= AT_ONCE:
        send_all(campaign, by=by)
        return None
    there = campaign.submissions.count() + campaign.questionnaires.count()
    return enqueue(
        send_in_background,
        by=by,
        name=f"Рассылка формы: {campaign.title[:150]}",
        key=f"collection.send:{campaign.public_id}:{there}:{count}",
        url=url,
        campaign=campaign.public_id,
        actor=by.actor_id,
    )


@task(queue="bulk")
def send_in_background(job: Progress, *, campaign: str, actor: str) -> None:
    from opora.access.models import User

    found = Campaign.objects.select_related("version__form", "territory", "place").get(public_id=campaign)
    send_all(found, by=User.objects.get(public_id=actor), progress=job)


def send_all(campaign: Campaign, *, by: Actor, progress: Progress | None = None) -> int:
    """In chunks, each a transaction with its notices and one row of the journal; again it goes on with the rest."""
    require(by, Permission.FORMS_EDIT, campaign.territory.path, to=TO_COLLECT)
    wanted = list(missing(campaign))
    for start in range(0, len(wanted), CHUNK):
        _store(campaign, wanted[start : start + CHUNK], by)
        if progress:
            done = min(start + CHUNK, len(wanted))
            progress.step(done, len(wanted), f"Разослано {done} из {len(wanted)}")
    return len(wanted)


@transaction.atomic
def _store(campaign: Campaign, chunk: list[Organisation], by: Actor) -> None:
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.state == CampaignState.CLOSED:
        raise Refused("Сбор завершён, пока он рассылался.")
    if locked.state == CampaignState.PREPARED:
        CAMPAIGN_WORKFLOW.move(campaign, "send", sent_at=timezone.now(), sent_by=by.label)
    if asks_people(campaign):
        asked = [Questionnaire(campaign=campaign, organisation=one) for one in chunk]
        Questionnaire.objects.bulk_create(asked, ignore_conflicts=True)
    else:
        given = [Submission(campaign=campaign, organisation=one) for one in chunk]
        Submission.objects.bulk_create(given, ignore_conflicts=True)
    tell_sent(campaign, chunk, by=by)
    count = len(chunk)
    words = plural(count, "организации", "организациям", "организациям")
    _note("sent", f"разослал(а) форму «{campaign}» {count} {words}", campaign, by, count=count)


@transaction.atomic
def put_off(campaign: Campaign, *, by: Actor, due: dt.date) -> None:
    """Another deadline for all; reminders follow it."""
    require(by, Permission.FORMS_EDIT, campaign.territory.path, to=TO_COLLECT)
    if campaign.state != CampaignState.SENT:
        raise Refused("Срок переносят, пока идёт сбор.")
    if due < today():
        raise Refused("Срок уже прошёл. Назначьте день не раньше сегодняшнего.")
    old, campaign.due = campaign.due, due
    campaign.save(update_fields=["due"])
    _note("put_off", f"перенёс(ла) срок сбора «{campaign}»", campaign, by, old=old.isoformat(), new=due.isoformat())


@transaction.atomic
def close(campaign: Campaign, *, by: Actor) -> None:
    """Nothing more is taken in; what was sent is still decided on."""
    require(by, Permission.FORMS_EDIT, campaign.territory.path, to=TO_COLLECT)
    CAMPAIGN_WORKFLOW.move(campaign, "close")
    _note("closed", f"завершил(а) сбор «{campaign}»", campaign, by)


@transaction.atomic
def reopen(campaign: Campaign, *, by: Actor) -> None:
    require(by, Permission.FORMS_EDIT, campaign.territory.path, to=TO_COLLECT)
    CAMPAIGN_WORKFLOW.move(campaign, "reopen")
    _note("reopened", f"возобновил(а) сбор «{campaign}»", campaign, by)


def _note(event: str, text: str, campaign: Campaign, by: Actor, **data: object) -> None:
    record(
        f"collection.campaign_{event}",
        text,
        by=by,
        on=campaign,
        path=campaign.territory.path,
        confidential=campaign.confidential,
        data=data,
    )
