"""Rows of «Люди» against the people known."""

from __future__ import annotations

from collections import Counter, defaultdict

from opora.core.text import fold
from opora.registry.exchange.columns import PEOPLE
from opora.registry.exchange.fields import Cells
from opora.registry.exchange.organisations import Organisations, Place
from opora.registry.exchange.plan import OrganisationItem, PersonItem, Plan, Value
from opora.registry.exchange.tables import Row
from opora.registry.models import Organisation, Person, Post
from opora.registry.models.organisations import OrganisationState

NAMES = ("last_name", "first_name", "middle_name")
CONTACTS = ("email", "phone")


class People:
    """People with their posts, in one query, and the rows of the file laid over them.

    A row means the person of that name in that organisation, or else the one of that name and address elsewhere.
    """

    def __init__(self, plan: Plan, organisations: Organisations) -> None:
        self._plan = plan
        self._organisations = organisations
        self._posts: dict[tuple[int, str], list[Post]] = defaultdict(list)
        self._by_email: dict[tuple[str, str], dict[int, Person]] = defaultdict(dict)
        for post in Post.objects.select_related("person").order_by("pk"):
            name = fold(post.person.full_name)
            self._posts[post.organisation_id, name].append(post)
            place = organisations.by_pk[post.organisation_id]
            if post.person.email and organisations.may(place):
                self._by_email[fold(post.person.email), name][post.person_id] = post.person
        self._new: dict[object, PersonItem] = {}
        self._rows: dict[tuple[object, str, str], int] = {}
        self._contacts: dict[tuple[object, str], tuple[int, Value]] = {}

    def read(self, rows: list[Row]) -> None:
        times = Counter((row.cells.get("organisation", ""), _name(row)) for row in rows)
        for row in rows:
            cells = Cells(PEOPLE, row, self._plan.problems)
            values = self._values(cells)
            place = self._place(cells)
            if place is None or not cells.sound:
                continue
            alone = times[row.cells.get("organisation", ""), _name(row)] == 1
            item = self._item(cells, place, values, alone=alone)
            if item and cells.sound:
                self._plan.people.append(item)

    def _values(self, cells: Cells) -> dict[str, Value]:
        values: dict[str, Value] = {
            key: cells.text(key, Person, needed=key == "last_name") for key in (*NAMES, "phone")
        }
        values |= {"email": cells.email(Person), "title": cells.text("title", Post, needed=True)}
        values["is_head"] = cells.yes("is_head")
        return {key: value for key, value in values.items() if value not in ("", None)}

    def _place(self, cells: Cells) -> Place | None:
        code = cells.row.cells.get("organisation", "")
        place = self._organisations.place(code) if code else None
        if not code:
            cells.wrong("organisation", "Заполните эту ячейку.")
        elif place is None:
            cells.wrong("organisation", "Организации с таким кодом нет ни в реестре, ни в файле.")
        elif isinstance(place, Organisation) and place.state == OrganisationState.CLOSED:
            cells.wrong("organisation", "Эта организация закрыта.")
        elif not self._organisations.may(place):
            cells.wrong("organisation", "Вы не можете изменять эту часть реестра.")
        return place

    def _item(self, cells: Cells, place: Place, values: dict[str, Value], *, alone: bool) -> PersonItem | None:
        name, email = _name(cells.row), fold(str(values.get("email", "")))
        where: object = place.pk if isinstance(place, Organisation) else place.key
        repeated = self._rows.setdefault((where, f"{name} {email}", fold(str(values["title"]))), cells.row.number)
        if repeated != cells.row.number:
            cells.wrong("", f"Эта строка повторяет строку {repeated}.")
            return None
        posts = self._posts.get((place.pk, name), []) if isinstance(place, Organisation) else []
        if len({post.person_id for post in posts}) > 1:
            posts = [post for post in posts if fold(post.person.email) == email]
            if len({post.person_id for post in posts}) != 1:
                cells.wrong("last_name", "В организации несколько человек с таким именем; укажите их почту.")
                return None
        person = posts[0].person if posts else self._elsewhere(email, name)
        item = PersonItem(
            cells.row.number, place, values, cells.role(), person, self._post(posts, str(values["title"]), alone=alone)
        )
        key: object = person.pk if person else (email, name) if email else (where, name)
        if person is None:
            item.same_as = self._new.get(key)
            self._new.setdefault(key, item)
        self._agree(cells, key, values)
        self._compare(item)
        return item

    def _elsewhere(self, email: str, name: str) -> Person | None:
        found = self._by_email.get((email, name), {}) if email else {}
        return next(iter(found.values())) if len(found) == 1 else None

    def _post(self, posts: list[Post], title: str, *, alone: bool) -> Post | None:
        """The post the row means: of the same title, or the only one where the file has one row for the person."""
        same = [post for post in posts if fold(post.title) == fold(title)]
        return same[0] if same else posts[0] if alone and len(posts) == 1 else None

    def _agree(self, cells: Cells, key: object, values: dict[str, Value]) -> None:
        """Rows of one person must say the same of him."""
        for name in (*NAMES, *CONTACTS):
            if name in values:
                row, value = self._contacts.setdefault((key, name), (cells.row.number, values[name]))
                if value != values[name]:
                    cells.wrong(name, f"В строке {row} у того же человека другое значение: «{value}».")

    def _compare(self, item: PersonItem) -> None:
        for key, value in item.values.items():
            row: Person | Post | None = item.existing if key in (*NAMES, *CONTACTS) else item.post
            old = getattr(row, key) if row else None
            if old != value and not (item.existing is None and item.same_as is not None and key in CONTACTS):
                item.changes[key] = (old, value)


def _name(row: Row) -> str:
    return fold(" ".join(filter(None, (row.cells.get(key, "") for key in NAMES))))


def place_of(item: PersonItem) -> Organisation:
    """The organisation of a row, once it is in the registry."""
    return item.organisation.organisation if isinstance(item.organisation, OrganisationItem) else item.organisation
