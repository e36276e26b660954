"""The whole way from a run to an approved list, an objection and its decision, by pages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.assessments.models import Objection, Selection
from opora.exports.models import Copy
from opora.lists.models import Category, ListEntry, SchoolList
from tests.assessments.deciding.composing import ORDER
from tests.assessments.runs import finished
from tests.factories import Region

pytestmark = pytest.mark.django_db


def test_the_whole_way_by_pages(region: Region, writer: User, second: User, client: Client) -> None:
    run = finished(region, region.schools[:2])
    client.force_login(writer)
    assert "Составить проект списка" in client.get(run.get_absolute_url()).content.decode()
    given_ = {"title": "Список 2026", "category": Category.LOW_RESULTS, "school_year": 2026, "outside": ""}
    answer = client.post(reverse("assessments:compose", args=[run.public_id]), given_)
    selection = Selection.objects.get()
    assert answer.headers["Location"] == selection.get_absolute_url()
    page = client.get(selection.get_absolute_url()).content.decode()
    assert "Передать на утверждение" in page
    assert region.schools[0].short_name in page
    url = reverse("assessments:decide", args=[selection.public_id, region.schools[1].public_id])
    assert "Из 23 работ 9" in client.get(url).content.decode()
    refused = client.post(url, {"decision": "exclude", "reason": ""}).content.decode()
    assert "Напишите основание" in refused
    assert client.post(url, {"decision": "postpone", "reason": "Объединяется с соседней"}).status_code == 302
    add = reverse("assessments:add", args=[selection.public_id])
    added = {"school": region.schools[2].short_name, "reason": "Решение рабочей группы"}
    assert client.post(add, added).status_code == 302
    assert client.post(reverse("assessments:propose", args=[selection.public_id])).status_code == 302
    own = client.get(selection.get_absolute_url()).content.decode()
    assert "Утвердить должен другой человек" in own
    client.force_login(second)
    given_ = {"document_text": ORDER, "since": "2099-01-01"}
    refused = client.post(reverse("assessments:approve", args=[selection.public_id]), given_).content.decode()
    assert "ещё не наступил" in refused
    given_["since"] = "2026-08-20"
    answer = client.post(reverse("assessments:approve", args=[selection.public_id]), given_)
    made = SchoolList.objects.get()
    assert answer.headers["Location"] == reverse("lists:list", args=[made.public_id])
    assert set(ListEntry.objects.values_list("since", flat=True)) == {dt.date(2026, 8, 20)}
    assert set(ListEntry.objects.values_list("organisation", flat=True)) == {
        region.schools[0].pk,
        region.schools[2].pk,
    }
    letters = reverse("assessments:letters", args=[made.public_id])
    for page in (selection.get_absolute_url(), reverse("lists:list", args=[made.public_id])):
        assert letters in client.get(page).content.decode()
    listed = client.get(letters).content.decode()
    for municipality in region.municipalities:
        assert municipality.short_name in listed
        for kind in ("docx", "pdf", "xlsx"):
            url = reverse("assessments:letter", args=[made.public_id, municipality.public_id, kind])
            assert url in listed
            assert client.get(url).status_code == 200
            assert Copy.objects.latest("pk").file_name.endswith(f".{kind}")
    head = region.user(RoleCode.SCHOOL_HEAD)
    client.force_login(head)
    school = client.get(reverse("assessments:school", args=[region.schools[0].public_id])).content.decode()
    assert "Возразить" in school
    url = reverse("assessments:object", args=[made.public_id, region.schools[0].public_id])
    assert client.post(url, {"text": " "}).status_code == 200
    assert not Objection.objects.exists()
    answer = client.post(url, {"text": "Отметки проставлены неверно"})
    filed = Objection.objects.get()
    assert answer.headers["Location"] == filed.get_absolute_url()
    client.force_login(writer)
    assert "Принять решение" in client.get(filed.get_absolute_url()).content.decode()
    url = reverse("assessments:answer", args=[filed.public_id])
    assert client.post(url, {"verdict": "reject", "text": "Проверено"}).status_code == 302
    assert "отклонено" in client.get(reverse("assessments:objections")).content.decode()
