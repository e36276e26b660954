"""Questionnaires as people of the organisation and above see them: never fewer than five answers (`showing`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from opora.collection.definition import Definition, Field, Kind, Section
from opora.collection.models import Campaign, Form, FormState, FormVersion, Questionnaire, Response
from opora.collection.models.questionnaires import QuestionnaireQuerySet
from opora.collection.ready import QUESTIONNAIRES, ready
from opora.collection.showing import Spread, shown_of, spreads, together
from opora.core.actor import Actor
from opora.core.permissions import Permission
from opora.core.search import by_words
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind


def questionnaires(user: Actor) -> QuestionnaireQuerySet:
    found = Questionnaire.objects.visible(user)
    return found.select_related("organisation__parent", "campaign__version__form", "campaign__territory")


def with_count(found: QuerySet[Questionnaire]) -> QuerySet[Questionnaire]:
    """`came` is how many have answered; what is shown of it is `showing.shown_of`."""
    rows = Response.objects.filter(questionnaire=OuterRef("pk")).order_by().values("questionnaire")
    count = Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    return found.annotate(came=Coalesce(count, 0))


def of_campaign(user: Actor, campaign: Campaign) -> QuerySet[Questionnaire]:
    return with_count(questionnaires(user).filter(campaign=campaign))


def search(found: QuerySet[Questionnaire], text: str) -> QuerySet[Questionnaire]:
    """By the organisation, or by the title of the questionnaire."""
    titled = by_words(Form.objects.order_by(), text, "sort_title")
    here = Organisation.objects.matching(text)
    return found.filter(Q(organisation__in=here.values("pk")) | Q(campaign__version__form__in=titled.values("pk")))


def by_link(link: str) -> Questionnaire | None:
    """For whoever has the link."""
    rows = Questionnaire.objects.select_related("organisation", "campaign__version__form")
    return rows.filter(link=link).first()


def may_run(user: Actor, questionnaire: Questionnaire) -> bool:
    """Who closes it, opens it again and gives it another link: who answers for the organisation."""
    return user.may(Permission.ASSIGNMENTS_SUBMIT, questionnaire.organisation.path)


def own_schools(user: Actor) -> QuerySet[Organisation]:
    """The schools of which the person is a member and for which he answers."""
    paths = [path for path in user.own.paths if user.may(Permission.ASSIGNMENTS_SUBMIT, path)]
    return Organisation.objects.active().of_kind(OrganisationKind.SCHOOL).filter(path__in=paths).order_by("sort_name")


def may_open(user: Actor) -> bool:
    return own_schools(user).exists()


def shipped_version(code: str, root: Organisation) -> FormVersion | None:
    """The newest published version of a region's form made of a shipped questionnaire, under the name it came with.

    One that was given another name may serve a list, of which its name would tell.
    """
    named = {"form__ready": code, "form__title": ready(code).title, "form__territory": root}
    found = FormVersion.objects.published().filter(**named, form__state=FormState.PUBLISHED)
    return found.select_related("form").order_by("-form", "-number").first()


def running(school: Organisation, code: str) -> bool:
    """Whether the school already asks its people by itself."""
    mine = Questionnaire.objects.open().filter(organisation=school, campaign__territory=school)
    return mine.filter(campaign__version__form__ready=code).exists()


@dataclass(frozen=True, slots=True)
class Bar:
    option: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Result:
    """How people answered one question; of fewer than five nothing."""

    field: Field
    spread: Spread

    @property
    def bars(self) -> list[Bar]:
        asked = self.spread.asked
        return [Bar(one, count, round(100 * count / asked)) for one, count in self.spread.counts.items()]

    @property
    def is_several(self) -> bool:
        """Whether shares add up to more than a hundred."""
        return self.field.kind == Kind.SEVERAL


Results = list[tuple[Section, list[Result]]]


def results(definition: Definition, spread: dict[str, Spread]) -> Results:
    """In the order of the form."""
    return [
        (section, [Result(one, spread.get(one.key, Spread())) for one in section.fields])
        for section in definition.sections
    ]


def spread_of(questionnaire: Questionnaire) -> tuple[int, dict[str, Spread]]:
    """How many answered, and what of it is shown."""
    rows = list(questionnaire.responses.order_by("pk").values_list("answers", flat=True))
    return len(rows), spreads(questionnaire.campaign.version.content, rows)


def asked_forms(user: Actor) -> QuerySet[Form]:
    """Forms of the questionnaires that the person sees, the newest first."""
    seen = Questionnaire.objects.visible(user).values("campaign__version__form")
    return Form.objects.filter(pk__in=seen).order_by("-pk")


@dataclass(frozen=True, slots=True)
class Sum:
    """Of many organisations: the sum of what each of them shows, of how many something is shown."""

    spread: dict[str, Spread]
    organisations: int
    people: int


def summed(found: QuerySet[Questionnaire], definition: Definition) -> Sum:
    """One query, read as it comes; the questions of an older version count where they are still asked."""
    rows = Response.objects.filter(questionnaire__in=found.order_by().values("pk"))
    pairs = rows.order_by("questionnaire", "pk").values_list("questionnaire", "answers").iterator(chunk_size=2000)
    counted = list(_each(pairs, definition))
    shown = [people for _, people in counted if people]
    return Sum(together(spread for spread, _ in counted), len(shown), sum(shown))


def _each(
    pairs: Iterator[tuple[int, Mapping[str, Any]]], definition: Definition
) -> Iterator[tuple[dict[str, Spread], int]]:
    for _, rows in groupby(pairs, key=itemgetter(0)):
        said = [answers for _, answers in rows]
        yield spreads(definition, said), shown_of(len(said))


def newest_of(form: Form) -> Definition:
    version = FormVersion.objects.published().filter(form=form).order_by("-number").first()
    return version.content if version else Definition()


def offered() -> Sequence[tuple[str, str]]:
    return [(code, ready(code).title) for code in QUESTIONNAIRES]
