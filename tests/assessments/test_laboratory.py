"""Rules replayed over past years: kept, opened again, priced, compared, taken as a sheet; and put to a known truth."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.assessments.actions import deciding, trials
from opora.assessments.actions.undoing import obstacle
from opora.assessments.models import Loading, Run, SchoolContext, Trial, TrialState
from opora.assessments.queries import deciding as queries
from opora.assessments.queries.trials import truth as shown_truth
from opora.core.actor import Denied
from opora.core.models import Job, JobState
from opora.core.tasks import stop
from opora.core.tasks.running import run_job
from opora.core.workflow import Refused
from opora.journal.models import Entry
from opora.lists.models import Category
from tests import factories
from tests.assessments.results import put
from tests.factories import Region

pytestmark = pytest.mark.django_db
LOW, FINE = (6, 4, 0, 0), (1, 9, 5, 5)
# the schools that are low in two works of each year
LISTED = {2022: (0, 1), 2023: (0, 2), 2024: (0, 2, 3), 2025: ()}


@pytest.fixture
def region() -> Region:
    found = factories.region()
    for year, low in LISTED.items():
        for subject in ("rus", "mat"):
            marks = {school: LOW if place in low else FINE for place, school in enumerate(found.schools)}
            put(found.authority, (year, "vpr", subject, 5), marks)
    for place, school in enumerate(found.schools):
        settlement = 4 if place < 2 else 1
        SchoolContext.objects.create(organisation=school, year=2022, pupils=100 + 200 * place, settlement=settlement)
    return found


@pytest.fixture
def writer(region: Region) -> User:
    return region.user(RoleCode.REGIONAL_COORDINATOR)


def started(region: Region, by: User, **said: object) -> Trial:
    given = {"first_year": 2021, "last_year": 2025, "rule_id": "stable-low", "said": {"years": 1, **said}}
    return trials.start(by=by, territory=region.authority, **given)  # type: ignore[arg-type]


def done(trial: Trial) -> Trial:
    run_job.call(trial.job_id)
    trial.refresh_from_db()
    return trial


def test_a_rule_is_replayed_year_by_year(region: Region, writer: User) -> None:
    trial = done(started(region, writer))
    assert (trial.state, trial.failure) == (TrialState.DONE, "")
    told = trial.figures["years"]
    assert {year: (one["listed"], one.get("entered"), one.get("left")) for year, one in told.items()} == {
        "2022": (2, None, None), "2023": (2, 1, 1), "2024": (3, 1, 0), "2025": (0, 0, 3),
    }  # fmt: skip
    assert (told["2023"]["jaccard"], told["2024"]["jaccard"]) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    # 15 pupils a grade are 165: the first school alone is small; the first two are rural
    assert (told["2024"]["small"], told["2024"]["small_of_all"]) == (pytest.approx(1 / 3), 0.25)
    assert (told["2024"]["rural"], told["2024"]["rural_of_all"]) == (pytest.approx(1 / 3), 0.5)
    assert (told["2024"]["pupils"], told["2025"]["small"]) == (100 + 500 + 700, None)
    assert "принятых результатов нет" in trial.figures["failed"]["2021"]
    listed = {run.year: run.flagged for run in trial.runs.filter(state="done")}
    assert listed == {2022: 2, 2023: 2, 2024: 3, 2025: 0}


def test_the_rule_is_put_to_a_known_truth(region: Region, writer: User) -> None:
    given = {"first_year": 2024, "last_year": 2024, "rule_id": "worst-share", "regions": 2}
    put(region.authority, (2024, "ege", "rus", 11), dict.fromkeys(region.schools, FINE))
    trial = done(trials.start(by=writer, territory=region.authority, said={"share": "20 %"}, **given))  # type: ignore[arg-type]
    truth = trial.figures["truth"]
    assert (truth["regions"], truth["schools"]) == (2, trials.FEWEST_INVENTED)
    assert 0 < truth["listed"] <= 12
    assert 0 < truth["found"] <= 1
    assert 0 <= truth["small_truly"] <= 1
    trial.figures["truth"]["listed"] = 16 / 3
    shown = shown_truth(trial)
    assert shown["listed"] == 5.3
    assert shown["found"].endswith("%")


def test_years_of_a_trial_are_not_runs_that_lists_are_made_of(region: Region, writer: User, client: Client) -> None:
    trial = done(started(region, writer))
    year = trial.runs.get(year=2024)
    assert list(queries.runs(writer).of_their_own()) == []
    with pytest.raises(Refused, match="лаборатории"):
        deciding.compose(year, by=writer, school_year=2024, title="Проект", category=Category.LOW_RESULTS)
    client.force_login(writer)
    assert client.get(reverse("assessments:compose", args=[year.public_id])).status_code == 404
    page = client.get(year.get_absolute_url()).content.decode()
    assert "Составить проект" not in page
    assert trial.get_absolute_url() in page
    loading = Loading.objects.get(parts__year=2024, parts__subject="rus")
    assert "сначала удалите" in obstacle(loading)
    trials.delete(trial, by=writer)
    assert obstacle(loading) == ""
    assert not Run.objects.exists()


def test_the_page_of_a_trial(region: Region, writer: User, client: Client) -> None:
    client.force_login(writer)
    url = reverse("assessments:start_trial", args=["stable-low"])
    form = client.get(url, {"parameter_years": "1", "last_year": "2024", "cost": "1000"}).content.decode()
    assert 'value="1000"' in form
    assert '<option value="2024" selected>' in form
    wrong = client.post(url, {"first_year": 2025, "last_year": 2022, "parameter_threshold": "много"})
    assert wrong.status_code == 422
    assert "позже последнего" in wrong.content.decode()
    given = {"first_year": 2022, "last_year": 2025, "parameter_years": "1", "cost": "1000", "regions": "0"}
    answer = client.post(url, given)
    trial = Trial.objects.get()
    assert answer.headers["Location"] == reverse("ui:job", args=[trial.job_id])
    waiting = client.get(trial.get_absolute_url()).content.decode()
    assert "Идёт расчёт" in waiting
    assert 'http-equiv="refresh"' in waiting
    done(trial)
    assert client.get(answer.headers["Location"]).content.decode().count(trial.get_absolute_url()) == 1
    page = client.get(trial.get_absolute_url()).content.decode()
    assert "3\u00a0000" in page  # three schools of 2024
    assert "Насколько список устойчив" in page
    assert "Кого список касается" in page
    assert region.schools[1].short_name in page
    dear = client.get(trial.get_absolute_url(), {"cost": "2000"}).content.decode()
    assert "6\u00a0000" in dear
    changing = page.split(f"{url}?")[1].split('"')[0].replace("&amp;", "&")
    assert QueryDict(changing)["parameter_years"] == "1"


def test_who_moved_is_searched_filtered_and_taken(region: Region, writer: User, client: Client) -> None:
    trial = done(started(region, writer))
    client.force_login(writer)
    url = trial.get_absolute_url()

    def rows(**asked: object) -> list[list[str]]:
        text = client.get(url, {"to": "csv", **asked}).content.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text), delimiter=";"))[1:-1]  # between the head and the mark

    (row,) = rows(year=2023, change="1")
    assert row[0] == region.schools[2].short_name
    assert row[2:4] == ["2023", "входит"]
    assert ("2023" in row[4], "2022" in row[5]) == (True, True)
    assert len(rows(year=2025, change="0")) == 3
    assert len(rows(q=region.schools[2].short_name)) == 2


def test_the_figures_leave_as_a_marked_sheet(region: Region, writer: User, client: Client) -> None:
    trial = done(started(region, writer))
    client.force_login(writer)
    answer = client.get(reverse("assessments:trial_figures", args=[trial.public_id]), {"cost": "10"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2, max_row=5)]
    assert [(row[0], row[2], row[3], row[-1]) for row in rows] == [
        (2022, 2, None, 20), (2023, 2, 1, 20), (2024, 3, 1, 30), (2025, 0, 0, 0),
    ]  # fmt: skip
    entry = Entry.objects.get(code="exports.released")
    assert entry.confidential


def test_two_trials_are_compared(region: Region, writer: User, client: Client) -> None:
    first, second = done(started(region, writer)), done(started(region, writer, years="2"))
    client.force_login(writer)
    url = reverse("assessments:compare_trials", args=[first.public_id])
    page = client.get(url, {"with": second.public_id}).content.decode()
    assert "Называют обе" in page
    assert client.get(url, {"with": first.public_id}).status_code == 404
    year = first.runs.get(year=2024)
    other = first.runs.get(year=2023)
    page = client.get(reverse("assessments:compare", args=[year.public_id]), {"with": other.public_id})
    assert region.schools[3].short_name in page.content.decode()


def test_a_trial_that_was_stopped_goes_on(region: Region, writer: User, client: Client) -> None:
    trial = started(region, writer)
    with pytest.raises(Refused, match="ещё идёт"):
        trials.again(trial, by=writer)
    stop(Job.objects.get(public_id=trial.job_id), by=writer)
    client.force_login(writer)
    assert "Посчитать снова" in client.get(trial.get_absolute_url()).content.decode()
    answer = client.post(reverse("assessments:trial_again", args=[trial.public_id]))
    trial.refresh_from_db()
    assert answer.headers["Location"] == reverse("ui:job", args=[trial.job_id])
    assert done(trial).state == TrialState.DONE
    assert Job.objects.get(public_id=trial.job_id).state == JobState.DONE


def test_a_trial_without_any_results_says_why(region: Region, writer: User) -> None:
    given = {"first_year": 2010, "last_year": 2011, "rule_id": "fair"}
    trial = done(trials.start(by=writer, territory=region.authority, said={}, **given))  # type: ignore[arg-type]
    assert trial.state == TrialState.FAILED
    assert "результатов нет" in trial.failure


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"first_year": 2025, "last_year": 2022}, "Первый год не позже"),
        ({"first_year": 1990, "last_year": 2025}, "не больше 15 лет"),
        ({"regions": 21}, "от 0 до 20"),
        ({"said": {"threshold": "много"}}, "threshold"),
        ({"rule_id": "нет"}, "нет"),
    ],
)
def test_what_cannot_be_tried_is_refused(region: Region, writer: User, given: dict[str, object], words: str) -> None:
    right: dict[str, object] = {"first_year": 2022, "last_year": 2025, "rule_id": "stable-low", "said": {}}
    with pytest.raises(Refused, match=words):
        trials.start(by=writer, territory=region.authority, **right | given)  # type: ignore[arg-type]


def test_nobody_else_tries_rules(region: Region, writer: User) -> None:
    trial = done(started(region, writer))
    for role in RoleCode:
        if role != RoleCode.REGIONAL_COORDINATOR:
            other = region.user(role)
            assert not Trial.objects.visible(other).exists()
            with pytest.raises(Denied):
                started(region, other)
            with pytest.raises(Denied):
                trials.delete(trial, by=other)
