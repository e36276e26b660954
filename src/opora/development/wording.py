"""A task as people write it, in a form or in a row of a workbook, and back: the same words in both."""

from __future__ import annotations

from opora.development.content import LONGEST, MOST_OPTIONS, MOST_POINTS, Kind, Task
from opora.development.scoring import decimal


class Wrong(Exception):
    """What a person wrote cannot be a task: the field (`text`, `options`, `answer`, `points`) and a sentence."""

    def __init__(self, field: str, said: str) -> None:
        super().__init__(said)
        self.field = field


def made(*, code: str, kind: Kind, text: str, options: str, answer: str, points: int, scale: str) -> Task:
    """The task; raises `Wrong`."""
    text, lines = text.strip(), [line.strip() for line in options.splitlines() if line.strip()]
    if not text:
        raise Wrong("text", "Напишите, что требуется сделать.")
    if len(text) > LONGEST:
        raise Wrong("text", f"Текст задания длиннее {LONGEST} знаков: сократите его.")
    if not 1 <= points <= MOST_POINTS:
        raise Wrong("points", f"Баллов может быть от 1 до {MOST_POINTS}.")
    task = Task(code, kind, text, points, scale)
    if kind in (Kind.CHOICE, Kind.SEVERAL):
        return _chosen(task, lines, answer)
    if kind == Kind.MATCHING:
        return _matched(task, lines)
    if lines:
        raise Wrong("options", "У задания с числом или кратким ответом вариантов нет: оставьте пустым.")
    return _written(task, answer)


def _replaced(task: Task, **values: tuple[object, ...]) -> Task:
    kept = {"options": task.options, "pairs": task.pairs, "key": task.key, **values}
    return Task(task.code, task.kind, task.text, task.points, task.scale, **kept)  # type: ignore[arg-type]


def _chosen(task: Task, lines: list[str], answer: str) -> Task:
    if not 2 <= len(lines) <= MOST_OPTIONS:
        raise Wrong("options", f"Вариантов должно быть от 2 до {MOST_OPTIONS}, каждый с новой строки.")
    if len(set(lines)) < len(lines):
        raise Wrong("options", "Два варианта одинаковы.")
    said = answer.replace(";", ",").replace(" ", ",").split(",")
    numbers = [one.removesuffix(".0") for one in said if one]
    if not numbers or not all(one.isdecimal() and len(one) < 4 and 1 <= int(one) <= len(lines) for one in numbers):
        raise Wrong("answer", f"Назовите номера верных вариантов: от 1 до {len(lines)}, через запятую.")
    key = tuple(sorted({int(one) - 1 for one in numbers}))
    if task.kind == Kind.CHOICE and len(key) != 1:
        raise Wrong("answer", "Верный вариант здесь один. Если их больше, выберите вид «несколько ответов».")
    return _replaced(task, options=tuple(lines), key=key)


def _matched(task: Task, lines: list[str]) -> Task:
    if not 2 <= len(lines) <= MOST_OPTIONS:
        raise Wrong("options", f"Пар должно быть от 2 до {MOST_OPTIONS}, каждая с новой строки: «треугольник = 180°».")
    pairs = []
    for line in lines:
        left, sign, right = (part.strip() for part in line.partition("="))
        if not (sign and left and right):
            raise Wrong("options", f"В строке «{line[:60]}» нет пары: слева и справа от «=» должен быть текст.")
        pairs.append((left, right))
    if len({left for left, _ in pairs}) < len(pairs):
        raise Wrong("options", "Левая часть повторяется.")
    if len({right for _, right in pairs}) < 2:
        raise Wrong("options", "Правые части одинаковы: выбирать не из чего.")
    return _replaced(task, pairs=tuple(pairs))


def _written(task: Task, answer: str) -> Task:
    said = tuple(one.strip() for one in answer.split(";") if one.strip())
    if not said:
        raise Wrong("answer", "Напишите верный ответ; если их несколько, через точку с запятой.")
    if task.kind == Kind.NUMBER and any(decimal(one) is None for one in said):
        raise Wrong("answer", "Верный ответ должен быть числом, например: 12,5.")
    return _replaced(task, key=said)


def options_of(task: Task) -> str:
    """The options as they are written."""
    return "\n".join(task.options or (f"{left} = {right}" for left, right in task.pairs))


def answer_of(task: Task) -> str:
    """The key as it is written."""
    if task.kind in (Kind.CHOICE, Kind.SEVERAL):
        return ", ".join(str(int(one) + 1) for one in task.key)
    return "; ".join(map(str, task.key))
