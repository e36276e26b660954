"""A school asks its people by itself; a questionnaire is closed, opened again, given another link; a person answers."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
from collections.abc import Mapping

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone

from opora.collection.actions.coding import NO_CODE, use
from opora.collection.definition import to_json
from opora.collection.models import (
    Campaign,
    CampaignState,
    Form,
    FormState,
    FormVersion,
    Questionnaire,
    Response,
    Way,
)
from opora.collection.models.questionnaires import new_link
from opora.collection.queries import questionnaires as queries
from opora.collection.ready import QUESTIONNAIRES, ready
from opora.collection.values import Stored
from opora.core.actor import Actor, Denied, require
from opora.core.clock import today
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.journal.actions import record
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind

DAYS = 14  # that a questionnaire opened again stays open
LONGEST = 92  # days that a school asks its people
BURST, WHILE = 60, 60  # answers to one questionnaire in so many seconds: two classes at their computers
LEAST, UNKNOWN = 200, 3000  # answers that one takes at most: of a small school, and where its size is not known
TIMES = 3  # by how many of its people, against the number of its pupils
NOT_YOURS = "Анкету открывает и закрывает руководитель организации."
OVER = "Анкета закрыта: ответы больше не принимаются."
FULL = "Анкета собрала столько ответов, сколько может дать школа. Сообщите школе, если вы ещё не ответили."


class Crowded(Refused):
    """Too many answers at once; a little later there is room."""


class Unknown(Refused):
    """The code is none of the questionnaire's, or was used."""


@transaction.atomic
def open_own(school: Organisation, code: str, *, by: Actor, until: dt.date, way: str = Way.LINK) -> Questionnaire:
    """The shipped questionnaire `code` for the people of one school, asked by the school itself."""
    require(by, Permission.ASSIGNMENTS_SUBMIT, school.path, to="открывать анкеты школы")
    if code not in QUESTIONNAIRES or school.kind != OrganisationKind.SCHOOL:
        raise Refused("Такой анкеты нет. Выберите одну из готовых.")
    _sound(until)
    Organisation.objects.select_for_update().get(pk=school.pk)
    if queries.running(school, code):
        raise Refused(f"{ready(code).title} уже открыта. Закройте её, чтобы начать новую.")
    version, now = _version(code, school), timezone.now()
    campaign = Campaign.objects.create(
        version=version,
        territory=school,
        place=school,
        title=version.form.title,
        due=until,
        way=way,
        state=CampaignState.SENT,
        made_by=by.label,
        sent_at=now,
        sent_by=by.label,
    )
    campaign.picked.set([school])
    made = Questionnaire.objects.create(campaign=campaign, organisation=school)
    _note("opened", "открыл(а) анкету", made, by, until=until.isoformat())
    return made


def _sound(until: dt.date) -> None:
    if until < today():
        raise Refused("Этот день уже прошёл. Назначьте день не раньше сегодняшнего.")
    if until > today() + dt.timedelta(days=LONGEST):
        raise Refused(f"Анкета открыта не дольше {LONGEST} дней. Назначьте день раньше.")


def _version(code: str, school: Organisation) -> FormVersion:
    """The region's version of the shipped questionnaire; the first time it is put among its forms as it came."""
    root = Organisation.objects.get(path=school.root_path)
    found = queries.shipped_version(code, root)
    if found:
        return found
    shipped = ready(code)
    form = Form.objects.create(
        territory=root,
        title=shipped.title,
        kind=shipped.kind,
        state=FormState.PUBLISHED,
        ready=code,
        made_by="Готовая форма",
    )
    published = {"published_at": timezone.now(), "published_by": "Готовая форма"}
    return FormVersion.objects.create(form=form, number=1, definition=to_json(shipped.definition), **published)


@transaction.atomic
def close(questionnaire: Questionnaire, *, by: Actor) -> None:
    """No more answers are taken; what came stays."""
    _may(questionnaire, by)
    now = {"closed_at": timezone.now(), "closed_by": by.label}
    if Questionnaire.objects.filter(pk=questionnaire.pk, closed_at=None).update(**now) != 1:
        raise Refused("Анкета уже закрыта.")
    _note("closed", "закрыл(а) анкету", questionnaire, by)


@transaction.atomic
def reopen(questionnaire: Questionnaire, *, by: Actor) -> None:
    """By the same link; one of the school itself for some days more, one of a campaign as long as that runs."""
    _may(questionnaire, by)
    if questionnaire.is_open:
        raise Refused("Анкета уже открыта.")
    campaign = Campaign.objects.select_for_update().get(pk=questionnaire.campaign_id)
    if questionnaire.is_own and campaign.due < today():
        campaign.due = today() + dt.timedelta(days=DAYS)
        campaign.save(update_fields=["due"])
    if campaign.state != CampaignState.SENT or campaign.due < today():
        raise Refused("Сбор завершён или его срок прошёл: открыть анкету может тот, кто её разослал.")
    Questionnaire.objects.filter(pk=questionnaire.pk).update(closed_at=None, closed_by=None)
    _note("reopened", "снова открыл(а) анкету", questionnaire, by, until=campaign.due.isoformat())


@transaction.atomic
def renew_link(questionnaire: Questionnaire, *, by: Actor) -> None:
    """Another link and code, where the old one got to strangers: the old one is unknown from now on."""
    _may(questionnaire, by)
    Questionnaire.objects.filter(pk=questionnaire.pk).update(link=new_link())
    _note("link_renewed", "заменил(а) ссылку анкеты", questionnaire, by)


def _may(questionnaire: Questionnaire, by: Actor) -> None:
    if not queries.may_run(by, questionnaire):
        raise Denied(NOT_YOURS)


def _note(event: str, text: str, one: Questionnaire, by: Actor, **data: object) -> None:
    record(
        f"collection.questionnaire_{event}",
        f"{text} «{one.form}», {one.organisation}",
        by=by,
        on=one,
        path=one.organisation.path,
        confidential=one.campaign.confidential,
        data=data,
    )


@transaction.atomic
def answer(questionnaire: Questionnaire, given: Mapping[str, Stored], *, sheet: str, code: str = "") -> None:
    """Keep what somebody answered: not who, and of when the day alone. The same `sheet` sent again counts once.

    Nobody acts here, so that nothing stands in the journal. Against floods there are bounds of each questionnaire, none
    of the person: what would tell one person from another is kept nowhere. Where people answer by codes, `code` is used
    up with the answer: of two uses at one moment one is `Unknown`.
    """
    if not questionnaire.is_open:
        raise Refused(OVER)
    known = Response.objects.filter(questionnaire=questionnaire)
    if is_known(questionnaire, sheet):
        return
    if known.count() >= _most(questionnaire.organisation):
        raise Refused(FULL)
    if _crowded(questionnaire):
        raise Crowded("Сейчас отвечают слишком многие. Подождите минуту и отправьте ещё раз: ответы стоят на странице.")
    if questionnaire.by_codes and not use(questionnaire, code):
        if is_known(questionnaire, sheet):  # pressed twice at one moment
            return
        raise Unknown(NO_CODE)
    try:
        with transaction.atomic():
            Response.objects.create(
                questionnaire=questionnaire, answers=dict(given), day=today(), sheet=_digest(questionnaire, sheet)
            )
    except IntegrityError:  # pressed twice at one moment
        return


def is_known(questionnaire: Questionnaire, sheet: str) -> bool:
    """Whether that page was sent already."""
    return Response.objects.filter(questionnaire=questionnaire, sheet=_digest(questionnaire, sheet)).exists()


def _digest(questionnaire: Questionnaire, sheet: str) -> str:
    return hashlib.sha256(f"{questionnaire.pk}:{sheet}".encode()).hexdigest()


def _most(organisation: Organisation) -> int:
    return max(LEAST, TIMES * organisation.pupils) if organisation.pupils else UNKNOWN


def _crowded(questionnaire: Questionnaire) -> bool:
    """Counted minute by minute: whoever answers next, from wherever, is one of them."""
    key = f"opora:questionnaire:{questionnaire.pk}:{int(time.time()) // WHILE}"
    return not cache.add(key, 1, WHILE) and cache.incr(key) > BURST
