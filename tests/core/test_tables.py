"""New tables made together are what they are one after another; every migration makes them so."""

from __future__ import annotations

import itertools

from django.db import models
from django.db.migrations import CreateModel
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from opora.core.tables import CreateTables


def _key(to: str) -> models.Field[int, int]:
    return models.ForeignKey(to, on_delete=models.CASCADE, related_name="+")


def _table(name: str, **fields: models.Field[int, int]) -> CreateModel:
    return CreateModel(name, [("id", models.BigAutoField(primary_key=True)), *fields.items()])


def test_they_are_what_they_are_one_after_another() -> None:
    tables = [_table("Egg", hen=_key("yard.Hen"), nest=_key("yard.Nest")), _table("Hen", first=_key("yard.Egg"))]
    states = [ProjectState(), ProjectState()]
    for state, operations in zip(states, ([CreateTables(tables)], tables), strict=True):
        _table("Nest").state_forwards("yard", state)
        assert state.apps.get_models()
        for operation in operations:
            operation.state_forwards("yard", state)
    together, apart = states
    assert together == apart
    assert list(together.models) == list(apart.models)
    egg, hen, nest = (together.apps.get_model("yard", name) for name in ("Egg", "Hen", "Nest"))
    assert egg._meta.get_field("hen").related_model is hen
    assert hen._meta.get_field("first").related_model is egg
    assert egg._meta.get_field("nest").related_model is nest


def test_migrations_make_new_tables_together() -> None:
    own = [one for one in MigrationLoader(None).graph.nodes.values() if type(one).__module__.startswith("opora.")]
    assert len(own) > 50
    apart = [
        str(one)
        for one in own
        for pair in itertools.pairwise(one.operations)
        if all(isinstance(operation, CreateModel) for operation in pair)
    ]
    assert not apart, f"Wrap the new tables of these in opora.core.tables.CreateTables: {apart}"
