"""The five real documents in every form: all facts right, and the same reading of each form."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from opora.decrees import from_json, read, to_json
from tests.decrees import typeset
from tests.decrees.corpus import DECREES, NAMES, needs_decrees
from tests.decrees.scoring import SCHEMA, SCRIPT, misses, rows

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    needs_decrees,
    pytest.mark.skipif(not SCRIPT.exists(), reason="the scoring script is not beside the project (shared/tools)"),
]
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
documents = pytest.mark.parametrize("name", NAMES)


@cache
def from_text(name: str) -> dict[str, Any]:
    reading: dict[str, Any] = to_json(read(DECREES / f"{name}.txt"))
    return reading


def check(name: str, path: Path) -> None:
    reading = to_json(read(path))
    assert misses(name, reading) == []
    assert rows(reading) == rows(from_text(name))
    for field in ("kind", "number", "date", "place", "signatory", "control", "addressees", "partnerships"):
        assert _bare(reading[field]) == _bare(from_text(name)[field])


def _bare(value: Any) -> Any:
    """Without the places, which each form has of its own."""
    if isinstance(value, list):
        return [_bare(one) for one in value]
    return {key: one for key, one in value.items() if key != "source"} if isinstance(value, dict) else value


@documents
def test_text(name: str) -> None:
    assert misses(name, from_text(name)) == []


@documents
def test_text_in_cp1251(name: str, tmp_path: Path) -> None:
    text = (DECREES / f"{name}.txt").read_text(encoding="utf-8")
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode("cp1251", errors="ignore"))
    assert rows(to_json(read(path))) == rows(from_text(name))


@documents
def test_docx(name: str, tmp_path: Path) -> None:
    check(name, typeset.docx(tmp_path / "a.docx", typeset.pieces_of(DECREES / f"{name}.txt")))


@documents
@pytest.mark.parametrize("height", [297, 170, 120])
def test_pdf(name: str, height: int, tmp_path: Path) -> None:
    check(name, typeset.pdf(tmp_path / "a.pdf", typeset.pieces_of(DECREES / f"{name}.txt"), height))


@documents
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed here")
def test_pdf_of_libreoffice(name: str, tmp_path: Path) -> None:
    source = typeset.docx(tmp_path / "a.docx", typeset.pieces_of(DECREES / f"{name}.txt"))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [str(SOFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    check(name, tmp_path / "a.pdf")


@documents
def test_xlsx(name: str, tmp_path: Path) -> None:
    pieces = typeset.pieces_of(DECREES / f"{name}.txt")
    if not any(isinstance(piece, typeset.Sheet) and piece.is_roadmap for piece in pieces):
        pytest.skip("the document has no table of activities")
    assert rows(to_json(read(typeset.xlsx(tmp_path / "a.xlsx", pieces)))) == rows(from_text(name))


@documents
def test_form_of_readings(name: str) -> None:
    reading = from_text(name)
    assert to_json(from_json(reading)) == reading
    if not SCHEMA.exists():
        pytest.skip("the schema is not beside the project (shared/design)")
    jsonschema.validate(reading, json.loads(SCHEMA.read_text(encoding="utf-8")))
