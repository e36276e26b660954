"""Who accepts the reports of an executor."""

from __future__ import annotations

from collections.abc import Mapping

from opora.core.actor import LEVEL
from opora.registry.models import Organisation
from opora.registry.models.organisations import OrganisationKind


class Controllers:
    """The municipality of a school in the issuer's territory; for all others the issuer. One query for any number.

    `named` tells otherwise for some, by the key of the executor.
    """

    def __init__(self, issuer: Organisation, named: Mapping[int, Organisation] | None = None) -> None:
        self.issuer = issuer
        self._named = named or {}
        above = Organisation.objects.inside(issuer).of_kind(OrganisationKind.MUNICIPAL_AUTHORITY)
        self._above = {one.path: one for one in above}

    def of(self, executor: Organisation) -> Organisation:
        if executor.pk in self._named:
            return self._named[executor.pk]
        if executor.kind != OrganisationKind.SCHOOL:
            return self.issuer
        return self._above.get(executor.path[:-LEVEL], self.issuer)
