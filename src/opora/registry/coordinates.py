"""Coordinates of an organisation: as maps give them, as people read them, and what cannot be right."""

from __future__ import annotations

import re

LATITUDES = (41.0, 82.0)  # of Russia
LONGITUDES = ((19.0, 180.0), (-180.0, -168.0))
DIGITS = 6  # after the point: a tenth of a metre

_PAIR = re.compile(r"(-?\d+(?:[.,]\d+)?)°?\s*[,;\s]\s*(-?\d+(?:[.,]\d+)?)°?")

Coordinates = tuple[float, float]  # latitude, longitude


def degrees(text: str) -> float:
    """«52,7214» and «52.7214». Raises ValueError."""
    return round(float(text.replace(",", ".")), DIGITS)


def pair(text: str) -> Coordinates:
    """«52.7214, 41.4523» as it is copied from a map, with points or commas. Raises ValueError."""
    found = _PAIR.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    return degrees(found[1]), degrees(found[2])


def problem(latitude: float | None, longitude: float | None) -> str:
    """What is wrong with both together; nothing where they are in the country, or neither is given."""
    if latitude is None and longitude is None:
        return ""
    if latitude is None or longitude is None:
        return "Укажите и широту, и долготу: по одной из них места не найти."
    inside = any(least <= longitude <= most for least, most in LONGITUDES)
    if not LATITUDES[0] <= latitude <= LATITUDES[1] or not inside:
        return (
            "В России такого места нет: широта бывает от 41 до 82, долгота — от 19 до 180 или от −180 до −168 "
            "градусов. Проверьте, не переставлены ли они."
        )
    return ""


def in_words(latitude: float, longitude: float) -> str:
    """«52,7214° северной широты, 41,4523° восточной долготы»"""
    side = "восточной" if longitude >= 0 else "западной"
    return f"{_number(latitude)}° северной широты, {_number(abs(longitude))}° {side} долготы"


def written(latitude: float, longitude: float) -> str:
    """As `pair` reads it."""
    return f"{_plain(latitude)}, {_plain(longitude)}"


def _plain(value: float) -> str:
    return f"{value:.{DIGITS}f}".rstrip("0").rstrip(".")


def _number(value: float) -> str:
    return _plain(value).replace(".", ",")
