"""The clock reminds organisations of forms not sent, and of questionnaires that few have answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Count

from opora.collection.actions.campaigns import asks_people
from opora.collection.models import Campaign, CampaignState, Questionnaire, Submission
from opora.collection.models.campaigns import OPEN, Way
from opora.collection.showing import FIVE
from opora.collection.telling import needs_of, people_of
from opora.core.clock import day_of, today
from opora.core.permissions import Permission
from opora.notices.actions import Telling, notify_many
from opora.notices.models import NoticeKind
from opora.ui import words

BEFORE, AFTER = 3, 1  # days of the reminders, beside the day itself
MISSED = 7  # days that are made up for where no worker ran
CHUNK = 500  # organisations told at once
STEPS = ((-BEFORE, NoticeKind.SOON), (0, NoticeKind.DUE), (AFTER, NoticeKind.OVERDUE))


def remind() -> None:
    """Some days before the day of a campaign, on it and after it, once each.

    Of such days on which no worker ran the last is made up for. What is told is found before anything is stored.
    """
    day = today()
    first, last = day - dt.timedelta(days=AFTER + MISSED), day + dt.timedelta(days=BEFORE)
    near = Campaign.objects.filter(state=CampaignState.SENT, due__range=(first, last)).exclude(reminded_on=day)
    for campaign in near.select_related("version__form"):
        kind = _owed(campaign, day)
        if kind:
            _remind(campaign, kind)
            Campaign.objects.filter(pk=campaign.pk, due=campaign.due).update(reminded_on=day)


def _owed(campaign: Campaign, day: dt.date) -> NoticeKind | None:
    """The reminder whose day came last, where it is not told yet; none where the form was sent only after that day."""
    steps = [(campaign.due + dt.timedelta(days=days), kind) for days, kind in STEPS]
    on, kind = [one for one in steps if one[0] <= day][-1]
    if campaign.sent_at is None or on < day_of(campaign.sent_at):
        return None
    return kind if campaign.reminded_on is None or campaign.reminded_on < on else None


def _remind(campaign: Campaign, kind: NoticeKind) -> None:
    if asks_people(campaign):
        if kind != NoticeKind.OVERDUE:  # then it takes no answers any more
            _remind_of_people(campaign, kind)
        return
    waiting = list(campaign.submissions.filter(state__in=OPEN).select_related("organisation").order_by("pk"))
    late = kind == NoticeKind.OVERDUE
    named = "с ограниченным доступом" if campaign.confidential else f"«{campaign}»"
    said = "не отправлена, срок был" if late else "ещё не отправлена, срок —"
    _tell(campaign, kind, f"Форма {named} {said} {words.day(campaign.due)}.", waiting)


def _remind_of_people(campaign: Campaign, kind: NoticeKind) -> None:
    """Those whose page shows no answers yet: of fewer than five it is not told whether there are any."""
    open_ones = campaign.questionnaires.filter(closed_at=None).select_related("organisation").order_by("pk")
    few = open_ones.annotate(came=Count("responses")).filter(came__lt=FIVE)
    named = "с ограниченным доступом" if campaign.confidential else f"«{campaign.version.form}»"
    share = "листки с кодами" if campaign.way == Way.CODES else "ссылку"
    _tell(
        campaign,
        kind,
        f"Анкета {named} открыта до {words.day(campaign.due)}, ответов меньше {FIVE}: её результатов не будет видно. "
        f"Раздайте {share} ещё раз.",
        list(few),
    )


def _tell(campaign: Campaign, kind: NoticeKind, text: str, rows: Sequence[Submission | Questionnaire]) -> None:
    """The day as it stands in the calendar: what is told today is read tomorrow too."""
    for start in range(0, len(rows), CHUNK):
        chunk = rows[start : start + CHUNK]
        people = people_of(campaign, [one.organisation for one in chunk], Permission.ASSIGNMENTS_REPORT)
        notify_many(
            [
                Telling(
                    people.get(one.organisation_id, ()),
                    kind,
                    text,
                    one.get_absolute_url(),
                    one,
                    f"form-{kind}:{one.public_id}:{campaign.due:%Y-%m-%d}",
                    needs_of(campaign, one.organisation),
                )
                for one in chunk
            ]
        )
