"""Where a school or a person is: by coordinates where they are known, else by municipality alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

EARTH = 6371.0  # km


@dataclass(frozen=True, slots=True)
class Place:
    municipality: str
    latitude: float | None = None  # degrees
    longitude: float | None = None

    @property
    def known(self) -> bool:
        return self.latitude is not None and self.longitude is not None


def kilometres(here: list[Place], there: list[Place]) -> np.ndarray:
    """Great-circle distances, a row for each of `here`; not a number where either has no coordinates."""
    first, second = _radians(here), _radians(there)
    latitudes = first[:, None, 0] - second[None, :, 0]
    longitudes = first[:, None, 1] - second[None, :, 1]
    cosines = np.cos(first[:, None, 0]) * np.cos(second[None, :, 0])
    half = np.sin(latitudes / 2) ** 2 + cosines * np.sin(longitudes / 2) ** 2
    found: np.ndarray = 2 * EARTH * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
    return found


def _radians(places: list[Place]) -> np.ndarray:
    degrees = [(one.latitude, one.longitude) if one.known else (np.nan, np.nan) for one in places]
    found: np.ndarray = np.radians(np.array(degrees, dtype=float).reshape(-1, 2))
    return found
