"""`opora identify` and `opora rules`: statuses, words, every kind of file, a region's own rules."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from opora.cli import main
from opora.identification import compiling
from opora.identification.rules import rule
from opora.identification.running import expressions

RESULTS = """year;procedure;subject;grade;school_id;participants;marks_2;marks_3;marks_4;marks_5
2026;vpr;rus;5;s1;10;30,0;20,0;30,0;20,0
2026;vpr;mat;5;s1;10;3;2;3;2
2026;vpr;mat;5;s2;10;2;3;3;2
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "results.csv").write_text(RESULTS, encoding="cp1251")
    (tmp_path / "schools.csv").write_text("school_id;name\ns1;Школа 1\ns2;Школа 2\n", encoding="cp1251")
    return tmp_path


def call(folder: Path, *more: str, out: str = "out.csv", rule: str = "fioko-2025") -> int:
    arguments = ["identify", str(folder / "results.csv"), "--schools", str(folder / "schools.csv"), "--rule", rule]
    return main([*arguments, "--year", "2026", "--out", str(folder / out), *more])


def test_every_kind_of_output_says_the_same(files: Path) -> None:
    for ending in ("csv", "json", "parquet", "xlsx"):
        assert call(files, out=f"out.{ending}") == 0
    rows = json.loads((files / "out.json").read_text("utf-8"))
    assert [(row["school_id"], row["flagged"], row["low_now"]) for row in rows] == [("s1", True, 2), ("s2", False, 0)]
    table = pq.read_table(files / "out.parquet")
    assert table.to_pylist() == rows
    assert json.loads(table.schema.metadata[b"opora"])["rule"] == "fioko-2025"
    with (files / "out.csv").open(encoding="utf-8", newline="") as file:
        assert [row["reason"] for row in csv.DictReader(file)] == [row["reason"] for row in rows]
    sheet = openpyxl.load_workbook(files / "out.xlsx")["Результат"]
    assert [cell.value for cell in sheet[2]][:3] == ["s1", True, rows[0]["reason"]]


def test_rows_set_aside_make_status_1_and_are_kept(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (files / "results.csv").open("a", encoding="cp1251") as file:
        file.write("2026;vpr;rus;5;s2;-4;1;1;1;1\n")
    assert call(files, "--rejected", str(files / "rejected.csv")) == 1
    assert "Отложено строк: 1" in capsys.readouterr().err
    with (files / "rejected.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["file"], row["row"]) == ("results.csv", "5")


def test_a_parameter_changes_the_list(files: Path) -> None:
    assert call(files, "--param", "threshold=20%", "--param", "procedures=1", out="out.json") == 0
    assert [row["flagged"] for row in json.loads((files / "out.json").read_text("utf-8"))] == [True, True]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--param", "threshold=30"], "от 0 до 1"),
        (["--param", "treshold=0.3"], "параметра «treshold» нет"),
        (["--param", "threshold"], "ИМЯ=ЗНАЧЕНИЕ"),
        (["--param", "counted=xyz"], "не указано ни процедуры"),
        (["--rejected", "/nowhere/rejected.csv"], "такой папки нет"),
        (["--master", "spark://x:7077"], "--engine spark"),
        (["--rule", "fioko"], "правила «fioko» нет"),
        (["--out", "list.docx"], "вид файла неизвестен"),
        (["--schools", "нет.csv"], "файла нет"),
    ],
    ids=" ".join,
)
def test_a_wrong_call_is_told_in_words(
    more: list[str], words: str, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(files, *more) == 2
    said = capsys.readouterr().err
    assert words in said
    assert "Traceback" not in said
    assert not (files / "out.csv").exists()


@pytest.mark.parametrize("name", ["fioko-2025", "stable-low", "worst-share", "lowest-quartile", "rating-sum", "fair"])
def test_a_year_without_results_is_told(name: str, files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "results.csv").write_text(RESULTS.replace("2026;vpr;mat", "2025;ege;mat"), encoding="cp1251")
    assert call(files, "--param", "counted=ege:mat", rule=name) == 2
    assert "за 2026 год нет результатов, которые учитывает правило. Оно считает: ЕГЭ – математика." in (
        capsys.readouterr().err
    )
    assert not (files / "out.csv").exists()


YAML = """
id: ours
version: "1"
title: Наше правило
source: Приказ № 1
join: all
indicators:
  - {name: rus, title: Русский язык, counted: "vpr:rus", threshold: 0.3}
  - {name: mat, title: Математика, counted: "vpr:mat", threshold: 0.3}
"""


def test_a_rule_of_ones_own_in_yaml(files: Path) -> None:
    (files / "ours.yaml").write_text(YAML, "utf-8")
    assert call(files, rule=str(files / "ours.yaml"), out="out.json") == 0
    first, second = json.loads((files / "out.json").read_text("utf-8"))
    assert (first["flagged"], first["low"], first["share_rus"]) == (True, 2, 0.3)
    assert (second["flagged"], second["low"], second["share_rus"]) == (False, 0, None)
    assert "Русский язык – 3 из 10 (30 %), порог 30 %" in first["reason"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("join: all", "join: 3", "от 1 до 2"),
        ("threshold: 0.3}", "treshold: 0.3}", "нет поля treshold"),
        ("vpr:rus", "впр:rus", "процедуры «впр» нет"),
        ("id: ours", "id: fair", "занят правилом Опоры"),
        ("title: Наше правило", "", "не указано: title"),
        ("indicators:", "indicators: [", "YAML не разобран"),
    ],
)
def test_a_wrong_yaml_is_told_what_is_wrong(
    old: str, new: str, words: str, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "ours.yaml").write_text(YAML.replace(old, new, 1), "utf-8")
    assert call(files, rule=str(files / "ours.yaml")) == 2
    assert words in capsys.readouterr().err


PYTHON = """
import numpy as np
from opora.identification import Evidence, Outcome, Rule
WORKS = Evidence("works", "integer", "Работ", "работ")
class Ours(Rule):
    id, version, title, source = "ours", "1", "Наше", "Приказ № 2"
    evidence = (WORKS,)
    def measure(self, data, year, values):
        t = data.counts.filter(data.counts.year == year)
        return {"works": t.group_by("school_id").aggregate(participants=t.participants.sum())}
    def judge(self, measured, schools, year, values):
        met = {row["school_id"]: row["participants"] for row in measured["works"].to_pylist()}
        works = np.array([met.get(one, 0) for one in schools.column("school_id").to_pylist()])
        return Outcome.of(schools, works > 10, [f"Работ {one}." for one in works], {WORKS: works})
"""


def test_a_rule_of_ones_own_in_python(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "ours.py").write_text(PYTHON, "utf-8")
    assert call(files, rule=str(files / "ours.py"), out="out.json") == 0
    rows = json.loads((files / "out.json").read_text("utf-8"))
    assert [(row["flagged"], row["works"], row["reason"]) for row in rows] == [
        (True, 20, "Работ 20."),
        (False, 10, "Работ 10."),
    ]
    (files / "ours.py").write_text(PYTHON.replace("def judge", "def judging"), "utf-8")
    assert call(files, rule=str(files / "ours.py")) == 2
    assert "нет метода judge" in capsys.readouterr().err
    (files / "ours.py").write_text("def (", "utf-8")
    assert call(files, rule=str(files / "ours.py")) == 2
    assert "ошибка в строке 1" in capsys.readouterr().err


def test_rules_tell_parameters_units_and_sources(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "--json"]) == 0
    told = {one["id"]: one for one in json.loads(capsys.readouterr().out)}
    assert {"fioko-2025", "stable-low", "worst-share", "lowest-quartile", "rating-sum", "fair"} <= set(told)
    threshold = next(one for one in told["fioko-2025"]["parameters"] if one["name"] == "threshold")
    assert (threshold["default"], threshold["unit"]) == (0.3, "доля")
    assert all(one["source"] and one["version"] for one in told.values())
    assert main(["rules"]) == 0
    assert "fioko-2025" in capsys.readouterr().out


def test_what_is_kept_of_a_query_is_what_the_expression_says(cache_folder: Path) -> None:
    fioko = rule("fioko-2025")
    values = fioko.read({})

    def build() -> dict[str, object]:
        return expressions(fioko, 2026, values, None)

    asked = {"rule": fioko.id, "version": fioko.version, "year": 2026, "values": values}
    modules = ("opora.identification.counting", "opora.identification.rules.fioko")
    first = compiling.compiled(build, "duckdb", asked, modules)
    kept = compiling.compiled(lambda: pytest.fail("compiled again"), "duckdb", asked, modules)
    assert first == kept == compiling.translated(build(), "duckdb")


def test_the_command_imports_nothing_heavy_when_the_query_is_known(tmp_path: Path) -> None:
    works = {"year": [2026], "procedure": ["vpr"], "subject": ["rus"], "grade": [5], "school_id": ["s1"], "mark": [2]}
    pq.write_table(pa.table(works), tmp_path / "results.parquet")
    pq.write_table(pa.table({"school_id": ["s1"]}), tmp_path / "schools.parquet")
    code = (
        "import sys; from opora.cli import main; status = main(sys.argv[1:]);"
        "print(status, [one for one in ('django', 'ibis', 'pandas', 'rich') if one in sys.modules])"
    )
    arguments = ["identify", str(tmp_path / "results.parquet"), "--schools", str(tmp_path / "schools.parquet")]
    arguments += ["--rule", "fioko-2025", "--param", "min_participants=1", "--year", "2026", "--out"]
    first, again = tmp_path / "out.json", tmp_path / "again.json"
    assert main([*arguments, str(first)]) == 0
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments, str(again)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "0 []"
    assert again.read_bytes() == first.read_bytes()
