"""Invitation codes: short enough to be read aloud and typed, kept only as a keyed digest."""

from __future__ import annotations

import secrets

from django.utils.crypto import salted_hmac

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0, 1, I and O
LENGTH = 10  # 50 random bits
_LOOK_ALIKE = str.maketrans("АВСЕНКМРТУХ", "ABCEHKMPTYX")  # Cyrillic letters typed in place of Latin ones


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def in_groups(code: str) -> str:
    """«ABCDE-FGHJK»."""
    return "-".join(code[start : start + 5] for start in range(0, len(code), 5))


def normal(text: str) -> str:
    """What was typed, without spaces, dashes and the difference of case and keyboard."""
    return "".join(char for char in text.upper().translate(_LOOK_ALIKE) if char.isalnum())


def digest(code: str) -> str:
    """HMAC-SHA256 with the key of the installation: a stolen table of digests cannot be searched for codes."""
    return salted_hmac("opora.access.invitation", normal(code), algorithm="sha256").hexdigest()
