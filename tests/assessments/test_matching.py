"""The quality report follows the schools that a person has matched."""

from __future__ import annotations

import pytest

from opora.access.models import User
from opora.assessments.actions import matching
from opora.assessments.models import Loading, MatchState
from opora.core.models import Job
from tests.assessments.conftest import CODES, load, marks, table, work
from tests.factories import Region

pytestmark = pytest.mark.django_db
NAMED = ("Год", "Процедура", "Предмет", "Класс", "Код ОО", "ОО", "Код участника", "Отметка")


@pytest.fixture
def loading(coordinator: User, coded: Region) -> Loading:
    """Twelve works of a known school (of a hundred pupils), three of one that no code tells."""
    rows = [[*row[:5], "", *row[5:]] for row in marks(CODES[0], "234523452345")]
    rows += [[*row[:5], "Неведомая школа", *row[5:]] for row in marks("zzz9", "222")]
    return load(coordinator, coded, (table(rows, NAMED), "впр.csv"))


def counted(loading: Loading) -> list[tuple[int, int]]:
    loading.refresh_from_db()
    return [(one["schools"], one["participants"]) for one in loading.report["procedures"]]


def test_a_school_matched_by_hand_is_in_the_report(loading: Loading, coordinator: User, coded: Region) -> None:
    assert counted(loading) == [(1, 12)]
    school = coded.schools[1]
    school.pupils = 2
    school.save()
    matching.decide(loading.matches.get(), by=coordinator, organisation=school)
    assert counted(loading) == [(1, 12)]  # in the background
    work()
    assert counted(loading) == [(2, 15)]
    assert [row[0] for row in loading.report["crowded"]] == [str(school)]
    matching.decide(loading.matches.get(), by=coordinator, organisation=None)
    work()
    assert counted(loading) == [(1, 12)]
    assert loading.report["crowded"] == []


def test_what_is_not_to_be_loaded_is_not_asked_about_again(loading: Loading, coordinator: User, coded: Region) -> None:
    matching.ignore_all(loading, by=coordinator)
    rows = [[*row[:5], "Неведомая школа", *row[5:]] for row in marks("zzz9", "2233")]
    again = load(coordinator, coded, (table(rows, NAMED), "ещё.csv"))
    (match,) = again.matches.all()
    assert (match.state, match.organisation) == (MatchState.IGNORED, None)
    matching.decide(match, by=coordinator, organisation=coded.schools[1])  # and can be said otherwise
    match.refresh_from_db()
    assert match.state == MatchState.ACCEPTED


def test_one_job_serves_many_decisions(loading: Loading, coordinator: User, coded: Region) -> None:
    for school in coded.schools[1:]:
        matching.decide(loading.matches.get(), by=coordinator, organisation=school)
    assert Job.objects.filter(key__startswith="results.report:").count() == 1


def test_a_report_of_what_was_dropped_stays(loading: Loading, coordinator: User) -> None:
    from opora.assessments.actions.correcting import drop

    matching.ignore_all(loading, by=coordinator)
    drop(loading, by=coordinator)
    before = counted(loading)
    work()
    assert counted(loading) == before
