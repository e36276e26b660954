"""A form with two versions, the second one being built."""

from __future__ import annotations

from opora.collection.actions import building
from opora.collection.definition import read
from tests.site.world.objects import World


def add_forms(world: World) -> None:
    field = {"key": "q0", "kind": "text", "title": f"Вопрос {world.word('Омикрон')}"}
    definition = read({"sections": [{"key": "a", "title": world.word("Омикрон"), "fields": [field]}]})
    by, territory = world.coordinator, world.region.authority
    world.form = building.create(
        by=by, territory=territory, title=f"Форма {world.word('Омикрон')}", kind="free", definition=definition
    )
    building.publish(world.form, by=by, revision=0)
    building.new_version(world.form, by=by)
