"""What is kept for a time goes by the clock, whether or not anybody comes back: see docs/security/personal-data.md."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from opora.access.roles import RoleCode
from opora.core.tasks import clock
from opora.lists import actions, importing
from opora.lists.files import SourceRow
from opora.lists.models import ListImport
from opora.registry.actions.imports import keep_upload
from opora.registry.models import Upload
from tests.factories import Region


@pytest.mark.parametrize(("after", "left"), [(dt.timedelta(hours=11), 1), (dt.timedelta(days=1, hours=1), 0)])
def test_what_was_loaded_and_who_was_signed_in_is_forgotten(region: Region, after: dt.timedelta, left: int) -> None:
    by = region.user(RoleCode.REGIONAL_COORDINATOR)
    made = actions.create_list(by=by, territory=region.authority, school_year=2026, title="Список")
    importing.keep(made, by=by, rows=[SourceRow(1, region.schools[0].short_name, "", "")])
    keep_upload(by=by, name="реестр.csv", content=b"code;name", digest="0" * 64)
    Client().force_login(by)
    with time_machine.travel(timezone.now() + after, tick=False):
        clock.tick()
    assert [model.objects.count() for model in (ListImport, Upload, Session)] == [left, left, left]
