"""An import: rows are kept, shown against the registry and the list as they are, and applied once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.core.workflow import Refused, Stale
from opora.lists.actions import RIGHT, replace_entries
from opora.lists.files import SourceRow
from opora.lists.matching import AMBIGUOUS, FOUND, MISSING, Match, Matcher
from opora.lists.models import ListImport, SchoolList
from opora.registry.models import Organisation

KEPT = dt.timedelta(days=1)


@dataclass(slots=True)
class Plan:
    """What the import would make of the list."""

    matches: list[Match]
    added: list[Organisation] = field(default_factory=list)
    removed: list[Organisation] = field(default_factory=list)
    changed: bool = False  # whether applying would change anything, order and notes with it

    @property
    def found(self) -> list[Match]:
        return [match for match in self.matches if match.state == FOUND]

    @property
    def ambiguous(self) -> list[Match]:
        return [match for match in self.matches if match.state == AMBIGUOUS]

    @property
    def missing(self) -> list[Match]:
        return [match for match in self.matches if match.state == MISSING]

    @property
    def problems(self) -> list[Match]:
        """In the order of the file."""
        return [match for match in self.matches if match.state != FOUND]

    @property
    def entries(self) -> list[tuple[Organisation, str]]:
        return [(match.school, match.row.note) for match in self.matches if match.school]


@transaction.atomic
def keep(school_list: SchoolList, *, by: Actor, rows: Sequence[SourceRow], name: str = "") -> ListImport:
    """Keep rows until they are applied; nothing of the list changes."""
    require(by, Permission.LISTS_EDIT, school_list.territory.path, to=RIGHT)
    if not school_list.is_draft:
        raise Refused("Список утверждён. Чтобы изменить его, сначала верните его в работу.")
    forget_imports()
    return ListImport.objects.create(
        school_list=school_list, actor_id=by.actor_id, name=name[:200], rows=[row.as_json() for row in rows]
    )


def forget_imports() -> None:
    """The clock: rows of yesterday go, whether or not they were applied."""
    ListImport.objects.filter(created_at__lt=timezone.now() - KEPT).delete()


def plan(kept: ListImport) -> Plan:
    """The rows against the registry and the list as they are now."""
    matcher = Matcher(kept.school_list.territory)
    plan = Plan(_without_doubles([matcher.match(SourceRow(**row)) for row in kept.rows]))
    old = list(kept.school_list.entries.all().standing().select_related("organisation"))
    known = {entry.organisation_id for entry in old}
    wanted = {school.pk for school, _ in plan.entries}
    plan.added = [school for school, _ in plan.entries if school.pk not in known]
    plan.removed = [entry.organisation for entry in old if entry.organisation_id not in wanted]
    plan.changed = [(entry.organisation_id, entry.note) for entry in old] != [
        (school.pk, note) for school, note in plan.entries
    ]
    return plan


@transaction.atomic
def apply(kept: ListImport, *, by: Actor) -> bool:
    """Make the list consist of the rows, if every one of them is a school. Whether that changed anything."""
    require(by, Permission.LISTS_EDIT, kept.school_list.territory.path, to=RIGHT)
    found = ListImport.objects.select_for_update().filter(pk=kept.pk, actor_id=by.actor_id).first()
    if found is None:
        raise Stale("Эта загрузка уже применена. Откройте список и посмотрите.")
    made = plan(found)
    if made.problems:
        raise Refused(f"Не все школы найдены, строк с вопросами: {len(made.problems)}. Ничего не изменено.")
    changed = replace_entries(found.school_list, by=by, entries=made.entries)
    found.delete()
    return changed


def _without_doubles(matches: list[Match]) -> list[Match]:
    """A school named twice is a question to the person."""
    rows: dict[int, int] = {}
    result = []
    for match in matches:
        if match.school and match.school.pk in rows:
            text = f"Школа «{match.school}» уже указана в строке {rows[match.school.pk]}."
            match = Match(match.row, AMBIGUOUS, text=text)
        elif match.school:
            rows[match.school.pk] = match.row.number
        result.append(match)
    return result
