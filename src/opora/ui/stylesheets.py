"""Cuts a style sheet down to what the pages use, and lets its dark theme follow the device."""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass

_TOKEN = re.compile(r"/\*.*?\*/|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|[{};]|[^\"'{};/]+|/", re.S)
_NOT = re.compile(r":not\((?:[^()]|\([^()]*\))*\)")
_NAME = re.compile(r"\.((?:[\w-]|\\.)+)|\[(data-[\w-]+)")
_COMMA = re.compile(r",(?![^(\[]*[)\]])")
_DARK = "[data-bs-theme=dark]"
_DEVICE = ":root:not([data-bs-theme])"


@dataclass(frozen=True, slots=True)
class Rule:
    """`head {body}`, or a statement (`body` is None). A group (@media, @supports) has a body of further rules."""

    head: str
    body: str | None

    @property
    def is_group(self) -> bool:
        return self.head.startswith(("@media", "@supports", "@layer", "@container"))


def rules(css: str) -> Iterator[Rule]:
    """The rules of a sheet, comments left out. Raises ValueError where braces do not match."""
    head, body, depth = "", "", 0
    for match in _TOKEN.finditer(css):
        token = match.group()
        if token.startswith("/*"):
            continue
        if token == "}":  # noqa: S105  (a brace)
            depth -= 1
            if depth < 0:
                raise ValueError("A brace is closed that was not opened.")
            if depth == 0:
                yield Rule(" ".join(head.split()), body)
                head, body = "", ""
                continue
        elif token == "{":  # noqa: S105
            depth += 1
            if depth == 1:
                continue
        elif token == ";" and depth == 0:  # noqa: S105
            yield Rule(head.strip(), None)
            head = ""
            continue
        if depth:
            body += token
        else:
            head += token
    if depth or head.strip():
        raise ValueError("The sheet ends inside a rule.")


def purged(css: str, used: Set[str]) -> str:
    """The sheet without selectors that name a class or data attribute outside `used`."""
    kept = []
    for rule in rules(css):
        if rule.body is None:
            kept.append(f"{rule.head};")
        elif rule.is_group:
            inner = purged(rule.body, used)
            if inner:
                kept.append(f"{rule.head}{{{inner}}}")
        elif rule.head.startswith("@"):
            kept.append(f"{rule.head}{{{rule.body}}}")
        else:
            selectors = [one for one in _COMMA.split(rule.head) if _names(one) <= used]
            if selectors and rule.body.strip():
                kept.append(f"{','.join(selectors)}{{{rule.body}}}")
    return "".join(kept)


def dark_by_device(css: str) -> str:
    """The rules of the dark theme once more, for devices that prefer it where the person has chosen none."""
    found = []
    for rule in rules(css):
        if rule.body is None:
            continue
        if rule.is_group:
            inner = "".join(_dark(rule.body))
            if inner:
                found.append(f"{rule.head}{{{inner}}}")
        else:
            found += _dark(f"{rule.head}{{{rule.body}}}")
    return f"@media screen and (prefers-color-scheme:dark){{{''.join(found)}}}" if found else ""


def _dark(css: str) -> list[str]:
    found = []
    for rule in rules(css):
        selectors = [one.strip() for one in _COMMA.split(rule.head)]
        dark = [_DEVICE + one.removeprefix(_DARK) for one in selectors if one.startswith(_DARK)]
        if dark and rule.body is not None:
            found.append(f"{','.join(dark)}{{{rule.body}}}")
    return found


def _names(selector: str) -> set[str]:
    """The classes and data attributes that an element has to have for the selector to match."""
    found = _NAME.findall(_NOT.sub("", selector))
    return {(name or attribute).replace("\\", "") for name, attribute in found}
