"""`{% load documents %}`."""

from __future__ import annotations

from django import template

register = template.Library()


@register.simple_tag
def place_of(places: dict[str, tuple[str, str]], name: str) -> tuple[str, str] | None:
    """The anchor and the place of a field of the heading."""
    found = places.get(name)
    return found if found and found[0] else None
