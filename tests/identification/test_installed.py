"""The folder of the server's own rules, and the check of one before it is put there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from opora.cli import main
from opora.identification.rules.installed import installed
from tests.identification.test_command import PYTHON, YAML


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OPORA_RULES", str(tmp_path))
    return tmp_path


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    path.chmod(0o644)
    return path


def test_a_file_is_checked_and_tried_before_it_is_put(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--check", str(put(folder, "ours.py", PYTHON))]) == 0
    said = capsys.readouterr().out
    assert "ours (версия 1): Наше" in said
    assert "Правило годится (вымышленный регион, школ 40: в списке" in said
    assert main(["rules", "--check", str(put(folder, "ours.yaml", YAML))]) == 0
    assert "threshold_rus = 0.3" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.py", PYTHON.replace("works > 10", "works / 0"), "правило упало"),
        ("a.py", PYTHON.replace("works > 10, [f", "works > 10, [1][1:] and [f"), "правило упало"),
        ("a.py", PYTHON.replace("return Outcome.of(schools,", "return Outcome.of(schools.slice(1),").replace(
            "to_pylist()])", "to_pylist()])[1:]"), "не все школы"),
        ("a.py", "raise SystemError('нет')", "файл не выполнился"),
        ("a.py", PYTHON.replace('"Наше"', "'Н' * 301"), "поле title длиннее 300"),
        ("a.yaml", YAML.replace("0.3", "3"), "Строка 9: threshold: «3» не подходит"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told(
    name: str, text: str, words: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rules", "--check", str(put(folder, name, text))]) == 1
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said


def test_a_file_that_is_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--check", str(folder / "nothing.py")]) == 2
    assert "файла с правилом нет" in capsys.readouterr().err


def test_the_rules_of_the_folder_are_listed_with_those_of_opora(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(folder, "ours.py", PYTHON)
    put(folder, "note.txt", "не правило")
    assert main(["rules", "--json"]) == 0
    told = {one["id"]: one["from"] for one in json.loads(capsys.readouterr().out)}
    assert told["fair"] == "Опора"
    assert told["ours"] == str(folder / "ours.py")
    assert main(["rules"]) == 0
    assert f"Откуда: {folder / 'ours.py'}" in capsys.readouterr().out


def test_a_file_that_is_not_used_is_told_and_the_others_are_used(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(folder, "bad.py", "def (")
    put(folder, "first.yaml", YAML)
    put(folder, "second.yaml", YAML)
    put(folder, "third.yaml", YAML.replace("id: ours", "id: third"))
    open_to_all = put(folder, "open.yaml", YAML.replace("id: ours", "id: open"))
    open_to_all.chmod(0o666)
    assert main(["rules", "--json"]) == 1
    answer = capsys.readouterr()
    assert [one["id"] for one in json.loads(answer.out)][6:] == ["third"]
    assert "bad.py не используется. Ошибка в строке 1" in answer.err
    assert answer.err.count("есть и в другом файле") == 2
    assert "может изменить любой" in answer.err


def test_no_folder_is_no_rules(folder: Path) -> None:
    assert installed(folder / "nothing") == []
