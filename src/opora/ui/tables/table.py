"""The table itself: what the URL asks of it, its rows, its links and its answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import F, Model, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property

from opora.core.subqueries import late
from opora.ui import copies, points, words
from opora.ui.forms import FilterForm
from opora.ui.requests import actor
from opora.ui.tables.cells import Cell, Chip, Column, Head, Leaf, plain

M = TypeVar("M", bound=Model)

SIZES = (25, 50, 100)  # rows of a page that the person may choose
FEW = 4000  # rows that are sorted rather than met on a walk
MANY = 10_000  # rows that are counted and paged through; of more the person is asked to choose
KINDS = {"xlsx": "Excel", "csv": "CSV"}


class _Paginator(Paginator[M]):
    """Pages as far as was counted."""

    count: int = 0  # set by the table, which counts no further than `MANY`


class Table(Generic[M]):
    """A list of rows as the URL asks: `?q=`, the filters' own fields, `?sort=-key`, `?page=`, `?size=`, `?to=xlsx`.

    Declare one by subclassing with class attributes, or by keyword arguments, which win. The queryset is what the
    person may see. Costs two queries (count and page) and what the filters ask for.
    """

    columns: Sequence[Column] = ()
    default_sort = ""
    search: Callable[[QuerySet[M], str], QuerySet[M]] | None = None
    filters: type[FilterForm] | None = None
    page_size = SIZES[0]
    name = ""
    title = ""
    confidential = False  # copies are journalled so that only those who may see the confidential lists read of them
    saved = False  # whether people keep its filters under names (`ui.saved`); one more query
    prefix = ""  # «prefix-» stands before every parameter, where a page has several tables

    def __init__(
        self,
        request: HttpRequest,
        queryset: QuerySet[M],
        *,
        columns: Sequence[Column] | None = None,
        default_sort: str | None = None,
        search: Callable[[QuerySet[M], str], QuerySet[M]] | None = None,
        filters: type[FilterForm] | None = None,
        page_size: int | None = None,
        name: str | None = None,
        title: str | None = None,
        prefix: str | None = None,
    ) -> None:
        self.request = request
        self._all = queryset
        self.columns = self.columns if columns is None else columns
        self.default_sort = self.default_sort if default_sort is None else default_sort
        self._search = search or self.search
        self.filters = filters or self.filters
        self.page_size = page_size or self.page_size
        self.name = name or self.name
        self.title = title or self.title
        self.prefix = self.prefix if prefix is None else prefix
        self._sortable = {column.key: column for column in self.columns if column.sort}
        if not self.name or self.default_sort.lstrip("-") not in self._sortable:
            raise ValueError("A table needs a name and a default sort by one of its sortable columns.")

    # -- state ---------------------------------------------------------------------------------------------------

    def _name(self, parameter: str) -> str:
        return f"{self.prefix}-{parameter}" if self.prefix else parameter

    def _asked(self, parameter: str) -> str:
        return self.request.GET.get(self._name(parameter), "").strip()

    @property
    def query(self) -> str:
        """The text searched for."""
        return self._asked("q") if self.searchable else ""

    @property
    def query_name(self) -> str:
        """The parameter of the text searched for."""
        return self._name("q")

    @property
    def searchable(self) -> bool:
        return self._search is not None

    @property
    def sort(self) -> str:
        """The key of the column sorted by, with «-» for descending; of many rows only as an index has them."""
        asked = self._asked("sort")
        column = self._sortable.get(asked.removeprefix("-"))
        if column is None or (self.many and (asked.startswith("-") or not column.indexed)):
            return self.default_sort
        return asked

    @property
    def size(self) -> int:
        asked = self._asked("size")
        return int(asked) if asked in map(str, SIZES) else self.page_size

    @cached_property
    def form(self) -> FilterForm | None:
        """The filter form, bound to the URL."""
        if self.filters is None:
            return None
        return self.filters(self.request.GET, user=actor(self.request), prefix=self.prefix or None)

    def url(self, **changes: object) -> str:
        """The address of this table with other parameters; an empty value takes one away."""
        query = self.request.GET.copy()
        query.pop(self._name("to"), None)
        for parameter, value in changes.items():
            query.pop(self._name(parameter), None)
            if value not in ("", None):
                query[self._name(parameter)] = str(value)
        for parameter in [key for key, values in query.lists() if not any(values)]:
            query.pop(parameter)
        return f"{self.request.path}?{query.urlencode()}" if query else self.request.path

    # -- rows ----------------------------------------------------------------------------------------------------

    @cached_property
    def _found(self) -> QuerySet[M]:
        """All rows that the URL asks for, in no order."""
        rows = self._all
        if self._search and self.query:
            rows = self._search(rows, self.query)
        if self.form and self.form.chosen:
            rows = self.form.apply(rows, self.form.chosen)
        return rows.order_by()

    @cached_property
    def _counted(self) -> int:
        return self._found[: MANY + 1].count()

    @cached_property
    def queryset(self) -> QuerySet[M]:
        """All rows that the URL asks for, in order."""
        return self._found.order_by(*self._order())

    def _order(self, *, walked: bool = True) -> list[OrderBy | str]:
        """The order that the URL asks for; the key decides between equal rows."""
        descending = self.sort.startswith("-")
        fields = self._sortable[self.sort.removeprefix("-")].sort
        model = self._all.model
        order = [_order(model, field, turned=descending, walked=walked) for field in fields if field != "pk"]
        return [*order, "-pk" if descending else "pk"]

    @cached_property
    def page(self) -> Page[M]:
        """The page asked for; the nearest there is where the number is out of range.

        Names are joined to its rows alone. Few rows are put in order when they are found: the database would walk an
        index through all others for them.
        """
        found = self._found.order_by(*self._order(walked=self._counted > FEW))
        paginator = _Paginator(found, self.size)
        paginator.count = min(self._counted, MANY)
        page = paginator.get_page(self._asked("page"))
        if isinstance(page.object_list, QuerySet) and not found.query.distinct:
            page.object_list = late(self._all, page.object_list)
        return page

    @property
    def many(self) -> bool:
        """Whether there are more rows than are counted and paged through."""
        return self._counted > MANY

    @property
    def total(self) -> int:
        """How many rows there are, `MANY` where there are more."""
        return self.page.paginator.count

    @property
    def total_words(self) -> str:
        """«129», «более 10 000»"""
        return f"более {words.number(MANY)}" if self.many else words.number(self.total)

    @property
    def narrowed(self) -> bool:
        """Whether a search or a filter is in force."""
        return bool(self.query or (self.form and self.form.chosen))

    def rows(self) -> Iterator[tuple[M, list[Cell]]]:
        """The rows of the page with their cells."""
        for row in self.page.object_list:
            yield (
                row,
                [Cell(column, column.value(row), column.link(row) if column.link else "") for column in self.columns],
            )

    # -- links ---------------------------------------------------------------------------------------------------

    def heads(self) -> Iterator[Head]:
        key, descending = self.sort.removeprefix("-"), self.sort.startswith("-")
        for column in self.columns:
            if not column.sort or (self.many and not column.indexed and column.key != key):
                yield Head(column)
            elif column.key == key and self.many:
                yield Head(column, "", "descending" if descending else "ascending")
            elif column.key == key:
                turned = key if descending else f"-{key}"
                yield Head(column, self.url(sort=turned, page=""), "descending" if descending else "ascending")
            else:
                yield Head(column, self.url(sort=column.key, page=""))

    def chips(self) -> Iterator[Chip]:
        if self.query:
            yield Chip(f"Поиск: {self.query}", self.url(q="", page=""))
        if self.form:
            for name, label in self.form.said():
                yield Chip(label, self.url(**{name: "", "page": ""}))

    def leaves(self) -> Iterator[Leaf]:
        """Numbers of pages: the first, the last and those around the current."""
        paginator = self.page.paginator
        for number in paginator.get_elided_page_range(self.page.number, on_each_side=2, on_ends=1):
            if isinstance(number, int):
                yield Leaf(str(number), self.url(page=number if number > 1 else ""), number == self.page.number)
            else:
                yield Leaf("…")

    def previous_url(self) -> str:
        return self.url(page=self.page.previous_page_number()) if self.page.has_previous() else ""

    def next_url(self) -> str:
        return self.url(page=self.page.next_page_number()) if self.page.has_next() else ""

    def sizes(self) -> Iterator[Leaf]:
        for size in SIZES:
            yield Leaf(str(size), self.url(size="" if size == self.page_size else size, page=""), size == self.size)

    @property
    def sizable(self) -> bool:
        """Whether another page size would show anything else."""
        return self.total > SIZES[0]

    def clear_url(self) -> str:
        """The table without search and filters, in the same order."""
        names = [*(self.form.fields if self.form else ()), "q", "page"]
        return self.url(**dict.fromkeys(names, ""))

    def copies(self) -> Iterator[tuple[str, str]]:
        """(«Excel», address) of each kind of copy that can be taken."""
        if next(iter(points.exporters), None):
            yield from ((label, self.url(to=kind, page="")) for kind, label in KINDS.items())

    def kept(self) -> Iterator[tuple[str, str]]:
        """Parameters that the search and filter form has to carry along: all but its own and the page."""
        own = {self._name(name) for name in [*(self.form.fields if self.form else ()), "q", "page", "to"]}
        for parameter, values in self.request.GET.lists():
            if parameter not in own:
                yield from ((parameter, value) for value in values if value)

    # -- answers -------------------------------------------------------------------------------------------------

    def export(self) -> HttpResponse | None:
        """All rows, not the page alone, as the file that `?to=` asks for."""
        kind = self._asked("to")
        if kind not in KINDS or next(iter(points.exporters), None) is None:
            return None
        columns = [column for column in self.columns if column.export]
        rows = ([plain(column.value(row)) for column in columns] for row in self.queryset.iterator(chunk_size=500))
        labels, sums = [column.label for column in columns], [column.total for column in columns]
        whole = copies.Summed(rows, sums) if any(sums) else rows
        copied = copies.Copied(self.name, self.title, labels, whole, kind, self._found, self.confidential)
        return copies.answer(self.request, copied)

    def response(self, template: str, context: dict[str, Any] | None = None) -> HttpResponse:
        """The page with this table as `table`; the table alone for HTMX; the file where a copy is asked for."""
        copy = self.export()
        if copy is not None:
            return copy
        alone = self.request.headers.get("HX-Target") == f"table-{self.name}"
        response = render(
            self.request,
            "ui/parts/table_alone.html" if alone else template,
            {"table": self, **(context or {})},
        )
        response.headers["Vary"] = ", ".join(filter(None, [response.headers.get("Vary"), "HX-Request", "HX-Target"]))
        return response


def _order(model: type[Model], field: str, *, turned: bool, walked: bool = True) -> OrderBy:
    """Absent values stand last in either direction, on every database; where there are none, an index is walked.

    Without `walked` no index has the order: what an expression says is sorted.
    """
    descending = field.startswith("-") != turned
    name = field.removeprefix("-")
    expression: F | Coalesce = F(name) if walked else Coalesce(name, name)
    stored = {one.name: one for one in model._meta.concrete_fields}  # else it was annotated, or leads to another table
    if name in stored and not stored[name].null:
        return expression.desc() if descending else expression.asc()
    return expression.desc(nulls_last=True) if descending else expression.asc(nulls_last=True)
