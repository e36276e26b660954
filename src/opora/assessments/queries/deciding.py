"""Runs, drafts of lists, objections and leavings as the person may see them."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from opora.assessments.models import (
    Choice,
    Decision,
    Leaving,
    Loading,
    Objection,
    OwnRule,
    Run,
    Selection,
    Verdict,
)
from opora.assessments.models.deciding import (
    ChoiceQuerySet,
    LeavingQuerySet,
    ObjectionQuerySet,
    SelectionQuerySet,
)
from opora.assessments.models.runs import RunQuerySet, VerdictQuerySet
from opora.assessments.queries.looks import with_signs
from opora.core.actor import LEVEL, Actor
from opora.core.search import by_words
from opora.core.secrecy import knowledge
from opora.lists.models import ListEntry, ListState, SchoolList, SchoolListQuerySet
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind


def runs(user: Actor) -> RunQuerySet:
    return Run.objects.visible(user).select_related("territory", "trial", "repetition")


def switched_off(user: Actor) -> list[OwnRule]:
    """The last version of each rule of the region's own of which none is in use."""
    visible = OwnRule.objects.visible(user)
    newer = visible.filter(territory=OuterRef("territory"), rule_id=OuterRef("rule_id"))
    off = visible.filter(~Exists(newer.in_use())).exclude(Exists(newer.filter(pk__gt=OuterRef("pk"))))
    return list(off.order_by("title"))


def verdicts(run: Run, user: Actor) -> VerdictQuerySet:
    """With the signs of objectivity of the same year, which stand beside the rule's word."""
    found = Verdict.objects.visible(user).filter(run=run).select_related("organisation__parent", "run")
    return with_signs(found, run.year)


def search_verdicts(found: QuerySet[Verdict], text: str) -> QuerySet[Verdict]:
    return found.filter(organisation__in=Organisation.objects.matching(text).values("pk"))


def selections(user: Actor) -> SelectionQuerySet:
    included = Count("choices", filter=Q(choices__decision=Decision.INCLUDE))
    return Selection.objects.visible(user).select_related("territory", "run").annotate(schools=included)


def search_selections(found: QuerySet[Selection], text: str) -> QuerySet[Selection]:
    return by_words(found, text, "sort_title")


def choices(selection: Selection, user: Actor) -> ChoiceQuerySet:
    found = Choice.objects.visible(user).filter(selection=selection)
    return with_signs(found.select_related("organisation__parent"), signs_year(selection))


def signs_year(selection: Selection) -> int:
    """Of which year signs of objectivity stand beside the decisions: of the run's, or that in which the year begins."""
    return selection.run.year if selection.run else selection.school_year


def search_choices(found: QuerySet[Choice], text: str) -> QuerySet[Choice]:
    return found.filter(organisation__in=Organisation.objects.matching(text).values("pk"))


def beside(selection: Selection, user: Actor) -> SchoolListQuerySet:
    """Approved lists of the same territory, category and school year: they go on counting beside the one approved."""
    found = SchoolList.objects.visible(user).approved().filter(territory=selection.territory)
    return found.filter(category=selection.category, school_year=selection.school_year)


def totals(selection: Selection) -> dict[str, int]:
    """How many schools are included, postponed, decided by hand; and how rule and outside list differ. One query."""
    rule, outside = Q(by_rule=True), Q(outside=True)
    hand = Q(by_rule=True) & ~Q(decision=Decision.INCLUDE) | Q(by_rule=False) & ~Q(decision=Decision.EXCLUDE)
    counted = {
        "included": Q(decision=Decision.INCLUDE),
        "postponed": Q(decision=Decision.POSTPONE),
        "by_hand": hand,
        "rule_only": rule & ~outside,
        "outside_only": outside & ~rule,
        "both": rule & outside,
    }
    return selection.choices.aggregate(**{name: Count("pk", filter=one) for name, one in counted.items()})


def sees_municipalities(user: Actor) -> bool:
    """Whether there can be a municipality of all of whose schools the person may know. Asks the database nothing."""
    return any(len(path) <= 2 * LEVEL for path in knowledge(user).scope.paths)


def concerned(school_list: SchoolList, user: Actor) -> QuerySet[Organisation]:
    """The municipalities with a school in the list, with `listed` schools, where the person may know all of theirs."""
    schools = ListEntry.objects.standing().filter(list=school_list, organisation__parent=OuterRef("pk"))
    listed = schools.order_by().values("organisation__parent").annotate(number=Count("pk")).values("number")
    known = Organisation.objects.filter(knowledge(user).q("path")).of_kind(OrganisationKind.MUNICIPAL_AUTHORITY)
    return known.filter(Exists(schools)).annotate(listed=Subquery(listed))


def search_concerned(found: QuerySet[Organisation], text: str) -> QuerySet[Organisation]:
    return found.filter(pk__in=Organisation.objects.matching(text).values("pk"))


def objections(user: Actor) -> ObjectionQuerySet:
    return Objection.objects.visible(user).select_related("school__parent", "school_list__territory")


def search_objections(found: QuerySet[Objection], text: str) -> QuerySet[Objection]:
    return found.filter(school__in=Organisation.objects.matching(text).values("pk"))


def leavings(user: Actor) -> LeavingQuerySet:
    return Leaving.objects.visible(user).select_related("school__parent", "school_list", "run")


def search_leavings(found: QuerySet[Leaving], text: str) -> QuerySet[Leaving]:
    return found.filter(school__in=Organisation.objects.matching(text).values("pk"))


def entry(user: Actor, list_id: str, school_id: str) -> QuerySet[ListEntry]:
    """A school's place in an approved list, where the person may know of it."""
    rows = ListEntry.objects.visible(user).standing().filter(list__state=ListState.APPROVED)
    return rows.filter(list__public_id=list_id, organisation__public_id=school_id).select_related(
        "list__territory", "organisation"
    )


def listed_in(school: Organisation, user: Actor) -> QuerySet[SchoolList]:
    """The approved lists in which a school stands, where the person may know; `objected` and `objection_state` of its
    last objection to each."""
    if not knowledge(user).of(school.path):
        return SchoolList.objects.none()
    last = Objection.objects.filter(school=school, school_list=OuterRef("pk")).order_by("-pk")
    found = SchoolList.objects.approved().filter(entries__organisation=school, entries__until__isnull=True)
    told = {"objected": Subquery(last.values("public_id")[:1]), "objection_state": Subquery(last.values("state")[:1])}
    return found.annotate(**told).order_by("-school_year")


def run_on(loading: Loading) -> str | None:
    """Why a loading cannot be undone: a run was made of its results."""
    made = Run.objects.done().filter(parts__loading=loading).order_by("-pk").first()
    if made is None:
        return None
    if made.trial_id:
        return f"По этим результатам сделана проба «{made.trial}» в «Лаборатории»: сначала удалите её."
    return f"По этим результатам сделан расчёт «{made}»: он остался бы без данных. Загрузите исправленный файл."
