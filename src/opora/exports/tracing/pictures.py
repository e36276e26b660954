"""The square code on a photograph or a screenshot: turned, small, blurred, a part of a page."""

from __future__ import annotations

import io
from collections.abc import Iterator

import zxingcpp
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from opora.core.marks import marks_in

_PIXELS = 80_000_000  # of the largest photograph that is looked at
_LARGE = 3000  # pixels of a side: larger pictures are looked at in parts too
_TILE, _STEP = 1400, 1000


def marks_of_picture(picture: bytes | Image.Image) -> list[str] | None:
    """The marks on it; None where it is no picture that can be opened."""
    try:
        image = Image.open(io.BytesIO(picture)) if isinstance(picture, bytes) else picture
        if image.width * image.height > _PIXELS:
            return None
        grey = ImageOps.exif_transpose(_on_white(image)).convert("L")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    for tried in _tries(grey):
        codes = zxingcpp.read_barcodes(tried, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
        found = [mark for code in codes for mark in marks_in(code.text)]
        if found:
            return list(dict.fromkeys(found))
    return []


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image)
    return image


def _tries(grey: Image.Image) -> Iterator[Image.Image]:
    """The picture itself first, then as a bad photograph may need it."""
    yield grey
    if max(grey.size) < _LARGE:
        for scale in (2, 3):
            yield grey.resize((grey.width * scale, grey.height * scale), Image.Resampling.BICUBIC)
    sharp = ImageOps.autocontrast(grey, cutoff=2).filter(ImageFilter.UnsharpMask(3, 200, 2))
    yield sharp
    if max(grey.size) < _LARGE:
        yield sharp.resize((sharp.width * 2, sharp.height * 2), Image.Resampling.LANCZOS)
    yield grey.filter(ImageFilter.GaussianBlur(1.5))
    yield from _tiles(grey)


def _tiles(grey: Image.Image) -> Iterator[Image.Image]:
    """Parts of the picture, enlarged: the code is a small thing on a photograph of a whole page."""
    for top in range(0, max(grey.height - _TILE + _STEP, 1), _STEP):
        for left in range(0, max(grey.width - _TILE + _STEP, 1), _STEP):
            tile = grey.crop((left, top, min(left + _TILE, grey.width), min(top + _TILE, grey.height)))
            yield ImageOps.autocontrast(tile.resize((tile.width * 2, tile.height * 2), Image.Resampling.BICUBIC))
