"""Every address of the application and who is answered there: what is not said here is answered 404 (or 403)."""

from __future__ import annotations

from tests.site.access_table.allauth import ALLAUTH
from tests.site.access_table.collection import COLLECTION
from tests.site.access_table.development import DEVELOPMENT
from tests.site.access_table.documents import DOCUMENTS, DRAFTS, LETTERS
from tests.site.access_table.events import EVENTS
from tests.site.access_table.lists import LISTS
from tests.site.access_table.names import NAMES, OPEN_TEXT
from tests.site.access_table.others import NOTICES, OTHERS
from tests.site.access_table.registry import REGISTRY
from tests.site.access_table.results import RESULTS
from tests.site.access_table.roadmaps import ROADMAPS
from tests.site.access_table.support import SUPPORT

__all__ = ["ALLAUTH", "NAMES", "OPEN_TEXT", "TABLE", "TABLES"]

TABLES = (
    "roadmaps:postponements",
    *("collection:forms", "collection:campaigns", "collection:campaign", "collection:submissions"),
    "development:helps",
    *("development:events", "development:event_people"),
    *("development:instruments", "development:diagnoses", "development:studies"),
    "collection:consolidated",
    *("documents:documents", "roadmaps:roadmaps", "roadmaps:assignments", "registry:organisations", "registry:people"),
    *("support:mentors", "support:pairs", "support:proposal", "support:visits", "support:reserve", "support:rewards"),
    *("notices:notices", "notices:mails", "support:cases", "support:concerns", "support:programmes"),
    "support:meetings",
    *("assessments:loadings", "assessments:loading", "assessments:aside", "assessments:matches"),
    *("assessments:parts", "assessments:part", "assessments:scales", "assessments:contexts"),
    *("assessments:area_schools", "assessments:runs", "assessments:run", "assessments:compare"),
    *("assessments:trials", "assessments:trial", "assessments:own_rule"),
    *("assessments:selections", "assessments:selection", "assessments:objections", "assessments:leavings"),
    *(
        "lists:lists",
        "lists:list",
        "lists:school",
        "lists:entrustments",
        "lists:on_day",
        "assessments:letters",
        "journal:entries",
        "access:accounts",
        "access:invitations",
    ),
)

TABLE = {
    **DOCUMENTS,
    **LETTERS,
    **DRAFTS,
    **ROADMAPS,
    **REGISTRY,
    **LISTS,
    **RESULTS,
    **SUPPORT,
    **COLLECTION,
    **DEVELOPMENT,
    **EVENTS,
    **OTHERS,
    **NOTICES,
    **ALLAUTH,
}
