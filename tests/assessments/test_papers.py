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
from opora.assessments.models import AreaLook, Run, SchoolSigns
from opora.assessments.queries import looking
from opora.documents.printing import Printed, render
from opora.journal.models import Entry
from opora.lists.models import Category
from tests import factories
from tests.assessments.looked import looked
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
    assert "Утверждён список «Список», 2025/26 учебный год. Документ: приказ № 1. Школ вашего муниципалитета" in said
    assert "в нём: 7." in said
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


def test_a_sheet_tells_the_signs_with_their_arithmetic(region: Region, writer: User) -> None:
    school = region.schools[0]
    put(region.authority, RUS_5, {school: (3, 8, 8, 4)})
    chosen = looking.Chosen.among(looking.school_rows(school, writer), "", "")
    assert "Не проверить: первичных баллов" in words(papers.sheet(school, chosen, writer))
    looked([region.authority], [school], 2025)
    said = words(papers.sheet(school, chosen, writer))
    assert "Проверено признаков: 2 из 14. Есть: 1." in said
    assert "Падение результатов когорты из 4 класса в 5: математика" in said
    assert "4 класс прошлого года набрал 82,0 % наибольшего балла, 5 класс этого года — 51,0 %: K = 1,61." in said
    assert "а не доказательство нарушения" in said


def test_the_note_tells_how_many_show_signs_and_what_that_limits(run: Run, region: Region, writer: User) -> None:
    assert "Признаки необъективности не проверены" in words(papers.note(run, writer))
    looked([region.authority, *region.municipalities], region.schools, 2025)
    clear = [*region.schools[:5], *region.schools[15:]]
    SchoolSigns.objects.filter(organisation__in=clear).update(shown=0, kinds=0, codes="")
    AreaLook.objects.filter(area=region.authority).update(shown=10)
    said = words(papers.note(run, writer))
    assert "Проверено школ: 20 из 20. Хотя бы один признак — у 10. Индекс объективности региона: 50" in said
    assert "не основание исключать её из списка" in said
    assert "Кого называет правило" not in said  # three of the named show none: too few to be told
    for named in (True, False):
        some = region.schools[:10] if named else region.schools[10:]
        run.verdicts.filter(organisation__in=some).update(flagged=named)
    (crossed,) = [one for one in papers.note(run, writer).tables if one.title and one.title.startswith("Кого")]
    assert crossed.sections[0].rows == [["Названы правилом", "5", "5"], ["Не названы", "5", "5"]]
    AreaLook.objects.filter(area=region.authority).update(shown=4)
    assert "число не названо" in words(papers.note(run, writer))


def test_papers_and_pages_of_a_rule_that_is_gone(run: Run, region: Region, writer: User, client: Client) -> None:
    Run.objects.filter(pk=run.pk).update(rule_id="gone", provenance={**run.provenance, "years": [2024, 2025]})
    run.refresh_from_db()
    selection = deciding.compose(run, by=writer, school_year=2025, title="Список", category=Category.LOW_RESULTS)
    second = region.user(RoleCode.REGIONAL_COORDINATOR)
    made = deciding.approve(deciding.propose(selection, by=writer), by=second, document_text="приказ № 1")
    school, other = region.schools[0], finished(region, region.schools[1:3], year=2025)
    said = words(papers.note(run, writer))
    assert "Правила «gone» в системе больше нет" in said
    assert "ВПР, русский язык, 5 класс" in said
    assert school.short_name in words(papers.annex(run, writer))
    assert school.short_name in words(papers.letter(made, region.municipalities[0], writer))
    client.force_login(writer)
    for address in (
        reverse("assessments:school", args=[school.public_id]),
        reverse("lists:school", args=[school.public_id]),
        reverse("assessments:sheet", args=[school.public_id, "docx"]),
        reverse("assessments:verdict", args=[run.public_id, school.public_id]),
        f"{reverse('assessments:compare', args=[run.public_id])}?with={other.public_id}",
        run.get_absolute_url(),
        reverse("assessments:rules"),
    ):
        assert client.get(address).status_code == 200, address
    page = client.get(reverse("assessments:verdict", args=[run.public_id, school.public_id])).content.decode()
    assert "Доля самых низких школ" not in page  # nobody says any more what the parameter is
    assert "within" in page
    assert "Правила «gone» нет" in client.get(reverse("assessments:start", args=["gone"])).content.decode()


def test_strangers_get_no_paper(run: Run, region: Region, client: Client) -> None:
    client.force_login(region.user(RoleCode.MUNICIPAL_COORDINATOR))
    assert client.get(reverse("assessments:note", args=[run.public_id, "docx"])).status_code == 404
    assert client.get(reverse("assessments:sheet", args=[region.schools[2].public_id, "docx"])).status_code == 404
    assert client.get(reverse("assessments:sheet", args=[region.schools[0].public_id, "docx"])).status_code == 200
