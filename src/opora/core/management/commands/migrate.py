"""`migrate`, which fills an empty database at once: everything else is Django's."""

from __future__ import annotations

from typing import Any

from django.core.management.base import no_translations
from django.core.management.commands import migrate
from django.db import connections

from opora.core.tables import fill_empty

_LESS = ("app_label", "plan", "check_unapplied", "fake", "fake_initial", "prune")  # asked for something else


class Command(migrate.Command):
    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        if not any(options[name] for name in _LESS):
            fill_empty(connections[options["database"]])
        super().handle(*args, **options)
