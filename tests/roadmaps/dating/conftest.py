"""The road map of that directive, not sent and sent."""

from __future__ import annotations

import pytest

from opora.access.models import User
from opora.documents.models import Document
from opora.lists.models import SchoolList
from opora.roadmaps import models
from opora.roadmaps.actions.building import build
from opora.roadmaps.actions.sending import send
from tests.roadmaps.dating.dated import DECREE


@pytest.fixture
def plan(document: Document, coordinator: User, listed: SchoolList) -> models.RoadMap:
    build(document, DECREE, coordinator)
    return models.RoadMap.objects.select_related("organisation", "document").get()


@pytest.fixture
def sent(plan: models.RoadMap, coordinator: User) -> models.RoadMap:
    send(plan, by=coordinator)
    plan.refresh_from_db()
    return plan
