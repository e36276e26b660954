"""The mark on a page that a browser prints: who and in which hour, sealed in it, so that no row is written."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable

from django.conf import settings

from opora.core.marks import from_number, to_number

_HALF = 27  # bits; the mark carries two halves
_ROUNDS = 8
_ACCOUNT, _HOUR, _CHECK = 26, 20, 8  # bits of the account's key, of the hours since the epoch, of zeros that check
_EPOCH = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_MASK = (1 << _HALF) - 1


def page_mark(account: int, at: dt.datetime) -> str:
    """The mark of the account's pages in the hour of `at`; the same for all pages of that hour."""
    hour = int((at - _EPOCH).total_seconds()) // 3600
    return from_number(_turned((account << _HOUR | hour) << _CHECK, range(_ROUNDS)))


def read_page_mark(mark: str) -> tuple[int, dt.datetime] | None:
    """The account's key and the hour that the mark was made of; None where it is no mark of a page of this system."""
    number = to_number(mark)
    if number >> 2 * _HALF:
        return None
    plain = _swapped(_turned(_swapped(number), reversed(range(_ROUNDS))))
    if plain & ((1 << _CHECK) - 1):
        return None
    rest = plain >> _CHECK
    return rest >> _HOUR, _EPOCH + dt.timedelta(hours=rest & ((1 << _HOUR) - 1))


def _turned(number: int, rounds: Iterable[int]) -> int:
    """A Feistel network: every bit of the result hangs on every bit of the number and of the key."""
    left, right = number >> _HALF, number & _MASK
    for turn in rounds:
        left, right = right, left ^ _mixed(turn, right)
    return left << _HALF | right


def _swapped(number: int) -> int:
    return (number & _MASK) << _HALF | number >> _HALF


def _mixed(turn: int, half: int) -> int:
    said = b"opora page mark %d %d" % (turn, half)
    digest = hmac.new(settings.OPORA_JOURNAL_KEY, said, hashlib.sha256).digest()
    return int.from_bytes(digest[:4]) & _MASK
