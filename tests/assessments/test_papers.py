"""Papers: the note names nobody, the annex and the letter name those they are of, the sheet shows its figures."""

from __future__ import annotations

import io
import re

import pytest
from django.test import Client
from django.urls import reverse
from docx import Document

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.assessments import papers
from opora.assessments.actions import deciding
from opora.assessments.models import Run
from opora.documents.printing import Printed, render
from opora.journal.models import Entry
from opora.lists.models import Category
from tests import factories
from tests.assessments.results import RUS_5, put
from tests.assessments.runs import finished
from tests.factories import Region

pytestmark = pytest.mark.django_db


@pytest.fixture
def region() -> Region:
    found = factories.region()
    for municipality in found.municipalities:
        found.schools += [factories.organisation(parent=municipality) for _ in range(8)]
    return found


@pytest.fixture
def writer(region: Region) -> User:
    return region.user(RoleCode.REGIONAL_COORDINATOR)


@pytest.fixture
def run(region: Region) -> Run:
    put(region.authority, RUS_5, dict.fromkeys(region.schools, (3, 8, 8, 4)))
    listed = [*region.schools[:2], *region.schools[4:9], region.schools[12]]  # seven of the first municipality, one
    return finished(region, listed, year=2025)


def words(printed: Printed) -> str:
    """All that the docx says, tables included."""
    document = Document(io.BytesIO(render(printed, "docx")))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_the_note_tells_method_data_and_limits_and_no_school(run: Run, region: Region, writer: User) -> None:
    said = words(papers.note(run, writer))
    for part in ("Правило:", "Источник:", "Доля самых низких школ", "ВПР, русский язык, 5 класс", "cd34", "ab12"):
        assert part in said
    assert "не оценивает труд учителей" in said
    assert "учтено меньше 25 работ, — 20" in said
    assert not [school for school in region.schools if school.short_name in said]
    assert (
        len(re.findall(r"^—$", said, re.M)) == 3
    )  # one of two municipalities has one school: neither number is told, nor the sum


def test_the_note_tells_numbers_that_give_nobody_away(region: Region, writer: User) -> None:
    listed = [*region.schools[:2], *region.schools[4:7], *region.schools[12:17]]  # five and five of ten
    said = words(papers.note(finished(region, listed, year=2025), writer))
    assert all(place.short_name in said for place in region.municipalities)


def test_the_annex_names_those_whom_the_rule_names(run: Run, region: Region, writer: User) -> None:
    said = words(papers.annex(run, writer))
    listed = set(run.verdicts.filter(flagged=True).values_list("organisation__short_name", flat=True))
    for school in region.schools:
        assert (school.short_name in said) == (school.short_name in listed)
    assert "служебного пользования" in said.lower()


def test_a_letter_names_the_schools_of_its_municipality_alone(run: Run, region: Region, writer: User) -> None:
    second = region.user(RoleCode.REGIONAL_COORDINATOR)
    selection = deciding.compose(run, by=writer, school_year=2025, title="Список", category=Category.LOW_RESULTS)
    made = deciding.approve(deciding.propose(selection, by=writer), by=second, document_text="приказ № 1")
    first, other = region.municipalities
    said = words(papers.letter(made, first, writer))
    assert "Школ вашего муниципалитета в нём: 7." in said
    assert region.schools[0].short_name in said
    assert region.schools[12].short_name not in said
    assert region.schools[12].short_name in words(papers.letter(made, other, writer))


def test_papers_leave_marked_and_journalled(run: Run, region: Region, writer: User, client: Client) -> None:
    client.force_login(writer)
    for name, args in (
        ("note", [run.public_id, "docx"]),
        ("annex", [run.public_id, "pdf"]),
        ("sheet", [region.schools[0].public_id, "docx"]),
        ("sheet", [region.schools[0].public_id, "pdf"]),
    ):
        answer = client.get(reverse(f"assessments:{name}", args=args))
        assert answer.status_code == 200
        assert answer.content[:4] in (b"PK\x03\x04", b"%PDF")
    assert Entry.objects.filter(code="exports.released", confidential=True).count() == 4
    assert client.get(reverse("assessments:note", args=[run.public_id, "exe"])).status_code == 404


def test_a_sheet_has_its_pictures(run: Run, region: Region, writer: User, client: Client) -> None:
    client.force_login(writer)
    answer = client.get(reverse("assessments:sheet", args=[region.schools[0].public_id, "docx"]))
    document = Document(io.BytesIO(answer.content))
    said = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Половина участников набрала не больше 40 баллов" in said
    described = [shape._inline.docPr.get("descr") for shape in document.inline_shapes]
    assert any("не справившихся" in (text or "") for text in described)


def test_strangers_get_no_paper(run: Run, region: Region, client: Client) -> None:
    client.force_login(region.user(RoleCode.MUNICIPAL_COORDINATOR))
    assert client.get(reverse("assessments:note", args=[run.public_id, "docx"])).status_code == 404
    assert client.get(reverse("assessments:sheet", args=[region.schools[2].public_id, "docx"])).status_code == 404
    assert client.get(reverse("assessments:sheet", args=[region.schools[0].public_id, "docx"])).status_code == 200
