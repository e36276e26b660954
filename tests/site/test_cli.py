"""The command line is a contract: statuses, words, no tracebacks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from opora.cli import main
from tests import demo
from tests.site.operations.command import KEY

DOCUMENTS = Path(__file__).resolve().parents[2] / "src" / "opora" / "site" / "demo" / "documents"


def run(*arguments: str, data: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OPORA_", "DATABASE_", "DJANGO_"))}
    env = {**kept, **({"OPORA_DATA": str(data), "OPORA_JOURNAL_KEY": KEY} if data else {}), **environment}
    return subprocess.run(
        [sys.executable, "-m", "opora.cli", *arguments],
        capture_output=True,
        text=True,
        env=env,
        check=False,
        timeout=300,
    )


def test_parse_prints_one_object_a_file_and_one_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parse", "--json", str(DOCUMENTS / "directive.docx"), str(DOCUMENTS / "order.docx")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["directive", "order"]


def test_an_unreadable_file_is_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture = tmp_path / "приказ.docx"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    assert main(["parse", str(picture), str(tmp_path / "нет такого.pdf")]) == 2
    said = capsys.readouterr().err
    assert "приказ.docx" in said
    assert "нет такого.pdf" in said
    assert "Traceback" not in said


def test_deadline(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deadline", "до 30 апреля", "--issued", "2020-04-13", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["windows"] == [[None, "2020-04-30"]]
    assert main(["deadline", "непонятно когда"]) == 1
    assert main(["deadline", ""]) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["demo"], ["serve"], ["parse"], ["deadline"], ["import"], ["registry", "import"], ["registry", "export"],
        ["backup"], ["restore"], ["doctor"], ["identify"], ["rules"],
        ["roadmap", "list"], ["roadmap", "show"], ["roadmap", "export"], ["user", "add"], ["user", "disable"],
        ["user", "list"], ["journal", "verify"], ["journal", "show"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_every_command_has_its_help_in_russian(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([*arguments, "--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert "вызов: opora" in said
    assert "эта подсказка" in said


@pytest.mark.parametrize("arguments", [[], ["unknown"], ["parse"], ["demo", "--schools", "много"], ["roadmap"]])
def test_a_wrong_call_is_told_what_is_missing(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert "--help" in capsys.readouterr().err


def test_parsing_needs_no_database() -> None:
    """Neither Django nor the formats of other files are loaded for a text."""
    code = (
        "import sys; from opora.cli import main; main(['deadline', 'до мая', '--issued', '2024-01-01']);"
        "sys.exit(any(name.split('.')[0] in ('django', 'docx', 'pdfplumber', 'openpyxl') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


def test_without_a_database_commands_say_what_to_do(tmp_path: Path) -> None:
    found = run("roadmap", "list", "--by", "coordinator", data=tmp_path)
    assert found.returncode == 2
    assert "opora serve" in found.stderr
    assert "Traceback" not in found.stderr


def rows(path: Path) -> list[str]:
    """A csv without the line that tells one copy from another."""
    return [line for line in path.read_text(encoding="utf-8-sig").splitlines() if "КП-" not in line]


def test_the_demo_is_built_once_the_same_for_a_seed_and_its_commands_work(tmp_path: Path) -> None:
    """Two regions of one seed are equal; everything that the command line offers works on them."""
    listings = []
    for name, build in (("one", demo.put_into), ("two", demo.built)):
        data = tmp_path / name
        said = build(data)
        assert "Пароль" in said
        export = data / "region.csv"
        assert run("registry", "export", str(export), data=data).returncode == 0
        people = data / "region.people.csv"
        assert run("registry", "export", str(people), data=data).returncode == 0
        maps = run("roadmap", "list", data=data)
        assert maps.returncode == 0
        listings.append((said, rows(export), rows(people), [m[28:] for m in maps.stdout.splitlines()]))
    assert listings[0] == listings[1]
    again = run("demo", "--no-serve", "--schools", "48", data=tmp_path / "one")
    assert again.returncode == 0
    data = tmp_path / "one"
    assert run("journal", "verify", data=data).returncode == 0
    assert run("journal", "show", data=data).returncode == 0
    assert run("user", "list", "--by", "admin", data=data).returncode == 0
    assert run("user", "list", "--by", "school", data=data).returncode in (0, 2)
    public_id = run("roadmap", "list", data=data).stdout.splitlines()[-1].split()[0]
    assert run("roadmap", "show", public_id, data=data).returncode == 0
    printed = data / "map.docx"
    assert run("roadmap", "export", public_id, "--to", "docx", "--out", str(printed), data=data).returncode == 0
    assert run("parse", str(printed), data=data).returncode == 0
    document = str(DOCUMENTS / "letter.docx")
    imported = run("import", document, "--organisation", "ИРО ЗО", "--dry-run", data=data)
    assert imported.returncode in (0, 1), imported.stderr
    wrong = run("import", document, "--organisation", "Нигде", data=data)
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr
