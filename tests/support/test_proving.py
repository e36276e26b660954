"""The document of a step: a file that people attach, or a paper that Opora has itself."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.core.actor import Denied
from opora.core.clock import today
from opora.core.workflow import Refused, Stale
from opora.documents.actions import create_by_hand
from opora.exports.models import Copy
from opora.journal.models import Entry
from opora.support.actions import proving, stepping
from opora.support.forms.cases import DoForm
from opora.support.models import Case, Programme, StepDone, StepFile
from opora.support.queries import proofs
from tests.factories import Region
from tests.support.conftest import case_of
from tests.support.test_pages import page

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 letter"


def scan(name: str = "Письмо школе.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def informed(case: Case, head: User, municipal: User) -> StepDone:
    """Done with a file and no words."""
    assert case.step
    return stepping.do_step(case, by=municipal, step=case.step, attached=[scan()])


def test_a_file_is_the_document_of_a_step(informed: StepDone, head: User, client: Client) -> None:
    case, kept = informed.case, StepFile.objects.get()
    assert (informed.document_text, kept.file_name, kept.size) == ("Письмо школе.pdf", "Письмо школе.pdf", len(PDF))
    assert "Письмо" not in kept.file.name
    entry = Entry.objects.get(code="support.step_done")
    assert entry.data["files"] == ["Письмо школе.pdf"]
    url = reverse("support:step_file", args=[case.public_id, kept.public_id])
    for shown in (case.get_absolute_url(), reverse("support:case_documents", args=[case.public_id])):
        assert url in page(client, head, shown)
    answer = client.get(url)
    assert answer.content.startswith(PDF)
    assert "attachment" in answer["Content-Disposition"]
    copy = Copy.objects.get()
    assert (copy.confidential, copy.as_it_was, copy.actor_id) == (True, True, head.public_id)


def test_a_school_that_may_not_know_finds_no_file(
    informed: StepDone, region: Region, listed: object, client: Client
) -> None:
    stranger = region.user(RoleCode.SCHOOL_HEAD, region.schools[1])
    kept = StepFile.objects.get()
    assert not StepFile.objects.visible(stranger).exists()
    client.force_login(stranger)
    assert client.get(reverse("support:step_file", args=[informed.case.public_id, kept.public_id])).status_code == 404


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (scan("письмо.exe"), "не подходит"),
        (scan("письмо.docx"), "хотя так назван"),
        (scan("письмо.pdf", b""), "пуст"),
    ],
    ids=["kind", "other", "empty"],
)
def test_what_is_not_a_document_is_refused(
    case: Case, head: User, municipal: User, file: SimpleUploadedFile, told: str
) -> None:
    assert case.step
    with pytest.raises(Refused, match=told):
        stepping.do_step(case, by=municipal, step=case.step, attached=[file])
    assert case_of(case.school).step == case.step
    assert not StepFile.objects.exists()


def test_files_come_later_and_go_when_they_were_wrong(informed: StepDone, head: User, municipal: User) -> None:
    with pytest.raises(Denied):
        proving.attach(informed, by=head, attached=[scan()])
    proving.attach(informed, by=municipal, attached=[scan("Второе.docx", b"PK\x03\x04...")])
    with pytest.raises(Refused, match="не больше"):
        proving.attach(informed, by=municipal, attached=[scan()] * (proving.MOST - 1))
    wrong = StepFile.objects.get(file_name="Второе.docx")
    with pytest.raises(Denied):
        proving.detach(wrong, by=head)
    proving.detach(wrong, by=municipal)
    assert Entry.objects.get(code="support.step_file_removed").data["files"] == ["Второе.docx"]
    with pytest.raises(Stale):
        proving.detach(wrong, by=municipal)
    stepping.undo_step(informed.case, by=municipal, done=informed, reason="Не то")
    with pytest.raises(Stale):
        proving.attach(informed, by=municipal, attached=[scan()])


def test_a_closed_case_keeps_its_files(informed: StepDone, municipal: User) -> None:
    Case.objects.filter(pk=informed.case_id).update(state="left", step=None, closed_at=timezone.now())
    for change in (
        lambda: proving.attach(informed, by=municipal, attached=[scan()]),
        lambda: proving.detach(StepFile.objects.get(), by=municipal),
    ):
        with pytest.raises(Refused, match="Дело закрыто"):
            change()


def _signed(case: Case) -> Programme:
    now = timezone.now()
    told = {"sent_at": now, "sent_by": "Школа", "approved_at": now, "approved_by": "Район"}
    made = Programme.objects.create(
        case=case, made_by="Кто", version=2, state="approved", approved_document="приказ 77", **told
    )
    for number in (1, 2):
        told |= dict.fromkeys(("sent_at", "approved_at"), now + dt.timedelta(seconds=number))
        made.versions.create(number=number, approved_document="приказ 77", **told)
    return made


def test_the_paper_that_a_step_asks_for_is_found(case: Case, coordinator: User) -> None:
    _signed(case)
    known = proofs.of_case(case, coordinator)
    steps = {one.key: one for one in case.step_set.steps.all()}
    assert proofs.likely(steps["drafted"], known) == "version:2"
    assert proofs.likely(steps["approved"], known) == "approval:2"
    assert proofs.likely(steps["informed"], known) == ""
    assert known["version:1"].url == reverse("support:programme_version", args=[case.public_id, 1])
    form = DoForm(None, step=steps["approved"], known=known)
    assert form.fields["paper"].initial == "approval:2"
    assert "paper" not in DoForm(None, step=steps["approved"], known={}).fields


def test_a_step_points_to_a_paper(case: Case, coordinator: User, client: Client) -> None:
    _signed(case)
    drafted = case.step_set.steps.get(key="drafted")
    Case.objects.filter(pk=case.pk).update(step=drafted)
    with pytest.raises(Refused, match="больше нет"):
        stepping.do_step(case, by=coordinator, step=drafted, paper="version:7")
    done = stepping.do_step(case, by=coordinator, step=drafted, paper="version:2")
    assert done.document_text.startswith("Отправленная версия: 2")
    shown = page(client, coordinator, case.get_absolute_url())
    assert reverse("support:programme_version", args=[case.public_id, 2]) in shown


def test_the_first_step_points_to_the_document_of_its_list_for_those_who_see_it(
    case: Case, coordinator: User, municipal: User, region: Region, client: Client
) -> None:
    given = {"kind": "order", "date": today(), "title": "Приказ о списке", "confidential": True}
    order = create_by_hand(by=coordinator, organisation=region.authority, **given)
    case.entry.list.document_id = order.public_id
    case.entry.list.save()
    StepDone.objects.filter(case=case).update(paper=f"list_document:{order.public_id}")
    url = reverse("documents:document", args=[order.public_id])
    assert url in page(client, coordinator, case.get_absolute_url())
    assert url not in page(client, municipal, case.get_absolute_url())


def test_a_step_whose_document_is_not_told_asks_for_it_on_the_page(
    case: Case, head: User, municipal: User, client: Client
) -> None:
    client.force_login(municipal)
    url = reverse("support:do", args=[case.public_id])
    answer = client.post(url, {"comment": "Да"})
    assert answer.status_code == 422
    assert "выберите из документов дела или приложите" in answer.content.decode()
    assert client.post(url, {"attached": [scan(), scan("Приказ.pdf")]}).status_code == 302
    assert {one.file_name for one in StepFile.objects.all()} == {"Письмо школе.pdf", "Приказ.pdf"}
    done = case.done.all().standing().get(step__key="informed")
    more = reverse("support:attach_to_step", args=[case.public_id, done.public_id])
    assert client.post(more, {"attached": ""}).status_code == 422
    assert client.post(more, {"attached": [scan("Ещё.pdf")]}).status_code == 302
    last = StepFile.objects.get(file_name="Ещё.pdf")
    gone = reverse("support:remove_step_file", args=[case.public_id, last.public_id])
    assert "Убрать «Ещё.pdf»" in client.post(gone).content.decode()
    assert client.post(gone, {"confirmed": "1"}).status_code == 302
    assert not StepFile.objects.filter(pk=last.pk).exists()
