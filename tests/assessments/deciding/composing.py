"""A draft of a list from a run, and the list approved from it."""

from __future__ import annotations

from opora.access.models import User
from opora.assessments.actions import deciding
from opora.assessments.models import Selection
from opora.lists.models import Category, SchoolList
from opora.registry.models import Organisation
from tests.assessments.runs import finished
from tests.factories import Region

ORDER = "приказ от 20.08.2026 № 412"


def composed(region: Region, by: User, flagged: list[Organisation] | None = None) -> Selection:
    run = finished(region, region.schools[:2] if flagged is None else flagged)
    return deciding.compose(run, by=by, school_year=2026, title="Список 2026", category=Category.LOW_RESULTS)


def approved(region: Region, by: User, second: User, flagged: list[Organisation] | None = None) -> SchoolList:
    selection = deciding.propose(composed(region, by, flagged), by=by)
    return deciding.approve(selection, by=second, document_text=ORDER)
