"""Codes of certificates: 80 random bits in Crockford's base 32, said in groups of four; nobody guesses one."""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 16, 4
_ALIKE = str.maketrans("OILАВЕЁКМНОРСТУХ", "011ABEEKMH0PCTYX")  # the rest by a Russian keyboard
_BETWEEN = str.maketrans("", "", "-\u2010\u2011\u2012\u2013\u2014\u2212")  # every dash that an editor makes of one


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def shown(code: str) -> str:
    """«4F7K-9QX2-…»"""
    return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def read(text: str) -> str:
    """The code as people type it: in any case, with any dashes, O for 0, Russian letters; «» where it is none."""
    code = "".join(text.split()).translate(_BETWEEN).upper().translate(_ALIKE)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""
