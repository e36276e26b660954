"""A full disk or a lost database is said as what it is, and what was typed is kept by the browser."""

from __future__ import annotations

import errno

import pytest
from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper
from django.test import Client
from django.urls import reverse

from opora.ui.outages import AWAY, FULL, KEPT, outage_of
from tests.factories import Region

pytestmark = pytest.mark.django_db


def test_what_failed_is_told_by_its_cause() -> None:
    assert outage_of(OSError(errno.ENOSPC, "No space left on device")) == FULL
    assert outage_of(OperationalError("database or disk is full")) == FULL
    assert outage_of(OperationalError("server closed the connection unexpectedly")) == AWAY
    assert outage_of(ValueError("ours")) is None
    assert outage_of(None) is None
    wrapped = ValueError("while saving")
    wrapped.__cause__ = OSError(errno.EFBIG, "File too large")
    assert outage_of(wrapped) == FULL


@pytest.mark.parametrize(
    ("error", "title"),
    [
        (OperationalError("server closed the connection unexpectedly"), AWAY.title),
        (OperationalError("database or disk is full"), FULL.title),
    ],
)
def test_the_page_says_it_and_asks_nothing_of_the_database(
    region: Region, monkeypatch: pytest.MonkeyPatch, error: Exception, title: str
) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(region.user("regional_coordinator"))

    def fail(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr(CursorWrapper, "execute", fail)
    for url in ("/", reverse("documents:documents")):
        answer = client.get(url)
        page = answer.content.decode()
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert title in page
        assert KEPT in page
        assert 'data-drafts="keep"' in page  # the browser keeps what was typed
    alone = client.get("/", headers={"HX-Request": "true"})
    assert alone.status_code == 503
    assert "<" not in alone.content.decode()
    assert connection.vendor


def test_our_own_fault_is_none_of_these(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(region.user("regional_coordinator"))

    def fail(*args: object, **kwargs: object) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr("opora.journal.queries.visible", fail)
    answer = client.get(reverse("journal:entries"))
    assert answer.status_code == 500
    assert "Что-то сломалось" in answer.content.decode()
