"""The tables of the management reserve and of rewards."""

from __future__ import annotations

from opora.support.forms.reserve import CandidateFilter, RewardFilter
from opora.support.models.reserve import Candidate, Reward
from opora.support.queries import reserve as queries
from opora.ui.tables import Column, Table


def used(candidate: Candidate) -> str:
    """Where he is now, of what the person may know."""
    running = [one for one in candidate.seen if one.until is None]  # type: ignore[attr-defined]  # prefetched
    return "; ".join(f"{one} с {one.since:%d.%m.%Y}" for one in running)


class CandidateTable(Table[Candidate]):
    name = "reserve"
    title = "Управленческий резерв"
    confidential = True  # which schools they help
    saved = True
    columns = (
        Column("name", "Кандидат", str, sort=("sort_name", "pk"), link=Candidate.get_absolute_url),
        Column("post", "Должность", lambda row: row.post),
        Column(
            "organisation", "Где работает", lambda row: row.organisation, sort=("organisation__sort_name", "sort_name")
        ),
        Column("purposes", "Для чего", lambda row: row.purposes),
        Column(
            "state",
            "Состояние",
            lambda row: row.get_state_display(),
            sort=("state", "sort_name"),
            template="support/reserve/state.html",
        ),
        Column("used", "Назначен", used),
        Column("proposed", "Предложен", lambda row: row.created_at, sort=("pk",)),
    )
    default_sort = "name"
    filters = CandidateFilter
    search = staticmethod(queries.search_candidates)


class RewardTable(Table[Reward]):
    name = "rewards"
    title = "Поощрения"
    confidential = True
    columns = (
        Column("rewarded", "Кого", lambda row: row.rewarded),
        Column("side", "Сторона пары", lambda row: row.get_side_display(), sort=("side", "pk")),
        Column("kind", "Чем", lambda row: row.get_kind_display(), sort=("kind", "pk")),
        Column("ground", "За что", lambda row: row.ground, clamp=True),
        Column("document", "Документ", lambda row: row.document_text, clamp=True),
        Column("on", "Когда", lambda row: row.on, sort=("on", "pk")),
        Column("pair", "Пара", lambda row: row.pair, link=lambda row: row.pair.get_absolute_url()),
        Column(
            "municipality",
            "Муниципалитет школы",
            lambda row: row.pair.school.parent,
            sort=("pair__school__parent__sort_name",),
        ),
    )
    default_sort = "-on"
    filters = RewardFilter
    search = staticmethod(queries.search_rewards)
