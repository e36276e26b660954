"""Rows of «Организации» against the organisations known."""

from __future__ import annotations

from collections import defaultdict

from opora.core.actor import LEVEL, Actor
from opora.core.permissions import Permission
from opora.core.text import fold
from opora.registry.exchange.columns import ORGANISATIONS
from opora.registry.exchange.fields import Cells
from opora.registry.exchange.plan import OrganisationItem, Plan, Value
from opora.registry.exchange.tables import Row
from opora.registry.models import Alias, Organisation
from opora.registry.models.organisations import LONGEST_PATH, OrganisationKind, OrganisationState

Place = Organisation | OrganisationItem
TEXTS = ("name", "short_name", "settlement", "address", "phone")


class Organisations:
    """Everything known of organisations, in two queries, with the rows of the file laid over it."""

    def __init__(self, plan: Plan, by: Actor | None) -> None:
        self._plan = plan
        self._by = by
        self.by_code: dict[str, Organisation] = {}
        self.by_pk: dict[int, Organisation] = {}
        self._by_name: dict[str, list[Organisation]] = defaultdict(list)
        for organisation in Organisation.objects.all():
            self.by_pk[organisation.pk] = organisation
            if organisation.code:
                self.by_code[organisation.code] = organisation
            else:
                self._by_name[fold(organisation.short_name)].append(organisation)
        self._taken: dict[tuple[object, str], object] = {}  # (territory, folded name) -> whom it means
        self.aliases: dict[int, list[str]] = defaultdict(list)
        for alias in Alias.objects.all():
            self._taken[alias.territory_id, alias.folded] = alias.organisation_id or -1
            if alias.organisation_id:
                self.aliases[alias.organisation_id].append(alias.name)
        self._items: dict[str, OrganisationItem] = {}
        self._rows: dict[int, OrganisationItem] = {}  # the same by the key of a known organisation

    def known(self, code: str) -> Organisation | None:
        """By its code; an organisation without one by its short name, as exports write it."""
        named = self._by_name.get(fold(code), [])
        return self.by_code.get(code) or (named[0] if len(named) == 1 else None)

    def place(self, code: str) -> Place | None:
        """An organisation of the registry or of the file."""
        return self.known(code) or self._items.get(code)

    def may(self, place: Place | None) -> bool:
        """Whether the one who imports may edit there; with nobody given everything is allowed."""
        if self._by is None:
            return True
        seen = 0
        while isinstance(place, OrganisationItem) and place.existing is None and seen <= len(self._items):
            place, seen = place.parent, seen + 1
        if isinstance(place, OrganisationItem):
            place = place.existing
        return self._by.may(Permission.REGISTRY_EDIT, place.path if place else "")

    def read(self, rows: list[Row]) -> None:
        read: list[tuple[Cells, OrganisationItem]] = []
        for row in rows:
            cells = Cells(ORGANISATIONS, row, self._plan.problems)
            item = self._item(cells)
            if item:
                read.append((cells, item))
                self._items[item.key] = item
                if item.existing:
                    self._rows[item.existing.pk] = item
        for cells, item in read:
            self._put(cells, item)
        for cells, item in read:
            self._check_place(cells, item)
        for cells, item in read:
            if cells.sound:
                self._compare(cells, item)
                self._plan.organisations.append(item)

    def _item(self, cells: Cells) -> OrganisationItem | None:
        """The row by itself, with all its cells checked."""
        named = cells.row.cells.get("code") or cells.row.cells.get("short_name", "")
        existing = self.known(named)
        repeated = self._items.get(named) or self._rows.get(existing.pk if existing else 0)
        if repeated:
            cells.wrong("code", f"Эта организация уже была в строке {repeated.row}.")
        if existing and existing.state == OrganisationState.CLOSED:
            cells.wrong("code", "Эта организация закрыта.")
        new = existing is None
        by_name = existing is not None and not existing.code and named not in self.by_code
        if new and "code" not in cells.row.cells:
            cells.wrong("code", "Заполните эту ячейку: по коду организацию узнают.")
        if not named:
            return None
        values: dict[str, Value] = {"code": "" if by_name else cells.text("code", Organisation)}
        values |= {key: cells.text(key, Organisation, needed=new and key == "short_name") for key in TEXTS}
        values |= {"email": cells.email(Organisation), "kind": cells.kind(), "pupils": cells.pupils()}
        values |= cells.coordinates()
        if new and "kind" not in cells.row.cells:
            cells.wrong("kind", "Заполните эту ячейку.")
        values = {key: value for key, value in values.items() if value not in ("", None)}
        if new:
            values.setdefault("name", values.get("short_name", ""))
        return OrganisationItem(cells.row.number, named, values, existing)

    def _put(self, cells: Cells, item: OrganisationItem) -> None:
        """Find the organisation above."""
        code = cells.row.cells.get("parent", "")
        if code:
            item.parent = self.place(code)
            if item.parent is None:
                cells.wrong("parent", "Организации с таким кодом нет ни в реестре, ни в файле.")
            elif isinstance(item.parent, Organisation) and item.parent.state == OrganisationState.CLOSED:
                cells.wrong("parent", "Эта организация закрыта.")
        elif item.existing is None and item.values.get("kind") != OrganisationKind.REGION_AUTHORITY:
            cells.wrong("parent", "Заполните эту ячейку: кому подчинена организация.")

    def _check_place(self, cells: Cells, item: OrganisationItem) -> None:
        if self._depth(item) > LONGEST_PATH // LEVEL:
            cells.wrong("parent", "Подчинение замкнуто в круг или слишком глубоко.")
        elif not self.may(item) or (item.parent and not self.may(item.parent)):
            cells.wrong("code", "Вы не можете изменять эту часть реестра.")

    def _depth(self, item: OrganisationItem) -> int:
        """How many levels the organisation will have above it, with itself; too many where it runs in a circle."""
        depth, place = 1, self._above(item)
        while place is not None and depth <= LONGEST_PATH // LEVEL:
            depth, place = depth + 1, self._above(place)
        return depth

    def _above(self, place: Place) -> Place | None:
        if isinstance(place, Organisation):
            item = self._rows.get(place.pk)
            if item and item.parent:
                return item.parent
            return self.by_pk.get(place.parent_id or 0)
        if place.parent is not None:
            return place.parent
        return self.by_pk.get(place.existing.parent_id or 0) if place.existing else None

    def _compare(self, cells: Cells, item: OrganisationItem) -> None:
        """What the row changes: every value of a new organisation, the different ones of a known one."""
        for key, value in item.values.items():
            old = getattr(item.existing, key) if item.existing else None
            if old != value:
                item.changes[key] = (old, value)
        above = self.by_pk.get(item.existing.parent_id or 0) if item.existing else None
        if item.parent is not None and _same(item.parent) is not above:
            item.changes["parent"] = (above.short_name if above else None, cells.row.cells["parent"])
        self._compare_aliases(cells, item)

    def _compare_aliases(self, cells: Cells, item: OrganisationItem) -> None:
        known = self.aliases.get(item.existing.pk, []) if item.existing else []
        own = {fold(name) for name in known} | {fold(str(item.values.get(key, ""))) for key in ("name", "short_name")}
        if item.existing:
            own |= {fold(item.existing.name), fold(item.existing.short_name)}
        for name in (part.strip() for part in cells.row.cells.get("aliases", "").split(";")):
            if not fold(name) or fold(name) in own:
                continue
            own.add(fold(name))
            place = (self._territory(item), fold(name))
            if place in self._taken:
                cells.wrong("aliases", f"Название «{name}» уже занято другой организацией.")
            elif len(name) > 500:
                cells.wrong("aliases", "Слишком длинно: не больше 500 знаков на одно название.")
            else:
                self._taken[place] = item.key
                item.aliases.append(name)
        if item.aliases:
            item.changes["aliases"] = ("; ".join(known) or None, "; ".join([*known, *item.aliases]))

    def _territory(self, item: OrganisationItem) -> object:
        above = _same(item.parent) if item.parent else self._above(item)
        if isinstance(above, Organisation):
            return above.pk
        return above.key if above else item.existing.pk if item.existing else item.key


def _same(place: Place) -> Place:
    """The organisation of the registry that a row of the file means, if there is one."""
    return place.existing if isinstance(place, OrganisationItem) and place.existing else place
