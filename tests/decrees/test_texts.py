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


def test_the_head_of_a_form_may_stand_in_the_line_of_its_point(tmp_path: Path) -> None:
    file = tmp_path / "protocol.txt"
    file.write_text(
        "ПРОТОКОЛ\nзаседания координационного совета\nот 20 октября 2026 г. № 5\n\nРЕШИЛИ:\n"
        "1. Муниципальным органам управления образованием:\n"
        "1.1. Направить сведения по форме: Наименование службы | Ф.И.О. специалиста | Контактная информация.\n"
        "Срок: до 15 ноября 2026 года.\nОтветственные: МОУО.\n"
        "1.2. Провести совещание по форме, принятой ранее.\n"
        "Срок: до 1 декабря 2026 года.\nОтветственные: МОУО.\n",
        encoding="utf-8",
    )
    (form,) = read(file).forms
    assert (form.activity, form.columns) == (
        "1.1",
        ["Наименование службы", "Ф.И.О. специалиста", "Контактная информация"],
    )
