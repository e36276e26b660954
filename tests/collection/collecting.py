"""A small region that collects a form: who acts, and the shortest way to a submission."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from opora.access.models import User
from opora.access.roles import RoleCode
from opora.collection.actions import building
from opora.collection.actions import campaigns as actions
from opora.collection.definition import read
from opora.collection.models import Campaign, FormVersion, Submission
from opora.collection.rows import NAME
from opora.core.clock import today
from opora.registry.models import Organisation
from tests import factories

FORM: dict[str, Any] = {
    "sections": [
        {
            "key": "about",
            "title": "О школе",
            "fields": [
                {"key": "name", "kind": "text", "title": "Название", "prefill": "short_name", "max": 200},
                {"key": "pupils", "kind": "number", "title": "Учеников", "min": 1, "max": 5000, "required": True},
                {"key": "teachers", "kind": "number", "title": "Учителей", "min": 0, "max": 500},
                {
                    "key": "share",
                    "kind": "number",
                    "title": "Учеников на учителя",
                    "decimals": 1,
                    "formula": "округлить(pupils / teachers; 1)",
                },
                {"key": "why", "kind": "text", "title": "Почему их нет", "condition": "teachers = 0", "required": True},
                {"key": "proof", "kind": "file", "title": "Приказ"},
            ],
        },
        {
            "key": "staff",
            "title": "Кадры",
            "fields": [
                {"key": "kinds", "kind": "several", "title": "Какие классы", "options": ["1–4", "5–9", "10–11"]},
                {
                    "key": "people",
                    "kind": "table",
                    "title": "Учителя",
                    "max": 4,
                    "columns": [
                        {"key": "who", "kind": "text", "title": "Кто", "required": True, "max": 100},
                        {"key": "hours", "kind": "number", "title": "Часов", "min": 0, "max": 40},
                        {"key": "twice", "kind": "number", "title": "Вдвое", "formula": "hours * 2"},
                    ],
                },
            ],
        },
    ]
}


@dataclass
class Collecting:
    region: factories.Region
    coordinator: User
    municipal: User
    head: User
    staff: User
    version: FormVersion

    @property
    def school(self) -> Organisation:
        return self.region.schools[0]

    def campaign(self, *picked: Organisation, **plan: Any) -> Campaign:
        """Sent to the organisations, by default to the first school."""
        whom = picked or (self.school,)
        given = {"title": "Сведения", "due": today() + dt.timedelta(days=10), "place": self.region.authority, **plan}
        if "group" not in given:
            given["picked"] = whom
        campaign = actions.prepare(self.version, actions.Plan(**given), by=self.coordinator)
        actions.send_all(campaign, by=self.coordinator)
        campaign.refresh_from_db()
        return campaign

    def submission(self, **plan: Any) -> Submission:
        return of(self.campaign(**plan), self.school)


def of(campaign: Campaign, school: Organisation) -> Submission:
    rows = Submission.objects.select_related("campaign__version__form", "campaign__territory", "organisation__parent")
    return rows.get(campaign=campaign, organisation=school)


def collecting(definition: dict[str, Any] | None = None, kind: str = "free", ready: str = "") -> Collecting:
    region = factories.region()
    coordinator = region.user(RoleCode.REGIONAL_COORDINATOR)
    form = building.create(
        by=coordinator,
        territory=region.authority,
        title="Сведения о школе",
        kind=kind,
        definition=None if ready else read(definition or FORM),
        ready=ready,
    )
    version = building.publish(form, by=coordinator, revision=0)
    roles = (RoleCode.MUNICIPAL_COORDINATOR, RoleCode.SCHOOL_HEAD, RoleCode.SCHOOL_STAFF)
    return Collecting(region, coordinator, *(region.user(role) for role in roles), version)


def cells(rows: Any) -> list[dict[str, Any]]:
    """Rows of a table without their names."""
    return [{key: one for key, one in row.items() if key != NAME} for row in rows or []]
