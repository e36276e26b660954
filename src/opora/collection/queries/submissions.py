"""Submissions as a person may see them, and what stands beside their answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from opora.collection.models import AnswerChange, Campaign, FormKind, Submission, SubmissionState
from opora.collection.models.campaigns import SubmissionQuerySet
from opora.collection.telling import decider_paths
from opora.collection.values import Stored
from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.core.search import by_words
from opora.registry.models import Organisation, Person
from opora.registry.models.people import Post

_ALONE = (FormKind.PASSPORT, FormKind.SELF_ANALYSIS)  # an organisation has one of them, whichever form asked for it
FILES = 40  # of a submission


def submissions(user: Actor) -> SubmissionQuerySet:
    found = Submission.objects.visible(user)
    return found.select_related("organisation__parent", "campaign__version__form", "campaign__territory")


def of_campaign(user: Actor, campaign: Campaign) -> SubmissionQuerySet:
    return submissions(user).filter(campaign=campaign)


def search(found: QuerySet[Submission], text: str) -> QuerySet[Submission]:
    """By the organisation, or by the title of what it is asked."""
    titled = by_words(Campaign.objects.order_by(), text, "sort_title")
    here = Organisation.objects.matching(text)
    return found.filter(Q(organisation__in=here.values("pk")) | Q(campaign__in=titled.values("pk")))


def may_fill(user: Actor, submission: Submission) -> bool:
    return user.may(Permission.ASSIGNMENTS_REPORT, submission.organisation.path)


def may_send(user: Actor, submission: Submission) -> bool:
    return user.may(Permission.ASSIGNMENTS_SUBMIT, submission.organisation.path)


def may_decide(user: Actor, submission: Submission) -> bool:
    """The territory that collects, and the municipality of a school."""
    return any(user.may(Permission.ASSIGNMENTS_DECIDE, path) for path in decider_paths(submission))


def previous_of(submission: Submission) -> Submission | None:
    """What the organisation answered the last time; of a list's campaigns, in such a one alone."""
    form = submission.campaign.version.form
    same = Q(campaign__version__form=form)
    if form.kind in _ALONE:
        same |= Q(campaign__version__form__kind=form.kind)
    rows = Submission.objects.filter(same, organisation=submission.organisation_id, state=SubmissionState.ACCEPTED)
    if not submission.campaign.confidential:
        rows = rows.filter(campaign__confidential=False)
    return rows.filter(campaign__lt=submission.campaign_id).select_related("campaign").order_by("-campaign").first()


def changes(submission: Submission) -> QuerySet[AnswerChange]:
    return submission.changes.all()


def changes_since(submission: Submission, revision: int) -> list[tuple[int, str, Stored]]:
    """As `workbook.base` takes them: (revision, key, old), newest first."""
    rows = submission.changes.filter(revision__gt=revision).order_by("-revision", "-pk")
    return list(rows.values_list("revision", "key", "old"))


def who_changed(submission: Submission, revision: int) -> dict[str, str]:
    """By key, who changed it last since the revision."""
    rows = submission.changes.filter(revision__gt=revision).order_by("revision", "pk")
    return dict(rows.values_list("key", "who"))


def to_fill(user: Actor) -> SubmissionQuerySet:
    """What the person's own organisations have to fill in; what those below them have to is theirs to do."""
    return submissions(user).filter(organisation__path__in=user.own.paths).to_fill()


REGISTRY = {
    "name": "полное наименование",
    "short_name": "краткое наименование",
    "code": "код в реестре",
    "settlement": "населённый пункт",
    "address": "адрес",
    "phone": "телефон организации",
    "email": "электронная почта организации",
    "pupils": "обучающихся",
    "municipality": "муниципалитет",
    "head_name": "руководитель: фамилия, имя, отчество",
    "head_post": "руководитель: должность",
    "head_phone": "руководитель: телефон",
    "head_email": "руководитель: электронная почта",
}


def registry_values(organisation: Organisation, wanted: Iterable[str]) -> dict[str, str]:
    """What the registry says of the organisation, by the names of `REGISTRY`; what it does not say is absent."""
    names = set(wanted)
    found: dict[str, str] = {
        name: str(getattr(organisation, name) or "")
        for name in ("name", "short_name", "code", "settlement", "address", "phone", "email", "pupils")
    }
    found["municipality"] = str(organisation.parent) if organisation.parent else ""
    if any(name.startswith("head_") for name in names):
        head = Post.objects.filter(organisation=organisation, is_head=True).select_related("person").first()
        if head:
            person: Person = head.person
            found |= {
                "head_name": person.full_name,
                "head_post": head.title,
                "head_phone": person.phone,
                "head_email": person.email,
            }
    return {name: found[name] for name in names if found.get(name)}


@dataclass(frozen=True, slots=True)
class Count:
    """How far a campaign is: how many submissions are in each state, of those the person may see."""

    states: Mapping[str, int]

    @property
    def lines(self) -> list[tuple[str, str, int]]:
        """(state, its word, how many), in the order of the work."""
        return [(one.value, one.label, self.states.get(one, 0)) for one in SubmissionState]

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def accepted(self) -> int:
        return self.states.get(SubmissionState.ACCEPTED, 0)
