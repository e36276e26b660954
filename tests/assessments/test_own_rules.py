"""The region's own rules: checked line by line, tried, kept by versions, never changed under a run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.assessments.actions import own_rules, repeating, running
from opora.assessments.forms.own_rules import SAMPLE
from opora.assessments.models import OwnRule, RepetitionState, Run, RunState
from opora.assessments.rules import rules_of
from opora.cli import main
from opora.core.actor import Denied
from opora.core.tasks.running import run_job
from opora.core.workflow import Refused
from opora.identification.rules.declaring import read
from tests import factories
from tests.assessments.results import put
from tests.factories import Region
from tests.identification.test_command import PYTHON

pytestmark = pytest.mark.django_db
YAML = """\
id: ours
version: "1"
title: Наше правило
source: Приказ № 1
indicators:
  - {name: rus, counted: "vpr:rus", threshold: 0.3, min_participants: 5}
"""
SECOND = YAML.replace('"1"', '"2"').replace("0.3", "0.7")


@pytest.fixture
def region() -> Region:
    found = factories.region()
    a, b, c, d = found.schools
    put(found.authority, (2025, "vpr", "rus", 5), {a: (6, 4, 0, 0), b: (1, 9, 5, 5), c: (8, 2, 0, 0), d: (4, 0, 0, 0)})
    return found


@pytest.fixture
def writer(region: Region) -> User:
    return region.user(RoleCode.REGIONAL_COORDINATOR)


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.OPORA_RULES = str(tmp_path)
    return tmp_path


def run_by(region: Region, by: User, rule: str = "ours") -> Run:
    run = running.start(by=by, territory=region.authority, rule_id=rule, year=2025, said={})
    run_job.call(run.job_id)
    run.refresh_from_db()
    return run


def test_the_sample_of_the_page_is_a_rule() -> None:
    rule, mistakes = read(SAMPLE.encode())
    assert mistakes == []
    assert rule is not None
    assert rule.read({})["threshold_oge_mat"] == 0.25


def test_a_rule_is_checked_tried_and_saved_in_the_browser(region: Region, writer: User, client: Client) -> None:
    client.force_login(writer)
    url = reverse("assessments:write_rule")
    assert "region-order-1" in client.get(url).content.decode()
    wrong = client.post(url, {"text": YAML.replace("0.3", "30").replace("source", "sourse")})
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert "Строка 4: у правила нет поля sourse. Похоже на source." in page
    assert "Строка 6: threshold: «30» не подходит. Возможно от 0 до 1." in page
    assert "sourse: Приказ № 1</code>" in page
    upload = SimpleUploadedFile("ours.yaml", YAML.replace("\n", "\r\n").encode())
    page = client.post(url, {"file": upload, "text": ""}).content.decode()
    assert "в списке было бы 2 из 4 школ" in page  # the fourth has four participants
    assert not OwnRule.objects.exists()
    answer = client.post(url, {"text": YAML, "save": "1"})
    own = OwnRule.objects.get()
    assert answer.headers["Location"] == own.get_absolute_url()
    assert (own.text, own.in_use, own.version) == (YAML, True, "1")
    page = client.post(url, {"text": SECOND}).content.decode()
    assert "вошли бы 0, вышли бы 1" in page
    assert "Правило региона" in client.get(reverse("assessments:rules")).content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"text": ""}, "Выберите файл или впишите правило"),
        ({"file": SimpleUploadedFile("a.yaml", "я".encode("cp1251"))}, "не в UTF-8"),
        ({"file": SimpleUploadedFile("a.yaml", b"a" * 70_000)}, "больше 64 КБ"),
        ({"file": SimpleUploadedFile("a.py", b"import os\nos.abort()\n")}, "описание правила"),
        ({"text": "id: ours", "save": "1"}, "не указано: version"),
    ],
)
def test_what_is_no_rule_is_not_taken(
    region: Region, writer: User, client: Client, given: dict[str, object], words: str
) -> None:
    client.force_login(writer)
    answer = client.post(reverse("assessments:write_rule"), given)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not OwnRule.objects.exists()


def test_versions_are_kept_and_one_is_in_use(region: Region, writer: User) -> None:
    first = own_rules.save(YAML, by=writer, territory=region.authority)
    assert own_rules.save(YAML, by=writer, territory=region.authority) == first
    with pytest.raises(Refused, match="Строка 2: версия 1 правила «ours» уже сохранена с другим текстом"):
        own_rules.save(YAML.replace("0.3", "0.4"), by=writer, territory=region.authority)
    second = own_rules.save(SECOND, by=writer, territory=region.authority)
    assert list(OwnRule.objects.in_use()) == [second]
    own_rules.switch_on(first, by=writer)
    assert list(OwnRule.objects.in_use()) == [first]
    own_rules.switch_off(first, by=writer)
    assert not OwnRule.objects.in_use().exists()
    with pytest.raises(Refused, match="уже выключено"):
        own_rules.switch_off(first, by=writer)
    with pytest.raises(Refused, match="нет"):
        run_by(region, writer)


def test_a_run_keeps_the_rule_it_was_made_by(region: Region, writer: User, client: Client) -> None:
    own_rules.save(YAML, by=writer, territory=region.authority)
    run = run_by(region, writer)
    assert (run.state, run.flagged, run.rule_text) == (RunState.DONE, 2, YAML)
    second = own_rules.save(SECOND, by=writer, territory=region.authority)
    assert run_by(region, writer).flagged == 1
    own_rules.switch_off(second, by=writer)
    repetition = repeating.repeat(run, by=writer)
    run_job.call(repetition.job_id)
    repetition.refresh_from_db()
    assert (repetition.state, repetition.differences) == (RepetitionState.SAME, [])
    client.force_login(writer)
    assert "Порог доли «2»" in client.get(run.get_absolute_url()).content.decode()
    assert "Выключенные правила" in client.get(reverse("assessments:rules")).content.decode()


def test_the_pages_of_a_rule(region: Region, writer: User, client: Client) -> None:
    own = own_rules.save(YAML, by=writer, territory=region.authority)
    client.force_login(writer)
    page = client.get(own.get_absolute_url()).content.decode()
    assert "counted: &quot;vpr:rus&quot;" in page
    copy = client.get(reverse("assessments:rule_file", args=[own.public_id]))
    assert copy.content.decode() == YAML
    assert 'filename="ours-1.yaml"' in copy.headers["Content-Disposition"]
    begun = client.get(reverse("assessments:write_rule"), {"from": own.public_id}).content.decode()
    assert "Приказ № 1" in begun
    client.post(reverse("assessments:switch_off", args=[own.public_id]))
    assert not OwnRule.objects.in_use().exists()
    client.post(reverse("assessments:switch_on", args=[own.public_id]))
    assert OwnRule.objects.in_use().get() == own


def test_rules_of_the_server_are_run_but_never_uploaded(
    region: Region, writer: User, client: Client, folder: Path
) -> None:
    path = folder / "server.py"
    path.write_text(PYTHON.replace('"ours"', '"of-server"'), "utf-8")
    (folder / "broken.py").write_text("def (", "utf-8")
    client.force_login(writer)
    page = client.get(reverse("assessments:rules")).content.decode()
    assert "Правило сервера</strong>, файл server.py" in page
    assert "broken.py: Ошибка в строке 1" in page
    run = run_by(region, writer, "of-server")
    assert (run.state, run.flagged, run.rule_text) == (RunState.DONE, 1, "")
    with pytest.raises(Refused, match="занят правилом сервера"):
        own_rules.save(YAML.replace("id: ours", "id: of-server"), by=writer, territory=region.authority)
    path.write_text(path.read_text("utf-8") + "# изменён\n", "utf-8")
    repetition = repeating.repeat(run, by=writer)
    run_job.call(repetition.job_id)
    repetition.refresh_from_db()
    assert repetition.differences == ["Файл правила изменён без новой версии."]
    path.unlink()
    assert client.get(run.get_absolute_url()).status_code == 200
    repetition = repeating.repeat(run, by=writer)
    run_job.call(repetition.job_id)
    repetition.refresh_from_db()
    assert "в системе больше нет" in repetition.differences[0]


def test_a_rule_of_the_server_wins_over_an_older_one_of_the_region(region: Region, writer: User, folder: Path) -> None:
    own_rules.save(YAML, by=writer, territory=region.authority)
    (folder / "ours.py").write_text(PYTHON, "utf-8")
    known = [one for one in rules_of(region.authority) if one.rule.id == "ours"]
    assert [(one.file, one.own) for one in known] == [("ours.py", None)]


def test_nobody_else_keeps_rules(region: Region, writer: User) -> None:
    own = own_rules.save(YAML, by=writer, territory=region.authority)
    for role in RoleCode:
        if role != RoleCode.REGIONAL_COORDINATOR:
            other = region.user(role)
            assert not OwnRule.objects.visible(other).exists()
            with pytest.raises(Denied):
                own_rules.save(SECOND, by=other, territory=region.authority)
            with pytest.raises(Denied):
                own_rules.switch_off(own, by=other)


def test_the_command_lists_the_rules_of_the_region_too(
    region: Region, writer: User, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    own_rules.save(YAML, by=writer, territory=region.authority)
    monkeypatch.setattr("opora.site.serving.ready", lambda: None)
    assert main(["rules", "--json", "--by", writer.username]) == 0
    told = {one["id"]: one["from"] for one in json.loads(capsys.readouterr().out)}
    assert told["ours"] == "регион"
    assert "fair" in told
