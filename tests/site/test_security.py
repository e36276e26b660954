"""What protects every page: headers, cookies, templates without scripts of their own, files that are never run."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

import opora
from opora.roadmaps.actions import working
from opora.roadmaps.actions.working import Attachment
from opora.roadmaps.models import Evidence
from tests import factories
from tests.site.access_table import TABLE, TABLES
from tests.site.asking import Asker, address
from tests.site.briefly import briefly
from tests.site.world import World

pytestmark = pytest.mark.django_db
Worlds = tuple[World, World]
OURS = Path(opora.__file__).parent
TEMPLATES = sorted(OURS.glob("**/templates/**/*.html"))
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|\shx-on|\bhx-vals\s*=\s*[\"']?js:",
    re.IGNORECASE,
)
PAGES = [
    (name, rule)
    for name, rules in TABLE.items()
    for rule in rules
    if "GET" in rule.methods and rule.expected(("inside", "regional_coordinator")) == 0
]


@pytest.mark.any_engine
@briefly()
def test_no_page_runs_scripts_or_styles_of_its_own(worlds: Worlds) -> None:
    asker, wrong = Asker(worlds[0].coordinator), []
    for name, rule in PAGES:
        answer = asker.get(address(name, rule, worlds[0]))
        policy = answer.headers.get("Content-Security-Policy", "")
        sound = (
            "default-src 'self'" in policy
            and "object-src 'none'" in policy
            and "frame-ancestors 'none'" in policy
            and not re.search(r"unsafe|\*|https?:", policy)
            and answer.headers.get("X-Content-Type-Options") == "nosniff"
            and answer.headers.get("X-Frame-Options") == "DENY"
            and answer.headers.get("Referrer-Policy") == "same-origin"
        )
        if not sound:
            wrong.append(f"{name}: {answer.headers}")
        if answer.headers.get("Content-Type", "").startswith("text/html") and INLINE.search(answer.words):
            wrong.append(f"{name}: {INLINE.search(answer.words)}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("path", ["/accounts/login/", "/invitation/", "/nothing-here/", "/"])
def test_a_stranger_gets_the_same_headers(client: Client, path: str) -> None:
    response = client.get(path)
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client: Client) -> None:
    user = factories.user()
    client.get("/accounts/login/")
    client.post("/accounts/login/", {"login": user.username, "password": "пароль-для-тестов"})
    client.post("/theme/", {"theme": "dark"})
    assert "sessionid" in client.cookies
    assert client.cookies["sessionid"]["httponly"]
    for cookie in client.cookies.values():
        assert cookie["samesite"] in ("Lax", "Strict"), cookie


def test_a_form_without_its_token_is_refused(worlds: Worlds) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(worlds[0].coordinator)
    for name in ("lists:approve", "roadmaps:send", "documents:withdraw", "roadmaps:cancel"):
        assert client.post(address(name, TABLE[name][0], worlds[0])).status_code == 403, name
    assert client.post("/theme/").status_code == 403


def test_templates_hold_no_scripts_styles_or_handlers() -> None:
    assert len(TEMPLATES) > 50
    found = {str(path.relative_to(OURS)): INLINE.findall(path.read_text()) for path in TEMPLATES}
    assert {path: hits for path, hits in found.items() if hits} == {}


def test_templates_turn_off_no_escaping() -> None:
    """What is shown unescaped has been cleaned before: `documents.showing` does it by nh3."""
    marked = {path.name for path in TEMPLATES if re.search(r"\|\s*safe\b|autoescape off", path.read_text())}
    assert marked <= {"source.html"}


@pytest.mark.parametrize("role", ["regional_coordinator", "municipal_coordinator", "administrator", "school_head"])
@briefly()
def test_reading_changes_nothing_but_the_journal(worlds: Worlds, role: str) -> None:
    """Whatever is refused is tried in test_access; this walks all pages that are shown, with their copies too."""
    asker, wrong, shown = Asker(worlds[0].user("inside", role)), [], 0
    for name, rule in ((n, r) for n, rules in TABLE.items() for r in rules if "GET" in r.methods):
        url = address(name, rule, worlds[0])
        for data in ({}, {"to": "csv"}) if name in TABLES else ({},):
            answer = asker.get(url, dict(data))
            shown += answer.status == 200
            if answer.written:
                wrong.append(f"{name} {url} {data}: wrote {sorted(answer.written)}")
    assert shown > 20
    assert not wrong, "\n".join(wrong)


# -- files -------------------------------------------------------------------------------------------------------


def test_uploads_are_handed_over_and_never_shown(worlds: Worlds) -> None:
    world = worlds[0]
    asker = Asker(world.coordinator)
    files = [("documents:file", world.draft), ("documents:file", world.scan), ("roadmaps:evidence", world.proof)]
    for name, on in files:
        answer = asker.get(reverse(name, args=[on.public_id]))
        assert answer.status == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert not re.match(r"text/html|image/svg|application/xhtml|text/xml", answer.headers["Content-Type"])


@pytest.mark.parametrize("name", ["страница.html", "рисунок.svg", "код.js", "знак.xml"])
def test_what_a_browser_would_run_is_not_taken(worlds: Worlds, name: str) -> None:
    world = worlds[0]
    file = ContentFile(b"<script>alert(1)</script>", name=name)
    with pytest.raises(Exception, match="не принимается"):
        working.save_draft(world.begun, by=world.municipal, text="", attachments=[Attachment(name, file)])
    asker = Asker(world.coordinator)
    page = asker.post("/documents/upload/", {"documents": file, "organisation": world.region.authority.public_id})
    assert page.status == 200
    assert "такие файлы не загружаются" in page.words
    assert not Evidence.objects.filter(name=name).exists()


def test_files_are_not_served_by_their_place(worlds: Worlds) -> None:
    asker = Asker(worlds[0].coordinator)
    for stored in (worlds[0].draft.file.name, worlds[0].proof.file.name):
        for root in ("/files/", "/media/", "/static/", "/"):
            assert asker.get(f"{root}{stored}").status in (301, 404)
            assert asker.get(f"{root}{stored}/").status == 404


FORMULAS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1+1", '=HYPERLINK("http://evil")')


@pytest.mark.parametrize("formula", FORMULAS)
def test_copies_hold_no_formulas(worlds: Worlds, formula: str) -> None:
    world = worlds[0]
    name = f"{formula} школа"
    factories.organisation(parent=world.region.municipalities[0], name=name)
    client = Client()
    client.force_login(world.coordinator)
    text = client.get("/organisations/", {"to": "csv"}).content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
    assert any(cell.endswith(name.strip()) for cell in cells)
    assert not [cell for cell in cells if re.match(r"[=@\t\r]|[+-][^\d ]", cell)]
    content = client.get("/organisations/", {"to": "xlsx"}).content
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    held = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any(str(cell.value).endswith(name.strip()) for cell in held)
    assert not [cell for cell in held if cell.data_type == "f" or cell.hyperlink]
