"""What the files of the deployment and the docs of operations name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from opora.cli.parser import parser

ROOT = Path(__file__).resolve().parents[2]
SETTING = re.compile(r"\b(OPORA_[A-Z_]*[A-Z])\b")
FILES = [
    *sorted((ROOT / "deploy").rglob("*.*")),
    *sorted((ROOT / "docs").rglob("operations*/*.md")),
    ROOT / "README.md",
]


def settings() -> set[str]:
    """The names of the environment that the code reads."""
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    return {name for text in texts for name in re.findall(r"\"(OPORA_[A-Z_]+)\"", text)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_settings_named_are_read(path: Path) -> None:
    named = {name.removesuffix("_FILE") for name in SETTING.findall(path.read_text(encoding="utf-8"))}
    assert named - settings() == set()


def test_the_commands_of_the_units_are_understood() -> None:
    said = [
        line.split("/opora ", 1)[1]
        for path in (ROOT / "deploy" / "systemd").iterdir()
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.startswith("ExecStart=/opt")
    ]
    assert len(said) == 3
    for command in said:
        assert parser().parse_args(command.split()).handler.__name__ == "serve"
