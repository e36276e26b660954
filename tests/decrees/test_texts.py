"""What only texts lifted from pages show."""

from __future__ import annotations

from pathlib import Path

from opora.decrees import read


def test_a_sections_title_may_stand_between_the_rows_of_a_text(tmp_path: Path) -> None:
    """Lifted as text, a merged row loses its tabs: it parts the table, and does not end it."""
    file = tmp_path / "plan.txt"
    file.write_text(
        "ПЛАН\nмероприятий на 2024 год\n\n"
        "№\tМероприятие\tСрок\tОтветственные\n"
        "Раздел 1. Диагностика\n"
        "1\tАнализ результатов\tмарт 2024\tМОУО\n"
        "Раздел 2. Обучение\n"
        "2\tСеминары для учителей математики\tI квартал 2024\tМетодическая служба\n",
        encoding="utf-8",
    )
    (roadmap,) = read(file).roadmaps
    found = [(section.title, [a.number for a in section.activities]) for section in roadmap.sections]
    assert found == [("Диагностика", ["1"]), ("Обучение", ["2"])]
