"""A decision on very many reports: named, carried out in the background, looked at, taken back."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, Opens, Site, Visitor
from tests.browser.pictures import take
from tests.browser.test_pages import violations

WAITING = "/assignments/?whose=controlled&state=decide&sort=executor"


@pytest.fixture(scope="module")
def reported(site: Site) -> int:
    """More reports than one page of the list holds wait for the coordinator."""
    environment = {**os.environ, "OPORA_DATA": str(site.data), "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"}
    environment["DJANGO_SETTINGS_MODULE"] = "opora.site.settings"
    command = [sys.executable, "-m", "tests.browser.reporting", "110"]
    made = subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True)
    count = int(made.stdout)
    assert count > 100
    return count


def result(page: Page, *, script: bool) -> None:
    """The job's page leads on by itself; without JavaScript by a link."""
    if script:
        page.wait_for_url(re.compile(r"/decisions/[0-9a-z]{26}/$"), timeout=60_000)
    else:
        expect(page.get_by_role("link", name="Открыть результат")).to_be_visible(timeout=60_000)
        page.get_by_role("link", name="Открыть результат").click()


def begin(one: Visitor, button: str) -> Page:
    page = one.go(WAITING)
    page.get_by_label("все, что ждут моего решения").check()
    page.get_by_role("button", name=re.compile(button)).click()
    return page


@pytest.mark.parametrize("script", [True, False], ids=["javascript", "without"])
def test_very_many_reports_are_accepted_and_taken_back(visit: Opens, reported: int, script: bool) -> None:
    one = visit("coordinator", java_script_enabled=script)
    page = begin(one, "Принять выбранные")
    heading = page.get_by_role("heading", name=re.compile(r"Будут приняты \d+"))
    expect(heading).to_be_visible()
    expect(page.get_by_text(re.compile(r"И ещё \d+ отч"))).to_be_visible()
    if script:
        assert violations(page) == []
    page.get_by_role("button", name=re.compile(r"^Принять \d+ отч")).click()
    result(page, script=script)
    title = page.get_by_role("heading", level=1)
    expect(title).to_contain_text("Отчёты приняты:")
    count = int(re.sub(r"\D", "", title.inner_text()))
    assert count >= reported
    expect(page.get_by_text("Если решение ошибочно")).to_be_visible()
    if script:
        take(page, "mass-decision")
        assert violations(page) == []
    one.press("Отменить решение")
    result(page, script=script)
    expect(title).to_contain_text("Решение отменено:")
    assert int(re.sub(r"\D", "", title.inner_text())) == count
    expect(page.get_by_role("button", name="Отменить решение")).to_have_count(0)
    if script:
        assert violations(page) == []
