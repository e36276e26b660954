"""The tables of mentors, pairs and proposals."""

from __future__ import annotations

from opora.support.forms.mentoring import MentorFilter, PairFilter, ProposedFilter
from opora.support.models.mentoring import Mentor, Pair, Proposed
from opora.support.queries import mentoring as queries
from opora.ui.tables import Column, Table


class MentorTable(Table[Mentor]):
    name = "mentors"
    title = "Наставники"
    confidential = True  # how many schools each helps
    columns = (
        Column("mentor", "Наставник", str, sort=("organisation__sort_name", "sort_name"), link=Mentor.get_absolute_url),
        Column("kind", "Вид", lambda row: row.get_kind_display(), sort=("kind", "organisation__sort_name")),
        Column("subjects", "Предметы", lambda row: row.subjects),
        Column("good_at", "Сильные стороны", lambda row: row.good_at, clamp=True),
        Column("taken", "Школ сейчас", lambda row: row.taken, sort=("taken",), align="end"),
        Column("load", "Нагрузка", lambda row: row.load, sort=("load",), align="end"),
        Column("state", "Состояние", lambda row: row.get_state_display(), sort=("state",)),
    )
    default_sort = "mentor"
    filters = MentorFilter
    search = staticmethod(queries.search_mentors)


def attention(pair: Pair) -> str:
    """What is missing in a pair, in words."""
    found = []
    if pair.is_active and not pair.agreement:
        found.append("нет соглашения")
    if pair.is_active and pair.late:  # type: ignore[attr-defined]  # annotated
        found.append("просрочен план")
    if pair.is_active and not pair.contacts_count:  # type: ignore[attr-defined]  # annotated
        found.append("контактов не было")
    return "; ".join(found)


class PairTable(Table[Pair]):
    name = "pairs"
    title = "Пары школ"
    confidential = True
    saved = True
    columns = (
        Column("school", "Школа", lambda row: row.school, sort=("school__sort_name",), link=Pair.get_absolute_url),
        Column("mentor", "Наставник", lambda row: row.mentor, sort=("mentor__organisation__sort_name",)),
        Column("kind", "Вид", lambda row: row.get_kind_display(), sort=("kind",)),
        Column("year", "Учебный год", lambda row: row.year, sort=("school_year",)),
        Column(
            "municipality",
            "Муниципалитет школы",
            lambda row: row.school.parent,
            sort=("school__parent__sort_name", "school__sort_name"),
        ),
        Column("attention", "Чего не хватает", attention),
        Column("state", "Состояние", lambda row: row.get_state_display(), sort=("state",)),
    )
    default_sort = "-year"
    filters = PairFilter
    search = staticmethod(queries.search_pairs)


def _held(row: Proposed) -> str:
    if row.fixed:
        return "закреплена"
    return f"запрещено: {len(row.forbidden)}" if row.forbidden else ""


class ProposedTable(Table[Proposed]):
    name = "proposal"
    title = "Подбор пар"
    confidential = True
    columns = (
        Column("school", "Школа", lambda row: row.school, sort=("school__sort_name",)),
        Column("municipality", "Муниципалитет", lambda row: row.school.parent, sort=("school__parent__sort_name",)),
        Column("mentor", "Наставник", lambda row: row.mentor or "нет", sort=("mentor__organisation__sort_name",)),
        Column("points", "Баллов", lambda row: row.points, sort=("points",), align="end"),
        Column("reason", "Почему", lambda row: row.reason, clamp=True),
        Column("held", "Решено вручную", _held),
    )
    default_sort = "school"
    filters = ProposedFilter
    search = staticmethod(queries.search_proposed)
