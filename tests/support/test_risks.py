"""The risk profile of a case: worked out, beside its like, chosen from; by those who may."""

from __future__ import annotations

import datetime as dt
import secrets
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.assessments.models import Loading
from opora.assessments.points import taken, undone
from opora.collection.definition import to_json
from opora.collection.models import Campaign, Form, Questionnaire
from opora.collection.ready import ready
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.models import Job
from opora.core.tasks.running import run_job
from opora.core.workflow import Refused
from opora.journal.models import Entry
from opora.support.actions import rescoring
from opora.support.actions import risks as actions
from opora.support.conditions import held_by
from opora.support.models import Case, RiskProfile, RiskScore
from opora.support.queries import risks as queries
from opora.support.scoring import Source
from tests.factories import Region
from tests.support.test_pages import page

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, case: Case) -> dict[str, Source]:
    """What is known of the school; a test adds to it."""
    known = {
        "results": Source("Результаты 2026 года", url="/results/"),
        "teachers": Source("Анкета", counts={"t_motivation": {"совсем не согласен": 10}}, url="/forms/"),
    }
    monkeypatch.setattr(actions, "sources", lambda schools: {one.pk: known for one in schools})
    return known


def value(case: Case, factor: str) -> float | None:
    return RiskScore.objects.get(profile__case=case, factor=factor).value


def test_a_profile_follows_the_data_and_keeps_what_was_chosen(
    case: Case, told: dict[str, Source], coordinator: User, region: Region
) -> None:
    head = region.user(RoleCode.SCHOOL_HEAD)
    actions.score(case, by=head)
    assert (value(case, "motivation"), value(case, "climate")) == (100, None)
    Case.objects.filter(pk=case.pk).update(step=case.step_set.steps.get(key="diagnosed"))
    assert case in held_by(Case.objects.all(), "risks")
    actions.choose(case, by=head, chosen=["motivation"], comments={"motivation": "Так и есть", "climate": ""})
    assert case not in held_by(Case.objects.all(), "risks")
    told["teachers"] = Source("Анкета", counts={"t_motivation": {"полностью согласен": 10}})
    actions.score(case, by=coordinator)
    kept = RiskScore.objects.get(profile__case=case, factor="motivation")
    assert (kept.value, kept.chosen, kept.comment) == (0, True, "Так и есть")
    assert RiskProfile.objects.count() == 1
    assert RiskScore.objects.count() == 12
    assert queries.chosen(case) == ["motivation"]
    assert set(Entry.objects.filter(code__startswith="support.risks").values_list("confidential", flat=True)) == {True}


def test_what_cannot_be_chosen_is_refused(case: Case, told: dict[str, Source], coordinator: User) -> None:
    with pytest.raises(Refused, match="Сначала посчитайте"):
        actions.choose(case, by=coordinator, chosen=["motivation"], comments={})
    profile = actions.score(case, by=coordinator)
    codes = [one.factor for one in profile.scores.all()]
    for chosen, said in (([], "хотя бы один"), (codes[:6], "слишком много"), (["nothing"], "Такого фактора")):
        with pytest.raises(Refused, match=said):
            actions.choose(case, by=coordinator, chosen=chosen, comments={})
    assert not queries.chosen(case)


def test_who_may_not_is_denied(case: Case, told: dict[str, Source], region: Region) -> None:
    for role in (RoleCode.CURATOR, RoleCode.METHODIST, RoleCode.SCHOOL_STAFF):
        with pytest.raises(Denied):
            actions.score(case, by=region.user(role))
    assert not RiskProfile.objects.exists()


def test_means_need_enough_schools(
    case: Case, told: dict[str, Source], coordinator: User, region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = list(Case.objects.select_related("school"))
    actions.score_cases(cases, by=coordinator)
    profile = RiskProfile.objects.get(case=case)
    assert {one.region for one in queries.lines(case, profile, coordinator)} == {None}
    monkeypatch.setattr(queries, "FEWEST", len(cases))
    means = {one.code: one.region for one in queries.lines(case, profile, coordinator)}
    assert (means["motivation"], means["climate"]) == (100, None)
    head = region.user(RoleCode.SCHOOL_HEAD)  # who would take his own school off
    assert {one.region for one in queries.lines(case, profile, head)} == {None}


def test_it_is_composed_in_the_browser(case: Case, told: dict[str, Source], region: Region, client: Client) -> None:
    head, url = region.user(RoleCode.SCHOOL_HEAD), reverse("support:risks", args=[case.public_id])
    assert "ещё не посчитан" in page(client, head, url)
    assert client.post(reverse("support:score_risks", args=[case.public_id])).status_code == 302
    shown = page(client, head, url)
    assert "Риск высокий: 100 из 100" in shown
    assert shown.index('id="motivation"') < shown.index("Нет данных: ")
    assert 'id="climate"' not in shown
    assert f'href="/questionnaires/?organisation={case.school.public_id}"' in shown
    assert 'По данным: <a href="/forms/">Анкета</a>' in shown
    assert "чаще всего «совсем не согласен»" in shown
    assert "<svg" in shown
    choose = reverse("support:choose_risks", args=[case.public_id])
    assert client.post(choose, {"comment_climate": ""}).status_code == 422
    given = {"chosen": ["motivation"], "comment_motivation": "Ученики <устали>"}
    assert client.post(choose, given).status_code == 302
    shown = page(client, head, url)
    assert "работаем над этим" in shown
    assert "Ученики &lt;устали&gt;" in shown


def test_profiles_follow_results_that_count_anew(
    case: Case, told: dict[str, Source], coordinator: User, region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert rescoring.results_counted in [*taken]
    assert rescoring.results_counted in [*undone]
    loading = Loading(territory=region.authority, public_id="1" * 26, state="taken")
    rescoring.results_counted(loading, coordinator)
    assert not RiskProfile.objects.exists()
    actions.score(case, by=coordinator)
    results = {"participants": Decimal(100), "failed": Decimal(40)}
    told["results"] = Source("Результаты 2027 года", values=results, url="/results/")
    rescoring.results_counted(
        Loading(territory=region.municipalities[1], public_id="2" * 26, state="taken"), coordinator
    )
    assert value(case, "failure_risk") is None
    rescoring.results_counted(loading, coordinator)
    assert value(case, "failure_risk") == 100
    assert Job.objects.count() == 0
    monkeypatch.setattr(rescoring, "AT_ONCE", 0)
    told["results"] = Source("Результаты 2027 года", values=results | {"failed": Decimal(5)}, url="/results/")
    rescoring.results_counted(loading, coordinator)
    assert value(case, "failure_risk") == 100
    run_job.func(Job.objects.get().public_id)
    assert value(case, "failure_risk") == 0
    assert Entry.objects.filter(code="support.risks_scored", confidential=True).count() == 3


def test_the_highest_stands_first_and_what_is_unknown_apart(
    case: Case, told: dict[str, Source], coordinator: User
) -> None:
    told["pupils"] = Source("Анкета", counts={"p_order": {"на многих уроках": 10}}, url="/forms/")
    profile = actions.score(case, by=coordinator)
    known, unknown = queries.apart(queries.lines(case, profile, coordinator))
    assert [one.code for one in known] == ["motivation", "discipline"]
    assert len(unknown) == 10
    fillers = queries.fillers(case.school, unknown)
    assert "оснащение" in {one.title: one.factors for one in fillers}["Паспорт школы"]
    assert all(one.url.startswith("/") for one in fillers)


def _asked(case: Case) -> Questionnaire:
    """A questionnaire of teachers at the school of the case."""
    school, shipped = case.school, ready("teachers")
    form = Form.objects.create(
        territory=school.parent.parent, title="Анкета", kind=shipped.kind, ready="teachers", made_by="Кто"
    )
    version = form.versions.create(number=1, definition=to_json(shipped.definition))
    campaign = Campaign.objects.create(
        version=version, territory=school, place=school, title="Анкета", due=today(), made_by="Кто"
    )
    return Questionnaire.objects.create(campaign=campaign, organisation=school)


def _answer(asked: Questionnaire, count: int, day: dt.date) -> None:
    answers = {"t_motivation": "совсем не согласен"}
    for _ in range(count):
        asked.responses.create(answers=answers, day=day, sheet=secrets.token_hex(8))


def _tomorrow(case: Case) -> None:
    """As if the profile had been worked out, and the clock had ticked, yesterday."""
    RiskProfile.objects.filter(case=case).update(scored_at=timezone.now() - dt.timedelta(days=1))
    Job.objects.all().delete()
    rescoring.follow_answers()
    for job in Job.objects.filter(key__startswith="support.answers:"):
        run_job.func(job.public_id)


def test_answers_are_followed_once_a_day_by_fives(case: Case, coordinator: User) -> None:
    yesterday = today() - dt.timedelta(days=1)
    asked = _asked(case)
    actions.score(case, by=coordinator)
    _answer(asked, 4, yesterday)
    _tomorrow(case)
    profile = RiskProfile.objects.get()
    assert (value(case, "motivation"), profile.scored_by) == (None, coordinator.label)
    _answer(asked, 1, yesterday)
    _tomorrow(case)
    assert (value(case, "motivation"), RiskProfile.objects.get().scored_by) == (100, "Система")
    told = Entry.objects.get(code="support.risks_scored", actor="Система")
    assert "по новым ответам анкет: 1" in told.text


def test_a_tick_follows_answers_once(case: Case, coordinator: User) -> None:
    _answer(_asked(case), 5, today())
    actions.score(case, by=coordinator)
    rescoring.follow_answers()
    assert not Job.objects.filter(key__startswith="support.answers:").exists()  # worked out today already
    RiskProfile.objects.update(scored_at=timezone.now() - dt.timedelta(days=1))
    for _ in range(2):
        rescoring.follow_answers()
    assert Job.objects.filter(key__startswith="support.answers:").count() == 1


def test_fewer_than_five_more_answers_change_no_profile(case: Case, coordinator: User) -> None:
    """Not even its day: that would tell that somebody answered."""
    asked, longer = _asked(case), today() - dt.timedelta(days=3)
    _answer(asked, 5, longer)
    actions.score(case, by=coordinator)
    _answer(asked, 4, today())
    _tomorrow(case)
    assert RiskProfile.objects.get().scored_by == coordinator.label
    Case.objects.filter(pk=case.pk).update(state="left", step=None, closed_at=timezone.now())
    _answer(asked, 1, today())
    _tomorrow(case)
    assert RiskProfile.objects.get().scored_by == coordinator.label
