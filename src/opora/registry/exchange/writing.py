"""The registry in the form in which it is imported."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Sequence

import xlsxwriter
from django.db import transaction

from opora.core.actor import Actor, require
from opora.core.permissions import Permission
from opora.registry.exchange.columns import COLUMNS, ORGANISATIONS, PEOPLE, escaped
from opora.registry.models import Alias, Organisation, Post
from opora.ui import points

KINDS = {
    "xlsx": "Excel: организации и люди",
    "csv": "CSV: организации",
    "people.csv": "CSV: люди",
}
Rows = list[list[str | int | float]]


@transaction.atomic
def export(organisation: Organisation, by: Actor, kind: str) -> bytes:
    """The organisation with everything working below it; people only where the person may see them.

    It leaves as a marked and journalled copy.
    """
    require(by, Permission.REGISTRY_VIEW, organisation.path, to="получать копию реестра")
    if kind not in KINDS:
        raise ValueError(f"unknown kind {kind}")
    sees_people = by.may(Permission.PEOPLE_VIEW, organisation.path)
    if kind == "people.csv":
        require(by, Permission.PEOPLE_VIEW, organisation.path, to="видеть людей этой организации")
    sheets: dict[str, Rows] = {}
    if kind != "people.csv":
        sheets[ORGANISATIONS] = _organisations(organisation)
    if kind != "csv" and sees_people:
        sheets[PEOPLE] = _people(organisation)
    content = _workbook(sheets) if kind == "xlsx" else _comma_separated(*next(iter(sheets.items())))
    for leave in points.leaving:
        content = leave(by, f"Реестр, {organisation}.{kind}", content, organisation, organisation.path)
    return content


def _organisations(top: Organisation) -> Rows:
    aliases: dict[int, list[str]] = defaultdict(list)
    for alias in Alias.objects.filter(organisation__isnull=False).order_by("pk"):
        aliases[alias.organisation_id or 0].append(alias.name)
    return [
        [
            _code(row),
            row.get_kind_display(),
            row.name,
            row.short_name,
            _code(row.parent) if row.parent else "",
            row.settlement,
            row.address,
            row.email,
            row.phone,
            "" if row.pupils is None else row.pupils,
            "; ".join(aliases[row.pk]),
            "" if row.latitude is None else row.latitude,
            "" if row.longitude is None else row.longitude,
        ]
        for row in Organisation.objects.inside(top).active().select_related("parent").order_by("path")
    ]


def _people(top: Organisation) -> Rows:
    inside = Organisation.objects.inside(top).active()
    posts = Post.objects.filter(organisation__in=inside).select_related("person", "organisation")
    return [
        [
            _code(post.organisation),
            post.person.last_name,
            post.person.first_name,
            post.person.middle_name,
            post.title,
            "да" if post.is_head else "нет",
            post.person.email,
            post.person.phone,
            "",
        ]
        for post in posts.order_by("organisation__path", "-is_head", "person__sort_name", "pk")
    ]


def _code(organisation: Organisation) -> str:
    return organisation.code or organisation.short_name


def _workbook(sheets: dict[str, Rows]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, list(COLUMNS[name].values()), bold)
        sheet.set_column(0, len(COLUMNS[name]) - 1, 24)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, (int, float)):
                    sheet.write_number(number, column, value)
                elif value:
                    sheet.write_string(number, column, escaped(value))
    book.close()
    return buffer.getvalue()


def _comma_separated(name: str, rows: Iterable[Sequence[str | int | float]]) -> bytes:
    """UTF-8 with BOM and «;», as Russian spreadsheet programs open it by a double press."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS[name].values())
    writer.writerows([escaped(value) if isinstance(value, str) else value for value in row] for row in rows)
    return buffer.getvalue().encode("utf-8-sig")
