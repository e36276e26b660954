"""A limit on wrong invitation codes from one address."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

WRONG = 10  # codes
WHILE = 10 * 60  # seconds


def too_many(request: HttpRequest) -> bool:
    """Whether the address has used up its wrong codes. Right ones do not count: a school may share one address."""
    return int(cache.get(_key(request), 0)) >= WRONG


def count_wrong(request: HttpRequest) -> None:
    key = _key(request)
    if not cache.add(key, 1, WHILE):
        try:
            cache.incr(key)
        except ValueError:  # it has run out in between
            cache.add(key, 1, WHILE)


def _key(request: HttpRequest) -> str:
    return f"opora:invitation:{get_adapter().get_client_ip(request)}"
