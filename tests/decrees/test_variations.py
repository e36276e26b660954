"""Generated road maps come back row by row, however their pages were cut; no text makes the reader fail."""

from __future__ import annotations

import random
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from opora.decrees import Unreadable, from_json, read, to_json
from tests.decrees.layouts import HEADING, SIGNATURE, Sheet, alarms, docx, plan, said, txt

calm = settings(max_examples=50)
VERBAL = [
    *["Проведение", "Разработка", "Организация", "Подготовка", "Анализ", "Обсуждение", "Создание", "Утверждение"],
    *["Посещение", "Корректировка", "Заключение", "Обновление"],
]
WORDS = (
    "диагностики уровня подготовки учащихся в школах района с участием методистов и родителей по итогам четверти для "
    "педагогов «Школа роста» адресных рекомендаций на основе данных при поддержке наставников семинаров о чтении"
).split()
DEADLINES = [
    *["до 20 октября 2023 года", "Ноябрь 2023", "15.12.2023", "Январь – март 2024", "в течение учебного года"],
    *[
        "постоянно",
        "ежемесячно",
        "II квартал 2024 года",
        "10 – 20 апреля 2024",
        "по отдельному графику",
        "1 раз в четверть",
    ],
]
RESPONSIBLE = [
    *["МОУО", "ИРО", "Методический кабинет", "Общеобразовательные организации", "Муниципальные методические службы"],
    *["Региональная рабочая группа", "Ким А.С.", "Управление образования администрации района"],
]
COLUMNS = {
    "number": ["№", "№ п/п"],
    "text": ["Мероприятие", "Содержание деятельности", "Наименование мероприятия", "Мероприятия"],
    "deadline": ["Срок", "Сроки исполнения", "Срок реализации", "Сроки проведения"],
    "responsible": ["Ответственный", "Ответственные исполнители", "Исполнитель", "Ответственные за исполнение"],
    "completion": ["Отметка о выполнении", "Информация об исполнении"],
}


@dataclass
class Row:
    text: str
    deadline: str
    responsible: list[str]
    number: str = ""

    @property
    def expected(self) -> tuple[str | None, str, str, list[str]]:
        return self.number or None, self.text, self.deadline, self.responsible


@dataclass
class RoadMap:
    roles: list[str]
    titles: list[str]
    sections: list[tuple[str, list[Row]]] = field(default_factory=list)

    @property
    def rows(self) -> list[Row]:
        return [row for _, rows in self.sections for row in rows]

    def line(self, **cells: str) -> list[str]:
        return [cells.get(role, "") for role in self.roles]

    def whole(self, row: Row) -> list[str]:
        return self.line(
            number=row.number, text=row.text, deadline=row.deadline, responsible="\n".join(row.responsible)
        )


@st.composite
def rows(draw: st.DrawFn) -> Row:
    words = draw(
        st.lists(st.sampled_from([w for w in WORDS if "«" not in w and "»" not in w]), min_size=3, max_size=14)
    )
    text = " ".join([draw(st.sampled_from(VERBAL)), *words])
    if draw(st.booleans()):
        text += " «Школа роста»"
    who = draw(st.lists(st.sampled_from(RESPONSIBLE), min_size=1, max_size=3, unique=True))
    return Row(text, draw(st.sampled_from(DEADLINES)), [w for w in who if w != "Ким А.С."] or ["Ким А.С."])


@st.composite
def roadmaps(draw: st.DrawFn, *, numbered: bool | None = None) -> RoadMap:
    with_numbers = draw(st.booleans()) if numbered is None else numbered
    roles = draw(st.permutations(["text", "deadline", "responsible"]))
    roles = [*(["number"] if with_numbers else []), *roles, *(["completion"] if draw(st.booleans()) else [])]
    found = RoadMap(roles, [draw(st.sampled_from(COLUMNS[role])) for role in roles])
    count = draw(st.integers(1, 3))
    through = draw(st.booleans())
    number = 0
    for section in range(1, count + 1):
        title = f"{section}. Раздел о работе {'абв'[section - 1]}" if count > 1 else ""
        inside = draw(st.lists(rows(), min_size=1, max_size=6))
        for index, row in enumerate(inside, 1):
            number += 1
            if with_numbers:
                row.number = str(number) if through or count == 1 else f"{section}.{index}"
        found.sections.append((title, inside))
    return found


def check(path: Path, expected: RoadMap) -> None:
    decree = read(path)
    assert said(decree) == [row.expected for row in expected.rows]
    titles = [title.partition(". ")[2] or None for title, _ in expected.sections]
    assert [section.title for section in decree.roadmaps[0].sections] == titles
    assert alarms(decree) == []
    assert to_json(from_json(to_json(decree))) == to_json(decree)


def table(roadmap: RoadMap) -> Sheet:
    lines = [roadmap.titles]
    for title, inside in roadmap.sections:
        lines += [[title]] if title else []
        lines += [roadmap.whole(row) for row in inside]
    return Sheet(lines)


@calm
@given(roadmaps())
def test_rows_come_back(roadmap: RoadMap) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check(txt(Path(folder) / "a.txt", plan(table(roadmap))), roadmap)
        check(docx(Path(folder) / "a.docx", plan(table(roadmap))), roadmap)


@calm
@given(roadmaps(numbered=True), st.randoms(use_true_random=False))
def test_rows_cut_by_pages_come_back(roadmap: RoadMap, chance: random.Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.txt"
        path.write_text("\n".join([*(str(b) for b in plan()), "", *damaged(roadmap, chance)]), encoding="utf-8")
        check(path, roadmap)


def damaged(roadmap: RoadMap, chance: random.Random) -> list[str]:
    """The lines of a table as pages leave them: rows cut in two, the tail of one cell at the head of the next."""
    lines = ["\t".join(roadmap.titles)]
    tail = ""
    for title, inside in roadmap.sections:
        if title:
            lines.append("\t".join([title, *[""] * (len(roadmap.roles) - 1)]))
        for index, row in enumerate(inside):
            cells = dict(zip(roadmap.roles, roadmap.whole(row), strict=True))
            cells = {role: text.replace("\n", "<br>") for role, text in cells.items()}
            head, rest = halves(row.text, chance)
            cells["text"] = f"{tail} {row.text}".strip()
            if chance.random() < 0.25 and not tail:
                second_has_number = chance.random() < 0.3
                first = {**cells, "text": head, "number": "" if second_has_number else row.number}
                second = {"text": rest, "number": row.number if second_has_number else ""}
                again = ["\t".join(roadmap.titles)] if chance.random() < 0.7 else []
                lines += ["\t".join(roadmap.line(**first)), "", *again, "\t".join(roadmap.line(**second))]
            elif chance.random() < 0.15 and index + 1 < len(inside) and not tail:
                cells["text"], tail = head, rest
                lines.append("\t".join(roadmap.line(**cells)))
                continue
            else:
                lines.append("\t".join(roadmap.line(**cells)))
                if chance.random() < 0.2:
                    lines += ["", "\t".join(roadmap.titles)]
            tail = ""
    return lines


def halves(text: str, chance: random.Random) -> tuple[str, str]:
    words = text.split(" «")[0].split()
    place = chance.randint(1, len(words) - 1)
    return " ".join(words[:place]), " ".join(text.split()[place:])


@calm
@given(st.lists(st.text(st.sampled_from("аб АБ1.)(\t«»№-–:;,<br>@г"), max_size=60), max_size=40))
def test_no_text_makes_the_reader_fail(lines: list[str]) -> None:
    survive("\n".join(lines))


@calm
@given(st.text(max_size=400))
def test_no_characters_make_the_reader_fail(text: str) -> None:
    survive(text)


@calm
@given(roadmaps(), st.randoms(use_true_random=False))
def test_a_document_in_disorder_is_read(roadmap: RoadMap, chance: random.Random) -> None:
    blocks = [str(block) for block in [*HEADING, "1. Утвердить план.", *SIGNATURE]]
    lines = [*blocks, *damaged(roadmap, chance)]
    chance.shuffle(lines)
    survive("\n".join(lines))


def survive(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.txt"
        path.write_bytes(text.encode("utf-8", errors="replace"))
        try:
            decree = read(path)
        except Unreadable:
            return
    assert to_json(from_json(to_json(decree))) == to_json(decree)
