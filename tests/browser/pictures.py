"""Pictures of the guide, written where OPORA_SCREENSHOTS=1 asks for them."""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "guide" / "img"
WANTED = os.environ.get("OPORA_SCREENSHOTS") == "1"


def take(page: Page, name: str) -> None:
    """What is on the screen now, as docs/guide/img/<name>.png."""
    if WANTED:
        page.evaluate("document.activeElement?.blur()")
        page.mouse.move(0, 0)
        page.wait_for_timeout(300)
        keep(page.screenshot(), name)


def keep(png: bytes, name: str) -> None:
    """A picture made small enough for a repository: 128 colours."""
    if WANTED:
        FOLDER.mkdir(parents=True, exist_ok=True)
        with Image.open(io.BytesIO(png)) as picture:
            small = picture.convert("RGB").quantize(128, dither=Image.Dither.NONE)
            small.save(FOLDER / f"{name}.png", optimize=True)
