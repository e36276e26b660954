"""What a docx paragraph takes from its styles: weight, alignment, numbering."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opora.decrees.formats.numbering import W, value, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opora.decrees.formats.numbering import Numbering


def on(element: Any | None) -> bool:
    """A switch such as w:b: present and not turned off."""
    return element is not None and element.get(W + "val") not in ("0", "false", "off", "none")


class Styles:
    """The styles of a document, each with those it is based on."""

    def __init__(self, root: Any | None) -> None:
        self._styles: dict[str, Any] = {}
        self._default: str | None = None
        self._bold = False
        for style in root.findall(W + "style") if root is not None else ():
            name = style.get(W + "styleId") or ""
            self._styles[name] = style
            if style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true", "on"):
                self._default = name
        if root is not None:
            self._bold = on(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}b"))

    def chain(self, name: str | None) -> Iterator[tuple[str, Any]]:
        """A style and those it is based on, nearest first."""
        seen: set[str] = set()
        while name in self._styles and name not in seen:
            seen.add(name)
            yield name, self._styles[name]
            name = value(self._styles[name], "basedOn")

    def of(self, properties: Any | None) -> Iterator[tuple[str, Any]]:
        return self.chain(value(properties, "pStyle") or self._default)

    def toggle(self, properties: Any | None, name: str) -> bool:
        """A switch of paragraph properties: set directly or by the nearest style that names it."""
        if properties is not None and (found := properties.find(W + name)) is not None:
            return on(found)
        for _, style in self.of(properties):
            if (found := style.find(f"{W}pPr/{W}{name}")) is not None:
                return on(found)
        return False

    def alignment(self, properties: Any | None) -> str | None:
        if (own := value(properties, "jc")) is not None:
            return own
        of_styles = (value(style.find(W + "pPr"), "jc") for _, style in self.of(properties))
        return next((name for name in of_styles if name is not None), None)

    def bold(self, properties: Any | None, run: Any | None) -> bool:
        if run is not None:
            if (found := run.find(W + "b")) is not None:
                return on(found)
            for _, style in self.chain(value(run, "rStyle")):
                if (found := style.find(f"{W}rPr/{W}b")) is not None:
                    return on(found)
        for _, style in self.of(properties):
            if (found := style.find(f"{W}rPr/{W}b")) is not None:
                return on(found)
        return self._bold

    def hidden(self, run: Any | None) -> bool:
        return run is not None and on(run.find(W + "vanish"))

    def numbering(self, properties: Any | None, numbering: Numbering) -> tuple[str | None, int]:
        """The numbering of a paragraph and its level, of its own or of its style; (None, 0) where it has none."""
        own = properties.find(W + "numPr") if properties is not None else None
        number, depth = value(own, "numId"), value(own, "ilvl")
        if number is None:
            for name, style in self.of(properties):
                found = style.find(f"{W}pPr/{W}numPr")
                if found is None:
                    continue
                depth = depth or value(found, "ilvl")
                if (number := value(found, "numId")) is not None:
                    tied = numbering.level_of_style(number, name)
                    depth = depth or (None if tied is None else str(tied))
                    break
        if number in (None, "0"):
            return None, 0
        return number, whole(depth)
