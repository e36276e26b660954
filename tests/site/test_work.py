"""The worker as the supervisor starts it."""

from __future__ import annotations

import pytest
from django.urls import clear_url_caches, get_resolver

from opora.core.tasks import worker
from opora.site import work


def test_it_knows_all_addresses_before_its_first_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise they were imported by a reminder that held the only writer's place in the embedded database."""
    started: list[tuple[str, bool]] = []
    monkeypatch.setattr(work, "ready", lambda: "")
    monkeypatch.setattr(
        worker, "run_worker", lambda queue: started.append((queue, "url_patterns" in vars(get_resolver())))
    )
    clear_url_caches()
    assert work.main("bulk") == 0
    assert started == [("bulk", True)]
