"""The demo served by the real server, and a Chromium that looks at it as a signed-in person does."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
OPORA = (sys.executable, "-m", "opora.cli")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--lang=ru"),
)
PATIENCE = 40_000  # milliseconds until something is there: both cores may be busy with other tests
DESK = {"width": 1360, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser and needs the network of this machine."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.enable_socket)


@dataclass(frozen=True)
class Site:
    """Where the demo is served, and who may enter it."""

    url: str
    data: Path
    password: str
    places: dict[str, dict[str, str]] = field(default_factory=dict)  # found once by tests.browser.places


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Site]:
    """A demo of 60 schools behind the real server with its workers; each process of the tests has its own."""
    data = tmp_path_factory.mktemp("demo") / "data"
    root = tmp_path_factory.getbasetemp()
    shutil.copytree(_demo(root if worker_id == "master" else root.parent), data)
    port = _free_port()
    log = data / "server.log"
    serve = [*OPORA, "serve", "--port", str(port)]
    with log.open("w") as out:
        server = subprocess.Popen(serve, env=_environment(data), cwd=ROOT, stdout=out, stderr=out)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait(url, server, log)
        yield Site(url, data, json.loads((data / "demo.json").read_text(encoding="utf-8"))["password"])
    finally:
        server.terminate()
        server.wait(40)


def _demo(root: Path) -> Path:
    """The demo, built from nothing by whichever process of the run comes first."""
    data = root / "demo-of-all"
    with (root / "demo-of-all.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (data / "demo.json").exists():
            build = [*OPORA, "demo", "--no-serve", "--schools", "60"]
            subprocess.run(build, env=_environment(data), cwd=ROOT, check=True, capture_output=True)
    return data


def _environment(data: Path) -> dict[str, str]:
    """Of the command as a person starts it, with nothing of the suite's own settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OPORA_", "DATABASE_", "DJANGO_"))}
    return {**kept, "OPORA_DATA": str(data), "PYTHONPATH": str(ROOT / "src")}


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(900):
        if server.poll() is not None:
            break
        try:
            with urlopen(f"{url}/accounts/login/", timeout=5):  # noqa: S310  (our own address)
                return
        except (URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"The server did not start:\n{log.read_text(encoding='utf-8')}", pytrace=False)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next((one for one in ("/usr/bin/chromium", shutil.which("chromium")) if one and Path(one).exists()), None)
    if path is None:
        pytest.fail("The browser tests need Chromium: apt-get install chromium", pytrace=False)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield started
        started.close()


@dataclass
class Visitor:
    """One person's browser. What goes wrong on his pages is gathered; `check` fails with it."""

    site: Site
    context: BrowserContext
    page: Page
    expected: set[int] = field(default_factory=set)  # statuses that a test provokes
    wrong: list[str] = field(default_factory=list)

    @classmethod
    def enter(cls, site: Site, context: BrowserContext) -> Self:
        page = context.new_page()
        visitor = cls(site, context, page)
        page.on("console", lambda message: visitor._said(message.type, message.text))
        page.on("pageerror", lambda error: visitor.wrong.append(f"{page.url}: {error}"))
        page.on("response", visitor._answered)
        page.on("requestfailed", lambda request: visitor._failed(request.url, request.failure or ""))
        return visitor

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not text.startswith("Failed to load resource"):  # statuses are told below
            self.wrong.append(f"{self.page.url}: {text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.wrong.append(f"{response.url}: {response.status}")

    def _failed(self, url: str, why: str) -> None:
        if "ERR_ABORTED" not in why:  # a page left, or a file saved instead of shown
            self.wrong.append(f"{url}: {why}")

    def go(self, path: str) -> Page:
        self.page.goto(self.site.url + path)
        return self.page

    def press(self, name: str, *, exact: bool = True, nth: int = 0) -> None:
        """The button or link of that name in the page; on to wherever it leads."""
        main = self.page.locator("main")
        found = main.get_by_role("button", name=name, exact=exact).or_(main.get_by_role("link", name=name, exact=exact))
        self.follow(found.nth(nth))

    def follow(self, link: Locator) -> None:
        """Press it and have the page it leads to whole: what is read at once after a bare click may be half a page."""
        link.click()
        self.page.wait_for_load_state()

    def check(self) -> None:
        assert self.wrong == []


class Door:
    """Lets people in; signs each in once."""

    def __init__(self, site: Site, browser: Browser) -> None:
        self.site, self.browser = site, browser
        self._states: dict[str, Any] = {}

    def open(self, login: str = "", **options: Any) -> Visitor:
        """The browser of a person of the demo, or of a stranger."""
        if login and login not in self._states:
            self._states[login] = self._signed_in(login)
        options = {"viewport": DESK, "locale": "ru-RU", "timezone_id": "Europe/Moscow", **options}
        context = self.browser.new_context(storage_state=self._states.get(login), **options)
        context.set_default_timeout(PATIENCE)
        return Visitor.enter(self.site, context)

    def _signed_in(self, login: str) -> Any:
        context = self.browser.new_context()
        page = context.new_page()
        page.goto(f"{self.site.url}/accounts/login/")
        sign_in(page, login, self.site.password)
        state = context.storage_state()
        context.close()
        return state


def sign_in(page: Page, login: str, password: str) -> None:
    """Fill in the sign-in page that is shown."""
    page.get_by_label("Логин", exact=False).first.fill(login)
    page.get_by_label("Пароль", exact=False).first.fill(password)
    page.get_by_role("button", name="Войти").click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)


@pytest.fixture(scope="session")
def door(site: Site, browser: Browser) -> Door:
    return Door(site, browser)


Opens = Callable[..., Visitor]


@pytest.fixture
def visit(door: Door) -> Iterator[Opens]:
    """`visit("coordinator")` opens a browser; after the test everything seen in it must have gone well."""
    opened: list[Visitor] = []

    def opens(login: str = "", **options: Any) -> Visitor:
        opened.append(door.open(login, **options))
        return opened[-1]

    yield opens
    for visitor in opened:
        visitor.context.close()
    for visitor in opened:
        visitor.check()
