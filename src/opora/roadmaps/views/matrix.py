"""«Матрица»: activity × municipality, each cell a colour, a sign and a number that lead to their list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationQuerySet
from opora.roadmaps.models import Activity, RoadMap, Section
from opora.roadmaps.queries import counts
from opora.roadmaps.views.common import head, seen_roadmap
from opora.ui.requests import actor
from opora.ui.tables import Column, Table

COLUMNS = 40  # activities shown at once; of a longer road map, one section
SIGNS = {"overdue": "!", "done": "✓", "reported": "?", "open": "…"}
WORDS = {"overdue": "просрочено", "done": "исполнено", "reported": "на проверке", "open": "исполняется"}

_CELL = (
    '<a class="cell-count cell-{}" href="{}" title="{}"><span aria-hidden="true">{}</span> {}/{}'
    '<span class="visually-hidden"> {}</span></a>'
)


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands where an activity and an organisation meet; as a text in copies."""

    counts: counts.Counts
    url: str

    @property
    def state(self) -> str:
        one = self.counts
        if one.overdue:
            return "overdue"
        if one.accepted == one.total:
            return "done"
        return "reported" if one.accepted + one.reported == one.total else "open"

    @property
    def word(self) -> str:
        return WORDS[self.state] + (f" {self.counts.overdue}" if self.counts.overdue else "")

    def __str__(self) -> str:
        return self.counts.words

    def __html__(self) -> SafeString:
        state, word, one = self.state, self.word, self.counts
        return format_html(_CELL, state, self.url, word, SIGNS[state], one.accepted, one.total, word)


class MatrixTable(Table[Organisation]):
    name = "matrix"
    title = "Исполнение по мероприятиям и территориям"
    default_sort = "name"

    search = staticmethod(lambda rows, text: OrganisationQuerySet.matching(rows, text))


@require_GET
def matrix(request: HttpRequest, public_id: str) -> HttpResponse:
    """One query for all cells of the page, whatever its size."""
    user = actor(request)
    found = seen_roadmap(request, public_id, own_work=counts.own_work(user))
    rows = Activity.objects.in_force().filter(roadmap=found).select_related("section").order_by("order")
    activities = list(rows)
    sections = sorted({one.section for one in activities}, key=lambda one: (one.order, one.pk))
    section = _section(request, sections, len(activities))
    chosen = [one for one in activities if section is None or one.section_id == section.pk]
    cells: dict[tuple[int, str], counts.Counts] = {}
    columns = [
        Column("name", "Территория", lambda one: one.short_name, sort=("sort_name",), indexed=True),
        *(_column(one, found, cells, whole="to" in request.GET) for one in chosen),
    ]
    table = MatrixTable(request, counts.territories(found, user), columns=columns)
    table.confidential = found.confidential
    cells |= counts.matrix(found, user, table.queryset if "to" in request.GET else table.page.object_list)
    context = {
        "activities": chosen,
        "parts": _parts(request, sections, section) if len(sections) > 1 else [],
        "signs": [(code, SIGNS[code], word) for code, word in WORDS.items()],
    }
    return table.response("roadmaps/roadmap_matrix.html", {**head(request, found, "matrix"), **context})


def _section(request: HttpRequest, sections: list[Section], activities: int) -> Section | None:
    """The section asked for; the first of a road map that is too long to be shown at once; else none: all of them."""
    asked = request.GET.get("section", "")
    if asked.isdigit() and 1 <= int(asked) <= len(sections):
        return sections[int(asked) - 1]
    return sections[0] if activities > COLUMNS and len(sections) > 1 and "to" not in request.GET else None


def _parts(request: HttpRequest, sections: list[Section], section: Section | None) -> list[tuple[str, str, bool]]:
    """(title, address, whether shown) of each section."""
    return [
        (one.title or f"Раздел {number}", f"{request.path}?section={number}", one == section)
        for number, one in enumerate(sections, 1)
    ]


def _column(
    activity: Activity, roadmap: RoadMap, cells: dict[tuple[int, str], counts.Counts], *, whole: bool
) -> Column:
    """A copy names the activity as a whole, the page by its number: the texts stand below."""
    label = activity.number or str(activity.order)
    return Column(
        f"a{activity.order}",
        f"{label}. {activity.text}" if whole else label,
        _cell(activity, roadmap, cells),
    )


def _cell(
    activity: Activity, roadmap: RoadMap, cells: dict[tuple[int, str], counts.Counts]
) -> Callable[[Organisation], Cell | None]:
    base = reverse("roadmaps:assignments")

    def value(organisation: Organisation) -> Cell | None:
        found = cells.get((activity.pk, organisation.path))
        if found is None:
            return None
        where = "executor" if organisation.pk == roadmap.organisation_id else "below"
        query = urlencode({"activity": activity.public_id, where: organisation.public_id})
        return Cell(found, f"{base}?{query}")

    return value
