"""Results as they were loaded: a loading before its answers, parts that count and that were replaced."""

from __future__ import annotations

from django.core.files.base import ContentFile
from django.utils import timezone

from opora.assessments.models import Loading, LoadingState, Part, Scale
from tests.site.world.objects import World


def add_results(world: World) -> None:
    by, territory = world.coordinator, world.region.authority
    world.loading = Loading.objects.create(
        territory=territory, title=f"Результаты {world.word('Гамма')}", state=LoadingState.ASKING, loaded_by=by.label
    )
    mapping = {"columns": [{"header": "Код", "field": "school_id", "facts": {}}], "constants": {}, "signature": "s"}
    figures = dict.fromkeys(("rows", "taken", "absent", "set_aside", "totals"), 1)
    sheet = {"sheet": "", "layout": "pupils", "mapping": mapping, "facts": {}, "sources": {}, "examples": [], **figures}
    world.loaded_file = world.loading.files.create(
        file_name=f"{world.word('Гамма')}.csv", file_size=1, sha256="0" * 64, state="read", sheets=[sheet]
    )
    world.loaded_file.original.save("a.csv", ContentFile(b"1"))
    said = f"Школа {world.word('Гамма')}"
    world.match = world.loading.matches.create(
        key="?1", said=said, rows=1, organisation=world.region.schools[0], state="proposed"
    )
    world.loading.set_aside.create(file="a.csv", row=1, reason=f"Отметка {world.word('Гамма')}")
    done = Loading.objects.create(
        territory=territory,
        title="Принятые",
        state="taken",
        taken_at=timezone.now(),
        taken_by="Кто",
        loaded_by=by.label,
    )
    world.part, world.other_part = (_part(world, done, state) for state in ("current", "replaced"))
    limits = {"last_2": 1, "last_3": 2, "last_4": 3}
    world.scale = Scale.objects.create(
        territory=territory, year=2020, subject="mat", grade=5, made_by=world.word("Гамма"), **limits
    )


def _part(world: World, loading: Loading, state: str) -> Part:
    """Results of the first school, one pupil in its grade for each region's number."""
    key = {"year": 2020, "procedure": "vpr", "subject": "mat", "grade": 5 if state == "current" else 6}
    made = Part.objects.create(
        loading=loading, territory=loading.territory, **key, state=state, schools=1, accepted_at=timezone.now()
    )
    figures = {"participants": 5, "failed": 2, "marks_2": 2, "marks_3": 3}
    made.results.create(organisation=world.region.schools[0], **key, **figures, current=state == "current")
    return made
