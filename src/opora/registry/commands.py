"""`opora registry import|export FILE`: 0 done, 1 done with findings, 2 not done."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from django.db import transaction
from django.db.models.functions import Length

from opora.core.actor import Actor, Denied, System
from opora.core.permissions import Permission
from opora.core.workflow import Refused
from opora.registry.exchange import Plan, apply, export, read
from opora.registry.models import Organisation

SHOWN = 50  # problems and changes printed


def import_registry(file: Path, *, by: Actor, dry_run: bool, out: TextIO, err: TextIO) -> int:
    """Read the file, say what it changes, and unless `dry_run` apply it."""
    try:
        plan = read(file, by=by)
    except OSError as error:
        err.write(f"Файл «{file}» не прочитан: {error.strerror}.\n")
        return 2
    if plan.problems:
        for problem in plan.problems[:SHOWN]:
            err.write(f"{problem}\n")
        err.write(f"Ошибок: {len(plan.problems)}. Ничего не изменено.\n")
        return 2
    _say(plan, out)
    if dry_run:
        out.write("Проверка: ничего не изменено.\n")
        return 1 if not plan.is_empty else 0
    try:
        apply(plan, by=by)
    except (Denied, Refused) as error:
        err.write(f"{error}\n")
        return 2
    out.write("Загружено.\n" if not plan.is_empty else "Изменений нет.\n")
    return 0


def export_registry(file: Path, *, by: Actor, dry_run: bool, out: TextIO, err: TextIO) -> int:
    """Write the part of the registry that the person may see: xlsx, or csv by the ending (`.people.csv`: people)."""
    name = file.name.lower()
    kind = next((kind for kind in ("people.csv", "csv", "xlsx") if name.endswith(f".{kind}")), "")
    if not kind:
        err.write(f"Файл «{file}»: имя должно кончаться на .xlsx, .csv или .people.csv.\n")
        return 2
    top = _top(by)
    if top is None:
        err.write("Нет организаций, которые вам открыты.\n")
        return 2
    if dry_run:
        count = Organisation.objects.inside(top).active().count()
        out.write(f"Проверка: в файл вошли бы организации ({count}), {top}. Ничего не записано.\n")
        return 0
    try:
        with transaction.atomic():  # a copy that could not be written has not left
            content = export(top, by, kind)
            file.write_bytes(content)
    except Denied as error:
        err.write(f"{error}\n")
        return 2
    except OSError as error:
        err.write(f"Файл «{file}» не записан: {error.strerror}.\n")
        return 2
    out.write(f"Записано: {file} ({len(content)} байт), {top}.\n")
    return 0


def _top(by: Actor) -> Organisation | None:
    """The widest organisation whose people the person may see, else the widest of the directory."""
    shortest = Organisation.objects.order_by(Length("path"), "path")
    if isinstance(by, System):
        return shortest.first()
    people = shortest.filter(by.scope(Permission.PEOPLE_VIEW).q("path")).first()
    return people or shortest.visible(by).first()


def _say(plan: Plan, out: TextIO) -> None:
    out.write(
        f"Организаций: {len(plan.organisations)}, людей: {len(plan.people)}. "
        f"Новых строк: {plan.new}, изменённых: {plan.changed}, без изменений: {plan.same}.\n"
    )
    for number, change in enumerate(plan.changes()):
        if number == SHOWN:
            out.write("…\n")
            break
        place = f"лист «{change.sheet}», строка {change.row}, {change.subject}"
        out.write(f"{place}: {change.field}: {change.before} → {change.after}\n")
