"""Builds the demo region into an empty database: the same seed gives the same region."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from typing import TextIO

from django.conf import settings
from django.db import transaction

from opora.access.models import User
from opora.access.roles import ROLES
from opora.core.clock import today
from opora.lists.models import Category
from opora.registry.models import Organisation
from opora.site.demo.cases import build_cases
from opora.site.demo.changing import build_changes
from opora.site.demo.collecting import build_forms
from opora.site.demo.concerns import build_concerns
from opora.site.demo.control import build_control
from opora.site.demo.country import build_country
from opora.site.demo.development import build_development
from opora.site.demo.events import build_events
from opora.site.demo.lists import allow_pairs, build_list, entrust_some
from opora.site.demo.meetings import build_meetings
from opora.site.demo.mentoring import build_mentoring
from opora.site.demo.papers import build_papers
from opora.site.demo.programmes import build_programmes
from opora.site.demo.progress import build_progress
from opora.site.demo.region import COUNTRY, Account, build_people, build_region
from opora.site.demo.reserve import build_reserve
from opora.site.demo.results import build_results
from opora.site.demo.risks import build_risks
from opora.site.demo.studies import build_studies
from opora.site.demo.work import build_work


def build(*, schools: int, assignments: int, seed: int, out: TextIO, err: TextIO) -> bool:
    """The whole demo where there is none yet; False (and why) where the database holds something else."""
    marker = settings.DATA / "demo.json"
    if marker.exists():
        _say(json.loads(marker.read_text(encoding="utf-8")), out)
        return True
    if Organisation.objects.exists():
        err.write("База данных не пуста. Укажите для демонстрации другую папку: OPORA_DATA=demo-data opora demo\n")
        return False
    if not 40 <= schools <= 50_000:
        err.write("Школ должно быть от 40 до 50000.\n")
        return False
    rng = random.Random(seed)
    password = f"zarechye-{rng.randrange(1000, 10000)}"
    with transaction.atomic():
        out.write(f"Строим учебный регион: школ {schools}…\n")
        out.flush()
        region = build_region(schools, rng)
        accounts = build_people(region, password, rng)
        coordinator = User.objects.get(username=accounts[0].login)
        allow_pairs(region, coordinator)
        build_list(region, coordinator, Category.ADVERSE_CONDITIONS, rng)
    if schools > COUNTRY:
        build_list(region, coordinator, Category.LOW_RESULTS, rng)
        entrust_some(region, coordinator)
        build_country(region, coordinator, assignments, rng, out)
    else:
        out.write("Загружаем результаты за пять лет и считаем список…\n")
        out.flush()
        build_results(region, coordinator, User.objects.get(username="deputy"), seed)
        entrust_some(region, coordinator)
        out.write("Читаем документы и рассылаем поручения…\n")
        out.flush()
        build_work(region, coordinator, assignments, rng)
        build_control(region, coordinator)
        build_changes(region, coordinator)
        build_papers(region, coordinator)
        build_development(region, coordinator, rng)
        build_studies(region, coordinator)
        build_forms(region, coordinator, seed)
    build_cases(coordinator)
    build_risks(coordinator)
    build_concerns(coordinator)
    build_mentoring(coordinator)
    build_reserve(coordinator)
    build_programmes(coordinator, User.objects.get(username="deputy"))
    build_progress(coordinator)
    build_meetings(coordinator)
    build_events(coordinator)
    shown = {"password": password, "built": today().isoformat(), "accounts": [_shown(one) for one in accounts]}
    marker.write_text(json.dumps(shown, ensure_ascii=False, indent=1), encoding="utf-8")
    _say(shown, out)
    return True


def _shown(account: Account) -> dict[str, str]:
    role = ROLES[account.role].code.label
    return {"login": account.login, "role": str(role), "organisation": account.organisation.short_name}


def _say(shown: Mapping[str, object], out: TextIO) -> None:
    """The accounts, as the sign-in page shows them too."""
    out.write(f"Пароль всех учебных записей: {shown['password']}\n")
    accounts = shown["accounts"]
    if isinstance(accounts, list):
        for one in accounts:
            out.write(f"  {one['login']:<14} {one['role']}, {one['organisation']}\n")
    out.flush()
