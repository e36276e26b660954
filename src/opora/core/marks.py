"""The mark of a copy: «КП-7F3K-9Q4M-4XTA-H», short enough to be typed from a photograph, too long to be guessed."""

from __future__ import annotations

import re
import secrets

# No two of them look alike in print, and of each Russian letter that looks like one of them it is known which is meant.
ALPHABET = "3456789ACEFHJKMNPRTUWXY"
LENGTH = 12  # characters that carry the mark: 54 bits; one more checks them
_BASE = len(ALPHABET)  # a prime, so that one wrong character and two neighbours changed about are always found
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_MEANT = str.maketrans("АСЕЁНКМРТУХЗЧБSGO", "ACEEHKMPTYX34656O")
_PREFIX = r"(?<![0-9A-Za-zА-Яа-яЁё])[КкKk][ПпPpРр]"
_GAP = r"[\s\-‐‑‒–—−_.]{0,3}"
_ONE = rf"[{ALPHABET}{ALPHABET.lower()}АСЕЁНКМРТУХЗЧБасеёнкмртухзчбSGsg]"
_SHOWN = re.compile(rf"{_PREFIX}(?P<code>(?:{_GAP}{_ONE}){{{LENGTH + 1}}})(?![0-9A-Za-zА-Яа-яЁё])")


def new_mark() -> str:
    """A random mark with its check character, as it is stored: 13 characters of the alphabet."""
    return checked("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def from_number(number: int) -> str:
    """The mark that carries a number below 2**54."""
    characters = []
    for _ in range(LENGTH):
        number, rest = divmod(number, _BASE)
        characters.append(ALPHABET[rest])
    return checked("".join(reversed(characters)))


def to_number(mark: str) -> int:
    number = 0
    for character in mark[:LENGTH]:
        number = number * _BASE + _VALUE[character]
    return number


def checked(characters: str) -> str:
    """The characters with their check character."""
    total = sum(place * _VALUE[character] for place, character in enumerate(characters, start=1))
    return characters + ALPHABET[total % _BASE]


def shown(mark: str) -> str:
    """As people read it: «КП-7F3K-9Q4M-4XTA-H»."""
    return "КП-" + "-".join(mark[at : at + 4] for at in range(0, len(mark), 4))


def as_code(mark: str) -> str:
    """As the square code on paper holds it: letters that its shortest form knows."""
    return f"KP-{mark}"


def marks_in(text: str) -> list[str]:
    """The marks that stand in a text, each once, typed with whatever letters and gaps; wrong ones are left out."""
    found = []
    for match in _SHOWN.finditer(text):
        characters = re.sub(r"[^0-9A-ZА-ЯЁ]", "", match["code"].upper()).translate(_MEANT)
        if checked(characters[:LENGTH]) == characters:
            found.append(characters)
    return list(dict.fromkeys(found))
