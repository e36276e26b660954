"""Schools of the files that the registry does not know surely: proposed, and decided by a person, who is remembered."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from opora.assessments import quality, schools
from opora.assessments.actions.common import note, open_loading
from opora.assessments.models import Loading, MatchState, SchoolMatch
from opora.core.actor import Actor
from opora.core.models import Job, JobState
from opora.core.permissions import Permission
from opora.core.tasks import Progress, enqueue, task
from opora.core.text import fold
from opora.core.workflow import Refused
from opora.identification.reading.model import Reading
from opora.registry.actions.aliases import keep_names
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind

_DECIDED = (MatchState.ACCEPTED, MatchState.IGNORED)


def keep_matches(loading: Loading, reading: Reading, known: schools.Known) -> None:
    """The schools that wait for a person's word; what he has decided of the same ones stays. Inside a transaction."""
    decided = {one.key: one for one in loading.matches.filter(state__in=_DECIDED)}
    others = SchoolMatch.objects.filter(loading__territory=loading.territory).exclude(loading=loading)
    last = dict(others.filter(state__in=_DECIDED, key__in=list(known.asked)).order_by("pk").values_list("key", "state"))
    by_code = {schools.code_of(one): one for one in schools.schools_inside(loading.territory)}
    counts = _rows(reading)
    loading.matches.all().delete()
    made = []
    for key, asked in known.asked.items():
        school, before = by_code.get(asked.school_id), decided.get(key)
        usual = MatchState.PROPOSED if school else MatchState.MISSING
        if last.get(key) == MatchState.IGNORED and before is None:  # as it was decided about an earlier file
            school, usual = None, MatchState.IGNORED
        made.append(
            SchoolMatch(
                loading=loading,
                key=key,
                said=asked.said[:300],
                name=asked.name[:500],
                municipality=asked.municipality[:300],
                rows=counts.get(key, 0),
                organisation=before.organisation if before else school,
                how=before.how if before else asked.how,
                search=fold(f"{asked.said} {asked.name} {asked.municipality} {school or ''}"),
                state=before.state if before else usual,
            )
        )
    SchoolMatch.objects.bulk_create((one for one in made if one.rows), batch_size=1000)


def _rows(reading: Reading) -> dict[str, int]:
    """Rows of results for each key of a school that is not known surely."""
    if reading.parquet is None or not reading.parquet.exists():
        return {}
    import duckdb

    with duckdb.connect() as engine:
        asked = "SELECT school_id, count(*) FROM read_parquet(?) WHERE starts_with(school_id, ?) GROUP BY school_id"
        return dict(engine.execute(asked, [str(reading.parquet), schools.UNSURE]).fetchall())


@transaction.atomic
def decide(match: SchoolMatch, *, by: Actor, organisation: Organisation | None) -> SchoolMatch:
    """It is that school (remembered as another name of it), or its rows are not taken (`organisation` is None)."""
    loading = open_loading(match.loading, by)
    match = loading.matches.select_for_update(of=("self",)).get(pk=match.pk)
    if organisation is None:
        match.state, match.organisation = MatchState.IGNORED, None
        note("school_ignored", f"решил(а) не загружать результаты «{match}»: строк — {match.rows}", loading, by)
    else:
        _check(loading, organisation)
        match.state, match.organisation = MatchState.ACCEPTED, organisation
        text = f"подтвердил(а), что «{match}» — это «{organisation}»"
        note("school_matched", text, loading, by, {"said": match.said, "school": organisation.public_id})
        _remember([match], by)
    match.save(update_fields=["state", "organisation"])
    _report_anew(loading, by)
    return match


@transaction.atomic
def accept_all(loading: Loading, *, by: Actor) -> int:
    """Say yes to every school that was proposed; how many."""
    loading = open_loading(loading, by)
    found = list(loading.matches.filter(state=MatchState.PROPOSED).select_related("organisation__parent"))
    _remember(found, by)
    _move(found, MatchState.ACCEPTED)
    data = {"schools": [[one.said, one.organisation.public_id if one.organisation else ""] for one in found]}
    note("schools_matched", f"подтвердил(а) предложенные школы: {len(found)}", loading, by, data)
    _report_anew(loading, by)
    return len(found)


@transaction.atomic
def ignore_all(loading: Loading, *, by: Actor) -> int:
    """Do not take the rows of schools for which nothing was found; how many schools."""
    loading = open_loading(loading, by)
    found = list(loading.matches.filter(state=MatchState.MISSING))
    _move(found, MatchState.IGNORED)
    data = {"schools": [one.said for one in found]}
    note("schools_ignored", f"решил(а) не загружать ненайденные школы: {len(found)}", loading, by, data)
    _report_anew(loading, by)
    return len(found)


def _report_anew(loading: Loading, by: Actor) -> None:
    """Have the quality report compared anew; one job that waits serves all decisions before it begins."""
    key = f"results.report:{loading.public_id}:"
    if loading.rows and not Job.objects.filter(key__startswith=key, state=JobState.QUEUED).exists():
        name, key = f"Отчёт о качестве «{loading}»", f"{key}{timezone.now().timestamp()}"
        enqueue(compare_anew, by=by, name=name, key=key, url=loading.get_absolute_url(), loading=loading.public_id)


@task()
def compare_anew(job: Progress, loading: str) -> None:
    """Against enrolment and the year before, with the schools as they are now matched; nothing where it was taken."""
    found = Loading.objects.select_related("territory").get(public_id=loading)
    if not found.is_open or not found.rows:
        return
    rows, compared = found.rows.name, quality.compared_anew(found)
    with transaction.atomic():
        now = Loading.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if now.is_open and now.rows.name == rows:  # not read anew meanwhile
            now.report = {**now.report, **compared}
            now.save(update_fields=["report"])
    job.step(1, 1, "Отчёт обновлён.")


def _move(found: Iterable[SchoolMatch], state: MatchState) -> None:
    SchoolMatch.objects.filter(pk__in=[one.pk for one in found]).update(state=state)


def _check(loading: Loading, organisation: Organisation) -> None:
    if organisation.kind != OrganisationKind.SCHOOL or organisation.path not in loading.territory.scope:
        raise Refused(f"«{organisation}» — не школа этой территории. Выберите школу из реестра.")


def _remember(found: Iterable[SchoolMatch], by: Actor) -> None:
    """Keep what the files call these schools among their other names, where the person may change the registry."""
    rows = ((one.organisation, one.said) for one in found)
    keep_names((school, said) for school, said in rows if school and by.may(Permission.REGISTRY_EDIT, school.path))
