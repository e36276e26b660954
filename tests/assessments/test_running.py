"""Rules run in the application: the verdicts, their arithmetic, and the same again to the bit."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.assessments.actions import repeating, running
from opora.assessments.actions.context import apply, look_at
from opora.assessments.actions.undoing import obstacle
from opora.assessments.counting import KEY
from opora.assessments.models import Repetition, RepetitionState, Run, RunState, SchoolContext, SchoolResult
from opora.assessments.queries import arithmetic, comparing, data
from opora.assessments.queries.schools import table
from opora.assessments.rules import values_in_words
from opora.core.actor import Denied
from opora.core.models import Job
from opora.core.tasks import stop
from opora.core.tasks.running import run_job
from opora.core.workflow import Refused
from opora.identification.aggregating import COUNTED
from opora.identification.columns import COUNTS, arrow_schema
from opora.registry.models.organisations import OrganisationKind
from tests import factories
from tests.assessments.results import RUS_5, put
from tests.factories import Region

pytestmark = pytest.mark.django_db
MAT_5 = (2025, "vpr", "mat", 5)


@pytest.fixture
def region() -> Region:
    """The first school is low in Russian in both years; the third in two works of 2025."""
    found = factories.region()
    a, b, c, d = found.schools
    put(found.authority, RUS_5, {a: (6, 4, 0, 0), b: (1, 9, 5, 5), c: (3, 5, 1, 1), d: (4, 0, 0, 0)})
    put(found.authority, MAT_5, {a: (1, 9, 5, 5), b: (1, 9, 5, 5), c: (4, 4, 1, 1), d: (4, 0, 0, 0)})
    put(found.authority, (2024, "vpr", "rus", 5), {a: (4, 6, 0, 0), b: (0, 9, 5, 5), c: (1, 9, 1, 1)})
    return found


@pytest.fixture
def writer(region: Region) -> User:
    return region.user(RoleCode.REGIONAL_COORDINATOR)


def done(run: Run) -> Run:
    run_job.call(Job.objects.order_by("-pk")[0].public_id)
    run.refresh_from_db()
    return run


def started(region: Region, by: User, rule: str = "fioko-2025", year: int = 2025, **said: object) -> Run:
    return running.start(by=by, territory=region.authority, rule_id=rule, year=year, said=said)


def test_a_run_judges_every_school_with_its_sentence(region: Region, writer: User) -> None:
    run = done(started(region, writer))
    assert (run.state, run.schools, run.flagged, run.failure) == (RunState.DONE, 4, 2, "")
    verdicts = {one.organisation: one for one in run.verdicts.all()}
    assert [school for school in region.schools if verdicts[school].flagged] == [region.schools[0], region.schools[2]]
    assert verdicts[region.schools[0]].evidence["low_repeated"] == 1
    assert verdicts[region.schools[2]].evidence["low_now"] == 2
    assert all(one.reason.endswith(".") for one in verdicts.values())
    assert ("Наибольшая доля «2» в году, где участников достаточно", "60\u00a0%") in verdicts[region.schools[0]].figures


def test_a_run_can_be_repeated_to_the_bit(region: Region, writer: User) -> None:
    run = done(started(region, writer))
    outcome, provenance = running.computed(run)
    assert provenance == run.provenance
    assert provenance["outcome"] == run.digest
    assert outcome.table.num_rows == 4
    assert repeated(run, writer).state == RepetitionState.SAME
    SchoolResult.objects.filter(organisation=region.schools[1], year=2025, subject="mat").update(failed=9, marks_2=9)
    assert running.computed(run)[1]["results"] != provenance["results"]


def test_counts_are_the_rows_in_the_order_of_their_key(region: Region) -> None:
    names = (*KEY, "organisation__public_id", *COUNTED)
    rows = SchoolResult.objects.filter(year__in=[2024, 2025]).order_by(*names[:5]).values_list(*names)
    told = data.counts(region.authority, [2025, 2024])
    assert told.schema == arrow_schema(COUNTS)
    assert [tuple(row.values()) for row in told.to_pylist()] == list(rows)
    inside = data.counts(region.municipalities[0], [2025]).column("school_id").to_pylist()
    assert set(inside) == {one.public_id for one in region.schools[:2]}
    empty = data.counts(region.authority, [1999])
    assert (empty.num_rows, empty.schema) == (0, arrow_schema(COUNTS))


def repeated(run: Run, by: User) -> Repetition:
    made = repeating.repeat(run, by=by)
    run_job.call(made.job_id)
    made.refresh_from_db()
    return made


@pytest.mark.parametrize("rule", ["fair", "lowest-quartile", "rating-sum"])
def test_rules_with_fractions_are_repeated_to_the_bit_too(region: Region, writer: User, rule: str) -> None:
    run = done(started(region, writer, rule))
    told = repeated(run, writer)
    assert (told.state, told.differences) == (RepetitionState.SAME, [])


def test_what_differs_in_a_repetition_is_named(
    region: Region, writer: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = done(started(region, writer))
    put(region.authority, (2025, "vpr", "rus", 6), {region.schools[1]: (9, 1, 0, 0)})
    put(region.authority, (2025, "vpr", "mat", 6), {region.schools[1]: (9, 1, 0, 0)})
    told = repeated(run, writer)
    assert told.state == RepetitionState.DIFFERENT
    said = " ".join(told.differences)
    assert f"отпечаток результатов был {run.provenance['results'][0]['sha256'][:12]}…" in said
    assert "добавлено: 2" in said
    assert f"вошли бы 1, вышли бы 0 («{region.schools[1].short_name}»" in said
    SchoolContext.objects.create(organisation=region.schools[0], year=2025, pupils=10)
    Run.objects.filter(pk=run.pk).update(provenance={**run.provenance, "engine": "duckdb 0", "libraries": "ibis 1"})
    said = " ".join(repeated(run, writer).differences)
    assert "изменился список школ" in said.lower()
    assert "другая версия вычислителя: была duckdb 0" in said.lower()
    client.force_login(writer)
    page = client.get(run.get_absolute_url()).content.decode()
    assert "совпало не всё" in page
    assert "Изменились данные" in page
    Run.objects.filter(pk=run.pk).update(rule_version="0")
    assert "было 0, стало" in repeated(run, writer).differences[0]
    run.refresh_from_db()
    assert (run.state, run.flagged) == (RunState.DONE, 2)  # as it was


def test_a_repetition_is_asked_for_in_the_browser(region: Region, writer: User, client: Client) -> None:
    run = done(started(region, writer))
    client.force_login(writer)
    answer = client.post(reverse("assessments:repeat", args=[run.public_id]))
    made = Repetition.objects.get()
    assert answer.headers["Location"] == reverse("ui:job", args=[made.job_id])
    assert "Расчёт повторяется" in client.get(run.get_absolute_url()).content.decode()
    run_job.call(made.job_id)
    assert "совпало до бита" in client.get(run.get_absolute_url()).content.decode()


def test_a_run_shows_how_far_it_is(region: Region, writer: User, client: Client) -> None:
    run = started(region, writer)
    client.force_login(writer)
    page = client.get(run.get_absolute_url()).content.decode()
    assert "Идёт расчёт" in page
    assert 'http-equiv="refresh"' in page  # without JavaScript
    assert "hx-get" not in page.split("<main")[1]
    with pytest.raises(Refused, match="ещё идёт"):
        running.again(run, by=writer)
    stop(Job.objects.get(public_id=run.job_id), by=writer)
    page = client.get(run.get_absolute_url()).content.decode()
    assert "прервалась или остановлена" in page
    assert 'http-equiv="refresh"' not in page
    answer = client.post(reverse("assessments:run_again", args=[run.public_id]))
    run.refresh_from_db()
    assert answer.headers["Location"] == reverse("ui:job", args=[run.job_id])
    assert done(run).state == RunState.DONE


def test_the_counts_behind_a_verdict_are_those_of_the_run(region: Region, writer: User, client: Client) -> None:
    run = done(started(region, writer))
    school = region.schools[0]
    before = arithmetic.counted(run, school, writer)
    assert [(row.year, row.subject, row.failed) for row in before] == [
        (2025, "mat", 1), (2025, "rus", 6), (2024, "rus", 4),
    ]  # fmt: skip
    part = put(region.authority, (2025, "regional", "rus", 5), {school: (1, 1, 1, 1)})
    old = SchoolResult.objects.get(organisation=school, year=2025, subject="rus", procedure="vpr")
    SchoolResult.objects.filter(pk=old.pk).update(current=False, replaced_by=part)
    assert arithmetic.counted(run, school, writer) == before
    client.force_login(writer)
    url = reverse("assessments:verdict", args=[run.public_id, school.public_id])
    assert client.get(url).content.decode().count("с тех пор заменены") == 1


def test_parameters_are_read_as_people_write_them(region: Region, writer: User) -> None:
    strict = done(started(region, writer, threshold="60 %"))
    assert strict.values["threshold"] == 0.6
    assert strict.flagged == 0
    with pytest.raises(Refused, match="threshold"):
        started(region, writer, threshold="много")


def test_a_year_without_results_says_so(region: Region, writer: User) -> None:
    run = started(region, writer, year=2020)
    done(run)
    assert run.state == RunState.FAILED
    assert "принятых результатов нет" in run.failure
    put(region.authority, (2020, "vpr", "rus", 5), {region.schools[0]: (6, 4, 0, 0)})
    again = done(running.again(run, by=writer))
    assert again.state == RunState.DONE


def test_results_that_a_run_used_are_not_undone(region: Region, writer: User) -> None:
    run = done(started(region, writer))
    part = run.parts.first()
    assert part is not None
    assert "сделан расчёт" in obstacle(part.loading)


def test_two_runs_are_compared(region: Region, writer: User, client: Client) -> None:
    run, other = done(started(region, writer)), done(started(region, writer, procedures="3"))
    overlap = comparing.overlap(run, other)
    assert (overlap.both, overlap.first, overlap.second, overlap.share) == (1, 1, 0, 0.5)
    client.force_login(writer)
    url = reverse("assessments:compare", args=[run.public_id])
    page = client.get(url, {"with": other.public_id}).content.decode()
    assert region.schools[2].short_name in page
    assert region.schools[0].short_name not in page
    assert "входит" in page


def test_a_comparison_is_whole(region: Region, writer: User, client: Client) -> None:
    """Both sentences of each school, of one that was not judged too; filtered, searched and taken as a copy."""
    run, strict = done(started(region, writer)), done(started(region, writer, threshold="100 %"))
    opened_since = factories.organisation(OrganisationKind.SCHOOL, region.municipalities[0], "Новая СОШ № 77")
    put(region.authority, (2025, "vpr", "rus", 6), {opened_since: (9, 1, 0, 0)})
    put(region.authority, (2025, "vpr", "mat", 6), {opened_since: (9, 1, 0, 0)})
    later = done(started(region, writer))
    assert list(comparing.differing(later, run, writer)) == [opened_since]
    client.force_login(writer)
    url = reverse("assessments:compare", args=[strict.public_id])

    def rows(**asked: str) -> list[list[str]]:
        text = client.get(url, {"with": later.public_id, "to": "csv", **asked}).content.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text), delimiter=";"))[1:-1]  # between the head and the mark

    told = {row[0]: row for row in rows()}
    assert set(told) == {school.short_name for school in (region.schools[0], region.schools[2], opened_since)}
    row = told[opened_since.short_name]
    assert row[2:4] == ["выходит", "Школы не было в расчёте."]
    assert "В списке" in row[4]
    assert "Не в списке" in told[region.schools[0].short_name][3]
    assert rows(change="1") == []
    assert len(rows(change="0")) == 3
    assert [one[0] for one in rows(q="Новая")] == [opened_since.short_name]
    page = client.get(url, {"with": later.public_id}).content.decode()
    assert "Чем расчёты отличаются" in page
    assert "100\u00a0%" in page
    assert client.get(url, {"with": "0" * 26}).status_code == 404


def test_a_comparison_of_two_rules_and_of_two_years(region: Region, writer: User) -> None:
    run, other = done(started(region, writer)), done(started(region, writer, "stable-low", 2024, years="1"))
    told = {what: (here, there) for what, here, there in comparing.settings_of(run, other)}
    assert told["Год"] == ("2025", "2024")
    assert told["Правило"] == (run.rule_title, other.rule_title)
    assert told["Сколько последних лет подряд"] == ("—", "1")
    assert ("достаточно любой", "—") in told.values()
    assert "ВПР, ОГЭ, ЕГЭ; русский язык, математика, математика (базовая)" in dict(values_in_words(run)).values()
    assert comparing.settings_of(run, done(started(region, writer))) == []


def test_a_year_of_which_the_rule_has_nothing_to_count_fails_with_the_reason(
    region: Region, writer: User, client: Client
) -> None:
    put(region.authority, (2026, "regional", "rus", 5), dict.fromkeys(region.schools, (3, 7, 5, 5)))
    run = done(started(region, writer, year=2026))
    assert run.state == RunState.FAILED
    assert not run.verdicts.exists()
    client.force_login(writer)
    page = client.get(run.get_absolute_url()).content.decode()
    assert "за 2026 год нет результатов, которые учитывает правило" in page
    assert "ВПР – математика" in page


@pytest.mark.parametrize("rule", ["fioko-2025", "stable-low", "worst-share", "lowest-quartile", "rating-sum", "fair"])
def test_every_rule_runs_in_the_application(region: Region, writer: User, rule: str) -> None:
    for year in (2023, 2024, 2025):
        for subject in ("rus", "mat"):
            if (year, subject) not in ((2025, "rus"), (2025, "mat"), (2024, "rus")):
                put(region.authority, (year, "vpr", subject, 5), dict.fromkeys(region.schools, (3, 7, 5, 5)))
        put(region.authority, (year, "ege", "rus", 11), dict.fromkeys(region.schools, (3, 7, 5, 5)))
    run = done(started(region, writer, rule))
    assert (run.state, run.failure, run.schools) == (RunState.DONE, "", 4)


def test_pages_of_rules_and_runs(region: Region, writer: User, client: Client) -> None:
    client.force_login(writer)
    rules = client.get(reverse("assessments:rules")).content.decode()
    assert rules.count("Посчитать по этому правилу") == 6
    url = reverse("assessments:start", args=["fioko-2025"])
    assert "30\u00a0%" in client.get(url).content.decode()
    wrong = client.post(url, {"year": 2025, "parameter_threshold": "много"}).content.decode()
    assert "не подходит" in wrong
    answer = client.post(url, {"year": 2025, "parameter_threshold": "30 %"})
    run = Run.objects.get()
    assert answer.headers["Location"] == reverse("ui:job", args=[run.job_id])
    done(run)
    assert region.schools[0].short_name in client.get(run.get_absolute_url()).content.decode()
    url = reverse("assessments:verdict", args=[run.public_id, region.schools[0].public_id])
    page = client.get(url).content.decode()
    assert "Из каких чисел это получено" in page
    assert "ВПР, русский язык, 5 класс" in page


def test_nobody_else_runs_rules(region: Region) -> None:
    for role in RoleCode:
        if role != RoleCode.REGIONAL_COORDINATOR:
            with pytest.raises(Denied):
                started(region, region.user(role))


# -- conditions --------------------------------------------------------------------------------------------------------


def test_conditions_are_read_from_a_table(region: Region, writer: User, tmp_path) -> None:  # type: ignore[no-untyped-def]
    a, b, c, _ = region.schools
    a.code = "1001"
    a.save()
    path = tmp_path / "passport.csv"
    lines = [
        "Код школы;Наименование;Обучающихся;Тип населённого пункта;low_income;цвет",
        "1001;;240;4;0,25;синий",
        f";{b.short_name};90;2;;красный",
        "9999;Нет такой;10;1;0,1;",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    told = look_at(path, by=writer, territory=region.authority, year=2025, name="passport.csv")
    assert (told.new, told.changed, told.unknown) == (1, 0, ["цвет"])
    assert [place for place, _ in told.aside] == ["строка 3", "Нет такой"]  # one without its code
    assert not SchoolContext.objects.exists()  # looked at, not taken
    apply(told, by=writer)
    row = SchoolContext.objects.get(organisation=a)
    assert (row.pupils, row.settlement, row.figures) == (240, 4, {"low_income": 0.25})
    again = look_at(path, by=writer, territory=region.authority, year=2025, name="passport.csv")
    assert (again.changes, again.same) == (0, 1)
    found = {one["school_id"]: one for one in table(region.authority, 2026).to_pylist()}
    assert found[a.public_id]["low_income"] == 0.25
    assert found[c.public_id]["pupils"] is None  # not known is not nought
    assert table(region.authority, 2024).column("pupils").null_count == 4
