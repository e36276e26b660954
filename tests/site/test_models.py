"""Rules that every table keeps, checked by walking over all models."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

from opora.core.models import PublicModel
from opora.site.settings import INSTALLED_APPS

OURS = [
    model
    for config in apps.get_app_configs()
    if config.name in INSTALLED_APPS and config.name.startswith("opora.")
    for model in config.get_models()
]


def label(model: type[models.Model]) -> str:
    return model._meta.label


@pytest.mark.parametrize("model", [m for m in OURS if issubclass(m, PublicModel)], ids=label)
def test_whatever_has_an_address_can_be_cut_to_what_a_person_may_see(model: type[models.Model]) -> None:
    assert callable(getattr(model._default_manager, "visible", None)), f"{label(model)} needs visible(user)"


@pytest.mark.parametrize("model", OURS, ids=label)
def test_when_and_by_whom_are_set_together(model: type[models.Model]) -> None:
    names = {field.name for field in model._meta.get_fields()}
    pairs = [(name, name[:-3] + "_by") for name in names if name.endswith("_at") and name[:-3] + "_by" in names]
    conditions = " ".join(str(c.condition) for c in model._meta.constraints if isinstance(c, models.CheckConstraint))
    for at, by in pairs:
        if model._meta.get_field(at).null:
            assert at in conditions, f"{label(model)}: a constraint must tie {at} and {by}"
            assert by in conditions, f"{label(model)}: a constraint must tie {at} and {by}"


@pytest.mark.parametrize("model", OURS, ids=label)
def test_choices_of_states_are_held_by_the_database(model: type[models.Model]) -> None:
    conditions = " ".join(str(c.condition) for c in model._meta.constraints if isinstance(c, models.CheckConstraint))
    for field in model._meta.get_fields():
        if isinstance(field, models.CharField) and field.name == "state" and field.choices:
            assert "state" in conditions, f"{label(model)}: only states of the workflow may be stored"


def test_the_walk_found_the_tables() -> None:
    assert {"registry.Organisation", "access.Membership", "journal.Entry"} <= {label(m) for m in OURS}
