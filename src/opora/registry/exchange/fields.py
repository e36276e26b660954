"""Checks of single values."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Model

from opora.core.text import fold
from opora.registry import coordinates, points
from opora.registry.exchange.columns import COLUMNS, KIND_WORDS, NO, YES
from opora.registry.exchange.plan import Problem, Value
from opora.registry.exchange.tables import Row

MOST_PUPILS = 100_000


class Cells:
    """The cells of one row, checked one by one; what is wrong is told to `problems`."""

    def __init__(self, sheet: str, row: Row, problems: list[Problem]) -> None:
        self.sheet = sheet
        self.row = row
        self._problems = problems
        self.sound = True

    def wrong(self, key: str, text: str) -> None:
        self.sound = False
        column = COLUMNS[self.sheet].get(key, "")
        self._problems.append(Problem(self.sheet, self.row.number, column, self.row.cells.get(key, ""), text))

    def text(self, key: str, model: type[Model], *, needed: bool = False) -> str:
        """A text no longer than the field of the model holds."""
        value = self.row.cells.get(key, "")
        if needed and not value:
            self.wrong(key, "Заполните эту ячейку.")
        longest = getattr(model._meta.get_field(key), "max_length", None)
        if longest and len(value) > longest:
            self.wrong(key, f"Слишком длинно: не больше {longest} знаков.")
        return value

    def checked(self, key: str, check: Callable[[str], Value], text: str) -> Value:
        """What `check` makes of a filled cell; a ValueError of it is answered with `text`."""
        value = self.row.cells.get(key, "")
        if not value:
            return None
        try:
            return check(value)
        except ValueError:
            self.wrong(key, text)
            return None

    def email(self, model: type[Model]) -> str:
        value = self.text("email", model)
        try:
            if value:
                validate_email(value)
        except ValidationError:
            self.wrong("email", "Это не адрес электронной почты.")
        return value

    def kind(self) -> Value:
        names = ", ".join(f"«{word}»" for word in ("школа", "МОУО", "институт", "методическая служба", "другое"))
        return self.checked("kind", lambda value: _of(KIND_WORDS, value), f"Такого вида нет. Например: {names}.")

    def pupils(self) -> Value:
        return self.checked("pupils", _pupils, "Нужно целое число от 0.")

    def coordinates(self) -> dict[str, Value]:
        """Both or neither, in the country."""
        wrong = "Нужно число градусов, например 52,7214."
        found = {key: self.checked(key, coordinates.degrees, wrong) for key in ("latitude", "longitude")}
        filled = [key for key in found if self.row.cells.get(key)]
        missing = [key for key in found if key not in filled]
        if len(filled) == 1:
            self.wrong(missing[0], coordinates.problem(0.0, None))
        elif filled and None not in found.values():
            latitude, longitude = (float(value) for value in found.values() if value is not None)
            if text := coordinates.problem(latitude, longitude):
                self.wrong("latitude", text)
        return found

    def yes(self, key: str) -> Value:
        return self.checked(key, _yes, "Нужно «да» или «нет».")

    def role(self) -> str:
        known = {fold(word) for words in points.role_words.call() for word in words}
        value = self.row.cells.get("role", "")
        if value and known and fold(value) not in known:
            self.wrong("role", f"Такой роли нет. Роли: {', '.join(sorted(known))}.")
        return value


def _of(known: Mapping[str, str], value: str) -> str:
    try:
        return str(known[fold(value)])
    except KeyError as error:
        raise ValueError from error


def _pupils(value: str) -> int:
    number = int(value.replace(" ", ""))
    if not 0 <= number <= MOST_PUPILS:
        raise ValueError
    return number


def _yes(value: str) -> bool:
    if fold(value) in YES:
        return True
    if fold(value) in NO:
        return False
    raise ValueError
